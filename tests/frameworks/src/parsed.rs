//! The checks of handlers with a parameter that is parsed in the scope.
//!
//! Each framework has these routes. The body is an [`Order`], and a good answer is [`Order::text`]:
//!
//! * `POST /orders`: `#[json]`, with the framework's own answers. The `limit` is [`ARENA`], and
//!   `on_limit` answers 413 with the text [`AT_LIMIT`]. The framework's limit is [`BODY`].
//! * `POST /own`: the same, and `on_reject` answers 418 with the text `own: ` and the rejection's.
//! * `POST /form`: `#[form]`, a [`Search`], and [`Search::text`].
//! * `GET /query`: `#[query]`, the same.

use std::net::SocketAddr;

use request_arena::{Arena, DeserializeIn};

use crate::{Answer, get, post, site, until};

/// The limit of the arena, which a body below [`BODY`] can exceed.
pub const ARENA: usize = 64 << 10;

/// The limit of the framework.
pub const BODY: usize = 128 << 10;

/// The text of `on_limit`.
pub const AT_LIMIT: &str = "the order is too large for its arena";

/// A body.
#[derive(Debug, DeserializeIn)]
pub struct Order<'a> {
    /// A text, borrowed from the body's copy in the arena.
    pub customer: &'a str,
    /// The items.
    pub items: &'a [Item<'a>],
}

/// A nested part of a body.
#[derive(Debug, DeserializeIn)]
pub struct Item<'a> {
    /// A text.
    pub name: &'a str,
    /// A number.
    pub price: u32,
}

impl Order<'_> {
    /// The customer and the sum, in the arena.
    pub fn text<'a>(&self, arena: &Arena<'a>) -> &'a str {
        let names = self.items.iter().map(|item| item.name.len()).sum::<usize>();
        let sum: u32 = self.items.iter().map(|item| item.price).sum();
        request_arena::format!(in *arena, "{} pays {sum} for {names} letters", self.customer)
    }
}

/// A form, or a query string.
#[derive(Debug, DeserializeIn)]
pub struct Search<'a> {
    /// A text, decoded in the arena.
    pub text: &'a str,
    /// A number.
    pub page: u32,
}

impl Search<'_> {
    /// The text and the page, in the arena.
    pub fn text<'a>(&self, arena: &Arena<'a>) -> &'a str {
        request_arena::format!(in *arena, "page {} of {}", self.page, self.text)
    }
}

/// The statuses of a framework's own answers.
#[derive(Clone, Copy, Debug)]
pub struct Statuses {
    /// A content type that is not JSON.
    pub other_type: u16,
    /// No content type.
    pub no_type: u16,
    /// A body above [`BODY`].
    pub too_large: u16,
    /// The same, at a route with `on_reject`, since some frameworks check the size before.
    pub too_large_for_own: u16,
    /// Malformed JSON.
    pub syntax: u16,
    /// JSON of another type.
    pub data: u16,
}

const OK: u16 = 200;
const OWN: u16 = 418;

/// A body of more than this many bytes.
fn body(bytes: usize) -> Vec<u8> {
    let name = "x".repeat(bytes);
    format!(r#"{{"customer": "Ann", "items": [{{"name": "{name}", "price": 3}}]}}"#).into_bytes()
}

const JSON: Option<&str> = Some("application/json");

/// A request, the status of its answer, and a part of the answer's text.
struct Case {
    content_type: Option<&'static str>,
    body: Vec<u8>,
    status: u16,
    /// At the route with `on_reject`.
    own: u16,
    text: &'static str,
}

fn cases(statuses: Statuses) -> Vec<Case> {
    let own = |status| if status == OK { OK } else { OWN };
    let of = |content_type, body: &[u8], status, text| Case {
        content_type,
        body: body.to_vec(),
        status,
        own: own(status),
        text,
    };
    let bad_data = br#"{
        "customer": "Ann",
        "items": [{"name": "a", "price": 3}, {"name": "b", "price": "free"}]
    }"#;
    let trailing = br#"{"customer": "Ann", "items": []} and more"#;
    let Statuses { other_type, no_type, too_large, too_large_for_own, syntax, data } = statuses;
    vec![
        of(JSON, &body(5), OK, ""),
        of(Some("application/json; charset=utf-8"), &body(5), OK, ""),
        of(Some("application/vnd.order+json"), &body(5), OK, ""),
        of(JSON, b"{\"customer\": nobody}", syntax, "line 1 column"),
        of(JSON, trailing, syntax, "trailing characters at line 1 column 34"),
        of(JSON, b" ", syntax, "EOF"),
        of(JSON, bad_data, data, "items[1].price: invalid type: string \"free\""),
        of(Some("text/plain"), &body(5), other_type, ""),
        of(None, &body(5), no_type, ""),
        Case { own: too_large_for_own, ..of(JSON, &body(BODY), too_large, "") },
    ]
}

/// Checks `/orders`: good bodies, each kind of bad body, and the arena's limit.
///
/// # Panics
///
/// If an answer is wrong.
pub async fn orders(address: SocketAddr, statuses: Statuses) {
    let ask = async |content_type, body| {
        post(address, "/orders", content_type, body).await.expect("an answer")
    };
    let mut good = 0;
    for case in cases(statuses) {
        let answer = ask(case.content_type, case.body).await;
        assert_eq!(answer.status, case.status, "{}: {answer:?}", case.text);
        if case.status == OK {
            assert_eq!(answer.body, "Ann pays 3 for 5 letters");
            good += 1;
        }
        assert!(answer.body.contains(case.text), "{}: {answer:?}", case.text);
    }
    let at_limit = Answer { status: 413, body: String::from(AT_LIMIT) };
    assert_eq!(ask(JSON, body(ARENA)).await, at_limit);
    assert_eq!(ask(JSON, body(5)).await.status, OK);
    let ended = || site("orders").expect("it ran").outcomes;
    until("the last request has ended", || ended().returned == good + 1).await;
    assert_eq!(ended().limit_exceeded, 1);
    assert!(ended().error >= 4, "{:?}", ended());
}

/// Checks `/own`: `on_reject` answers each bad body.
///
/// # Panics
///
/// If an answer is wrong.
pub async fn own(address: SocketAddr, statuses: Statuses) {
    for case in cases(statuses) {
        let answer = post(address, "/own", case.content_type, case.body).await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, case.own, "{}: {answer:?}", case.text);
        if case.own == OWN {
            let text = answer.body.strip_prefix("own: ");
            assert!(text.is_some_and(|text| text.contains(case.text)), "{answer:?}");
        }
    }
}

/// Checks `/form` and `/query`: good ones, and each kind of bad ones.
///
/// # Panics
///
/// If an answer is wrong.
pub async fn searches(address: SocketAddr, other_type: u16, bad_form: u16, bad_query: u16) {
    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
    let (good, bad) = ("text=a+%C3%A9clair&page=2", "text=a&page=two");
    let form = async |content_type, body: &'static str| {
        post(address, "/form", content_type, body).await.expect("an answer")
    };
    let query =
        async |query: &str| get(address, &format!("/query?{query}")).await.expect("an answer");
    let page = Answer { status: OK, body: String::from("page 2 of a éclair") };
    assert_eq!(form(FORM, good).await, page);
    assert_eq!(query(good).await, page);
    for (answer, status) in [(form(FORM, bad).await, bad_form), (query(bad).await, bad_query)] {
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains("page: invalid digit found in string"), "{answer:?}");
    }
    let answer = get(address, "/query").await.expect("an answer");
    assert_eq!(answer.status, bad_query, "{answer:?}");
    assert!(answer.body.contains("missing field `text`"), "{answer:?}");
    assert_eq!(form(Some("text/plain"), good).await.status, other_type);
}
