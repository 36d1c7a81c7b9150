// The keyboard alone reaches everything on every page type of a built site, in the order of the page, and shows where
// it is.
//
//   node keyboard.mjs PUBLIC_DIR [--base /sub/path/]
//
// Prints one line per fact that does not hold, then `N passed, N failed`; the status is 1 if any failed.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch } from './browser.mjs';
import { Folder } from './folder.mjs';
import { shownPages } from './kinds.mjs';
import { eachInPool } from './pool.mjs';
import { run } from './report.mjs';
import { serve } from './serve.mjs';

const TIME_LIMIT_MS = 10 * 60_000;
/** Wide as the page comes; narrow, where more has to be scrolled, with all its details open. */
const VIEWS = [
  { width: 1280, height: 800, open: false },
  { width: 320, height: 640, open: true },
];

/**
 * Runs in the page before the first press of a key: learns what the keyboard must reach and how it looks unfocused,
 * and then keeps a record of every focus. `casebookKeys` holds both.
 */
function watch({ open }) {
  if (open) for (const each of document.querySelectorAll('details')) each.open = true;
  const NATIVE = 'a[href], area[href], button, input, select, textarea, summary, audio[controls], video[controls], iframe';
  const all = [...document.querySelectorAll('*')];
  const place = new Map(all.map((element, at) => [element, at]));
  const label = (element) => {
    const words = (element.getAttribute('aria-label') || element.textContent || element.getAttribute('href') || '').trim();
    return `${element.localName}${[...element.classList].map((name) => `.${name}`).join('')} "${words.slice(0, 40)}"`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const usable = (element) => shown(element) && !element.disabled && !element.closest('[inert]');
  const scrolls = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const wide = element.scrollWidth > element.clientWidth && /auto|scroll/.test(overflowX);
    const high = element.scrollHeight > element.clientHeight && /auto|scroll/.test(overflowY);
    return shown(element) && element !== document.documentElement && element !== document.body && (wide || high);
  };
  // Of the buttons of a radio group only one is a stop; arrow keys lead to the others.
  const group = (element) => (element.type === 'radio' && element.name ? `${element.form?.id}/${element.name}` : null);
  const firstOfGroup = (element, at, list) => {
    const mates = list.filter((other) => group(other) === group(element));
    return element === (mates.find((other) => other.checked) ?? mates[0]);
  };
  const stops = all.filter((element) => element.tabIndex >= 0 && element.matches(`${NATIVE}, [tabindex], [contenteditable]`))
    .filter(usable)
    .filter((element, at, list) => group(element) === null || firstOfGroup(element, at, list));

  const faults = [];
  // In a drawing, an address stands as it is written.
  const address = (link) => String(new URL(link.href?.baseVal ?? link.href, document.baseURI));
  const here = (link) => address(link).split('#')[0] === document.baseURI.split('#')[0];
  const reachable = new Set(stops.filter((element) => element.href).map(address));
  for (const element of all.filter((each) => each.matches(NATIVE) && usable(each) && each.tabIndex < 0)) {
    // In a row of tabs and the like, arrow keys lead on from the one that can be reached.
    const composite = element.closest('[role=tablist], [role=radiogroup], [role=toolbar], [role=menu], [role=listbox]');
    if (composite && stops.some((stop) => composite.contains(stop))) continue;
    // A sign that names the place where it stands leads nowhere else.
    const twin = element.closest('[aria-hidden=true]') && element.href && (here(element) || reachable.has(address(element)));
    if (!twin) faults.push(`the keyboard can't reach ${label(element)}, nor another link that leads there`);
  }
  for (const element of stops) {
    if (element.closest('[aria-hidden=true]')) faults.push(`the keyboard reaches ${label(element)}, which is hidden from readers`);
    if (element.tabIndex > 0) faults.push(`${label(element)} has a tabindex above 0`);
  }

  // A focus may show on what stands around the element or belongs to it.
  const around = (element) => [
    ...[element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling],
    ...(element.labels ?? []),
  ];
  const look = (element) =>
    around(element).filter(Boolean).map((each) => {
      const style = getComputedStyle(each);
      const outline = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0 ? '' : style.outline;
      return [outline, style.boxShadow, style.borderColor, style.borderWidth, style.backgroundColor, style.textDecoration].join(';');
    }).join('|');
  const unfocused = new Map(all.map((element) => [element, look(element)]));

  /** Whether any of it can be seen where it stands, and is not below something else. */
  const uncovered = (element) =>
    [element, ...(element.labels ?? [])].some((each) =>
      [...each.getClientRects()].some(({ left, right, top, bottom }) => {
        const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
        const hit = right > left && bottom > top ? document.elementFromPoint(x, y) : null;
        return hit && (each.contains(hit) || hit.contains(each));
      }),
    );

  const visits = [];
  addEventListener('focusin', ({ target }) => {
    for (const each of around(target)) for (const animation of each?.getAnimations() ?? []) animation.finish();
    const at = place.get(target) ?? -1;
    visits.push({ at, label: label(target), scrolls: scrolls(target), visible: look(target) !== unfocused.get(target), uncovered: uncovered(target) });
  });
  globalThis.casebookKeys = {
    element: (at) => all[at],
    visits,
    faults,
    stops: stops.map((element) => ({ at: place.get(element), label: label(element) })),
    // What scrolls and holds no stop must be one itself.
    boxes: all.filter((element) => scrolls(element) && !stops.some((stop) => stop === element || element.contains(stop)))
      .map((element) => ({ at: place.get(element), label: label(element) })),
    main: place.get(document.querySelector('main')) ?? -1,
  };
}

/** Presses Tab until the focus has left the page, or come back to where it was. */
async function tabThrough(page, most) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  for (let pressed = 0; pressed < most; pressed++) {
    await page.keyboard.press('Tab');
    const ended = await page.evaluate(() => {
      const { visits } = globalThis.casebookKeys;
      const last = visits.at(-1);
      const again = visits.findIndex((visit) => visit.at === last?.at) < visits.length - 1;
      return again || !document.hasFocus() || document.activeElement === document.body;
    });
    if (ended) return true;
  }
  return false;
}

function judge(check, { visits, stops, boxes, faults }, ended) {
  for (const fault of faults) check(false, fault);
  check(ended, 'Tab never comes to the end of the page');
  // The last visit of all may be the first one again.
  const again = visits.findIndex((visit) => visit.at === visits.at(-1).at) < visits.length - 1;
  if (again) check(visits.at(-1).at === visits[0].at, `Tab is trapped: after ${visits.at(-2).label} comes ${visits.at(-1).label} again`);
  const path = again ? visits.slice(0, -1) : visits;
  const reached = new Set(path.map((visit) => visit.at));
  for (const stop of stops) check(reached.has(stop.at), `Tab never reaches ${stop.label}`);
  for (const box of boxes) check(reached.has(box.at), `the keyboard can't scroll ${box.label}`);
  const known = new Set(stops.map((stop) => stop.at));
  path.forEach((visit, at) => {
    check(at === 0 || visit.at > path[at - 1].at, `Tab leads back from ${path[at - 1]?.label} to ${visit.label}`);
    check(known.has(visit.at) || visit.scrolls, `Tab reaches ${visit.label}, which can't be used`);
    check(visit.visible, `the focus does not show on ${visit.label}`);
    check(visit.uncovered, `${visit.label} is out of sight or covered when it has the focus`);
  });
}

/** The first stop is a link that leads past the menu, into the text. */
async function skips(check, page) {
  const leads = await page.evaluate(() => {
    const { visits, element } = globalThis.casebookKeys;
    const link = element(visits[0].at);
    link?.focus();
    const target = document.getElementById(/^#(.+)$/.exec(link?.getAttribute('href'))?.[1] ?? '');
    return target !== null && target.closest('main') !== null;
  });
  if (!check(leads, 'the first stop is no link to the text')) return;
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const { at, label, main } = await page.evaluate(() => ({ ...globalThis.casebookKeys.visits.at(-1), main: globalThis.casebookKeys.main }));
  check(at > main, `after the link to the text, Tab leads to ${label}`);
}

/** Tests the site in `root`; `browser` and `report` as for the other tests. */
export async function testKeyboard(root, { base = '/', browser, report }) {
  const folder = new Folder(root);
  const server = await serve(folder.root, base);
  const pages = shownPages(folder);
  report.check(pages.length > 0, '.', 'no page found');
  await eachInPool({ browser, report }, { reducedMotion: 'reduce' }, pages, async (tab, file) => {
    for (const { width, height, open } of VIEWS) {
      const check = (holds, fact) => report.check(holds, file, `at ${width} px: ${fact}`);
      await tab.page.setViewportSize({ width, height });
      await tab.visit(server.url + folder.address(file));
      await tab.page.evaluate(watch, { open });
      const learnt = () => tab.page.evaluate(() => JSON.parse(JSON.stringify(globalThis.casebookKeys)));
      const { stops, boxes } = await learnt();
      check(stops.length > 0, 'nothing can be reached');
      const ended = await tabThrough(tab.page, stops.length + boxes.length + 20);
      const keys = await learnt();
      if (!check(keys.visits.length > 0, 'Tab does nothing')) continue;
      judge(check, keys, ended);
      await skips(check, tab.page);
    }
  });
  await server.close();
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await run('keyboard.mjs', TIME_LIMIT_MS, async (root, base, report) => {
    const browser = await launch();
    await testKeyboard(root, { base, browser, report });
    await browser.close();
  });
}
