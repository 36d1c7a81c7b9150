// Debian's Chromium, and pages that remember everything that went wrong in them.

import { chromium } from 'playwright-core';

/**
 * Starts the browser with a fresh profile, which Playwright deletes when it closes. `options` are Playwright's; `flags`
 * are more of the browser's own.
 */
export function launch({ flags = [], ...options } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [
      ...flags,
      '--no-sandbox', // containers run as root, where Chromium's own sandbox cannot start
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Nothing outside this machine is ever fetched: a page that tries shows a failed request.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
    ...options,
  });
}

const POLL_MS = 15;
const SETTLE_MS = 5_000;

/**
 * Opens a page in `context`. `visit(url)` loads an address and waits until its requests are done; `take()` hands over
 * what went wrong since the last call, as `{ kind, text, url }`. Tell where the context runs no `scripts`: nothing of
 * ours can then listen inside the page.
 */
export async function openPage(context, { scripts = true } = {}) {
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  page.setDefaultNavigationTimeout(20_000);

  let problems = [];
  let pending = 0;
  const note = (kind, text, url = '') => {
    // Chromium asks for it by itself, once for a host.
    if (!/^http.*:\d+\/favicon\.ico$/.test(url)) problems.push({ kind, text, url });
  };

  if (scripts) {
    // The event names the directive and what was blocked; the console says it in prose that changes between versions.
    await page.exposeBinding('casebookViolation', (_, text) => note('CSP violation', text));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        globalThis.casebookViolation(`${event.effectiveDirective} blocked ${event.blockedURI}`);
      });
    });
  }
  page.on('console', (message) => {
    const type = message.type();
    if (type === 'error' || type === 'warning') note(`console ${type}`, message.text(), message.location().url);
  });
  page.on('pageerror', (error) => note('page error', String(error.message ?? error)));
  page.on('crash', () => note('page error', 'the page crashed'));
  page.on('request', () => pending++);
  page.on('requestfinished', () => pending--);
  page.on('requestfailed', (request) => {
    pending--;
    // Chromium drops an icon that is still on its way when the page is left. Whether its file is there, the links tell.
    if (request.failure()?.errorText === 'net::ERR_ABORTED' && /favicon[^/]*$/.test(request.url())) return;
    // A search that is left while parts of the index are on their way.
    if (request.failure()?.errorText === 'net::ERR_ABORTED' && /\/search\/.*\.js/.test(request.url())) return;
    note('failed request', `${request.url()} ${request.failure()?.errorText ?? ''}`, request.url());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) note('failed request', `${response.status()} ${response.url()}`, response.url());
  });

  async function settle() {
    const end = Date.now() + SETTLE_MS;
    // Two quiet looks in a row, because a finished script may start the next request.
    for (let quiet = 0; quiet < 2 && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      quiet = pending > 0 ? 0 : quiet + 1;
    }
  }

  return {
    page,
    async visit(url) {
      pending = 0;
      const response = await page.goto(url, { waitUntil: 'load' });
      await settle();
      return response;
    },
    settle,
    take() {
      const taken = problems;
      problems = [];
      return taken;
    },
  };
}
