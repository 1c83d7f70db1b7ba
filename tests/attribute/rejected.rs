//! The answer to a request that `#[json]` cannot parse: the function's own error, a type of `into`,
//! or `on_reject`. A body beyond the arena's limit is one, too.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use request_arena::extract::{JsonBody, Rejection, RejectionKind};
use request_arena::{Arena, request_arena};

use crate::parsed::{Answer, Page, done, json};
use crate::support::{pause, sendable};
use crate::{counts, outcomes};

#[test]
fn a_function_returns_the_rejection_as_its_error() {
    #[request_arena]
    fn parsed_plain(_arena: Arena<'_>, #[json] words: &[&str]) -> Answer<usize> {
        Ok(words.len())
    }
    assert_eq!(parsed_plain(json(r#"["a", "b"]"#)).unwrap(), 2);
    let rejection = parsed_plain(json(r#"["a", 2]"#)).unwrap_err();
    assert_eq!((rejection.kind(), rejection.status()), (RejectionKind::Data, 422));
    assert_eq!(
        (rejection.path(), rejection.line(), rejection.column()),
        (Some("[1]"), Some(1), Some(7))
    );
    let rejection = parsed_plain(json("nobody")).unwrap_err();
    assert_eq!((rejection.kind(), rejection.path()), (RejectionKind::Syntax, None));
    assert_eq!(counts("parsed_plain"), [1, 2, 0, 0]);
}

#[test]
fn an_extractors_own_rejection_is_returned() {
    #[request_arena]
    fn parsed_kept(_arena: Arena<'_>, #[json] words: &[&str]) -> Answer<usize> {
        Ok(words.len())
    }
    let rejection = Rejection::new(RejectionKind::ContentType, "no JSON");
    assert_eq!(parsed_kept(JsonBody::rejected(rejection)).unwrap_err().to_string(), "no JSON");
}

#[test]
fn into_converts_the_rejection() {
    #[request_arena(into = Page)]
    fn parsed_turned<'a>(arena: Arena<'a>, #[json] mut words: &'a [&'a str]) -> &'a str {
        words = &words[1..];
        arena.alloc_join(words, "+")
    }
    #[request_arena(into = Page)]
    async fn parsed_turned_later<'a>(arena: Arena<'a>, #[json] words: &'a [&'a str]) -> &'a str {
        pause().await;
        arena.alloc_join(words, "+")
    }
    assert_eq!(parsed_turned(json(r#"["a", "b", "c"]"#)), Page("b+c".into()));
    assert_eq!(parsed_turned(json("[1]")), Page("422".into()));
    assert_eq!(counts("parsed_turned"), [1, 1, 0, 0]);
    assert_eq!(done(sendable(parsed_turned_later(json(r#"["a", "b"]"#)))), Page("a+b".into()));
    assert_eq!(done(parsed_turned_later(json("["))), Page("400".into()));
    assert_eq!(counts("parsed_turned_later"), [1, 1, 0, 0]);
}

#[test]
fn into_a_result_takes_its_error() {
    struct Failed(u16);
    impl From<Rejection> for Failed {
        fn from(rejection: Rejection) -> Self {
            Self(rejection.status())
        }
    }
    #[request_arena(into = Result<Response, Failed>)]
    async fn parsed_sided<'a>(
        _arena: Arena<'a>,
        #[json] word: &'a str,
    ) -> Result<Json<&'a str>, Failed> {
        Ok(Json(word))
    }
    assert_eq!(done(parsed_sided(json("\"a\""))).map(|it| it.status()).ok(), Some(StatusCode::OK));
    assert_eq!(done(parsed_sided(json("1"))).err().map(|it| it.0), Some(422));
}

#[test]
fn on_reject_is_a_closure_a_function_or_an_expression() {
    fn status(rejection: Rejection) -> usize {
        rejection.status().into()
    }
    struct Answers(fn(Rejection) -> usize);
    const ANSWERS: Answers = Answers(status);

    #[request_arena(on_reject = |rejection| rejection.to_string().len())]
    fn parsed_by_closure(_arena: Arena<'_>, #[json] words: &[&str]) -> usize {
        words.len()
    }
    #[request_arena(on_reject = status)]
    async fn parsed_by_function(_arena: Arena<'_>, #[json] words: &[&str]) -> usize {
        pause().await;
        words.len()
    }
    #[request_arena(on_reject = ANSWERS.0)]
    fn parsed_by_expression(_arena: Arena<'_>, #[json] words: &[&str]) -> usize {
        words.len()
    }
    assert!(parsed_by_closure(json("1")) > 20);
    assert_eq!(done(parsed_by_function(json("1"))), 422);
    assert_eq!(parsed_by_expression(json("[")), 400);
    assert_eq!(parsed_by_expression(json("[\"a\"]")), 1);
}

#[test]
fn on_reject_answers_in_the_type_of_into() {
    fn teapot(rejection: Rejection) -> Response {
        (StatusCode::IM_A_TEAPOT, rejection.to_string()).into_response()
    }
    #[request_arena(into = Response, on_reject = teapot)]
    async fn parsed_brewed<'a>(_arena: Arena<'a>, #[json] word: &'a str) -> Json<&'a str> {
        Json(word)
    }
    #[request_arena(into = Response, on_reject = |_| StatusCode::IM_A_TEAPOT.into_response())]
    fn parsed_brewed_at_once<'a>(_arena: Arena<'a>, #[json] word: &'a str) -> Json<&'a str> {
        Json(word)
    }
    assert_eq!(done(parsed_brewed(json("1"))).status(), 418);
    assert_eq!(done(parsed_brewed(json("\"a\""))).status(), 200);
    assert_eq!(parsed_brewed_at_once(json("1")).status(), 418);
    assert_eq!(counts("parsed_brewed"), [1, 1, 0, 0]);
}

#[test]
fn on_reject_uses_the_methods_self() {
    struct Shop(&'static str);
    impl Shop {
        fn explain(&self, rejection: &Rejection) -> String {
            format!("{}: {}", self.0, rejection.status())
        }

        #[request_arena(into = String, on_reject = |rejection| self.explain(&rejection))]
        async fn later<'a>(&self, _arena: Arena<'a>, #[json] word: &'a str) -> &'a str {
            word
        }

        #[request_arena(on_reject = |rejection| self.explain(&rejection))]
        fn at_once(&self, _arena: Arena<'_>, #[json] word: &str) -> String {
            word.to_owned()
        }
    }
    assert_eq!(done(Shop("shop").later(json("1"))), "shop: 422");
    assert_eq!(Shop("shop").at_once(json("1")), "shop: 422");
    assert_eq!(Shop("shop").at_once(json("\"a\"")), "a");
}

#[test]
fn a_body_beyond_the_arenas_limit_is_answered_by_on_limit() {
    #[request_arena(limit = "4 KiB", on_limit = Ok(0))]
    fn parsed_answered(_arena: Arena<'_>, #[json] word: &str) -> Answer<usize> {
        Ok(word.len())
    }
    #[request_arena(limit = "4 KiB", into = Page, on_limit = Page(String::from("limit")))]
    async fn parsed_answered_later<'a>(_arena: Arena<'a>, #[json] word: &'a str) -> &'a str {
        word
    }
    let large = || JsonBody::new(format!("\"{}\"", "x".repeat(8 << 10)));
    assert_eq!(parsed_answered(large()).unwrap(), 0);
    assert_eq!(outcomes("parsed_answered").limit_exceeded, 1);
    assert_eq!(parsed_answered(json("\"abc\"")).unwrap(), 3);
    assert_eq!(done(parsed_answered_later(large())), Page("limit".into()));
    assert_eq!(outcomes("parsed_answered_later").limit_exceeded, 1);
}

#[test]
fn without_on_limit_a_body_beyond_the_arenas_limit_is_rejected() {
    #[request_arena(limit = "4 KiB")]
    fn parsed_bounded(_arena: Arena<'_>, #[json] word: &str) -> Answer<usize> {
        Ok(word.len())
    }
    let rejection =
        parsed_bounded(JsonBody::new(format!("\"{}\"", "x".repeat(8 << 10)))).unwrap_err();
    assert_eq!((rejection.kind(), rejection.status()), (RejectionKind::TooLarge, 413));
    // The client may see the text, so it names no function and no source file.
    assert_eq!(rejection.to_string(), "the request needs more memory than its limit of 4096 bytes");
}
