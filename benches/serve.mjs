// How long an edit takes to be seen: an essay is written in place, and its page is asked for every 2 ms until it is
// another.
//
//   node benches/serve.mjs ARCHIVE PORT [EDITS] [text|title|date|stance|tag]
//
// `casebook serve --port PORT` must be running in ARCHIVE. All but `text` are edits of the front matter, and `tag` makes
// a page come; essays that have no such key are passed over. Prints JSON, in milliseconds; the texts are put back.

import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 60_000;
const [archive, port, edits = '50', sort = 'text'] = process.argv.slice(2);
if (!port) {
  console.error('usage: node benches/serve.mjs ARCHIVE PORT [EDITS] [title]');
  process.exit(2);
}
const folder = path.join(archive, 'content/essays');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function get(address) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: address, agent }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => (body += part));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Without a moment at which the file is empty. */
function write(file, text) {
  const open = openSync(file, 'r+');
  const bytes = Buffer.from(text);
  writeSync(open, bytes);
  ftruncateSync(open, bytes.length);
  closeSync(open);
}

const editsOf = {
  text: (before, word) => `${before}\n\n${word} end.\n`,
  title: (before, word) => before.replace(/^title = "/m, `title = "${word} `),
  tag: (before, word) => before.replace(/^tags = \[/m, `tags = ["${word}", `),
  date: (before) => before.replace(/^(date = \d{4}-\d\d-)(\d\d)/m, (_, start, day) => start + (day === '07' ? '08' : '07')),
  stance: (before) => before.replace(/^([a-z-]+ = )"(for|against)"/m, (_, key, side) => `${key}"${side === 'for' ? 'against' : 'for'}"`),
};

async function edit(slug, number) {
  const file = path.join(folder, `${slug}.md`);
  const address = encodeURI(`/essays/${slug}/`);
  const before = readFileSync(file, 'utf8');
  const word = `token${number}x${Date.now()}`;
  const after = editsOf[sort](before, word);
  if (after === before) return null;
  const page = (await get(address)).body;
  await sleep(Math.random() * 200);
  const start = performance.now();
  write(file, after);
  for (;;) {
    const { status, body } = await get(address);
    const took = performance.now() - start;
    if (status === 200 && body !== page) return { file, before, took };
    if (took > PATIENCE) throw new Error(`${address}: the edit was not seen`);
    await sleep(2);
  }
}

const essays = readdirSync(folder).filter((name) => name.endsWith('.md'));
const seen = [];
// The first edit warms up.
for (let at = 0, made = 0; made <= Number(edits) && at < essays.length; at++) {
  const slug = essays[(at * 7919 + 13) % essays.length].slice(0, -'.md'.length);
  const edited = await edit(slug, at);
  if (!edited) continue;
  const { file, before, took } = edited;
  if (made++ > 0) seen.push(took);
  await sleep(100);
  write(file, before);
  await sleep(400);
}
agent.destroy();
seen.sort((a, b) => a - b);
const round = (time) => Math.round(time * 10) / 10;
const median = round(seen[Math.floor(seen.length / 2)]);
console.log(JSON.stringify({ edits: seen.length, sort, median, worst: round(seen.at(-1)), best: round(seen[0]) }));
