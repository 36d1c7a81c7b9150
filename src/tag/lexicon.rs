//! Words of English that work alike whatever is argued about: those that deny, those that turn, and those that praise or
//! blame. What a subject's own words mean is learned, or said by an argument's cues.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// What a word does, besides meaning something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Role {
    /// So common that it tells nothing by itself.
    pub common: bool,
    pub denies: bool,
    /// A concession or its end: what follows weighs against what stood before.
    pub turns: bool,
    /// Praise is 1, blame -1.
    pub tone: i8,
}

const COMMON: &str = "a an the of to in on at is are was were be been i you we they he she it this that these those and \
    or for with as by from my your our their its";

const DENIES: &str = "not no never none nothing neither nor cannot cant dont doesnt didnt isnt arent wasnt werent wont \
    wouldnt shouldnt couldnt havent hasnt hadnt without hardly barely little few lack";

const TURNS: &str = "but however though although yet nevertheless nonetheless still except unfortunately";

const PRAISE: &str = "good better best great excellent superb fine nice lovely love loved loves like liked enjoy enjoyed \
    enjoyable pleasant pleasure joy delight delighted delightful happy glad fun beautiful elegant clean cleaner clear \
    clearer tidy neat simple simpler simplest simply easy easier easily ease effortless effortlessly straightforward \
    trivial intuitive natural readable obvious sane comfortable convenient smooth smoothly painless quick quicker fast \
    faster fastest speedy cheap cheaper light lightweight efficient efficiently scalable robust reliable reliably solid \
    stable mature safe safer correct useful helpful help helps helped works worked working win wins won winner gain \
    gains gained benefit benefits improve improved improves improvement advantage save saves saved saving reduce \
    reduced halved dropped shrank less fewer free freed solved solves enable enables allow allows perfect perfectly \
    impressive brilliant marvellous wonderful magnificent superior recommend worth worthwhile thanks grateful relief \
    relieved finally success succeed successful strong powerful rich complete polished supported thorough honest calm \
    peaceful shorter ready fixed untouched unchanged seamless seamlessly handles survives survived holds";

const BLAME: &str = "bad worse worst awful terrible horrible dreadful poor poorly ugly nasty hate hated hates dislike \
    dislikes despise annoying annoyed annoyance frustrating frustrated frustration painful pain pains headache nightmare \
    misery miserable mess messy hell disaster catastrophe broken break breaks broke breaking fail fails failed failing \
    failure failures crash crashes crashed die dies died dead hang hangs hung stuck stall stalls stalled freeze freezes \
    froze frozen slow slower slowest slowly sluggish expensive costly cost costs heavy bloated bloat waste wasted wastes \
    wasteful hard harder hardest difficult difficulty complex complexity complicated complicate tricky confusing \
    confused confusion bewildering unintuitive counterintuitive unreadable opaque obscure mysterious mystery weird \
    strange odd surprising surprise surprised unfamiliar wrong incorrect bug bugs buggy error errors mistake mistakes \
    problem problems trouble troubles issue issues suffer suffers suffering lose loses lost losing loss leak leaks \
    leaked missing lacks lacking lacked absent useless unusable worthless pointless immature unstable unmaintained \
    abandoned stale outdated obsolete deprecated incompatible unsupported undocumented forced force forces must infect \
    infects spread spreads creep contagious burden penalty price tax debt overhead sadly alas impossible nobody fear \
    afraid worry worried regret regretted blame curse cursed swear swore cry cried fight fought struggle struggles \
    struggled struggling avoid avoided refuse refused quit footgun pitfall gotcha trap traps deadlock race races starve \
    starved block blocks blocked silently swallow swallowed forgot forget forgotten illusion misleading lie lies doubt \
    doubts warning twice rewrite rewriting rewrote lags lagging flaky fragile brittle leaky ceremony boilerplate \
    nonsense ridiculous absurd stupid pathetic crap garbage rotten vague terse thin patchy incomplete half";

/// The roles of words, by what `stem` makes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicon(HashMap<String, Role, FixedState>);

impl Lexicon {
    pub fn new(stem: impl Fn(&str) -> String) -> Self {
        let mut roles: HashMap<String, Role, FixedState> = HashMap::default();
        let mut set = |list: &str, by_stem: bool, mark: &dyn Fn(&mut Role)| {
            for word in list.split_whitespace() {
                let word = if by_stem { stem(word) } else { word.to_owned() };
                mark(roles.entry(word).or_default());
            }
        };
        set(PRAISE, true, &|role| role.tone = 1);
        set(BLAME, true, &|role| role.tone = -1);
        set(COMMON, false, &|role| role.common = true);
        set(DENIES, false, &|role| role.denies = true);
        set(TURNS, false, &|role| role.turns = true);
        Self(roles)
    }

    /// The role of a word, by itself and by its stem.
    pub fn role(&self, word: &str, stem: &str) -> Role {
        let [own, stemmed] = [word, stem].map(|form| self.0.get(form).copied().unwrap_or_default());
        Role { tone: if own.tone == 0 { stemmed.tone } else { own.tone }, ..own }
    }
}
