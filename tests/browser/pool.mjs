// Works through many pages on a few tabs.

import { openPage } from './browser.mjs';

const AT_ONCE = 4;
const PER_TAB = 5; // opening a tab costs as much as loading a few pages
export const WINDOW = { width: 1280, height: 800 };

/** Runs `work` for every item on a few pages of one context. What throws is a failure of that item alone. */
export async function eachInPool({ browser, report }, options, items, work) {
  const context = await browser.newContext({ viewport: WINDOW, ...options });
  const queue = [...items];
  async function worker() {
    const scripts = options.javaScriptEnabled ?? true;
    let tab = await openPage(context, { scripts });
    for (let item; (item = queue.shift()) !== undefined; ) {
      try {
        await work(tab, item);
      } catch (error) {
        report.check(false, item, `the test could not go on: ${error.message.split('\n')[0]}`);
        // What is left in a broken tab must not be blamed on the next page.
        await tab.page.close().catch(() => {});
        tab = await openPage(context, { scripts });
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, Math.ceil(queue.length / PER_TAB)) }, worker));
  await context.close();
}
