// Holds the page of a shipped sample to what is promised of it: tabs, copying, and all of it without a script.
//
//   node sample-page.mjs PUBLIC_DIR [--base /sub/path/]
//
// Run it in the root of the casebook, whose code it compares. Prints one line per fact that does not hold, then
// `N passed, N failed`; the status is 1 if any failed.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { launch, openPage } from './browser.mjs';
import { run } from './report.mjs';
import { serve } from './serve.mjs';

const TIME_LIMIT_MS = 2 * 60_000;
const PAGE = 'samples/many-addresses/';
const FILES = ['one_by_one.py', 'threads.py', 'event_loop.py'];
const CODE = FILES.map((file) => readFileSync(path.join('content', PAGE, file), 'utf8'));
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 800 };

/** The places of the tab that is chosen and of the variants that are seen, and what the first shows as missing. */
function look() {
  const places = (list, test) => [...list].map((each, at) => (test(each) ? at : -1)).filter((at) => at >= 0).join();
  const tabs = document.querySelectorAll('[role=tab]');
  const variants = document.querySelectorAll('.variant');
  return {
    chosen: places(tabs, (tab) => tab.getAttribute('aria-selected') === 'true'),
    reached: places(tabs, (tab) => tab.tabIndex === 0),
    focused: places(tabs, (tab) => tab === document.activeElement),
    seen: places(variants, (variant) => variant.checkVisibility()),
    gone: document.querySelectorAll('#_variant-1 .differs').length,
  };
}

async function tabs(page, check, url) {
  const is = async (expected, when) => {
    const found = await page.evaluate(look);
    for (const [key, value] of Object.entries(expected)) check(found[key] === value, `${when}: ${key} is ${found[key]}`);
  };
  await page.setViewportSize(NARROW);
  await page.goto(url);
  await is({ chosen: '0', reached: '0', seen: '0', gone: 0 }, 'on a narrow page');
  await page.locator('[role=tab]').first().focus();
  for (const [key, at] of [['ArrowRight', '1'], ['End', '2'], ['ArrowRight', '0'], ['ArrowLeft', '2'], ['Home', '0']]) {
    await page.keyboard.press(key);
    await is({ chosen: at, reached: at, focused: at, seen: at }, key);
  }
  await page.goto(`${url}#_variant-3`);
  await is({ chosen: '2', seen: '2' }, 'an anchor');
  await page.locator('.counts a').nth(1).click();
  await is({ chosen: '1', seen: '1' }, 'a link on the page');

  await page.setViewportSize(WIDE);
  await page.goto('about:blank');
  await page.goto(url);
  await is({ chosen: '1', seen: '0,1', gone: 2 }, 'on a wide page');
  await page.locator('[role=tab]').nth(2).click();
  await is({ chosen: '2', seen: '0,2', gone: 7 }, 'the third beside the first');
  await page.locator('[role=tab]').first().click();
  await is({ chosen: '0', seen: '0', gone: 0 }, 'the first alone');
  await page.locator('.pairing').click();
  await is({ chosen: '1', seen: '1', gone: 0 }, 'one alone');
  await page.emulateMedia({ media: 'print' });
  await is({ seen: '0,1,2' }, 'in print');
  await page.emulateMedia({ media: null });
}

async function copying(page, check, url) {
  await page.goto(url);
  const button = page.locator('#_variant-2 .copy');
  const label = await button.textContent();
  await button.click();
  await page.waitForFunction((label) => document.querySelector('#_variant-2 .copy').textContent !== label, label);
  const said = await page.locator('body > [role=status]').textContent();
  check(said !== '' && said === (await button.textContent()), 'what was done is not told');
  await pasted(page, check, CODE[1], 'the button');
  await page.waitForFunction((label) => document.querySelector('#_variant-2 .copy').textContent === label, label);

  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector('#_variant-1 pre code')));
  await page.keyboard.press('Control+c');
  await pasted(page, check, CODE[0], 'a selection', (text) => text.trimEnd());
  await page.locator('.again .coded').last().hover();
  await page.locator('.again .copy').last().click();
  await pasted(page, check, `casebook run ${PAGE.replace(/\/$/, '')}`, 'a command');
}

/** Pastes into the search box's stead, which takes what the clipboard holds from any kind of page. */
async function paste(page) {
  await page.evaluate(() => {
    const area = document.createElement('textarea');
    area.id = 'paste';
    document.body.append(area);
    area.focus();
  });
  await page.keyboard.press('Control+v');
  return page.evaluate(() => {
    const area = document.getElementById('paste');
    area.remove();
    return area.value;
  });
}

async function pasted(page, check, expected, what, mend = (text) => text) {
  let text;
  // A page may take a moment to write to the clipboard, and does not wait to say so.
  for (let tries = 0; tries < 20; tries += 1) {
    text = await paste(page);
    if (mend(text) === mend(expected)) break;
    await page.waitForTimeout(100);
  }
  check(mend(text) === mend(expected), `${what} copies ${JSON.stringify(text)}`);
}

await run('sample-page.mjs', TIME_LIMIT_MS, async (root, base, report) => {
  const check = (holds, fact) => report.check(holds, PAGE, fact);
  const server = await serve(root, base);
  const browser = await launch();
  const disk = pathToFileURL(path.resolve(root, PAGE, 'index.html')).href;
  for (const [where, url, options, start] of [
    ['served', server.url + PAGE, { permissions: ['clipboard-read', 'clipboard-write'] }, () => {}],
    ['from the disk', disk, {}, () => Object.defineProperty(navigator, 'clipboard', { value: undefined })],
  ]) {
    const context = await browser.newContext({ viewport: WIDE, ...options });
    await context.addInitScript(start);
    const tab = await openPage(context);
    await tabs(tab.page, (holds, fact) => check(holds, `${where}: ${fact}`), url);
    await copying(tab.page, (holds, fact) => check(holds, `${where}: ${fact}`), url);
    report.quiet(tab.take(), PAGE, ` ${where}`);
    await context.close();
  }
  const context = await browser.newContext({ viewport: WIDE, javaScriptEnabled: false });
  const tab = await openPage(context, { scripts: false });
  await tab.visit(server.url + PAGE);
  check((await tab.page.evaluate(look)).seen === '0,1,2', 'without JavaScript not every variant is shown');
  check((await tab.page.locator('button.copy:visible, [role=tab]').count()) === 0, 'without JavaScript there are buttons');
  await browser.close();
  await server.close();
});
