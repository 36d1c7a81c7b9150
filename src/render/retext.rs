//! The site after an edit of texts, or of what an entry says of itself: what shows it is made anew, and nothing else.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::api;
use super::cards::entry_card;
use super::lists::{List, Lists, Section};
use super::picture::is_pictured;
use super::site::Site;
use super::theme::Theme;
use super::view::Shared;
use crate::model::{Entry, Node, Target, replace, replace_entry};
use crate::read::Document;
use crate::tag::Suggestions;

/// A text in the place of one with the same front matter and title.
pub struct Retext {
    pub node: Node,
    pub document: Arc<Document>,
    /// Where its links lead.
    pub targets: Vec<Target>,
}

/// Lists of arguments for which other entries are suggested than before.
pub struct Relisted(Vec<(List, Vec<Section>)>);

impl Site {
    /// The lists of arguments with these suggestions; `None` where pages would come or go.
    pub fn relist(&self, arguments: &BTreeSet<usize>, suggestions: &Suggestions) -> Option<Relisted> {
        let words = &self.theme.words;
        let list = |&at: &usize| {
            let sections = self.lists.suggested_anew(&self.archive, at, suggestions, words)?;
            Some((List::Argument(at), sections))
        };
        arguments.iter().map(list).collect::<Option<_>>().map(Relisted)
    }

    /// Puts an entry that says something else of itself in the place of one with the same id. `false` where pages would
    /// come or go: then nothing has changed.
    pub fn recast(&mut self, at: usize, entry: Entry, unsettled: &BTreeSet<usize>, suggestions: &Suggestions) -> bool {
        let Theme { words, fonts, .. } = &self.theme;
        // Whoever still reads the archive keeps it as it was.
        let archive = Arc::make_mut(&mut self.archive);
        let node = Some(Node::Entry(at));
        let was_pictured = is_pictured(archive, words, fonts, node);
        let old = replace_entry(archive, at, entry);
        let lists = self.lists.renewed(archive, (at, &old), unsettled, suggestions, words);
        let Some(lists) = lists.filter(|_| is_pictured(archive, words, fonts, node) == was_pictured) else {
            replace_entry(archive, at, old);
            return false;
        };
        let lengths = |lists: &Lists| [List::Timeline, List::Matrix].map(|list| lists.total(list));
        let before = lengths(&self.lists);
        self.lists.take(lists);
        self.cards.renew(archive, (at, &old), suggestions, self.guesses, words);
        if archive.entries[at].item.added() != old.item.added() {
            self.listed_entries = api::listed(archive);
        }
        self.suggestions.set(at, suggestions.of(at).to_vec());
        (self.listed, self.latest) = (OnceLock::new(), OnceLock::new());
        // All pages are told how long these are.
        if lengths(&self.lists) != before {
            self.tell();
        }
        true
    }

    pub fn retext(&mut self, texts: Vec<Retext>, lists: Relisted, suggestions: &Suggestions) {
        // Whoever still reads the archive keeps it as it was.
        let archive = Arc::make_mut(&mut self.archive);
        let nodes: Vec<_> = texts.iter().map(|text| text.node).collect();
        texts.into_iter().for_each(|text| replace(archive, text.node, text.document, text.targets));
        for node in nodes {
            if let Node::Entry(at) = node {
                let words = &self.theme.words;
                let card = entry_card(&self.archive, at, suggestions, self.guesses, words);
                self.cards.entries[at] = Shared::new(card);
                self.suggestions.set(at, suggestions.of(at).to_vec());
            }
        }
        lists.0.into_iter().for_each(|(list, sections)| self.lists.put(list, sections));
        // A list that names other entries may have changed on another day.
        self.listed = OnceLock::new();
    }
}
