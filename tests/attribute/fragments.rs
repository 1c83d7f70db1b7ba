//! Fragments of a `macro_rules!`, in the options and in the signature, work like the tokens
//! themselves.

use request_arena::{Arena, request_arena};

use crate::outcomes;

macro_rules! handler {
    ($n:ident, $p:pat, $a:ty, $r:ty, $i:ty, $l:literal, $o:expr, $k:path, $b:block) => {
        #[request_arena(
            name = concat!("fragments_", stringify!($n)),
            limit = $l,
            on_limit = $o,
            into = $i,
            crate = $k,
        )]
        fn $n($p: $a) -> $r $b
    };
}

macro_rules! never {
    ($r:ty) => {
        #[request_arena]
        fn never(_arena: Arena<'_>) -> $r {
            panic!("ends")
        }
    };
}

handler!(sized, _arena, Arena<'_>, u8, u16, "8 KiB", |_error| 78, request_arena, { 7 });
never!(!);

#[test]
fn fragments_are_opened() {
    assert_eq!(sized(), 7);
    assert_eq!(outcomes("fragments_sized").returned, 1);
    assert!(std::panic::catch_unwind(|| -> () { never() }).is_err());
}
