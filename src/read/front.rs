//! What front matter may say: one type a kind. The schemas for editors and the key reference are made of these types,
//! so the comment on a field is what a contributor reads of the key.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::choice;
use crate::date::Date;
use crate::span::Spanned;
use crate::value::Value;

#[derive(Debug, Clone)]
pub enum Front {
    Argument(ArgumentFront),
    Source(SourceFront),
    Essay(EssayFront),
    Quote(QuoteFront),
    Sample(SampleFront),
    Page(PageFront),
}

impl Front {
    pub fn entry(&self) -> Option<&EntryFront> {
        match self {
            Self::Essay(front) => Some(&front.entry),
            Self::Quote(front) => Some(&front.entry),
            Self::Sample(front) => Some(&front.entry),
            Self::Argument(_) | Self::Source(_) | Self::Page(_) => None,
        }
    }
}

/// What every kind may say.
#[derive(Debug, Clone, Default, JsonSchema)]
pub struct Common {
    /// What it is called. A quote without a title goes by its first words.
    pub title: Option<Spanned<String>>,
    /// A draft is checked, and shown by `serve`, but not published.
    #[schemars(default)]
    pub draft: bool,
    /// Why it was withdrawn. The address keeps a notice; the text is published nowhere.
    pub withdrawn: Option<String>,
    /// Old addresses that lead here, each with a slash at its start.
    #[schemars(default)]
    pub aliases: Vec<Spanned<String>>,
    /// When the archive took it in.
    pub added: Option<Spanned<Date>>,
    /// When the archive last changed it in substance.
    pub updated: Option<Spanned<Date>>,
}

/// What essays, quotes and samples may say.
#[derive(Debug, Clone, Default, JsonSchema)]
pub struct EntryFront {
    /// When it was said; where it is missing, the date of the source.
    pub date: Option<Spanned<Date>>,
    /// What it is about, in words of your choice.
    #[schemars(default)]
    pub tags: Vec<Spanned<String>>,
    /// The source that it comes from: the slug of a file in `content/sources/`.
    pub source: Option<Spanned<String>>,
    /// What its say rests on.
    pub basis: Option<Basis>,
    /// The arguments that it makes, each with its stance; or a list of them, which takes none. An empty one means that
    /// it makes none; where the key is missing, the generator suggests.
    // `None`: nobody curated it.
    #[schemars(with = "Option<Curated>")]
    pub arguments: Option<Vec<(Spanned<String>, Option<Stance>)>>,
    /// The claims that it bears on, each with its side.
    #[schemars(with = "Option<BTreeMap<String, Say>>")]
    pub claims: Vec<ClaimFront>,
    /// The entries that it answers, as `KIND/SLUG`, with `#^passage` where one passage is meant.
    #[schemars(default)]
    pub replies_to: Vec<Spanned<String>>,
    /// Where in a capture it was found.
    pub captured: Option<Captured>,
}

/// Where in a capture a draft was found, as `casebook ingest` writes it.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Captured {
    /// What stands for the capture's bytes: `sha256:` and their digest.
    pub hash: String,
    /// The kept copy of the capture, relative to the archive's root.
    pub file: Option<String>,
    /// Its lines there, such as `8-9`, from 1.
    pub lines: Option<String>,
    /// The text before it.
    pub prefix: Option<String>,
    /// Its words as they stand there, or the first of them, with white space collapsed.
    pub exact: Option<String>,
    /// The text after it.
    pub suffix: Option<String>,
}

/// How `arguments` may be written.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Curated {
    Stances(BTreeMap<String, Stance>),
    Named(Vec<String>),
}

/// How a claim under `claims` may be written.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Say {
    Whole(Side),
    Passage(PassageSay),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct PassageSay {
    /// What the passage does to the claim.
    stance: Side,
    /// The block id of the passage, such as `^pool`.
    at: Option<String>,
}

/// An entry's say on a claim.
#[derive(Debug, Clone)]
pub struct ClaimFront {
    pub id: Spanned<String>,
    /// `None` where it was not understood: that was reported, and hides nothing else.
    pub side: Option<Side>,
    /// The block id of the passage, without its `^`.
    pub at: Option<Spanned<String>>,
}

#[derive(Debug, Clone, JsonSchema)]
pub struct ArgumentFront {
    /// What the argument asks, as a question.
    pub question: Option<String>,
    /// Where it stands among the arguments: the lowest first.
    pub order: Option<Spanned<u64>>,
    /// Words that speak for this argument, by which entries that nobody curated are tagged.
    #[schemars(default)]
    pub cues: Vec<String>,
    /// The claims under this argument.
    #[schemars(default)]
    pub claims: Vec<ClaimDefinition>,
}

#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ClaimDefinition {
    /// Its name in addresses and in the `claims` of entries; unique in the archive.
    pub id: Spanned<String>,
    /// The claim as one sentence.
    pub text: String,
    /// How the matter stands.
    #[schemars(default)]
    pub standing: Standing,
    /// The answer as one sentence.
    pub answer: Option<String>,
    /// The date or version for which the answer holds.
    pub as_of: Option<String>,
    /// The side for which evidence was looked for and not found.
    pub none_found: Option<Side>,
}

#[derive(Debug, Clone, Default, JsonSchema)]
pub struct SourceFront {
    /// What sort of thing it is.
    pub kind: Option<SourceKind>,
    /// Who wrote or said it.
    #[schemars(default)]
    pub authors: Vec<String>,
    /// When it was published or said.
    pub date: Option<Spanned<Date>>,
    /// Where it appeared: a site, a journal, a conference.
    pub venue: Option<String>,
    /// The events at which it was given.
    #[schemars(default)]
    pub events: Vec<String>,
    /// Its address on the web.
    pub url: Option<Spanned<String>>,
    /// The address of an archived copy.
    pub archived: Option<Spanned<String>>,
    /// The licence or permission under which it may be quoted.
    pub rights: Option<String>,
    /// The longest excerpt that may be shown, in words.
    pub max_words: Option<Spanned<u64>>,
    /// The capture that it was taken in from.
    pub captured: Option<Captured>,
}

#[derive(Debug, Clone, JsonSchema)]
pub struct EssayFront {
    #[schemars(flatten)]
    pub entry: EntryFront,
    /// Who wrote it. The authors of a digest wrote the digest.
    #[schemars(default)]
    pub authors: Vec<String>,
    /// Whose words they are.
    #[schemars(default)]
    pub form: EssayForm,
    /// When somebody last compared a digest with its source.
    pub checked: Option<Spanned<Date>>,
}

#[derive(Debug, Clone, JsonSchema)]
pub struct QuoteFront {
    #[schemars(flatten)]
    pub entry: EntryFront,
    /// Who said it, as the source names them.
    pub speaker: String,
    /// How near the words are to what was said. Only verbatim ones are set as a quotation.
    #[schemars(default)]
    pub form: QuoteForm,
    /// Where in the source it stands: a page, a minute, a comment.
    pub locator: Option<String>,
    /// The kept copy in which the words must be found, relative to the archive's root.
    pub capture: Option<Spanned<String>>,
}

#[derive(Debug, Clone, JsonSchema)]
pub struct SampleFront {
    #[schemars(flatten)]
    pub entry: EntryFront,
    /// Who wrote the code.
    #[schemars(default)]
    pub authors: Vec<String>,
    /// The programs that are compared.
    pub variants: Vec<VariantFront>,
}

#[derive(Debug, Clone, JsonSchema)]
pub struct PageFront {
    /// Where it stands among the guides: the lowest first, those without a number last.
    pub order: Option<u64>,
}

#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct VariantFront {
    /// What it is called; results go by it.
    pub name: Spanned<String>,
    /// Its code, in the sample's own folder.
    pub file: Spanned<String>,
    /// The programming language.
    pub language: Spanned<String>,
    /// The command and its arguments, by which `casebook run` runs it; `{file}` stands for the file.
    #[schemars(default)]
    pub run: Vec<String>,
    /// How often it is run.
    pub runs: Option<u64>,
    /// What it prints when it is right.
    pub expect: Option<String>,
    /// What must be installed to run it.
    #[schemars(default)]
    pub needs: Vec<String>,
    /// Bounds on what a run may take.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    pub limits: Vec<(String, Value)>,
    /// Parameters, each with the values to try.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    pub params: Vec<(String, Value)>,
}

choice! {
    /// Which way an entry argues, towards the thing in question.
    Stance {
        /// It speaks for the thing in question.
        For = "for",
        /// It speaks against it.
        Against = "against",
        /// It speaks for and against.
        Mixed = "mixed",
    }
}

impl Stance {
    /// One for several: both sides are mixed.
    pub fn together(stances: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        stances.into_iter().flatten().reduce(|a, b| if a == b { a } else { Self::Mixed })
    }
}

choice! {
    /// What an entry does to a claim.
    Side {
        /// It is evidence for the claim.
        Supports = "supports",
        /// It is evidence against the claim.
        Disputes = "disputes",
    }
}
choice! {
    /// How a claim stands.
    #[derive(Default)]
    Standing {
        /// Nobody has settled it.
        #[default]
        Open = "open",
        /// There is good evidence on both sides.
        Contested = "contested",
        /// There is little doubt left.
        Settled = "settled",
        /// It was about something that has changed since.
        Outdated = "outdated",
    }
}
choice! {
    /// What an entry's say rests on.
    Basis {
        /// On figures that somebody measured.
        Measured = "measured",
        /// On what the speaker lived through.
        Experience = "experience",
        /// On thinking it through.
        Reasoning = "reasoning",
        /// On who says it.
        Authority = "authority",
    }
}
choice! {
    /// How near a quote's words are to what was said.
    #[derive(Default)]
    QuoteForm {
        /// Word by word.
        #[default]
        Verbatim = "verbatim",
        /// Word by word, from another language.
        Translated = "translated",
        /// In the curator's words.
        Paraphrase = "paraphrase",
        /// Somebody doubts that it was said.
        Disputed = "disputed",
        /// Somebody else said it, or nobody.
        Misattributed = "misattributed",
    }
}
choice! {
    /// Whose words an essay's are.
    #[derive(Default)]
    EssayForm {
        /// The authors' own.
        #[default]
        Original = "original",
        /// What a source says, in the words of those who digested it.
        Digest = "digest",
        /// A source's, from another language.
        Translated = "translated",
        /// A part of a source.
        Excerpt = "excerpt",
    }
}
choice! {
    /// What sort of thing a source is.
    SourceKind {
        Talk = "talk", Article = "article", Post = "post", Thread = "thread", Book = "book", Paper = "paper",
        Documentation = "documentation", Video = "video", Podcast = "podcast",
    }
}
