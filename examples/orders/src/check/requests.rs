//! The requests of the check, with the status of each: orders of all sizes, violated rules,
//! malformed bodies, queries.

use std::fmt;

use axum::body::Bytes;
use axum::http::StatusCode;
use loopback::Ask;
use serde_json::{Value, json};

use crate::documents::orders;

/// A request, and the status of its answer.
pub(super) struct Expected {
    pub(super) ask: Ask,
    pub(super) status: StatusCode,
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ask { method, target, content_type, body } = &self.ask;
        let start = String::from_utf8_lossy(&body[..body.len().min(1_000)]);
        write!(f, "{method} {target} {content_type:?} {start}")?;
        write!(f, "\nwhich should be answered by {}", self.status)
    }
}

impl Expected {
    pub(super) fn get(target: impl Into<String>, status: StatusCode) -> Self {
        Self { ask: Ask::get(target), status }
    }

    fn post(target: &str, body: impl Into<Bytes>, status: StatusCode) -> Self {
        Self { ask: Ask::post(target, "application/json", body), status }
    }
}

/// All requests, in their order: later ones see the orders of earlier ones.
pub(super) fn all() -> Vec<Expected> {
    let mut asks = good_orders();
    asks.extend(violated_rules());
    asks.extend(malformed());
    asks.extend(beside_the_body());
    asks.extend(lists());
    asks
}

fn good_orders() -> Vec<Expected> {
    let mut asks = Vec::new();
    for (bytes, number) in [(300, 300), (4 << 10, 100), (100 << 10, 4), (1 << 20, 1)] {
        for (index, body) in orders(bytes, 7).take(number).enumerate() {
            asks.push(Expected::post("/quotes", body.clone(), StatusCode::OK));
            if index % 3 == 0 {
                asks.push(Expected::post("/orders", body, StatusCode::CREATED));
            }
        }
    }
    // The same values in other words.
    let order = usual();
    let spaced = serde_json::to_vec_pretty(&order).unwrap_or_default();
    asks.push(Expected::post("/quotes", spaced, StatusCode::OK));
    for (name, value) in [("note", json!(null)), ("note", json!("\u{e9}\u{1f980}\n"))] {
        asks.push(Expected::post("/orders", with(name, value), StatusCode::CREATED));
    }
    let escaped = order.to_string().replace("Ann", "\\u0041\\u006e\\u006E\\ud83e\\udd80");
    asks.push(Expected::post("/orders", escaped, StatusCode::CREATED));
    let mut more = order["items"][0].clone();
    more["options"] = json!([]);
    more["colour"] = json!({"unknown": ["fields", "of items", 1.5e300, null]});
    asks.push(Expected::post("/quotes", with("items", json!([more])), StatusCode::OK));
    asks
}

/// An order that violates no rule.
fn usual() -> Value {
    json!({
        "customer": {"name": "Ann Lee", "email": "ann@example.org"},
        "ship_to": {"street": "1 Long Lane", "postcode": "LS1", "city": "Leeds", "country": "GB"},
        "items": [{
            "sku": "tea-0007",
            "quantity": 3,
            "options": [{"name": "size", "choice": "large"}],
        }],
        "note": "please ring",
    })
}

/// The usual order with another value, at a path like `customer/name`.
fn with(path: &str, value: Value) -> String {
    let mut order = usual();
    let place = path.split('/').fold(&mut order, |place, name| match name.parse::<usize>() {
        Ok(index) => &mut place[index],
        Err(_) => &mut place[name],
    });
    *place = value;
    order.to_string()
}

fn violated_rules() -> Vec<Expected> {
    let long = "x".repeat(501);
    let item = |sku: &str, quantity: u32| json!({"sku": sku, "quantity": quantity});
    let many = vec![json!({"name": "size", "choice": "small"}); 9];
    let cases = [
        ("customer/name", json!("")),
        ("customer/name", json!(long)),
        ("customer/name", json!(" \t\n")),
        ("customer/email", json!("ann")),
        ("customer/email", json!("@example.org")),
        ("customer/email", json!("a@b@example.org")),
        ("ship_to/country", json!("gb")),
        ("ship_to/country", json!("\u{e9}")),
        ("ship_to/city", json!("")),
        ("ship_to/postcode", json!(" ")),
        ("ship_to/street", json!(long)),
        ("note", json!("")),
        ("items", json!([])),
        ("items", json!(vec![item("tea-0001", 1); 20_001])),
        ("items", json!([item("tea-0001", 0), item("tea-0001", 1000), item("nothing", 1)])),
        ("items/0/sku", json!("\"quotes\" and \\ and \u{0}")),
        ("items/0/options/0/choice", json!("huge")),
        ("items/0/options/0/name", json!("weight")),
        ("items/0/options", json!(many)),
    ];
    let mut asks = Vec::new();
    for (path, value) in cases {
        for target in ["/quotes", "/orders"] {
            let body = with(path, value.clone());
            asks.push(Expected::post(target, body, StatusCode::UNPROCESSABLE_ENTITY));
        }
    }
    let nothing = json!({
        "customer": {"name": "", "email": ""},
        "ship_to": {"street": "", "postcode": "", "city": "", "country": ""},
        "items": vec![item("", 0); 300],
        "note": "",
    });
    asks.push(Expected::post("/quotes", nothing.to_string(), StatusCode::UNPROCESSABLE_ENTITY));
    asks
}

fn malformed() -> Vec<Expected> {
    let order = usual().to_string();
    let refuse = |body: Vec<u8>, status| Expected::post("/quotes", body, status);
    let (syntax, data) = (StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY);
    // A document that ends too early.
    let mut asks: Vec<Expected> =
        (0..order.len()).map(|end| refuse(order[..end].into(), syntax)).collect();
    let replaced = |from: &str, to: &str| order.replacen(from, to, 1).into_bytes();
    for (from, to) in [
        ("3", "03"),
        ("3", "3."),
        ("3", "+3"),
        ("3", "1e400"),
        ("3", "NaN"),
        ("Ann", "\u{0}"),
        ("Ann", "\\ud800"),
        ("Ann", "\\x"),
        (":", ";"),
        ("}", "},"),
    ] {
        asks.push(refuse(replaced(from, to), syntax));
    }
    asks.push(refuse([order.as_bytes(), b" 1"].concat(), syntax));
    // In a field that an item does not have, as deep as no parser goes.
    let deep = format!("\"colour\":{}", "[".repeat(100_000));
    asks.push(refuse(replaced("\"quantity\"", &deep), syntax));
    let mut not_utf8 = order.clone().into_bytes();
    let name = order.find("Ann").unwrap_or_default();
    not_utf8[name] = 0xff;
    asks.push(refuse(not_utf8, syntax));

    for (path, value) in [
        ("customer", json!(null)),
        ("customer", json!("Ann")),
        ("customer/name", json!(1)),
        ("customer/name", json!(["Ann"])),
        ("items", json!(null)),
        ("items", json!({})),
        ("items/0", json!(7)),
        ("items/0/quantity", json!("3")),
        ("items/0/quantity", json!(-3)),
        ("items/0/quantity", json!(3.0)),
        ("items/0/quantity", json!(4_294_967_296_u64)),
        ("items/0/options", json!(null)),
        ("items/0/options/0", json!({"name": "size"})),
        ("note", json!(false)),
        ("colour", json!("red")),
    ] {
        asks.push(refuse(with(path, value).into(), data));
    }
    for missing in ["\"street\"", "\"items\"", "\"sku\"", "\"email\"", "\"choice\""] {
        // Unknown fields of the order itself are refused, and those of its parts are not.
        asks.push(refuse(replaced(missing, "\"other\""), data));
    }
    for body in ["null", "[]", "7", "\"an order\"", "{}"] {
        asks.push(refuse(body.into(), data));
    }
    asks.push(refuse(replaced("\"note\"", "\"customer\""), data));
    let twice = order.replacen("\"note\"", "\"note\":null,\"note\"", 1);
    asks.push(refuse(twice.into(), data));
    asks
}

fn beside_the_body() -> Vec<Expected> {
    let post = |content_type, body: Bytes, status| {
        let mut expected = Expected::post("/orders", body, status);
        expected.ask.content_type = content_type;
        expected
    };
    let order = Bytes::from(usual().to_string());
    let unsupported = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let too_large = vec![b' '; (2 << 20) + 1];
    vec![
        post(None, order.clone(), unsupported),
        post(Some("text/plain"), order.clone(), unsupported),
        post(Some("application/x-www-form-urlencoded"), order.clone(), unsupported),
        post(Some("application/json; charset=utf-8"), order.clone(), StatusCode::CREATED),
        post(Some("application/problem+json"), order, StatusCode::CREATED),
        post(Some("application/json"), too_large.into(), StatusCode::PAYLOAD_TOO_LARGE),
        Expected::get("/nowhere", StatusCode::NOT_FOUND),
        Expected::get("/quotes", StatusCode::METHOD_NOT_ALLOWED),
    ]
}

fn lists() -> Vec<Expected> {
    let mut asks = Vec::new();
    for query in [
        "",
        "?",
        "?limit=3",
        "?limit=0",
        "?limit=1000",
        "?sort=newest&limit=5",
        "?sort=total&limit=7&skip=2",
        "?sort=customer",
        "?customer=Ann+Lee",
        "?customer=Ann%20Lee&sort=total",
        "?customer=Zo%C3%AB+Bront%C3%AB",
        "?customer=",
        "?skip=100000",
    ] {
        asks.push(Expected::get(format!("/orders{query}"), StatusCode::OK));
    }
    for query in [
        "?sort=price",
        "?sort=",
        "?limit=-1",
        "?limit=many",
        "?limit=",
        "?skip=1.5",
        "?colour=red",
        "?limit=1&limit=2",
    ] {
        asks.push(Expected::get(format!("/orders{query}"), StatusCode::BAD_REQUEST));
    }
    for number in [1, 2, 50] {
        asks.push(Expected::get(format!("/orders/{number}"), StatusCode::OK));
    }
    for number in ["0", "100000", "18446744073709551615"] {
        asks.push(Expected::get(format!("/orders/{number}"), StatusCode::NOT_FOUND));
    }
    for number in ["x", "-1", "1.0"] {
        asks.push(Expected::get(format!("/orders/{number}"), StatusCode::BAD_REQUEST));
    }
    asks
}
