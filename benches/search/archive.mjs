// The archive as other programs need it: a book for mdBook, words for queries, a copy of the site.

import { copyFile, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** All files below a folder, relative to it, in the order of their names. */
export async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const relative = (entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name));
  return entries.filter((entry) => entry.isFile()).map(relative).sort();
}

/** The Markdown files of an archive as `{ file, title, text }`, the text without the front matter. */
export async function documents(archive) {
  const content = path.join(archive, 'content');
  const markdown = (await files(content)).filter((file) => file.endsWith('.md'));
  return Promise.all(
    markdown.map(async (file) => {
      const [, head, text] = /^\+\+\+\n(.*?)^\+\+\+\n(.*)$/ms.exec(await readFile(path.join(content, file), 'utf8'));
      return { file, title: JSON.parse(/^title = (".*")$/m.exec(head)[1]), text };
    }),
  );
}

/** Of ten times as many mdBook makes no book in minutes and gigabytes; docs/performance.md has the figures. */
const CHAPTERS = 1000;

/**
 * Writes a book of the documents, each with its title as a heading above it. Of many, some share a chapter, which
 * leaves the index what it is: mdBook indexes headings. Samples' code is left out, for it stands in files beside the
 * text: the book has less to index than the site, not more.
 */
export async function writeBook(folder, docs, search) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'src'), { recursive: true });
  const put = (file, text) => writeFile(path.join(folder, file), text);
  // The search keeps mdBook's defaults. Code that can be run would be looked up on a host far away.
  const html = `[output.html.search]\nenable = ${search}\n\n[output.html.playground]\nrunnable = false\n`;
  await put('book.toml', `[book]\ntitle = "A book"\nlanguage = "en"\n\n${html}`);

  // Notes are numbered anew in each document.
  const section = ({ title, text }, at) => `# ${title}\n${text.replace(/\[\^(\w+)\]/g, `[^${at}-$1]`)}\n`;
  const each = Math.ceil(docs.length / CHAPTERS);
  let summary = '# Summary\n\n';
  for (let start = 0; start < docs.length; start += each) {
    const chapter = docs.slice(start, start + each);
    summary += `- [${chapter[0].title.replace(/[[\]\\]/g, '\\$&')}](${start}.md)\n`;
    await put(`src/${start}.md`, chapter.map(section).join('\n'));
  }
  await put('src/SUMMARY.md', summary);
  return { chapters: Math.ceil(docs.length / each) };
}

/** A copy of a site by hard links where the file system can, without the folders named. */
export async function copySite(from, to, without) {
  const made = new Set();
  for (const file of await files(from)) {
    if (without.some((folder) => file.startsWith(`${folder}/`))) continue;
    const wanted = path.join(to, file);
    if (!made.has(path.dirname(wanted))) {
      await mkdir(path.dirname(wanted), { recursive: true });
      made.add(path.dirname(wanted));
    }
    await link(path.join(from, file), wanted).catch(() => copyFile(path.join(from, file), wanted));
  }
}
