// Takes pictures of a built site, for people to look at.
//
//   node screenshots.mjs PUBLIC_DIR OUT_DIR [PATH...]

import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { launch, openPage } from './browser.mjs';
import { Folder } from './folder.mjs';
import { serve } from './serve.mjs';

const WIDTHS = [1280, 390];
const TALLEST = 2400;
const KINDS = ['arguments', 'claims', 'essays', 'quotes', 'samples', 'sources'];

/** Home, search, and the first page of each kind, as `[name, file]`. */
function usualPages(folder) {
  const first = (kind) => folder.html.find((file) => file.startsWith(`${kind}/`) && file.split('/').length === 3);
  return [
    ['home', 'index.html'],
    ...KINDS.map((kind) => [kind.slice(0, -1), first(kind)]),
    ['search', 'search/index.html'],
  ];
}

/** `/essays/x/`, `essays/x` and `essays/x/index.html` all name that page. */
function namedPage(folder, wanted) {
  const plain = wanted.split('/').filter(Boolean).join('/');
  const file = [plain, `${plain}/index.html`.replace(/^\//, '')].find((file) => folder.html.includes(file));
  const name = plain.replace(/(^|\/)index\.html$/, '').replace(/\.html$/, '').replaceAll('/', '-');
  return [name || 'home', file];
}

const [root, out, ...wanted] = process.argv.slice(2);
if (!root || !out) {
  console.error('usage: screenshots PUBLIC_DIR OUT_DIR [PATH...]');
  process.exit(2);
}
const folder = new Folder(root);
const pages = wanted.length > 0 ? wanted.map((each) => namedPage(folder, each)) : usualPages(folder);
const missing = pages.filter(([name, file]) => !file || !folder.files.has(file)).map(([name]) => name);
if (missing.length > 0) console.error(`no such page: ${missing.join(', ')}`);

mkdirSync(out, { recursive: true });
const server = await serve(root);
const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const context = await browser.newContext({ colorScheme });
  const { page, visit } = await openPage(context);
  for (const [name, file] of pages.filter(([name]) => !missing.includes(name))) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await visit(server.url + folder.address(file));
      const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
      const shot = path.join(out, `${name}-${colorScheme}-${width}.png`);
      await page.screenshot({ path: shot, fullPage: true, clip: { x: 0, y: 0, width, height } });
      console.log(shot);
    }
  }
}
await browser.close();
await server.close();
// A casebook need not have every kind; a page that was asked for must be there.
process.exit(missing.length === pages.length || (wanted.length > 0 && missing.length > 0) ? 1 : 0);
