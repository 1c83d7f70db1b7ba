//! Documents that nest buffered values: an enum without an external tag, and `flatten`.
//!
//! Each level buffers its values before their types are known. A value that lies in a buffer
//! already must not be copied into the next one. A document would take memory by its depth, too.

use request_arena::{DeserializeIn, Site, scope};

static SITE: Site = Site::new("hostile", module_path!(), file!(), line!());

/// The bytes of the arena that a document takes.
macro_rules! taken {
    ($type:ty, $document:expr) => {
        scope(&SITE, |arena| {
            let read = arena.json::<$type>(&$document).map(drop);
            read.map(|()| arena.used()).unwrap()
        })
    };
}

/// Sixty levels around a leaf of 10 000 bytes take little more memory than the leaf.
macro_rules! assert_flat {
    ($type:ty, $level:literal, $leaf:expr) => {{
        let leaf: String = $leaf;
        let document = |levels| [$level.repeat(levels), leaf.clone(), "}".repeat(levels)].concat();
        let [one, sixty] = [1, 60].map(|levels| taken!($type, document(levels)));
        assert!(sixty < one + 100_000, "{one} bytes at one level, and {sixty} at sixty");
    }};
}

fn numbers() -> String {
    format!("[{}0]", "0,".repeat(5_000))
}

#[test]
fn nested_tags_buffer_each_value_once() {
    #[derive(DeserializeIn)]
    #[serde(tag = "t")]
    #[expect(dead_code, reason = "only the memory matters")]
    enum Node<'a> {
        Leaf { numbers: &'a [u8] },
        Inner { child: &'a Node<'a> },
    }

    let leaf = format!(r#"{{"t":"Leaf","numbers":{}}}"#, numbers());
    assert_flat!(Node<'_>, r#"{"t":"Inner","child":"#, leaf);
}

#[test]
fn nested_enums_without_a_tag_buffer_each_value_once() {
    #[derive(DeserializeIn)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only the memory matters")]
    enum Node<'a> {
        Leaf { texts: &'a [&'a str] },
        Inner { child: &'a Node<'a> },
    }

    let leaf = format!(r#"{{"texts":[{}""]}}"#, r#""\n0123456789","#.repeat(700));
    assert_flat!(Node<'_>, r#"{"child":"#, leaf);
}

#[test]
fn nested_flattened_fields_buffer_each_value_once() {
    #[derive(DeserializeIn)]
    #[expect(dead_code, reason = "only the memory matters")]
    struct Outer<'a> {
        id: u8,
        #[serde(flatten)]
        inner: Inner<'a>,
    }
    #[derive(DeserializeIn)]
    #[expect(dead_code, reason = "only the memory matters")]
    struct Inner<'a> {
        child: Option<&'a Outer<'a>>,
        numbers: Option<&'a [u8]>,
    }

    let leaf = format!(r#"{{"id":1,"numbers":{}}}"#, numbers());
    assert_flat!(Outer<'_>, r#"{"id":1,"child":"#, leaf);
}

#[test]
fn a_text_in_a_buffer_is_borrowed_from_it() {
    #[derive(DeserializeIn)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "the first two variants only fail")]
    enum Texts<'a> {
        Pair { texts: &'a [&'a str], missing: u8 },
        Triple { texts: &'a [&'a str], missing: u16 },
        Alone { texts: &'a [&'a str] },
    }

    let document = format!(r#"{{"texts":["\n{}"]}}"#, "x".repeat(10_000));
    let taken = scope(&SITE, |arena| {
        let read: Texts<'_> = arena.json(&document).unwrap();
        let (Texts::Pair { texts, .. } | Texts::Triple { texts, .. } | Texts::Alone { texts }) =
            read;
        assert_eq!(texts[0].len(), 10_001);
        arena.used()
    });
    assert!(taken < 25_000, "{taken} bytes: the document, and its text once");
}

#[test]
fn a_buffered_value_has_at_most_128_levels_in_any_format() {
    #[derive(DeserializeIn)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only the depth matters")]
    enum Tree<'a> {
        Leaf(u8),
        List(&'a [Tree<'a>]),
    }

    // MessagePack: lists of one element.
    let document = |levels: usize| [vec![0x91; levels], vec![1]].concat();
    let read = |levels: usize| {
        scope(&SITE, |arena| {
            let document = document(levels);
            let mut deserializer = rmp_serde::Deserializer::from_read_ref(&document);
            arena.deserialize::<Tree<'_>, _>(&mut deserializer).map(drop)
        })
    };
    assert!(read(128).is_ok());
    for levels in [129, 1000] {
        let error = read(levels).unwrap_err().to_string();
        assert!(error.contains("recursion limit exceeded"), "{levels}: {error}");
    }
}

#[test]
fn attempts_that_multiply_at_each_level_end_with_an_error() {
    #[derive(Debug, DeserializeIn)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only the time and the memory matter")]
    enum Tree<'a> {
        Left { within: &'a Tree<'a>, left: u64 },
        Right { within: &'a Tree<'a>, right: u64 },
        Leaf(u64),
    }

    #[derive(Debug, DeserializeIn)]
    #[expect(dead_code, reason = "only the time and the memory matter")]
    struct Flat<'a> {
        #[serde(flatten)]
        tree: Option<Flattened<'a>>,
    }

    #[derive(Debug, DeserializeIn)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only the time and the memory matter")]
    enum Flattened<'a> {
        Left { within: &'a Flat<'a>, left: u64 },
        Right { within: &'a Flat<'a>, right: u64 },
    }

    // Two attempts at each level: 2^120 of them.
    let document = |levels: usize| {
        [r#"{"within":"#.repeat(levels), "1".to_owned(), "}".repeat(levels)].concat()
    };
    scope(&SITE, |arena| {
        let error = arena.json::<Tree<'_>>(document(120)).unwrap_err().to_string();
        assert!(error.contains("too many attempts"), "{error}");
        let error = arena.json::<Flat<'_>>(document(120)).unwrap_err().to_string();
        assert!(error.contains("too many attempts"), "{error}");
        assert!(arena.used() < 64 << 20, "{} bytes", arena.used());
    });
    // One that fits at each level, and a long list with several attempts for each element.
    scope(&SITE, |arena| {
        let fits = [r#"{"right":1,"within":"#.repeat(8), "1".to_owned(), "}".repeat(8)].concat();
        assert!(arena.json::<Tree<'_>>(fits).is_ok());
        let leaves =
            format!("[{}1]", r#"{"right":1,"within":{"right":2,"within":3}},"#.repeat(50_000));
        assert_eq!(arena.json::<&[Tree<'_>]>(leaves).unwrap().len(), 50_001);
    });
}
