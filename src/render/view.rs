//! What templates get: typed, complete, and nothing else. A page's view and its template decide its bytes.
//!
//! Paths are below the site's root, percent-encoded and without a leading slash; a template writes `{{ root }}` before
//! them. `html` fields are safe markup, everything else is text that the template escapes.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use crate::config::Sides;
use crate::read::{Basis, EssayForm, Kind, QuoteForm, Side, SourceKind, Stance, Standing};

/// A view that many pages show: made into a template's value once, and shared from then on.
#[derive(Debug, Clone)]
pub struct Shared<T> {
    value: tera::Value,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize> Shared<T> {
    pub fn new(view: &T) -> Self {
        Self { value: tera::Value::from_serializable(view), of: PhantomData }
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// The same on every page; `site` in templates.
#[derive(Debug, Serialize)]
pub struct SiteView {
    pub title: String,
    pub question: String,
    pub answer: Option<String>,
    pub language: String,
    /// With a slash at its end.
    pub base_url: Option<String>,
    pub license: Option<String>,
    /// Where the licence's text stands, for those that are known.
    pub license_url: Option<&'static str>,
    pub edition: Option<String>,
    pub sides: Sides,
    /// The published name of each file in the theme's `static/`.
    pub assets: BTreeMap<String, String>,
    pub arguments: Vec<ArgumentName>,
    /// Plain pages.
    pub pages: Vec<NameView>,
    /// How many there are of `essays`, `quotes`, `samples`, `claims`, `sources`, `tags`, `people`, `years`.
    pub counts: BTreeMap<&'static str, usize>,
}

/// What every page says of itself; `page` in templates.
#[derive(Debug, Serialize)]
pub struct PageView {
    pub title: String,
    pub path: String,
    /// Where it stands on the web, if `base_url` is set.
    pub canonical: Option<String>,
    pub description: Option<String>,
    /// The Atom feed to name in its head.
    pub feed: String,
    /// `essay`, `tag`, `list`, `home` and so on: the class of its body.
    pub kind: &'static str,
    pub draft: bool,
    pub edit_url: Option<String>,
    /// For previews of links to it.
    pub image: Option<ImageView>,
    /// When the archive first had it, and last changed it: YYYY, YYYY-MM or YYYY-MM-DD.
    pub published: Option<String>,
    pub modified: Option<String>,
}

/// A picture at an address on the web.
#[derive(Debug, Serialize)]
pub struct ImageView {
    pub url: String,
    pub width: u32,
    pub height: u32,
    pub alt: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct NameView {
    pub id: String,
    pub title: String,
    pub path: String,
}

/// An argument's name, with the hue that it has on every page.
#[derive(Debug, Clone, Serialize)]
pub struct ArgumentName {
    #[serde(flatten)]
    pub name: NameView,
    /// 1 to 12: the theme's hues, in the order of arguments.
    pub tone: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct DateView {
    /// YYYY, YYYY-MM or YYYY-MM-DD.
    pub iso: String,
    /// As the language writes it.
    pub text: String,
}

/// An entry in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    pub id: String,
    pub kind: Kind,
    pub title: String,
    pub path: String,
    pub date: Option<DateView>,
    pub added: Option<DateView>,
    pub people: Vec<String>,
    pub source: Option<NameView>,
    pub quote_form: Option<QuoteForm>,
    pub essay_form: Option<EssayForm>,
    pub basis: Option<Basis>,
    pub arguments: Vec<StanceView>,
    /// The first words of its text.
    pub excerpt: String,
    pub draft: bool,
}

/// An argument that an entry makes. `suggested` ones are the generator's guess and have no stance.
#[derive(Debug, Clone, Serialize)]
pub struct StanceView {
    pub argument: ArgumentName,
    pub stance: Option<Stance>,
    pub suggested: bool,
    /// The words that a suggestion rests on.
    pub evidence: Vec<String>,
}

/// Independent sources on each side; entries of one source count once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
    #[serde(rename = "for")]
    pub in_favour: usize,
    pub against: usize,
    pub mixed: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct ClaimCard {
    pub id: String,
    pub text: String,
    pub path: String,
    pub standing: Standing,
    pub answer: Option<String>,
    pub as_of: Option<String>,
    pub none_found: Option<Side>,
    pub argument: ArgumentName,
    /// Independent sources on each side.
    pub supports: usize,
    pub disputes: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct ArgumentCard {
    pub id: String,
    /// 1 to 12: the theme's hues, in the order of arguments.
    pub tone: usize,
    pub title: String,
    pub question: Option<String>,
    pub path: String,
    pub balance: Balance,
    pub claims: Vec<Shared<ClaimCard>>,
    pub entries: usize,
}

/// `home.html`
#[derive(Debug, Serialize)]
pub struct Home {
    pub arguments: Vec<Shared<ArgumentCard>>,
    pub newest: Vec<Shared<Card>>,
    pub guides: Vec<NameView>,
}

/// `arguments.html`
#[derive(Debug, Serialize)]
pub struct ArgumentList {
    pub arguments: Vec<Shared<ArgumentCard>>,
}

/// `argument.html`
#[derive(Debug, Serialize)]
pub struct ArgumentPage {
    pub argument: Shared<ArgumentCard>,
    pub body: String,
    pub essays: Vec<Shared<Card>>,
    pub quotes: Vec<Shared<Card>>,
    pub samples: Vec<Shared<Card>>,
    /// Uncurated entries that seem to make the argument.
    pub suggested: Vec<Shared<Card>>,
    pub backlinks: Vec<LinkView>,
}

/// `claims.html`
#[derive(Debug, Serialize)]
pub struct ClaimList {
    pub arguments: Vec<Shared<ArgumentCard>>,
}

/// `claim.html`
#[derive(Debug, Serialize)]
pub struct ClaimPage {
    pub claim: Shared<ClaimCard>,
    pub supports: Vec<EvidenceView>,
    pub disputes: Vec<EvidenceView>,
    pub backlinks: Vec<LinkView>,
    /// Other claims of the argument.
    pub others: Vec<Shared<ClaimCard>>,
    pub citation: String,
}

/// An entry, or a passage of it, that bears on a claim.
#[derive(Debug, Serialize)]
pub struct EvidenceView {
    pub card: Shared<Card>,
    /// With the passage's anchor.
    pub path: String,
    /// The passage, or the first words of the entry.
    pub html: String,
    /// Whether the words are the speaker's own.
    pub verbatim: bool,
    pub replies: Vec<ReplyView>,
}

/// `list.html`: entries in groups.
#[derive(Debug, Serialize)]
pub struct ListPage {
    pub heading: String,
    pub intro: Option<String>,
    pub groups: Vec<Group>,
    pub total: usize,
}

#[derive(Debug, Serialize)]
pub struct Group {
    pub title: Option<String>,
    pub cards: Vec<Shared<Card>>,
    pub sources: Vec<Shared<SourceCard>>,
}

/// `terms.html`: tags, people or years.
#[derive(Debug, Serialize)]
pub struct TermList {
    pub heading: String,
    pub intro: Option<String>,
    pub terms: Vec<TermView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TermView {
    pub name: String,
    pub path: String,
    pub count: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    pub kind: Kind,
    pub title: String,
    pub path: String,
}

/// A reply to an entry, or the entry that is replied to.
#[derive(Debug, Clone, Serialize)]
pub struct ReplyView {
    pub card: Shared<Card>,
    /// With the anchor of the passage that is answered.
    pub path: String,
    /// The passage that is answered.
    pub at: Option<String>,
}

/// What essays, quotes and samples share; `entry` in their templates.
#[derive(Debug, Serialize)]
pub struct EntryView {
    pub card: Shared<Card>,
    pub body: String,
    pub people: Vec<TermView>,
    pub tags: Vec<TermView>,
    pub year: Option<TermView>,
    pub updated: Option<DateView>,
    pub source: Option<Shared<SourceCard>>,
    pub claims: Vec<SayView>,
    pub replies_to: Vec<ReplyView>,
    pub replies: Vec<ReplyView>,
    pub backlinks: Vec<LinkView>,
    pub contents: Vec<HeadingView>,
    pub citation: String,
}

#[derive(Debug, Serialize)]
pub struct SayView {
    pub claim: Shared<ClaimCard>,
    pub side: Side,
    pub at: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct HeadingView {
    pub level: u8,
    pub anchor: String,
    pub text: String,
}

/// `essay.html`
#[derive(Debug, Serialize)]
pub struct EssayPage {
    pub entry: EntryView,
    pub form: EssayForm,
    pub checked: Option<DateView>,
}

/// `quote.html`
#[derive(Debug, Serialize)]
pub struct QuotePage {
    pub entry: EntryView,
    pub form: QuoteForm,
    pub speaker: String,
    pub locator: Option<String>,
    /// Whether it was verified against a kept copy.
    pub captured: bool,
}

/// `sample.html`
#[derive(Debug, Serialize)]
pub struct SamplePage {
    pub entry: EntryView,
    pub variants: Vec<VariantView>,
    pub recorded: Option<DateView>,
    pub toolchain: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct VariantView {
    pub name: String,
    pub anchor: String,
    pub file: String,
    pub language: String,
    /// Highlighted.
    pub html: String,
    pub lines: usize,
    /// The command, as one would type it.
    pub run: Option<String>,
    pub expect: Option<String>,
    pub measured: Vec<MeasuredView>,
    /// Whether the code changed since it was measured.
    pub stale: bool,
}

/// Times are in milliseconds.
#[derive(Debug, Serialize)]
pub struct MeasuredView {
    pub parameters: Vec<(String, String)>,
    pub ok: bool,
    pub median_ms: f64,
    pub low_ms: f64,
    pub high_ms: f64,
    pub runs: u64,
    pub output: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct SourceCard {
    pub id: String,
    pub title: String,
    pub path: String,
    pub kind: Option<SourceKind>,
    pub authors: Vec<String>,
    pub date: Option<DateView>,
    pub venue: Option<String>,
    pub url: Option<String>,
    pub rights: Option<String>,
    pub entries: usize,
}

/// `source.html`
#[derive(Debug, Serialize)]
pub struct SourcePage {
    pub source: Shared<SourceCard>,
    pub authors: Vec<TermView>,
    pub events: Vec<String>,
    pub archived: Option<String>,
    pub max_words: Option<u64>,
    pub body: String,
    pub essays: Vec<Shared<Card>>,
    pub quotes: Vec<Shared<Card>>,
    pub samples: Vec<Shared<Card>>,
    pub backlinks: Vec<LinkView>,
}

/// `page.html`: a plain page.
#[derive(Debug, Serialize)]
pub struct PlainPage {
    pub body: String,
    pub contents: Vec<HeadingView>,
}

/// `withdrawn.html`
#[derive(Debug, Serialize)]
pub struct WithdrawnPage {
    pub id: String,
    pub kind: Kind,
    pub reason: String,
}

/// `redirect.html`: an old address.
#[derive(Debug, Serialize)]
pub struct RedirectPage {
    pub target: NameView,
}

/// `search.html` and `404.html` need nothing of their own.
#[derive(Debug, Serialize)]
pub struct EmptyPage {}
