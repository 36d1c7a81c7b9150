//! Many waits on one thread, with an executor and a timer written by hand.

use std::env;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

struct Until(Instant);

impl Future for Until {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if Instant::now() < self.0 { Poll::Pending } else { Poll::Ready(()) }
    }
}

async fn ask(number: u64) -> (u64, thread::ThreadId) {
    Until(Instant::now() + Duration::from_millis(50)).await;
    (number * number, thread::current().id())
}

/// Polls whatever is not done yet, naps, and goes round again.
fn run<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut tasks: Vec<_> = futures.into_iter().map(|f| (Box::pin(f), None)).collect();
    while tasks.iter().any(|(_, answer)| answer.is_none()) {
        for (future, answer) in tasks.iter_mut().filter(|(_, answer)| answer.is_none()) {
            let mut context = Context::from_waker(Waker::noop()); // nobody wakes us: we ask
            if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
                *answer = Some(done);
            }
        }
        thread::sleep(Duration::from_millis(1));
    }
    tasks.into_iter().filter_map(|(_, answer)| answer).collect()
}

fn main() {
    let waits: u64 = env::args().nth(1).map_or(100, |n| n.parse().expect("a number"));
    let answers = run((0..waits).map(ask).collect());

    let right = answers.iter().zip(0..).all(|((answer, _), n)| *answer == n * n);
    let here = thread::current().id();
    println!("every answer is right: {right}");
    println!("a thread for each wait: {}", !answers.iter().all(|(_, id)| *id == here));
    println!("a call fits in 128 bytes: {}", size_of_val(&ask(0)) <= 128);
}
