//! Where the time of a build went, page by page.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So many pages are named.
const SLOWEST: usize = 10;

/// Filled from all threads.
#[derive(Debug, Default)]
pub struct Stopwatch(Mutex<Timings>);

#[derive(Debug, Default)]
pub struct Timings {
    /// Files that were made.
    pub made: usize,
    /// Files that were as the last build left them, and so not made.
    pub kept: usize,
    /// The slowest files, the slowest first.
    pub slowest: Vec<(Duration, String)>,
    /// For each template how many pages were made with it, and how long they took together.
    pub templates: BTreeMap<&'static str, (usize, Duration)>,
}

impl Stopwatch {
    pub fn kept(&self) {
        self.change(|timings| timings.kept += 1);
    }

    /// Takes down a file that was made.
    pub fn made(&self, path: &str, template: Option<&'static str>, took: Duration) {
        self.change(|timings| {
            timings.made += 1;
            if let Some(template) = template {
                let (pages, time) = timings.templates.entry(template).or_default();
                (*pages, *time) = (*pages + 1, *time + took);
            }
            let place = timings.slowest.partition_point(|(other, _)| *other >= took);
            if place < SLOWEST {
                timings.slowest.insert(place, (took, path.to_owned()));
                timings.slowest.truncate(SLOWEST);
            }
        });
    }

    pub fn stop(self) -> Timings {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Timings)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_are_named_and_templates_added_up() {
        let watch = Stopwatch::default();
        for at in 0..30u64 {
            watch.made(&at.to_string(), (at % 2 == 0).then_some("a.html"), Duration::from_millis(at * 7 % 30));
        }
        watch.kept();
        let timings = watch.stop();
        let slowest: Vec<_> = timings.slowest.iter().map(|(took, _)| took.as_millis()).collect();
        assert_eq!(slowest, (20..30).rev().collect::<Vec<_>>());
        assert_eq!((timings.made, timings.kept), (30, 1));
        let all = (0..30).step_by(2).map(|at| at * 7 % 30).sum();
        assert_eq!(timings.templates["a.html"], (15, Duration::from_millis(all)));
    }
}
