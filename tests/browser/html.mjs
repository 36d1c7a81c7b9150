// The HTML of every page of a built site is valid, by html-validate.
//
//   node html.mjs PUBLIC_DIR
//
// Prints one line per fact that does not hold, then `N passed, N failed`; the status is 1 if any failed.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { HtmlValidate, StaticConfigLoader } from 'html-validate';

import { Folder } from './folder.mjs';
import { run } from './report.mjs';

const TIME_LIMIT_MS = 10 * 60_000;

/** What the standard requires of a document, and what WCAG requires of its markup, with few exceptions. */
export const CONFIG = {
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
  elements: ['html5'],
  rules: {
    // What comes from the site's own host can't be told from the page that names it; and from a disk, where there is
    // no host, no browser loads a style sheet with an integrity attribute.
    'require-sri': ['error', { target: 'crossorigin' }],
  },
};

export function testHtml(root, { report }) {
  const folder = new Folder(root);
  const validator = new HtmlValidate(new StaticConfigLoader(CONFIG));
  report.check(folder.html.length > 0, '.', 'no page found');
  for (const file of folder.html) {
    const { results } = validator.validateStringSync(folder.read(file), file);
    report.check(true, file, 'validated');
    for (const { line, column, message, ruleId, selector } of results.flatMap((result) => result.messages)) {
      report.check(false, file, `${line}:${column} ${message} (${ruleId}${selector ? `, ${selector}` : ''})`);
    }
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await run('html.mjs', TIME_LIMIT_MS, (root, base, report) => testHtml(root, { report }));
}
