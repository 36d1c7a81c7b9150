// Reads the search index. docs/search.md says what both readers hold to; its words are used here.
(function () {
  "use strict";
  const FORMAT = 1;
  const FACTS = "kind argument stance claim speaker author source tag lang language".split(" ");
  const BOOSTS = [4, 2, 2, 1, 0.5];
  const FACT = BOOSTS.length;
  const K1 = 1.2;
  const B = 0.75;
  // A query of so many words is a question: what happens to have each of its small words is rarely the answer, so fewer
  // hits than these are not left alone.
  const QUESTION = 4;
  const FEW = 8;
  // Unicode's White_Space, which is not quite what \s stands for.
  const SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  const SPACES = new RegExp(SPACE.source + "+");
  const CONTROL = /[\0-\x1f\x7f-\x9f]/;
  const QUOTE = /["“”„‟]/;
  const UTF8 = new TextDecoder();

  function failure(name, details) {
    return Object.assign(new Error(name + ": " + Object.values(details).join(" ")), { name }, details);
  }
  const indexError = (code, key) => failure("IndexError", { code, key });

  // ---- Texts

  // By code points; `<` goes by UTF-16, where those above U+FFFF come before some below.
  function compare(a, b) {
    const rank = (unit) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
    let at = 0;
    while (at < a.length && a[at] === b[at]) at++;
    return at < a.length && at < b.length ? rank(a.charCodeAt(at)) - rank(b.charCodeAt(at)) : a.length - b.length;
  }

  // Optimal string alignment of two lists of characters; anything above `most` where it is more than that.
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1];
        row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (same ? 0 : 1));
        const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
        if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      // A swap looks two rows back.
      if (Math.min(...row, ...last) > most) return most + 1;
      [before, last] = [last, row];
    }
    return last[b.length];
  }

  // The name that was meant: two fifths of it may differ, or it may go on where the written one ends.
  function nearest(written, names) {
    const folded = written.toLowerCase();
    const letters = [...folded];
    if (letters.length > 120) return null;
    const bound = Math.max(1, Math.floor((letters.length * 2) / 5));
    let best = null;
    for (const name of names) {
      const lower = name.toLowerCase();
      const others = [...lower];
      const longer = letters.length >= 3 && others.length <= 2 * letters.length + 3 && lower.startsWith(folded);
      const steps = distance(letters, others, longer ? others.length : bound);
      if (steps > bound && !longer) continue;
      if (!best || steps < best.steps || (steps === best.steps && compare(name, best.name) < 0)) best = { name, steps };
    }
    return best && best.name;
  }

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));

  // A name as a part of an address.
  function component(name) {
    const words = name.normalize().toLowerCase().split(SPACES).filter(Boolean).join("-");
    return words.replace(/[\\/:*?"<>|~%\0-\x1f\x7f-\x9f]|^\.|\.$/g, (sign) =>
      hex(new TextEncoder().encode(sign)).map((byte) => "~" + byte).join(""));
  }

  // What `component` makes this of.
  function named(value) {
    return value.replace(/(?:~[0-9a-f]{2})+/g, (signs) =>
      UTF8.decode(Uint8Array.from(signs.slice(1).split("~"), (byte) => parseInt(byte, 16))));
  }

  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const BREAKS = new RegExp(SPACE.source + "|" + CONTROL.source, "g");
  const escape = (text) => text.replace(BREAKS, " ").replace(/[&<>"]/g, (sign) => ESCAPES[sign]);

  // ---- English: the Snowball stemmer, of [a-z]+

  const endings = (text) => {
    const table = new Map(text.split(" ").map((pair) => pair.split(":")));
    return { table, pattern: new RegExp("(?:" + [...table.keys()].join("|") + ")$") };
  };
  const IRREGULAR = endings("skis:ski skies:sky idly:idl gently:gentl ugly:ugli early:earli only:onli singly:singl "
    + "sky:sky news:news howe:howe atlas:atlas cosmos:cosmos bias:bias andes:andes").table;
  const STEP_2 = endings("tional:tion enci:ence anci:ance abli:able entli:ent izer:ize ization:ize ational:ate "
    + "ation:ate ator:ate alism:al aliti:al alli:al fulness:ful fulli:ful ousli:ous ousness:ous iveness:ive iviti:ive "
    + "biliti:ble bli:ble ogist:og ogi:og lessli:less li:");
  const STEP_3 = endings("tional:tion ational:ate alize:al icate:ic iciti:ic ical:ic ful: ness: ative:");
  const STEP_4 = endings("al: ance: ence: er: ic: able: ible: ant: ement: ment: ent: ism: ate: iti: ous: ive: ize: "
    + "ion:");
  const REGION = "[^aeiouy]*[aeiouy]+[^aeiouy]";
  const REGION_1 = new RegExp("^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers|" + REGION + ")");
  const REGION_2 = new RegExp("^" + REGION);
  // What stands before each of these endings where they are taken off.
  const BEFORE = { ogi: /l$/, li: /[cdeghkmnrt]$/, ion: /[st]$/ };

  function stem(word) {
    if (word.length < 3) return word;
    if (IRREGULAR.has(word)) return IRREGULAR.get(word);
    // Y is a y that is a consonant.
    word = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const after = (pattern, from) => {
      const found = pattern.exec(word.slice(from));
      return from + (found ? found[0].length : word.length - from);
    };
    const region1 = after(REGION_1, 0);
    const region2 = after(REGION_2, region1);
    const short = (text) => /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$|past$/.test(text);

    if (/sses$/.test(word)) word = word.slice(0, -2);
    else if (/ie[ds]$/.test(word)) word = word.slice(0, word.length > 4 ? -2 : -1);
    else if (/[aeiouy].+s$/.test(word) && !/[us]s$/.test(word)) word = word.slice(0, -1);

    const [, start, end] = /^(.*?)(eed|eedly|ed|edly|ing|ingly)$/.exec(word) || [];
    if (!end) ;
    else if (end.startsWith("ee")) {
      if (start.length >= region1 && !/^(?:succ|proc|exc)$/.test(start)) word = start + "ee";
    } else if (end === "ing" && /^[^aeiouy]y$/.test(start)) word = start[0] + "ie";
    else if (/[aeiouy]/.test(start) && !(end === "ing" && /^(?:even|cann|inn|earr|herr|out)$/.test(start))) {
      word = start;
      if (/(?:at|bl|iz)$/.test(word)) word += "e";
      else if (/([bdfgmnprt])\1$/.test(word)) word = /^[aeo]..$/.test(word) ? word : word.slice(0, -1);
      else if (word.length === region1 && short(word)) word += "e";
    }

    word = word.replace(/(.[^aeiouy])[yY]$/, "$1i");

    const replace = ({ table, pattern }, region) => {
      const found = pattern.exec(word);
      if (!found || found.index < (found[0] === "ative" ? region2 : region)) return;
      const rest = word.slice(0, found.index);
      if (!BEFORE[found[0]] || BEFORE[found[0]].test(rest)) word = rest + table.get(found[0]);
    };
    replace(STEP_2, region1);
    replace(STEP_3, region1);
    replace(STEP_4, region2);

    const rest = word.slice(0, -1);
    if (word.endsWith("e") ? rest.length >= region2 || (rest.length >= region1 && !short(rest))
      : word.endsWith("ll") && rest.length >= region2) word = rest;
    return word.replace(/Y/g, "y");
  }

  // ---- Bytes

  class Bytes {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    number() {
      for (let value = 0, scale = 1; ; scale *= 128) {
        const byte = this.bytes[this.at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
        if (byte === undefined) throw indexError("torn");
      }
    }

    numbers(count) {
      const numbers = new Uint32Array(count);
      for (let at = 0; at < count; at++) numbers[at] = this.number();
      return numbers;
    }

    take(count) {
      this.at += count;
      if (this.at > this.bytes.length) throw indexError("torn");
      return this.bytes.subarray(this.at - count, this.at);
    }

    hex(count) {
      return hex(this.take(count)).join("");
    }

    text() {
      return UTF8.decode(this.take(this.number()));
    }

    // A sorted list.
    texts(count) {
      let last = this.bytes.subarray(0, 0);
      return Array.from({ length: count }, () => {
        const shared = this.number();
        const rest = this.take(this.number());
        const text = new Uint8Array(shared + rest.length);
        text.set(last.subarray(0, shared));
        text.set(rest, shared);
        last = text;
        return UTF8.decode(text);
      });
    }

    end() {
      if (this.at !== this.bytes.length) throw indexError("torn");
    }
  }

  // ---- Words

  const BIGRAM = 1;
  const WORD = 2;

  // The analyser, of the root's table of characters.
  function analyser(from, english) {
    const classes = new Uint8Array(0x110000);
    const folds = new Map();
    const ranges = (each) => {
      for (let at = 0, left = from.number(); left > 0; left--) {
        at += from.number();
        const length = from.number();
        each(at, length);
        at += length;
      }
    };
    ranges((at, length) => classes.fill(BIGRAM, at, at + length));
    ranges((at, length) => classes.fill(WORD, at, at + length));
    ranges((at, length) => {
      const grows = from.number();
      const text = from.text();
      for (let i = 0; i < length; i++) {
        folds.set(String.fromCodePoint(at + i), grows ? String.fromCodePoint(text.codePointAt(0) + i) : text);
      }
    });

    function fold(text) {
      let out = "";
      for (const c of text.normalize()) out += folds.get(c) ?? c;
      return out;
    }
    const stemmed = (folded) => (english && /^[a-z]+$/.test(folded) ? stem(folded) : folded);
    const term = (text) => stemmed(fold(text));

    // A word without underscores at its ends, and not too long.
    function cut(word) {
      let [from, to] = [0, word.length];
      while (word[from] === "_") from++;
      while (to > from && word[to - 1] === "_") to--;
      return to - from > 60 ? [...word.slice(from, to)].slice(0, 60).join("") : word.slice(from, to);
    }

    function parts(word) {
      const found = [];
      for (const piece of word.split("_")) {
        let from = 0;
        for (let at = 1; at < piece.length; at++) {
          if (!/[A-Z]/.test(piece[at])) continue;
          const before = piece[at - 1];
          // `aB`, or the last capital of `HTTPServer`. Apostrophes and the dot of `.NET` are no word characters.
          if (/[A-Z]/.test(before) ? /[a-z]/.test(piece.charAt(at + 1)) : !/[0-9'’.]/.test(before)) {
            found.push(piece.slice(from, at));
            from = at;
          }
        }
        found.push(piece.slice(from));
      }
      const terms = found.map(term).filter(Boolean);
      return terms.length > 1 ? terms : [];
    }

    // What words became: most words of a text came before.
    const known = new Map();
    function terms(word) {
      let found = known.get(word);
      if (found) return found;
      const first = String.fromCodePoint(word.codePointAt(0));
      if (classes[word.codePointAt(0)] === BIGRAM) {
        found = { whole: fold(word), parts: [], alone: word === first ? null : fold(first) };
      } else {
        found = { whole: term(cut(word)), parts: parts(cut(word)), alone: null };
      }
      if (known.size > 100000) known.clear();
      known.set(word, found);
      return found;
    }

    function words(text) {
      const found = [];
      const classAt = (at) => classes[text.codePointAt(at)];
      const next = (at) => at + (text.codePointAt(at) > 0xffff ? 2 : 1);
      const before = (at) => classAt(at - (/[\udc00-\udfff]/.test(text[at - 1]) ? 2 : 1));
      for (let at = 0, end; at < text.length; at = end) {
        const kind = classAt(at);
        let to = end = next(at);
        if (kind === BIGRAM) {
          // With the next one, which is a word as well.
          if (classAt(end) === BIGRAM) to = next(end);
        } else if (kind === WORD) {
          for (;;) {
            const apostrophe = text[end] === "'" || text[end] === "’";
            const from = apostrophe ? end + 1 : end;
            if (classAt(from) !== WORD || (apostrophe && /[_0-9]/.test(text[from]))) break;
            end = next(from);
          }
          if (/^[A-Za-z]$/.test(text.slice(at, end))) end += text.startsWith("++", end) ? 2 : text[end] === "#" ? 1 : 0;
          to = end;
        } else if (/^\.(?:NET|net)$/.test(text.slice(at, at + 4)) && before(at) !== WORD && classAt(at + 4) !== WORD) {
          to = end = at + 4;
        } else continue;
        const word = terms(text.slice(at, to));
        if (word.whole) found.push({ start: at, end: to, ...word });
      }
      return found;
    }
    return { words, fold, stemmed, folded: (word) => fold(cut(word)) };
  }

  // Of each word the first of its terms that is marked.
  const marks = (words, marked) =>
    words.map((word) => [word.whole, ...word.parts, word.alone].find((term) => marked.has(term)));

  // Where words stand that hit; those that overlap in one.
  function ranges(words, hits) {
    const found = [];
    words.forEach(({ start, end }, at) => {
      if (!hits[at]) return;
      const last = found[found.length - 1];
      if (last && start < last[1]) last[1] = end;
      else found.push([start, end]);
    });
    return found;
  }

  // How many different terms hit, and how many times.
  const worth = (hits) => {
    const some = hits.filter(Boolean);
    return { different: new Set(some).size, count: some.length };
  };
  // Of equals the first.
  const best = (list) => list.reduce((a, b) => ((b.different - a.different || b.count - a.count) > 0 ? b : a), list[0]);

  const WINDOW = 32;
  const LEAD = 6;

  // The stretch of a document that shows best why it was found.
  function snippet(words, card, marked) {
    const [passage, code] = [card.passages, card.code || []].map((passages) => best(passages.map(([anchor, text]) => {
      const all = words(text);
      const hits = marks(all, marked);
      return { anchor, text, all, hits, ...worth(hits) };
    })));
    // Code, where a document has a list of it, is for words that the text has not.
    const chosen = code && !(passage && passage.different >= code.different) ? code : passage;
    if (!chosen) return { anchor: null, snippet: "" };
    const { anchor, text, all, hits } = chosen;
    const starts = Array.from(all.keys()).filter((at) => at === 0 || hits[at]);
    const window = best(starts.map((at) => ({ at, ...worth(hits.slice(at, at + WINDOW)) })));
    const from = window ? Math.max(0, Math.min(window.at - LEAD, all.length - WINDOW)) : 0;
    const to = Math.min(from + WINDOW, all.length);
    let at = from > 0 ? all[from].start : 0;
    const end = to < all.length ? all[to - 1].end : text.length;
    let html = from > 0 ? "…" : "";
    for (const range of ranges(all.slice(from, to), hits.slice(from, to))) {
      html += escape(text.slice(at, range[0])) + "<mark>" + escape(text.slice(...range)) + "</mark>";
      at = range[1];
    }
    return { anchor, snippet: html + escape(text.slice(at, end)) + (to < all.length ? "…" : "") };
  }

  // ---- Queries

  function parse(text) {
    const clauses = [];
    const filters = [];
    let at = 0;
    const find = (pattern, from) => {
      while (from < text.length && !pattern.test(text[from])) from++;
      return from;
    };
    const bad = (kind, start, end, value, near) =>
      failure("QueryError", { kind, start, end, value, nearest: near || null });
    // Sets `at` behind the quotation that begins at `from`.
    const quoted = (from) => {
      const end = find(QUOTE, from + 1);
      if (end === text.length) throw bad("unclosed", from, end, text.slice(from + 1));
      at = end + 1;
      return text.slice(from + 1, end);
    };
    for (;;) {
      while (at < text.length && SPACE.test(text[at])) at++;
      if (at >= text.length) break;
      const excluded = text[at] === "-" && at + 1 < text.length && text[at + 1] !== "-" && !SPACE.test(text[at + 1]);
      const start = at + (excluded ? 1 : 0);
      if (QUOTE.test(text[start])) {
        const phrase = quoted(start);
        clauses.push({ text: phrase.normalize(), phrase: true, excluded, start: start + 1, end: at });
        continue;
      }
      at = find(SPACE, start);
      const word = text.slice(start, at);
      const name = (/^([a-z]+):(?![:/])/.exec(word) || [])[1];
      if (!name) {
        clauses.push({ text: word.normalize(), phrase: false, excluded, start, end: at });
        continue;
      }
      let value = word.slice(name.length + 1);
      if (QUOTE.test(value.charAt(0))) value = quoted(start + name.length + 1);
      const wrong = (kind, about, near) => bad(kind, start, at, about, near);
      if (!value.split(SPACES).some(Boolean)) throw wrong("empty", name);
      const filter = { name, excluded, start, end: at };
      if (name === "year") {
        const [, from, range, to] = /^(\d{0,4})(\.\.(\d{0,4}))?$/.exec(value) || [];
        filter.from = Number(from || 0);
        filter.to = range ? Number(to || 9999) : filter.from;
        if (from === undefined || filter.from > filter.to) throw wrong("year", value);
      } else if (FACTS.includes(name)) {
        filter.value = factValue(name, value);
      } else throw wrong("field", name, nearest(name, [...FACTS, "year"]));
      filters.push(filter);
    }
    if (clauses.length + filters.length > 64) throw bad("long", 0, text.length, text);
    return { clauses, filters };
  }

  function factValue(name, value) {
    const stance = name === "stance" && /^([^:]*):([^]*)$/.exec(value);
    if (stance) return component(stance[1]) + ":" + component(stance[2]);
    const folder = ["claim", "argument", "source"].includes(name) ? value.lastIndexOf("/") + 1 : 0;
    return component(value.slice(folder));
  }

  // ---- Shards

  let base = "search/";
  let early = null;
  // The generation: a promise of an Index, of one root.
  let current = null;
  // What `analyze` and the like go by: the last index that came.
  let loaded = null;
  const asked = new Map();

  globalThis.casebookShard = (key, sum, data) => {
    const waiting = asked.get(document.currentScript);
    if (waiting) waiting.arrived = key === waiting.key ? { sum, data } : null;
    // The page may bring the root itself.
    else if (key === "root" && !current) early = { sum, data };
  };

  function script(key, query) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      const waiting = { key, arrived: null };
      asked.set(element, waiting);
      element.onload = element.onerror = ({ type }) => {
        asked.delete(element);
        element.remove();
        if (waiting.arrived) resolve(waiting.arrived);
        else reject(indexError(type === "load" ? "torn" : "missing", key));
      };
      element.src = base + key + ".js" + query;
      document.head.append(element);
    });
  }

  // What `read` makes of a shard's bytes, if they are whole.
  async function unpack(key, { sum, data }, read) {
    let inflate;
    try {
      inflate = new DecompressionStream("deflate-raw");
    } catch (error) {
      throw indexError("browser", key);
    }
    try {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      let hash = 0x811c9dc5;
      for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
      if ((hash >>> 0).toString(16).padStart(8, "0") !== sum) throw new RangeError();
      const stream = new Blob([bytes]).stream().pipeThrough(inflate);
      return read(new Bytes(new Uint8Array(await new Response(stream).arrayBuffer())));
    } catch (error) {
      throw error.name === "IndexError" ? error : indexError("torn", key);
    }
  }

  const fresh = () => "?" + Date.now();

  async function shard(key, read) {
    try {
      return await unpack(key, await script(key, ""), read);
    } catch (error) {
      // A cache may have it torn, or that there is none.
      return unpack(key, await script(key, fresh()), read);
    }
  }

  async function readRoot(anew) {
    const made = (arrived) => unpack("root", arrived, (from) => new Index(from, arrived.sum));
    if (!anew) {
      const brought = early;
      early = null;
      try {
        return await made(brought || (await script("root", "")));
      } catch (error) { /* Once more, past any cache. */ }
    }
    return made(await script("root", fresh()));
  }

  function begin(anew) {
    const made = current = readRoot(anew);
    made.then((index) => { loaded = index; }, () => { if (current === made) current = null; });
    return made;
  }

  // Forgets what was loaded, unless that was done already.
  const renew = (promise) => (current === promise || !current ? begin(true) : current);

  // Does what needs one generation from beginning to end; anew, if the site was published meanwhile.
  async function withIndex(work) {
    for (let renewals = 0; ; renewals++) {
      const promise = current || begin(false);
      const index = await promise;
      try {
        return await work(index, promise);
      } catch (error) {
        if (error.name !== "IndexError") throw error;
        const next = await renew(promise);
        if (renewals > 1 || next.sum === index.sum) throw error;
      }
    }
  }

  // ---- The index

  // Keys are in the last shard whose first one is not greater.
  function last({ first }, key) {
    let [from, to] = [0, first.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(first[middle], key) <= 0) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
  const between = (table, low, high) => table.keys.slice(Math.max(0, last(table, low)), last(table, high) + 1);

  // Lists of postings, by key and field.
  function readTerms(from) {
    const positions = "p/" + from.hex(6);
    const lists = new Map();
    const all = [];
    for (const key of from.texts(from.number())) {
      const fields = from.number();
      const found = [];
      for (let field = 0; field <= FACT; field++) {
        if (fields & (1 << field)) all.push((found[field] = { size: from.number(), field }));
      }
      lists.set(key, found);
    }
    for (const list of all) {
      list.documents = from.numbers(list.size);
      for (let at = 1; at < list.size; at++) list.documents[at] += list.documents[at - 1] + 1;
    }
    const texts = all.filter((list) => list.field < FACT);
    for (const list of texts) list.counts = from.numbers(list.size).map((count) => count + 1);
    for (const list of texts) list.lengths = from.take(list.size);
    from.end();
    return { positions, lists, texts };
  }

  // Adds the positions to the lists of a shard.
  function readPositions(from, { texts }) {
    for (const list of texts) {
      // Where those of each document begin.
      let total = 0;
      list.starts = list.counts.map((count) => (total += count) - count);
      list.positions = from.numbers(total);
      list.starts.forEach((start, at) => {
        for (let i = start + 1; i < start + list.counts[at]; i++) list.positions[i] += list.positions[i - 1];
      });
    }
    from.end();
  }

  function readForms(from) {
    const forms = from.texts(from.number());
    return forms.map((form) => ({ form, count: from.number() }));
  }

  // Rounded, since logarithms differ in their last bits from one machine to another.
  const idf = (df, count) => Math.floor(Math.log(1 + (count - df + 0.5) / (df + 0.5)) * 2 ** 20 + 0.5) / 2 ** 20;

  // What a field gives in which a sequence stands `n` times.
  const bm25 = (boost, I, n, length, mean) => boost * (I * n * (K1 + 1) / (n + K1 * (1 - B + B * length / mean)));

  // Calls `found` for each document in which terms stand next to one another: with its place in the first of their
  // lists, and how often they do.
  function eachMatch(lists, found) {
    const at = lists.map(() => 0);
    lists[0].documents.forEach((number, place) => {
      at[0] = place;
      for (let i = 1; i < lists.length; i++) {
        const { documents } = lists[i];
        while (documents[at[i]] < number) at[i]++;
        if (documents[at[i]] !== number) return;
      }
      const [first, ...rest] = lists.map(({ starts, counts, positions }, i) =>
        positions.subarray(starts[at[i]], starts[at[i]] + counts[at[i]]));
      const n = first.filter((start) => rest.every((all, i) => all.includes(start + i + 1))).length;
      if (n) found(place, n);
    });
  }

  class Index {
    constructor(from, sum) {
      if (from.number() !== FORMAT) throw indexError("format", "root");
      const flags = from.number();
      this.sum = sum;
      this.count = from.number();
      this.totals = Array.from(BOOSTS, () => from.number());
      const [slotBits, bucketBits, groupBits] = from.numbers(3);
      // Numbers of documents are below this.
      this.size = 2 ** (slotBits + bucketBits);
      this.groupSize = 2 ** (slotBits + bucketBits - groupBits);
      this.groups = Array.from({ length: 2 ** groupBits }, () => from.hex(4));
      this.ordered = "o/" + from.hex(6);
      const table = (folder) => {
        const first = from.texts(from.number());
        return { first, keys: first.map(() => folder + from.hex(6)) };
      };
      this.terms = table("t/");
      this.forms = table("f/");
      let length = 0;
      this.lengths = Float64Array.from(from.numbers(256), (more) => (length += more));
      this.analyser = analyser(from, (flags & 1) === 1);
      from.end();
      this.shards = new Map();
      this.here = new Map();
      this.sums = new Float64Array(this.size).fill(-1);
    }

    get(key, read) {
      if (!this.shards.has(key)) this.shards.set(key, shard(key, read));
      return this.shards.get(key);
    }

    postings(keys) {
      return Promise.all(Array.from(new Set(keys), async (key) => {
        this.here.set(key, await this.get(key, readTerms));
        return this.here.get(key);
      }));
    }

    load(terms) {
      return this.postings(Array.from(new Set(terms), (term) => this.keyOf(term)).filter(Boolean));
    }

    keyOf(term) {
      return this.terms.keys[last(this.terms, term)];
    }

    // Of a term whose shard was loaded, by field.
    lists(term) {
      const key = this.keyOf(term);
      return (key && this.here.get(key).lists.get(term)) || [];
    }

    // Each value of a fact, with its documents.
    async values(name) {
      const found = [];
      for (const { lists } of await this.postings(between(this.terms, name + ":", name + ";"))) {
        for (const [key, list] of lists) {
          if (key.startsWith(name + ":")) found.push([key.slice(name.length + 1), list[FACT].documents]);
        }
      }
      return found;
    }

    // The documents of a filter.
    async fact({ name, value, from, to }) {
      if (from !== undefined && from !== to) {
        const years = await this.values(name);
        return years.flatMap(([year, documents]) => (from <= year && year <= to ? Array.from(documents) : []));
      }
      const key = name + ":" + (value ?? from);
      await this.load([key]);
      const list = this.lists(key)[FACT];
      return list ? list.documents : [];
    }

    async formsFrom(prefix) {
      const shards = between(this.forms, prefix, prefix + "\u{10ffff}").map((key) => this.get(key, readForms));
      return (await Promise.all(shards)).flatMap((forms) => forms.filter(({ form }) => form.startsWith(prefix)));
    }

    // Forms that a word may have been meant as, the likeliest first.
    async near(word, most) {
      const letters = [...word];
      const found = (await this.formsFrom(letters[0]))
        .map(({ form, count }) => ({ form, count, steps: distance(letters, [...form], most) }))
        .filter(({ steps }) => steps > 0 && steps <= most);
      return found.sort((a, b) => a.steps - b.steps || b.count - a.count || compare(a.form, b.form));
    }

    // Documents in the order of their ids, with their dates and places in it.
    order() {
      return this.get(this.ordered, (from) => {
        const documents = from.numbers(this.count);
        const dates = new Uint32Array(this.size);
        const places = new Uint32Array(this.size);
        documents.forEach((number, place) => {
          dates[number] = from.number();
          places[number] = place;
        });
        from.end();
        return { documents, dates, places };
      });
    }

    card(number) {
      const group = Math.floor(number / this.groupSize);
      const key = "d/" + group.toString(16) + "-" + this.groups[group] + "/" + number;
      return this.get(key, (from) => JSON.parse(UTF8.decode(from.bytes)));
    }

    // Adds to a clause what one of its alternatives matches.
    async match(clause, { terms, weight }) {
      const lists = terms.map((term) => this.lists(term));
      const { sums } = this;
      const found = [];
      const fields = BOOSTS.map((boost, field) => ({ boost, field, here: lists.map((list) => list[field]) }))
        .filter(({ here }) => here.every(Boolean));
      if (!fields.length) return;
      if (terms.length > 1) {
        const shards = new Set(terms.map((term) => this.here.get(this.keyOf(term))));
        await Promise.all(Array.from(shards, async (shard) => {
          // Shards whose positions are alike share them.
          const bytes = await this.get(shard.positions, (from) => from.bytes);
          if (!shard.placed) readPositions(new Bytes(bytes), shard);
          shard.placed = true;
        }));
      }
      // A word that is rare in titles alone tells less than one that is rare everywhere.
      const common = lists.map((list) =>
        idf(Math.max(...BOOSTS.map((_, field) => (list[field] ? list[field].size : 0))), this.count));
      for (const { boost, field, here } of fields) {
        const I = here.reduce((sum, list, at) => sum + Math.sqrt(idf(list.size, this.count) * common[at]), 0);
        const { documents, counts, lengths } = here[0];
        const mean = this.totals[field] / this.count;
        const gain = (at, n) => {
          const number = documents[at];
          const length = this.lengths[lengths[at]];
          if (sums[number] < 0) {
            sums[number] = 0;
            found.push(number);
          }
          sums[number] += bm25(boost, I, n, length, mean);
        };
        if (here.length > 1) eachMatch(here, gain);
        else for (let at = 0; at < documents.length; at++) gain(at, counts[at]);
      }
      for (const number of found) {
        if (clause.scores[number] < 0) clause.documents.push(number);
        clause.scores[number] = Math.max(clause.scores[number], weight * sums[number]);
        sums[number] = -1;
      }
    }
  }

  // ---- Searches

  // The clauses of a query, each with its alternatives.
  function clausesOf({ clauses }, { words, folded }) {
    return clauses.flatMap((part) => {
      const found = words(part.text);
      if (!found.length) return [];
      const ways = [{ terms: found.flatMap((word) => (word.parts.length ? word.parts : word.whole)), weight: 1 }];
      const one = found.length === 1 ? found[0] : null;
      if (one && one.parts.length) ways.push({ terms: [one.whole], weight: 1 });
      // Forms are for a word without quotation marks.
      return { ...part, ways, form: one && !part.phrase && [...folded(part.text.slice(one.start, one.end))] };
    });
  }

  const markedTerms = (clauses) =>
    new Set(clauses.filter((clause) => !clause.excluded).flatMap(({ ways }) => ways.flatMap(({ terms }) => terms)));

  async function answer(index, promise, text, query, options) {
    const { asYouType = false, offset = 0, limit = 10, sort = "relevance", onHit } = options;
    const { analyser, size } = index;
    const clauses = clausesOf(query, analyser);
    const wanted = clauses.filter((clause) => !clause.excluded);
    for (const clause of clauses) Object.assign(clause, { documents: [], scores: new Float64Array(size).fill(-1) });

    // Further alternatives, each the term of a form.
    async function extend(clause, forms, weight) {
      const ways = forms.map((form) => ({ terms: [analyser.stemmed(form.form)], weight: weight(form) }));
      clause.ways.push(...ways);
      await index.load(ways.flatMap(({ terms }) => terms));
      return ways;
    }
    async function typed(clause) {
      if (!asYouType || !clause || !clause.form || clause.excluded || clause.end < text.length) return;
      if (clause.form.length < 2) return;
      const word = clause.form.join("");
      const forms = (await index.formsFrom(word)).filter(({ form }) => form !== word);
      forms.sort((a, b) => b.count - a.count || compare(a.form, b.form));
      await extend(clause, forms.slice(0, 8), () => 0.7);
    }
    const [facts] = await Promise.all([
      Promise.all(query.filters.map((filter) => index.fact(filter))),
      index.load(clauses.flatMap(({ ways }) => ways.flatMap(({ terms }) => terms))),
      typed(clauses[clauses.length - 1]),
    ]);
    await Promise.all(clauses.map(async (clause) => {
      for (const way of clause.ways) await index.match(clause, way);
    }));

    const allowed = new Uint8Array(size).fill(1);
    query.filters.forEach(({ excluded }, at) => {
      const holds = new Uint8Array(size);
      for (const number of facts[at]) holds[number] = 1;
      for (let number = 0; number < size; number++) allowed[number] &= holds[number] ^ excluded;
    });
    for (const clause of clauses) {
      if (clause.excluded) for (const number of clause.documents) allowed[number] = 0;
    }
    const all = () => {
      const fewest = wanted.reduce((a, b) => (b.documents.length < a.documents.length ? b : a));
      return fewest.documents.filter((number) => allowed[number] && wanted.every(({ scores }) => scores[number] >= 0));
    };

    let matching = [];
    let relaxed = false;
    const corrected = [];
    const lost = wanted.filter((clause) => !clause.documents.length);
    if (wanted.length) {
      matching = all();
      if (!matching.length) {
        await Promise.all(lost.map(async (clause) => {
          if (!clause.form || clause.form.length < 4) return;
          const forms = (await index.near(clause.form.join(""), clause.form.length < 8 ? 1 : 2)).slice(0, 5);
          const ways = await extend(clause, forms, ({ steps }) => 0.5 ** steps);
          for (const way of ways) await index.match(clause, way);
          if (forms.length) corrected.push({ word: clause.text, to: forms.map(({ form }) => form), at: clause.start });
        }));
        if (corrected.length) matching = all();
      }
      if (matching.length < FEW && wanted.length >= (matching.length ? QUESTION : 2)) {
        matching = [...new Set(wanted.flatMap(({ documents }) => documents))].filter((number) => allowed[number]);
        relaxed = matching.length > 0;
      }
    } else if (query.filters.length) {
      const positive = query.filters.findIndex(({ excluded }) => !excluded);
      const some = positive < 0 ? (await index.order()).documents : facts[positive];
      matching = Array.from(some).filter((number) => allowed[number]);
    }

    const scores = new Float64Array(size);
    const rarities = wanted.map(({ documents }) => idf(documents.length, index.count));
    const rarity = rarities.reduce((sum, rarity) => sum + rarity, 0);
    for (const number of matching) {
      let covered = 0;
      wanted.forEach((clause, at) => {
        if (clause.scores[number] < 0) return;
        scores[number] += clause.scores[number];
        covered += rarities[at];
      });
      if (relaxed) scores[number] = scores[number] * (covered / rarity) * (covered / rarity);
    }
    const shown = await rank(index, matching, scores, offset, offset + limit, sort === "date");
    const marked = markedTerms(clauses);
    const total = matching.length;
    const unknown = query.filters.filter((filter, at) => !facts[at].length);
    const results = {
      query: text,
      total,
      relaxed,
      corrected: total ? corrected.sort((a, b) => a.at - b.at).map(({ word, to }) => ({ word, to })) : [],
      suggestions: total || options.again ? [] : await suggest(index, text, lost, unknown),
      hits: [],
      marked: [...marked],
      facets: (names) => facets(index, promise, matching, names),
    };
    const cards = shown.map((number) => index.card(number));
    // Each is awaited in its turn; until then its failure has nobody else who hears of it.
    for (const card of cards) card.catch(() => {});
    for (let at = 0; at < cards.length; at++) {
      const card = await cards[at];
      const { id, url, kind, title, arguments: args, year } = card;
      const hit = { id, url, kind, title, score: scores[shown[at]], arguments: args, year };
      Object.assign(hit, snippet(analyser.words, card, marked));
      results.hits.push(hit);
      if (onHit) onHit(hit, offset + at, results);
    }
    return results;
  }

  // The documents at the places from `from` to `to`.
  async function rank(index, matching, scores, from, to, byDate) {
    let order = byDate ? await index.order() : null;
    const later = (a, b) => (byDate ? order.dates[b] - order.dates[a] : 0) || scores[b] - scores[a];
    let some = matching;
    if (!byDate && to < some.length) {
      // Sorting numbers is quick: only what may be shown is compared.
      const least = Float64Array.from(some, (number) => scores[number]).sort()[some.length - Math.max(to, 1)];
      some = some.filter((number) => scores[number] >= least);
    }
    some = [...some].sort(later);
    if (some.some((number, at) => at >= from && at <= to && at > 0 && !later(some[at - 1], number))) {
      order = await index.order();
      some.sort((a, b) => later(a, b) || order.places[a] - order.places[b]);
    }
    return some.slice(from, to);
  }

  async function facets(index, promise, matching, names) {
    try {
      const chosen = new Uint8Array(index.size);
      for (const number of matching) chosen[number] = 1;
      const counted = await Promise.all(names.map(async (name) => {
        const values = (await index.values(name)).map(([value, documents]) =>
          [value, documents.reduce((sum, number) => sum + chosen[number], 0)]);
        return [name, Object.fromEntries(values.filter(([, count]) => count))];
      }));
      return Object.fromEntries(counted);
    } catch (error) {
      // The next search begins anew.
      renew(promise).catch(() => {});
      throw error;
    }
  }

  // The query that may have been meant where nothing was found, if it finds something.
  async function suggest(index, text, clauses, filters) {
    const edits = await Promise.all([
      ...clauses.map(async ({ form, documents, start, end }) => {
        if (documents.length || !form || form.length < 3) return {};
        const [near] = await index.near(form.join(""), form.length < 8 ? 2 : 3);
        return { start, end, to: near && near.form };
      }),
      ...filters.map(async ({ name, value, excluded, start, end }) => {
        const near = !excluded && value && nearest(value, (await index.values(name)).map(([known]) => known));
        return { start, end, to: near && name + ":" + named(near) };
      }),
    ]);
    let meant = text;
    for (const { start, end, to } of edits.filter(({ to }) => to).sort((a, b) => b.start - a.start)) {
      meant = meant.slice(0, start) + to + meant.slice(end);
    }
    if (meant === text) return [];
    try {
      const { total } = await answer(index, null, meant, parse(meant), { limit: 0, again: true });
      return total ? [meant] : [];
    } catch (error) {
      // Some values can't be written as a part of a query.
      if (error.name === "QueryError") return [];
      throw error;
    }
  }

  const analysis = () => {
    if (!loaded) throw indexError("unready");
    return loaded.analyser;
  };
  const rangesOf = ({ words }, text, marked) => {
    const found = words(text);
    return ranges(found, marks(found, marked));
  };

  globalThis.casebook = {
    // Where the shards lie: an address that ends in a slash.
    open(address) {
      if (address !== base) current = null;
      base = address;
    },
    // Loads the root, which `analyze` and `ranges` need.
    ready: () => withIndex(() => {}),
    async search(text, options = {}) {
      const query = parse(text);
      return withIndex((index, promise) => answer(index, promise, text, query, options));
    },
    parse,
    // A function that finds in a text what a query marks.
    async marker(text) {
      const query = parse(text);
      return withIndex(({ analyser }) => {
        const marked = markedTerms(clausesOf(query, analyser));
        return (page) => rangesOf(analyser, page, marked);
      });
    },
    ranges: (text, marked) => rangesOf(analysis(), text, new Set(marked)),
    analyze: (text) => analysis().words(text),
    stem,
    idf,
    bm25,
    // The sorted list in a shard, which begins with their number.
    decode: (sum, data) => unpack("", { sum, data }, (from) => from.texts(from.number())),
  };
})();

// The search page. The reader of the index, `casebook`, answers; this shows, and keeps its state in the address.
(() => {
  "use strict";
  const find = document.getElementById("_find");
  if (!find) return;
  const part = (name) => document.getElementById("_" + name);
  const [box, answers, status, notice, list, more, sort, start, narrow, chosen, facets] =
    ["q", "answers", "status", "notice", "hits", "more", "sort", "start", "narrow", "chosen", "facets"].map(part);
  const title = document.title;
  const PAGE = 10;
  const FEW = { kind: 8, argument: 8, stance: 4, year: 12 };
  const NAMES = Object.keys(FEW);
  const FREE = { kind: "", argument: "", stance: "", year: "" };
  const wide = matchMedia("(min-width: 62rem)");

  // Words. What comes from the index or the reader is only ever set as text.
  const words = {};
  const paths = {};
  for (const word of part("words").content.children) {
    words[word.value] = word.textContent;
    paths[word.value] = word.dataset.path;
  }
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const quoted = (query) => say("quoted", { query });
  function make(name, className, ...inner) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...inner);
    return element;
  }
  function press(text, action, className = "button") {
    const button = make("button", className, text);
    button.type = "button";
    button.onclick = action;
    return button;
  }
  function link(href, ...inner) {
    const anchor = make("a", "", ...inner);
    anchor.href = href;
    return anchor;
  }

  // The state: what the address says, and what the entry of the history remembers.
  let state;
  function recall() {
    const asked = new URLSearchParams(location.search);
    const kept = history.state || {};
    state = { q: asked.get("q") || "", date: asked.get("sort") === "date", typed: !!kept.typed, shown: kept.shown || PAGE };
    for (const name of NAMES) {
      state[name] = asked.get(name) || "";
      // What is no filter narrows nothing.
      try {
        const { clauses, filters: [filter, more] } = casebook.parse(state[name] && `${name}:${state[name]} `);
        if (clauses.length || more || (filter && filter.excluded)) throw 0;
      } catch (error) {
        state[name] = "";
      }
    }
    box.value = state.q;
    return kept;
  }
  function address(changes) {
    const asked = new URLSearchParams();
    const wanted = { ...state, ...changes };
    for (const name of ["q", "argument", "stance", "kind", "year"]) if (wanted[name]) asked.set(name, wanted[name]);
    if (wanted.date) asked.set("sort", "date");
    return location.pathname + (`${asked}` && "?" + asked);
  }
  // Some browsers limit how often the history may be written, or forbid it to pages from a disk.
  function write(how, url, kept = history.state) {
    try {
      history[how + "State"](kept, "", url);
    } catch (error) { /* The page works on without it. */ }
  }
  const at = () => rows().findIndex((row) => row.contains(document.activeElement));
  function remember() {
    clearTimeout(scrolled);
    if (answers.dataset.searchState === "done") {
      write("replace", location.href, { typed: state.typed, shown: state.shown, top: scrollY, at: at() });
      if (settled[0] === location.href) settle();
    }
  }

  // Where Back leads from what is still being typed: to the query before it.
  let settled;
  let typing;
  let scrolled;
  function settle() {
    settled = [location.href, history.state];
  }
  function change(changes, how = "push") {
    clearTimeout(typing);
    state = { ...state, shown: PAGE, ...changes };
    box.value = state.q;
    const url = address();
    const kept = { typed: state.typed, shown: state.shown };
    if (how === "push" && "q" in changes && settled) write("replace", ...settled);
    write(how === "push" && new URL(url, location.href).href === location.href ? "replace" : how, url, kept);
    if (how === "push") settle();
    return search();
  }

  // The query as the reader gets it. Filters stand first: the last word may be the beginning of one.
  function filters({ kind, argument, stance, year }) {
    const parts = { kind, argument, stance: stance && argument ? `${argument}:${stance}` : stance, year };
    return NAMES.filter((name) => parts[name]).map((name) => `${name}:${parts[name]} `).join("");
  }
  async function ask(wanted, options) {
    const text = filters(wanted) + wanted.q;
    const asked = { asYouType: wanted.typed, offset: 0, limit: wanted.shown, sort: wanted.date ? "date" : "relevance", ...options };
    try {
      return await casebook.search(text, asked);
    } catch (error) {
      // Whoever is still typing has not forgotten the end of a quotation.
      if (!wanted.typed || error.kind !== "unclosed") throw error;
      return casebook.search(text + '"', asked);
    }
  }

  let turn = 0;
  async function search() {
    const mine = ++turn;
    const key = JSON.stringify({ ...state, shown: 0 });
    const filtered = filters(state);
    answers.dataset.searchState = "loading";
    answers.setAttribute("aria-busy", "true");
    status.textContent = "";
    document.title = state.q ? `${state.q} · ${title}` : title;
    for (const button of sort.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String((button.value === "date") === state.date));
    }
    const wanted = filtered || state.q.trim();
    start.hidden = !!wanted;
    start.classList.add("now");
    narrow.hidden = !wanted; // its place is kept
    let found = { total: 0, hits: [] };
    let failure;
    if (wanted) {
      try {
        found = await ask(state, { onHit: (hit, rank) => mine === turn && place(hit, rank, key) });
      } catch (error) {
        failure = error;
      }
      if (mine !== turn) return;
    }
    const { total, hits } = found;
    hits.forEach((hit, rank) => place(hit, rank, key));
    rows().slice(hits.length).forEach((row) => row.remove());
    notice.replaceChildren();
    more.hidden = hits.length >= total;
    sort.hidden = total < 2;
    narrow.hidden = !total && !filtered;
    start.hidden = total > 0;
    answers.removeAttribute("aria-busy");
    answers.dataset.searchState = failure ? "error" : "done";
    if (failure) return fail(failure, filtered.length);
    if (!wanted) return facets.replaceChildren();
    tell(found, filtered);
    const { marked = [], corrected = [] } = found;
    for (const row of rows()) {
      const name = row.querySelector("h3 a");
      name.replaceChildren(marks(name.textContent, marked.length ? casebook.ranges(name.textContent, marked) : []));
      // What was typed in part, or with a slip, is marked on the page in the words that it stands for.
      if (state.typed || corrected.length) {
        const all = [...row.querySelectorAll("mark")].map((mark) => mark.textContent.toLowerCase());
        name.search = "?mark=" + encodeURIComponent([...new Set([state.q.trim(), ...all])].join(" "));
      }
    }
    chosen.textContent = NAMES.filter((name) => state[name]).map((name, i) => (i ? ", " : ": ") + called(name, state[name])).join("");
    // Counts can wait until nobody types.
    count = () => {
      count = null;
      return narrowing(found, mine);
    };
    clearTimeout(typing);
    if (narrow.open) typing = setTimeout(() => count?.(), state.typed ? 300 : 0);
  }

  // One hit.
  const rows = () => [...list.children];
  function place(hit, rank, key) {
    const old = list.children[rank];
    // The same hit may read otherwise where the site was published anew.
    const said = JSON.stringify([key, hit]);
    if (old && old.said === said) return;
    const row = entry(hit);
    row.said = said;
    if (!old) return list.append(row);
    const focused = old.contains(document.activeElement);
    old.replaceWith(row);
    if (focused) row.querySelector("a").focus();
  }
  function entry(hit) {
    const query = state.q.trim();
    const mark = query && "?mark=" + encodeURIComponent(query);
    const name = link(find.dataset.root + hit.url + mark + (hit.anchor ? "#" + encodeURIComponent(hit.anchor) : ""), hit.title);
    const facts = make("p", "meta", make("span", "kind", called("kind", hit.kind)));
    if (hit.year != null) facts.append(make("span", "", String(hit.year)));
    const entryOf = /^(essay|quote|sample)$/.test(hit.kind);
    for (const [id, stance] of hit.kind === "argument" ? [] : hit.arguments || []) {
      const side = stance || (entryOf ? "none" : "");
      const path = paths["argument:" + id];
      const to = path ? link(find.dataset.root + path) : make("span");
      to.className = "stance s-" + (side || "none");
      if (side) to.append(shape(side));
      to.append(called("argument", id));
      if (side) to.append(" ", make("span", "side", called("stance", side)));
      facts.append(to);
    }
    const row = make("li", "hit", make("h3", "", name), make("p", "excerpt", rich(hit.snippet || "")), facts);
    row.dataset.entry = hit.id;
    row.dataset.score = hit.score.toFixed(4);
    return row;
  }
  const called = (name, value) => words[`${name}:${value}`] || value;
  function shape(side) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS(svg.namespaceURI, "use");
    svg.setAttribute("class", "shape s-" + side);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#_" + side);
    svg.append(use);
    return svg;
  }
  // The reader's snippets have <mark> and five entities, and nothing else.
  const SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", apos: "'" };
  function rich(html) {
    const out = document.createDocumentFragment();
    html.split(/<mark>(.*?)<\/mark>/s).forEach((piece, i) => {
      const text = piece.replace(/&(#?\w+);/g, (whole, name) => SIGNS[name] ?? whole);
      out.append(i % 2 ? make("mark", "", text) : text);
    });
    return out;
  }
  function marks(text, ranges) {
    const out = document.createDocumentFragment();
    let done = 0;
    for (const [from, to] of ranges) {
      out.append(text.slice(done, from), make("mark", "", text.slice(from, to)));
      done = to;
    }
    out.append(text.slice(done));
    return out;
  }

  // What is said of the hits as a whole.
  function tell({ total, relaxed, corrected, suggestions }, filtered) {
    const own = state.q.trim();
    const which = total === 1 ? "one" : "many";
    const line = (...inner) => notice.append(make("p", "", ...inner));
    if (total) status.textContent = say(own ? which : which + "_filtered", { n: total.toLocaleString(document.documentElement.lang), query: quoted(own) });
    else status.textContent = say(filtered ? "none_filtered" : "none", { query: quoted(own) });
    if (relaxed) line(say("relaxed"));
    for (const { word, to } of corrected || []) line(say("corrected", { word: quoted(word), to: to.map(quoted).join(", ") }));
    if (!total) (suggestions || []).forEach((text) => suggest(text.startsWith(filtered) ? text.slice(filtered.length) : text, text));
    if (!total && filtered) notice.append(unfilter());
  }
  // A suggestion that has filters of its own stands without those beside it.
  function suggest(q, whole) {
    const [before, after] = say("suggest").split("{query}");
    notice.append(make("p", "", before, link(address({ q, ...(q === whole && FREE) }), quoted(q)), after));
  }
  const unfilter = (className) => press(say("clear"), () => change(FREE), className);
  function fail(error, before) {
    if (error.name === "IndexError") {
      status.textContent = words[error.code] || words.missing;
      const again = () => error.code === "torn" || error.code === "format" ? location.reload() : (open(), search());
      return notice.append(press(words.retry, again));
    }
    if (error.name !== "QueryError") {
      status.textContent = words.missing;
      throw error;
    }
    const { kind, value, nearest } = error;
    const [from, to] = [error.start - before, error.end - before];
    status.textContent = say(kind === "year" ? "not_a_year" : kind, { value: quoted(value || "") });
    if (from >= 0 && to > from && kind !== "long") {
      notice.append(make("p", "", make("code", "wrong", marks(state.q, [[from, Math.min(to, state.q.length)]]))));
    }
    if (nearest) suggest(state.q.slice(0, from) + state.q.slice(from).replace(value, nearest));
  }

  // Facets: one value of each may be chosen. What else could be chosen is counted without that choice.
  let count;
  async function narrowing(found, mine) {
    const counts = await Promise.all(NAMES.map(async (name) => {
      if (!state[name]) return (await found.facets([name]))[name];
      const without = await ask({ ...state, [name]: "" }, { limit: 1 });
      return (await without.facets([name]))[name];
    })).catch(() => null);
    if (mine !== turn || !counts) return;
    const focused = facets.contains(document.activeElement) && document.activeElement.dataset.value;
    facets.replaceChildren();
    if (filters(state)) facets.append(unfilter("clear"));
    NAMES.forEach((name, i) => facets.append(...group(name, counts[i] || {})));
    for (const button of facets.querySelectorAll("[data-value]")) if (button.dataset.value === focused) button.focus();
  }
  function group(name, counts) {
    let pairs = Object.entries(counts);
    if (name === "stance") {
      const of = state.argument && state.argument + ":";
      pairs = pairs.filter(([value]) => of ? value.startsWith(of) : !value.includes(":")).map(([value, n]) => [value.slice(of.length), n]);
    }
    if (state[name] && !pairs.some(([value]) => value === state[name])) pairs.push([state[name], 0]);
    pairs.sort(([a, m], [b, n]) => name === "year" ? b - a : n - m || (a < b ? -1 : 1));
    if (pairs.length < 2 && !state[name]) return [];
    const items = pairs.map(([value, n], i) => {
      const label = make("span", "", called(name, value));
      if (name === "stance") label.prepend(shape(value));
      const button = press(label, () => change({ [name]: state[name] === value ? "" : value, ...(name === "argument" && { stance: "" }) }), "facet");
      button.append(" ", make("span", "count", String(n)));
      button.dataset.value = name + ":" + value;
      button.setAttribute("aria-pressed", String(state[name] === value));
      const item = make("li", "", button);
      item.hidden = i >= FEW[name] && state[name] !== value;
      return item;
    });
    const heading = make("h2", "", say(name));
    heading.id = "_by_" + name;
    const values = make("ul", "by-" + name, ...items);
    values.setAttribute("aria-labelledby", heading.id);
    if (items.some((item) => item.hidden)) {
      const all = press(say("all", { n: items.length }), () => {
        const first = items.find((item) => item.hidden);
        items.forEach((item) => { item.hidden = false; });
        all.remove();
        first.firstChild.focus();
      }, "all");
      return [heading, values, all];
    }
    return [heading, values];
  }

  // The hands.
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    change({ q: box.value, typed: false });
  });
  function typed(event) {
    if (event.isComposing) return;
    turn++;
    answers.dataset.searchState = "loading";
    status.textContent = "";
    clearTimeout(typing);
    typing = setTimeout(() => change({ q: box.value, typed: true }, "replace"), 120);
  }
  box.addEventListener("input", typed);
  box.addEventListener("compositionend", typed);
  sort.addEventListener("click", ({ target }) => target.value && change({ date: target.value === "date" }));
  more.addEventListener("click", async () => {
    const first = list.children.length;
    await change({ shown: first + PAGE }, "replace");
    list.children[first]?.querySelector("a").focus();
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const inBox = document.activeElement === box;
    const row = document.activeElement === more ? list.children.length : at();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && inBox) box.value ? change({ q: "", typed: true, ...FREE }, "replace") : box.blur();
    else if (event.key === "Escape" && row >= 0) box.focus();
    else if (step && (row >= 0 || (inBox && step > 0))) {
      const next = inBox ? 0 : row + step;
      const goal = next < 0 ? box : list.children[next]?.querySelector("a") || (more.hidden ? null : more);
      goal?.focus();
    } else return;
    event.preventDefault();
  });
  function fold() {
    narrow.open = wide.matches;
    if (wide.matches) answers.after(narrow);
    else answers.before(narrow);
  }
  wide.addEventListener("change", fold);
  narrow.addEventListener("toggle", () => narrow.open && count?.());

  // Back brings the same hits, and the same place among them.
  async function show(kept) {
    await search();
    if (kept.top == null) return;
    rows()[kept.at]?.querySelector("a").focus({ preventScroll: true });
    scrollTo(0, kept.top);
  }
  addEventListener("popstate", () => {
    const before = state;
    const kept = recall();
    // A link within the page is no other query.
    if (!history.state && address() === address(before)) {
      state = before;
      return remember();
    }
    show(kept);
    settle();
  });
  addEventListener("scroll", () => {
    clearTimeout(scrolled);
    scrolled = setTimeout(remember, 150);
  }, { passive: true });
  addEventListener("pagehide", remember);
  list.addEventListener("click", remember);

  const open = () => casebook.open(new URL(find.dataset.root + "search/", location.href).href);
  history.scrollRestoration = "manual";
  fold();
  open();
  const kept = recall();
  answers.dataset.searchState = "loading";
  start.hidden = !!(filters(state) + state.q.trim());
  settle();
  // Then the index's root, which the page itself asks for, is there, and is not asked for twice.
  document.addEventListener("DOMContentLoaded", () => turn || show(kept));
})();
