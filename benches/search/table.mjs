// The figures for people: medians and 95th percentiles, and each engine's share of casebook's.

/** The smallest value that so large a share of them does not exceed. */
export function quantile(values, share) {
  const sorted = values.toSorted ? values.toSorted((a, b) => a - b) : [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const bytes = (value) => (value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(2)} MB`);
const time = (value) => (value < 10_000 ? `${value.toFixed(1)} ms` : `${(value / 1e3).toFixed(1)} s`);
const plain = (value) => String(value);

/** Each row: what it is called, how it is written, and its values of an engine, of which median or more are shown. */
function rows(program) {
  const page = (of) => (engine) => engine.pages.flatMap(of);
  const api = (of) => (engine) => (engine.programs[program] ?? engine.programs[0]).rounds.flatMap(of);
  return [
    ['page before a query, bytes', bytes, page((round) => round.load.bytes), [0.5]],
    ['until the first result, bytes', bytes, page((round) => round.first.bytes), [0.5, 1]],
    ['until the first result, requests', plain, page((round) => round.first.requests), [0.5, 1]],
    ['until all results, bytes', bytes, page((round) => round.done.bytes), [0.5, 1]],
    ['until all results, requests', plain, page((round) => round.done.requests), [0.5, 1]],
    ['first query to first result', time, page((round) => round.first.ms), [0.5, 0.95]],
    ['first query to all results', time, page((round) => round.done.ms), [0.5, 0.95]],
    ['later query to all results', time, page((round) => round.later.map(({ ms }) => ms)), [0.5, 0.95]],
    ['21 searches, bytes', bytes, page((round) => round.all.bytes), [0.5]],
    ['21 searches, requests', plain, page((round) => round.all.requests), [0.5]],
    ['program: open', time, api((round) => round.open), [0.5]],
    ['program: first query', time, api((round) => round.first.ms), [0.5, 0.95]],
    ['program: open and first query', time, api((round) => round.open + round.first.ms), [0.5, 0.95]],
    ['program: later query', time, api((round) => round.later.map(({ ms }) => ms)), [0.5, 0.95]],
    ['index: build', time, (engine) => (engine.build.ms === null ? [] : [engine.build.ms]), [0.5]],
    ['index: size', bytes, (engine) => [engine.disk.bytes], [0.5]],
    ['index: files', plain, (engine) => [engine.disk.files], [0.5]],
  ];
}

const SHARES = { 0.5: 'median', 0.95: 'p95', 1: 'worst' };

/** A table in Markdown. The first engine is what the others are compared with. */
export function table({ documents, engines }) {
  const columns = engines.flatMap((engine) =>
    engine.programs.map(({ name }, program) => ({ engine, name, values: rows(program) })),
  );
  const base = columns[0];
  const title = ({ engine, name }) => `${engine.name}${engine.version ? ` ${engine.version}` : ''} (${name})`;
  const lines = [
    ['', ...columns.map(title)],
    ['---', ...columns.map(() => '---:')],
  ];
  base.values.forEach(([label, write, , shares], row) => {
    for (const share of shares) {
      const value = ({ engine, values }) => quantile(values[row][2](engine), share);
      const cell = (column) => {
        const [here, there] = [value(column), value(base)];
        if (here === undefined) return '';
        return write(here) + (column.engine !== base.engine && there > 0 ? ` (${(here / there).toPrecision(2)})` : '');
      };
      lines.push([shares.length > 1 ? `${label}, ${SHARES[share]}` : label, ...columns.map(cell)]);
    }
  });
  const said = `${documents} documents, ${engines[0].pages.length} cold pages; in brackets the ratio to ${engines[0].name}`;
  return `${said}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}
