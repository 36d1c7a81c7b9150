//! The site after an edit of texts alone: what shows a text is made anew, and nothing else.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::cards::entry_card;
use super::lists::{List, Section};
use super::site::Site;
use super::view::Shared;
use crate::model::{Node, Target, replace};
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
