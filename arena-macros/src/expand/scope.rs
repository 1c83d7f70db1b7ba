//! Writes the scope around a body: it opens the scope, runs the body, and ends the scope.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{Attribute, Signature, Type};

use super::handle::{
    bind_arena, bind_handle, bind_opened, bind_owner, handle, levels_of_a_parameter, of_opened,
};
use super::on_limit::OnLimit;
use super::own::{counted, own};
use super::parameters::Parameters;
use super::parse::Rejected;
use super::passage::Passage;
use super::places::{arm, async_block, at_brace, at_last, closure};
use super::send::NeedsSend;
use super::shape::Shape;
use super::typed::Typed;
use super::{leaves, result};
use crate::read::arena_parameter::ArenaParameter;
use crate::read::async_block::AsyncBlock;
use crate::read::options::Options;
use crate::types::lifetimes;

/// The scope of one function.
pub(crate) struct Scope<'o> {
    pub(crate) arena: &'o ArenaParameter,
    pub(crate) options: &'o Options,
    pub(crate) krate: TokenStream,
    pub(crate) site: TokenStream,
    pub(crate) parameters: Parameters,
    pub(crate) is_never: bool,
    /// Gives the compiler the types of a closure that an `async` body returns.
    pub(crate) typed: Option<Typed>,
    /// Whether the body returns an `impl Fn(..)`.
    pub(crate) returns_a_closure: bool,
    /// The span of the result's type.
    pub(crate) output_span: Span,
    /// Whether the body may return a `Result`, which decides the outcome.
    pub(crate) may_be_result: bool,
    /// The type of the body's result, if it can be written.
    pub(crate) output: Option<Type>,
    /// The start of the `async` block: `async move`, or `async` in a closure.
    pub(crate) start: TokenStream,
    /// The reason why the future has to be `Send`, if it has to.
    pub(crate) needs_send: NeedsSend,
    /// The function's name.
    pub(crate) function: Ident,
}

impl Scope<'_> {
    /// Whether the body stays in the function, under a guard, instead of in a closure.
    ///
    /// In a closure, `#[track_caller]` would have no effect on the body, and a closure that the
    /// body returns would not know its types.
    pub(crate) fn is_inline(&self, shape: &Shape, attributes: &[Attribute]) -> bool {
        let is_track_caller =
            attributes.iter().any(|attribute| attribute.path().is_ident("track_caller"));
        let is_plain =
            self.options.into.is_none() && self.options.on_limit.is_none() && !self.is_never;
        matches!(shape, Shape::Call) && is_plain && (is_track_caller || self.returns_a_closure)
    }

    /// Whether an `async fn` has to stay one, because a plain function could not have this form.
    pub(crate) fn stays_async(&self, signature: &Signature) -> bool {
        self.is_never
            || self.awaited_on_limit().is_some()
            || signature.unsafety.is_some()
            || signature.abi.is_some()
    }

    /// A function's body under a guard.
    pub(crate) fn inline(&self, body: &Group) -> TokenStream {
        let Self { arena, krate, site, .. } = self;
        let owner = bind_owner(arena, &own!(#krate::__private::RequestScope::enter(#site)));
        let handle = self.bind_handle(&own!(#krate::__private::RequestScope));
        let body = self.arm(body);
        own!(#owner #handle #body)
    }

    /// A function's body as a closure.
    pub(crate) fn call(&self, body: &Group) -> TokenStream {
        let Self { arena, krate, site, parameters, .. } = self;
        let takes = counted("takes", parameters.count() + 1, krate);
        let (names, capture) = (parameters.names(), parameters.capture());
        let owner = bind_owner(arena, &own!(#krate::__private::ArenaToken::enter(token)));
        let (patterns, inside, output) = match &self.options.into {
            None => {
                let captured = parameters.bind_unparsed_captured(krate);
                let handle = self.bind_handle(&own!(#krate::__private::OpenArena));
                let arm = self.arm(body);
                (
                    parameters.unparsed_patterns(),
                    own!(#captured #owner #handle #arm),
                    self.closure_output(),
                )
            }
            Some(into) => {
                let (patterns, captured) = (parameters.patterns(), parameters.bind_captured(krate));
                let (pattern, ty, handle) = self.handle(&own!(#krate::__private::OpenArena));
                let levels = levels_of_a_parameter(arena);
                let (arm, output, turn) = (
                    self.arm(body),
                    self.closure_output(),
                    result::turn(into, self.may_be_result, krate),
                );
                let borrowed = parameters.borrowed();
                let closure = closure(
                    body,
                    &capture,
                    &own!(#levels #pattern: #ty, #patterns),
                    &output,
                    own!(#captured #arm),
                );
                let leaves = leaves::check(self.output.as_ref(), krate);
                let turns = counted("turns", parameters.count() + 1, krate);
                let inside = own! {
                    #owner
                    #handle
                    #leaves
                    #[allow(clippy::result_large_err, reason = "said of the function")]
                    let body = #turns(#borrowed #closure);
                    let result = body(handle, #names);
                    #turn
                };
                (parameters.quiet_names(), inside, own!(-> (#into, _)))
            }
        };
        let borrowed = parameters.borrowed();
        let closure = closure(body, &capture, &own!(token, #patterns), &output, inside);
        let taking = at_last(body, own!(#takes(&token, #borrowed #closure)));
        let begin = own! {
            let (run, token) = #krate::__private::ScopeRun::of_call(#site);
            #[allow(
                clippy::implicit_return, clippy::result_large_err, reason = "said of the function"
            )]
            let body = #taking;
        };
        if self.is_never {
            return own!(#begin body(token, #names));
        }
        let (pattern, outcome) = match &self.options.into {
            Some(_) => (own!((result, outcome)), TokenStream::new()),
            None => (own!(result), result::outcome(self.may_be_result, krate)),
        };
        let result = at_last(body, own!(result));
        let call = at_last(body, own!(body(token, #names)));
        let Some(on_limit) = self.on_limit() else {
            return own!(#begin let #pattern = #call; #outcome run.end(outcome); return #result;);
        };
        let answer = on_limit.arm();
        own! {
            #begin
            match run.call_to_limit(|| #call) {
                ::core::result::Result::Ok(#pattern) => {
                    #outcome
                    run.end(outcome);
                    return #result;
                }
                ::core::result::Result::Err(error) => {
                    ::core::mem::drop(run);
                    match ::core::result::Result::<::core::convert::Infallible, _>::Err(error) {
                        ::core::result::Result::Ok(never) => match never {},
                        #answer
                    }
                }
            }
        }
    }

    /// An `async` function's body as the future that a plain function returns.
    pub(crate) fn future(&self, body: &Group) -> TokenStream {
        let (before, scoped) = self.scoped_parameters(body);
        let (asked, future) = self.sent(at_last(body, self.answered(scoped)));
        let returned = own! {
            #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
            return #future;
        };
        own!(#before #asked #returned)
    }

    /// An `async` function's body as a future that it awaits.
    pub(crate) fn awaited(&self, body: &Group) -> TokenStream {
        let krate = &self.krate;
        let (before, scoped) = self.scoped_parameters(body);
        match self.awaited_on_limit() {
            Some(on_limit) => {
                let answer = on_limit.arm();
                let (asked, future) = self.sent(own!(#krate::__private::to_limit(#scoped)));
                own! {
                    #before #asked
                    match #future.await {
                        ::core::result::Result::Ok(result) => result,
                        #answer
                    }
                }
            }
            None => {
                let (asked, future) = self.sent(at_last(body, self.answered(scoped)));
                let ready = at_last(body, own!(.await));
                own!(#before #asked #future #ready)
            }
        }
    }

    /// The future for an `async` block that a function returns.
    pub(crate) fn returned(&self, body: &Group, block: &AsyncBlock) -> TokenStream {
        let krate = &self.krate;
        let AsyncBlock { attributes, start } = block;
        let inside = match &self.options.into {
            None => self.plain_future(body, &TokenStream::new()),
            Some(into) => self.turned_future(body, into, &self.parameters.bind_all(krate), start),
        };
        let scoped = self.scoped(own!(#(#attributes)* #start { #inside }));
        let future = match self.awaited_on_limit() {
            Some(on_limit) => {
                let answer = on_limit.arm();
                own! {
                    async move {
                        match #krate::__private::to_limit(#scoped).await {
                            ::core::result::Result::Ok(result) => result,
                            #answer
                        }
                    }
                }
            }
            None => self.answered(scoped),
        };
        let (asked, future) = self.sent(future);
        if asked.is_empty() { future } else { own!({ #asked #future }) }
    }

    /// Statements to put before the future, and the future, required to be `Send` if it has to be.
    fn sent(&self, future: TokenStream) -> (TokenStream, TokenStream) {
        self.needs_send.around(future, &self.function, &self.krate)
    }

    /// Statements to put before the scope of an `async` function's body, and the scope.
    fn scoped_parameters(&self, body: &Group) -> (TokenStream, TokenStream) {
        let Self { krate, parameters, start, .. } = self;
        let Some(into) = &self.options.into else {
            let inside = self.plain_future(body, &parameters.bind_unparsed(krate));
            return (TokenStream::new(), self.scoped(async_block(body, start, inside)));
        };
        // The inner block moves the parameters out of these variables, so that there is no copy of
        // them in the future.
        let passages = parameters.passages();
        let before: TokenStream = passages.iter().map(Passage::hold).collect();
        let lent: TokenStream = passages.iter().map(Passage::lend).collect();
        let taken: TokenStream = passages.iter().map(|passage| passage.take(krate)).collect();
        let receiver = parameters.capture_receiver();
        let bound = parameters.bind_all(krate);
        let start = at_brace(body, start);
        let inside = self.turned_future(body, into, &own!(#taken #bound), &start);
        let block = async_block(body, &start, own!(#receiver #lent #inside));
        (before, self.scoped(block))
    }

    /// The content of the `async` block around a body.
    fn plain_future(&self, body: &Group, parameters: &TokenStream) -> TokenStream {
        let Self { arena, krate, .. } = self;
        let owner = bind_owner(arena, &own!(#krate::__private::opened()));
        let handle = self.bind_handle(&own!(#krate::__private::OpenArena));
        let (hint, body) = (result::hint(self.output.as_ref(), krate), self.arm(body));
        if self.parameters.has_parsed() {
            // A bad request returns before the body.
            return own!(#hint #parameters #owner #handle #body);
        }
        own!(#parameters #owner #handle #hint #body)
    }

    /// The same for `into`: the body is a second `async` block.
    fn turned_future(
        &self,
        body: &Group,
        into: &Type,
        parameters: &TokenStream,
        start: &TokenStream,
    ) -> TokenStream {
        let Self { arena, krate, .. } = self;
        let owner = bind_owner(arena, &own!(#krate::__private::opened()));
        let (pattern, ty, handle) = self.handle(&own!(#krate::__private::OpenArena));
        let levels = levels_of_a_parameter(arena);
        let (hint, arm, turn) = (
            result::hint(self.output.as_ref(), krate),
            self.arm(body),
            result::turn(into, self.may_be_result, krate),
        );
        let both: Type = syn::parse_quote!((#into, _));
        let outer_hint = result::hint(Some(&both), krate);
        let leaves = leaves::check(self.output.as_ref(), krate);
        let mut block = Group::new(
            Delimiter::Brace,
            own!(#parameters #levels let #pattern: #ty = handle; #hint #arm),
        );
        block.set_span(body.span());
        own! {
            #outer_hint
            #owner
            #handle
            #leaves
            let result = #start #block.await;
            #turn
        }
    }

    /// The core's future around the `async` block.
    fn scoped(&self, block: TokenStream) -> TokenStream {
        let Self { krate, site, .. } = self;
        if self.options.into.is_some() {
            return own!(#krate::__private::future_into(#site, #block));
        }
        let judge = result::judge(self.may_be_result, krate);
        own!(#krate::__private::future(#site, #block, #judge))
    }

    /// Binds the handle to the user's pattern, after the parameters that are parsed.
    fn bind_handle(&self, of: &TokenStream) -> TokenStream {
        if !self.parameters.has_parsed() {
            return bind_handle(self.arena, of);
        }
        let opened = bind_opened(self.arena, of);
        let parsed = self.parameters.parse_and_bind(&self.rejected());
        let (pattern, ty, _) = handle(self.arena, of);
        let bound = bind_arena(self.arena, &pattern, &ty);
        own!(#opened #parsed #bound)
    }

    /// The user's pattern and type of the handle, and the statements that bind `handle` and parse.
    fn handle(&self, of: &TokenStream) -> (TokenStream, Type, TokenStream) {
        let (pattern, ty, handle) = handle(self.arena, of);
        if !self.parameters.has_parsed() {
            return (pattern, ty, own!(let handle = #handle;));
        }
        let opened = bind_opened(self.arena, of);
        let parsed = self.parameters.parse(&self.rejected());
        let arena = of_opened(self.arena);
        (pattern, ty, own!(#opened #parsed let handle = #arena;))
    }

    /// The answer to a request that does not parse.
    fn rejected(&self) -> Rejected<'_> {
        let Self { arena, options, krate, .. } = self;
        Rejected {
            on_reject: options.on_reject.as_ref(),
            output: options.into.as_ref().or(self.output.as_ref()),
            with_outcome: options.into.is_some(),
            is_limit_answered: options.on_limit.is_some(),
            arena: arena.lifetime.as_ref(),
            krate,
        }
    }

    fn closure_output(&self) -> TokenStream {
        if self.is_never {
            let never =
                Type::Never(syn::TypeNever { bang_token: syn::Token![!](self.output_span) });
            return own!(-> #never);
        }
        result::closure_output(self.output.as_ref())
    }

    /// The answer to the limit, if there is one.
    fn on_limit(&self) -> Option<OnLimit<'_>> {
        let answer = self.options.on_limit.as_ref()?;
        let output = self.options.into.as_ref().or(self.output.as_ref());
        Some(OnLimit { answer, output, krate: &self.krate })
    }

    /// The answer to the limit, if it has to stand in an `async` context.
    fn awaited_on_limit(&self) -> Option<OnLimit<'_>> {
        self.on_limit().filter(OnLimit::awaits)
    }

    /// The future, with its limit answered if there is an answer.
    fn answered(&self, scoped: TokenStream) -> TokenStream {
        match self.on_limit() {
            Some(on_limit) => on_limit.around(&scoped, &self.parameters.left_out),
            None => scoped,
        }
    }

    /// The user's body.
    fn arm(&self, body: &Group) -> TokenStream {
        let written = lifetimes::anonymous_body(body, self.arena.lifetime.as_ref());
        if let Some(typed) = &self.typed {
            return inside(typed.in_body(written));
        }
        if self.returns_a_closure {
            // In the arm of a `match`, the closure would not get its types from the function's
            // result type.
            return inside(written);
        }
        arm(body, &written)
    }
}

/// The statements of a block.
fn inside(block: TokenStream) -> TokenStream {
    let group = |token| match token {
        TokenTree::Group(block) => block.stream(),
        other => other.into(),
    };
    block.into_iter().map(group).collect()
}
