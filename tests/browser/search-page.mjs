// Holds the search page of the shipped casebook, and its marks on other pages, to what is promised of them.
//
//   node search-page.mjs PUBLIC_DIR [--base /sub/path/]
//
// Prints one line per fact that does not hold, then `N passed, N failed`; the status is 1 if any failed.

import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { launch, openPage } from './browser.mjs';
import { overflow } from './inspect.mjs';
import { run } from './report.mjs';
import { serve } from './serve.mjs';

const TIME_LIMIT_MS = 4 * 60_000;
const MANY = 'thread'; // has more hits than two pages hold, of several kinds, years and arguments
const WINDOW = { width: 1280, height: 800 };

/** What the page shows: of the hits their id, score, address, title and marked words. */
function look() {
  const answers = document.querySelector('[data-search-state]');
  const hits = [...document.querySelectorAll('[data-entry]')];
  return {
    state: answers?.dataset.searchState,
    status: answers?.querySelector('[role=status]')?.textContent,
    notice: document.getElementById('_notice').innerText,
    ids: hits.map((hit) => hit.dataset.entry),
    scores: hits.map((hit) => hit.dataset.score),
    links: hits.map((hit) => hit.querySelector('h3 a').href),
    titles: hits.map((hit) => hit.querySelector('h3').innerText),
    kinds: hits.map((hit) => hit.querySelector('.kind').innerText),
    years: hits.map((hit) => /\b\d{4}\b/.exec(hit.querySelector('.meta').innerText)?.[0] ?? null),
    items: hits.every((hit) => hit.localName === 'li' && answers.contains(hit)),
    marks: document.querySelectorAll('.hits mark').length,
    box: document.getElementById('_q').value,
    search: location.search,
    top: scrollY,
  };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Search {
  constructor(tab, report, url) {
    Object.assign(this, { tab, page: tab.page, report, url });
  }
  check(holds, fact) {
    return this.report.check(holds, 'search/', fact);
  }
  look() {
    return this.page.evaluate(look);
  }
  /** Waits until the page has an answer (to `query`, where one is named) and says what it shows. */
  async answer(query) {
    await this.page.waitForFunction((query) => {
      const state = document.querySelector('[data-search-state]')?.dataset.searchState;
      const asked = query === undefined || (new URLSearchParams(location.search).get('q') ?? '') === query;
      return asked && (state === 'done' || state === 'error');
    }, query);
    return this.look();
  }
  async open(query = '') {
    await this.tab.visit(`${this.url}search/${query}`);
    return this.answer();
  }
  async type(text) {
    await this.page.fill('#_q', '');
    await this.page.locator('#_q').pressSequentially(text);
    return this.answer(text);
  }
  async enter(text) {
    await this.page.fill('#_q', text);
    await this.page.press('#_q', 'Enter');
    return this.answer(text);
  }
  facet(name) {
    return this.page.locator(`[data-value^="${name}:"]`);
  }
  focused() {
    return this.page.evaluate(() => {
      const hit = document.activeElement.closest('[data-entry]');
      return document.activeElement.id || hit?.dataset.entry || document.activeElement.localName;
    });
  }
}

async function contract(search) {
  let shown = await search.open();
  search.check(shown.state === 'done' && shown.ids.length === 0, 'an empty query is not done, or has hits');
  search.check(await search.page.locator('#_start a').first().isVisible(), 'without a query there is nothing to browse');
  shown = await search.open(`?q=${MANY}`);
  search.check(shown.state === 'done', `"${MANY}" ends in ${shown.state}`);
  search.check(shown.ids.length === 10 && shown.items, `"${MANY}" has ${shown.ids.length} hits at first, or not in a list`);
  search.check(shown.scores.every((score) => /^\d+\.\d{4}$/.test(score)), `scores are written as ${shown.scores[0]}`);
  search.check(shown.scores.every((score, i) => i === 0 || +score <= +shown.scores[i - 1]), 'hits are not in the order of scores');
  search.check(new Set(shown.ids).size === shown.ids.length, 'an entry is hit twice');
  search.check(/^\d+ .*thread/.test(shown.status), `the status says "${shown.status}"`);
  search.check(shown.marks > 0, 'no word of a hit is marked');
  search.check(shown.box === MANY, `the box holds "${shown.box}"`);
  search.check(shown.links.every((link) => new URL(link).searchParams.get('mark')?.startsWith(MANY)), 'a hit does not say what to mark');
  for (const width of [320, 768, 1280, 3840]) {
    await search.page.setViewportSize({ width, height: 800 });
    search.check((await search.page.evaluate(overflow)) === null, `scrolls sideways at ${width} px`);
  }
  await search.page.setViewportSize(WINDOW);
  const sheets = await search.page.locator('link[rel=stylesheet]').count();
  search.check(sheets === 1, `loads ${sheets} style sheets`);
  return shown.ids;
}

async function typing(search, exact) {
  await search.open();
  const before = await search.page.evaluate(() => history.length);
  let shown = await search.type('thre');
  search.check(shown.ids.length > 0, 'a word typed in part finds nothing');
  search.check(shown.search === '?q=thre', `while typing the address ends in ${shown.search}`);
  search.check((await search.page.evaluate(() => history.length)) === before, 'typing adds to the history');
  shown = await search.type(MANY);
  search.check(shown.ids.length === 10, `"${MANY}", typed, has ${shown.ids.length} hits`);
  await search.page.press('#_q', 'Enter');
  shown = await search.answer(MANY);
  search.check(same(shown.ids, exact), 'Enter finds other hits than the address');
  search.check((await search.page.evaluate(() => history.length)) === before + 1, 'Enter does not add to the history');
  await search.page.goBack();
  shown = await search.answer('');
  search.check(shown.ids.length === 0 && shown.box === '', 'Back from the first query does not empty the page');
  await search.page.goForward();
  shown = await search.answer(MANY);
  search.check(same(shown.ids, exact), 'Forward does not bring the hits again');

  // A slow answer must not overwrite a later one.
  await search.open();
  await search.page.evaluate(() => {
    const real = casebook.search;
    casebook.search = async (text, options) => {
      const late = text.includes('pool');
      const results = await real(text, late ? { ...options, onHit: undefined } : options);
      if (late) await new Promise((resolve) => (globalThis.release = resolve));
      if (late) results.hits.forEach((hit, rank) => options.onHit?.(hit, rank));
      return results;
    };
  });
  await search.page.fill('#_q', 'pool');
  await search.page.waitForFunction(() => globalThis.release);
  search.check((await search.look()).status === '', 'a status is told before its answer is there');
  const late = await search.enter(MANY);
  await search.page.evaluate(() => globalThis.release());
  await search.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  search.check(same((await search.look()).ids, late.ids), 'a superseded search overwrites a later one');

  await search.open();
  shown = await search.type(`${MANY} "event lo`);
  search.check(shown.state === 'done', 'a quotation that is still being typed is called an error');
}

async function more(search) {
  const { ids, status } = await search.open(`?q=${MANY}`);
  await search.page.click('#_more');
  await search.page.waitForFunction(() => document.querySelectorAll('[data-entry]').length === 20);
  const shown = await search.answer();
  search.check(same(shown.ids.slice(0, 10), ids), '"Show more" changes the hits above');
  search.check(new Set(shown.ids).size === 20 && shown.status === status, '"Show more" repeats hits, or changes their number');
  await search.page.waitForFunction(() => document.activeElement.closest('[data-entry]'));
  search.check((await search.focused()) === shown.ids[10], `"Show more" leaves the focus on ${await search.focused()}`);
}

async function facets(search) {
  const all = await search.open(`?q=${MANY}`);
  const total = (status) => Number(/^[\d.,\s]+/.exec(status)?.[0].replace(/\D/g, ''));
  for (const name of ['kind', 'argument', 'year', 'stance']) {
    await search.facet(name).first().waitFor();
    const [first] = await search.facet(name).all();
    const value = (await first.getAttribute('data-value')).slice(name.length + 1);
    const count = Number(/(\d+)$/.exec((await first.innerText()).trim())?.[1]);
    await first.click();
    const shown = await search.answer(MANY);
    search.check(new URLSearchParams(shown.search).get(name) === value, `${name}: the address ends in ${shown.search}`);
    search.check(total(shown.status) === count, `${name}: ${count} were promised, "${shown.status}"`);
    if (name === 'year') search.check(shown.years.every((year) => year === value), 'year: a hit is of another year');
    if (name === 'kind') search.check(new Set(shown.kinds).size === 1, 'kind: a hit is of another kind');
    const pressed = search.page.locator(`[data-value="${name}:${value}"][aria-pressed=true]`);
    await pressed.waitFor();
    search.check(await pressed.evaluate((button) => button === document.activeElement), `${name}: the focus is lost`);
    await search.page.goBack();
    await search.page.waitForFunction((before) => location.search === before, all.search);
    search.check(same((await search.answer(MANY)).ids, all.ids), `${name}: Back does not lift the filter`);
    const direct = await search.open(shown.search);
    search.check(same(direct.ids, shown.ids), `${name}: the address alone shows other hits`);
    await search.open(all.search);
  }
  await search.open(`?q=${MANY}&kind=quote&argument=complexity&stance=against`);
  search.check((await search.look()).ids.length > 0, 'filters together find nothing');
  await search.page.locator('.clear').click();
  search.check(same((await search.answer(MANY)).ids, all.ids), 'filters are not removed');

  await search.open(`?q=${MANY}`);
  await search.page.click('#_sort [value=date]');
  const dated = await search.answer(MANY);
  search.check(dated.search.includes('sort=date'), `sorted by date, the address ends in ${dated.search}`);
  const years = dated.years.filter(Boolean).map(Number);
  search.check(years.length > 1 && years.every((year, i) => i === 0 || year <= years[i - 1]), `by date: ${years}`);
  search.check(same((await search.open(dated.search)).ids, dated.ids), 'the address of a sorted list shows another');

  // Where they are folded, they are counted once they are wanted.
  await search.page.setViewportSize({ width: 390, height: 800 });
  await search.open(`?q=${MANY}`);
  search.check(!(await search.facet('kind').first().isVisible()), 'on a narrow page facets are not folded');
  await search.page.click('#_narrow summary');
  await search.facet('kind').first().waitFor();
  await search.page.setViewportSize(WINDOW);
}

async function back(search, kind) {
  await search.open();
  await search.type('thre');
  await search.page.click('#_more');
  await search.page.waitForFunction(() => document.querySelectorAll('[data-entry]').length === 20);
  const link = search.page.locator('[data-entry] h3 a').nth(14);
  await link.scrollIntoViewIfNeeded();
  await search.page.evaluate(() => scrollBy(0, 40));
  const before = await search.look();
  await search.page.evaluate(() => (globalThis.kept = true));
  await link.click();
  await search.page.waitForFunction(() => !document.getElementById('_find') && document.readyState === 'complete');
  // Playwright's own goBack waits for a load that a kept page does not have.
  await search.page.evaluate(() => setTimeout(() => history.back()));
  await search.page.waitForFunction(() => document.getElementById('_find'));
  const shown = await search.answer('thre');
  await search.page.waitForFunction((top) => Math.abs(scrollY - top) < 3, before.top, { timeout: 1500 }).catch(() => {});
  const { top } = await search.look();
  const kept = await search.page.evaluate(() => Boolean(globalThis.kept));
  search.check(kept === (kind === 'kept'), `Back, ${kind}: the browser did not do so`);
  search.check(same(shown.ids, before.ids), `Back, ${kind}: ${shown.ids.length} hits of ${before.ids.length}, or others`);
  search.check(before.top > 0 && Math.abs(top - before.top) < 3, `Back, ${kind}: scrolled to ${top}, not ${before.top}`);
}

async function keyboard(search) {
  const { page } = search;
  const { ids, links } = await search.open(`?q=${MANY}`);
  const press = async (key, place, what) => {
    await page.keyboard.press(key);
    const focused = await search.focused();
    search.check(focused === place, `${what}: the focus is on ${focused}, not ${place}`);
  };
  await press('/', '_q', 'the key /');
  search.check((await search.look()).box === MANY, 'the key / writes into the box');
  await press('ArrowDown', ids[0], 'down from the box');
  await press('ArrowDown', ids[1], 'down');
  await press('ArrowUp', ids[0], 'up');
  await press('ArrowUp', '_q', 'up from the first hit');
  await press('ArrowDown', ids[0], 'down again');
  await press('Escape', '_q', 'Escape in a hit');
  await page.keyboard.press('Escape');
  const empty = await search.answer('');
  search.check(empty.box === '' && empty.ids.length === 0, 'Escape does not empty the box');
  await search.open(`?q=${MANY}`);
  await press('/', '_q', 'the key /');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => !document.getElementById('_find') && document.readyState === 'complete');
  search.check(page.url() === links[0], `Enter on a hit leads to ${page.url()}`);

  await search.tab.visit(`${search.url}essays/`);
  await press('/', '_q', 'the key / on another page');
  await page.keyboard.type('event loop/');
  search.check((await page.inputValue('#_q')) === 'event loop/', 'the key / does not write in the box');
  await page.fill('#_q', MANY);
  await page.keyboard.press('Enter');
  await page.waitForURL(/search\/\?q=thread$/);
  search.check(same((await search.answer()).ids, ids), 'the box of another page finds other hits');
  await search.open();
  await page.uncheck('#_slash');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('/');
  search.check((await search.focused()) === 'body', 'the key / cannot be switched off');
  await page.check('#_slash');
}

async function messages(search) {
  const { page } = search;
  const wrong = async (query, marked) => {
    const shown = await search.open(`?q=${encodeURIComponent(query)}`);
    search.check(shown.state === 'error' && shown.status !== '', `"${query}" ends in ${shown.state}, "${shown.status}"`);
    const place = await page.locator('#_notice code mark').allInnerTexts();
    search.check(place.length === 1 && place[0].includes(marked), `"${query}": marked is "${place}"`);
    search.check(shown.ids.length === 0, `"${query}" has hits all the same`);
  };
  await wrong('one "two', '"');
  await wrong('one kin:quote', 'kin');
  await wrong('kind:', 'kind:');
  await wrong('year:soon', 'soon');
  await wrong('<b>one</b> "two', '"');
  const shown = await search.enter('qqqzzzxxv');
  search.check(shown.state === 'done' && shown.ids.length === 0 && shown.status.includes('qqqzzzxxv'), `no match: "${shown.status}"`);
  search.check(await page.locator('#_start').isVisible(), 'no match: no help is offered');
  const typo = await search.enter('thraed');
  search.check(typo.ids.length > 0 && typo.notice.includes('thraed'), `a slip: ${typo.ids.length} hits, "${typo.notice}"`);
  search.report.quiet(search.tab.take(), 'search/');

  await page.route('**/search/root.js*', (route) => route.abort());
  const missing = await search.open(`?q=${MANY}`);
  search.check(missing.state === 'error' && missing.status !== '', `without an index: ${missing.state}, "${missing.status}"`);
  await page.unroute('**/search/root.js*');
  await page.locator('#_notice button').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-entry]').length > 0);
  search.check((await search.answer()).ids.length === 10, 'trying again does not help');
  search.tab.take(); // the requests that were made to fail
}

/** What a page or an index holds is text, whatever it looks like. */
async function injection(search) {
  const evil = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';
  await search.open();
  await search.page.evaluate(async (evil) => {
    await casebook.ready();
    casebook.search = async () => {
      const escaped = evil.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
      const hit = { id: evil, url: 'essays/', anchor: '"><i>', kind: evil, title: evil, score: 1, arguments: [[evil, 'for']], year: 1999 };
      const hits = [{ ...hit, snippet: `a <mark>b &amp; &#39;c</mark> ${escaped}` }, { ...hit, id: 'two', snippet: evil }];
      const facets = async (names) => Object.fromEntries(names.map((name) => [name, { [evil]: 1, [`${evil}2`]: 1 }]));
      return { total: 2, relaxed: true, corrected: [{ word: evil, to: [evil] }], suggestions: [evil], hits, marked: [evil], facets };
    };
  }, evil);
  await search.page.fill('#_q', evil);
  await search.page.press('#_q', 'Enter');
  await search.page.waitForFunction(() => document.querySelectorAll('[data-entry]').length === 2);
  await search.facet('kind').first().waitFor();
  const shown = await search.answer(evil);
  const { inner, hurt, snippet } = await search.page.evaluate(() => ({
    inner: document.querySelectorAll('main :is(img, script, i)').length,
    hurt: Boolean(globalThis.hurt),
    snippet: document.querySelector('.excerpt').innerText,
  }));
  search.check(inner === 0 && !hurt, `markup of a title or snippet becomes ${inner} elements`);
  search.check(shown.titles[0] === evil, `a title is shown as ${shown.titles[0]}`);
  search.check(snippet === `a b & 'c ${evil}`, `a snippet is shown as ${snippet}`);
  search.report.quiet(search.tab.take(), 'search/');
}

async function arriving(search) {
  const { page } = search;
  const { links } = await search.open('?q=thre');
  const typed = await search.type('thre');
  const deep = typed.links.find((link) => new URL(link).hash) ?? typed.links[0] ?? links[0];
  await search.tab.visit(deep);
  await page.locator('main mark.found').first().waitFor();
  const found = await page.locator('main mark.found').allTextContents();
  search.check(found.every((word) => /^thre/i.test(word)), `marked are ${[...new Set(found)]}`);
  const { top, height } = await page.evaluate(() => {
    const target = document.querySelector(':target');
    return { top: target?.getBoundingClientRect().top ?? 0, height: innerHeight };
  });
  search.check(top > -2 && top < height, `the passage of a hit stands at ${top} px`);
  const text = await page.evaluate(() => document.querySelector('main').textContent);
  await page.keyboard.press('Escape');
  search.check((await page.locator('mark.found').count()) === 0, 'Escape does not remove the marks');
  search.check(!page.url().includes('mark='), 'Escape leaves the words in the address');
  search.check(text === (await page.evaluate(() => document.querySelector('main').textContent)), 'marks change the text');
  await page.reload();
  const scripts = await page.locator('script[src]').count();
  search.check(scripts === 1, `a page that no search led to loads ${scripts} scripts`);
}

async function withoutScript(browser, report, url) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const tab = await openPage(context, { scripts: false });
  await tab.visit(`${url}search/`);
  const text = await tab.page.locator('main').innerText();
  report.check(/casebook search/.test(text), 'search/', 'without JavaScript: no word of the terminal');
  report.check(await tab.page.locator('.tiles a').first().isVisible(), 'search/', 'without JavaScript: nothing to browse');
  report.check(!(await tab.page.locator('#_more, #_sort, #_narrow').first().isVisible()), 'search/', 'without JavaScript: a button that does nothing');
  await tab.page.fill('#_q', MANY);
  await tab.page.press('#_q', 'Enter');
  await tab.page.waitForURL(/search\/\?q=thread$/);
  report.quiet(tab.take(), 'search/', ' without JavaScript');
  await context.close();
}

async function fromDisk(browser, report, root) {
  const context = await browser.newContext({ viewport: WINDOW });
  const tab = await openPage(context);
  const disk = pathToFileURL(path.resolve(root)).href;
  const search = new Search(tab, { check: (holds, page, fact) => report.check(holds, page, `on file://: ${fact}`) }, '');
  await tab.visit(`${disk}/search/index.html?q=${MANY}`);
  let shown = await search.answer();
  search.check(shown.state === 'done' && shown.ids.length === 10, `${shown.state}, ${shown.ids.length} hits`);
  await search.page.fill('#_q', 'event loop');
  await search.page.press('#_q', 'Enter');
  await search.page.waitForFunction(() => /event/.test(document.querySelector('[role=status]').textContent));
  shown = await search.answer();
  search.check(shown.ids.length > 0, 'typing finds nothing');
  const count = shown.ids.length;
  await search.page.locator('[data-entry] h3 a').first().click();
  await search.page.locator('mark.found').first().waitFor();
  search.check(/index\.html\?mark=event/.test(search.page.url()), `a hit leads to ${search.page.url()}`);
  await search.page.goBack();
  shown = await search.answer();
  search.check(shown.ids.length === count && shown.box === 'event loop', `Back shows ${shown.ids.length} hits for "${shown.box}"`);
  await search.page.goto(`${disk}/essays/index.html`);
  await search.page.fill('#_q', MANY);
  await search.page.press('#_q', 'Enter');
  await search.page.waitForURL(/search\/index\.html\?q=thread$/);
  search.check((await search.answer()).ids.length === 10, 'the box of another page finds nothing');
  report.quiet(tab.take(), 'search/', ' on file://');
  await context.close();
}

await run('search-page.mjs', TIME_LIMIT_MS, async (root, base, report) => {
  const attempt = async (name, work) => {
    try {
      return await work();
    } catch (error) {
      report.check(false, 'search/', `${name}: the test could not go on: ${error.message}`);
    }
  };

  const server = await serve(root, base);
  const browser = await launch();
  const inTab = async (name, browser, work, ...rest) => {
    const context = await browser.newContext({ viewport: WINDOW });
    const tab = await openPage(context);
    const result = await attempt(name, () => work(new Search(tab, report, server.url), ...rest));
    report.quiet(tab.take(), 'search/', `, ${name}`);
    await context.close();
    return result;
  };
  const exact = await inTab('contract', browser, contract);
  await inTab('typing', browser, typing, exact ?? []);
  await inTab('more', browser, more);
  await inTab('facets', browser, facets);
  await inTab('back', browser, back, 'loaded anew');
  await inTab('keyboard', browser, keyboard);
  await inTab('messages', browser, messages);
  await inTab('injection', browser, injection);
  await inTab('arriving', browser, arriving);
  await attempt('without JavaScript', () => withoutScript(browser, report, server.url));
  await attempt('on file://', () => fromDisk(browser, report, root));
  await browser.close();
  const keeping = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  await inTab('back', keeping, back, 'kept');
  await keeping.close();
  await server.close();
});
