//! `#[json]`, `#[form]` and `#[query]` on a parameter: in every shape of function, callers pass an
//! extractor, and the body has the parsed value. `rejected.rs` has the answers to bad requests.

use std::future::Future;
use std::pin::Pin;

use futures::FutureExt;
use request_arena::collections::HashMap;
use request_arena::extract::{FormBody, JsonBody, QueryString, Rejection};
use request_arena::{Arena, Bump, DeserializeIn, arena_handler, request_arena};

use crate::counts;
use crate::support::{panic_of, pause};

pub(crate) type Answer<T> = Result<T, Rejection>;

pub(crate) fn json(text: &'static str) -> JsonBody {
    JsonBody::new(text)
}

pub(crate) fn done<R>(future: impl Future<Output = R>) -> R {
    futures::executor::block_on(future)
}

/// A body with the attribute's own answers.
#[derive(Debug, PartialEq)]
pub(crate) struct Page(pub(crate) String);

impl From<Rejection> for Page {
    fn from(rejection: Rejection) -> Self {
        Self(format!("{}", rejection.status()))
    }
}

impl From<&str> for Page {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[test]
fn a_pattern_binds_the_parsed_value() {
    #[request_arena]
    fn parsed_pairs(
        _arena: Arena<'_>,
        #[json] [(first, mut count), .., (last, _)]: [(&str, usize); 3],
    ) -> Answer<String> {
        count += 1;
        Ok(format!("{first} {count} {last}"))
    }
    #[request_arena]
    async fn parsed_ignored(_arena: Arena<'_>, #[json] _: [&str; 1]) -> Answer<()> {
        Ok(())
    }
    assert_eq!(parsed_pairs(json(r#"[["a", 1], ["b", 2], ["c", 3]]"#)).unwrap(), "a 2 c");
    assert!(done(parsed_ignored(json("[\"a\"]"))).is_ok());
    assert!(done(parsed_ignored(json("[]"))).is_err());
}

#[test]
fn several_parameters_are_parsed() {
    #[request_arena]
    async fn parsed_several(
        arena: Arena<'_>,
        #[json] words: &[&str],
        separator: &str,
        #[query] query: HashMap<'_, &str, usize>,
    ) -> Answer<String> {
        pause().await;
        Ok(arena.alloc_join(&words[..query["take"]], separator).to_owned())
    }
    // The body is the last parameter, as axum requires.
    let text = parsed_several("-", QueryString::new("take=2"), json(r#"["a", "b", "c"]"#));
    assert_eq!(done(text).unwrap(), "a-b");
    let rejection = done(parsed_several("-", QueryString::new("take=-2"), json("[]"))).unwrap_err();
    assert_eq!((rejection.status(), rejection.path()), (400, Some("take")));
}

#[test]
fn a_form_is_decoded() {
    #[request_arena]
    fn form(_arena: Arena<'_>, #[form] form: HashMap<'_, &str, &str>) -> Answer<String> {
        Ok(form["city"].to_owned())
    }
    assert_eq!(form(FormBody::new("city=S%C3%A3o+Paulo")).unwrap(), "São Paulo");
}

#[test]
fn the_other_attributes_of_a_parameter_stay() {
    #[request_arena]
    fn parsed_conditional(
        _arena: Arena<'_>,
        #[cfg(not(test))]
        #[json]
        absent: Absent,
        #[cfg(test)]
        #[json]
        #[allow(unused_variables, reason = "it is only parsed")]
        words: &[&str],
    ) -> Answer<usize> {
        Ok(7)
    }
    #[request_arena(into = Page)]
    async fn parsed_conditional_later<'a>(
        _arena: Arena<'a>,
        #[cfg(not(test))]
        #[query]
        absent: Absent,
        #[cfg(test)]
        #[json]
        word: &'a str,
    ) -> &'a str {
        word
    }
    #[request_arena(into = Page)]
    fn parsed_conditional_turned<'a>(
        _arena: Arena<'a>,
        #[cfg(test)]
        #[json]
        word: &'a str,
    ) -> &'a str {
        word
    }
    assert_eq!(parsed_conditional(json("[]")).unwrap(), 7);
    assert_eq!(done(parsed_conditional_later(json("\"a\""))), Page("a".into()));
    assert_eq!(parsed_conditional_turned(json("\"a\"")), Page("a".into()));
}

#[test]
fn generic_functions_parse_what_the_caller_names() {
    #[request_arena]
    fn generic<T: for<'x> DeserializeIn<'x> + Copy, const N: usize>(
        _arena: Arena<'_>,
        #[json] values: [T; N],
    ) -> Answer<[T; N]> {
        Ok(values)
    }
    #[request_arena]
    async fn parsed_borrows<'c>(
        arena: Arena<'_>,
        names: &'c [String],
        #[json] index: usize,
    ) -> Answer<&'c str> {
        pause().await;
        assert!(arena.used() > 0);
        Ok(&names[index])
    }
    assert_eq!(generic::<u8, 2>(json("[1, 2]")).unwrap(), [1, 2]);
    assert!(generic::<u8, 2>(json("[1, 256]")).is_err());
    assert_eq!(done(parsed_borrows(&[String::from("a")], json("0"))).unwrap(), "a");
}

#[test]
fn methods_parse_their_parameters() {
    #[derive(Clone)]
    struct Shop {
        names: Vec<String>,
    }
    #[request_arena]
    impl Shop {
        fn add(&mut self, _arena: Arena<'_>, #[json] name: &str) -> Answer<usize> {
            self.names.push(name.to_owned());
            Ok(self.names.len())
        }

        async fn find(
            &self,
            arena: Arena<'_>,
            #[query] name: HashMap<'_, &str, &str>,
        ) -> Answer<bool> {
            pause().await;
            let name = arena.alloc_lowercase(name["is"]);
            Ok(self.names.iter().any(|it| it == name))
        }

        fn close(self, _arena: Arena<'_>, #[json] last: &str) -> Answer<String> {
            Ok(self.names.join(last))
        }

        fn count(&self, arena: Arena<'_>) -> usize {
            arena.used()
        }
    }
    let mut shop = Shop { names: Vec::new() };
    assert_eq!(shop.add(json("\"ann\"")).unwrap(), 1);
    assert!(shop.add(json("1")).is_err());
    assert!(done(shop.find(QueryString::new("is=ANN"))).unwrap());
    assert_eq!(shop.count(), 0);
    assert_eq!(shop.close(json("\"-\"")).unwrap(), "ann");
}

#[test]
fn a_trait_of_async_trait_parses_its_parameters() {
    #[async_trait::async_trait]
    trait Creates {
        async fn create(&self, order: JsonBody) -> String;
    }
    struct Service;
    #[request_arena(into = String, on_reject = |rejection| rejection.to_string())]
    #[async_trait::async_trait]
    impl Creates for Service {
        async fn create<'a>(&self, arena: Arena<'a>, #[json] order: &'a str) -> &'a str {
            arena.alloc_uppercase(order)
        }
    }
    assert_eq!(done(Service.create(json("\"a\""))), "A");
    assert!(done(Service.create(json("1"))).contains("expected a"));
}

#[test]
fn a_bump_and_a_nameless_arena_work() {
    #[request_arena]
    fn parsed_bump(arena: &Bump, #[json] word: &str) -> Answer<usize> {
        Ok(arena.alloc_str(word).len())
    }
    #[request_arena(into = Page)]
    async fn parsed_bump_later<'a>(arena: &'a Bump, #[json] word: &'a str) -> &'a str {
        arena.alloc_str(word)
    }
    #[request_arena]
    fn parsed_nameless(_: Arena<'_>, #[json] word: &str) -> Answer<usize> {
        Ok(word.len())
    }
    assert_eq!(parsed_bump(json("\"abc\"")).unwrap(), 3);
    assert_eq!(done(parsed_bump_later(json("\"abc\""))), Page("abc".into()));
    assert_eq!(parsed_nameless(json("\"abc\"")).unwrap(), 3);
}

#[test]
fn a_returned_async_block_parses_at_its_start() {
    #[request_arena]
    fn parsed_block(
        arena: Arena<'_>,
        #[json] words: &[&str],
    ) -> impl Future<Output = Answer<usize>> + use<> {
        let before = 1;
        async move {
            pause().await;
            Ok(arena.alloc_join(words, "").len() + before)
        }
    }
    #[request_arena(into = Page)]
    fn parsed_boxed(
        _arena: Arena<'_>,
        #[json] [first, ..]: [&str; 2],
    ) -> Pin<Box<dyn Future<Output = &'_ str> + Send>> {
        Box::pin(async move { first })
    }
    assert_eq!(done(parsed_block(json("[\"ab\"]"))).unwrap(), 3);
    assert!(done(parsed_block(json("[1]"))).is_err());
    assert_eq!(done(parsed_boxed(json(r#"["a", "b"]"#))), Page("a".into()));
    assert_eq!(done(parsed_boxed(json("[]"))), Page("422".into()));
}

#[test]
fn closures_parse_their_parameters() {
    let parsed_plain =
        arena_handler!(name = "a plain closure", |arena, #[json] word: &str| -> Answer<_> {
            Ok(arena.alloc_str(word).len())
        });
    let shelf = String::from("shelf");
    let parsed_block = arena_handler!(
        name = "a closure with a block",
        into = Page,
        |arena, #[json] word: &str, n: usize| {
            let shelf = shelf.clone();
            async move {
                pause().await;
                &*request_arena::format!(in arena, "{word} {shelf} {n}")
            }
        }
    );
    let later = arena_handler!(
        name = "an async closure",
        on_reject = |rejection| rejection.to_string(),
        async |arena, #[json] word: &str| -> String { arena.alloc_uppercase(word).to_owned() }
    );
    assert_eq!(parsed_plain(json("\"abc\"")).unwrap(), 3);
    assert!(parsed_plain(json("1")).is_err());
    assert_eq!(counts("a plain closure"), [1, 1, 0, 0]);
    assert_eq!(done(parsed_block(3, json("\"a\""))), Page("a shelf 3".into()));
    assert_eq!(done(parsed_block(3, json("1"))), Page("422".into()));
    assert_eq!(done(later(json("\"abc\""))), "ABC");
    assert!(done(later(json("["))).contains("line 1"));
}

#[test]
fn more_parameters_than_a_closure_takes_are_parsed() {
    #[request_arena]
    #[allow(clippy::too_many_arguments, reason = "as many as that")]
    fn parsed_many(
        _arena: Arena<'_>,
        #[json] words: &[usize],
        a: usize,
        b: usize,
        c: usize,
        d: usize,
        e: usize,
        f: usize,
        g: usize,
        h: usize,
        i: usize,
        j: usize,
        k: usize,
    ) -> Answer<usize> {
        Ok(words[0] + a + b + c + d + e + f + g + h + i + j + k)
    }
    #[request_arena(into = usize, on_reject = |_| 0)]
    #[allow(clippy::too_many_arguments, reason = "as many as that")]
    async fn parsed_many_later(
        _arena: Arena<'_>,
        #[json] words: &[usize],
        a: usize,
        b: usize,
        c: usize,
        d: usize,
        e: usize,
        f: usize,
        g: usize,
        h: usize,
        i: usize,
        j: usize,
        k: usize,
    ) -> usize {
        words[0] + a + b + c + d + e + f + g + h + i + j + k
    }
    assert_eq!(parsed_many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, json("[100]")).unwrap(), 166);
    assert_eq!(done(parsed_many_later(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, json("[100]"))), 166);
}

#[test]
fn a_body_that_stays_in_its_function_is_parsed() {
    #[request_arena(on_reject = |rejection| panic!("{rejection}"))]
    #[track_caller]
    fn parsed_tracked(_arena: Arena<'_>, #[json] word: &str) -> u32 {
        assert_eq!(word, "a");
        std::panic::Location::caller().line()
    }
    #[request_arena]
    fn parsed_closure(
        _arena: Arena<'_>,
        #[json] step: usize,
    ) -> Answer<Box<dyn Fn(usize) -> usize>> {
        Ok(Box::new(move |number| number + step))
    }
    assert_eq!(parsed_tracked(json("\"a\"")), line!());
    assert!(panic_of(|| parsed_tracked(json("1"))).contains("invalid type"));
    assert_eq!(parsed_closure(json("2")).unwrap()(3), 5);
}

#[test]
fn a_future_that_is_dropped_before_its_first_poll_parses_nothing() {
    #[request_arena]
    async fn parsed_unpolled(_arena: Arena<'_>, #[json] word: &str) -> Answer<usize> {
        Ok(word.len())
    }
    drop(parsed_unpolled(json("1")));
    assert!(parsed_unpolled(json("1")).now_or_never().expect("it awaits nothing").is_err());
    assert_eq!(counts("parsed_unpolled"), [0, 1, 0, 0]);
}

#[test]
fn the_body_of_the_request_is_freed_when_it_is_parsed() {
    use std::sync::Arc;
    struct Counted {
        _owner: Arc<()>,
    }
    impl AsRef<[u8]> for Counted {
        fn as_ref(&self) -> &[u8] {
            b"\"abc\""
        }
    }
    #[request_arena]
    fn parsed_frees(
        _arena: Arena<'_>,
        owner: &Arc<()>,
        #[json] word: &str,
    ) -> Answer<(usize, usize)> {
        Ok((word.len(), Arc::strong_count(owner)))
    }
    let owner = Arc::new(());
    let body = bytes::Bytes::from_owner(Counted { _owner: owner.clone() });
    assert_eq!(parsed_frees(&owner, JsonBody::new(body)).unwrap(), (3, 1));
}
