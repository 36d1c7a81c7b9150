// What the tests of the tests share: tiny sites, and a count of what held.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const NAME = path.basename(process.argv[1] ?? '', '.mjs');
const TIME_LIMIT_MS = 10 * 60_000;

export function page(up, body, head = '') {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${up}site.css"><script src="${up}site.js" defer></script>${head}</head>
<body><a href="#main">Skip</a><main id="main"><h1>A page</h1>${body}</main></body></html>`;
}

let failed = 0;
let passed = 0;
export function check(holds, fact) {
  if (holds) return passed++;
  failed++;
  console.log(`FAIL ${NAME}: ${fact}`);
}

/** A folder that is gone when the program ends. */
export const temp = mkdtempSync(path.join(tmpdir(), 'casebook-selftest-'));
process.on('exit', () => rmSync(temp, { recursive: true, force: true }));
setTimeout(() => {
  console.log(`FAIL ${NAME}: not done after ${TIME_LIMIT_MS / 60_000} minutes`);
  process.exit(1);
}, TIME_LIMIT_MS).unref();

let written = 0;
/** Writes a site, `{ file: text }`; hands over its folder. */
export function write(files) {
  const root = path.join(temp, String(written++));
  mkdirSync(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

/** Every pattern is met by a line, and every line meets a pattern: what is broken is reported, and nothing else. */
export function compare(name, lines, expected) {
  for (const pattern of expected) check(lines.some((line) => pattern.test(line)), `${name}: nothing like ${pattern} reported`);
  const surprises = lines.filter((line) => !expected.some((pattern) => pattern.test(line)));
  check(surprises.length === 0, `${name}: also reported\n  ${surprises.join('\n  ')}`);
}

/** Says how it went and ends the program. */
export function finish() {
  console.log(`${NAME}: ${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
