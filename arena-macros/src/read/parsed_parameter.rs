//! Finds the parameters that the scope parses: `#[json]`, `#[query]` and `#[form]`.
//!
//! Callers see an extractor in place of such a parameter. It holds the bytes of the body, or the
//! query string. The user's pattern and type apply inside the scope.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Meta, Pat, PatIdent, PatType, Signature, Type};

use super::arena_parameter;
use super::attributes::is_condition;
use super::bindings::{Bindings, outward_name};
use crate::errors::Errors;

/// A parameter that is parsed, replaced in the signature by its extractor.
#[derive(Clone)]
pub(crate) struct ParsedParameter {
    source: Source,
    /// The user's `#[json]`.
    mark: Attribute,
    /// `#[cfg]`, which may remove the parameter.
    pub(crate) conditions: Vec<Attribute>,
    /// The name of the extractor in the signature.
    pub(crate) name: Ident,
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
}

/// The text that a parameter is parsed from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Json,
    Query,
    Form,
}

impl Source {
    fn of(attribute: &Attribute) -> Option<Self> {
        let is = |name| attribute.path().is_ident(name);
        match () {
            () if is("json") => Some(Self::Json),
            () if is("query") => Some(Self::Query),
            () if is("form") => Some(Self::Form),
            () => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Query => "query",
            Self::Form => "form",
        }
    }

    fn is_body(self) -> bool {
        self != Self::Query
    }

    fn extractor(self) -> &'static str {
        match self {
            Self::Json => "JsonBody",
            Self::Query => "QueryString",
            Self::Form => "FormBody",
        }
    }
}

impl ParsedParameter {
    /// The place of the mark, for errors about the answer to a bad request.
    pub(crate) fn span(&self) -> Span {
        Span::mixed_site().located_at(self.mark.path().span())
    }

    fn extractor(&self, krate: &TokenStream) -> Type {
        let extractor = Ident::new(self.source.extractor(), self.span());
        syn::parse2(quote_spanned!(self.span()=> #krate::extract::#extractor))
            .expect("a path is a type")
    }
}

/// Whether a parameter is marked. It needs an arena then.
pub(crate) fn is_in(signature: &Signature) -> bool {
    signature.inputs.iter().any(|input| attributes(input).iter().any(is_mark))
}

/// Replaces each marked parameter by its extractor, and reports marks that have no effect.
///
/// The extractor of a body becomes the last parameter, since axum requires that.
pub(crate) fn take(
    signature: &mut Signature,
    krate: &TokenStream,
    errors: &mut Errors,
) -> Vec<ParsedParameter> {
    if !is_in(signature) {
        return Vec::new();
    }
    let arenas: Vec<bool> =
        signature.inputs.iter().map(|input| arena_parameter::is_one(input, signature)).collect();
    let mut parsed: Vec<ParsedParameter> = Vec::new();
    let (mut inputs, mut last) = (Punctuated::new(), Vec::new());
    for (index, (mut input, is_arena)) in
        std::mem::take(&mut signature.inputs).into_iter().zip(arenas).enumerate()
    {
        let Some((source, mark)) = take_mark(&mut input, errors) else {
            inputs.push(input);
            continue;
        };
        let name = source.name();
        let input = match input {
            FnArg::Receiver(receiver) => {
                errors.push_at(
                    &mark,
                    format!("`#[{name}]` cannot be on `self`: put it on a parameter with a type"),
                );
                FnArg::Receiver(receiver)
            }
            FnArg::Typed(arena) if is_arena => {
                errors.push_at(
                    &mark,
                    format!(
                        "`#[{name}]` cannot be on the arena: put it on a parameter of the type to \
                         parse, as in `#[{name}] order: Order<'_>`"
                    ),
                );
                FnArg::Typed(arena)
            }
            FnArg::Typed(mut typed) => {
                let read = read(&mut typed, index, source, mark, krate);
                // The compiler reports two bodies under conditions that both hold.
                let is_body =
                    |it: &ParsedParameter| it.source.is_body() && it.conditions.is_empty();
                let earlier = parsed.iter().find(|earlier| is_body(earlier));
                if let Some(earlier) = earlier.filter(|_| is_body(&read)) {
                    errors.push_at(&read.mark, second_body(earlier.source, source));
                }
                parsed.push(read);
                if source.is_body() {
                    last.push(FnArg::Typed(typed));
                    continue;
                }
                FnArg::Typed(typed)
            }
        };
        inputs.push(input);
    }
    inputs.extend(last);
    signature.inputs = inputs;
    parsed
}

fn second_body(earlier: Source, source: Source) -> String {
    let (earlier, name) = (earlier.name(), source.name());
    if earlier == name {
        format!(
            "second `#[{name}]`: a body is parsed once, so put all its fields into one type and \
             remove this parameter"
        )
    } else {
        format!("`#[{name}]` beside `#[{earlier}]`: a body is parsed once, so remove one of them")
    }
}

fn read(
    typed: &mut PatType,
    index: usize,
    source: Source,
    mark: Attribute,
    krate: &TokenStream,
) -> ParsedParameter {
    let pattern = (*typed.pat).clone();
    let name = outward_name(&pattern, &Bindings::of(&pattern), index);
    let ty = (*typed.ty).clone();
    let conditions =
        typed.attrs.iter().filter(|attribute| is_condition(attribute)).cloned().collect();
    let parsed = ParsedParameter { source, mark, conditions, name, pattern, ty };
    *typed.ty = parsed.extractor(krate);
    *typed.pat = Pat::Ident(PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: parsed.name.clone(),
        subpat: None,
    });
    parsed
}

/// Removes the mark from a parameter, and reports a wrong one.
fn take_mark(input: &mut FnArg, errors: &mut Errors) -> Option<(Source, Attribute)> {
    let attributes = match input {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(typed) => &mut typed.attrs,
    };
    let (marks, others): (Vec<_>, Vec<_>) =
        std::mem::take(attributes).into_iter().partition(is_mark);
    *attributes = others;
    let mut first: Option<(Source, Attribute)> = None;
    for mark in marks {
        let source = Source::of(&mark)?;
        if let Some((first, _)) = &first {
            let (first, second) = (first.name(), source.name());
            let text = format!(
                "`#[{second}]` on a parameter with `#[{first}]`: a parameter is parsed from one \
                 place, so remove one of them"
            );
            errors.push_at(&mark, text);
            continue;
        }
        match &mark.meta {
            Meta::Path(_) => {}
            Meta::List(list) => errors.push_at(
                list.tokens.to_token_stream(),
                format!("`#[{0}]` takes no options: write `#[{0}]`", source.name()),
            ),
            Meta::NameValue(value) => errors.push_at(
                &value.value,
                format!("`#[{0}]` takes no value: write `#[{0}]`", source.name()),
            ),
        }
        first = Some((source, mark));
    }
    first
}

fn is_mark(attribute: &Attribute) -> bool {
    Source::of(attribute).is_some()
}

fn attributes(input: &FnArg) -> &[Attribute] {
    match input {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(typed) => &typed.attrs,
    }
}
