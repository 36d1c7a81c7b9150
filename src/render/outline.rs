//! Keys of pages that need no view. To make the views of all pages, only to find that hardly any changed, takes longer than
//! all else that a build does after an edit of a text. But of other documents most pages show what stands in their front
//! matter, and summaries: where none of that changed anywhere, such a page is what it was if its own text is.

use blake3::Hash;
use rayon::prelude::*;

use super::lists::List;
use super::plan::Page;
use super::site::Site;
use crate::cache::Key;
use crate::model::Node;

/// Stands for all that a site is made of, but for the texts of its documents.
pub struct Outline {
    /// With titles, links, and for which arguments entries are suggested.
    names: Key,
    /// With the summaries of entries as well.
    summaries: Key,
}

/// Changes with what an outline holds. The program's own sources are a part of every key as well.
const MAKER: &str = "outline 1";

impl Site {
    /// `beside` stands for what was read besides documents: settings, theme, assets, code, captures, tags.
    pub fn outline(&self, beside: Hash) -> Outline {
        let archive = &self.archive;
        let nodes: Vec<_> = archive.nodes().collect();
        let items = nodes.into_par_iter().filter_map(|node| {
            let item = archive.item(node)?;
            let suggested = match node {
                Node::Entry(at) => self.suggestions.of(at),
                _ => &[],
            };
            let suggested: Vec<_> = suggested.iter().map(|suggestion| suggestion.argument).collect();
            let document = &item.document;
            let front = document.front_digest.as_bytes();
            Some(Key::of(MAKER, &(&document.path, front, &item.title, &item.targets, suggested)))
        });
        let items: Vec<_> = items.collect();
        let program = env!("CASEBOOK_SOURCES");
        let made_of = (program, beside.as_bytes(), &archive.config.base_url, self.guesses, items);
        let names = Key::of(MAKER, &made_of);
        Outline { names, summaries: Key::of(MAKER, &(names, &self.cards.entries)) }
    }

    /// Stands for more than decides the bytes of the file at a path; `None` for what shows more of other documents than
    /// their summaries.
    pub fn early_key(&self, outline: &Outline, path: &str) -> Option<Key> {
        match *self.plan.get(path)? {
            Page::Node(Node::Entry(at)) => {
                let text = &self.archive.entries[at].item.document.digest;
                Some(Key::new(MAKER, &[path.as_bytes(), &outline.names.to_bytes(), text.as_bytes()]))
            }
            Page::List(list, _) if !matches!(list, List::Claim(_)) => {
                Some(Key::new(MAKER, &[path.as_bytes(), &outline.summaries.to_bytes()]))
            }
            _ => None,
        }
    }
}
