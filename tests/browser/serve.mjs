// A static host for one folder, as strict as the strictest that a published casebook may meet:
// it sends a Content-Security-Policy without exceptions and can serve under any base path.
//
//   node serve.mjs DIR [--base /sub/path/]

import { createServer } from 'node:http';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const POLICY = "default-src 'self'";

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.avif': 'image/avif',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** What hosts compress, as their usual lists have it. */
const TEXT = /^(text\/|image\/svg\+xml|application\/(json|manifest\+json|wasm|xml))/;

/** `sub/path` in any spelling, as `/sub/path/`. */
export function basePath(base) {
  return `/${base}/`.replace(/\/{2,}/g, '/');
}

/** The path below the base in plain text, or null where it is outside the base or no honest path. */
function pathBelow(base, address) {
  if (!address.startsWith(base)) return null;
  let plain;
  try {
    plain = decodeURIComponent(address.slice(base.length));
  } catch {
    return null;
  }
  // Decoded first: `%2e%2e` and `..%2f` are the same trick as `..`.
  const segments = plain.split('/');
  const honest = segments.every(
    (segment, at) =>
      segment !== '.' && segment !== '..' && !/[\0\\]/.test(segment) && (segment !== '' || at === segments.length - 1),
  );
  return honest ? plain : null;
}

/** What answers the address: a file, a redirect to the folder's own address, or nothing. */
async function find(root, base, address) {
  const below = pathBelow(base, address);
  if (below === null) return {};
  const wanted = path.join(root, below);
  const kind = await stat(wanted).catch(() => null);
  if (kind?.isDirectory() && !address.endsWith('/')) return { redirect: `${address}/` };
  if (kind?.isFile() && address.endsWith('/')) return {};
  const file = await realpath(kind?.isDirectory() ? path.join(wanted, 'index.html') : wanted).catch(() => null);
  // A symbolic link must not lead out of the folder either.
  return file?.startsWith(root + path.sep) ? { file } : {};
}

/** Serves `folder` under `base` on a free port; resolves to `{ url, close }`, `url` ending with the base. */
export async function serve(folder, base = '/', port = 0) {
  const root = await realpath(folder);
  const prefix = basePath(base);

  async function answer(request, response) {
    const send = (status, headers, body) => {
      const packed = body && TEXT.test(headers['Content-Type']) && /\bgzip\b/.test(request.headers['accept-encoding']);
      response.writeHead(status, {
        'Content-Security-Policy': POLICY,
        'X-Content-Type-Options': 'nosniff',
        ...(packed && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }),
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : packed ? gzipSync(body) : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, { Allow: 'GET, HEAD' });

    const [, address, query] = /^([^?]*)(.*)$/s.exec(request.url);
    const { file, redirect } = await find(root, prefix, address);
    if (redirect) return send(301, { Location: redirect + query });
    const shown = file ?? path.join(root, '404.html');
    const body = await readFile(shown).catch(() => null);
    const type = body === null ? TYPES['.txt'] : (TYPES[path.extname(shown).toLowerCase()] ?? 'application/octet-stream');
    send(file && body !== null ? 200 : 404, { 'Content-Type': type }, body ?? 'not found\n');
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  const [folder, flag, base] = process.argv.slice(2);
  if (!folder || (flag && (flag !== '--base' || !base))) {
    console.error('usage: node serve.mjs DIR [--base /sub/path/]');
    process.exit(2);
  }
  console.log((await serve(folder, base)).url);
}
