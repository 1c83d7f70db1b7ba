//! Text: copies, `format!(in arena, ..)` with every kind of `Display`, and the growing `String`.

use core::fmt::{self, Display, Write};
use std::hash::{BuildHasher, RandomState};

use request_arena::collections::{String, owned};
use request_arena::{Arena, Site, format, scope, try_format};

use crate::support::panic_of;

static SITE: Site = Site::new("text", module_path!(), file!(), line!());

/// Displays itself by a closure.
struct By<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> Display for By<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

#[test]
fn a_copied_text_is_the_callers_to_change() {
    scope(&SITE, |arena| {
        let (a, b) = (arena.alloc_str("grüße"), arena.try_alloc_str("grüße").unwrap());
        a.make_ascii_uppercase();
        assert_eq!((&*a, &*b, arena.alloc_str("").len()), ("GRüßE", "grüße", 0));
    });
}

#[test]
fn format_takes_the_arguments_of_the_standard_macro() {
    scope(&SITE, |arena| {
        let (name, width) = ("Lyon", 8);
        assert_eq!(format!(in arena, "plain"), "plain");
        assert_eq!(format!(in arena, "{{}}"), "{}");
        assert_eq!(
            format!(in arena, "{name:>width$}|{:#x}|{1:.1}", 255, 1.25),
            "    Lyon|0xff|1.2"
        );
        assert_eq!(format!(in arena, "{a}{a}", a = 'é',), "éé");
        assert_eq!(try_format!(in arena, "{name:?}").unwrap(), "\"Lyon\"");
        let borrowed: &Arena<'_> = &arena;
        assert_eq!(format!(in borrowed, "{}", 1), "1");
        assert_eq!(arena.alloc_fmt(format_args!("{}-{}", 1, 2)), "1-2");
        assert_eq!(arena.try_alloc_fmt(format_args!("{}", "")).unwrap(), "");
    });
}

#[test]
fn a_long_text_made_of_many_pieces_is_whole() {
    scope(&SITE, |arena| {
        let pieces = By(|f: &mut fmt::Formatter<'_>| {
            (0..5000).try_for_each(|number| write!(f, "{number},"))
        });
        let expected: std::string::String =
            (0..5000).map(|number| std::format!("{number},")).collect();
        assert_eq!(format!(in arena, "{pieces}"), expected.as_str());
    });
}

#[test]
fn a_display_that_returns_an_error_panics_as_with_the_standard_format() {
    scope(&SITE, |arena| {
        let fails = By(|f: &mut fmt::Formatter<'_>| {
            f.write_str("half")?;
            Err(fmt::Error)
        });
        assert!(
            panic_of(|| format!(in arena, "{fails}").len())
                .contains("`Display` implementation returned an error")
        );
        assert!(panic_of(|| try_format!(in arena, "{fails}").is_ok()).contains("`Display`"));
        assert_eq!(format!(in arena, "{}", "still usable"), "still usable");
    });
}

#[test]
fn a_display_that_panics_leaves_the_arena_usable() {
    scope(&SITE, |arena| {
        let panics = By(|_: &mut fmt::Formatter<'_>| panic!("no text"));
        assert_eq!(panic_of(|| format!(in arena, "abc{panics}").len()), "no text");
        assert_eq!(format!(in arena, "{}", 12), "12");
    });
}

#[test]
fn a_display_may_allocate_in_the_arena_it_is_formatted_into() {
    scope(&SITE, |arena| {
        let inner = By(|f: &mut fmt::Formatter<'_>| {
            let number = arena.alloc(41);
            *number += 1;
            f.write_str(format!(in arena, "<{number}>"))
        });
        assert_eq!(format!(in arena, "{inner}{inner} {}", "end"), "<42><42> end");
    });
}

#[test]
fn a_string_grows_by_texts_and_characters() {
    scope(&SITE, |arena| {
        let mut text = String::new_in(&arena);
        assert_eq!((text.capacity(), arena.used()), (0, 0));
        text.push_str("ab");
        text.push('é');
        text.extend(['x', 'y']);
        text.extend(["12", "34"]);
        write!(text, "{:02}", 5).unwrap();
        assert_eq!(text, "abéxy123405");
        assert_eq!(std::format!("{text} {text:?}"), "abéxy123405 \"abéxy123405\"");
        text.reserve(1000);
        assert!(text.capacity() >= 1012);
        text.clear();
        assert!(text.is_empty() && text.capacity() >= 1012);
        let copy = String::from_str_in("copy", &arena);
        assert_eq!((copy.as_str(), copy.len()), ("copy", 4));
        assert!(String::with_capacity_in(50, &arena).capacity() >= 50);
    });
}

#[test]
fn a_string_is_cut_at_character_boundaries_only() {
    scope(&SITE, |arena| {
        let mut text = String::from_str_in("aé€😀", &arena);
        text.truncate(99);
        assert_eq!(text, "aé€😀");
        for within in [2, 4, 5, 7, 8, 9] {
            assert!(
                panic_of(|| text.truncate(within)).contains("not a char boundary"),
                "at {within}"
            );
        }
        assert_eq!(text, "aé€😀");
        text.truncate(6);
        assert_eq!(text, "aé€");
        assert_eq!(
            (text.pop(), text.pop(), text.pop(), text.pop()),
            (Some('€'), Some('é'), Some('a'), None)
        );
        text.push('ß');
        text.truncate(0);
        assert_eq!(text, "");
    });
}

#[test]
fn a_string_equals_and_hashes_as_its_text() {
    scope(&SITE, |arena| {
        let (a, b) =
            (String::from_str_in("same", &arena), owned::String::from_str_in("same", arena.fork()));
        assert!(a == b && a == *"same" && a == "same" && a != "other");
        let hasher = RandomState::new();
        assert_eq!(hasher.hash_one(&a), hasher.hash_one("same"));
        let borrowed: &str = core::borrow::Borrow::borrow(&a);
        assert_eq!(borrowed, AsRef::<str>::as_ref(&b));
        assert_eq!(serde_json::to_string(&a).unwrap(), "\"same\"");
    });
}

#[test]
fn a_leaked_string_stays_for_the_request() {
    fn greet<'a>(arena: &Arena<'a>, name: &str) -> &'a mut str {
        let mut text = owned::String::new_in(arena.fork());
        text.push_str("hello ");
        text.push_str(name);
        text.leak()
    }
    scope(&SITE, |arena| {
        let (a, b) = (greet(&arena, "a"), greet(&arena, "b"));
        a.make_ascii_uppercase();
        assert_eq!((&*a, &*b), ("HELLO A", "hello b"));
    });
}

#[test]
fn a_string_that_meets_the_limit_has_no_part_of_a_char() {
    static SITE: Site = Site::new("half a char", module_path!(), file!(), line!()).with_limit(4096);
    scope(&SITE, |arena| {
        let mut text = String::with_capacity_in(8, &arena);
        while arena.try_alloc(0_u8).is_ok() {}
        text.push_str("aaaaaaa"); // one byte of room is left
        panic_of(|| text.push('\u{10FFFF}'));
        assert_eq!(text.as_str(), "aaaaaaa");
        assert!(core::str::from_utf8(text.as_bytes()).is_ok());
    });
}
