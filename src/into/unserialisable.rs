//! The error for a result with a `Json` of a type that has no `Serialize`.
//!
//! No conversion fits such a result. The last candidate would report that the framework's response
//! has no `From<Json<T>>`, which hides the mistake. So two ranks before it take each result with a
//! `Json`. A result that has `Serialize` gets the report of the last candidate, because it fails
//! for another reason. For others, [`JsonAnswer`] requires `Serialize` of the user's type.

use core::marker::PhantomData;

use request_arena_core::expansion::{EachSide, Place, Plain, Rank, Ready};
use serde::Serialize;

use super::ResponseWay;
use super::body::FromBody;

/// A result with a value to serialise as JSON.
pub trait HasJson {
    /// The value's type.
    type Value;
}

#[cfg(feature = "json")]
impl<T> HasJson for crate::Json<T> {
    type Value = T;
}

#[cfg(feature = "axum")]
impl<T> HasJson for ::axum::Json<T> {
    type Value = T;
}

#[cfg(feature = "actix-web")]
impl<T> HasJson for ::actix_web::web::Json<T> {
    type Value = T;
}

#[cfg(feature = "poem")]
impl<T> HasJson for ::poem::web::Json<T> {
    type Value = T;
}

#[cfg(feature = "rocket")]
impl<T> HasJson for ::rocket::serde::json::Json<T> {
    type Value = T;
}

impl<P, T: HasJson> HasJson for (P, T) {
    type Value = T::Value;
}

impl<P, Q, T: HasJson> HasJson for (P, Q, T) {
    type Value = T::Value;
}

impl<T: HasJson, E> HasJson for Result<T, E> {
    type Value = T::Value;
}

/// Requires `Serialize` of the value. It never runs.
#[derive(Debug)]
pub struct JsonAnswer<V>(PhantomData<fn(V)>);

impl<V> JsonAnswer<V> {
    /// Reports the missing `Serialize`.
    pub fn turn_outward<T>(self, _: T, _: Place, _: fn(T) -> T, _: fn(T) -> T)
    where
        V: Serialize,
    {
    }

    /// Gives the error of [`turn_outward`](Self::turn_outward) no successor.
    pub fn prepare<R>(self, (): (), _: fn(R) -> R) -> Ready<R> {
        unreachable!("the crate did not compile")
    }
}

impl<V> Clone for JsonAnswer<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for JsonAnswer<V> {}

impl<R: FromBody, T: HasJson<Value: Serialize>> ResponseWay for Rank<T, R, 7> {
    type Way = Plain;

    fn __request_arena_way(&self) -> Plain {
        Plain
    }
}

impl<R: FromBody, F, T: HasJson<Value: Serialize>, E> ResponseWay
    for Rank<Result<T, E>, Result<R, F>, 7>
{
    type Way = EachSide<R, F>;

    fn __request_arena_way(&self) -> EachSide<R, F> {
        EachSide::default()
    }
}

impl<R: FromBody, T: HasJson> ResponseWay for Rank<T, R, 8> {
    type Way = JsonAnswer<T::Value>;

    fn __request_arena_way(&self) -> Self::Way {
        JsonAnswer(PhantomData)
    }
}

impl<R: FromBody, F, T: HasJson, E> ResponseWay for Rank<Result<T, E>, Result<R, F>, 8> {
    type Way = JsonAnswer<T::Value>;

    fn __request_arena_way(&self) -> Self::Way {
        JsonAnswer(PhantomData)
    }
}
