//! The queue of requests that wait for room. It is plain data, which the central part guards by its
//! lock.
//!
//! Requests of a higher priority come first. Among equals it is first in, first out, or last in,
//! first out. The first one is never passed by a smaller one behind it, so that large requests do
//! not starve. Only requests that the end of all others would not help are passed: they stand
//! [aside](Queue::set_aside) by their weights.
//!
//! Requests enter, leave, are served and reach their deadline in logarithmic time, however many
//! stand aside. All that happens under the lock, so thousands of requests that give up at once must
//! not hold it for long.
//!
//! A waiting request owns a ticket, and only the owner frees it. In measure mode there are tickets
//! without an owner: they show what would have become of a request that was admitted nevertheless.

use core::ops::Range;
use core::task::Waker;
use std::collections::{BTreeMap, BTreeSet};

use crate::order::{Order, Priority};
use crate::refused::Reason;
use crate::start::{Runner, StartId};

/// The number of a ticket.
pub(crate) type Ticket = usize;

/// A request that enters the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Bytes that it waits for.
    pub(crate) weight: u64,
    pub(crate) priority: Priority,
    /// When it came, and when it gives up, in nanoseconds.
    pub(crate) since: u64,
    pub(crate) until: u64,
    /// Whether it only shows what would become of a request, which has been admitted.
    pub(crate) is_shadow: bool,
    /// The handler's [slow start](crate::start), which decides the weight.
    pub(crate) start: Option<StartId>,
}

/// The state of a ticket.
#[derive(Debug)]
enum State {
    Free,
    Waiting(Option<Waker>),
    Granted(Option<Runner>),
    Refused(Reason),
}

/// A request that lost its place in the queue.
#[derive(Debug)]
pub(crate) struct Displaced {
    pub(crate) entry: Entry,
    pub(crate) waker: Option<Waker>,
}

/// What the owner of a ticket finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Waiting,
    /// With its place in the handler's slow start.
    Granted(Option<Runner>),
    Refused(Reason),
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Queue {
    order: Order,
    most: usize,
    tickets: Vec<Place>,
    free: Vec<Ticket>,
    /// The number of the next request.
    next: u64,
    /// The waiting tickets of each priority, by their numbers: the oldest first.
    waiting: [BTreeMap<u64, Ticket>; Priority::COUNT],
    /// Those of them that are not served, in the same way.
    aside: [BTreeMap<u64, Ticket>; Priority::COUNT],
    /// The weights that stand aside.
    weights_aside: Range<u64>,
    /// All waiting tickets, by their weights.
    by_weight: BTreeSet<(u64, Ticket)>,
    /// The same tickets, by the moments at which they give up.
    ends: BTreeSet<(u64, Ticket)>,
}

/// What is known of a ticket.
#[derive(Debug)]
struct Place {
    entry: Entry,
    number: u64,
    state: State,
}

impl Queue {
    pub(crate) fn new(order: Order, most: usize) -> Self {
        let [waiting, aside] = [(); 2].map(|()| core::array::from_fn(|_| BTreeMap::new()));
        let (by_weight, ends) = (BTreeSet::new(), BTreeSet::new());
        let (tickets, free, weights_aside) = (Vec::new(), Vec::new(), 0..0);
        let next = 0;
        Self { order, most, tickets, free, next, waiting, aside, weights_aside, by_weight, ends }
    }

    /// The number of requests that wait, of all priorities.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of requests that wait, by priority.
    pub(crate) fn lengths(&self) -> [usize; Priority::COUNT] {
        core::array::from_fn(|class| self.waiting[class].len() + self.aside[class].len())
    }

    /// The earliest moment at which a request gives up.
    pub(crate) fn next_end(&self) -> Option<u64> {
        self.ends.first().map(|(until, _)| *until)
    }

    /// The request that is served next.
    pub(crate) fn first(&self) -> Option<(Ticket, Entry)> {
        let found = self.waiting.iter().find_map(|waiting| match self.order {
            Order::Fifo => waiting.first_key_value(),
            Order::Lifo => waiting.last_key_value(),
        });
        found.map(|(_, &ticket)| (ticket, self.tickets[ticket].entry))
    }

    /// Whether a request of this priority that comes now is served before all that wait.
    pub(crate) fn would_be_first(&self, priority: Priority) -> bool {
        self.first().is_none_or(|(_, first)| match self.order {
            Order::Fifo => priority < first.priority,
            Order::Lifo => priority <= first.priority,
        })
    }

    /// Requests of these weights are not served, and others pass them. Shadows are served in any
    /// case.
    pub(crate) fn set_aside(&mut self, weights: Range<u64>) {
        let before = core::mem::replace(&mut self.weights_aside, weights.clone());
        // Only what is between the old and the new bounds moves.
        for (old, new) in [(before.start, weights.start), (before.end, weights.end)] {
            let between = (old.min(new), 0)..(old.max(new), 0);
            let moved: Vec<_> = self.by_weight.range(between).map(|(_, ticket)| *ticket).collect();
            moved.into_iter().for_each(|ticket| self.place(ticket));
        }
    }

    /// Puts a waiting ticket where its weight belongs.
    fn place(&mut self, ticket: Ticket) {
        let Place { entry, number, .. } = &self.tickets[ticket];
        let class = entry.priority as usize;
        let (from, to) = if !entry.is_shadow && self.weights_aside.contains(&entry.weight) {
            (&mut self.waiting[class], &mut self.aside[class])
        } else {
            (&mut self.aside[class], &mut self.waiting[class])
        };
        from.remove(number);
        to.insert(*number, ticket);
    }

    /// The request that a full queue gives up for one of this priority: the last one to be served
    /// of a lower priority, or with last in, first out, the oldest of the same.
    fn to_displace(&self, priority: Priority) -> Option<Ticket> {
        let lowest = self.lengths().iter().rposition(|&length| length > 0)?;
        let of_lowest = [&self.waiting[lowest], &self.aside[lowest]].into_iter();
        let displaced = match self.order {
            Order::Fifo if lowest > priority as usize => {
                of_lowest.filter_map(BTreeMap::last_key_value).max()
            }
            Order::Lifo if lowest >= priority as usize => {
                of_lowest.filter_map(BTreeMap::first_key_value).min()
            }
            Order::Fifo | Order::Lifo => None,
        };
        displaced.map(|(_, &ticket)| ticket)
    }

    /// Adds a request. A full queue displaces another one.
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(Ticket, Option<Displaced>), Reason> {
        let mut displaced = None;
        if self.len() >= self.most {
            let last = self.to_displace(entry.priority).ok_or(Reason::QueueFull)?;
            displaced = Some(Displaced {
                entry: self.tickets[last].entry,
                waker: self.refuse(last, Reason::Displaced),
            });
        }
        let number = self.next;
        self.next += 1;
        let waiting = Place { entry, number, state: State::Waiting(None) };
        let ticket = match self.free.pop() {
            Some(ticket) => {
                self.tickets[ticket] = waiting;
                ticket
            }
            None => {
                self.tickets.push(waiting);
                self.tickets.len() - 1
            }
        };
        self.place(ticket);
        self.by_weight.insert((entry.weight, ticket));
        self.ends.insert((entry.until, ticket));
        Ok((ticket, displaced))
    }

    /// Takes a ticket out of the order.
    fn remove(&mut self, ticket: Ticket) {
        let Place { entry, number, .. } = &self.tickets[ticket];
        let class = entry.priority as usize;
        if self.waiting[class].remove(number).is_none() {
            self.aside[class].remove(number);
        }
        self.by_weight.remove(&(entry.weight, ticket));
        self.ends.remove(&(entry.until, ticket));
    }

    /// Ends the wait of a ticket. A shadow's ticket is free at once.
    fn end(&mut self, ticket: Ticket, state: State) -> Option<Waker> {
        self.remove(ticket);
        let entry = self.tickets[ticket].entry;
        let state = if entry.is_shadow { State::Free } else { state };
        if entry.is_shadow {
            self.free.push(ticket);
        }
        match core::mem::replace(&mut self.tickets[ticket].state, state) {
            State::Waiting(waker) => waker,
            State::Free | State::Granted(_) | State::Refused(_) => None,
        }
    }

    pub(crate) fn grant(&mut self, ticket: Ticket, runner: Option<Runner>) -> Option<Waker> {
        self.end(ticket, State::Granted(runner))
    }

    pub(crate) fn refuse(&mut self, ticket: Ticket, reason: Reason) -> Option<Waker> {
        self.end(ticket, State::Refused(reason))
    }

    /// Changes the weight of all waiting requests of a slow start. They all weigh `before`.
    pub(crate) fn reweigh(&mut self, start: StartId, before: u64, weight: u64) {
        let of_weight = self.by_weight.range((before, 0)..=(before, Ticket::MAX));
        let is_of_start = |ticket: &Ticket| self.tickets[*ticket].entry.start == Some(start);
        let tickets: Vec<_> = of_weight.map(|(_, ticket)| *ticket).filter(is_of_start).collect();
        for ticket in tickets {
            self.by_weight.remove(&(before, ticket));
            self.tickets[ticket].entry.weight = weight;
            self.by_weight.insert((weight, ticket));
            self.place(ticket);
        }
    }

    /// A request that has waited for its whole time at `now`.
    pub(crate) fn expired(&self, now: u64) -> Option<(Ticket, Entry)> {
        let &(until, ticket) = self.ends.first()?;
        (until <= now).then(|| (ticket, self.tickets[ticket].entry))
    }

    /// What became of the owner's ticket. Once it is decided, the ticket is free.
    ///
    /// A ticket that waits takes the waker, and leaves the one before in its place. The caller
    /// drops that without the lock: it may be a task's last waker, and drops the task.
    pub(crate) fn look(&mut self, ticket: Ticket, waker: &mut Option<Waker>) -> Found {
        let state = &mut self.tickets[ticket].state;
        let found = match state {
            State::Waiting(old) => {
                if waker.is_some() {
                    core::mem::swap(old, waker);
                }
                return Found::Waiting;
            }
            State::Granted(runner) => Found::Granted(*runner),
            State::Refused(reason) => Found::Refused(*reason),
            State::Free => unreachable!("the owner frees its ticket once"),
        };
        *state = State::Free;
        self.free.push(ticket);
        found
    }

    /// The owner leaves. Returns its entry, and what it did not take any more. `waker` gets the
    /// waker of the ticket, as in [`look`](Self::look).
    pub(crate) fn leave(&mut self, ticket: Ticket, waker: &mut Option<Waker>) -> (Entry, Found) {
        let entry = self.tickets[ticket].entry;
        let found = self.look(ticket, waker);
        if found == Found::Waiting {
            self.remove(ticket);
            if let State::Waiting(last) = &mut self.tickets[ticket].state {
                *waker = last.take();
            }
            self.tickets[ticket].state = State::Free;
            self.free.push(ticket);
        }
        (entry, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(priority: Priority, weight: u64) -> Entry {
        Entry { weight, priority, since: 0, until: weight, is_shadow: false, start: None }
    }

    fn served(queue: &mut Queue) -> Vec<u64> {
        let mut weights = Vec::new();
        while let Some((ticket, entry)) = queue.first() {
            queue.grant(ticket, None);
            assert_eq!(queue.look(ticket, &mut None), Found::Granted(None));
            weights.push(entry.weight);
        }
        weights
    }

    #[test]
    fn higher_priorities_come_first_and_equals_by_the_order() {
        for (order, expected) in [(Order::Fifo, [4, 2, 5, 1, 3]), (Order::Lifo, [4, 5, 2, 3, 1])] {
            let mut queue = Queue::new(order, 8);
            for (priority, weight) in [
                (Priority::Low, 1),
                (Priority::Normal, 2),
                (Priority::Low, 3),
                (Priority::High, 4),
                (Priority::Normal, 5),
            ] {
                queue.push(entry(priority, weight)).unwrap();
            }
            assert_eq!((queue.lengths(), queue.next_end()), ([1, 2, 2], Some(1)));
            assert_eq!(served(&mut queue), expected, "{order:?}");
        }
    }

    #[test]
    fn a_full_queue_gives_up_the_last_one_of_a_lower_priority() {
        let mut queue = Queue::new(Order::Fifo, 2);
        let (old, _) = queue.push(entry(Priority::Low, 1)).unwrap();
        let (young, _) = queue.push(entry(Priority::Low, 2)).unwrap();
        assert_eq!(queue.push(entry(Priority::Low, 3)).unwrap_err(), Reason::QueueFull);
        let (_, displaced) = queue.push(entry(Priority::Normal, 4)).unwrap();
        assert_eq!(displaced.unwrap().entry.weight, 2);
        assert_eq!(queue.look(young, &mut None), Found::Refused(Reason::Displaced));
        assert_eq!(queue.leave(old, &mut None).1, Found::Waiting);
        assert_eq!(served(&mut queue), [4]);
    }

    #[test]
    fn with_last_in_first_out_a_full_queue_gives_up_the_oldest() {
        let mut queue = Queue::new(Order::Lifo, 2);
        let (old, _) = queue.push(entry(Priority::Normal, 1)).unwrap();
        queue.push(entry(Priority::Normal, 2)).unwrap();
        let (_, displaced) = queue.push(entry(Priority::Normal, 3)).unwrap();
        assert_eq!(displaced.unwrap().entry.weight, 1);
        assert_eq!(queue.look(old, &mut None), Found::Refused(Reason::Displaced));
        assert_eq!(queue.push(entry(Priority::Low, 4)).unwrap_err(), Reason::QueueFull);
        assert_eq!(served(&mut queue), [3, 2]);
    }

    #[test]
    fn tickets_are_used_again() {
        let mut queue = Queue::new(Order::Fifo, 100);
        for weight in 0..1000 {
            let (ticket, _) = queue.push(entry(Priority::Normal, weight)).unwrap();
            assert_eq!(queue.expired(weight).unwrap().0, ticket);
            queue.refuse(ticket, Reason::Deadline);
            assert_eq!(queue.look(ticket, &mut None), Found::Refused(Reason::Deadline));
            let shadow = Entry { is_shadow: true, ..entry(Priority::Normal, weight) };
            let (shadow, _) = queue.push(shadow).unwrap();
            queue.grant(shadow, None);
        }
        assert_eq!((queue.tickets.len(), queue.len()), (1, 0));
    }

    #[test]
    fn requests_stand_aside_by_their_weights_and_keep_their_places() {
        let mut queue = Queue::new(Order::Fifo, 8);
        let first = |queue: &Queue| queue.first().map(|(_, entry)| entry.weight);
        let tickets: Vec<_> = [(Priority::Low, 9), (Priority::High, 5), (Priority::Normal, 2)]
            .into_iter()
            .map(|(priority, weight)| queue.push(entry(priority, weight)).unwrap().0)
            .collect();
        let shadow = Entry { is_shadow: true, ..entry(Priority::Low, 6) };
        let (shadow, _) = queue.push(shadow).unwrap();
        for (aside, expected) in [
            (6..9, Some(5)),
            (5..9, Some(2)),
            (2..9, Some(9)),
            (2..10, Some(6)),
            (5..7, Some(2)),
            (0..0, Some(5)),
        ] {
            queue.set_aside(aside.clone());
            assert_eq!((first(&queue), queue.lengths()), (expected, [1, 1, 2]), "{aside:?}");
        }
        queue.set_aside(1..10);
        assert_eq!(first(&queue), Some(6), "only the shadow");
        queue.grant(shadow, None);
        assert_eq!((first(&queue), queue.len()), (None, 3));
        // Those that stand aside leave, give up, and are displaced as all others.
        assert_eq!(queue.leave(tickets[1], &mut None).1, Found::Waiting);
        assert_eq!(queue.expired(2).unwrap().0, tickets[2]);
        queue.refuse(tickets[2], Reason::Deadline);
        assert_eq!((queue.lengths(), queue.to_displace(Priority::High)), ([0, 0, 1], Some(0)));
        queue.set_aside(0..0);
        assert_eq!(served(&mut queue), [9]);
    }

    #[test]
    fn a_slow_start_that_weighs_less_returns_to_the_order() {
        let mut queue = Queue::new(Order::Fifo, 8);
        queue.set_aside(10..20);
        for (start, weight) in [(Some(1), 12), (Some(2), 12), (None, 12), (Some(1), 12)] {
            queue.push(Entry { start, ..entry(Priority::Normal, weight) }).unwrap();
        }
        assert!(queue.first().is_none());
        queue.reweigh(1, 12, 3);
        assert_eq!(served(&mut queue), [3, 3]);
        queue.reweigh(2, 12, 13);
        assert!(queue.first().is_none());
        queue.set_aside(0..0);
        assert_eq!(served(&mut queue), [13, 12]);
    }

    #[test]
    fn many_requests_that_stand_aside_do_not_delay_others() {
        // With a search past them for each request that is served, this takes minutes.
        const MANY: u64 = 50_000;
        for order in [Order::Fifo, Order::Lifo] {
            let mut queue = Queue::new(order, usize::MAX);
            queue.set_aside(10..20);
            for n in 0..MANY {
                queue.push(entry(Priority::ALL[n as usize % 3], 10)).unwrap();
            }
            for start in (8..10).cycle().take(MANY as usize) {
                queue.push(entry(Priority::Low, 1)).unwrap();
                queue.set_aside(start..20);
                assert_eq!(served(&mut queue), [1]);
            }
            assert_eq!(queue.len() as u64, MANY);
        }
    }

    #[test]
    fn many_requests_leave_and_give_up_in_logarithmic_time() {
        // With a search through the queue for each, this takes minutes.
        const MANY: u64 = 200_000;
        for order in [Order::Fifo, Order::Lifo] {
            let mut queue = Queue::new(order, usize::MAX);
            let tickets: Vec<_> = (0..MANY)
                .map(|n| queue.push(entry(Priority::ALL[n as usize % 3], n + 1)))
                .collect();
            for ticket in tickets.iter().flatten().skip(1).step_by(2) {
                queue.leave(ticket.0, &mut None);
            }
            assert_eq!((queue.len() as u64, queue.next_end()), (MANY / 2, Some(1)));
            let mut last = 0;
            while let Some((ticket, entry)) = queue.expired(MANY) {
                assert!(entry.until > last, "the earliest first");
                last = entry.until;
                queue.refuse(ticket, Reason::Deadline);
                assert_eq!(queue.look(ticket, &mut None), Found::Refused(Reason::Deadline));
            }
            assert_eq!((queue.len(), last), (0, MANY - 1));
            assert_eq!(queue.free.len() as u64, MANY, "all tickets are free");
        }
    }
}
