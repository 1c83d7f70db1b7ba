//! The errors that an annotated function has in another way than the plain one, and why.

pub(crate) const DIFFERENCES: &[(&str, &[&str])] = &[];
