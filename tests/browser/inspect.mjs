// What a document says about itself. The functions here run inside the browser, so each stands alone.

/**
 * Reads the live document, or `source` as the browser would parse it without running scripts (what `noscript` holds
 * are then elements like all others).
 */
export function inspect(source) {
  const ADDRESSES = new Set(
    'action background cite formaction href imagesrcset longdesc manifest ping poster src srcset'.split(' '),
  );
  const doc = source === null ? document : new DOMParser().parseFromString(source, 'text/html');
  const roots = [doc];
  for (const root of roots) for (const template of root.querySelectorAll('template')) roots.push(template.content);

  const ids = new Set();
  const duplicates = new Set();
  const links = new Set();
  const broken = new Set();
  const address = (raw) => {
    links.add(raw);
    // The parser sees through blanks, tabs and capitals that a pattern would miss.
    const scheme = URL.canParse(raw, 'http://site.invalid/') ? new URL(raw, 'http://site.invalid/').protocol : '';
    if (['data:', 'javascript:', 'vbscript:', 'blob:'].includes(scheme)) broken.add(`${scheme} address`);
  };

  let refresh = null;
  for (const element of roots.flatMap((root) => [...root.querySelectorAll('*')])) {
    const name = element.localName.toLowerCase();
    if (element.id) (ids.has(element.id) ? duplicates : ids).add(element.id);
    if (['base', 'embed', 'frame', 'iframe', 'object'].includes(name)) broken.add(`${name} element`);
    if (name === 'style') broken.add('style element');
    if (name === 'script' && !element.hasAttribute('src')) {
      if (element.getAttribute('type') !== 'application/ld+json') broken.add('inline script');
      else {
        try {
          JSON.parse(element.textContent);
        } catch {
          broken.add('JSON-LD that does not parse');
        }
      }
    }
    for (const { localName, value } of element.attributes) {
      const attribute = localName.toLowerCase().replace(/^.*:/, '');
      if (attribute === 'style') broken.add(`style attribute on ${name}`);
      if (attribute.startsWith('on')) broken.add(`${attribute} attribute on ${name}`);
      if (!ADDRESSES.has(attribute)) continue;
      if (attribute.endsWith('srcset')) {
        for (const candidate of value.split(/,\s+/)) if (candidate.trim()) address(candidate.trim().split(/\s+/)[0]);
      } else if (attribute === 'ping') value.split(/\s+/).filter(Boolean).forEach(address);
      else address(value.trim());
    }
    if (name === 'meta' && element.httpEquiv.toLowerCase() === 'refresh') {
      const target = /^[\s\d.]*[;,]?\s*(?:url\s*=\s*)?(.*)$/is.exec(element.content)[1].trim().replace(/^(['"])(.*)\1$/s, '$2');
      address(target);
      // In the body it came from content, and must not pass for a redirect, which is excused from much.
      if (element.closest('head')) refresh = target;
      else broken.add('refresh in the body');
    }
  }

  return {
    doctype: doc.compatMode === 'CSS1Compat',
    lang: doc.documentElement.lang,
    title: doc.title.trim(),
    headings: doc.querySelectorAll('h1').length,
    canonical: doc.querySelector('link[rel~=canonical]')?.getAttribute('href') ?? null,
    mainText: (doc.querySelector('main')?.textContent ?? '').trim().length,
    mainLinks: [...doc.querySelectorAll('main a[href]')].filter((link) => !link.closest('noscript')).length,
    ids: [...ids],
    duplicates: [...duplicates],
    links: [...links],
    broken: [...broken],
    refresh,
  };
}

/** The element that makes the page wider than its window, or null where it fits. */
export function overflow() {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return null;
  const clipped = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')].filter(
    (element) => element.getBoundingClientRect().right > root.clientWidth + 0.5 && !clipped(element),
  );
  // The innermost is the one to mend; those around it are only stretched.
  const culprit = wide.find((element) => !wide.some((other) => other !== element && element.contains(other)));
  const label = culprit ? culprit.localName + [...culprit.classList].map((name) => `.${name}`).join('') : 'unknown';
  return `${root.scrollWidth} px in ${root.clientWidth} px, by ${label}`;
}

/** What a style sheet changes first. Compared with an empty page's, it tells whether any applies. */
export function appearance() {
  const { fontFamily, fontSize, backgroundColor } = getComputedStyle(document.body);
  return JSON.stringify([fontFamily, fontSize, backgroundColor, getComputedStyle(document.documentElement).backgroundColor]);
}

/** Reads `xml`; for an Atom feed also what the format requires. */
export function parseXml(xml) {
  const doc = new DOMParser().parseFromString(xml, 'application/xml');
  const wrong = doc.querySelector('parsererror');
  if (wrong) return { error: wrong.textContent.replace(/\s+/g, ' ').slice(0, 200) };
  const text = (parent, name) =>
    [...parent.children].find((child) => child.localName === name)?.textContent.trim() ?? '';
  const named = (parent, name) => [...parent.children].filter((child) => child.localName === name);
  const link = (at) => ({ href: at.getAttribute('href') ?? '', rel: at.getAttribute('rel') ?? 'alternate' });
  const facts = (parent) => ({
    id: text(parent, 'id'),
    title: text(parent, 'title'),
    updated: text(parent, 'updated'),
    published: text(parent, 'published'),
    links: named(parent, 'link').map(link),
    authors: named(parent, 'author').map((author) => text(author, 'name')),
    content: text(parent, 'content'),
    contentType: named(parent, 'content')[0]?.getAttribute('type') ?? 'text',
    children: [...parent.children].map((child) => child.localName),
  });
  const root = doc.documentElement;
  return {
    root: root.localName,
    namespace: root.namespaceURI,
    lang: root.getAttribute('xml:lang') ?? '',
    ...facts(root),
    entries: [...root.children].filter((child) => child.localName === 'entry').map(facts),
    locations: [...doc.getElementsByTagNameNS('*', 'loc')].map((loc) => loc.textContent.trim()),
    changes: [...doc.getElementsByTagNameNS('*', 'lastmod')].map((day) => day.textContent.trim()),
  };
}
