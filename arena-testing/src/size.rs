//! A size in an assertion: a number of bytes, or a text with a unit as in the options of
//! `#[request_arena]`.

use core::fmt;

use parse_size::parse_size;

/// A size in an assertion, such as `65536`, `64 << 10` or `"64 KiB"`.
pub trait Size: sealed::Sealed {}

impl<S: sealed::Sealed> Size for S {}

/// The expected size, in bytes and as written.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) bytes: u64,
    text: Option<String>,
}

impl Asked {
    pub(super) const NOTHING: Self = Self { bytes: 0, text: None };
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => write!(f, "{text} ({} bytes)", self.bytes),
            None => write!(f, "{} bytes", self.bytes),
        }
    }
}

mod sealed {
    use super::{Asked, parse_size};

    pub trait Sealed {
        /// # Panics
        ///
        /// Panics if the text is not a size.
        #[expect(private_interfaces, reason = "the trait is sealed: no other package can call it")]
        fn asked(self) -> Asked;
    }

    impl Sealed for usize {
        #[expect(private_interfaces, reason = "as above")]
        fn asked(self) -> Asked {
            Asked { bytes: self as u64, text: None }
        }
    }

    impl Sealed for &str {
        #[track_caller]
        #[expect(private_interfaces, reason = "as above")]
        fn asked(self) -> Asked {
            match parse_size(self) {
                Ok(bytes) => Asked { bytes, text: Some(self.to_owned()) },
                Err(error) => {
                    panic!(
                        "`{self}` is not a size: {error}; write a number of bytes, or a text as in \
                         \"64 KiB\""
                    )
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::Sealed;

    #[test]
    fn sizes_are_bytes_or_texts_with_a_unit() {
        assert_eq!(
            (65_536_usize.asked().bytes, "64 KiB".asked().bytes, "1.5 kB".asked().bytes),
            (65_536, 65_536, 1500)
        );
        assert_eq!(
            (7_usize.asked().to_string(), "64 KiB".asked().to_string()),
            ("7 bytes".into(), "64 KiB (65536 bytes)".into())
        );
    }

    #[test]
    #[should_panic = "`64 sheep` is not a size: invalid digit found in string; write a number of \
                      bytes"]
    fn what_is_no_size_is_refused() {
        "64 sheep".asked();
    }
}
