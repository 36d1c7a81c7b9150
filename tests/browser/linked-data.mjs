// Holds the linked data of a built site to schema.org: every type is one of its types, every property one of that type,
// every value one that the property takes.
//
//   node linked-data.mjs PUBLIC_DIR
//
// The vocabulary comes as types for TypeScript, whose compiler then says what is wrong. Texts, dates and addresses are
// all strings to it, so that dates and addresses are looked at here.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

import { Folder } from './folder.mjs';
import { run } from './report.mjs';

const TIME_LIMIT_MS = 5 * 60_000;
const BLOCK = /<script type="application\/ld\+json">(.*?)<\/script>/gs;
const DATE = /^\d{4}(-\d\d(-\d\d)?)?$/;
const ADDRESSES = new Set(['@id', 'archivedAt', 'item', 'license', 'url', 'urlTemplate']);
const HOME = fileURLToPath(new URL('linked-data-blocks.ts', import.meta.url)); // never written: where imports start from

export function checkLinkedData(folder, report) {
  const canonical = (html) => unescape(/<link rel="canonical" href="([^"]*)">/.exec(html)?.[1]);
  const home = folder.files.has('index.html') ? canonical(folder.read('index.html')) : undefined;
  if (home) folder.homes.push(home);
  const shapes = new Map(); // what pages of one kind have in common is checked once
  for (const file of folder.html) {
    const html = folder.read(file);
    const blocks = [...html.matchAll(BLOCK)].map((match) => match[1]);
    const listed = !/<meta name="robots" content="noindex">/.test(html);
    report.check(blocks.length === (listed ? 1 : 0), file, `has ${blocks.length} blocks of linked data`);
    for (const block of blocks) {
      let data;
      try {
        data = JSON.parse(block);
      } catch (error) {
        report.check(false, file, `linked data does not parse: ${error.message}`);
        continue;
      }
      checkValues(data, file, folder, report);
      checkBreadcrumbs(data, file, canonical(html), report);
      for (const [type, part] of [['Graph', data], ...actions(data)]) {
        const shape = `${type} = ${JSON.stringify(shapeOf(part, type !== 'Graph'))}`;
        shapes.set(shape, [...(shapes.get(shape) ?? []), file]);
      }
    }
  }
  const problems = compile([...shapes.keys()]);
  [...shapes.values()].forEach((files, at) => {
    const more = files.length > 1 ? ` (and ${files.length - 1} pages like it)` : '';
    report.check(!problems.has(at), files[0], `is not as schema.org has it${more}: ${problems.get(at)}`);
  });
  return shapes.size;
}

function unescape(attribute) {
  return attribute?.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** Every value in it that holds no others, with the name of the property that holds a value. */
function* values(data, name = '') {
  if (Array.isArray(data)) for (const each of data) yield* values(each, name);
  else if (data && typeof data === 'object') for (const [key, value] of Object.entries(data)) yield* values(value, key);
  else yield [name, data];
}

function checkValues(data, file, folder, report) {
  for (const [name, value] of values(data)) {
    report.check(value !== '' && value !== null, file, `${name} is empty`);
    if (name.startsWith('date')) report.check(DATE.test(value), file, `${name} is no date: ${value}`);
    if (!ADDRESSES.has(name)) continue;
    if (!report.check(/^https?:\/\//.test(value), file, `${name} is no whole address: ${value}`)) continue;
    const { error } = folder.resolve(value, file);
    report.check(!error, file, `${name} "${value}": ${error}`);
  }
}

function checkBreadcrumbs(data, file, canonical, report) {
  const lists = (data['@graph'] ?? []).filter((thing) => thing['@type'] === 'BreadcrumbList');
  report.check(lists.length === (file === 'index.html' ? 0 : 1), file, `has ${lists.length} lists of breadcrumbs`);
  for (const { itemListElement: items = [] } of lists) {
    const inOrder = items.length > 1 && items.every((item, at) => item.position === at + 1);
    report.check(inOrder, file, 'breadcrumbs are not numbered from 1');
    report.check(items.at(-1)?.item === canonical, file, `breadcrumbs end at ${items.at(-1)?.item}`);
  }
}

/** Actions whose input is described: a property of such a name is none of the type's own. */
function* actions(data) {
  if (!data || typeof data !== 'object') return;
  if (Object.keys(data).some((key) => /-(in|out)put$/.test(key))) yield [`WithActionConstraints<${data['@type']}>`, data];
  for (const each of Object.values(data)) yield* actions(each);
}

/** The data with one text for all, and each list with one of a kind. */
function shapeOf(data, annotated, name = '') {
  if (typeof data === 'string') return name.startsWith('@') && name !== '@id' ? data : 'x';
  if (typeof data === 'number') return 1;
  if (!data || typeof data !== 'object') return data;
  if (Array.isArray(data)) {
    const shapes = new Map(data.map((each) => shapeOf(each, annotated)).map((shape) => [JSON.stringify(shape), shape]));
    return [...shapes.values()];
  }
  const kept = Object.entries(data).filter(([key]) => annotated || !/-(in|out)put$/.test(key));
  return Object.fromEntries(kept.sort().map(([key, value]) => [key, shapeOf(value, annotated, key)]));
}

/** What the compiler says of each shape, by its place; those that are right are left out. */
function compile(shapes) {
  const declarations = shapes.map((shape, at) => `const c${at}: S.${shape.replace('<', '<S.')};`);
  const text = `import type * as S from 'schema-dts';\n${declarations.join('\n')}\n`;
  const options = {
    noEmit: true,
    strict: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => (path.resolve(file) === HOME ? text : readFile(file));
  host.fileExists = (file) => path.resolve(file) === HOME || fileExists(file);
  host.getSourceFile = (file, ...more) =>
    path.resolve(file) === HOME ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : getSourceFile(file, ...more);
  const program = ts.createProgram([HOME], options, host);
  const problems = new Map();
  const said = [...program.getSyntacticDiagnostics(), ...program.getGlobalDiagnostics(), ...program.getSemanticDiagnostics()];
  for (const { file, start, messageText } of said) {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\s+/g, ' ');
    // Without the vocabulary nothing would be checked.
    if (!file || path.resolve(file.fileName) !== HOME) throw new Error(message);
    const { line } = file.getLineAndCharacterOfPosition(start);
    if (line === 0) throw new Error(message);
    if (!problems.has(line - 1)) problems.set(line - 1, message.slice(0, 300));
  }
  return problems;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await run('linked-data.mjs', TIME_LIMIT_MS, (root, _, report) => {
    const shapes = checkLinkedData(new Folder(root), report);
    report.check(shapes > 0, '.', 'has no linked data');
  });
}
