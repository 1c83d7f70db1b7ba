//! `VecDeque` in the arena behaves like that of `std`, with elements that count their drops.

use std::collections::VecDeque as InHeap;
use std::rc::Rc;

use proptest::prelude::*;
use request_arena::collections::{CollectIn, VecDeque, owned};
use request_arena::{Site, scope};

use crate::support::panic_of;

static SITE: Site = Site::new("deque", module_path!(), file!(), line!());

#[derive(Clone, Debug)]
enum Step {
    PushBack,
    PushFront,
    PopBack,
    PopFront,
    Insert(usize),
    Remove(usize),
    Swap(usize, usize),
    RotateLeft(usize),
    RotateRight(usize),
    Truncate(usize),
    Drain(usize, usize, bool),
    Retain(u32),
    Shrink,
    Reserve(usize),
    Extend(u32),
    Change,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let at = 0..40_usize;
    let step = prop_oneof![
        6 => Just(PushBack),
        6 => Just(PushFront),
        4 => Just(PopBack),
        4 => Just(PopFront),
        2 => at.clone().prop_map(Insert),
        2 => at.clone().prop_map(Remove),
        1 => (at.clone(), at.clone()).prop_map(|(a, b)| Swap(a, b)),
        1 => at.clone().prop_map(RotateLeft),
        1 => at.clone().prop_map(RotateRight),
        1 => at.clone().prop_map(Truncate),
        2 => (at.clone(), at.clone(), any::<bool>()).prop_map(|(a, b, back)| Drain(a, b, back)),
        1 => (2..5_u32).prop_map(Retain),
        1 => Just(Shrink),
        1 => at.prop_map(Reserve),
        2 => (0..20_u32).prop_map(Extend),
        1 => Just(Change),
    ];
    prop::collection::vec(step, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_deque_equals_that_of_the_heap(steps in steps()) {
        let (mut heap, alive) = (InHeap::new(), Rc::new(()));
        scope(&SITE, |arena| -> Result<(), TestCaseError> {
            let mut ours: VecDeque<'_, (u32, Rc<()>)> = VecDeque::new_in(&arena);
            let mut next = 0;
            let mut new = || { next += 1; (next, Rc::clone(&alive)) };
            for step in steps {
                let len = heap.len();
                match step {
                    Step::PushBack => {
                        let element = new();
                        heap.push_back(element.0);
                        ours.push_back(element);
                    }
                    Step::PushFront => {
                        let element = new();
                        heap.push_front(element.0);
                        ours.push_front(element);
                    }
                    Step::PopBack => prop_assert_eq!(
                        heap.pop_back(),
                        ours.pop_back().map(|it| it.0),
                    ),
                    Step::PopFront => prop_assert_eq!(
                        heap.pop_front(),
                        ours.pop_front().map(|it| it.0),
                    ),
                    Step::Insert(at) => {
                        let (at, element) = (at.min(len), new());
                        heap.insert(at, element.0);
                        ours.insert(at, element);
                    }
                    Step::Remove(at) => prop_assert_eq!(
                        heap.remove(at),
                        ours.remove(at).map(|it| it.0),
                    ),
                    Step::Swap(a, b) if a.max(b) < len => { heap.swap(a, b); ours.swap(a, b); }
                    Step::Swap(..) => {}
                    Step::RotateLeft(by) => {
                        heap.rotate_left(by.min(len));
                        ours.rotate_left(by.min(len));
                    }
                    Step::RotateRight(by) => {
                        heap.rotate_right(by.min(len));
                        ours.rotate_right(by.min(len));
                    }
                    Step::Truncate(to) => { heap.truncate(to); ours.truncate(to); }
                    Step::Drain(a, b, back) => {
                        let (a, b) = (a.min(b).min(len), a.max(b).min(len));
                        let mut expected = heap.drain(a..b);
                        let mut drained = ours.drain(a..b);
                        prop_assert_eq!(expected.len(), drained.len());
                        let pair = if back { (expected.next_back(), drained.next_back()) }
                            else { (expected.next(), drained.next()) };
                        prop_assert_eq!(pair.0, pair.1.map(|it| it.0));
                    }
                    Step::Retain(part) => {
                        heap.retain(|it| it % part != 0);
                        ours.retain(|it| it.0 % part != 0);
                    }
                    Step::Shrink => { heap.shrink_to_fit(); ours.shrink_to_fit(); }
                    Step::Reserve(more) => {
                        ours.reserve(more);
                        prop_assert!(ours.capacity() >= len + more);
                    }
                    Step::Extend(by) => {
                        let elements: Vec<_> = (0..by).map(|_| new()).collect();
                        heap.extend(elements.iter().map(|it| it.0));
                        ours.extend(elements);
                    }
                    Step::Change => {
                        heap.iter_mut().for_each(|it| *it += 1);
                        ours.iter_mut().for_each(|it| it.0 += 1);
                    }
                }
                prop_assert_eq!(Rc::strong_count(&alive), heap.len() + 1);
                prop_assert!(ours.iter().map(|it| it.0).eq(heap.iter().copied()));
                prop_assert!(ours.iter().rev().map(|it| it.0).eq(heap.iter().rev().copied()));
                prop_assert_eq!((ours.len(), ours.iter().len()), (heap.len(), heap.len()));
                prop_assert_eq!(ours.front().map(|it| it.0), heap.front().copied());
                prop_assert_eq!(ours.back().map(|it| it.0), heap.back().copied());
                prop_assert_eq!(ours.get(3).map(|it| it.0), heap.get(3).copied());
            }
            prop_assert!(ours.into_iter().map(|it| it.0).eq(heap));
            Ok(())
        })?;
        prop_assert_eq!(Rc::strong_count(&alive), 1);
    }
}

#[test]
fn a_deque_stays_whole_if_a_closure_or_a_drop_panics() {
    struct Panics<'d>(u32, &'d std::cell::Cell<u32>);
    impl Drop for Panics<'_> {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
            assert_ne!(self.0, 4, "four is dropped");
        }
    }
    let drops = std::cell::Cell::new(0);
    scope(&SITE, |arena| {
        let mut deque = (0..6).map(|it| Panics(it, &drops)).collect_in::<VecDeque<'_, _>>(&arena);
        deque.rotate_left(2);
        assert_eq!(
            panic_of(|| deque.retain(|it| if it.0 == 0 { panic!("at 0") } else { it.0 != 3 })),
            "at 0"
        );
        assert!(deque.iter().map(|it| it.0).eq([2, 4, 5, 0, 1]));
        assert!(panic_of(|| drop(deque.drain(1..3))).contains("four is dropped"));
        assert!(deque.iter().map(|it| it.0).eq([2, 0, 1]));
    });
    // The drop of 5 did not run, or ran later: at most once each.
    assert!((5..=6).contains(&drops.get()), "{}", drops.get());
}

#[test]
fn a_forgotten_drain_loses_elements_and_nothing_worse() {
    scope(&SITE, |arena| {
        let mut deque = (0..6).map(Box::new).collect_in::<VecDeque<'_, _>>(&arena);
        core::mem::forget(deque.drain(2..4));
        assert!(deque.is_empty() && deque.pop_front().is_none() && deque.pop_back().is_none());
        deque.extend((10..30).map(Box::new));
        assert!(deque.iter().map(|it| **it).eq(10..30));
    });
}

#[test]
fn a_deque_with_room_does_not_grow_as_elements_come_and_go() {
    scope(&SITE, |arena| {
        let mut deque = VecDeque::with_capacity_in(1 << 16, &arena);
        for number in 0..1 << 16 {
            deque.extend([number]);
            if number % 2 == 1 {
                deque.pop_front();
            }
        }
        assert_eq!((deque.capacity(), deque.len(), deque[0]), (1 << 16, 1 << 15, 1 << 15));
    });
}

#[test]
fn a_deque_that_owns_its_handle_is_send_and_equals_a_borrowed_one() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    scope(&SITE, |arena| {
        let owned = send((1..4).collect_in::<owned::VecDeque<'_, u8>>(arena.fork()));
        let borrowed = (1..4).collect_in::<VecDeque<'_, u8>>(&arena);
        assert!(owned == borrowed && borrowed == [1, 2, 3] && borrowed.clone() == borrowed);
        assert_eq!(serde_json::to_string(&owned).unwrap(), "[1,2,3]");
        assert!(panic_of(|| borrowed[3]).contains("index 3 of a deque of 3"));
    });
}
