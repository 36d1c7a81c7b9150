//! Replies that go round in a circle: nobody can have answered what answers them.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Archive;

/// What is known of an entry while the graph of replies is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    /// On the way that is being walked.
    Open,
    Done,
}

/// Walks the graph depth first, without recursion: a chain of replies may be as long as the archive.
pub fn check(archive: &Archive, sink: &mut Diagnostics) {
    let mut states = vec![State::Unseen; archive.entries.len()];
    let mut reported = BTreeSet::new();
    for start in 0..archive.entries.len() {
        if states[start] != State::Unseen {
            continue;
        }
        states[start] = State::Open;
        // Each step of the way: an entry, and which of its replies is looked at next.
        let mut way = vec![(start, 0)];
        while let Some((entry, next)) = way.last_mut() {
            let Some(reply) = archive.entries[*entry].replies_to.get(*next) else {
                states[*entry] = State::Done;
                way.pop();
                continue;
            };
            *next += 1;
            match states[reply.entry] {
                State::Unseen => {
                    states[reply.entry] = State::Open;
                    way.push((reply.entry, 0));
                }
                State::Open => report(archive, &way, reply.entry, &mut reported, sink),
                State::Done => {}
            }
        }
    }
}

/// Reports the circle that the way closes by coming back to `to`, once.
fn report(
    archive: &Archive,
    way: &[(usize, usize)],
    to: usize,
    reported: &mut BTreeSet<Vec<usize>>,
    sink: &mut Diagnostics,
) {
    let from = way.iter().position(|(entry, _)| *entry == to).unwrap_or_default();
    let circle = &way[from..];
    let mut members: Vec<usize> = circle.iter().map(|(entry, _)| *entry).collect();
    members.sort_unstable();
    if !reported.insert(members) {
        return;
    }
    let spans = circle.iter().map(|&(entry, next)| (entry, archive.entries[entry].replies_to[next - 1].span));
    let mut spans: Vec<_> = spans.collect();
    let least = spans.iter().enumerate().min_by_key(|(_, (entry, _))| *entry).map_or(0, |(at, _)| at);
    spans.rotate_left(least);
    let message = match spans.len() {
        1 => "this entry replies to itself".to_owned(),
        count => format!("these {count} entries reply to one another in a circle"),
    };
    let mut diagnostic = Diagnostic::new(Code::ReplyCircle, spans[0].1, message)
        .help("remove one of the replies: who spoke first answers nobody here");
    for (entry, span) in &spans[1..] {
        diagnostic = diagnostic.related(*span, format!("`{}` replies here", archive.entries[*entry].item.id));
    }
    sink.push(diagnostic);
}
