//! What is none of a text: adverts, navigation, lists of links, credits. It is left out, and told.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::block::{Block, Dropped, Node, Voice};

/// Why a line is none of the text, by the pattern that says so.
const RULES: &[(&str, &str)] = &[
    (
        "an advert",
        r"(?i)\b(download|get|grab|claim|access|receive|find relief)\b.{0,60}\b(my|our|your|the|a|this)\s+free\b",
    ),
    (
        "an advert",
        r"(?:^|\s)FREE\s+.{0,40}\b(?i:book|ebook|course|crash course|pdf|cheat sheet|guide|trial|mind map|webinar|chapter|training|download)",
    ),
    (
        "an advert",
        r"(?i)\b(buy (now|it now|the book)|limited[- ]time|use (the )?(promo |discount |coupon )?code\s+[A-Z0-9]{4,}|\d+% off|money-back|start your free trial|free trial|enroll? (now|today))\b",
    ),
    (
        "an advert",
        r"(?i)^(advertisement|advertising|ad|ads|sponsored( content| post)?|promoted|sponsor(ed)? (by|message).*|this (post|article|page) (is sponsored|contains affiliate).*|from our sponsors?.*)[.:]?$",
    ),
    (
        "an advert",
        r"(?i)\b(sign up|subscribe|join)\b.{0,60}\b(newsletter|mailing list|email list|weekly email|inbox|(\d[\d,.]*k?\+? )?(subscribers|readers|other developers))\b",
    ),
    (
        "an advert",
        r"(?i)^(subscribe( (now|today|here|to .{1,60}))?|sign up( (now|today|for .{1,60}))?|enter your email.*|your email( address)?|join (now|us|the (club|newsletter)).{0,40}|support (me|us) on .{1,40}|buy me a coffee.*|become a (member|patron|sponsor).{0,40})[.!:]?$",
    ),
    (
        "a call to comment",
        r"(?i)\b(ask|leave|post|share|drop|add|write|tell)\b.{0,40}\b(questions?|comments?|thoughts|opinions?|experience|know)\b.{0,30}\b(below|in the comments?( section)?|comments? below)\b",
    ),
    (
        "a call to comment",
        r"(?i)^(let me know (what you think )?in the comments.*|what do you think\? .*comments.*|comments are (closed|open).*|no comments( yet)?|be the first to comment.*|(discuss|comment|discussion) on (hacker news|reddit|twitter|x|lobsters|github|mastodon).*)$",
    ),
    (
        "buttons to share",
        r"(?i)^(share( (this|on|via|with|it).{0,60})?|tweet( this)?|pin it|like this:?|click to share.*|e-?mail this.*|print|copy link|save|bookmark|follow (me|us|@?\w+) on .{1,60}|share\s*(facebook|twitter|linkedin|reddit|email|x|pinterest|whatsapp)[\s\w]*|(facebook|twitter|linkedin|reddit|pinterest|whatsapp|telegram|mastodon|bluesky)(\s+(facebook|twitter|x|linkedin|reddit|pinterest|whatsapp|email|telegram|mastodon|bluesky))*)[.!:]?$",
    ),
    (
        "a credit of a picture",
        r"(?i)^((cover |header |featured |hero |title )?(photo|image|picture|illustration|photograph)( credits?)?\s*(by|credit|courtesy|from|source|:|©).{1,110}|credits?:\s*.{1,80}(unsplash|pexels|pixabay|flickr|getty).{0,40})$",
    ),
    (
        "a notice of cookies",
        r"(?i)(\b(this|our) (site|website) uses cookies\b|\bwe use cookies\b|\bwe and our partners\b.{0,80}\bcookies\b|^(accept|reject|allow|manage)( all)?( cookies)?$|^cookie (policy|settings|preferences|notice)s?$|\bconsent to (the use of )?cookies\b)",
    ),
    (
        "a notice of rights",
        r"(?i)^((copyright|©|\(c\))\s*.{0,120}|.{0,80}\ball rights reserved\.?|(privacy policy|terms( of (service|use))?|imprint|impressum|disclaimer)( [|·&] .{1,80})?|powered by .{1,60}|built with .{1,60}|designed by .{1,60}|theme( by|:) .{1,60}|this site is protected by recaptcha.*)$",
    ),
    (
        "navigation",
        r"(?i)^(home|menu|main menu|navigation|toggle navigation|toggle (menu|theme|dark mode)|search( \.\.\.|…)?|skip to (main )?content|skip to .{1,30}|log ?in|log ?out|sign (in|up|out)|register|my account|close|open menu|back|back to (top|home|blog|all posts|the top).{0,20}|scroll to top|(previous|next|older|newer)( (post|article|page|chapter|entry|comments?|posts))?[:→←»«]?.{0,3}|← .{1,100}|.{1,100} →|« .{1,100}|.{1,100} »|read more|continue reading.{0,60}|show more|load more|view all|see all|more|all posts|archives?|categories|tags?|filed under:?.{1,80}|tagged( with)?:?.{1,80}|categories:.{1,80}|tags:.{1,80}|posted in .{1,80}|rss( feed)?|atom( feed)?|contents?|table of contents|on this page|in this article|jump to .{1,40}|edit (this page|on github).{0,20}|view (page )?source|print this page|dark mode|light mode|\d+ comments?|\d+ (shares|views|likes|claps|reactions)|page \d+ of \d+|english|deutsch|français)$",
    ),
    (
        "navigation",
        r"(?i)^(open in app|(\S+ )?logo|follow(ing)?|[\d.,]+[km]? (followers?|following|subscribers?)|listen|upvote|downvote|share|give award|[·•|–—,]{1,3})$",
    ),
    ("navigation", r"^\d+ points? (by|\|)\s.{1,140}$"),
    ("navigation", r"^[^.|·•]{1,40}(\s*[|·•]\s*[^.|·•]{1,24}){4,}$"),
    (
        "navigation",
        r"(?i)^(download|clip|subscribed?|retweets?|reposts?|quote tweets|likes|bookmarks|views|show transcript|search in video)$",
    ),
    ("navigation", r"(?i)^(\d+ answers?( \d+)?|(post )?your answer)$"),
    ("navigation", r"(?i)^\d+ min(ute)?s?\.? read\b.{0,40}$"),
    (
        "navigation",
        r"(?i)^((previous|next) messages?( \((by|in) thread\))?:.{0,140}|messages sorted by:.{0,100}|more information about the .{1,80} mailing list|the post .{1,200} (first )?appeared (first )?on .{1,100})$",
    ),
    ("navigation", r"^(home|Home|HOME|Blog|Docs|Start)(\s*[>»›/|·•]\s*\S[^.]{0,80})+$"),
    ("navigation", r"^\S{2,24}(\s*[|·•]\s*\S[^.|·•]{1,24}){2,}$"),
];

static PATTERNS: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(RULES.iter().map(|(_, pattern)| pattern)).expect("constant patterns"));

/// Headings above lists of what else there is to read.
static READING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(further reading|see also|related( (posts|articles|reading|links|content|topics|tutorials|stories))?|(recent|popular|latest|top|trending|more|featured) (posts|articles|stories|reading|links|from .+|in .+|on .+)|you (may|might) (also )?(like|enjoy|be interested in).*|read (more|next)|more|recommended( (reading|posts|articles|for you))?|(useful |external |helpful )?links|resources|keep reading|what to read next|other posts|similar posts|share( this)?( post| article)?|table of contents|contents)$")
        .expect("a constant pattern")
});
static BLURB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(discover|learn|get|join|start|sign up|subscribe|download|find|click|take|try|grab|enroll?)\b")
        .expect("a constant pattern")
});

/// Longer paragraphs are somebody's text, whatever they mention.
const LONGEST: usize = 320;

/// Why a line is none of the text; `None` where it is.
pub fn why(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return None;
    }
    PATTERNS.matches(text).iter().next().map(|at| RULES[at].0)
}

pub fn is_navigation(text: &str) -> bool {
    matches!(why(text), Some("navigation" | "a notice of cookies" | "buttons to share" | "an advert"))
}

/// Leaves out what is none of the text.
pub fn prune(blocks: &mut Vec<Block>, dropped: &mut Vec<Dropped>) {
    let mut reasons: Vec<Option<&'static str>> = blocks.iter().map(of_block).collect();
    adverts(blocks, &mut reasons);
    reading(blocks, &mut reasons);
    prompts(blocks, &mut reasons);
    counts(blocks, &mut reasons);
    left_empty(blocks, &mut reasons);
    after(blocks, &mut reasons);
    let mut kept = Vec::with_capacity(blocks.len());
    for (block, reason) in blocks.drain(..).zip(reasons) {
        match reason {
            None => kept.push(block),
            Some(why) => dropped.push(Dropped { lines: block.lines, why, text: block.words() }),
        }
    }
    *blocks = kept;
    dropped.sort_by_key(|dropped| dropped.lines.first);
}

fn of_block(block: &Block) -> Option<&'static str> {
    match &block.node {
        Node::Paragraph(text) | Node::Heading { text, .. } => why(&text.plain),
        Node::List(items) => {
            let links = items.iter().filter(|item| item.is_link).count();
            let menu = items.iter().filter(|item| why(&item.text.plain).is_some()).count();
            if items.len() > 2 && links * 5 >= items.len() * 4 {
                Some("a list of links")
            } else {
                (menu * 2 > items.len()).then_some("navigation")
            }
        }
        _ => None,
    }
}

fn is_heading(block: &Block) -> bool {
    matches!(block.node, Node::Heading { .. })
}

/// The end of the section that a heading begins.
fn section(blocks: &[Block], heading: usize) -> usize {
    (heading + 1..blocks.len()).find(|at| is_heading(&blocks[*at])).unwrap_or(blocks.len())
}

/// A section that begins with an advert is one as a whole, as far as it goes on like one.
fn adverts(blocks: &[Block], reasons: &mut [Option<&'static str>]) {
    for at in 0..blocks.len() {
        if !is_heading(&blocks[at]) || reasons.get(at + 1).copied().flatten() != Some("an advert") {
            continue;
        }
        for inside in at + 2..section(blocks, at) {
            let Some(text) = blocks[inside].paragraph() else { break };
            if reasons[inside].is_none() && !(BLURB.is_match(&text.plain) && text.plain.chars().count() < LONGEST) {
                break;
            }
            reasons[inside] = reasons[inside].or(Some("an advert"));
        }
    }
}

/// Lists of what else there is to read, and the headings that only stand above such lists.
fn reading(blocks: &[Block], reasons: &mut [Option<&'static str>]) {
    let words = |at: usize| match &blocks[at].node {
        Node::Heading { text, .. } => text.plain.as_str(),
        _ => "",
    };
    let mut at = 0;
    while at < blocks.len() {
        if !READING.is_match(words(at)) {
            at += 1;
            continue;
        }
        // Sections follow that hold nothing but lists.
        let mut end = section(blocks, at);
        while end < blocks.len() && section(blocks, end) <= blocks.len() {
            let next = section(blocks, end);
            let only_lists = blocks[end + 1..next].iter().all(|block| {
                matches!(block.node, Node::List(_) | Node::Rule)
                    || block.paragraph().is_some_and(|text| text.plain.ends_with(':'))
            });
            if !only_lists {
                break;
            }
            end = next;
        }
        for inside in at..end {
            let leads = blocks[inside].paragraph().is_some_and(|text| text.plain.ends_with(':'));
            if matches!(blocks[inside].node, Node::List(_)) || leads {
                reasons[inside] = reasons[inside].or(Some("a list of links"));
            }
        }
        at = end.max(at + 1);
    }
}

/// What a page has of the author and of other pages, from its heading on: below it no text goes on.
fn after(blocks: &[Block], reasons: &mut [Option<&'static str>]) {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(written by \S.{0,60}|more (stories )?(from|by) \S.{0,80}|recommended from \S.{0,60}|about the authors?)$")
            .expect("a constant pattern")
    });
    const LONG: usize = 400;
    let is_after = |block: &Block| matches!(&block.node, Node::Heading { text, .. } if AFTER.is_match(&text.plain));
    let Some(first) = blocks.iter().position(is_after) else { return };
    let is_comment = |block: &Block| matches!(&block.node, Node::Quote(quote) if quote.voice == Voice::Comment);
    let goes_on = |block: &Block| {
        matches!(block.node, Node::Code(_) | Node::Table(_))
            || !is_comment(block) && block.words().chars().count() > LONG
    };
    if first * 2 < blocks.len() && blocks.len() > 8 || blocks[first..].iter().any(goes_on) {
        return;
    }
    for at in first..blocks.len() {
        if !is_comment(&blocks[at]) {
            reasons[at] = reasons[at].or(Some("what follows the text"));
        }
    }
}

/// A short question right above a call or an advert belongs to it.
fn prompts(blocks: &[Block], reasons: &mut [Option<&'static str>]) {
    for at in (0..blocks.len().saturating_sub(1)).rev() {
        let question = match &blocks[at].node {
            Node::Paragraph(text) | Node::Heading { text, .. } => {
                text.plain.ends_with('?') && text.plain.chars().count() < 80
            }
            _ => false,
        };
        if question && reasons[at].is_none() {
            reasons[at] = reasons[at + 1].filter(|why| matches!(*why, "an advert" | "a call to comment"));
        }
    }
}

/// A bare number beside a button is its count.
fn counts(blocks: &[Block], reasons: &mut [Option<&'static str>]) {
    let is_number = |block: &Block| {
        block.paragraph().is_some_and(|text| {
            text.plain.len() < 8
                && text.plain.trim_end_matches(['K', 'M']).bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
        })
    };
    for at in 0..blocks.len() {
        let mut beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| *reasons.get(at)?);
        if reasons[at].is_none()
            && is_number(&blocks[at])
            && beside.any(|why| why == "navigation" || why == "buttons to share")
        {
            reasons[at] = Some("navigation");
        }
    }
}

/// A heading below which nothing is left.
fn left_empty(blocks: &[Block], reasons: &mut [Option<&'static str>]) {
    let mut last_level = u8::MAX;
    let (mut empty, mut had_any) = (true, false);
    for at in (0..blocks.len()).rev() {
        let Node::Heading { level, .. } = &blocks[at].node else {
            let gone = reasons[at].is_some();
            had_any |= gone;
            if !gone && !matches!(blocks[at].node, Node::Rule) {
                (empty, last_level) = (false, u8::MAX);
            }
            continue;
        };
        // A deeper heading below, with text of its own, is what this one stands above.
        let holds = !empty || last_level > *level && last_level != u8::MAX;
        if reasons[at].is_none() && !holds && had_any {
            reasons[at] = Some("a heading with nothing left below it");
        }
        if reasons[at].is_none() {
            last_level = *level;
        }
        empty = true;
        had_any = reasons[at].is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_a_text_is_known() {
        for (text, reason) in [
            ("Run loops on all cores, download your FREE book to learn how.", "an advert"),
            ("Find relief, download my FREE Gardening Mind Maps", "an advert"),
            ("Sign up for our weekly newsletter", "an advert"),
            ("Photo by Max Muster on Somewhere", "a credit of a picture"),
            ("Share on Twitter", "buttons to share"),
            ("This website uses cookies to improve your experience.", "a notice of cookies"),
            ("Home » Blog » Gardens", "navigation"),
            ("Home | About | Contact", "navigation"),
            ("Skip to content", "navigation"),
            ("1.2K Followers", "navigation"),
            ("52 points by oak 3 days ago | hide", "navigation"),
            ("© 2020 Ada Vogt. All rights reserved.", "a notice of rights"),
            ("Leave your thoughts in the comments below!", "a call to comment"),
        ] {
            assert_eq!(why(text), Some(reason), "{text}");
        }
        for text in [
            "Threads are free to download pages whenever they like.",
            "The library is free software, and anybody may get the source.",
            "It asks the kernel and shares the answer with the comments below the fold of its code.",
            "We use a pool of four threads.",
            "Searching is slow.",
            "Copyright law has nothing to say on this matter, as far as anybody knows, and it never had: that is why there was a treaty, and then another, and so on.",
        ] {
            assert_eq!(why(text), None, "{text}");
        }
    }
}
