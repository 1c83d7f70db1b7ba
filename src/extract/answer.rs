//! The answer to a request that does not parse: [`AnswersRejection`], or the option `on_reject`.

use super::Rejection;

/// A type that answers a request with a [`Rejection`].
///
/// A function with a parsed parameter returns such a type, or names one in `into`, unless it has
/// the option `on_reject`. These types implement it:
///
/// * the response type of each web framework, with the framework's feature;
/// * each type with `From<Rejection>`;
/// * `Result<_, E>`, if `E` is one of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer a request that does not parse",
    label = "a request may fail to parse, and then needs an answer",
    note = "add `into = TYPE` with the response type of the web framework",
    note = "or add `on_reject = |rejection| ..`, a closure that returns the answer",
    note = "or return `Result<_, E>` where `E: From<request_arena::extract::Rejection>`"
)]
pub trait AnswersRejection {
    /// Makes the answer.
    fn answer_rejection(rejection: Rejection) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<Rejection>> AnswersRejection for T {
    fn answer_rejection(rejection: Rejection) -> Self {
        rejection.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: AnswersRejection> AnswersRejection for Result<T, E> {
    fn answer_rejection(rejection: Rejection) -> Self {
        Err(E::answer_rejection(rejection))
    }
}

/// Answers a rejection without `on_reject`.
#[cold]
pub fn rejected<R: AnswersRejection>(rejection: Rejection) -> R {
    R::answer_rejection(rejection)
}

/// Answers a rejection by the closure of `on_reject`, and infers the type of its parameter.
#[cold]
pub fn answer<R, OnReject: FnOnce(Rejection) -> R>(rejection: Rejection, with: OnReject) -> R {
    with(rejection)
}
