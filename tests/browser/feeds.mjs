// The files that machines read: feeds, sitemap, robots.txt, the entries for programs. Linked data is in linked-data.mjs.

import { parseXml } from './inspect.mjs';

const ATOM = 'http://www.w3.org/2005/Atom';
const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const JSON_FEED = 'https://jsonfeed.org/version/1.1';
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}(-\d\d(-\d\d)?)?$/;
const IRI = /^[a-z][a-z0-9+.-]*:./i;
// What RFC 4287 lets a feed and an entry hold, once each or as often as one likes.
const ONCE = ['content', 'generator', 'icon', 'id', 'logo', 'published', 'rights', 'source', 'subtitle', 'summary', 'title', 'updated'];
const OFTEN = ['author', 'category', 'contributor', 'entry', 'link'];
const MOST = 50_000;

/** `bench` is a blank page whose parser does the reading. */
export async function checkFeeds(folder, bench, report) {
  const test = { folder, bench, report };
  const named = (pattern) => [...folder.files].filter((file) => pattern.test(file));
  report.check(folder.files.has('robots.txt'), 'robots.txt', 'is missing');
  for (const file of named(/(^|\/)feed\.xml$/)) await checkAtom(test, file);
  for (const file of named(/(^|\/)feed\.json$/)) await checkJsonFeed(test, file);
  const locations = [];
  for (const file of named(/(^|\/)sitemap[^/]*\.xml$/)) {
    const listed = await checkSitemap(test, file);
    if (!file.includes('/')) locations.push(...listed);
  }
  if (folder.files.has('sitemap.xml')) checkListed(test, locations);
  checkApi(test, named(/^api\/entries\/\d+\.json$/));
}

function leadsSomewhere({ folder, report }, raw, file, what) {
  const { error } = folder.resolve(raw, file);
  report.check(!error, file, `${what} "${raw}": ${error}`);
}

function parseJson({ folder, report }, file) {
  try {
    return JSON.parse(folder.read(file));
  } catch (problem) {
    report.check(false, file, `does not parse: ${problem.message}`);
    return null;
  }
}

async function checkAtom(test, file) {
  const { bench, folder, report } = test;
  const feed = await bench.evaluate(parseXml, folder.read(file));
  if (!report.check(!feed.error, file, `is not well-formed: ${feed.error}`)) return;
  const isAtom = feed.root === 'feed' && feed.namespace === ATOM;
  if (!report.check(isAtom, file, `is no Atom feed but ${feed.root}`)) return;
  report.check(feed.lang, file, 'has no xml:lang');
  const self = feed.links.find((link) => link.rel === 'self')?.href;
  report.check(self && folder.resolve(self, file).file === file, file, `calls itself ${self}`);
  for (const [what, part] of [['feed', feed], ...feed.entries.map((entry, at) => [`entry ${at + 1}`, entry])]) {
    report.check(IRI.test(part.id), file, `${what} has no id`);
    report.check(part.title, file, `${what} has no title`);
    report.check(TIMESTAMP.test(part.updated), file, `${what} has no updated time but "${part.updated}"`);
    report.check(!part.published || TIMESTAMP.test(part.published), file, `${what} was published "${part.published}"`);
    const pages = part.links.filter((link) => link.rel === 'alternate');
    report.check(pages.length === 1, file, `${what} has ${pages.length === 0 ? 'no' : pages.length} link to its page`);
    for (const link of part.links) leadsSomewhere(test, link.href, file, `${what} links to`);
    const authors = part.authors.length > 0 ? part.authors : feed.authors;
    report.check(authors.length > 0 && authors.every(Boolean), file, `${what} has no author with a name`);
    const odd = part.children.filter((name, at) =>
      ONCE.includes(name) ? part.children.indexOf(name) !== at : !OFTEN.includes(name),
    );
    report.check(odd.length === 0, file, `${what} holds what no feed may: ${odd}`);
  }
  for (const [at, { contentType, content }] of feed.entries.entries()) {
    if (report.check(contentType === 'html' && content, file, `entry ${at + 1} has no content of type html`)) {
      await checkContent(test, content, file, `entry ${at + 1}`, IRI.test(self ?? ''));
    }
  }
  const ids = feed.entries.map((entry) => entry.id);
  report.check(new Set(ids).size === ids.length, file, 'two entries have one id');
  const latest = feed.entries.map((entry) => entry.updated).sort().at(-1) ?? feed.updated;
  report.check(feed.updated >= latest, file, `was updated ${feed.updated}, an entry of it ${latest}`);
}

/** A text in a feed stands on no page: where the site knows its address, every address is a whole one. */
async function checkContent(test, content, file, what, whole) {
  const addresses = await test.bench.evaluate((html) => {
    const doc = new DOMParser().parseFromString(html, 'text/html');
    return [...doc.querySelectorAll('[href], [src]')].map((at) => at.getAttribute('href') ?? at.getAttribute('src'));
  }, content);
  for (const address of addresses) {
    test.report.check(!whole || IRI.test(address), file, `${what} has the relative address "${address}"`);
    leadsSomewhere(test, address, file, `${what} has the address`);
  }
}

async function checkJsonFeed(test, file) {
  const { report } = test;
  const feed = parseJson(test, file);
  if (!feed) return;
  const whole = feed.version === JSON_FEED && feed.title && Array.isArray(feed.items);
  if (!report.check(whole, file, 'lacks version, title or items')) return;
  for (const key of ['home_page_url', 'feed_url']) if (feed[key]) leadsSomewhere(test, feed[key], file, `has the ${key}`);
  for (const item of feed.items) {
    if (!report.check(typeof item.id === 'string' && item.id, file, 'has an item without id')) continue;
    const what = `the item ${item.id}`;
    report.check(typeof item.content_html === 'string', file, `${what} has no content`);
    await checkContent(test, item.content_html ?? '', file, what, IRI.test(feed.feed_url ?? ''));
    if (item.url) leadsSomewhere(test, item.url, file, 'has an item with the url');
    for (const key of ['date_published', 'date_modified']) {
      report.check(!item[key] || TIMESTAMP.test(item[key]), file, `${what} has the ${key} "${item[key]}"`);
    }
    const authors = item.authors ?? feed.authors ?? [];
    report.check(authors.length > 0 && authors.every((author) => author.name), file, `${what} has no author with a name`);
  }
  report.check(new Set(feed.items.map((item) => item.id)).size === feed.items.length, file, 'two items have one id');
}

async function checkSitemap(test, file) {
  const { bench, folder, report } = test;
  const sitemap = await bench.evaluate(parseXml, folder.read(file));
  if (!report.check(!sitemap.error, file, `is not well-formed: ${sitemap.error}`)) return [];
  const known = ['urlset', 'sitemapindex'].includes(sitemap.root) && sitemap.namespace === SITEMAP;
  report.check(known, file, `is no sitemap but ${sitemap.root}`);
  report.check(sitemap.locations.length > 0, file, 'lists no address');
  report.check(sitemap.locations.length <= MOST, file, `lists ${sitemap.locations.length} addresses, which is too many`);
  for (const location of sitemap.locations) leadsSomewhere(test, location, file, 'lists');
  for (const day of sitemap.changes) report.check(DAY.test(day), file, `has the day "${day}"`);
  return sitemap.root === 'urlset' ? sitemap.locations : [];
}

/** The sitemap lists the pages that have a canonical address of their own, each once, and no others. */
function checkListed({ folder, report }, locations) {
  const listed = new Map();
  for (const location of locations) {
    const { file } = folder.resolve(location, 'sitemap.xml');
    report.check(!listed.has(file), 'sitemap.xml', `lists ${location} twice`);
    listed.set(file, location);
  }
  for (const file of folder.html) {
    const html = folder.read(file);
    const own = /<link rel="canonical"/.test(html) && !/<meta http-equiv="refresh"/.test(html);
    report.check(own === listed.has(file), 'sitemap.xml', `${own ? 'does not list' : 'lists'} ${file}`);
  }
}

/** The files of the list lead through one another, and hold each entry once. */
function checkApi(test, files) {
  const { folder, report } = test;
  const ids = new Set();
  for (let at = 1; at <= files.length; at++) {
    const file = `api/entries/${at}.json`;
    if (!report.check(folder.files.has(file), file, 'is missing')) continue;
    const list = parseJson(test, file);
    if (!list) continue;
    report.check(list.page === at && list.pages === files.length, file, `is page ${list.page} of ${list.pages}`);
    const near = (n) => (n > 0 && n <= files.length ? `${n}.json` : null);
    report.check(list.next === near(at + 1) && list.previous === near(at - 1), file, `leads to ${list.previous}, ${list.next}`);
    for (const entry of list.entries) {
      report.check(entry.id && !ids.has(entry.id), file, `has ${entry.id} twice`);
      ids.add(entry.id);
      leadsSomewhere(test, entry.url, file, `${entry.id} has the url`);
      for (const { passage } of [...(entry.claims ?? []), ...(entry.replies_to ?? [])]) {
        if (passage) leadsSomewhere(test, passage, file, `${entry.id} has the passage`);
      }
    }
    if (at === files.length) report.check(list.total === ids.size, file, `says ${list.total} entries, and there are ${ids.size}`);
  }
}
