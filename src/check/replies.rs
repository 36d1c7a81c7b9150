//! Replies that go round in a circle: nobody can have answered what came of the answer.

use super::is_live;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Archive, Reply};

/// So many members of a circle are shown; the longest circle must not cost its length for each of its shortcuts.
const SHOWN: usize = 8;

pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    let mut walk = Walk { archive, place: vec![Place::New; archive.entries.len()], path: Vec::new(), sink };
    for at in 0..archive.entries.len() {
        walk.from(at);
    }
}

/// Where an entry stands in the walk.
#[derive(Clone, Copy)]
enum Place {
    New,
    OnPath(usize),
    Done,
}

/// A walk down the replies, depth first. It keeps its own path instead of recursing, since a chain of replies may be
/// as long as the archive. A reply to an entry on the path closes a circle; each such reply is met once.
struct Walk<'a, 's> {
    archive: &'a Archive,
    place: Vec<Place>,
    /// Entries, each with how many of its replies were followed.
    path: Vec<(usize, usize)>,
    sink: &'s mut Diagnostics,
}

impl Walk<'_, '_> {
    fn from(&mut self, start: usize) {
        self.enter(start);
        while let Some((entry, followed)) = self.path.last_mut() {
            let Some(reply) = self.archive.entries[*entry].replies_to.get(*followed) else {
                self.place[*entry] = Place::Done;
                self.path.pop();
                continue;
            };
            *followed += 1;
            match self.place[reply.entry] {
                Place::New => self.enter(reply.entry),
                Place::OnPath(at) => self.report(at),
                Place::Done => {}
            }
        }
    }

    fn enter(&mut self, entry: usize) {
        if !is_live(&self.archive.entries[entry].item) {
            self.place[entry] = Place::Done;
        }
        if matches!(self.place[entry], Place::New) {
            self.place[entry] = Place::OnPath(self.path.len());
            self.path.push((entry, 0));
        }
    }

    /// The reply by which a member of the path leads to the next one.
    fn reply(&self, at: usize) -> &Reply {
        let (entry, followed) = self.path[at];
        &self.archive.entries[entry].replies_to[followed - 1]
    }

    fn report(&mut self, first: usize) {
        let id = |at: usize| &self.archive.entries[self.path[at].0].item.id;
        let length = self.path.len() - first;
        let message = match length {
            1 => "this entry replies to itself".to_owned(),
            _ => format!("these {length} entries reply to one another in a circle"),
        };
        let mut diagnostic = Diagnostic::new(Code::ReplyCircle, self.reply(first).span, message)
            .help("remove the reply that was not made: an answer comes after what it answers");
        for at in (first + 1..self.path.len()).take(SHOWN) {
            let label = format!("`{}` replies here", id(at));
            diagnostic = diagnostic.related(self.reply(at).span, label);
        }
        self.sink.push(diagnostic);
    }
}
