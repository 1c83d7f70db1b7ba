//! The path to an error in a document, such as `items[3].price`.
//!
//! A value that fails adds its own step while the error travels outward. So a document without an
//! error costs nothing. The innermost step comes first.

use core::cell::RefCell;
use core::fmt::Write;

/// One step of a path.
#[derive(Debug)]
pub(crate) enum Step {
    Field(&'static str),
    Key(String),
    Index(usize),
    Variant(&'static str),
}

#[derive(Debug, Default)]
pub(crate) struct Trace {
    steps: RefCell<Vec<Step>>,
}

impl Trace {
    #[cold]
    pub(crate) fn push(&self, step: Step) {
        self.steps.borrow_mut().push(step);
    }

    pub(crate) fn len(&self) -> usize {
        self.steps.borrow().len()
    }

    pub(crate) fn truncate(&self, length: usize) {
        self.steps.borrow_mut().truncate(length);
    }

    /// The path as text. It is empty for an error in the document as a whole.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.borrow().iter().rev() {
            let name = match step {
                Step::Field(name) | Step::Variant(name) => name,
                Step::Key(key) => key.as_str(),
                Step::Index(index) => {
                    write!(path, "[{index}]").expect("a `String` takes all text");
                    continue;
                }
            };
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        path
    }
}
