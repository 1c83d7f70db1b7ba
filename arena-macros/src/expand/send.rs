//! Requires that a function's future is `Send`: the option `send`, and its default.
//!
//! A framework that needs `Send` reports a missing one where the handler is registered. That error
//! names neither the value that is not `Send` nor the `.await`. So the expansion requires `Send`
//! inside the function, where the compiler shows both.
//!
//! The default is `true` for a function that only axum can call, and `false` for all others. A
//! cargo feature cannot decide it. Cargo unites features over a workspace, which may also have
//! handlers of actix-web or tasks of a `LocalSet`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, PatType, PathArguments, PathSegment,
    Signature, Type, TypeImplTrait, TypePath, TypeReference,
};

use super::own::own;
use crate::read::attributes::{is_condition, is_debug_handler};
use crate::read::options::Options;
use crate::types::result::has_infer;

/// The names of axum's extractors. The compiler decides whether a type of such a name is one.
const EXTRACTORS: [&str; 14] = [
    "ConnectInfo",
    "Extension",
    "Form",
    "Json",
    "MatchedPath",
    "Multipart",
    "OriginalUri",
    "Path",
    "Query",
    "RawForm",
    "RawQuery",
    "Request",
    "State",
    "WebSocketUpgrade",
];

/// The reason why a function's future has to be `Send`.
pub(crate) enum NeedsSend {
    /// The future does not have to be `Send`.
    No,
    /// The option: `send = true`.
    Option,
    /// A parameter has a type of axum, so that only axum can call the function.
    Axum,
    /// axum, in release builds. In debug builds axum's `#[debug_handler]` checks it.
    AxumInRelease,
    /// axum, if it accepts this parameter type in a router with this state.
    Parameter(TokenStream, TokenStream),
    /// axum, if this is the type of its responses. Several frameworks extract the parameters that
    /// the scope parses.
    Response(TokenStream),
}

impl NeedsSend {
    /// The reason for a function with these options.
    pub(crate) fn of(
        options: &Options,
        signature: &Signature,
        attributes: &[Attribute],
        parses: bool,
    ) -> Self {
        Self::said(options).unwrap_or_else(|| match () {
            () if may_be_generic(signature) => Self::No,
            () if attributes.iter().any(is_debug_handler) => Self::AxumInRelease,
            () => Self::of_types(signature, options, parses),
        })
    }

    /// The reason for a closure. Its place has bounds, so it may not be generic.
    pub(crate) fn of_closure(options: &Options, signature: &Signature, parses: bool) -> Self {
        Self::said(options).unwrap_or_else(|| Self::of_types(signature, options, parses))
    }

    /// The reason by the option, if it is given.
    fn said(options: &Options) -> Option<Self> {
        let switch = options.send.as_ref()?;
        Some(if switch.is_on { Self::Option } else { Self::No })
    }

    fn of_types(signature: &Signature, options: &Options, parses: bool) -> Self {
        let mut found = Self::No;
        for input in &signature.inputs {
            let FnArg::Typed(PatType { attrs, ty, .. }) = input else { continue };
            // The type may exist only under this condition.
            if attrs.iter().any(is_condition) {
                continue;
            }
            if says_axum(ty) {
                return Self::Axum;
            }
            let Some(extractor) = extractor(ty) else { continue };
            // Extractors of a part of the state work with the whole state of the router. All others
            // work with any state.
            match (&found, state(extractor)) {
                (Self::No, Some(state)) => {
                    found = Self::Parameter(ty.to_token_stream(), state.to_token_stream());
                }
                (_, None) => found = Self::Parameter(ty.to_token_stream(), own!(())),
                _ => {}
            }
        }
        match (&found, &options.into) {
            (Self::No, Some(into)) if parses && !has_infer(into) => {
                Self::Response(into.to_token_stream())
            }
            _ => found,
        }
    }

    /// Statements to put before the future, and the future, wrapped in a call that requires `Send`.
    ///
    /// The name of the call has the span of the function's name, since the compiler points its
    /// error there.
    pub(crate) fn around(
        &self,
        future: TokenStream,
        function: &Ident,
        krate: &TokenStream,
    ) -> (TokenStream, TokenStream) {
        let call = Ident::new("future", function.span());
        match self {
            Self::No => (TokenStream::new(), future),
            Self::Option => (TokenStream::new(), own!(#krate::__private::SendTrue.#call(#future))),
            Self::Axum => (TokenStream::new(), own!(#krate::__private::AxumHandler.#call(#future))),
            Self::AxumInRelease => {
                let handler = own! {
                    #[cfg(debug_assertions)]
                    let handler = #krate::__private::AnyFunction;
                    #[cfg(not(debug_assertions))]
                    let handler = #krate::__private::AxumHandler;
                };
                (handler, own!(handler.#call(#future)))
            }
            Self::Parameter(ty, state) => {
                let handler = own! {
                    let handler = {
                        use #krate::__private::handler::{AnyParameter as _, AxumParameter as _};
                        (&&#krate::__private::handler::Parameter::<#ty, #state>::new())
                            .__request_arena_handler()
                    };
                };
                (handler, own!(handler.#call(#future)))
            }
            Self::Response(ty) => {
                let handler = own! {
                    let handler = {
                        use #krate::__private::handler::{AnyResponse as _, AxumResponse as _};
                        (&#krate::__private::handler::ResponseOf::<#ty>::new())
                            .__request_arena_handler()
                    };
                };
                (handler, own!(handler.#call(#future)))
            }
        }
    }
}

/// Whether a function may be generic, so that its future may be `Send` for some types only.
///
/// The type parameters of a surrounding `impl` cannot be seen here, so this looks for their usual
/// names.
fn may_be_generic(signature: &Signature) -> bool {
    struct Generics(bool);
    impl Visit<'_> for Generics {
        fn visit_type_impl_trait(&mut self, _: &TypeImplTrait) {
            self.0 = true;
        }
        fn visit_type_path(&mut self, path: &TypePath) {
            self.0 |= path
                .path
                .segments
                .first()
                .is_some_and(|segment| is_customary(&segment.ident.to_string()));
            visit::visit_type_path(self, path);
        }
    }
    let has_receiver = signature.inputs.iter().any(|input| matches!(input, FnArg::Receiver(_)));
    let has_types = signature
        .generics
        .params
        .iter()
        .any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    let mut generics = Generics(has_receiver || has_types);
    signature.inputs.iter().for_each(|input| generics.visit_fn_arg(input));
    generics.0
}

/// Whether a name is usual for a type parameter: `T`, `DB`, `T1`; or `Self`.
fn is_customary(name: &str) -> bool {
    name == "Self"
        || (name.len() <= 2
            && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit()))
}

/// Whether a type's path begins with `axum`.
fn says_axum(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.len() > 1 && path.path.segments[0].ident == "axum"
}

/// The last segment of a type that may be an extractor, also inside of `Option` or `Result`.
fn extractor(ty: &Type) -> Option<&PathSegment> {
    /// An elided lifetime is valid in a parameter, and not where the expansion repeats the type.
    struct References(bool);
    impl Visit<'_> for References {
        fn visit_type_reference(&mut self, _: &TypeReference) {
            self.0 = true;
        }
    }
    let mut references = References(false);
    references.visit_type(ty);
    if references.0 || has_infer(ty) { None } else { named(ty) }
}

fn named(ty: &Type) -> Option<&PathSegment> {
    let Type::Path(TypePath { qself: None, path }) = ty else { return None };
    let last = path.segments.last()?;
    if last.ident == "Option" || last.ident == "Result" {
        return named(first_type(last)?);
    }
    EXTRACTORS.iter().any(|name| last.ident == name).then_some(last)
}

/// The type of a `State<..>`.
fn state(extractor: &PathSegment) -> Option<&Type> {
    first_type(extractor).filter(|_| extractor.ident == "State")
}

fn first_type(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
