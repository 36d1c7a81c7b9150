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

/**
 * Serves `folder` on a free port of this machine alone. `count()` says what went out since the last `reset()`, as
 * `{ requests, bytes }`; a request counts when it is asked, its bytes when they are handed to the socket.
 * `prepare(folder)` reads and compresses what is below a folder, so that no latency holds the work of the host.
 */
export async function serve(folder) {
  const root = path.resolve(folder);
  const ready = new Map();
  let requests = 0;
  let bytes = 0;

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

  const server = createServer(async (request, response) => {
    requests++;
    try {
      const file = await find(new URL(request.url, 'http://host/').pathname);
      if (!file) return response.writeHead(404, { 'Content-Length': 0 }).end();
      const { type = 'application/octet-stream', gzip, body } = await load(file);
      bytes += body.length;
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Length': body.length,
        'Cache-Control': 'max-age=3600',
        ...(gzip && { 'Content-Encoding': 'gzip' }),
      });
      response.end(body);
    } catch (error) {
      response.destroy(error);
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    count: () => ({ requests, bytes }),
    reset() {
      requests = 0;
      bytes = 0;
    },
    async prepare(below) {
      const wanted = path.join(root, below);
      const entries = await readdir(wanted, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries.filter((entry) => entry.isFile())) {
        await load(path.join(entry.parentPath ?? entry.path, entry.name));
      }
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
