//! The option `send`, and what it is where it is left out: whether a function's future has to be
//! `Send`.
//!
//! A framework that wants `Send` says so where the handler is registered, and names neither the
//! value that stands in the way nor the `.await`. So the expansion asks for it within the function,
//! where the compiler shows both.
//!
//! Left out, it is `true` for a function that axum alone can call, and `false` else. A feature
//! cannot decide that: features are united over a workspace, which may have handlers of actix-web
//! or tasks of a `LocalSet`, too.

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

/// The extractors of axum. Types of these names are asked whether they are.
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

/// Who asks that a function's future is `Send`.
pub(crate) enum Asks {
    Nothing,
    /// `send = true`.
    Option,
    /// axum, which alone has such a parameter.
    Axum,
    /// axum in release builds: in debug builds its `#[debug_handler]` asks, of a copy of this.
    AxumInRelease,
    /// axum, if it takes this parameter, of a router with such a state.
    Parameter(TokenStream, TokenStream),
}

impl Asks {
    /// Those of a function with these options.
    pub(crate) fn of(options: &Options, signature: &Signature, attributes: &[Attribute]) -> Self {
        Self::said(options).unwrap_or_else(|| match () {
            () if may_be_generic(signature) => Self::Nothing,
            () if attributes.iter().any(is_debug_handler) => Self::AxumInRelease,
            () => Self::of_types(signature),
        })
    }

    /// Those of a closure, which has the bounds of its place.
    pub(crate) fn of_closure(options: &Options, signature: &Signature) -> Self {
        Self::said(options).unwrap_or_else(|| Self::of_types(signature))
    }

    /// What the option says, if it is there.
    fn said(options: &Options) -> Option<Self> {
        let switch = options.send.as_ref()?;
        Some(if switch.is_on { Self::Option } else { Self::Nothing })
    }

    fn of_types(signature: &Signature) -> Self {
        let mut found = Self::Nothing;
        for input in &signature.inputs {
            let FnArg::Typed(PatType { attrs, ty, .. }) = input else { continue };
            // Its type may exist only where the condition holds.
            if attrs.iter().any(is_condition) {
                continue;
            }
            if says_axum(ty) {
                return Self::Axum;
            }
            let Some(extractor) = extractor(ty) else { continue };
            // A router's own state gives that of its parts; any other extractor takes any state.
            match (&found, state(extractor)) {
                (Self::Nothing, Some(state)) => {
                    found = Self::Parameter(ty.to_token_stream(), state.to_token_stream());
                }
                (_, None) => found = Self::Parameter(ty.to_token_stream(), own!(())),
                _ => {}
            }
        }
        found
    }

    /// What stands before a future, and the future that is `Send`, if that is asked.
    ///
    /// The name of the call stands at the function's name, where the compiler shows its error.
    pub(crate) fn around(
        &self,
        future: TokenStream,
        function: &Ident,
        krate: &TokenStream,
    ) -> (TokenStream, TokenStream) {
        let call = Ident::new("future", function.span());
        match self {
            Self::Nothing => (TokenStream::new(), future),
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
                        (&#krate::__private::handler::Parameter::<#ty, #state>::new()).__request_arena_handler()
                    };
                };
                (handler, own!(handler.#call(#future)))
            }
        }
    }
}

/// Whether a function may be `Send` for the types that it is called with, and not for all that it
/// allows.
///
/// The parameters of an `impl` around are not to be seen, but for their customary names.
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

/// `T`, `DB`, `T1`, `Self`.
fn is_customary(name: &str) -> bool {
    name == "Self"
        || (name.len() <= 2
            && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit()))
}

/// Whether a type's path begins with `axum`.
fn says_axum(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.len() > 1 && path.path.segments[0].ident == "axum")
}

/// The last part of the path of what may be an extractor, which may be in an `Option` or a
/// `Result`.
fn extractor(ty: &Type) -> Option<&PathSegment> {
    /// A lifetime that the place of a parameter gives to its type, and another place does not.
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
