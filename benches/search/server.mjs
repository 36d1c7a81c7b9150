// A static host that counts: what a page fetches, and how many bytes of bodies went over the wire for it.

import { createServer } from 'node:http';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** What hosts compress, as their usual lists have it; the rest, Pagefind's own compressed files too, goes as it is. */
const TEXT = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.xml': 'application/xml; charset=utf-8',
};
const LEVEL = 6;

/** A page of nothing, from which scripts can be tried; it is never counted. */
const BLANK = '/_blank';

/** Milliseconds since 1970 with fractions, as pages have them too. */
const now = () => performance.timeOrigin + performance.now();

/**
 * Serves `folder` on a free port of this machine alone. `count(until)` says what went out since the last `reset()`, as
 * `{ requests, bytes }`, of the requests that came before a time. `prepare(folder)` reads and compresses what is below
 * a folder, so that no latency holds the work of the host.
 */
export async function serve(folder) {
  const root = path.resolve(folder);
  const ready = new Map();
  let asked = [];

  async function load(file) {
    if (!ready.has(file)) {
      const type = TEXT[path.extname(file)];
      const plain = await readFile(file);
      ready.set(file, type ? { type, gzip: true, body: gzipSync(plain, { level: LEVEL }) } : { body: plain });
    }
    return ready.get(file);
  }

  async function find(address) {
    const wanted = path.join(root, decodeURIComponent(address));
    if (wanted !== root && !wanted.startsWith(root + path.sep)) return null;
    const file = address.endsWith('/') ? path.join(wanted, 'index.html') : wanted;
    return (await stat(file).catch(() => null))?.isFile() ? file : null;
  }

  async function answer(request, response) {
    const address = new URL(request.url, 'http://host/').pathname;
    if (address === BLANK) return response.writeHead(200, { 'Content-Type': TEXT['.html'] }).end('<!doctype html>');
    const one = { address, at: now(), bytes: 0 };
    asked.push(one);
    const file = await find(address);
    if (!file) return response.writeHead(404, { 'Content-Length': 0 }).end();
    const { type = 'application/octet-stream', gzip, body } = await load(file);
    one.bytes = body.length;
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': body.length,
      'Cache-Control': 'max-age=3600',
      ...(gzip && { 'Content-Encoding': 'gzip' }),
    });
    return response.end(body);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;

  return {
    url,
    blank: new URL(BLANK, url).href,
    count(until = Infinity) {
      const counted = asked.filter((one) => one.at <= until);
      return { requests: counted.length, bytes: counted.reduce((sum, one) => sum + one.bytes, 0) };
    },
    addresses: () => asked.map((one) => one.address),
    reset() {
      asked = [];
    },
    async prepare(below) {
      const wanted = path.join(root, below);
      if ((await stat(wanted)).isFile()) return void (await load(wanted));
      for (const entry of await readdir(wanted, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) await load(path.join(entry.parentPath ?? entry.path, entry.name));
      }
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
