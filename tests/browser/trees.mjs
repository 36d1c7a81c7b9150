// The accessibility tree of every page type, compared with a golden file that people have read: what a screen reader
// is told, in its order.
//
//   casebook build -C archive && node trees.mjs archive/public [--bless]
//
// The archive beside this file is small and stays as it is, so that only a change of the pages themselves changes a
// tree. `--bless` writes what is there now, for people to read. Prints one line per fact that does not hold and how
// the tree differs, then `N passed, N failed`; the status is 1 if any failed.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch } from './browser.mjs';
import { Folder } from './folder.mjs';
import { byKind, isRedirect, largest } from './kinds.mjs';
import { eachInPool } from './pool.mjs';
import { Report } from './report.mjs';
import { serve } from './serve.mjs';

const GOLDEN = fileURLToPath(new URL('trees', import.meta.url));
const TIME_LIMIT_MS = 3 * 60_000;
const SHOWN_LINES = 12;
/** What the search is asked, so that its answers have a tree too. */
const QUERY = 'lamp';

/** A page that sends the reader on is kept from it, for as long as its tree is read. */
async function keepHere(page, folder, file) {
  const still = folder.read(file).replace(/<meta http-equiv="?refresh\b[^>]*>/i, '');
  await page.route('**/*', (route) =>
    route.request().isNavigationRequest() ? route.fulfill({ body: still, contentType: 'text/html' }) : route.continue(),
  );
}

/** Kinds that come in several forms, each of which says other things of itself. */
const OF_MANY_FORMS = new Set(['essay', 'quote']);

/** Each tree that is held: its name, the file and what is asked of it. Of a kind the largest page tells most. */
function wanted(folder) {
  const pages = [...byKind(folder, folder.html)].flatMap(([kind, files]) => {
    const whole = largest(folder, files);
    const others = OF_MANY_FORMS.has(kind) ? files.filter((file) => file !== whole) : [];
    return [{ name: kind, file: whole }, ...others.map((file) => ({ name: `${kind}-${file.split('/').at(-2)}`, file }))];
  });
  return [...pages, { name: 'search-results', file: 'search/index.html', query: `?q=${QUERY}` }];
}

/** The trees of the site in `root`, by their names. */
export async function readTrees(root, { browser, report }) {
  const folder = new Folder(root);
  const server = await serve(folder.root);
  const trees = new Map();
  await eachInPool({ browser, report }, {}, wanted(folder), async (tab, { name, file, query = '' }) => {
    if (isRedirect(folder, file)) await keepHere(tab.page, folder, file);
    await tab.visit(server.url + folder.address(file) + query);
    if (query) await tab.page.waitForFunction(() => document.querySelector('[data-search-state=done]'));
    const title = await tab.page.title();
    const tree = await tab.page.locator('body').ariaSnapshot();
    trees.set(name, `# ${file}${query}\n# ${title}\n${tree}\n`);
    await tab.page.unrouteAll();
  });
  await server.close();
  return trees;
}

/** The lines around the first difference, with `-` what was and `+` what is. */
function difference(was, is) {
  const [old, now] = [was.split('\n'), is.split('\n')];
  const first = now.findIndex((line, at) => line !== old[at]);
  const start = first < 0 ? now.length : first;
  let [endOld, endNow] = [old.length, now.length];
  while (endOld > start && endNow > start && old[endOld - 1] === now[endNow - 1]) {
    endOld--;
    endNow--;
  }
  const part = (mark, lines) => [
    ...lines.slice(0, SHOWN_LINES).map((line) => `${mark} ${line}`),
    ...(lines.length > SHOWN_LINES ? [`${mark} ... and ${lines.length - SHOWN_LINES} lines more`] : []),
  ];
  return [`  at line ${start + 1}:`, ...part('-', old.slice(start, endOld)), ...part('+', now.slice(start, endNow))].join('\n');
}

/** Holds trees to the golden files in `golden`; each has its file and each file its tree. */
export function compareTrees(trees, golden, report) {
  const files = readdirSync(golden).filter((file) => file.endsWith('.yml'));
  for (const file of files) report.check(trees.has(file.replace(/\.yml$/, '')), file, 'no page has this tree any more');
  for (const [name, tree] of trees) {
    const file = `${name}.yml`;
    if (!report.check(files.includes(file), file, 'is missing: see --bless')) continue;
    const was = readFileSync(path.join(golden, file), 'utf8');
    if (!report.check(was === tree, file, 'the tree has changed')) console.log(difference(was, tree));
  }
}

function bless(trees) {
  rmSync(GOLDEN, { recursive: true, force: true });
  mkdirSync(GOLDEN);
  for (const [name, tree] of trees) writeFileSync(path.join(GOLDEN, `${name}.yml`), tree);
  console.log(`${trees.size} trees written: read them`);
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  const [root, flag, ...more] = process.argv.slice(2);
  if (!root || more.length > 0 || (flag && flag !== '--bless')) {
    console.error('usage: node trees.mjs PUBLIC_DIR [--bless]');
    process.exit(2);
  }
  const report = new Report();
  report.limit(TIME_LIMIT_MS);
  const browser = await launch();
  try {
    const trees = await readTrees(root, { browser, report });
    // What could not be read must not be blessed away.
    if (flag && report.failures.length === 0) bless(trees);
    compareTrees(trees, GOLDEN, report);
  } catch (error) {
    report.check(false, '.', `the test could not go on: ${error.message}`);
  }
  await browser.close();
  process.exit(report.finish());
}
