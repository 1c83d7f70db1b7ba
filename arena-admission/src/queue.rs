//! The queue of requests that wait for room. It is plain data, which the central part guards by its
//! lock.
//!
//! Requests of a higher priority come first. Among equals it is first in, first out, or last in,
//! first out. The first one is never passed by a smaller one behind it, so that large requests do
//! not starve. The central part decides which requests count: one that the end of all others would
//! not help is passed.
//!
//! Requests enter, leave and reach their deadline in logarithmic time. All that happens under the
//! lock, so thousands of requests that give up at once must not hold it for long.
//!
//! A waiting request owns a ticket, and only the owner frees it. In measure mode there are tickets
//! without an owner: they show what would have become of a request that was admitted nevertheless.

use core::task::Waker;
use std::collections::{BTreeMap, BTreeSet};

use crate::order::{Order, Priority};
use crate::refused::Reason;
use crate::start::StartId;

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
    Granted,
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
    Granted,
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
        let waiting = core::array::from_fn(|_| BTreeMap::new());
        let (tickets, free, ends) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { order, most, tickets, free, next: 0, waiting, ends }
    }

    /// The number of requests that wait, of all priorities.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of requests that wait, by priority.
    pub(crate) fn lengths(&self) -> [usize; Priority::COUNT] {
        core::array::from_fn(|priority| self.waiting[priority].len())
    }

    /// The earliest moment at which a request gives up.
    pub(crate) fn next_end(&self) -> Option<u64> {
        self.ends.first().map(|(until, _)| *until)
    }

    /// The request that is served next, of those that can be.
    pub(crate) fn first(&self, can_be: impl Fn(&Entry) -> bool) -> Option<(Ticket, Entry)> {
        let can_be = |&&ticket: &&Ticket| can_be(&self.tickets[ticket].entry);
        let ticket = self.waiting.iter().find_map(|waiting| match self.order {
            Order::Fifo => waiting.values().find(can_be),
            Order::Lifo => waiting.values().rev().find(can_be),
        });
        ticket.map(|&ticket| (ticket, self.tickets[ticket].entry))
    }

    /// The request that a full queue gives up for one of this priority: the last one to be served
    /// of a lower priority, or with last in, first out, the oldest of the same.
    fn to_displace(&self, priority: Priority) -> Option<Ticket> {
        let lowest = self.waiting.iter().rposition(|waiting| !waiting.is_empty())?;
        let displaced = match self.order {
            Order::Fifo if lowest > priority as usize => self.waiting[lowest].last_key_value(),
            Order::Lifo if lowest >= priority as usize => self.waiting[lowest].first_key_value(),
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
        self.waiting[entry.priority as usize].insert(number, ticket);
        self.ends.insert((entry.until, ticket));
        Ok((ticket, displaced))
    }

    /// Takes a ticket out of the order.
    fn remove(&mut self, ticket: Ticket) {
        let Place { entry, number, .. } = &self.tickets[ticket];
        self.waiting[entry.priority as usize].remove(number);
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
            State::Free | State::Granted | State::Refused(_) => None,
        }
    }

    pub(crate) fn grant(&mut self, ticket: Ticket) -> Option<Waker> {
        self.end(ticket, State::Granted)
    }

    pub(crate) fn refuse(&mut self, ticket: Ticket, reason: Reason) -> Option<Waker> {
        self.end(ticket, State::Refused(reason))
    }

    /// Changes the weight of all waiting requests of a slow start.
    pub(crate) fn reweigh(&mut self, start: StartId, weight: u64) {
        for &ticket in self.waiting.iter().flat_map(BTreeMap::values) {
            let entry = &mut self.tickets[ticket].entry;
            if entry.start == Some(start) {
                entry.weight = weight;
            }
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
            State::Granted => Found::Granted,
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
        while let Some((ticket, entry)) = queue.first(|_| true) {
            queue.grant(ticket);
            assert_eq!(queue.look(ticket, &mut None), Found::Granted);
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
            queue.grant(shadow);
        }
        assert_eq!((queue.tickets.len(), queue.len()), (1, 0));
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
