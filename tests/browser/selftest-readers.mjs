// Tests the tests of what readers with other means meet: a correct tiny site passes each of them, and each way to break
// it is reported, and nothing else is.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { testAccessibility } from './accessibility.mjs';
import { launch } from './browser.mjs';
import { testHtml } from './html.mjs';
import { testKeyboard } from './keyboard.mjs';
import { testLighthouse } from './lighthouse.mjs';
import { Report } from './report.mjs';
import { check, compare, finish, temp, write } from './selftest-kit.mjs';
import { compareTrees } from './trees.mjs';

function page(up, { head = '', body = '', kind = 'page' }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="A page of a tiny site.">
<link rel="icon" href="${up}dot.svg">
<link rel="stylesheet" href="${up}site.css">
<script src="${up}site.js" defer></script>${head}
</head>
<body class="p-${kind}">
<a href="#main">Skip</a>
<header><a href="${up}">Home</a></header>
<main id="main">
<h1>Something</h1>
<p>Some words, and <a href="${up}">a link</a> among them.</p>${body}
</main>
</body>
</html>`;
}

function goodSite() {
  return {
    'index.html': page('./', { kind: 'home' }),
    'essays/one/index.html': page('../../', {
      kind: 'essay',
      body: '<details><summary>More</summary><p>Words, <a href="./">again</a>.</p></details>',
    }),
    'search/index.html': page('../', {
      kind: 'search',
      body: '<div id="state"></div>',
      head: '<script src="search.js" defer></script>',
    }),
    'search/search.js': `const found = new URLSearchParams(location.search).get('q') === 'Something';
      document.getElementById('state').innerHTML = found ? '<ul><li data-entry="x">It is here.</li></ul>' : '';
      document.getElementById('state').dataset.searchState = 'done';`,
    'dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="9"/></svg>',
    'site.css': `:root { color-scheme: light dark; background: #fff; color: #222 } a { color: #0a4e80 }
      @media (prefers-color-scheme: dark) { :root:not([data-theme]) { background: #111; color: #eee } :root:not([data-theme]) a { color: #9cf } }
      [data-theme=dark] { background: #111; color: #eee } [data-theme=dark] a { color: #9cf }
      :focus-visible { outline: 3px solid } a { display: inline-block; min-height: 24px; min-width: 24px }
      .row { overflow-x: auto; width: 200px } .row p { width: 400px } .plain:focus-visible { outline: none }
      .below { position: fixed; inset: 0; background: #888; z-index: 1 }
      @media (prefers-color-scheme: dark) { .faint { color: #333 } } @media (max-width: 400px) { .name { display: none } }`,
    'site.js': `const button = Object.assign(document.createElement('button'), { className: 'theme', textContent: 'Dark', type: 'button' });
      button.onclick = () => { document.documentElement.dataset.theme = 'dark'; };
      document.querySelector('header').append(button);`,
  };
}

const scripted = (code) => ({ head: '<script src="x.js" defer></script>', files: { 'x.js': code } });

/**
 * What can be broken in one page, and which test says what of it: `axe`, `keys` or `html`, none or all. Each pattern
 * must be met by a line about that page, and every line about it must meet one.
 */
const PAGES = {
  'no-alt': { body: '<p><img src="../dot.svg"></p>', axe: [/light 320 px.*image-alt/], html: [/wcag\/h37/] },
  'faint-in-the-dark': { body: '<p class="faint">x y z</p>', axe: [/: dark 320 px, dark 768 px, dark 1440 px: color-contrast/] },
  'no-name-where-narrow': {
    body: '<button type="submit"><span class="name">Go</span></button>',
    axe: [/: light 320 px: button-name/],
  },
  'bad-when-open': {
    body: '<details><summary>More</summary><p><img src="../dot.svg"></p></details>',
    axe: [/: with all details open: image-alt/],
    html: [/wcag\/h37/],
  },
  'bad-when-pressed': {
    body: '<button type="button" class="x">Press</button>',
    ...scripted(`document.querySelector('.x').onclick = () => document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="../dot.svg">');`),
    axe: [/after a press of the button "x": image-alt/],
  },
  'skipped-heading': { body: '<h4>x</h4>', axe: [/heading-order/], html: [/heading-level/] },
  trap: {
    body: '<p><a class="a" href="./">one</a> <a class="b" href="../">two</a> <a href="../essays/one/">three</a></p>',
    ...scripted(`document.querySelector('.b').onkeydown = (e) => { if (e.key === 'Tab') { e.preventDefault(); document.querySelector('.a').focus(); } };`),
    keys: [/Tab is trapped: after a\.b "two" comes a\.a "one" again/, /never reaches a "three"/],
  },
  backwards: {
    body: '<p><a href="./" tabindex="2">one</a> <a href="../" tabindex="1">two</a></p>',
    axe: [/tabindex/],
    keys: [/has a tabindex above 0/, /Tab leads back/, /first stop is no link/],
  },
  'no-focus-shown': { body: '<p><a class="plain" href="./">one</a></p>', keys: [/focus does not show on a\.plain "one"/] },
  covered: {
    body: '<p><a href="./">one</a></p><div class="below">x</div>',
    keys: [/is out of sight or covered/],
  },
  'out-of-reach': { body: '<p><a href="./x/" tabindex="-1">one</a></p>', keys: [/can't reach a "one"/] },
  'reached-elsewhere': { body: '<p><a href="../" tabindex="-1" aria-hidden="true">one</a></p>', keys: [] },
  'hidden-stop': { body: '<p><a href="../" aria-hidden="true">one</a></p>', axe: [/aria-hidden-focus/], keys: [/hidden from readers/], html: [/hidden-focusable/] },
  'no-skip-link': { edit: (html) => html.replace('<a href="#main">Skip</a>', ''), keys: [/first stop is no link to the text/] },
  'box-that-scrolls': { body: '<div class="row"><p>wide</p></div>', keys: [] },
  unclosed: { body: '<div><p>x</div></p>', html: [/close-order|Stray end tag/] },
  'nested-wrong': { body: '<p><span><div>x</div></span></p>', html: [/./] },
};

const browser = await launch();
const TESTS = {
  axe: (root, report) => testAccessibility(root, { browser, report }),
  keys: (root, report) => testKeyboard(root, { browser, report }),
  html: (root, report) => testHtml(root, { report }),
};

async function testGoodSite() {
  const root = write(goodSite());
  for (const [name, test] of Object.entries(TESTS)) {
    const report = new Report();
    await test(root, report);
    compare(`${name} on the good site`, report.failures, []);
    check(report.passed > 2, `${name} on the good site: only ${report.passed} facts checked`);
  }
}

async function testBrokenPages() {
  const site = goodSite();
  for (const [name, { edit = (html) => html, files = {}, ...parts }] of Object.entries(PAGES)) {
    site[`${name}/index.html`] = edit(page('../', parts));
    for (const [file, text] of Object.entries(files)) site[`${name}/${file}`] = text;
  }
  const root = write(site);
  for (const [test, work] of Object.entries(TESTS)) {
    const report = new Report();
    await work(root, report);
    const about = (name) => report.failures.filter((line) => line.startsWith(`FAIL ${name}/index.html: `));
    for (const name of Object.keys(PAGES)) compare(`${test}: ${name}`, about(name), PAGES[name][test] ?? []);
    const others = report.failures.filter((line) => !Object.keys(PAGES).some((name) => about(name).includes(line)));
    compare(`${test}: broken pages`, others, []);
  }
}

async function testStates() {
  const site = { ...goodSite(), 'site.js': '' };
  site['search/search.js'] = site['search/search.js'].replace('It is here.', '<img src="../dot.svg">');
  const report = new Report();
  await TESTS.axe(write(site), report);
  compare('states', report.failures, [/button of the theme|locator|could not go on|Timeout/, /search\/index\.html: light 320 px.*image-alt/]);
}

async function testMarks() {
  const site = goodSite();
  site['index.html'] = site['index.html'].replace(/<meta name="description".*?>/, '');
  const report = new Report();
  await testLighthouse(write(site), { report });
  compare('lighthouse', report.failures, [
    /index\.html: Lighthouse, seo: \d+ of 100: meta-description/,
    /has no page of the kind claim/,
  ]);
}

function testTrees() {
  const golden = path.join(temp, 'golden');
  mkdirSync(golden);
  for (const name of ['same', 'other', 'gone']) writeFileSync(path.join(golden, `${name}.yml`), '- main: x\n');
  const report = new Report();
  compareTrees(new Map([['same', '- main: x\n'], ['other', '- main: y\n'], ['new', '- main: x\n']]), golden, report);
  compare('trees', report.failures, [/FAIL other\.yml: the tree has changed/, /FAIL gone\.yml: no page/, /FAIL new\.yml: is missing/]);
}

testTrees();
for (const test of [testGoodSite, testBrokenPages, testStates, testMarks]) await test();
await browser.close();
finish();
