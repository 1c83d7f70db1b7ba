//! Without a server: annotated futures on smol and on `tokio::task::LocalSet`, where tasks need not
//! be `Send`.

use std::cell::RefCell;
use std::rc::Rc;

use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{OWNED, words};
use request_arena_frameworks::{ends_as, live, until};
use tokio::task::{LocalSet, spawn_local, yield_now};

/// Holds values that are not `Send` across its await: a `&Arena`, in a collection over it, and an
/// `Rc`.
#[request_arena]
async fn local(arena: Arena<'_>, log: Rc<RefCell<Vec<String>>>, text: String) -> usize {
    let mut list = request_arena::collections::Vec::new_in(&arena);
    list.extend_from_slice(words(&arena, &text));
    for _ in 0..3 {
        yield_now().await;
        list.push(arena.alloc_str("again"));
    }
    log.borrow_mut().push(list.join(" "));
    list.len()
}

#[tokio::test]
async fn a_local_set_runs_futures_that_are_not_send() {
    let log: Rc<RefCell<Vec<String>>> = Rc::default();
    let sum = LocalSet::new()
        .run_until(async {
            let first = spawn_local(local(Rc::clone(&log), String::from("a-b")));
            let second = spawn_local(local(Rc::clone(&log), String::from("c")));
            first.await.expect("it ends") + second.await.expect("it ends")
        })
        .await;
    let mut log = log.take();
    log.sort();
    assert_eq!(
        (sum, log),
        (9, ["a b again again again", "c again again again"].map(String::from).to_vec())
    );
    ends_as("local", &[(Outcome::Returned, 2)]).await;
}

#[request_arena]
async fn local_waits(arena: Arena<'_>) {
    let _owned = (arena.alloc_box(OWNED.probe()), Rc::new(()));
    core::future::pending::<()>().await;
}

#[tokio::test]
async fn a_local_task_that_is_aborted_is_cancelled_and_so_is_one_whose_set_is_dropped() {
    let set = LocalSet::new();
    set.run_until(async {
        let task = spawn_local(local_waits());
        until("it waits", || live("local_waits") == 1).await;
        task.abort();
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
        ends_as("local_waits", &[(Outcome::Cancelled, 1)]).await;
        spawn_local(local_waits());
        until("it waits", || live("local_waits") == 1).await;
    })
    .await;
    drop(set);
    ends_as("local_waits", &[(Outcome::Cancelled, 2)]).await;
    assert_eq!(OWNED.count(), 2);
}

/// Yields at each word, so that many threads poll it.
#[request_arena(into = String)]
async fn on_smol<'a>(arena: Arena<'a>, text: String) -> &'a str {
    let words = words(&arena, &text);
    for (index, word) in words.iter_mut().enumerate() {
        smol::future::yield_now().await;
        *word = request_arena::format!(in arena, "{index}{word}");
    }
    words.last().copied().unwrap_or_default()
}

#[test]
fn smol_moves_a_future_between_its_threads() {
    let executor = smol::Executor::new();
    let answers = std::thread::scope(|threads| {
        let (stop, stopped) = smol::channel::bounded::<()>(1);
        for _ in 0..2 {
            let (executor, stopped) = (&executor, stopped.clone());
            threads.spawn(move || smol::block_on(executor.run(stopped.recv())));
        }
        let tasks: Vec<_> =
            (0..200).map(|index| executor.spawn(on_smol(format!("a-b-{index}")))).collect();
        let answers: Vec<_> = smol::block_on(async {
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await);
            }
            answers
        });
        drop(stop);
        answers
    });
    assert!(
        answers.iter().enumerate().all(|(index, answer)| *answer == format!("2{index}")),
        "{answers:?}"
    );
    let site = request_arena_frameworks::site("on_smol").expect("it ran");
    assert_eq!((site.outcomes.returned, site.outcomes.total(), site.live_scopes), (200, 200, 0));
}

#[request_arena]
async fn smol_waits(arena: Arena<'_>, polled: smol::channel::Sender<()>) {
    arena.alloc(0_u64);
    polled.send(()).await.expect("the receiver waits");
    core::future::pending::<()>().await;
}

#[test]
fn a_smol_task_that_is_dropped_is_cancelled() {
    smol::block_on(async {
        let (polled, is_polled) = smol::channel::bounded(1);
        let task = smol::spawn(smol_waits(polled));
        is_polled.recv().await.expect("it is polled");
        assert_eq!(live("smol_waits"), 1);
        assert!(task.cancel().await.is_none());
        let site = request_arena_frameworks::site("smol_waits").expect("it ran");
        assert_eq!((site.outcomes.cancelled, site.outcomes.total(), site.live_scopes), (1, 1, 0));
        assert!(site.peak_used.max >= 8);
    });
}
