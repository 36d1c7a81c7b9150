// Takes the pictures of the shipped casebook that its documentation shows, in few colours to keep them small.
//
//   node docs-pictures.mjs PUBLIC_DIR OUT_DIR

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import UPNG from 'upng-js';

import { launch, openPage } from './browser.mjs';
import { Folder } from './folder.mjs';
import { byKind, largest } from './kinds.mjs';
import { serve } from './serve.mjs';

const KINDS = ['home', 'argument', 'essay', 'quote', 'sample', 'map', 'search'];
const QUERY = '?q=threads';
const WINDOW = { width: 1280, height: 900 };
const TALLEST = 1500;
const COLOURS = 128;
const MOST_BYTES = 120_000;

/** The picture in a palette of few colours, and fewer still until it is small enough. */
function reduced(png) {
  const { width, height, ...image } = UPNG.decode(png);
  const [pixels] = UPNG.toRGBA8({ width, height, ...image });
  for (let colours = COLOURS; ; colours /= 2) {
    const small = Buffer.from(UPNG.encode([pixels], width, height, colours));
    if (small.length < MOST_BYTES) return small;
    if (colours < 16) throw new Error(`a picture of ${small.length} bytes is too large, even in ${colours} colours`);
  }
}

const [root, out, ...more] = process.argv.slice(2);
if (!root || !out || more.length > 0) {
  console.error('usage: screenshots --docs PUBLIC_DIR OUT_DIR');
  process.exit(2);
}
const folder = new Folder(root);
const kinds = byKind(folder, folder.html);
const missing = KINDS.filter((kind) => !kinds.has(kind));
if (missing.length > 0) {
  console.error(`no page of the kind ${missing.join(', ')}`);
  process.exit(1);
}

mkdirSync(out, { recursive: true });
const server = await serve(root);
const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const { page, visit } = await openPage(await browser.newContext({ colorScheme, viewport: WINDOW, reducedMotion: 'reduce' }));
  for (const kind of KINDS) {
    await visit(server.url + folder.address(largest(folder, kinds.get(kind))) + (kind === 'search' ? QUERY : ''));
    const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
    const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: WINDOW.width, height } });
    const shot = path.join(out, `${kind}-${colorScheme}.png`);
    const small = reduced(png);
    writeFileSync(shot, small);
    console.log(`${shot}: ${small.length} bytes`);
  }
}
await browser.close();
await server.close();
