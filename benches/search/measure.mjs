// Searching in the browser: casebook beside Pagefind and the elasticlunr index of mdBook, on one archive, in one run.
//
//   node measure.mjs ARCHIVE [--build FILE] [--mdbook PROGRAM] [--only ENGINE,...] [--rounds N] [--work DIR] [--json]
//
// ARCHIVE is one that `casebook build` has built, FILE what the build printed with `--format json`.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { launch } from '../../tests/browser/browser.mjs';
import { documents } from './archive.mjs';
import { ENGINES } from './engines.mjs';
import { queries } from './queries.mjs';
import { serve } from './server.mjs';
import { summary, table } from './table.mjs';

const FIRST = 10;
const LATER = 20;
/** An index of hundreds of megabytes takes its time. */
const PATIENCE_MS = 600_000;
const SETTLE_MS = 500;

/** Runs in the page: what a reader would see, timed where it happens. */
function install(ui) {
  const QUIET_MS = 200;
  /**
   * Enters a query; resolves to when it was entered, when the first result stood there and when all of them did. Done
   * is what stays done: an interface may show one answer and then mend it. Only what changes after the query counts,
   * so that the last query's answer is not taken for this one's.
   */
  const search = (q, patience, cold) =>
    new Promise((resolve, reject) => {
      let [first, done, changed] = [null, null, null];
      const stop = (settle, value) => {
        observer.disconnect();
        clearInterval(timer);
        settle(value);
      };
      const observer = new MutationObserver(() => {
        try {
          changed = performance.now();
          if (first === null && ui.first(q)) first = changed;
          done = ui.done(q) ? (done ?? changed) : null;
        } catch (error) {
          stop(reject, error);
        }
      });
      observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
      const timer = setInterval(() => {
        const now = performance.now();
        if (done !== null && now - changed > QUIET_MS) {
          stop(resolve, { at, first: first ?? done, done, hits: ui.hits() });
        } else if (now - at > patience) stop(reject, new Error(`no results for ${q}`));
      }, 20);
      const at = performance.now();
      // Some interfaces fetch their index when a reader turns to them.
      if (cold) ui.focus();
      ui.ask(q);
    });
  globalThis.bench = { ui, search };
}

async function within(engine, work) {
  const browser = await launch();
  try {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const failed = new Promise((_, reject) => {
      page.on('pageerror', (error) => reject(new Error(`${engine.name}: ${error.message}`)));
      page.on('crash', () => reject(new Error(`${engine.name}: the page crashed`)));
    });
    return await Promise.race([work(page), failed]);
  } finally {
    await browser.close();
  }
}

/** By its page: a cold query and the later ones. */
function byPage(engine, first, later) {
  return within(engine, async (page) => {
    const { server } = engine;
    server.reset();
    await page.goto(server.url + engine.page, { waitUntil: 'load' });
    await page.evaluate(`(${install})((${engine.ui})())`);
    await page.waitForFunction('bench.ui.ready()');
    await page.waitForLoadState('networkidle');
    const load = server.count();
    const search = (...args) => page.evaluate((args) => globalThis.bench.search(...args), args);

    const origin = await page.evaluate('performance.timeOrigin');
    const cold = await search(first.q, PATIENCE_MS, true);
    const out = {
      load,
      first: { ms: cold.first - cold.at, ...server.count(origin + cold.first) },
      done: { ms: cold.done - cold.at, hits: cold.hits, ...server.count(origin + cold.done) },
      later: [],
    };
    for (const { q } of later) {
      const { at, done, hits } = await search(q, PATIENCE_MS, false);
      out.later.push({ ms: done - at, hits });
    }
    // What is fetched ahead for a next query counts too.
    await page.waitForTimeout(SETTLE_MS);
    return { ...out, all: server.count() };
  });
}

/**
 * By its interface for programs: the same queries, without anything being drawn. Where that interface belongs to a
 * page, opening it is counted from the navigation on, so that nothing the page fetches ahead is had for free.
 */
function byProgram(engine, api, first, later) {
  const asked = [first, ...later].map(({ q }) => q);
  const start = api.page === null ? 'performance.now()' : '0';
  const tried = `(async (queries, api, start) => {
    await api.open();
    const out = { open: performance.now() - start, each: [] };
    for (const q of queries) {
      const at = performance.now();
      const hits = await api.find(q);
      out.each.push({ ms: performance.now() - at, hits });
    }
    return out;
  })(${JSON.stringify(asked)}, (${api.call})(), ${start})`;
  return within(engine, async (page) => {
    const { server } = engine;
    await page.goto(server.blank);
    // A browser that has just started is still busy with itself.
    await page.waitForLoadState('networkidle');
    let out;
    if (api.page === null) out = await page.evaluate(tried);
    else {
      await page.addInitScript(`globalThis.bench = ${tried}`);
      await page.goto(server.url + api.page, { waitUntil: 'commit' });
      out = await page.evaluate('bench');
    }
    const [cold, ...rest] = out.each;
    return { open: out.open, first: cold, later: rest };
  });
}

const USAGE = 'ARCHIVE [--build FILE] [--mdbook PROGRAM] [--only ENGINE,...] [--rounds N] [--work DIR] [--json]';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    build: { type: 'string' },
    json: { type: 'boolean', default: false },
    mdbook: { type: 'string', default: 'mdbook' },
    only: { type: 'string', default: Object.keys(ENGINES).join(',') },
    rounds: { type: 'string', default: String(FIRST) },
    work: { type: 'string' },
  },
});
const names = values.only.split(',');
const rounds = Number(values.rounds);
if (positionals.length !== 1 || !(rounds > 0) || names.some((name) => !ENGINES[name])) {
  console.error(`usage: node measure.mjs ${USAGE}`);
  process.exit(2);
}
const note = (text) => process.stderr.write(`${text}\n`);

const archive = path.resolve(positionals[0]);
const work = await mkdtemp(path.join(values.work ?? tmpdir(), 'casebook-search-'));
const engines = [];
try {
  const docs = await documents(archive);
  const drawn = queries(docs, FIRST + LATER);
  const [firsts, later] = [drawn.slice(0, FIRST).slice(0, rounds), drawn.slice(FIRST)];
  const build = values.build && JSON.parse(await readFile(values.build, 'utf8'));
  for (const name of names) {
    note(`building ${name}`);
    const engine = await ENGINES[name]({ archive, docs, work, build, mdbook: values.mdbook });
    engine.server = await serve(engine.site);
    engines.push(Object.assign(engine, { cold: [], programs: engine.api.map(() => []) }));
    for (const below of engine.prepare) await engine.server.prepare(below);
  }
  // In turn, so that what else the machine does falls on all of them.
  for (const first of firsts) {
    for (const engine of engines.filter(({ cold, rounds = Infinity }) => cold.length < rounds)) {
      note(`${first.q}: ${engine.name}`);
      engine.cold.push(await byPage(engine, first, later));
      for (const [at, api] of engine.api.entries()) {
        engine.programs[at].push(await byProgram(engine, api, first, later));
      }
    }
  }
  const measured = {
    documents: docs.length,
    queries: { first: firsts, later },
    engines: engines.map(({ name, version, build, disk, cold, api, programs }) => ({
      ...{ name, version, build, disk, pages: cold },
      programs: api.map(({ name }, at) => ({ name, rounds: programs[at] })),
    })),
  };
  measured.summary = summary(measured);
  console.log(values.json ? JSON.stringify(measured, null, 1) : table(measured));
} finally {
  await Promise.all(engines.map((engine) => engine.server.close()));
  await rm(work, { recursive: true, force: true });
}
