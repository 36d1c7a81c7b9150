// Lighthouse gives home, a claim, an essay and the search of a built site full marks for accessibility, best practices
// and search engines. (How fast they are is measured by the benchmark of pages: times are no facts.)
//
//   node lighthouse.mjs PUBLIC_DIR
//
// Prints one line per fact that does not hold, then `N passed, N failed`; the status is 1 if any failed.

import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import lighthouse from 'lighthouse';

import { launch } from './browser.mjs';
import { Folder } from './folder.mjs';
import { byKind, largest } from './kinds.mjs';
import { run } from './report.mjs';
import { serve } from './serve.mjs';

const TIME_LIMIT_MS = 10 * 60_000;
const CATEGORIES = ['accessibility', 'best-practices', 'seo'];
const KINDS = ['home', 'claim', 'essay', 'search'];
/** Nothing is timed, so that nothing is waited for beyond what the page itself does. */
const UNTIMED = {
  throttlingMethod: 'provided',
  disableFullPageScreenshot: true,
  pauseAfterLoadMs: 100,
  networkQuietThresholdMs: 100,
  cpuQuietThresholdMs: 100,
};

/** The largest page of each kind that Lighthouse looks at, as `[kind, file]`; the file is undefined where there is none. */
export function audited(folder) {
  const kinds = byKind(folder, folder.html);
  return KINDS.map((kind) => [kind, kinds.has(kind) ? largest(folder, kinds.get(kind)) : undefined]);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Opens a browser for Lighthouse; `audit(url, categories, settings)` resolves to what Lighthouse says. */
export async function openLighthouse() {
  const port = await freePort();
  const browser = await launch({ flags: [`--remote-debugging-port=${port}`] });
  return {
    async audit(url, categories, settings = {}) {
      const options = { port, output: 'json', logLevel: 'error', onlyCategories: categories, ...settings };
      const { lhr } = await lighthouse(url, options);
      if (lhr.runtimeError) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
      return lhr;
    },
    close: () => browser.close(),
  };
}

/** The audits that cost a category marks, each as a line. */
function shortcomings({ audits }, { auditRefs }) {
  return auditRefs
    .map(({ id, weight }) => ({ weight, ...audits[id] }))
    .filter(({ weight, score }) => weight > 0 && score !== null && score < 1)
    .map(({ id, title, explanation = '', details }) => {
      const items = (details?.items ?? []).map((item) => item.node?.selector ?? item.url ?? JSON.stringify(item));
      return [`${id}: ${title}`, explanation, items.slice(0, 5).join(', ')].filter(Boolean).join('; ');
    });
}

export async function testLighthouse(root, { report }) {
  const folder = new Folder(root);
  const server = await serve(folder.root);
  const browser = await openLighthouse();
  try {
    for (const [kind, file] of audited(folder)) {
      if (!report.check(file, '.', `has no page of the kind ${kind}`)) continue;
      const said = await browser.audit(server.url + folder.address(file), CATEGORIES, UNTIMED);
      for (const warning of said.runWarnings) report.check(false, file, `Lighthouse: ${warning}`);
      for (const category of Object.values(said.categories)) {
        const marks = Math.round(category.score * 100);
        const why = shortcomings(said, category).join(' | ');
        report.check(category.score === 1, file, `Lighthouse, ${category.id}: ${marks} of 100: ${why}`);
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await run('lighthouse.mjs', TIME_LIMIT_MS, (root, base, report) => testLighthouse(root, { report }));
}
