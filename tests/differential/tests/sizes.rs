//! An annotated future is at most 64 bytes larger than its plain twin, in every form. With `into`,
//! it is at most 80 bytes larger: it also keeps the place of its response's buffer.

#![allow(
    clippy::all,
    unused,
    unreachable_pub,
    missing_docs,
    reason = "the functions are only measured"
)]

use std::future::Future;
use std::pin::Pin;

const KIB_10: usize = 10 << 10;
/// The most bytes by which a future may be larger than its twin.
const ALLOWED: usize = 64;

/// The site and the slot of the scope, for the buffer of its response.
const ALLOWED_FOR_INTO: usize = 16;

fn allowed(name: &str) -> usize {
    if name.contains("into") { ALLOWED + ALLOWED_FOR_INTO } else { ALLOWED }
}

macro_rules! twins {
    ($module:ident, $attribute:path) => {
        mod $module {
            use super::{Future, KIB_10};
            use differential::pause;
            use request_arena::Arena;
            use $attribute as request_arena;

            #[request_arena]
            pub async fn empty(arena: Arena<'_>) {}
            #[request_arena]
            pub async fn local(arena: Arena<'_>) -> usize {
                let buf = [1_u8; KIB_10];
                pause().await;
                buf.len()
            }
            #[request_arena]
            pub async fn parameter(buf: [u8; KIB_10], arena: Arena<'_>) -> usize {
                pause().await;
                buf.len()
            }
            #[request_arena]
            pub async fn unused(buf: [u8; KIB_10], arena: Arena<'_>) -> usize {
                pause().await;
                1
            }
            #[request_arena]
            pub async fn result(buf: [u8; KIB_10], arena: Arena<'_>) -> [u8; KIB_10] {
                pause().await;
                buf
            }
            #[request_arena]
            pub fn block(buf: [u8; KIB_10], arena: Arena<'_>) -> impl Future<Output = usize> {
                async move {
                    pause().await;
                    buf.len()
                }
            }
            #[request_arena]
            pub async fn nested_2(buf: [u8; KIB_10], arena: Arena<'_>) -> usize {
                parameter(buf).await
            }
            #[request_arena]
            pub async fn nested_3(buf: [u8; KIB_10], arena: Arena<'_>) -> usize {
                nested_2(buf).await
            }
            #[request_arena]
            pub async fn nested_4(buf: [u8; KIB_10], arena: Arena<'_>) -> usize {
                nested_3(buf).await
            }
            #[request_arena(limit = "1 MiB", on_limit = 0)]
            pub async fn local_on_limit(arena: Arena<'_>) -> usize {
                let buf = [1_u8; KIB_10];
                pause().await;
                buf.len()
            }
            #[request_arena(limit = "1 MiB", on_limit = 0)]
            pub async fn parameter_on_limit(buf: [u8; KIB_10], arena: Arena<'_>) -> usize {
                pause().await;
                buf.len()
            }
            #[request_arena(into = u64)]
            pub async fn local_into(arena: Arena<'_>) -> u64 {
                let buf = [1_u8; KIB_10];
                pause().await;
                buf[0].into()
            }
            #[request_arena(into = u64)]
            pub async fn parameter_into(buf: [u8; KIB_10], arena: Arena<'_>) -> u64 {
                pause().await;
                buf[0].into()
            }
            #[request_arena(into = u64)]
            pub fn block_into(buf: [u8; KIB_10], arena: Arena<'_>) -> impl Future<Output = u64> {
                async move {
                    pause().await;
                    buf[0].into()
                }
            }
            #[request_arena(into = u64, limit = "1 MiB", on_limit = 0)]
            pub async fn parameter_into_on_limit(buf: [u8; KIB_10], arena: Arena<'_>) -> u64 {
                pause().await;
                buf[0].into()
            }
        }
    };
}

twins!(annotated, request_arena::request_arena);
twins!(plain, differential_twin::request_arena);

#[test]
fn an_annotated_future_is_at_most_64_bytes_larger_and_80_with_into() {
    let buf = [0; KIB_10];
    let mut faults = Vec::new();
    macro_rules! measure {
        ($($name:ident($($argument:expr)?);)+) => {$(
            let annotated = size_of_val(&annotated::$name($($argument)?));
            let plain = size_of_val(&plain::$name($($argument)?));
            let name = stringify!($name);
            if annotated > plain + allowed(name) {
                faults.push(format!("{name}: {annotated} bytes, plain {plain}"));
            }
        )+};
    }
    measure! {
        empty(); local(); parameter(buf); unused(buf); result(buf); block(buf);
        local_on_limit(); parameter_on_limit(buf); local_into(); parameter_into(buf);
        parameter_into_on_limit(buf);
    }
    // The block that converts the result keeps the arena. So both blocks have room for the
    // captures.
    let (annotated, plain) =
        (size_of_val(&annotated::block_into(buf)), size_of_val(&plain::block_into(buf)));
    if annotated > 2 * plain + allowed("block_into") {
        faults.push(format!("block_into: {annotated} bytes, plain {plain}"));
    }
    // Each of the nested functions may add its own bytes.
    for (name, annotated, plain, depth) in [
        ("nested_2", size_of_val(&annotated::nested_2(buf)), size_of_val(&plain::nested_2(buf)), 2),
        ("nested_3", size_of_val(&annotated::nested_3(buf)), size_of_val(&plain::nested_3(buf)), 3),
        ("nested_4", size_of_val(&annotated::nested_4(buf)), size_of_val(&plain::nested_4(buf)), 4),
    ] {
        if annotated > plain + depth * ALLOWED {
            faults.push(format!("{name}: {annotated} bytes, plain {plain}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// An address on the stack, below the caller's frame.
#[inline(never)]
fn here() -> usize {
    let local = 0_u8;
    std::hint::black_box(&raw const local).addr()
}

macro_rules! deep {
    ($module:ident, $attribute:path) => {
        mod $module {
            use request_arena::Arena;
            use $attribute as request_arena;

            #[request_arena]
            pub fn large(buf: [u8; 64 << 10], arena: Arena<'_>) -> usize {
                std::hint::black_box(&buf);
                super::here()
            }
        }
    };
}

deep!(deep_annotated, request_arena::request_arena);
deep!(deep_plain, differential_twin::request_arena);

#[test]
fn a_parameter_of_64_kib_takes_at_most_three_times_the_stack() {
    let from = here();
    let buf = [0; 64 << 10];
    // The caller holds the argument itself.
    let annotated = size_of_val(&buf) + from - deep_annotated::large(buf);
    let plain = size_of_val(&buf) + from - deep_plain::large(buf);
    assert!(annotated <= 3 * plain, "{annotated} bytes of stack, plain {plain}");
}
