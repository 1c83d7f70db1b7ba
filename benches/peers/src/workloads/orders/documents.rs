//! The documents: orders of four sizes.

use std::sync::OnceLock;

use orders::documents::orders;

/// The orders of a size.
#[derive(Debug)]
pub(super) struct Size {
    /// The size in the names of figures.
    pub(super) name: &'static str,
    bytes: usize,
    /// How many different orders there are.
    number: usize,
    /// How often an order is answered to count instructions.
    pub(super) counted: u64,
    made: OnceLock<Vec<Vec<u8>>>,
}

impl Size {
    const fn new(name: &'static str, bytes: usize, number: usize, counted: u64) -> Self {
        Self { name, bytes, number, counted, made: OnceLock::new() }
    }

    /// The documents. The first call makes them.
    pub(super) fn documents(&self) -> &[Vec<u8>] {
        self.made.get_or_init(|| self.first_documents(self.number))
    }

    /// Makes the first documents, at most as many as there are different ones.
    pub(super) fn first_documents(&self, most: usize) -> Vec<Vec<u8>> {
        orders(self.bytes, 48).take(self.number.min(most)).collect()
    }
}

/// All sizes. The number of orders counted is a multiple of the different ones, so that both runs
/// of a count have the same mixture.
pub(super) static SIZES: [Size; 4] = [
    Size::new("300 B", 300, 256, 2048),
    Size::new("4 KB", 4 << 10, 64, 512),
    Size::new("100 KB", 100 << 10, 4, 16),
    Size::new("1 MB", 1 << 20, 2, 4),
];

/// The size with this name.
pub(super) fn named(name: &str) -> Option<&'static Size> {
    SIZES.iter().find(|size| size.name == name)
}
