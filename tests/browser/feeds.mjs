// The files that machines read: feeds, sitemap, robots.txt.

import { parseXml } from './inspect.mjs';

const ATOM = 'http://www.w3.org/2005/Atom';
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** `bench` is a blank page whose parser does the reading. */
export async function checkFeeds(folder, bench, report) {
  const named = (name) => [...folder.files].filter((file) => file.split('/').at(-1) === name);
  const leadsSomewhere = (raw, file, what) => {
    const { error } = folder.resolve(raw, file);
    report.check(!error, file, `${what} "${raw}": ${error}`);
  };

  report.check(folder.files.has('robots.txt'), 'robots.txt', 'is missing');

  for (const file of named('feed.xml')) {
    const feed = await bench.evaluate(parseXml, folder.read(file));
    if (!report.check(!feed.error, file, `is not well-formed: ${feed.error}`)) continue;
    const isAtom = feed.root === 'feed' && feed.namespace === ATOM;
    if (!report.check(isAtom, file, `is no Atom feed but ${feed.root}`)) continue;
    for (const [what, part] of [['feed', feed], ...feed.entries.map((entry, at) => [`entry ${at + 1}`, entry])]) {
      report.check(part.id, file, `${what} has no id`);
      report.check(part.title, file, `${what} has no title`);
      report.check(TIMESTAMP.test(part.updated), file, `${what} has no updated time but "${part.updated}"`);
      report.check(what === 'feed' || part.links.length > 0, file, `${what} has no link`);
      for (const link of part.links) leadsSomewhere(link, file, `${what} links to`);
    }
    const ids = feed.entries.map((entry) => entry.id);
    report.check(new Set(ids).size === ids.length, file, 'two entries have one id');
  }

  for (const file of named('sitemap.xml')) {
    const sitemap = await bench.evaluate(parseXml, folder.read(file));
    if (!report.check(!sitemap.error, file, `is not well-formed: ${sitemap.error}`)) continue;
    report.check(sitemap.locations.length > 0, file, 'lists no address');
    for (const location of sitemap.locations) leadsSomewhere(location, file, 'lists');
  }

  for (const file of named('feed.json')) {
    let feed = null;
    let error = '';
    try {
      feed = JSON.parse(folder.read(file));
    } catch (problem) {
      error = problem.message;
    }
    if (!report.check(feed, file, `does not parse: ${error}`)) continue;
    report.check(Array.isArray(feed.items) && feed.title && feed.version, file, 'lacks version, title or items');
    for (const item of feed.items ?? []) {
      report.check(item.id, file, 'has an item without id');
      if (item.url) leadsSomewhere(item.url, file, 'has an item with the url');
    }
  }
}
