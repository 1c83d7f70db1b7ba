//! Values that log what happens to them.

use std::cell::RefCell;
use std::fmt::{self, Debug, Formatter};

thread_local! {
    static LOG: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

pub(crate) fn start() {
    LOG.with_borrow_mut(|log| *log = Some(Vec::new()));
}

pub(crate) fn take() -> Vec<String> {
    LOG.with_borrow_mut(Option::take).unwrap_or_default()
}

pub(crate) fn is_recording() -> bool {
    LOG.with_borrow(Option::is_some)
}

/// Adds an entry to this thread's log, if the thread records.
pub fn log(entry: impl Into<String>) {
    LOG.with_borrow_mut(|log| {
        if let Some(log) = log {
            log.push(entry.into());
        }
    });
}

/// Logs, and returns a value, so that it can be part of an expression.
#[must_use]
pub fn note(entry: &str) -> u8 {
    log(entry);
    1
}

/// Logs its drop.
pub struct D(pub &'static str);

impl D {
    /// Logs the use.
    #[must_use]
    pub fn get(&self) -> u8 {
        log(format!("get {}", self.0));
        1
    }

    /// A reference into it.
    #[must_use]
    pub fn lend(&self) -> &u8 {
        log(format!("lend {}", self.0));
        &1
    }
}

impl Drop for D {
    fn drop(&mut self) {
        log(format!("drop {}", self.0));
    }
}

impl Debug for D {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// Logs its fields, which are `Copy`, when it is dropped.
#[derive(Debug)]
pub struct Count {
    /// Its name in the log.
    pub name: &'static str,
    /// A number.
    pub number: u8,
    /// Set at the end, like `committed` of a transaction.
    pub is_done: bool,
}

impl Count {
    /// A count of zero.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, number: 0, is_done: false }
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        log(format!("drop {} at {} {}", self.name, self.number, self.is_done));
    }
}

/// Two values, without a `Drop` of its own.
#[derive(Debug)]
pub struct Pair {
    /// The first.
    pub left: D,
    /// The second.
    pub right: D,
    /// `Copy`.
    pub number: u8,
}

impl Pair {
    /// The two values, with these names.
    #[must_use]
    pub fn new(left: &'static str, right: &'static str) -> Self {
        Self { left: D(left), right: D(right), number: 0 }
    }
}

/// Panics when it is dropped.
#[derive(Debug)]
pub struct Bomb(pub &'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        log(format!("drop {}", self.0));
        if !std::thread::panicking() {
            panic!("bomb {}", self.0);
        }
    }
}

/// The type that `into` converts to.
#[derive(Debug)]
pub struct Wide(pub u16);

impl From<u8> for Wide {
    fn from(number: u8) -> Self {
        log(format!("convert {number}"));
        Self(number.into())
    }
}

impl From<D> for Wide {
    fn from(value: D) -> Self {
        log(format!("convert {}", value.0));
        Self(1)
    }
}

/// The type that an error is converted to.
#[derive(Debug)]
pub struct Answer(pub &'static str);

impl From<&'static str> for Answer {
    fn from(text: &'static str) -> Self {
        log(format!("convert {text}"));
        Self(text)
    }
}
