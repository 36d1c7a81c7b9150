// Tests the test: a correct tiny site passes, and each way to break it is reported, and nothing else is.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch } from './browser.mjs';
import { Folder } from './folder.mjs';
import { choose } from './kinds.mjs';
import { checkLinkedData } from './linked-data.mjs';
import { Report } from './report.mjs';
import { check, compare, finish, page, temp, write } from './selftest-kit.mjs';
import { serve } from './serve.mjs';
import { testSite } from './site.mjs';

const ESSAY = 'essays/one/index.html';

function feed(below) {
  return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>urn:x</id><title>F</title>
    <updated>2026-11-20T00:00:00Z</updated><link href="https://example.org/book/${below}"/><author><name>A</name></author>
    <link rel="self" href="https://example.org/book/${below}feed.xml"/><entry><id>urn:x:1</id><title>One</title>
    <updated>2026-11-20T00:00:00Z</updated><link href="https://example.org/book/essays/one/"/>
    <content type="html">&lt;a href="https://example.org/book/essays/"&gt;x&lt;/a&gt;</content></entry></feed>`;
}

function list(page, next, previous, entry) {
  return `{"total":2,"page":${page},"pages":2,"next":${next},"previous":${previous},"entries":[{${entry}}]}`;
}

/** Every promise once, as small as can be. */
function goodSite() {
  return {
    'index.html': page(
      '',
      '<p><a href="essays/">Essays</a> <a href="search/?q=a">Search</a> <a href="https://example.org/x">Elsewhere</a></p>',
      '<link rel="canonical" href="https://example.org/book/"><link rel="alternate" href="feed.xml">' +
        '<script type="application/ld+json">{"@type":"WebSite"}</script>',
    ),
    'essays/index.html': page('../', '<p><a href="one/">One</a> <a href="one/#%5Epool">A passage</a> <a href="../">Up</a></p>'),
    [ESSAY]: page(
      '../../',
      '<p id="^pool">Text. <img src="dot.svg" srcset="dot.svg 1x, dot.svg 2x" alt=""></p><p><a href="../">Essays</a></p>',
    ),
    'essays/one/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>',
    'search/index.html': page(
      '../',
      '<form action="./"><input name="q" aria-label="Search"></form><noscript><a href="../">Home</a></noscript>',
    ),
    'tags/c#/index.html': page('../../', '<p><a href="../../">Home</a></p>'),
    'old/index.html': `<!doctype html><html lang="en"><title>Moved</title>
      <meta http-equiv="refresh" content="0; url=../essays/one/"><a href="../essays/one/">Moved</a></html>`,
    '404.html': page('/book/', '<p><a href="/book/">Home</a> <a href="/book/tags/c%23/">C#</a></p>'),
    'site.css': `body { font-family: sans-serif; background: #fffdf8; overflow-wrap: anywhere }
      @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }`,
    'site.js': `if (location.protocol === 'file:') {
      for (const link of document.querySelectorAll('a[href]')) {
        if (link.protocol === 'file:' && link.pathname.endsWith('/')) link.pathname += 'index.html';
      }
    }`,
    'robots.txt': 'User-agent: *\nAllow: /\n',
    'sitemap.xml': `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <url><loc>https://example.org/book/</loc><lastmod>2026-11</lastmod></url></urlset>`,
    'feed.xml': feed(''),
    'essays/feed.xml': feed('essays/'),
    'feed.json':
      '{"version":"https://jsonfeed.org/version/1.1","title":"F","feed_url":"https://example.org/book/feed.json",' +
      '"items":[{"id":"1","content_html":"<p>Text.</p>","authors":[{"name":"A"}]}]}',
    'api/entries/1.json': list(1, '"2.json"', 'null', '"id":"essays/one","url":"../../essays/one/"'),
    'api/entries/2.json': list(2, 'null', '"1.json"', '"id":"quotes/two","url":"../../essays/one/","claims":[{"passage":null}]'),
  };
}

/**
 * What can be broken in one page. Each case is a page of its own (`head` and `body` added, then `edit`ed, with `files`
 * beside it); each pattern must be met by a line about that page, and every line about it must meet one.
 */
const PAGES = {
  'dead-link': { body: '<a href="../nowhere/">x</a>', expect: [/link "\.\.\/nowhere\/": dead link/] },
  'dead-anchor': { body: '<a href="../essays/#nowhere">x</a>', expect: [/no id nowhere in essays\/index\.html/] },
  'dead-own-anchor': { body: '<a href="#nowhere">x</a>', expect: [/no id nowhere in dead-own-anchor/] },
  'anchor-of-a-script': {
    body: '<a href="#late">x</a><script src="x.js"></script>',
    files: { 'x.js': 'document.querySelector("h1").id = "late";' },
    expect: [/no id late/],
  },
  'rooted-link': { body: '<a href="/essays/">x</a>', expect: [/rooted link "\/essays\/"/] },
  'link-out': { body: '<a href="../../x/">x</a>', expect: [/link "\.\.\/\.\.\/x\/": leads out of the site/] },
  'no-slash': { body: '<a href="../search">x</a>', expect: [/without the final slash/] },
  'no-image': {
    body: '<img src="no.png" alt="">',
    expect: [
      /link "no\.png": dead link/,
      /: failed request: 404 .*no\.png/,
      /failed request on file:.*no\.png/,
      /failed request without JavaScript.*no\.png/,
      /console error/,
    ],
  },
  'no-srcset': { body: '<img src="../dot.svg" srcset="../dot.svg 1x, no.svg 2x" alt="">', expect: [/link "no\.svg": dead link/] },
  'console-error': script('console.error("boom")', [/: console error: boom/, /console error on file:\/\/: boom/]),
  'uncaught-error': script('throw new Error("bang")', [/: page error: bang/, /page error on file:\/\/: bang/]),
  'rejected-promise': script('Promise.reject(new Error("bang"))', [/: page error: bang/, /page error on file:\/\/: bang/]),
  'fetch-elsewhere': script('fetch("https://example.org/").catch(() => {})', [
    /CSP violation: connect-src blocked https:\/\/example\.org/,
    /on file:\/\/.*ERR_NAME_NOT_RESOLVED/,
    /console error/,
  ]),
  eval: script('try { eval("1") } catch {}', [/CSP violation: script-src blocked eval/, /console error/]),
  'duplicate-id': { body: '<p id="main">x</p>', expect: [/duplicate id: main/] },
  'duplicate-id-of-a-script': script('document.querySelector("h1").id = "main"', [/duplicate id: main/]),
  'two-h1': { body: '<h1>x</h1>', expect: [/has 2 h1/] },
  'no-h1': { edit: (html) => html.replace(/<h1>.*<\/h1>/, ''), expect: [/has 0 h1/, /no visible h1/] },
  'no-title': { edit: (html) => html.replace('<title>A page</title>', ''), expect: [/has no title/] },
  'no-lang': { edit: (html) => html.replace(' lang="en"', ''), expect: [/has no lang/] },
  'no-doctype': { edit: (html) => html.replace('<!doctype html>', ''), expect: [/has no doctype/] },
  'style-attribute': { body: '<p style="color: red">x</p>', expect: [/style attribute on p/, /CSP violation: style-src/, /console error/] },
  'style-element': { head: '<style>p { color: red }</style>', expect: [/style element/, /CSP violation: style-src/, /console error/] },
  'inline-script': { body: '<script>1</script>', expect: [/inline script/, /CSP violation: script-src/, /console error/] },
  'event-handler': { body: '<p onclick="x()">x</p>', expect: [/onclick attribute on p/, /CSP violation: script-src/, /console error/] },
  'handler-in-template': {
    body: '<template><p onclick="x()">x</p></template>',
    expect: [/onclick attribute on p/, /CSP violation: script-src/, /console error/],
  },
  'data-address': { body: '<a href=" dAta:text/html,x">x</a>', expect: [/data: address/] },
  'javascript-address': { body: '<a href="java\nscript:x()">x</a>', expect: [/javascript: address/] },
  iframe: { body: '<iframe src="../old/" title="x"></iframe>', expect: [/iframe element/] },
  base: { head: '<base href="./">', expect: [/base element/] },
  'broken-json-ld': { head: '<script type="application/ld+json">{a}</script>', expect: [/JSON-LD that does not parse/] },
  overflow: {
    ...styled('.wide { width: 500px }'),
    expect: ['light', 'dark'].map((scheme) => RegExp(`sideways at 320 px, ${scheme}: 5\\d\\d px in 320 px, by p\\.wide`)),
  },
  'overflow-in-the-dark': {
    ...styled('@media (prefers-color-scheme: dark) { .wide { width: 500px } }'),
    expect: [/sideways at 320 px, dark/],
  },
  'wide-but-scrolled': { ...styled('div { overflow-x: auto } .wide { width: 500px }'), expect: [] },
  'links-of-a-script': script('document.querySelector("main").innerHTML += "<a href=../>x</a>"', [
    /without JavaScript: 1 links in main, with it 2/,
  ]),
  'heading-of-a-script': {
    head: '<link rel="stylesheet" href="x.css">',
    body: '<script src="x.js"></script>',
    files: { 'x.css': 'html:not([data-on]) h1 { display: none }', 'x.js': 'document.documentElement.dataset.on = ""' },
    expect: [/without JavaScript: no visible h1/],
  },
  'listing-on-disk': {
    edit: (html) => html.replace(/<script src="..\/site.js".*?<\/script>/, ''),
    expect: [/on file:\/\/: the link to index\.html leads to file:.*\/$/],
  },
  'rooted-style-sheet': {
    edit: (html) => html.replace('../site.css', '/site.css'),
    expect: [/rooted link "\/site\.css"/, /on file:\/\/: no style sheet applies/, /failed request/, /console error/],
  },
  'module-on-disk': {
    edit: (html) => html.replace('<script src', '<script type="module" src'),
    expect: [/console error on file:/, /failed request on file:/, /on file:\/\/: the link to/],
  },
  'refresh-in-body': { body: '<meta http-equiv="refresh" content="3600; url=./">', expect: [/refresh in the body/] },
  'redirect-to-nowhere': {
    edit: () => '<!doctype html><html lang="en"><title>x</title><meta http-equiv="refresh" content="0; url=\'../nowhere/\'">',
    expect: [/link "\.\.\/nowhere\/": dead link/],
  },
};

function script(code, expect) {
  return { body: '<script src="x.js"></script>', files: { 'x.js': code }, expect };
}

function styled(css) {
  return { head: '<link rel="stylesheet" href="x.css">', body: '<div><p class="wide">x</p></div>', files: { 'x.css': css } };
}

/** What can be broken in one file for machines: the file, what is replaced in the good one and by what, the report. */
const FEEDS = [
  ['feed.xml', '</entry>', '', /is not well-formed/],
  ['feed.xml', 'http://www.w3.org/2005/Atom', 'urn:other', /is no Atom feed/],
  ['feed.xml', '<title>F</title>', '', /feed has no title/],
  ['feed.xml', '<id>urn:x:1</id>', '', /entry 1 has no id/],
  ['feed.xml', ' xml:lang="en"', '', /has no xml:lang/],
  ['feed.xml', 'book/feed.xml', 'book/', /calls itself/],
  ['feed.xml', '<name>A</name>', '', /has no author with a name/],
  ['feed.xml', '</title>', '</title><body/>', /feed holds what no feed may: body/],
  ['feed.xml', '<id>urn:x:1</id>', '<id>urn:x:1</id><id>urn:x:2</id>', /entry 1 holds what no feed may: id/],
  ['feed.xml', 'T00:00:00Z</updated><link', 'T00:00:00Z</updated><published>2026</published><link', /feed was published "2026"/],
  ['feed.xml', '2026-11-20T', '2026-11-19T', /was updated .*19T.*, an entry of it .*20T/],
  ['feed.xml', 'type="html"', '', /entry 1 has no content of type html/],
  ['feed.xml', 'https://example.org/book/essays/"&gt;', 'essays/"&gt;', /entry 1 has the relative address "essays\/"|dead link/],
  ['feed.xml', 'T00:00:00Z</updated><link', '</updated><link', /feed has no updated time but "2026-11-20"|was updated/],
  ['feed.xml', '<link href="https://example.org/book/essays/one/"/>', '', /entry 1 has no link/],
  ['feed.xml', 'essays/one/', 'essays/two/', /entry 1 links to ".*": dead link/],
  ['feed.json', '"F"', '"F', /does not parse/],
  ['feed.json', '"items"', '"entries"', /lacks version, title or items/],
  ['feed.json', '"1"', '1', /has an item without id/],
  ['feed.json', '"content_html":"<p>Text.</p>",', '', /the item 1 has no content/],
  ['feed.json', '<p>', '<img src=\\"x.png\\">', /relative address "x\.png"|dead link/],
  ['feed.json', '"A"', '""', /the item 1 has no author with a name/],
  ['feed.json', '"id":"1"', '"id":"1","date_published":"2026"', /the item 1 has the date_published "2026"/],
  ['sitemap.xml', '>2026-11<', '>11\/2026<', /has the day/],
  ['sitemap.xml', '<urlset', '<urls', /is not well-formed/],
  ['sitemap.xml', '</url>', '', /is not well-formed/],
  ['sitemap.xml', 'book/</loc>', 'book/two/</loc>', /lists ".*": dead link/],
];

/** What can be broken once in a site. */
const SITES = {
  'no home': [(site) => delete site['index.html'], [/index\.html/, /404\.html/, /calls itself/]],
  'a page that the sitemap lacks': [
    (site) => (site['sitemap.xml'] = site['sitemap.xml'].replace('book/</loc>', 'book/essays/</loc>')),
    [/sitemap\.xml: does not list index\.html/, /sitemap\.xml: lists essays\/index\.html/],
  ],
  'a list of entries that is torn': [
    (site) => {
      site['api/entries/1.json'] = list(1, 'null', 'null', '"id":"essays/one","url":"../essays/one/"');
      site['api/entries/2.json'] = list(2, 'null', '"1.json"', '"id":"essays/one","url":"../../essays/one/"');
    },
    [/1\.json: leads to null, null/, /1\.json: .*dead link/, /2\.json: has essays\/one twice/, /2\.json: says 2 entries, and there are 1/],
  ],
  'no robots.txt': [(site) => delete site['robots.txt'], [/robots\.txt: is missing/]],
  'no 404 page': [(site) => delete site['404.html'], [/404\.html: is missing/]],
  'a 404 page with relative links': [
    (site) => (site['404.html'] = page('', '<a href="essays/">x</a>')),
    [/404\.html: link "essays\/": dead link/, /404\.html: link "site\.(css|js)": dead link/, /404\.html: (failed|console)/],
  ],
  'a 404 page made for another path': [
    (site) => (site['404.html'] = page('/else/', '<a href="/else/">x</a>')),
    [/404\.html: link "\/else\/": leads out of the site/, /404\.html/],
  ],
  'a heavy home': [
    (site) => {
      const heavy = (bytes) => `<p hidden>${randomBytes(bytes).toString('hex')}</p>`;
      site['index.html'] = site['index.html'].replace('<body>', `<body class="p-home">${heavy(65_000)}`);
      site['site.css'] += `/* ${randomBytes(25_000).toString('hex')} */`;
    },
    [/index\.html: weighs \d{5} bytes on the wire/, /index\.html: its style sheets weigh 2\d{4} bytes/],
  ],
  'no link to a folder': [
    (site) => {
      for (const file in site) if (file.endsWith('.html')) delete site[file];
      site['index.html'] = page('', '');
      site['404.html'] = page('/', '<a href="/">Home</a>');
      for (const file in site) if (/\.xml$|^api\//.test(file)) delete site[file];
    },
    [/no page shows a link to a folder/],
  ],
};

function runSite(...args) {
  const script = fileURLToPath(new URL('site.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, last: stdout.trimEnd().split('\n').at(-1), output: stdout + stderr };
}

/** `fetch` would tidy the path; a hostile client does not. */
function ask(url, address, method = 'GET') {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: address, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

async function testServer() {
  writeFileSync(path.join(temp, 'secret.txt'), 'secret');
  const root = write(goodSite());
  symlinkSync(path.join(temp, 'secret.txt'), path.join(root, 'link.txt'));
  const server = await serve(root, 'sub/path');
  const expect = async (address, status, holds = () => true) => {
    const answer = await ask(server.url, address);
    check(answer.status === status && holds(answer), `server: ${address} gave ${answer.status}`);
    check(answer.headers['content-security-policy'] === "default-src 'self'", `server: no policy on ${address}`);
    check(!answer.body.includes('secret'), `server: ${address} gave the secret`);
  };
  check(server.url.endsWith('/sub/path/'), `server: base of ${server.url}`);
  await expect('/sub/path/', 200, ({ headers }) => headers['content-type'] === 'text/html; charset=utf-8');
  await expect('/sub/path/essays?a=1', 301, ({ headers }) => headers.location === '/sub/path/essays/?a=1');
  await expect('/sub/path/tags/c%23/', 200);
  await expect('/sub/path/site.css', 200, ({ headers }) => headers['content-type'].startsWith('text/css'));
  await expect('/sub/path/essays/one/dot.svg', 200, ({ headers }) => headers['content-type'].startsWith('image/svg+xml'));
  await expect('/sub/path/site.css/', 404);
  await expect('/sub/path/none', 404, ({ body }) => body.includes('<h1>'));
  for (const trick of ['../secret.txt', '%2e%2e/secret.txt', '..%2fsecret.txt', '/secret.txt', '%00', '%ff', 'link.txt', '..\\secret.txt']) {
    await expect(`/sub/path/${trick}`, 404);
  }
  for (const outside of ['/', '/index.html', '//sub/path/', '*']) await expect(outside, 404);
  check((await ask(server.url, '/sub/path/', 'POST')).status === 405, 'server: takes POST');
  await server.close();
}

async function testGoodSite(browser) {
  for (const base of ['/', '/sub/path/']) {
    const { report, external } = await testSite(write(goodSite()), { base, browser });
    compare(`the good site at ${base}`, report.failures, []);
    check(report.passed > 100, `the good site at ${base}: only ${report.passed} facts checked`);
    check([...external].join() === 'https://example.org/x', `external links: ${[...external]}`);
  }
}

async function testBrokenPages(browser) {
  // In two sites, since a large one is not tested on all its pages.
  const names = Object.keys(PAGES);
  const half = Math.ceil(names.length / 2);
  for (const part of [names.slice(0, half), names.slice(half)]) {
    const site = { ...goodSite(), 'dot.svg': goodSite()['essays/one/dot.svg'] };
    for (const name of part) {
      const { head = '', body = '', edit = (html) => html, files = {} } = PAGES[name];
      site[`${name}/index.html`] = edit(page('../', `<p><a href="../">Home</a></p>${body}`, head));
      for (const [file, text] of Object.entries(files)) site[`${name}/${file}`] = text;
    }
    const { failures } = (await testSite(write(site), { browser })).report;
    const about = (name) => failures.filter((line) => line.startsWith(`FAIL ${name}/index.html: `));
    for (const name of part) compare(name, about(name), PAGES[name].expect);
    compare('broken pages', failures.filter((line) => !part.some((name) => about(name).includes(line))), []);
  }
}

async function testBrokenFeeds(browser) {
  const site = goodSite();
  FEEDS.forEach(([file, from, to], at) => {
    const damaged = site[file].replace(from, to);
    check(damaged !== site[file], `feed ${at}: the damage did nothing`);
    site[`${at}/${file}`] = damaged.replace(`book/${file}`, `book/${at}/${file}`);
  });
  const { failures } = (await testSite(write(site), { browser })).report;
  FEEDS.forEach(([file, , , pattern], at) => {
    compare(`feed ${at}`, failures.filter((line) => line.startsWith(`FAIL ${at}/${file}: `)), [pattern]);
  });
  compare('broken feeds', failures, [/^FAIL \d+\/(feed|sitemap)\./]);
}

async function testBrokenSites(browser) {
  for (const [name, [damage, expected]] of Object.entries(SITES)) {
    const site = goodSite();
    damage(site);
    compare(name, (await testSite(write(site), { browser })).report.failures, expected);
  }
}

/** Of a large site, of each kind the first page and the largest; each list is a kind of its own. */
function testChoice() {
  const many = Array.from({ length: 50 }, (_, at) => `essays/${String(at).padStart(2, '0')}/index.html`);
  const lists = ['essays/index.html', 'quotes/index.html'];
  const pages = [...lists, ...many, 'index.html', 'search/index.html', 'a/index.html', 'b/index.html'];
  const kind = (file) => (lists.includes(file) ? 'list' : many.includes(file) ? 'essay' : /^[ab]/.test(file) ? 'page' : '');
  const body = (file) => (kind(file) ? `<body class="p-${kind(file)}">` : '<body>');
  const chosen = choose({ read: (file) => body(file) + (file.includes('/33/') ? 'long' : 'x') }, pages);
  const right = [...lists, many[0], many[33], 'index.html', 'search/index.html', 'a/index.html'].join(' ');
  check(chosen.join(' ') === right, `chose ${chosen.join(' ')}`);
}

function testCommand() {
  const good = runSite(write(goodSite()));
  check(good.status === 0 && /^\d+ passed, 0 failed$/.test(good.last), `site.mjs on the good site: ${good.output}`);
  const broken = goodSite();
  broken[ESSAY] = broken[ESSAY].replace('href="../"', 'href="../nowhere/"');
  const bad = runSite(write(broken), '--base', '/sub/path/');
  check(bad.status === 1 && /^\d+ passed, 1 failed$/.test(bad.last), `site.mjs on a broken site: ${bad.output}`);
  const empty = runSite(write({}));
  check(empty.status === 1 && empty.last === '0 passed, 1 failed', `site.mjs on an empty folder: ${empty.output}`);
  check(runSite(path.join(temp, 'none')).status === 1, 'site.mjs on no folder');
  check(runSite().status === 2, 'site.mjs without arguments');
}

/** What can be wrong with linked data: what stands in its graph beside the breadcrumbs, and what must be said of it. */
const LINKED = {
  right: [{ '@type': 'Quotation', text: 'x', spokenByCharacter: { '@type': 'Person', name: 'x' }, dateCreated: '2001-02' }],
  'no-such-type': [{ '@type': 'Quote', text: 'x' }, /"Quote"/],
  'no-such-property': [{ '@type': 'Quotation', words: 'x' }, /'"words"' does not exist/],
  'property-of-another-type': [{ '@type': 'Article', spokenByCharacter: { '@type': 'Person', name: 'x' } }, /spokenByCharacter/],
  'property-within': [{ '@type': 'Article', author: [{ '@type': 'Person', headline: 'x' }] }, /"headline"/],
  'value-of-another-type': [{ '@type': 'Quotation', spokenByCharacter: { '@type': 'Book', name: 'x' } }, /"Book"/],
  'text-for-a-number': [{ '@type': 'ListItem', position: 1, name: 1 }, /number/],
  'unknown-input': [{ '@type': 'SearchAction', 'words-input': 'required' }, /"words-input"/],
  'no-date': [{ '@type': 'Article', datePublished: 'in May' }, /datePublished is no date: in May/],
  'relative-address': [{ '@type': 'Article', url: '../x/' }, /url is no whole address: \.\.\/x\//],
  'dead-address': [{ '@type': 'Article', url: 'https://example.org/book/none/' }, /url ".*": dead link/],
  empty: [{ '@type': 'Article', name: '' }, /name is empty/],
};

function testLinkedData() {
  const home = 'https://example.org/book/';
  const block = (graph) => {
    const json = JSON.stringify({ '@context': 'https://schema.org', '@graph': graph });
    return `<script type="application/ld+json">${json}</script>`;
  };
  const crumbs = (name, position = 2) => {
    const item = { '@type': 'ListItem', name, item: `${home}${name}/`, position };
    return { '@type': 'BreadcrumbList', itemListElement: [{ '@type': 'ListItem', name: 'x', item: home, position: 1 }, item] };
  };
  const head = (name, data) => `<link rel="canonical" href="${home}${name}">${data}`;
  const site = { 'index.html': page('', '', head('', block([{ '@type': 'WebSite', name: 'x' }]))) };
  const expected = {
    'no-block': [/has 0 blocks/],
    'not-listed': [/has 1 blocks/],
    'no-breadcrumbs': [/has 0 lists of breadcrumbs/],
    'wrong-breadcrumbs': [/not numbered from 1/, /breadcrumbs end at .*right/],
    'no-json': [/does not parse/],
  };
  const things = [{ '@type': 'WebPage' }];
  const blocks = {
    'no-block': '',
    'not-listed': `<meta name="robots" content="noindex">${block([...things, crumbs('not-listed')])}`,
    'no-breadcrumbs': block(things),
    'wrong-breadcrumbs': block([...things, crumbs('right', 3)]),
    'no-json': '<script type="application/ld+json">{</script>',
  };
  for (const [name, [thing, pattern]] of Object.entries(LINKED)) {
    blocks[name] = block([thing, crumbs(name)]);
    expected[name] = pattern ? [pattern] : [];
  }
  for (const [name, data] of Object.entries(blocks)) site[`${name}/index.html`] = page('../', '', head(`${name}/`, data));
  const report = new Report();
  checkLinkedData(new Folder(write(site)), report);
  for (const [name, patterns] of Object.entries(expected)) {
    const about = report.failures.filter((line) => line.startsWith(`FAIL ${name}/index.html: `));
    compare(`linked data of ${name}`, about, patterns);
  }
  check(!report.failures.some((line) => line.startsWith('FAIL index.html')), 'linked data of a right home was refused');
}

await testServer();
testChoice();
testLinkedData();
const browser = await launch();
for (const test of [testGoodSite, testBrokenPages, testBrokenFeeds, testBrokenSites]) await test(browser);
await browser.close();
testCommand();
finish();
