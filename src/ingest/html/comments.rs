//! Comments by their markup: what a page calls a comment, an answer or a reply, with its author and its words.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use dom_query::{NodeId, NodeRef};
use regex::Regex;
use url::Url;

use super::part;
use super::tree::Page;
use super::walk::Walk;
use crate::date::Date;
use crate::ingest::block::{Block, Dropped, Node, Quote, Voice};
use crate::ingest::{comments, dates};
use crate::span::one_line;

static CLASS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s(?:comment|comtr|user-?comment|comment-?item|comment__item|comment-?container|comment-?wrapper|comment-?entry|comment-?node|comment-?card|comment-?block|single-comment|topic-post|post--comment|answer|review|js-comment|timeline-comment|usertext-comment)\s")
        .expect("a constant pattern")
});
static ID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:li-|div-)?comment[-_]?\d+|c-?\d+|answer-\d+|comment-[0-9a-f]{6,})$")
        .expect("a constant pattern")
});
/// Where sites keep what is told of those who have an account.
static PROFILE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:/|^)(?:users?|u|profiles?|people|authors?|members?|user\?id=|@[\w.-]+/?$)(?:[/=?]|$|@|\b)")
        .expect("a constant pattern")
});
static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:says?|said|writes?|wrote|commented|replied|responded)?\s*:?\s*$")
        .expect("a constant pattern")
});

#[derive(Default)]
pub struct Comments {
    pub blocks: Vec<Block>,
    pub dropped: Vec<Dropped>,
    /// The elements of comments: they are no part of the text.
    pub nodes: HashSet<NodeId>,
}

fn is_comment(node: &NodeRef<'_>) -> bool {
    let name = part::name(node);
    if matches!(
        name.as_str(),
        "html"
            | "body"
            | "main"
            | "form"
            | "ol"
            | "ul"
            | "span"
            | "a"
            | "p"
            | "h1"
            | "h2"
            | "h3"
            | "button"
            | "input"
            | "textarea"
            | ""
    ) {
        return false;
    }
    let of_type = node
        .attr("itemtype")
        .is_some_and(|kind| ["/Comment", "/UserComments", "/Answer"].iter().any(|end| kind.ends_with(end)));
    let class = format!(" {} ", node.attr("class").map_or_else(String::new, |class| class.to_ascii_lowercase()));
    let id = node.attr("id").is_some_and(|id| ID.is_match(&id.to_ascii_lowercase()));
    let test = node.attr("data-testid").is_some_and(|id| &*id == "comment");
    // Each white space serves one class only.
    of_type || name == "shreddit-comment" || CLASS.is_match(&class.replace(' ', "  ")) || id || test
}

/// The descendants of a comment that belong to no other one, or to the form below it.
fn own<'a>(node: &NodeRef<'a>, all: &HashSet<NodeId>) -> Vec<NodeRef<'a>> {
    let mut out = Vec::new();
    let mut left: Vec<NodeRef<'a>> = node.children_it(true).collect();
    while let Some(next) = left.pop() {
        if all.contains(&next.id) || part::name(&next) == "form" {
            continue;
        }
        out.push(next);
        left.extend(next.children_it(true));
    }
    out
}

/// The comments that stand for themselves: of two elements, one around who wrote it and one around the words, only the
/// outer one is a comment.
fn apart(nodes: &[NodeRef<'_>]) -> HashSet<NodeId> {
    let all: HashSet<NodeId> = nodes.iter().map(|node| node.id).collect();
    let is_bare = |node: &NodeRef<'_>| {
        let inner = own(node, &all);
        let has_words = inner
            .iter()
            .any(|inner| body(inner).is_some() || part::name(inner) == "p" && inner.text().trim().len() > 20);
        inner.iter().any(|inner| author(inner).is_some()) && !has_words
    };
    let mut known: HashMap<NodeId, bool> = HashMap::new();
    let mut inside = |node: &&NodeRef<'_>| {
        let nameless = !own(node, &all).iter().any(|inner| author(inner).is_some()) && named(node).is_none();
        nameless
            && node
                .ancestors_it(None)
                .find(|above| all.contains(&above.id))
                .is_some_and(|above| *known.entry(above.id).or_insert_with(|| is_bare(&above)))
    };
    let merged: HashSet<NodeId> = nodes.iter().filter(|node| inside(node)).map(|node| node.id).collect();
    all.difference(&merged).copied().collect()
}

/// So many comments of a page are told apart; each is looked at with all others.
const MOST: usize = 3_000;

pub fn find(page: &Page, base: Option<&Url>) -> Comments {
    let nodes: Vec<NodeRef<'_>> = page
        .document
        .tree
        .root()
        .descendants_it()
        .filter(NodeRef::is_element)
        .filter(|node| is_comment(node))
        .take(MOST)
        .collect();
    let all = apart(&nodes);
    let nodes: Vec<NodeRef<'_>> = nodes.into_iter().filter(|node| all.contains(&node.id)).collect();
    let mut found = Comments::default();
    for node in &nodes {
        let inner = own(node, &all);
        if is_ping(node) {
            let text = one_line(&node.text());
            found.dropped.push(Dropped { lines: page.place(node), why: "a link from elsewhere", text });
            found.nodes.insert(node.id);
            continue;
        }
        let said_by = |inner: &NodeRef<'_>| author(inner).or_else(|| profile(inner, node));
        let author = inner
            .iter()
            .filter_map(|inner| said_by(inner).map(|(rank, name)| (rank, name, inner.id)))
            .min_by_key(|(rank, ..)| *rank);
        let name = author.as_ref().map(|(_, name, _)| name.clone()).or_else(|| named(node));
        let mut walk = Walk::new(page, base);
        walk.skip = all.iter().copied().filter(|id| *id != node.id).collect();
        walk.skip.extend(author.iter().map(|(.., id)| *id));
        walk.skip.extend(inner.iter().filter(|inner| is_around(inner)).map(|inner| inner.id));
        match inner.iter().filter_map(|inner| body(inner).map(|rank| (rank, inner))).min_by_key(|(rank, _)| *rank) {
            Some((_, body)) => walk.children(body),
            None => walk.children(node),
        }
        let blocks = walk.finish().0.into_iter().map(|piece| piece.block).collect();
        let blocks = comments::own(blocks, name.as_deref().unwrap_or_default(), &mut found.dropped);
        let paragraphs = comments::paragraphs(&blocks);
        // An element around a comment that has no words itself, or none but a name's, is no comment.
        if paragraphs.is_empty() || name.is_none() && inner.iter().all(|inner| body(inner).is_none()) {
            continue;
        }
        let locator = Some(format!("comment {}", found.blocks.len() + 1));
        let date = inner.iter().find_map(date);
        let quote = Quote { voice: Voice::Comment, speaker: name, locator, date, paragraphs, attribution: None };
        found.blocks.push(Block { lines: page.place(node), node: Node::Quote(quote) });
        found.nodes.insert(node.id);
    }
    found
}

/// The name in an element that names the author, and how sure that is: the lower, the surer.
fn author(node: &NodeRef<'_>) -> Option<(u8, String)> {
    let name = part::name(node);
    let tokens = format!(" {} ", node.attr("class").map_or_else(String::new, |class| class.to_ascii_lowercase()));
    let has = |token: &str| tokens.split_whitespace().any(|other| other == token);
    let property = node.attr("itemprop").map(|value| value.to_ascii_lowercase()).unwrap_or_default();
    let in_author =
        || node.ancestors_it(Some(2)).any(|above| above.attr("itemprop").is_some_and(|value| &*value == "author"));
    let rank = if property == "name" && in_author() || has("fn") || has("hnuser") {
        0
    } else if [
        "username",
        "user-name",
        "comment-author-name",
        "author-name",
        "commenter",
        "commenter-name",
        "comment-user",
        "nickname",
        "display-name",
        "comment__author",
        "comment-author-link",
    ]
    .iter()
    .any(|token| has(token))
    {
        1
    } else if property == "author"
        || has("author")
        || node.attr("rel").is_some_and(|rel| &*rel == "author")
        || node.has_attr("data-author")
    {
        2
    } else if has("comment-author")
        || has("commentauthor")
        || name == "cite"
        || has("user")
        || tokens.contains("username")
    {
        3
    } else {
        return None;
    };
    let text = one_line(&node.text());
    let text = SAYS.replace(&text, "").trim().trim_start_matches("By ").to_owned();
    (!text.is_empty() && text.chars().count() <= 60).then_some((rank, text))
}

/// A name that leads to an account, above the words of a comment: in them it is that of somebody else.
fn profile(node: &NodeRef<'_>, comment: &NodeRef<'_>) -> Option<(u8, String)> {
    const LEAST_SURE: u8 = 9;
    let text = one_line(&node.text());
    let is_name = !text.is_empty() && text.chars().count() <= 40 && !text.starts_with('@');
    let leads = part::name(node) == "a" && is_name && node.attr("href").is_some_and(|href| PROFILE.is_match(&href));
    let in_words = || {
        for above in node.ancestors_it(None).take_while(|above| above.id != comment.id) {
            if is_around(&above) {
                return false;
            }
            if part::name(&above) == "p" || body(&above).is_some_and(|rank| rank < 3) {
                return true;
            }
        }
        false
    };
    (leads && !in_words()).then_some((LEAST_SURE, text))
}

/// Whether it tells of a page that links to this one.
fn is_ping(node: &NodeRef<'_>) -> bool {
    let tokens = part::tokens(node);
    tokens.split_whitespace().any(|token| matches!(token, "pingback" | "trackback"))
}

/// The name that a comment's own element bears.
fn named(node: &NodeRef<'_>) -> Option<String> {
    let name = ["author", "data-author", "data-username", "data-user"].iter().find_map(|name| node.attr(name))?;
    let name = name.trim();
    (!name.is_empty() && name.chars().count() <= 60).then(|| name.to_owned())
}

/// How surely an element holds the words of a comment: the lower, the surer.
fn body(node: &NodeRef<'_>) -> Option<u8> {
    let tokens = format!(" {} ", node.attr("class").map_or_else(String::new, |class| class.to_ascii_lowercase()));
    let has = |names: &[&str]| tokens.split_whitespace().any(|token| names.contains(&token));
    if node.attr("itemprop").is_some_and(|value| matches!(&*value, "text" | "commentText" | "reviewBody")) {
        return Some(0);
    }
    if has(&["comment-copy"]) {
        return Some(0);
    }
    if has(&[
        "comment-content",
        "comment-text",
        "comment_text",
        "commtext",
        "comment-copy",
        "comment__text",
        "comment__content",
        "comment_content",
        "commenttext",
        "js-post-body",
        "s-prose",
        "usertext-body",
    ]) {
        return Some(1);
    }
    if has(&["comment-body", "comment__body", "comment_body", "post-body", "cooked", "comment-message", "md"])
        || node.attr("slot").is_some_and(|slot| &*slot == "comment")
    {
        return Some(2);
    }
    has(&["content", "body", "message", "text", "entry-content"]).then_some(3)
}

/// Whether an element stands around the words: who, when, and buttons.
fn is_around(node: &NodeRef<'_>) -> bool {
    let name = part::name(node);
    let tokens = part::tokens(node);
    matches!(name.as_str(), "time" | "button" | "header" | "footer" | "abbr")
        || [
            "comment-meta",
            "comment-metadata",
            "comment-author",
            "comment-date",
            "comhead",
            "reply",
            "comment-reply",
            "permalink",
            "comment-actions",
            "vote",
            "score",
            "votelinks",
            "avatar",
            "says",
            "timestamp",
            "tagline",
            "flat-list",
            "comment-footer",
            "comment-header",
            "byline",
        ]
        .iter()
        .any(|sign| tokens.split_whitespace().any(|token| token == *sign))
}

fn date(node: &NodeRef<'_>) -> Option<Date> {
    let name = part::name(node);
    let property = node.attr("itemprop").is_some_and(|value| value.starts_with("date"));
    let tokens = part::tokens(node);
    let dated = [
        "date",
        "time",
        "age",
        "timestamp",
        "relativetime",
        "relativetime-clean",
        "comment-timestamp",
        "comment-date",
        "comment-metadata",
        "published",
    ]
    .iter()
    .any(|sign| tokens.split_whitespace().any(|token| token == *sign));
    // A link to the comment itself bears its date.
    let alone = || name == "a" && node.text().trim().len() < 32;
    if name != "time" && name != "relative-time" && !property && !dated && name != "abbr" && !alone() {
        return None;
    }
    let written = ["datetime", "content", "title"]
        .iter()
        .find_map(|name| node.attr(name))
        .and_then(|value| dates::written(&value));
    written.or_else(|| dates::stated(&node.text()))
}
