// axe-core finds nothing on any page type of a built site: in light and dark, at every width, and in what scripts make.
//
//   node accessibility.mjs PUBLIC_DIR [--base /sub/path/]
//
// Prints one line per fact that does not hold, then `N passed, N failed`; the status is 1 if any failed. What axe-core
// can't tell is listed as well, once a page, and is no failure.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch } from './browser.mjs';
import { Folder } from './folder.mjs';
import { kindOf, shownPages } from './kinds.mjs';
import { WINDOW, eachInPool } from './pool.mjs';
import { run } from './report.mjs';
import { serve } from './serve.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIME_LIMIT_MS = 10 * 60_000;
const WIDTHS = [320, 768, 1440];
/** The conformance that is promised, and what axe-core advises beyond it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules that look at colours: only they can find in the dark what they did not find in the light. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
const ENTRIES = new Set(['essay', 'quote', 'sample']);

/** Runs in the page: what axe-core finds and what it can't tell. `rules` are all of `tags` if there are none. */
async function scan({ tags, rules }) {
  const label = ({ target, failureSummary = '' }) => `${target.flat().join(' ')}: ${failureSummary.slice(0, 300)}`;
  const { violations, incomplete } = await globalThis.axe.run(document, {
    // Style sheets are not fetched a second time.
    preload: false,
    resultTypes: ['violations', 'incomplete'],
    runOnly: rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags },
    // New in WCAG 2.2, and off unless asked for.
    ...(rules ? {} : { rules: { 'target-size': { enabled: true } } }),
  });
  return {
    violations: violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${label(node)}`)),
    unsure: incomplete.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().join(' ')}`)),
  };
}

/** One loaded page, looked at in several ways; what is wrong in all of them is told once. */
class Look {
  found = new Map();
  unsure = [];
  constructor(test, tab, file) {
    Object.assign(this, { test, page: tab.page, file });
  }
  async at(where, rules) {
    const { violations, unsure } = await this.page.evaluate(scan, { tags: TAGS, rules });
    this.test.report.check(true, this.file, `looked at ${where}`);
    for (const fact of violations) this.found.set(fact, [...(this.found.get(fact) ?? []), where]);
    this.unsure.push(new Set(unsure));
  }
  tell() {
    for (const [fact, places] of this.found) {
      this.test.report.check(false, this.file, `${places.join(', ')}: ${fact}`);
    }
    // What one width hides another may show.
    const [first = new Set(), ...others] = this.unsure;
    const never = [...first].filter((fact) => others.every((set) => set.has(fact)));
    for (const fact of never) console.log(`unsure ${this.file}: ${fact}`);
  }
}

async function open(tab, address) {
  await tab.visit(address);
  await tab.page.evaluate(AXE);
}

async function schemesAndWidths(look) {
  for (const colorScheme of ['light', 'dark']) {
    await look.page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await look.page.setViewportSize({ width, height: WINDOW.height });
      await look.at(`${colorScheme} ${width} px`, colorScheme === 'dark' ? COLOURS : undefined);
    }
  }
  await look.page.emulateMedia({ colorScheme: null });
  await look.page.setViewportSize(WINDOW);
}

/** Opens every detail, then presses one of each sort of button and tab, and looks each time. */
async function whatIsHidden(look) {
  const details = await look.page.evaluate(() => {
    const closed = document.querySelectorAll('details:not([open])');
    for (const each of closed) each.open = true;
    return closed.length;
  });
  if (details > 0) await look.at('with all details open');
  const buttons = await look.page.locator('main').locator('button[type=button]:visible, [role=tab]:visible').elementHandles();
  const sorts = new Map();
  for (const button of buttons) {
    const sort = await button.evaluate((each) => `${each.className} ${each.getAttribute('role') ?? ''}`.trim());
    // The last tab, since the first is open from the start.
    sorts.set(sort, button);
  }
  for (const [sort, button] of sorts) {
    // What an earlier press has hidden was looked at before.
    if (!(await button.isVisible())) continue;
    await button.click();
    await look.at(`after a press of the button "${sort}"`);
  }
}

async function everyPage(test) {
  await eachInPool(test, {}, test.pages, async (tab, file) => {
    await open(tab, test.url + test.folder.address(file));
    const look = new Look(test, tab, file);
    await schemesAndWidths(look);
    await whatIsHidden(look);
    look.tell();
  });
}

/** The dark that a reader chooses by the button, while the system is light. */
async function chosenTheme(test) {
  await eachInPool(test, { colorScheme: 'light' }, ['index.html'], async (tab, file) => {
    await open(tab, test.url);
    const theme = () => tab.page.evaluate(() => document.documentElement.dataset.theme);
    for (let presses = 0; presses < 3 && (await theme()) !== 'dark'; presses++) await tab.page.click('button.theme');
    if (!test.report.check((await theme()) === 'dark', file, 'the button of the theme never makes it dark')) return;
    const look = new Look(test, tab, file);
    await look.at('dark by the button');
    look.tell();
  });
}

/** The search with many results and with none. */
async function searches(test) {
  const { folder, report, url, pages } = test;
  if (!report.check(pages.includes('search/index.html'), 'search/index.html', 'is missing')) return;
  // A word of some entry, so that there are results whatever the archive is about.
  const entry = pages.find((file) => ENTRIES.has(kindOf(folder, file)));
  const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(entry ? folder.read(entry) : '')?.[1] ?? '';
  const [word] = (heading.replace(/<.*?>|&.*?;/g, ' ').match(/\p{L}+/gu) ?? []).sort((a, b) => b.length - a.length);
  if (!report.check(word, 'search/index.html', 'there is no entry to search for')) return;
  await eachInPool(test, {}, [word, 'qxzvqxzv'], async (tab, query) => {
    await open(tab, `${url}search/?q=${encodeURIComponent(query)}`);
    await tab.page.waitForFunction(() => document.querySelector('[data-search-state=done]'));
    const hits = await tab.page.locator('[data-entry]').count();
    report.check(hits > 0 === (query === word), 'search/index.html', `"${query}" has ${hits} results`);
    const look = new Look(test, tab, 'search/index.html');
    await schemesAndWidths(look);
    await whatIsHidden(look);
    look.tell();
  });
}

/** Tests the site in `root`; `browser` and `report` as for the other tests. */
export async function testAccessibility(root, { base = '/', browser, report }) {
  const folder = new Folder(root);
  const server = await serve(folder.root, base);
  const test = { folder, browser, report, url: server.url, pages: shownPages(folder) };
  try {
    if (!report.check(test.pages.length > 0, '.', 'no page found')) return;
    await everyPage(test);
    await chosenTheme(test);
    await searches(test);
  } finally {
    await server.close();
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await run('accessibility.mjs', TIME_LIMIT_MS, async (root, base, report) => {
    const browser = await launch();
    await testAccessibility(root, { base, browser, report });
    await browser.close();
  });
}
