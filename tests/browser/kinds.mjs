// Which pages a site has, and which of them stand for the others of their kind.

const ALL_BELOW = 40;
/** Kinds that are one template for several lists, which differ in what they hold. */
const LISTS = new Set(['list', 'terms']);

/** What kind of page it is, as the theme says with the class of its body; its folder, where no class says so. */
export function kindOf(folder, file) {
  const at = file.includes('/') ? file.split('/')[0] : '';
  const named = /<body class="p-([\w-]+)/.exec(folder.read(file))?.[1];
  if (!named) return at;
  return LISTS.has(named) ? `${named}-${at}` : named;
}

/** Pages that send the reader on at once. */
export function isRedirect(folder, file) {
  return /<meta http-equiv="?refresh\b/i.test(folder.read(file).replace(/<body.*$/s, ''));
}

/** The pages of each kind, in the order of their addresses. */
export function byKind(folder, pages) {
  const kinds = new Map();
  for (const file of pages) {
    const kind = kindOf(folder, file);
    kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  }
  return kinds;
}

/** The largest of some pages, where a layout breaks first. */
export function largest(folder, pages) {
  return pages.reduce((a, b) => (folder.read(b).length > folder.read(a).length ? b : a));
}

/** The pages that stand for their kind: of each the first one and the largest. A small site is tested whole. */
export function choose(folder, pages) {
  if (pages.length < ALL_BELOW) return pages;
  const chosen = [...byKind(folder, pages).values()].map((files) => [files[0], largest(folder, files)]);
  return [...new Set(chosen.flat())];
}

/** What a test of readers' ways goes through: every page that stands for its kind, 404.html too. */
export function shownPages(folder) {
  return choose(folder, folder.html.filter((file) => !isRedirect(folder, file)));
}
