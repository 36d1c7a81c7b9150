// Holds one built site to what is promised of every site, page by page, in a real browser.
//
//   node site.mjs PUBLIC_DIR [--base /sub/path/]
//
// Prints one line per fact that does not hold, then `N passed, N failed`; the status is 1 if any failed.

import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { launch } from './browser.mjs';
import { checkFeeds } from './feeds.mjs';
import { Folder } from './folder.mjs';
import { appearance, inspect, overflow } from './inspect.mjs';
import { byKind, choose, largest } from './kinds.mjs';
import { WINDOW, eachInPool } from './pool.mjs';
import { Report, run } from './report.mjs';
import { basePath, serve } from './serve.mjs';
import { weigh } from './weight.mjs';

const WIDTHS = [320, 768, 1440];
/** Bytes that a first visit may take over the wire, compressed; style sheets among them. */
const BUDGETS = { home: 60_000, essay: 100_000 };
const STYLE_BUDGET = 20_000;
const TIME_LIMIT_MS = 20 * 60_000;

/** Tests the site in `root` as served under `base`; returns the report and the external links, which are not fetched. */
export async function testSite(root, { base = '/', browser, report = new Report() }) {
  const folder = new Folder(root);
  const test = { folder, browser, report, sources: new Map(), live: new Map(), external: new Set() };
  if (!report.check(folder.html.length > 0, '.', 'no page found')) return test;
  report.check(folder.files.has('index.html'), 'index.html', 'is missing');

  const bench = await (await browser.newContext()).newPage(); // blank: its parser reads what is not shown
  for (const file of folder.html) test.sources.set(file, await bench.evaluate(inspect, folder.read(file)));
  const canonical = test.sources.get('index.html')?.canonical ?? '';
  const published = /^https?:/.test(canonical) ? canonical.replace(/\/?$/, '/') : null;
  if (published) folder.homes.push(published);

  const server = await serve(folder.root, base);
  // 404.html alone is made for one path, so it is served under that one.
  const builtFor = published ? new URL(published).pathname : '/';
  const own = builtFor === basePath(base) ? server : await serve(folder.root, builtFor);
  folder.homes.push(server.url, own.url, `${pathToFileURL(folder.root).href}/`);
  try {
    test.pages = folder.html.filter((file) => file !== '404.html' && test.sources.get(file).refresh === null);
    test.chosen = choose(folder, test.pages);
    checkMarkup(test);
    await checkServed(test, server.url);
    await checkNotFound(test, own.url);
    checkLinks(test);
    await checkWithoutScript(test, server.url);
    await checkFromDisk(test);
    await checkWeights(test, server.url);
    await checkFeeds(folder, bench, report);
  } finally {
    await bench.context().close();
    for (const each of new Set([server, own])) await each.close();
  }
  return test;
}

/** What the files promise, redirects and 404.html included, before any script has run. */
function checkMarkup({ folder, report, sources }) {
  for (const file of folder.html) {
    const { broken, doctype } = sources.get(file);
    report.check(doctype, file, 'has no doctype');
    report.check(true, file, 'markup read');
    for (const fact of broken) report.check(false, file, fact);
  }
}

/** What every page has, as parsed and as shown. */
function checkShape(report, file, page) {
  report.check(page.headings === 1, file, `has ${page.headings} h1 elements`);
  report.check(page.title, file, 'has no title');
  report.check(page.lang, file, 'has no lang on html');
  report.check(page.duplicates.length === 0, file, `duplicate id: ${page.duplicates.join(', ')}`);
}

async function checkWidths(report, file, page) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: WINDOW.height });
      const wide = await page.evaluate(overflow);
      report.check(wide === null, file, `scrolls sideways at ${width} px, ${colorScheme}: ${wide}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(WINDOW);
}

async function checkServed(test, url) {
  const { folder, report, sources, live } = test;
  const chosen = new Set(test.chosen);
  await eachInPool(test, {}, test.pages, async (tab, file) => {
    const response = await tab.visit(url + folder.address(file));
    report.check(response.status() === 200, file, `status ${response.status()}`);
    const shown = await tab.page.evaluate(inspect, null);
    live.set(file, shown);
    checkShape(report, file, sources.get(file));
    checkShape(report, file, shown);
    if (chosen.has(file)) {
      await checkWidths(report, file, tab.page);
      await tab.settle();
    }
    report.quiet(tab.take(), file);
  });
}

async function checkNotFound(test, url) {
  const { folder, report, sources, live } = test;
  if (!report.check(folder.files.has('404.html'), '404.html', 'is missing')) return;
  // Two folders deep, where only rooted addresses still lead somewhere.
  test.unknown = `${url}no-such/page/`;
  await eachInPool(test, {}, ['404.html'], async (tab, file) => {
    const response = await tab.visit(test.unknown);
    report.check(response.status() === 404, file, `status ${response.status()}`);
    const shown = await tab.page.evaluate(inspect, null);
    live.set(file, shown);
    checkShape(report, file, sources.get(file));
    report.check(shown.links.length > 0, file, 'has no link');
    await checkWidths(report, file, tab.page);
    report.quiet(tab.take(), file, '', (problem) => problem.url === test.unknown); // its own status
  });
}

/** Every address written in a page leads to a file, and to an id in it. */
function checkLinks({ folder, report, sources, live, external, unknown }) {
  const ids = new Map(folder.html.map((file) => [file, new Set(sources.get(file).ids)]));
  const check = (file, raw) => {
    const anywhere = file === '404.html';
    const rooted = /^[/\\](?![/\\])/.test(raw);
    if (!report.check(anywhere || !rooted, file, `rooted link "${raw}"`)) return;
    // Where the page was not shown, its own failure has been told.
    if (anywhere && !unknown) return;
    const target = folder.resolve(raw, file, anywhere ? unknown : undefined);
    if (target.external) return external.add(target.external);
    if (!report.check(!target.error, file, `link "${raw}": ${target.error}`)) return;
    const found = !target.fragment || !ids.has(target.file) || ids.get(target.file).has(target.fragment);
    report.check(found, file, `link "${raw}": no id ${target.fragment} in ${target.file}`);
  };
  for (const file of folder.html) for (const raw of sources.get(file).links) check(file, raw);
  // What scripts add may lead to what scripts add; what is written must hold without them.
  for (const [file, page] of live) for (const id of page.ids) ids.get(file).add(id);
  for (const [file, page] of live) {
    const written = new Set(sources.get(file).links);
    for (const raw of page.links) if (!written.has(raw)) check(file, raw);
  }
}

async function checkWithoutScript(test, url) {
  const { folder, report, live } = test;
  await eachInPool(test, { javaScriptEnabled: false }, test.chosen, async (tab, file) => {
    await tab.visit(url + folder.address(file));
    const visible = await tab.page.locator('h1').first().isVisible();
    report.check(visible, file, 'without JavaScript: no visible h1');
    const { mainText, mainLinks } = await tab.page.evaluate(inspect, null);
    report.check(mainText > 0, file, 'without JavaScript: no text in main');
    const scripted = live.get(file)?.mainLinks;
    report.check(mainLinks === scripted, file, `without JavaScript: ${mainLinks} links in main, with it ${scripted}`);
    report.quiet(tab.take(), file, ' without JavaScript');
  });
}

async function checkFromDisk(test) {
  const { folder, report } = test;
  let plain;
  let followed = 0;
  const disk = (file) => pathToFileURL(path.join(folder.root, file)).href;
  await eachInPool(test, {}, test.chosen, async (tab, file) => {
    plain ??= await tab.page.evaluate(appearance);
    await tab.visit(disk(file));
    const styled = (await tab.page.evaluate(appearance)) !== plain;
    report.check(styled, file, 'on file://: no style sheet applies');
    report.quiet(tab.take(), file, ' on file://');

    const link = await folderLink(folder, tab.page, file);
    if (!link) return;
    followed++;
    await link.anchor.click();
    const right = (url) => String(url).replace(/[?#].*$/s, '') === disk(link.target);
    await tab.page.waitForURL(right, { timeout: 3_000 }).catch(() => {});
    await tab.settle();
    report.check(right(tab.page.url()), file, `on file://: the link to ${link.target} leads to ${tab.page.url()}`);
    report.quiet(tab.take(), file, ` on file://, after the link to ${link.target}`);
  });
  report.check(followed > 0, '.', 'on file://: no page shows a link to a folder');
}

/** A first visit is light: bytes, unlike times, are the same on every machine. */
async function checkWeights({ folder, browser, report, pages }, url) {
  const kinds = byKind(folder, pages);
  for (const [kind, budget] of Object.entries(BUDGETS)) {
    if (!kinds.has(kind)) continue;
    const file = largest(folder, kinds.get(kind));
    const { bytes, css } = await weigh(browser, url + folder.address(file));
    report.check(bytes < budget, file, `weighs ${bytes} bytes on the wire, and may weigh ${budget}`);
    report.check(css < STYLE_BUDGET, file, `its style sheets weigh ${css} bytes on the wire, and may weigh ${STYLE_BUDGET}`);
  }
}

/** The first visible link to another page's folder, also where the script has already written out its index.html. */
async function folderLink(folder, page, here) {
  for (const anchor of await page.locator('a[href]:visible').all()) {
    const target = folder.resolve(await anchor.getAttribute('href'), here).file ?? '';
    if (target !== here && /(^|\/)index\.html$/.test(target)) return { anchor, target };
  }
  return null;
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await run('site.mjs', TIME_LIMIT_MS, async (root, base, report) => {
    const browser = await launch();
    const { external } = await testSite(root, { base, browser, report });
    await browser.close();
    console.log(`${external.size} external links, not fetched`);
  });
}
