//! Finds the parameters that the scope parses: `#[json]`, `#[query]` and `#[form]`.
//!
//! Callers see an extractor in place of such a parameter. It holds the bytes of the body, or the
//! query string. The user's pattern and type apply inside the scope.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, Meta, Pat, PatIdent, PatType, PathArguments, Signature, Type,
};

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

    /// The type that callers see.
    fn extractor(self, span: Span, krate: &TokenStream) -> Type {
        let extractor = match self {
            Self::Json => "JsonBody",
            Self::Query => "QueryString",
            Self::Form => "FormBody",
        };
        let extractor = Ident::new(extractor, span);
        syn::parse2(quote_spanned!(span=> #krate::extract::#extractor)).expect("a path is a type")
    }

    /// The name of the frameworks' extractor that parses on its own.
    fn wrapper(self) -> &'static str {
        match self {
            Self::Json => "Json",
            Self::Query => "Query",
            Self::Form => "Form",
        }
    }
}

impl ParsedParameter {
    /// The place of the mark, for errors about the answer to a bad request.
    pub(crate) fn span(&self) -> Span {
        Span::mixed_site().located_at(self.mark.path().span())
    }

    /// The error for an extractor of a framework around the type, as in `Json<Order<'_>>`.
    fn wrapper(&self) -> Option<String> {
        let Type::Path(path) = &self.ty else { return None };
        let last = path.path.segments.last()?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        let (1, Some(GenericArgument::Type(inner))) =
            (arguments.args.len(), arguments.args.first())
        else {
            return None;
        };
        let (name, wrapper) = (self.source.name(), self.source.wrapper());
        (last.ident == wrapper).then(|| {
            let bound = match &self.pattern {
                Pat::TupleStruct(tuple) => tuple.elems.first(),
                pattern => Some(pattern),
            };
            let bound = match bound {
                Some(Pat::Ident(bound)) => bound.ident.to_string(),
                _ => String::from("value"),
            };
            format!(
                "`{wrapper}` around a type that `#[{name}]` parses already: write \
                 `#[{name}] {bound}: {}`",
                shown(inner)
            )
        })
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
                let typed_before = typed.ty.clone();
                let read = read(&mut typed, index, source, mark, krate);
                // The compiler reports two bodies under conditions that both hold.
                let is_body =
                    |it: &ParsedParameter| it.source.is_body() && it.conditions.is_empty();
                let earlier = parsed.iter().find(|earlier| is_body(earlier));
                let is_second = earlier.is_some() && is_body(&read);
                if let Some(earlier) = earlier.filter(|_| is_second) {
                    errors.push_at(&read.mark, second_body(earlier.source, source));
                    // axum has no handlers with two bodies, and would report that, too.
                    *typed.ty = Source::Query.extractor(read.span(), krate);
                }
                if let Some(parses) = read.wrapper() {
                    errors.push_at(&typed_before, parses);
                }
                parsed.push(read);
                if source.is_body() && !is_second {
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

/// A type as its user writes it.
fn shown(ty: &Type) -> String {
    let mut text = String::new();
    for token in ty.to_token_stream().to_string().split(' ') {
        let is_apart = text.ends_with(',')
            || (token.starts_with(|first: char| first.is_alphanumeric())
                && text.ends_with(|last: char| last.is_alphanumeric()));
        if is_apart {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
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
    *typed.ty = source.extractor(parsed.span(), krate);
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
