// The archive as other programs need it: a book for mdBook, words for queries, a copy of the site.

import { copyFile, link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
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

/**
 * Writes a book of which each document is a chapter, under the heading that casebook would give it. Samples' code is
 * left out, since it stands in files beside the chapter: the book has less to index than the site, not more.
 */
export async function writeBook(folder, docs, search) {
  const put = async (file, text) => {
    const wanted = path.join(folder, file);
    await mkdir(path.dirname(wanted), { recursive: true });
    await writeFile(wanted, text);
  };
  // The search keeps mdBook's defaults.
  await put('book.toml', `[book]\ntitle = "A synthetic archive"\nlanguage = "en"\n\n[output.html.search]\nenable = ${search}\n`);
  const escaped = (title) => title.replace(/[[\]\\]/g, '\\$&');
  await put('src/SUMMARY.md', `# Summary\n\n${docs.map((doc) => `- [${escaped(doc.title)}](${doc.file})\n`).join('')}`);
  for (const doc of docs) await put(`src/${doc.file}`, `# ${doc.title}\n${doc.text}`);
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
