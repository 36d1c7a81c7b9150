//! Words and sentences: random, and the same every time.

use std::collections::BTreeSet;

/// The commonest words of English, the most frequent first, so that stop words make up as much of a text as they do.
const COMMON: &str = "the of and to in a is that it for was on with as be by this not are from but at have or an \
    they which one were all their there been if would who when what more no out so up can about other then only \
    some could into than them these two may first any now such like our over even most after also made many must";

/// Terms of each argument, the commonest first; the last list belongs to none. `_` stands for a space.
const TERMS: [&str; 5] = [
    "merge_conflict breaking_change dependency refactoring lockstep version_skew deprecation migration upgrade \
     atomic_change maintainer reviewer code_owner approval rollout feature_flag changelog backport compatibility \
     contract interface boundary library package vendor fork patch trunk pull_request handover convention \
     style_guide silo onboarding code_search call_site codemod rename hotfix freeze consumer upstream downstream \
     pinning lockfile diamond release_train merge_queue stacked_diff committee",
    "build_time incremental remote_cache compile linker toolchain cache_hit cache_miss flaky_test sharding pipeline \
     runner hermetic sandboxed build_graph target artefact test_selection affected rebuild throughput wall_clock \
     queueing parallelism bottleneck container provisioning cold_start warm_start checksum manifest preprocessor \
     bytecode bundler minifier code_generation protobuf schema integration_test unit_test end_to_end smoke_test \
     canary nightly staging deployment rollback signing provenance reproducible",
    "permission secret audit compliance leak read_access write_access contractor partner licence least_privilege \
     token rotation encryption embargo disclosure sub_project visibility firewall single_sign_on group_policy \
     gatekeeper branch_protection signed_commit two_factor review_rule quarantine supply_chain vulnerability advisory \
     scanner redaction retention legal_hold export_control confidential trade_secret open_source mirror publishing \
     outsider role delegation escalation break_glass tenant isolation allowlist blast_radius revocation",
    "commit_history bisect blame rebase squash clone shallow_clone sparse_checkout partial_clone monorepo polyrepo \
     submodule subtree tag revision changeset snapshot delta packfile garbage_collection large_file binary_blob \
     history_rewrite linear_history merge_commit log annotation provenance_trail archive garbage fetch push remote \
     working_copy index_file staging_area detached_head reflog cherry_pick revert diff hunk three_way_merge octopus \
     patch_series mailing_list release_branch vendor_branch long_lived_branch import_history",
    "asynchronous thread mutex scheduler garbage_collector allocator type_checker compiler interpreter closure \
     iterator generic macro exception retry timeout latency percentile histogram gauge tracing profiler regression \
     benchmark fixture mock coverage fuzzing property_test linter formatter editor language_server debugger \
     breakpoint stack_trace kernel filesystem socket protocol gateway proxy queue broker replica shard transaction",
];

/// How many words are made up; the first so many have one syllable or at most two, the others three.
const MADE_UP: usize = 30_000;
const SHORTEST: usize = 1000;
const SHORT: usize = 12_000;

/// `SplitMix64`: small, good enough for texts, and the same on every machine.
pub struct Rng(u64);

impl Rng {
    /// Each purpose and index has numbers of its own, so that nothing depends on what was drawn before.
    pub fn new(purpose: &str, index: usize) -> Self {
        let seed = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(seed ^ (index as u64).wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next()) * (bound as u128);
        usize::try_from(product >> 64).expect("less than the bound")
    }

    /// Both ends are possible.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Ranks, each drawn about as often as one over it and the offset: the larger that is, the more alike are the first. The weights are whole numbers: no machine rounds them its own way.
pub struct Zipf(Vec<u64>);

impl Zipf {
    pub fn new(ranks: usize, offset: u64) -> Self {
        let sum = |sum: &mut u64, rank| {
            *sum += (1_u64 << 32) / (rank + offset);
            Some(*sum)
        };
        Self((0..ranks as u64).scan(0, sum).collect())
    }

    pub fn draw(&self, rng: &mut Rng) -> usize {
        let total = self.0.last().map_or(0, |&total| usize::try_from(total).expect("a sum of 32-bit parts"));
        let drawn = rng.below(total) as u64;
        self.0.partition_point(|&upto| upto <= drawn)
    }
}

/// All words, and how often each comes.
pub struct Words {
    /// The most frequent first.
    ranked: Vec<String>,
    common: usize,
    frequency: Zipf,
    /// Of those that say something.
    content_frequency: Zipf,
    pub terms: Vec<Vec<String>>,
    term_frequency: Vec<Zipf>,
}

impl Words {
    pub fn new() -> Self {
        let terms = TERMS.map(|list| list.split_whitespace().map(|term| term.replace('_', " ")).collect::<Vec<_>>());
        let mut words: Vec<String> = COMMON.split_whitespace().map(str::to_owned).collect();
        let common = words.len();
        let mut seen: BTreeSet<String> = words.iter().chain(terms.iter().flatten()).cloned().collect();
        let mut rng = Rng::new("words", 0);
        while words.len() < common + MADE_UP {
            // As in any language, the frequent words are the short ones.
            let syllables = 1 + usize::from(words.len() >= SHORTEST) + usize::from(words.len() >= SHORT);
            let word: String = (0..syllables).map(|_| syllable(&mut rng)).collect();
            if word.len() > 2 && seen.insert(word.clone()) {
                words.push(word);
            }
        }
        Self {
            frequency: Zipf::new(words.len(), 3),
            content_frequency: Zipf::new(MADE_UP, 20),
            term_frequency: terms.iter().map(|list| Zipf::new(list.len(), 3)).collect(),
            common,
            ranked: words,
            terms: terms.into(),
        }
    }

    /// A word of a running text on the given arguments.
    fn word(&self, rng: &mut Rng, topics: &[usize]) -> &str {
        let list = match rng.below(30) {
            0..=2 => topics[rng.below(topics.len())],
            3 => rng.below(self.terms.len()),
            _ => return &self.ranked[self.frequency.draw(rng)],
        };
        &self.terms[list][self.term_frequency[list].draw(rng)]
    }

    /// A made-up word by its number; the small numbers are frequent, short words.
    pub fn made_up(&self, number: usize) -> &str {
        &self.ranked[self.common + number % MADE_UP]
    }

    /// A word that says something: made up.
    pub fn content(&self, rng: &mut Rng) -> &str {
        self.made_up(self.content_frequency.draw(rng))
    }

    /// Words for a title, a heading or a cell, the first with a capital.
    pub fn phrase(&self, rng: &mut Rng, least: usize, most: usize) -> String {
        let words: Vec<&str> = (0..rng.between(least, most)).map(|_| self.content(rng)).collect();
        capitalised(&words.join(" "))
    }

    fn sentence(&self, rng: &mut Rng, topics: &[usize], length: usize) -> String {
        let mut words: Vec<String> = (0..length).map(|_| self.word(rng, topics).to_owned()).collect();
        if length > 10 && rng.below(10) < 6 {
            words[rng.between(3, length - 4)].push(',');
        }
        if length > 3 && rng.once_in(12) {
            let word = &mut words[rng.between(1, 2)];
            let mark = rng.pick(&["**", "**", "**", "*", "*", "`", "`", "`"]);
            *word = format!("{mark}{word}{mark}");
        }
        let end = if rng.once_in(12) { "?" } else { "." };
        capitalised(&(words.join(" ") + end))
    }

    /// Sentences of so many words together, on one line.
    pub fn paragraph(&self, rng: &mut Rng, topics: &[usize], words: usize) -> String {
        let (mut sentences, mut left) = (Vec::new(), words);
        while left > 0 {
            let length = left.min(rng.between(7, 21));
            let length = if left - length < 4 { left } else { length };
            sentences.push(self.sentence(rng, topics, length));
            left -= length;
        }
        sentences.join(" ")
    }
}

fn syllable(rng: &mut Rng) -> String {
    const START: [&str; 23] = [
        "b", "br", "d", "f", "g", "gl", "h", "j", "k", "kr", "l", "m", "n", "p", "pl", "r", "s", "sh", "t", "tr", "v",
        "w", "z",
    ];
    const MIDDLE: [&str; 13] = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ee", "oo"];
    const END: [&str; 18] = ["", "", "", "", "", "", "", "", "l", "m", "n", "r", "s", "t", "x", "nd", "rk", "st"];
    [rng.pick(&START), rng.pick(&MIDDLE), rng.pick(&END)].concat()
}

pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
