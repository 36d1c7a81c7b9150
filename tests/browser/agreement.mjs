// The terminal and the browser answer every query alike: the same entries in the same order, with the same scores,
// passages and snippets.
//
//   node agreement.mjs CASEBOOK ARCHIVE QUERIES [EVERY]
//
// CASEBOOK is the binary, ARCHIVE a folder that it has built. Of the queries, all, or one of EVERY, are asked through
// the reader's function in one page, and some through the search page as a reader would.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { launch, openPage } from './browser.mjs';
import { Report } from './report.mjs';
import { serve } from './serve.mjs';

const TIME_LIMIT_MS = 8 * 60_000;
const LIMIT = 20;
const INTERFACE = 20;
/** Four decimals are promised; the same operations in the same order give more. */
const CLOSE = 1e-9;

const [binary, archive, file, every = 1] = process.argv.slice(2);
const queries = readFileSync(file, 'utf8')
  .replace(/\n$/, '')
  .split('\n')
  .filter((line) => !/^# /.test(line))
  .filter((_, at) => at % every === 0)
  .map((line) => ({ text: line.replace(/^~ /, ''), asYouType: line.startsWith('~ ') }));

/** What the binary answers to each. */
function terminal(queries, options) {
  const input = queries.map((query) => `${query.text}\n`).join('');
  const run = spawnSync(binary, ['search', '--stdin', '-C', archive, '--limit', LIMIT, ...options], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  if (run.status !== 0) throw new Error(`casebook search: ${run.error ?? run.stderr}`);
  return run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** What both say, in one form: a list of lines, which differ where the answers do. */
function lines(answer) {
  if (answer.error) return [`error ${answer.error.start}-${answer.error.end}`];
  const corrected = answer.corrected.map(({ word, to }) => `${word}: ${to.join(', ')}`);
  return [
    `${answer.total} in all${answer.relaxed ? ', relaxed' : ''}`,
    ...corrected,
    ...answer.suggestions.map((text) => `suggests ${text}`),
    ...answer.hits.map((hit) => `${hit.id} #${hit.anchor ?? ''} ${hit.snippet}`),
  ];
}

/** The reader's parts make of the golden vectors what those of the terminal's make. */
async function parts(page, report) {
  const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));
  const [, sum, data] = /"(\w+)","([^"]+)"\)/.exec(vectors.list.script);
  const made = await page.evaluate(
    async ({ words, stems, idf, gains, sum, data }) => ({
      words: words.map(([text]) =>
        casebook.analyze(text).map(({ start, end, whole, parts, alone }) => [start, end, whole, parts, alone]),
      ),
      stems: stems.map(([word]) => casebook.stem(word)),
      idf: idf.map(([count, frequency]) => casebook.idf(frequency, count)),
      gains: gains.map((given) => casebook.bm25(...given.slice(0, 5))),
      texts: await casebook.decode(sum, data),
    }),
    { ...vectors, sum, data },
  );
  const same = (part, at, expected, got) =>
    report.check(JSON.stringify(expected) === JSON.stringify(got), `vectors: ${part} ${at}`, `${JSON.stringify(got)}, not ${JSON.stringify(expected)}`);
  for (const part of ['words', 'stems', 'idf', 'gains']) {
    vectors[part].forEach((vector, at) => same(part, JSON.stringify(vector[0]), vector.at(-1), made[part][at]));
  }
  same('list', '', vectors.list.texts, made.texts);
}

const report = new Report();
report.limit(TIME_LIMIT_MS);
const typed = queries.filter((query) => query.asYouType);
const whole = queries.filter((query) => !query.asYouType);
const answers = new Map();
terminal(whole, []).forEach((answer, at) => answers.set(whole[at], answer));
terminal(typed, ['--as-you-type']).forEach((answer, at) => answers.set(typed[at], answer));

const server = await serve(path.join(archive, 'public'));
const browser = await launch();
try {
  const { page, visit, take } = await openPage(await browser.newContext());
  await visit(`${server.url}search/`);
  const found = await page.evaluate(
    async ([queries, limit]) => {
      casebook.open(new URL('./', location.href).href);
      await casebook.ready();
      const answers = [];
      for (const { text, asYouType } of queries) {
        try {
          const { total, relaxed, corrected, suggestions, hits } = await casebook.search(text, { asYouType, limit });
          answers.push({ total, relaxed, corrected, suggestions, hits });
        } catch (error) {
          // Places are counted in characters.
          const place = (at) => [...text.slice(0, at)].length;
          if (error.name !== 'QueryError') answers.push({ error: { start: error.stack, end: '' } });
          else answers.push({ error: { start: place(error.start), end: place(error.end) } });
        }
      }
      return answers;
    },
    [queries, LIMIT],
  );
  await parts(page, report);
  queries.forEach((query, at) => {
    const [expected, got] = [answers.get(query), found[at]];
    const [a, b] = [lines(expected), lines(got)];
    const place = a.findIndex((line, at) => line !== b[at]);
    const what = `${query.asYouType ? 'typed ' : ''}${JSON.stringify(query.text)}`;
    const same = place < 0 && a.length === b.length;
    report.check(same, what, `the terminal says “${a[place] ?? a.at(-1)}”, the browser “${b[place] ?? b.at(-1)}”`);
    const scores = (answer) => answer.hits?.map((hit) => hit.score) ?? [];
    const apart = scores(expected).findIndex((score, at) => !(Math.abs(score - scores(got)[at]) < CLOSE));
    if (same) report.check(apart < 0, what, `hit ${apart + 1}: ${scores(expected)[apart]} and ${scores(got)[apart]}`);
  });
  report.quiet(take(), 'search/');

  const shown = whole.filter((query) => answers.get(query).hits?.length > 1);
  const step = Math.max(1, Math.floor(shown.length / INTERFACE));
  for (const query of shown.filter((_, at) => at % step === 0).slice(0, INTERFACE)) {
    await visit(`${server.url}search/?q=${encodeURIComponent(query.text)}`);
    await page.waitForSelector('[data-search-state="done"]', { timeout: 10_000 });
    const listed = await page.$$eval('li[data-entry]', (items) => items.map((li) => `${li.dataset.entry} ${li.dataset.score}`));
    const expected = answers.get(query).hits.map((hit) => `${hit.id} ${hit.score.toFixed(4)}`);
    const place = listed.findIndex((line, at) => line !== expected[at]);
    report.check(place < 0, JSON.stringify(query.text), `shown: ${listed[place]}, not ${expected[place]}`);
    report.check(listed.length >= Math.min(10, expected.length), JSON.stringify(query.text), 'ten hits are shown');
  }
  report.quiet(take(), 'search/');
} finally {
  await browser.close();
  await server.close();
}
console.log(`${queries.length} queries`);
process.exit(report.finish());
