//! Many waits, a thread for each. Only the standard library.

use std::collections::HashSet;
use std::env;
use std::thread;
use std::time::Duration;

fn ask(number: u64) -> u64 {
    thread::sleep(Duration::from_millis(50)); // stands in for a reply from elsewhere
    number * number
}

fn main() {
    let waits: u64 = env::args().nth(1).map_or(100, |n| n.parse().expect("a number"));
    let asked: Vec<_> = (0..waits).map(|number| thread::spawn(move || (ask(number), thread::current().id()))).collect();
    let answers: Vec<_> = asked.into_iter().map(|one| one.join().expect("no panic")).collect();

    let right = answers.iter().zip(0..).all(|((answer, _), n)| *answer == n * n);
    let threads: HashSet<_> = answers.iter().map(|(_, id)| *id).collect();
    println!("every answer is right: {right}");
    println!("a thread for each wait: {}", threads.len() as u64 == waits);
}
