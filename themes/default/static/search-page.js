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
    for (const name of NAMES) state[name] = (asked.get(name) || "").replace(/[\s"“”„]/g, "");
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
    if (old && old.dataset.entry === hit.id && old.dataset.of === key) return;
    const row = entry(hit);
    row.dataset.of = key;
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
