// A built site as a set of files, and the addresses that lead to them.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

// Pages are resolved below a root that is two folders deep, so that a link which climbs out of the site, or is rooted,
// shows itself even where the site is served at `/`.
const ROOT = 'http://site.invalid/some/folder/';

export class Folder {
  /** @param {string} root the folder `casebook build` wrote */
  constructor(root) {
    this.root = path.resolve(root);
    /** Every file, relative, with `/`. */
    this.files = new Set(list(this.root, ''));
    this.html = [...this.files].filter((file) => file.endsWith('.html'));
    /** Absolute addresses that also mean this site: where it is served now, where it is published. */
    this.homes = [];
  }

  read(file) {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  /** Where a reader finds the file, relative to the site's root: `essays/x/index.html` is at `essays/x/`. */
  address(file) {
    const shown = file.replace(/(^|\/)index\.html$/, '$1');
    return shown.split('/').map(encodeURIComponent).join('/');
  }

  /**
   * What the address `raw`, written in `file`, means: `{ external }`, `{ error }` or `{ file, fragment }`.
   * `from` is the page's own address where that is not the file's: 404.html appears anywhere.
   */
  resolve(raw, file, from = ROOT + this.address(file)) {
    let url;
    try {
      url = new URL(raw, from);
    } catch {
      return { error: 'not an address' };
    }
    // A fragment stays on the page, wherever 404.html was shown.
    if (withoutHash(url.href) === withoutHash(from)) return { file, fragment: fragment(url) };
    const home = [ROOT, ...this.homes].find((home) => url.href.startsWith(home));
    if (!home) return url.origin === new URL(from).origin ? { error: 'leads out of the site' } : { external: url.href };
    const below = decode(url.pathname.slice(new URL(home).pathname.length));
    const target = below === '' || below.endsWith('/') ? `${below}index.html` : below;
    if (this.files.has(target)) return { file: target, fragment: fragment(url) };
    if (this.files.has(`${below}/index.html`)) return { error: 'a folder, without the final slash' };
    return { error: `dead link: no file ${target}` };
  }
}

function list(root, below) {
  return readdirSync(path.join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? list(root, name) : [name];
    });
}

function withoutHash(address) {
  return address.replace(/#.*$/s, '');
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The id that the address asks for; none for `#`, `#top` and what only a text fragment adds. */
function fragment(url) {
  const id = decode(url.hash.slice(1).replace(/:~:.*$/s, ''));
  return id.toLowerCase() === 'top' ? '' : id;
}
