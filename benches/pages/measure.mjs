// What a reader waits for when opening a page of a built site: bytes and requests of a first visit, and Lighthouse's
// figures for performance on a simulated slow phone.
//
//   node measure.mjs PUBLIC_DIR [--rounds N] [--json]
//
// Of each kind the largest page is measured; of Lighthouse's rounds the median is told.

import { parseArgs } from 'node:util';

import { launch } from '../../tests/browser/browser.mjs';
import { Folder } from '../../tests/browser/folder.mjs';
import { byKind, largest } from '../../tests/browser/kinds.mjs';
import { audited, openLighthouse } from '../../tests/browser/lighthouse.mjs';
import { serve } from '../../tests/browser/serve.mjs';
import { weigh } from '../../tests/browser/weight.mjs';

const KINDS = ['home', 'argument', 'claim', 'essay', 'quote', 'sample', 'search'];
const PARTS = ['html', 'css', 'js', 'images', 'other'];
/** Lighthouse's names for what it times, and ours; milliseconds, but the shift of the layout has no unit. */
const TIMES = {
  'first-contentful-paint': 'first paint',
  'largest-contentful-paint': 'largest paint',
  'total-blocking-time': 'blocked',
  'speed-index': 'speed index',
  'cumulative-layout-shift': 'shift',
};

async function weights(folder, url) {
  const kinds = byKind(folder, folder.html);
  const browser = await launch();
  const measured = [];
  for (const kind of KINDS.filter((kind) => kinds.has(kind))) {
    const file = largest(folder, kinds.get(kind));
    measured.push({ kind, file, ...(await weigh(browser, url + folder.address(file))) });
  }
  await browser.close();
  return measured;
}

async function speeds(folder, url, rounds) {
  const browser = await openLighthouse();
  const measured = [];
  for (const [kind, file] of audited(folder).filter(([, file]) => file)) {
    const all = [];
    for (let round = 0; round < rounds; round++) {
      const { audits, categories } = await browser.audit(url + folder.address(file), ['performance']);
      const times = Object.keys(TIMES).map((id) => [TIMES[id], audits[id].numericValue]);
      all.push({ score: Math.round(categories.performance.score * 100), ...Object.fromEntries(times) });
    }
    measured.push({ kind, file, rounds: all });
  }
  await browser.close();
  return measured;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function rows(heads, lines) {
  const wide = heads.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at].length)));
  const row = (cells) => `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(wide[at]) : cell.padStart(wide[at]))).join(' | ')} |`;
  const rule = `| ${wide.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [row(heads), rule, ...lines.map(row)].join('\n');
}

function table({ pages, lighthouse }) {
  const sizes = pages.map((page) => [page.kind, ...['requests', 'bytes', ...PARTS].map((part) => String(page[part]))]);
  const times = lighthouse.map(({ kind, rounds }) => {
    const of = (name) => median(rounds.map((round) => round[name]));
    const shown = Object.values(TIMES).map((name) => (name === 'shift' ? of(name).toFixed(3) : `${Math.round(of(name))} ms`));
    return [kind, String(of('score')), ...shown];
  });
  return [
    rows(['page', 'requests', 'bytes', ...PARTS], sizes),
    rows(['page', 'performance', ...Object.values(TIMES)], times),
  ].join('\n\n');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
});
const rounds = Number(values.rounds);
if (positionals.length !== 1 || !(rounds > 0)) {
  console.error('usage: node measure.mjs PUBLIC_DIR [--rounds N] [--json]');
  process.exit(2);
}
const folder = new Folder(positionals[0]);
const server = await serve(folder.root);
try {
  const measured = { pages: await weights(folder, server.url), lighthouse: await speeds(folder, server.url, rounds) };
  console.log(values.json ? JSON.stringify(measured, null, 1) : table(measured));
} finally {
  await server.close();
}
