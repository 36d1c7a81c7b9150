//! What templates get: typed, complete, and nothing else. A page's view and its template decide its bytes.
//!
//! Paths are below the site's root, percent-encoded and without a leading slash; a template writes `{{ root }}` before
//! them. `html` fields are safe markup, everything else is text that the template escapes.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Serialize, Serializer};

use super::html::Markup;
use super::linked_data::LinkedData;
use super::sample::ResultsView;
use crate::cache::Key;
use crate::read::{Basis, EssayForm, Kind, QuoteForm, Side, SourceKind, Stance, Standing};

/// A view that many pages show: made into a template's value once, when a template first wants it.
#[derive(Debug)]
pub struct Shared<T>(Arc<Once<T>>);

#[derive(Debug)]
struct Once<T> {
    view: T,
    key: Key,
    value: OnceLock<tera::Value>,
}

impl<T: Serialize> Shared<T> {
    pub fn new(view: T) -> Self {
        Self(Arc::new(Once { key: Key::of("", &view), view, value: OnceLock::new() }))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Once { view, key, value } = &*self.0;
        if serializer.is_human_readable() {
            value.get_or_init(|| tera::Value::from_serializable(view)).serialize(serializer)
        } else {
            key.serialize(serializer)
        }
    }
}

/// The same on every page; `site` in templates.
#[derive(Debug, Serialize)]
pub struct SiteView {
    pub title: String,
    pub question: String,
    pub answer: Option<String>,
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// With a slash at its end.
    pub base_url: Option<String>,
    pub license: Option<String>,
    /// Where the licence's text stands, for those that are known.
    pub license_url: Option<&'static str>,
    pub edition: Option<String>,
    /// Where a new quote is sent in.
    pub contribute_url: Option<String>,
    /// The published name of each file in the theme's `static/`.
    pub assets: BTreeMap<String, String>,
    pub arguments: Vec<ArgumentName>,
    /// Plain pages.
    pub pages: Vec<NameView>,
    /// How many there are of `arguments`, `claims`, `essays`, `quotes`, `samples`, `sources`, `tags`, `people`, `years`, and
    /// of what stands in `map`, `timeline`, `matrix` and `intersections`.
    pub counts: BTreeMap<&'static str, usize>,
    /// Of which of these there are any. Pages that show only this stay as they are when a number changes.
    pub has: BTreeMap<&'static str, bool>,
}

/// What every page says of itself; `page` in templates.
#[derive(Debug, Serialize)]
pub struct PageView {
    pub title: String,
    pub path: String,
    /// Where it stands on the web, if `base_url` is set and search engines may list it.
    pub canonical: Option<String>,
    pub description: Option<String>,
    /// The Atom feed to name in its head.
    pub feed: String,
    /// `essay`, `tag`, `list`, `home` and so on: the class of its body.
    pub kind: &'static str,
    pub draft: bool,
    pub edit_url: Option<String>,
    pub head: HeadView,
    /// For previews of links to it.
    pub image: Option<ImageView>,
}

/// What a page's head says to machines.
#[derive(Debug, Default, Serialize)]
pub struct HeadView {
    /// Whether search engines may list it.
    pub index: bool,
    /// Its type in the Open Graph protocol.
    pub og_type: &'static str,
    /// YYYY-MM-DD, where the day is known.
    pub published: Option<String>,
    pub modified: Option<String>,
    /// JSON-LD that is safe in a script element.
    pub linked_data: Option<LinkedData>,
}

/// A picture at an address on the web.
#[derive(Debug, Clone, Serialize)]
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
    /// When the archive last changed it.
    pub changed: Option<DateView>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    #[serde(rename = "for")]
    pub in_favour: usize,
    pub against: usize,
    pub mixed: usize,
    /// The same by what they rest on, the weightiest first; only those that some source rests on.
    pub rows: Vec<BasisRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BasisRow {
    /// Absent where nothing says so.
    pub basis: Option<Basis>,
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
    /// The claim on each side that the most independent sources hold up.
    pub strongest_for: Option<Shared<ClaimCard>>,
    pub strongest_against: Option<Shared<ClaimCard>>,
    pub entries: usize,
}

/// `home.html`
#[derive(Debug, Serialize)]
pub struct Home {
    pub arguments: Vec<Shared<ArgumentCard>>,
    pub newest: Vec<Shared<Card>>,
    pub guides: Vec<NameView>,
}

/// `arguments.html` and `claims.html`
#[derive(Debug, Serialize)]
pub struct ArgumentList {
    pub arguments: Vec<Shared<ArgumentCard>>,
}

/// `argument.html`
#[derive(Serialize)]
pub struct ArgumentPage<'a> {
    pub argument: Shared<ArgumentCard>,
    pub body: Markup<'a>,
    pub contents: Vec<HeadingView>,
    /// Its entries by kind, as many of each as fit.
    pub groups: Vec<Group>,
    /// Where all of them are listed, if these are not all.
    pub list: Option<String>,
    /// Uncurated entries that seem to make the argument.
    pub suggested: Option<Group>,
    /// The passages that its claims rest on.
    pub passages: Vec<PassageView<'a>>,
    pub timeline: Timeline,
    /// What was added or changed last.
    pub changed: Vec<Shared<Card>>,
    pub related: Vec<RelatedView>,
    pub backlinks: Vec<LinkView>,
}

/// A passage, with what it says to which claims.
#[derive(Serialize)]
pub struct PassageView<'a> {
    pub card: Shared<Card>,
    /// With its anchor.
    pub path: String,
    pub html: Markup<'a>,
    pub verbatim: bool,
    pub says: Vec<SayView>,
}

/// Another argument, and how many entries make both.
#[derive(Debug, Serialize)]
pub struct RelatedView {
    pub argument: ArgumentName,
    pub shared: usize,
    /// Where those entries are listed.
    pub path: String,
}

/// Who spoke when.
#[derive(Debug, Default, Serialize)]
pub struct Timeline {
    pub years: Vec<YearView>,
    /// How many there are on each side, from the first year to the last; empty where that is no picture.
    pub columns: Vec<Column>,
    /// The most that stands on one side of the columns' axis; what takes no side stands half on each.
    pub reach: f64,
    pub total: usize,
}

#[derive(Debug, Serialize)]
pub struct YearView {
    pub year: TermView,
    pub moments: Vec<Moment>,
}

/// A source or an entry that has none, when it spoke.
#[derive(Debug, Serialize)]
pub struct Moment {
    pub kind: Kind,
    pub title: String,
    pub path: String,
    pub date: Option<DateView>,
    pub people: Vec<String>,
    pub arguments: Vec<StanceView>,
}

/// A year, or several where there are many.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    pub from: i16,
    pub until: i16,
    #[serde(rename = "for")]
    pub in_favour: usize,
    pub against: usize,
    pub mixed: usize,
    pub none: usize,
}

/// `claim.html`
#[derive(Serialize)]
pub struct ClaimPage<'a> {
    pub claim: Shared<ClaimCard>,
    /// The weightiest first.
    pub supports: Vec<EvidenceView<'a>>,
    pub disputes: Vec<EvidenceView<'a>>,
    /// Where all of it is listed, if this is not all.
    pub list: Option<String>,
    pub contribute_url: Option<String>,
    pub backlinks: Vec<LinkView>,
    /// Other claims of the argument.
    pub others: Vec<Shared<ClaimCard>>,
    pub citation: String,
}

/// An entry, or a passage of it, that bears on a claim.
#[derive(Serialize)]
pub struct EvidenceView<'a> {
    pub card: Shared<Card>,
    /// With the passage's anchor.
    pub path: String,
    /// The passage, or the first words of the entry.
    pub html: Markup<'a>,
    /// Whether the words are the speaker's own.
    pub verbatim: bool,
    /// What was measured, if it is a sample and somebody did.
    pub results: Option<ResultsView>,
    pub replies: Vec<ReplyView>,
}

/// `list.html`: entries and sources in groups.
#[derive(Debug, Serialize)]
pub struct ListPage {
    pub heading: String,
    pub intro: Option<String>,
    /// What they come to together; on the first page alone.
    pub about: Option<About>,
    pub groups: Vec<Group>,
    pub total: usize,
    pub pager: Option<Pager>,
}

#[derive(Debug, Default, Serialize)]
pub struct Group {
    pub title: Option<String>,
    pub cards: Vec<Shared<Card>>,
    pub sources: Vec<Shared<SourceCard>>,
    /// How many there are in all.
    pub total: usize,
}

/// What the entries of a person, a tag, a year or a source come to.
#[derive(Debug, Default, Serialize)]
pub struct About {
    pub stances: Vec<TallyView>,
    /// The claims that most of them bear on.
    pub claims: Vec<ClaimTally>,
    /// Tags that stand on the same entries.
    pub related: Vec<TermView>,
    /// The years before and after.
    pub previous: Option<TermView>,
    pub next: Option<TermView>,
}

/// How many entries take which side of an argument.
#[derive(Debug, Serialize)]
pub struct TallyView {
    pub argument: ArgumentName,
    #[serde(rename = "for")]
    pub in_favour: usize,
    pub against: usize,
    pub mixed: usize,
    pub none: usize,
}

/// How many entries bear on a claim, and how.
#[derive(Debug, Serialize)]
pub struct ClaimTally {
    pub claim: Shared<ClaimCard>,
    pub supports: usize,
    pub disputes: usize,
}

/// The pages of a list.
#[derive(Debug, Serialize)]
pub struct Pager {
    /// Counted from 1.
    pub current: usize,
    pub count: usize,
    /// The first, the last and those about this one; a gap is `null`.
    pub pages: Vec<Option<PageLink>>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct PageLink {
    pub number: usize,
    pub path: String,
}

/// `terms.html`: tags, people or years.
#[derive(Debug, Serialize)]
pub struct TermList {
    pub heading: String,
    pub intro: Option<String>,
    pub terms: Vec<TermRow>,
    /// The commonest, where they don't all stand on one page.
    pub commonest: Vec<TermView>,
    pub columns: Vec<Column>,
    /// As of a [`Timeline`].
    pub reach: f64,
    pub total: usize,
    pub pager: Option<Pager>,
}

/// `matrix.html`: sources against arguments.
#[derive(Debug, Serialize)]
pub struct MatrixPage {
    pub arguments: Vec<ArgumentName>,
    pub rows: Vec<MatrixRow>,
    pub total: usize,
    pub pager: Option<Pager>,
}

#[derive(Debug, Serialize)]
pub struct MatrixRow {
    pub source: Shared<SourceCard>,
    /// One for each argument; `null` where the source does not make it.
    pub cells: Vec<Option<Cell>>,
}

#[derive(Debug, Serialize)]
pub struct Cell {
    pub stance: Option<Stance>,
}

/// `timeline.html`
#[derive(Debug, Serialize)]
pub struct TimelinePage {
    pub timeline: Timeline,
    pub pager: Option<Pager>,
}

/// `intersections.html`
#[derive(Debug, Serialize)]
pub struct IntersectionList {
    pub pairs: Vec<PairView>,
}

/// Two arguments that some entries make both.
#[derive(Debug, Serialize)]
pub struct PairView {
    pub one: ArgumentName,
    pub other: ArgumentName,
    pub shared: usize,
    pub path: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct TermView {
    pub name: String,
    pub path: String,
    pub count: usize,
}

/// A name in the list of its taxonomy.
#[derive(Debug, Serialize)]
pub struct TermRow {
    #[serde(flatten)]
    pub term: TermView,
    /// The arguments that its entries make, and on which side.
    pub arguments: Vec<StanceView>,
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
#[derive(Serialize)]
pub struct EntryView<'a> {
    pub card: Shared<Card>,
    pub body: Markup<'a>,
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
    /// What stands before and after it in the arguments that it makes.
    pub around: Vec<AroundView>,
    pub citation: String,
    /// The same for a bibliography.
    pub bibtex: String,
    /// What goes with words that are copied from it.
    pub credit: String,
}

/// The neighbours of an entry in an argument, by date.
#[derive(Debug, Serialize)]
pub struct AroundView {
    pub argument: ArgumentName,
    pub previous: Option<NameView>,
    pub next: Option<NameView>,
}

#[derive(Debug, Serialize)]
pub struct SayView {
    pub claim: Shared<ClaimCard>,
    pub side: Side,
    pub at: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct HeadingView {
    pub anchor: String,
    pub text: String,
    /// The headings of its own section.
    pub below: Vec<HeadingView>,
}

/// `essay.html`
#[derive(Serialize)]
pub struct EssayPage<'a> {
    pub entry: EntryView<'a>,
    pub form: EssayForm,
    pub checked: Option<DateView>,
}

/// `quote.html`
#[derive(Serialize)]
pub struct QuotePage<'a> {
    pub entry: EntryView<'a>,
    pub form: QuoteForm,
    /// `short`, `middle` or `long`: how large it may be set.
    pub length: &'static str,
    pub speaker: String,
    pub locator: Option<String>,
    /// Whether it was verified against a kept copy.
    pub captured: bool,
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
#[derive(Serialize)]
pub struct SourcePage<'a> {
    pub source: Shared<SourceCard>,
    pub authors: Vec<TermView>,
    pub events: Vec<String>,
    pub archived: Option<String>,
    pub max_words: Option<u64>,
    pub body: Markup<'a>,
    pub about: About,
    pub groups: Vec<Group>,
    pub pager: Option<Pager>,
    pub backlinks: Vec<LinkView>,
}

/// `page.html`: a plain page.
#[derive(Serialize)]
pub struct PlainPage<'a> {
    pub body: Markup<'a>,
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
