// Counts what held, and says what did not: one line per fact.

export class Report {
  passed = 0;
  failures = [];

  /** Returns `holds`, so that what depends on a fact need not be checked without it. */
  check(holds, page, fact) {
    if (holds) this.passed++;
    else {
      // The same fact seen twice (in the source and in the live page) is one thing to mend.
      const line = `FAIL ${page}: ${fact.replace(/\s+/g, ' ')}`;
      if (!this.failures.includes(line)) this.failures.push(line);
    }
    return Boolean(holds);
  }

  /** Nothing may have gone wrong; `harmless` excuses single problems. */
  quiet(problems, page, where = '', harmless = () => false) {
    const serious = problems.filter((problem) => problem.kind !== 'console warning' && !harmless(problem));
    this.check(true, page, 'loaded');
    for (const { kind, text } of serious) this.check(false, page, `${kind}${where}: ${text}`);
  }

  summary() {
    return `${this.passed} passed, ${this.failures.length} failed`;
  }

  /** Prints what did not hold; hands over the exit status. */
  finish() {
    for (const line of this.failures) console.log(line);
    console.log(this.summary());
    return this.failures.length > 0 ? 1 : 0;
  }

  /** Ends the program when the time is up, with what was found until then. */
  limit(milliseconds) {
    setTimeout(() => {
      this.check(false, '.', `not done after ${milliseconds / 60_000} minutes`);
      process.exit(this.finish());
    }, milliseconds).unref();
  }
}

/**
 * Runs a test that is called as `node NAME PUBLIC_DIR [--base /sub/path/]`: `work(root, base, report)`, which may take
 * `limit` milliseconds. Ends the program.
 */
export async function run(name, limit, work) {
  const [root, flag, base = '/', ...more] = process.argv.slice(2);
  if (!root || process.argv.length === 4 || more.length > 0 || (flag && flag !== '--base')) {
    console.error(`usage: node ${name} PUBLIC_DIR [--base /sub/path/]`);
    process.exit(2);
  }
  const report = new Report();
  report.limit(limit);
  try {
    await work(root, base, report);
  } catch (error) {
    report.check(false, '.', `the test could not go on: ${error.message}`);
  }
  process.exit(report.finish());
}
