//! Implementations of the standard traits for [`String`], like those of `std`'s `String`.

use core::cmp::Ordering;
use core::ops::{Add, AddAssign, DerefMut};
use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;

use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec;

use super::String;

impl<A: Allocator + Clone> Clone for String<A> {
    fn clone(&self) -> Self {
        Self::from_str_in(self, self.allocator().clone())
    }

    fn clone_from(&mut self, source: &Self) {
        self.clear();
        self.push_str(source);
    }
}

impl<A: Allocator> AddAssign<&str> for String<A> {
    fn add_assign(&mut self, text: &str) {
        self.push_str(text);
    }
}

impl<A: Allocator> Add<&str> for String<A> {
    type Output = Self;

    fn add(mut self, text: &str) -> Self {
        self.push_str(text);
        self
    }
}

impl<A: Allocator> DerefMut for String<A> {
    fn deref_mut(&mut self) -> &mut str {
        self.as_mut_str()
    }
}

impl<A: Allocator> AsMut<str> for String<A> {
    fn as_mut(&mut self) -> &mut str {
        self
    }
}

impl<A: Allocator> core::borrow::BorrowMut<str> for String<A> {
    fn borrow_mut(&mut self) -> &mut str {
        self
    }
}

impl<A: Allocator> AsRef<[u8]> for String<A> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl<A: Allocator> AsRef<OsStr> for String<A> {
    fn as_ref(&self) -> &OsStr {
        self.as_str().as_ref()
    }
}

impl<A: Allocator> AsRef<Path> for String<A> {
    fn as_ref(&self) -> &Path {
        self.as_str().as_ref()
    }
}

impl<A: Allocator> From<String<A>> for Vec<u8, A> {
    fn from(text: String<A>) -> Self {
        text.into_bytes()
    }
}

/// Copies the text to the heap.
impl<A: Allocator> From<String<A>> for std::string::String {
    fn from(text: String<A>) -> Self {
        Self::from(text.as_str())
    }
}

impl<'s, A: Allocator> From<&'s String<A>> for Cow<'s, str> {
    fn from(text: &'s String<A>) -> Self {
        Cow::Borrowed(text)
    }
}

impl<A: Allocator, B: Allocator> PartialOrd<String<B>> for String<A> {
    fn partial_cmp(&self, other: &String<B>) -> Option<Ordering> {
        self.as_str().partial_cmp(other.as_str())
    }
}

impl<A: Allocator> Ord for String<A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

/// Implements equality with another text type, in both orders.
macro_rules! equal_to {
    ($($other:ty),*) => {$(
        impl<A: Allocator> PartialEq<String<A>> for $other {
            fn eq(&self, other: &String<A>) -> bool {
                **self == *other.as_str()
            }
        }

        impl<A: Allocator> PartialEq<$other> for String<A> {
            fn eq(&self, other: &$other) -> bool {
                *self.as_str() == **other
            }
        }
    )*};
}

equal_to!(std::string::String, Cow<'_, str>);

impl<A: Allocator> PartialEq<String<A>> for str {
    fn eq(&self, other: &String<A>) -> bool {
        self == other.as_str()
    }
}

impl<A: Allocator> PartialEq<String<A>> for &str {
    fn eq(&self, other: &String<A>) -> bool {
        *self == other.as_str()
    }
}

impl<'s, A: Allocator> Extend<&'s char> for String<A> {
    fn extend<I: IntoIterator<Item = &'s char>>(&mut self, characters: I) {
        self.extend(characters.into_iter().copied());
    }
}

/// Implements `Extend` for items that contain text.
macro_rules! extended_by {
    ($([$($generic:tt)*] $text:ty),*) => {$(
        impl<$($generic)* A: Allocator> Extend<$text> for String<A> {
            fn extend<I: IntoIterator<Item = $text>>(&mut self, texts: I) {
                texts.into_iter().for_each(|text| self.push_str(&text));
            }
        }
    )*};
}

extended_by!(
    [] std::string::String,
    [] Box<str>,
    ['s,] &'s mut str,
    ['s,] Cow<'s, str>,
    [B: Allocator,] String<B>
);
