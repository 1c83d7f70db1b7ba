//! Without a server: annotated functions and forks of one request, on rayon's pool and on scoped
//! threads.

use std::panic::catch_unwind;
use std::thread;

use rayon::prelude::*;
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{LEFT, words};
use request_arena_frameworks::{ends_as, live};

const TEXTS: [&str; 4] = ["to-be-or", "not-to-be", "that-is", "the-question"];

/// The longest word. Any thread of the pool calls this, for one text each.
#[request_arena(into = String)]
fn longest<'a>(arena: Arena<'a>, text: &str) -> &'a str {
    let words = words(&arena, text);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.first().copied().unwrap_or_default()
}

#[tokio::test]
async fn rayon_runs_an_annotated_function_for_each_item() {
    let texts: Vec<&str> = TEXTS.into_iter().cycle().take(4000).collect();
    let longest: Vec<String> = texts.par_iter().map(|text| longest(text)).collect();
    assert_eq!(longest[..4], ["to", "not", "that", "question"]);
    assert!(longest.chunks(4).all(|chunk| chunk == &longest[..4]));
    ends_as("longest", &[(Outcome::Returned, 4000)]).await;
}

/// One request with parallel work: each item has a fork, and its values live as long as the
/// request.
#[request_arena(into = String)]
fn in_parallel<'a>(arena: Arena<'a>, texts: &[&str]) -> String {
    let forks: Vec<_> = texts.iter().map(|text| (arena.fork(), *text)).collect();
    let reversed: Vec<&'a str> = forks
        .into_par_iter()
        .map(|(fork, text)| {
            let words = words(&fork, text);
            words.reverse();
            request_arena::format!(in fork, "{} {}", words[0], words.len()) as &str
        })
        .collect();
    reversed.join(", ")
}

#[tokio::test]
async fn rayon_works_in_forks_of_one_request() {
    assert_eq!(in_parallel(&TEXTS), "or 3, be 3, is 2, question 2");
    ends_as("in_parallel", &[(Outcome::Returned, 1)]).await;
}

#[request_arena]
fn joins(arena: Arena<'_>, text: &str) -> (usize, usize) {
    let (left, right) = (arena.fork(), arena.fork());
    rayon::join(move || words(&left, text).len(), move || right.alloc_str(text).len())
}

#[tokio::test]
async fn rayon_joins_two_branches_of_one_request() {
    assert_eq!(joins("to-be-or"), (3, 8));
    ends_as("joins", &[(Outcome::Returned, 1)]).await;
}

#[request_arena]
fn a_branch_panics(arena: Arena<'_>) {
    arena.alloc_deferred(LEFT.probe());
    let branch = arena.fork();
    rayon::join(
        move || arena.alloc(1),
        move || assert_eq!(*branch.alloc(1), 2, "the branch panics"),
    );
}

#[tokio::test]
async fn a_panic_in_a_branch_is_the_requests() {
    assert!(catch_unwind(a_branch_panics).is_err());
    ends_as("a_branch_panics", &[(Outcome::Panicked, 1)]).await;
    assert_eq!(LEFT.count(), 1);
}

#[request_arena(into = String)]
fn on_scoped_threads<'a>(arena: Arena<'a>, texts: &[&str]) -> String {
    let firsts: Vec<&'a str> = thread::scope(|threads| {
        let threads: Vec<_> = texts
            .iter()
            .map(|text| {
                let fork = arena.fork();
                threads.spawn(move || words(&fork, text)[0])
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    });
    assert_eq!(live("on_scoped_threads"), 1, "its forks are no scopes of their own");
    firsts.join(" ")
}

#[tokio::test]
async fn scoped_threads_work_in_forks_of_one_request() {
    assert_eq!(on_scoped_threads(&TEXTS), "to not that the");
    ends_as("on_scoped_threads", &[(Outcome::Returned, 1)]).await;
}

#[request_arena]
fn counts(arena: Arena<'_>, text: &str) -> usize {
    words(&arena, text).len()
}

#[tokio::test]
async fn each_scoped_thread_may_open_requests_of_its_own() {
    let sum: usize = thread::scope(|threads| {
        let threads: Vec<_> = TEXTS
            .iter()
            .map(|text| threads.spawn(|| (0..100).map(|_| counts(text)).sum::<usize>()))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).sum::<usize>()
    });
    assert_eq!(sum, 100 * (3 + 3 + 2 + 2));
    ends_as("counts", &[(Outcome::Returned, 400)]).await;
}
