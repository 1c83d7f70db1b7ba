//! Tuples of up to 16 elements.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, SeqAccess, Visitor};

use crate::deserialize::{DeserializeIn, Destination};

struct Tuple<'s, 'a, T> {
    destination: Destination<'s, 'a>,
    value: PhantomData<fn() -> T>,
}

macro_rules! tuples {
    ($($length:literal: $($index:literal $element:ident),+;)+) => {$(
        impl<'de, 'a, $($element: DeserializeIn<'a>),+> Visitor<'de>
            for Tuple<'_, 'a, ($($element,)+)>
        {
            type Value = ($($element,)+);

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("a tuple of size ", $length))
            }

            #[inline]
            fn visit_seq<S: SeqAccess<'de>>(
                self,
                mut sequence: S,
            ) -> Result<Self::Value, S::Error> {
                let to = self.destination;
                Ok(($(
                    match to.in_index($index, sequence.next_element_seed(to.seed::<$element>()))? {
                        Some(element) => element,
                        None => return Err(S::Error::invalid_length($index, &self)),
                    },
                )+))
            }
        }

        impl<'a, $($element: DeserializeIn<'a>),+> DeserializeIn<'a> for ($($element,)+) {
            const NEEDS_DROP: bool = $($element::NEEDS_DROP)||+;

            #[inline]
            fn deserialize_in<'de, D>(
                destination: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                let tuple = Tuple::<Self> { destination, value: PhantomData };
                deserializer.deserialize_tuple($length, tuple)
            }
        }
    )+};
}

tuples! {
    1: 0 A;
    2: 0 A, 1 B;
    3: 0 A, 1 B, 2 C;
    4: 0 A, 1 B, 2 C, 3 E;
    5: 0 A, 1 B, 2 C, 3 E, 4 F;
    6: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G;
    7: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H;
    8: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I;
    9: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J;
    10: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K;
    11: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K, 10 L;
    12: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K, 10 L, 11 M;
    13: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K, 10 L, 11 M, 12 N;
    14: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K, 10 L, 11 M, 12 N, 13 O;
    15: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K, 10 L, 11 M, 12 N, 13 O, 14 P;
    16: 0 A, 1 B, 2 C, 3 E, 4 F, 5 G, 6 H, 7 I, 8 J, 9 K, 10 L, 11 M, 12 N, 13 O, 14 P, 15 Q;
}
