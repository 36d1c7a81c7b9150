// Queries of two words of mixed rarity, drawn from the archive: the same archive always gives the same ones.

/** Shares of the documents that hold a word; rare are the words at the end of the list, whatever their share. */
const BANDS = { common: [0.08, 0.6], middle: [0.01, 0.05] };
const RAREST = 0.05;
const PAIRS = ['common common', 'common middle', 'middle middle', 'common rare', 'middle rare'];

/** Words that some engine leaves out: a query of them would measure nothing there. */
const STOP = new Set(
  `about above across after again against almost along already also although always among another anything around away
  because been before behind being below between both cannot could does doing down during each either else even ever
  every everyone first from further have having here however into itself just least like made make many might more most
  much must neither never next none nothing only other others ought over perhaps quite rather really same shall should
  since some something still such than that their them then there these they thing things this those though through thus
  together under until upon very well were what when where whether which while whom whose will with within without would
  your`.split(/\s+/),
);

/** A generator of numbers below a bound, of a fixed seed. */
function draws(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** For each word of running text the numbers of the documents that hold it. Code and markup are left out. */
function holders(docs) {
  const found = new Map();
  docs.forEach(({ text }, at) => {
    const prose = text.replace(/^```.*?^```$/gms, ' ').replace(/`[^`\n]*`|\[\[[^\]]*\]\]|\]\([^)]*\)/g, ' ');
    for (const word of new Set(prose.toLowerCase().match(/\p{L}+/gu))) {
      if (word.length < 4 || !/^[a-z]+$/.test(word) || STOP.has(word)) continue;
      found.has(word) ? found.get(word).push(at) : found.set(word, [at]);
    }
  });
  return found;
}

/** So many queries, the kinds of pairs in turn, each with `hits`: how many documents hold both words. */
export function queries(docs, count) {
  const found = holders(docs);
  const ranked = [...found].sort(([a, x], [b, y]) => x.length - y.length || (a < b ? -1 : 1));
  const words = { rare: ranked.slice(0, Math.ceil(ranked.length * RAREST)).map(([word]) => word) };
  for (const [band, [least, most]] of Object.entries(BANDS)) {
    const fits = ([, at]) => at.length >= least * docs.length && at.length <= most * docs.length;
    words[band] = ranked.filter(fits).map(([word]) => word);
  }
  for (const [band, list] of Object.entries(words)) {
    if (list.length < 2) throw new Error(`no ${band} words in the archive`);
  }

  const below = draws(20);
  const out = [];
  for (let tries = 0; out.length < count; tries++) {
    if (tries > 100_000) throw new Error('too few words in the archive stand together');
    const kind = PAIRS[out.length % PAIRS.length];
    const [first, second] = kind.split(' ').map((band) => words[band][below(words[band].length)]);
    const those = new Set(found.get(second));
    const hits = found.get(first).filter((at) => those.has(at)).length;
    const q = `${first} ${second}`;
    if (first !== second && hits > 0 && !out.some((other) => other.q === q)) out.push({ q, kind, hits });
  }
  return out;
}
