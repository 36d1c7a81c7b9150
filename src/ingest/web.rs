//! Where the links of notes lead that are taken in together: to the essays that they become, or that stand already.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::links::{Became, Link, Notes};
use super::{Found, Place};
use crate::diagnostic::Diagnostics;
use crate::read::markdown::{self, heading_anchor};
use crate::span::Files;

/// A note that may be linked to, and that may link.
pub struct Note<'a> {
    pub place: &'a Place,
    /// Other names that it goes by.
    pub names: &'a [String],
    /// `None` where nothing is written of it.
    pub essay: Option<Essay<'a>>,
}

/// The essay of a note.
pub enum Essay<'a> {
    Stands(&'a Standing),
    Drafted { slug: &'a str, found: &'a Found, anchors: OnceCell<BTreeSet<String>> },
}

/// An essay of the archive.
pub struct Standing {
    pub id: String,
    pub anchors: BTreeSet<String>,
}

pub struct Web<'a> {
    all: Vec<Option<Note<'a>>>,
    notes: Notes,
}

impl<'a> Web<'a> {
    /// Of notes by their numbers; `None` stands for what nothing links to.
    pub fn new(all: Vec<Option<Note<'a>>>) -> Self {
        let mut notes = Notes::default();
        for (number, note) in all.iter().enumerate() {
            if let Some(note) = note {
                notes.add(number, note.place, note.names);
            }
        }
        Self { all, notes }
    }

    /// Nothing links to these notes from now on. Says whether that changes anything.
    pub fn forget(&mut self, numbers: impl Iterator<Item = usize>) -> bool {
        let mut any = false;
        for number in numbers {
            any |= self.all[number].as_mut().and_then(|note| note.essay.take()).is_some();
        }
        any
    }

    /// What becomes of the links of a note; of those to pictures that is known.
    pub fn became(&self, from: usize, links: &[Link], shown: &BTreeMap<usize, Became>) -> Vec<Became> {
        let led = |link| self.reference(from, link).map_or(Became::Words, Became::Entry);
        links.iter().enumerate().map(|(at, link)| shown.get(&at).cloned().unwrap_or_else(|| led(link))).collect()
    }

    fn reference(&self, from: usize, link: &Link) -> Option<String> {
        let here = self.all[from].as_ref()?;
        let is_here = link.to.is_empty();
        let number = if is_here { from } else { self.notes.find(here.place, link)? };
        let essay = self.all[number].as_ref()?.essay.as_ref()?;
        let anchor = link.heading.as_ref().and_then(|heading| essay.anchor(heading));
        match anchor {
            Some(anchor) if is_here => Some(format!("#{anchor}")),
            Some(anchor) => Some(format!("{}#{anchor}", essay.id())),
            None => (!is_here).then(|| essay.id()),
        }
    }
}

impl Essay<'_> {
    fn id(&self) -> String {
        match self {
            Self::Stands(essay) => essay.id.clone(),
            Self::Drafted { slug, .. } => format!("essays/{slug}"),
        }
    }

    /// The anchor of a heading, by its words or as they are written in addresses.
    fn anchor(&self, heading: &str) -> Option<String> {
        let anchors = match self {
            Self::Stands(essay) => &essay.anchors,
            Self::Drafted { found, anchors, .. } => anchors.get_or_init(|| anchors_of(&found.body())),
        };
        [heading.to_owned(), heading_anchor(heading)].into_iter().find(|anchor| anchors.contains(anchor))
    }
}

/// The anchors that a text has once it is in the archive.
fn anchors_of(body: &str) -> BTreeSet<String> {
    let file = Files::default().add("a draft", body);
    markdown::parse(body, file, 0, &mut Diagnostics::default()).gist.anchors.into_keys().collect()
}
