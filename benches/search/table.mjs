// The figures for people: medians and 95th percentiles, and each engine's ratio to the first.

/** The smallest value that so large a share of them does not exceed. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const bytes = (value) => (value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(2)} MB`);
const time = (value) => (value < 10_000 ? `${value.toFixed(1)} ms` : `${(value / 1e3).toFixed(1)} s`);
const ratio = (value) => (value < 10 ? value.toPrecision(2) : value.toFixed(0));

const MEDIAN = [['', 0.5]];
const WORST = [
  [', median', 0.5],
  [', worst', 1],
];
const P95 = [
  [', median', 0.5],
  [', p95', 0.95],
];

const page = (of) => (engine) => engine.pages.flatMap(of);
/** Where there are several interfaces for programs, they differ in how many results are fetched. */
const program = (at, of) => (engine) => engine.programs.at(at).rounds.flatMap(of);

/** What a row is called, how its values are written, which of an engine's they are, and what is shown of them. */
const ROWS = [
  ['page before a query, bytes', bytes, page(({ load }) => load.bytes), MEDIAN],
  ['page before a query, requests', String, page(({ load }) => load.requests), MEDIAN],
  ['until the first result, bytes', bytes, page(({ first }) => first.bytes), WORST],
  ['until the first result, requests', String, page(({ first }) => first.requests), WORST],
  ['until all results, bytes', bytes, page(({ done }) => done.bytes), WORST],
  ['until all results, requests', String, page(({ done }) => done.requests), WORST],
  ['21 searches, bytes', bytes, page(({ all }) => all.bytes), WORST],
  ['21 searches, requests', String, page(({ all }) => all.requests), WORST],
  ['first query to the first result', time, page(({ first }) => first.ms), P95],
  ['first query to all results', time, page(({ done }) => done.ms), P95],
  ['later queries to all results', time, page(({ later }) => later.map(({ ms }) => ms)), P95],
  ['program: open and first query', time, program(0, (round) => round.open + round.first.ms), P95],
  ['program: later queries', time, program(0, ({ later }) => later.map(({ ms }) => ms)), P95],
  ['program, ten results: open and first query', time, program(-1, (round) => round.open + round.first.ms), P95],
  ['program, ten results: later queries', time, program(-1, ({ later }) => later.map(({ ms }) => ms)), P95],
  ['index: time to build', time, ({ build }) => (build.ms === null ? [] : [build.ms]), MEDIAN],
  ['index: size', bytes, ({ disk }) => [disk.bytes], MEDIAN],
  ['index: files', String, ({ disk }) => [disk.files], MEDIAN],
];

/** Each row as `{ name, values }`, the values in the order of the engines, null where there is none. */
export function summary({ engines }) {
  return ROWS.flatMap(([name, write, of, shown]) =>
    shown.map(([which, share]) => ({
      name: name + which,
      write,
      values: engines.map((engine) => quantile(of(engine), share) ?? null),
    })),
  );
}

/** A table in Markdown. The first engine is what the others are compared with. */
export function table({ documents, engines, summary }) {
  const cell = (write, value, first) => {
    if (value === null) return '';
    return write(value) + (first > 0 ? ` (${ratio(value / first)})` : '');
  };
  const lines = [
    ['', ...engines.map(({ name, version }) => [name, version].filter(Boolean).join(', '))],
    ['---', ...engines.map(() => '---:')],
    ...summary.map(({ name, write, values: [first, ...rest] }) => [
      name,
      cell(write, first),
      ...rest.map((value) => cell(write, value, first)),
    ]),
  ];
  const [{ name, pages }] = engines;
  const said = `${documents} documents, ${pages.length} cold pages at most; in brackets the ratio to ${name}`;
  return `${said}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}
