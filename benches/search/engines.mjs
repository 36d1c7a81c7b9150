// The three searches: how each is built, where its page is, and how a page of it is asked.
//
// `ui` and `call` run in the browser, so each is a function that stands alone, or its text. `ui` handles the page that
// a reader sees: `focus()` turns to the search, `ask(q)` enters a query, `first(q)` and `done(q)` say whether the first
// result, and all of them, stand there. `call` is the interface for programs: `open()`, and `find(q)`, which gives the
// number of results once those that a page would show are at hand; it is tried in an empty page or in `page`.

import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { copySite, files, writeBook } from './archive.mjs';

/** Pagefind's search gives addresses of results, each to be fetched by itself: its interface shows five, others ten. */
const SHOWN = [5, 10];

async function run(program, args) {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${said}`);
  return { ms: performance.now() - start, said };
}

async function size(folder, wanted) {
  const found = (await files(folder)).filter(wanted);
  const sizes = await Promise.all(found.map(async (file) => (await stat(path.join(folder, file))).size));
  return { files: found.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** casebook's own search, as `casebook build` left it; `build` is what the build printed. */
async function casebook({ archive, build }) {
  const site = path.join(archive, 'public');
  const page = await readFile(path.join(site, 'search/index.html'), 'utf8');
  if (!/<input[^>]*\bname="?q\b/.test(page)) throw new Error('this casebook publishes no search (see --only)');
  return {
    name: 'casebook',
    site,
    page: 'search/',
    prepare: ['search', 'static'],
    // The browser's index is made from the terminal's; both while pages are rendered.
    build: { ms: build ? build.stages.index + build.stages.export : null, stages: build?.stages, whole: build?.took_ms },
    disk: await size(site, (file) => file.startsWith('search/') && file.endsWith('.js')),
    ui: () => {
      const input = () => document.querySelector('input[name="q"]');
      const state = () => document.querySelector('[data-search-state]');
      return {
        ready: () => input() !== null && state() !== null,
        focus: () => input().focus(),
        ask(q) {
          input().value = q;
          input().dispatchEvent(new InputEvent('input', { bubbles: true, data: q, inputType: 'insertText' }));
          input().form.requestSubmit();
        },
        first: () => state().querySelector('li[data-entry]') !== null,
        done() {
          if (state().dataset.searchState === 'error') throw new Error(state().textContent);
          return state().dataset.searchState === 'done';
        },
        hits: () => state().querySelectorAll('li[data-entry]').length,
      };
    },
    api: [
      {
        name: 'search',
        page: 'search/',
        call: () => {
          return {
            async open() {
              for (let tries = 0; !globalThis.casebook?.search; tries++) {
                if (tries > 1000) throw new Error('the page has no casebook.search');
                await new Promise((resolve) => setTimeout(resolve, 5));
              }
            },
            async find(q) {
              const found = await globalThis.casebook.search(q);
              return found.total ?? (found.hits ?? found).length;
            },
          };
        },
      },
    ],
  };
}

/** Pagefind with its defaults, over a copy of the site; its interface stands in casebook's search page. */
async function pagefind({ archive, work }) {
  const site = path.join(work, 'pagefind-site');
  const from = path.join(archive, 'public');
  await copySite(from, site, ['search', 'pagefind']);
  const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules/pagefind');
  const { bin, version } = JSON.parse(await readFile(path.join(program, 'package.json'), 'utf8'));
  const { ms, said } = await run(process.execPath, [path.join(program, bin), '--site', site]);

  // After it has run, or the page would be in the index. That the interface waits 300 ms after a key, unless told
  // otherwise, is its choice and not its speed.
  const page = (await readFile(path.join(from, 'search/index.html'), 'utf8'))
    .replace(/<main\b[^>]*>.*<\/main>/s, '<main><h1>Search</h1><div id="search"></div></main>')
    .replace(/<script\b[^>]*src="[^"]*search[^"]*"[^>]*><\/script>/g, '')
    .replace(
      '</head>',
      `<link href="/pagefind/pagefind-ui.css" rel="stylesheet">
<script src="/pagefind/pagefind-ui.js"></script>
<script>
addEventListener('DOMContentLoaded', () => new PagefindUI({ element: '#search', debounceTimeoutMs: 0 }));
</script>
</head>`,
    );
  await writeFile(path.join(site, 'search.html'), page.replaceAll('../', './'));

  const api = (shown) => ({
    name: `search and ${shown} results`,
    page: null,
    call: `() => {
      let pagefind;
      return {
        async open() {
          pagefind = await import('/pagefind/pagefind.js');
          await pagefind.init();
        },
        async find(q) {
          const { results } = await pagefind.search(q);
          await Promise.all(results.slice(0, ${shown}).map((result) => result.data()));
          return results.length;
        },
      };
    }`,
  });
  return {
    name: 'Pagefind',
    version,
    site,
    page: 'search.html',
    prepare: ['pagefind', 'static', 'search.html'],
    build: { ms, pages: Number(/Indexed (\d+) pages?/.exec(said)?.[1]) },
    disk: await size(site, (file) => file.startsWith('pagefind/')),
    ui: () => {
      const $ = (name) => document.querySelector(`.pagefind-ui__${name}`);
      return {
        ready: () => $('search-input') !== null,
        focus: () => $('search-input').focus(),
        ask(q) {
          $('search-input').value = q;
          $('search-input').dispatchEvent(new InputEvent('input', { bubbles: true, data: q, inputType: 'insertText' }));
        },
        first: () => $('result-link') !== null,
        done(q) {
          const said = $('message')?.textContent ?? '';
          if (!said.includes(q) || $('loading') !== null) return false;
          return /^No results/.test(said) || (/^\d/.test(said) && $('result') !== null);
        },
        hits: () => Number(/\d+/.exec($('message').textContent)?.[0] ?? 0),
      };
    },
    api: SHOWN.map(api),
  };
}

/** The elasticlunr index of mdBook, of a book whose chapters are the documents of the archive. */
async function elasticlunr({ docs, work, mdbook }) {
  const version = (await run(mdbook, ['--version'])).said.trim().replace(/^mdbook v/, '');
  const folder = path.join(work, 'book');
  const took = {};
  let book;
  for (const search of [false, true]) {
    book = await writeBook(folder, docs, search);
    took[search] = (await run(mdbook, ['build', folder])).ms;
  }
  const site = path.join(folder, 'book');
  const named = async (start) => (await files(site)).find((file) => file.startsWith(start) && file.endsWith('.js'));
  const [index, library] = [await named('searchindex'), await named('elasticlunr')];
  return {
    name: 'elasticlunr',
    version: `mdBook ${version}`,
    site,
    page: 'index.html',
    // Each takes long, and none fetches anything but the whole index.
    rounds: 3,
    prepare: (await files(site)).filter((file) => !file.includes('/') && file !== 'print.html'),
    // It is written in one go with the book: what the search adds to it.
    build: { ms: took.true - took.false, whole: took.true, ...book },
    disk: await size(site, (file) => file === index),
    ui: () => {
      const $ = (id) => document.getElementById(`mdbook-search${id}`);
      return {
        ready: () => $('bar') !== null && document.readyState === 'complete',
        // The index is fetched when the search is opened.
        focus: () => $('-toggle').click(),
        ask(q) {
          $('bar').value = q;
          $('bar').dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, key: q.at(-1) }));
        },
        first: () => $('results').querySelector('li') !== null,
        done: (q) => $('results-header').textContent.includes(`'${q}'`),
        hits: () => $('results').children.length,
      };
    },
    api: [
      {
        name: 'search',
        page: null,
        call: `() => {
          let index;
          return {
            async open() {
              globalThis.search = {};
              for (const source of ['/${library}', '/${index}']) {
                const script = Object.assign(document.createElement('script'), { src: source });
                await new Promise((resolve, reject) => {
                  Object.assign(script, { onload: resolve, onerror: () => reject(new Error(source)) });
                  document.head.append(script);
                });
              }
              index = elasticlunr.Index.load(globalThis.search.index);
            },
            async find(q) {
              return index.search(q, globalThis.search.search_options).length;
            },
          };
        }`,
      },
    ],
  };
}

export const ENGINES = { casebook, pagefind, elasticlunr };
