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
}
