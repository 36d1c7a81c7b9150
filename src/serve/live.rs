//! The last good site and what is wrong now, as one value that changes in one step.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use tokio::sync::watch;

use super::Problem;

/// What is served at one moment.
#[derive(Debug)]
pub struct Moment<P> {
    /// How many loads ended, well or not; 0 before the first.
    number: u64,
    /// The number of the load that gave `pages`.
    shown: u64,
    pub pages: Option<Arc<P>>,
    /// Why the latest load gave no site.
    pub problem: Option<Arc<Problem>>,
}

impl<P> Clone for Moment<P> {
    fn clone(&self) -> Self {
        Self { number: self.number, shown: self.shown, pages: self.pages.clone(), problem: self.problem.clone() }
    }
}

/// Shared by the loader and every answer.
#[derive(Debug)]
pub struct Live<P> {
    moments: watch::Sender<Moment<P>>,
    /// Tells this run of the server from an earlier one, so that a page of that one is loaded anew.
    run: u64,
}

impl<P> Clone for Live<P> {
    fn clone(&self) -> Self {
        Self { moments: self.moments.clone(), run: self.run }
    }
}

impl<P> Default for Live<P> {
    fn default() -> Self {
        let nothing = Moment { number: 0, shown: 0, pages: None, problem: None };
        Self { moments: watch::Sender::new(nothing), run: RandomState::new().build_hasher().finish() }
    }
}

impl<P> Live<P> {
    pub fn succeed(&self, pages: P) {
        self.moments.send_modify(|moment| {
            moment.number += 1;
            moment.shown = moment.number;
            moment.pages = Some(Arc::new(pages));
            moment.problem = None;
        });
    }

    pub fn fail(&self, problem: Problem) {
        self.moments.send_modify(|moment| {
            moment.number += 1;
            moment.problem = Some(Arc::new(problem));
        });
    }

    /// The moment that is, or the first one there is.
    pub async fn now(&self) -> Moment<P> {
        self.when(|moment| moment.number > 0).await
    }

    /// The first moment that is not the one that `token` names.
    pub async fn after(&self, token: &str) -> Moment<P> {
        self.when(|moment| moment.number > 0 && self.token(moment.number) != token).await
    }

    async fn when(&self, wanted: impl Fn(&Moment<P>) -> bool) -> Moment<P> {
        let mut moments = self.moments.subscribe();
        loop {
            let moment = moments.borrow_and_update().clone();
            // Waiting fails only where the sender is gone, and we hold one.
            if wanted(&moment) || moments.changed().await.is_err() {
                return moment;
            }
        }
    }

    /// Names a moment to the browser.
    pub fn token_of(&self, moment: &Moment<P>) -> String {
        self.token(moment.number)
    }

    /// Names the moment from which the pages are: where it is not the present one, a browser has something to learn.
    pub fn token_shown(&self, moment: &Moment<P>) -> String {
        self.token(moment.shown)
    }

    fn token(&self, number: u64) -> String {
        format!("{:016x}-{number}", self.run)
    }
}
