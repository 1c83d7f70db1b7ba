//! Passes the parameters that callers see on to the body.
//!
//! The body is a closure or an `async` block. It has to own each parameter as a whole, and drop
//! them in the order of a plain function. A capture would not do that: closures capture single
//! fields. So each parameter is passed on by name. It is an argument of the closure, or a new
//! binding in the `async` block, as rustc does it for an `async fn`.
//!
//! The user's pattern moves inside, where it binds. The signature that callers see has a name in
//! its place.

use std::collections::BTreeSet;

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, FnArg, Pat, PatIdent, PatType, Receiver, Signature, Token, Type};

use super::own::own;
use super::parse::{Rejected, conditions};
use super::passage::Passage;
use crate::read::attributes::{is_condition, is_level};
use crate::read::bindings::{Bindings, is_name, outward_name};
use crate::read::names::names_in;
use crate::read::options::Options;
use crate::read::parsed_parameter::ParsedParameter;

/// The core has functions up to `takes_12`, and the arena is one of the twelve arguments. The
/// closure captures further parameters.
const MOST_ARGUMENTS: usize = 11;

/// The parameters of one function.
pub(crate) struct Parameters {
    /// The arguments of the closure.
    passed: Vec<Parameter>,
    /// Parameters that a `cfg` may remove, and those beyond [`MOST_ARGUMENTS`].
    captured: Vec<Parameter>,
    /// Names that only `on_limit` mentions.
    pub(crate) left_out: Vec<Ident>,
    receiver: Option<Itself>,
}

/// The form of a method's `self`, which cannot be bound again.
enum Itself {
    /// `&self` or `&mut self`: captured by `move`.
    Reference,
    /// `self` or `self: Box<Self>`, with its token.
    Value(Token![self]),
}

struct Parameter {
    /// The name in the signature that callers see.
    name: Ident,
    /// The user's pattern.
    pattern: Pat,
    /// Lint levels and conditions.
    attributes: Vec<Attribute>,
    /// Whether its type may have a lifetime, so that it could keep a reference into the arena.
    may_keep: bool,
    /// The value to parse out of the extractor that callers pass.
    parsed: Option<ParsedParameter>,
}

/// The mentions of parameters that decide how each is passed on.
pub(crate) struct Uses {
    /// Whether the signature keeps the user's patterns, because another attribute reads it.
    keeps_patterns: bool,
    /// The names in `on_limit`.
    in_answer: BTreeSet<String>,
    /// The names in the body, if there is an `on_limit`.
    in_body: BTreeSet<String>,
    /// The parameters that the scope parses.
    parsed: Vec<ParsedParameter>,
}

impl Uses {
    pub(crate) fn of(
        options: &Options,
        body: &Group,
        parsed: &[ParsedParameter],
        keeps_patterns: bool,
    ) -> Self {
        let answer = options.on_limit.as_ref();
        Self {
            keeps_patterns,
            in_answer: answer.map(names_in).unwrap_or_default(),
            in_body: answer.map(|_| names_in(body)).unwrap_or_default(),
            parsed: parsed.to_vec(),
        }
    }
}

impl Parameters {
    /// Reads the parameters, and rewrites the signature to the one that callers see.
    pub(crate) fn take(signature: &mut Signature, uses: &Uses) -> Self {
        let mut parameters = Self::none();
        for (index, input) in signature.inputs.iter_mut().enumerate() {
            match input {
                FnArg::Receiver(receiver) => parameters.receiver = Some(Itself::of(receiver)),
                FnArg::Typed(parameter) => parameters.add(parameter, index, uses),
            }
        }
        parameters
    }

    /// No parameters: the `async` block that a function returns captures what it needs.
    pub(crate) const fn none() -> Self {
        Self { passed: Vec::new(), captured: Vec::new(), left_out: Vec::new(), receiver: None }
    }

    /// Only the parameters that are parsed, for an `async` block that a function returns. The block
    /// captures all others.
    pub(crate) fn parsed(signature: &mut Signature, parsed: &[ParsedParameter]) -> Self {
        let mut parameters = Self::none();
        for input in &mut signature.inputs {
            let FnArg::Typed(typed) = input else { continue };
            let Some(parsed) = parsed_of(typed, parsed) else { continue };
            let (inside, outside): (Vec<_>, Vec<_>) =
                std::mem::take(&mut typed.attrs).into_iter().partition(is_level);
            let conditions = outside.iter().filter(|attribute| is_condition(attribute)).cloned();
            let attributes = conditions.chain(inside).collect();
            typed.attrs = outside;
            parameters.captured.push(Parameter::parsed(parsed, attributes));
        }
        parameters
    }

    fn add(&mut self, parameter: &mut PatType, index: usize, uses: &Uses) {
        let parsed = parsed_of(parameter, &uses.parsed);
        let (inside, outside): (Vec<_>, Vec<_>) =
            std::mem::take(&mut parameter.attrs).into_iter().partition(is_level);
        let conditions: Vec<_> =
            outside.iter().filter(|attribute| is_condition(attribute)).cloned().collect();
        parameter.attrs = outside;
        let bindings = Bindings::of(&parameter.pat);
        let is_answers = |name: &Ident| uses.in_answer.contains(&name.to_string());
        let keeps =
            uses.keeps_patterns || bindings.iter().any(|binding| is_answers(&binding.ident));
        let inner: Vec<(Ident, Pat)> = match &*parameter.pat {
            Pat::Ident(PatIdent { ident, by_ref: None, subpat: None, .. }) => {
                vec![(ident.clone(), (*parameter.pat).clone())]
            }
            _ if keeps => bindings
                .into_iter()
                .map(|binding| (binding.ident.clone(), as_local(binding)))
                .collect(),
            pattern => vec![(outward_name(pattern, &bindings, index), pattern.clone())],
        };
        if !uses.keeps_patterns && inner.iter().any(|(name, _)| name.to_string().starts_with('_')) {
            // The expansion uses it, not the user.
            parameter.attrs.push(syn::parse_quote!(#[allow(clippy::used_underscore_binding)]));
        }
        *parameter.pat = match &inner[..] {
            [(name, _)] if !keeps || is_name(&parameter.pat) => Pat::Ident(PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident: name.clone(),
                subpat: None,
            }),
            _ => {
                let mut kept = (*parameter.pat).clone();
                Immutable.visit_pat_mut(&mut kept);
                kept
            }
        };
        let may_keep = may_keep(&parameter.ty);
        for (name, pattern) in inner {
            let is_parsed = parsed.is_some();
            if !is_parsed && is_answers(&name) && !uses.in_body.contains(&name.to_string()) {
                self.left_out.push(name);
                continue;
            }
            let attributes: Vec<_> = conditions.iter().chain(&inside).cloned().collect();
            let place = match self.passed.len() {
                MOST_ARGUMENTS.. => &mut self.captured,
                _ if !conditions.is_empty() => &mut self.captured,
                _ => &mut self.passed,
            };
            place.push(match &parsed {
                Some(parsed) => Parameter::parsed(parsed.clone(), attributes),
                None => Parameter { name, pattern, attributes, may_keep, parsed: None },
            });
        }
    }

    /// The number of arguments of the closure.
    pub(crate) fn count(&self) -> usize {
        self.passed.len()
    }

    /// The names of the arguments, each with a comma.
    pub(crate) fn names(&self) -> TokenStream {
        self.passed.iter().map(|Parameter { name, .. }| quote!(#name,)).collect()
    }

    /// The variables that pass the arguments on, without the parameters that are parsed.
    pub(crate) fn passages(&self) -> Vec<Passage> {
        let unparsed = self.passed.iter().filter(|parameter| parameter.parsed.is_none());
        Passage::divide(unparsed.map(|Parameter { name, pattern, may_keep, .. }| {
            let shown = || {
                let bindings = Bindings::of(pattern);
                bindings.into_iter().next().map_or_else(|| name.clone(), |it| it.ident)
            };
            (name.clone(), may_keep.then(shown))
        }))
    }

    /// The names as parameters of a closure, which shadow those of the function.
    pub(crate) fn quiet_names(&self) -> TokenStream {
        self.passed.iter().map(Parameter::quiet_name).collect()
    }

    /// The names of the arguments, each borrowed.
    pub(crate) fn borrowed(&self) -> TokenStream {
        // The span is the name's, since errors about the parameter's lifetime may point here.
        let borrowed = |Parameter { name, .. }: &Parameter| {
            let place = Span::mixed_site().located_at(name.span());
            quote_spanned!(place=> &#name,)
        };
        self.passed.iter().map(borrowed).collect()
    }

    /// The user's patterns as parameters of the closure, each with a comma.
    pub(crate) fn patterns(&self) -> TokenStream {
        self.passed.iter().map(Parameter::pattern).collect()
    }

    /// The same, with the extractors of the parameters that are parsed inside of the closure.
    pub(crate) fn unparsed_patterns(&self) -> TokenStream {
        let pattern = |parameter: &Parameter| match &parameter.parsed {
            None => parameter.pattern(),
            Some(_) => parameter.quiet_name(),
        };
        self.passed.iter().map(pattern).collect()
    }

    /// Whether a parameter is parsed.
    pub(crate) fn has_parsed(&self) -> bool {
        self.all_parsed().next().is_some()
    }

    /// Parses the extractors, and binds the values to the user's patterns.
    pub(crate) fn parse_and_bind(&self, rejected: &Rejected<'_>) -> TokenStream {
        let parse = |(parameter, parsed): (&Parameter, &ParsedParameter)| {
            let quiet = quiet(parameter.name.span());
            let pattern = &parameter.pattern;
            rejected.parse(parsed, &quote!(#pattern), &quiet, &parameter.attributes)
        };
        self.all_parsed().map(parse).collect()
    }

    /// Parses the extractors into variables of their names, for the body to bind.
    pub(crate) fn parse(&self, rejected: &Rejected<'_>) -> TokenStream {
        let parse = |(parameter, parsed): (&Parameter, &ParsedParameter)| {
            let quiet = quiet(parameter.name.span());
            let name = &parameter.name;
            rejected.parse(parsed, &quote!(#name), &quiet, &conditions(&parameter.attributes))
        };
        self.all_parsed().map(parse).collect()
    }

    fn all_parsed(&self) -> impl Iterator<Item = (&Parameter, &ParsedParameter)> {
        let all = self.passed.iter().chain(&self.captured);
        all.filter_map(|parameter| Some((parameter, parameter.parsed.as_ref()?)))
    }

    /// `move`, for a closure around the body.
    pub(crate) fn capture(&self) -> TokenStream {
        // Without `move`, a `self` by value is captured by reference unless the body moves it. So
        // it is not split into fields.
        if let Some(Itself::Reference) = self.receiver { own!(move) } else { TokenStream::new() }
    }

    /// Binds the parameters that the closure captures.
    pub(crate) fn bind_captured(&self, krate: &TokenStream) -> TokenStream {
        self.captured.iter().map(|parameter| parameter.bind(krate)).collect()
    }

    /// The same, without the parameters that are parsed.
    pub(crate) fn bind_unparsed_captured(&self, krate: &TokenStream) -> TokenStream {
        let unparsed = self.captured.iter().filter(|parameter| parameter.parsed.is_none());
        unparsed.map(|parameter| parameter.bind(krate)).collect()
    }

    /// Binds all parameters in an `async` block, `self` first: the order of an `async fn`.
    pub(crate) fn bind_all(&self, krate: &TokenStream) -> TokenStream {
        let receiver = self.capture_receiver();
        let bound = self.passed.iter().chain(&self.captured).map(|parameter| parameter.bind(krate));
        quote!(#receiver #(#bound)*)
    }

    /// The same, without the parameters that are parsed.
    pub(crate) fn bind_unparsed(&self, krate: &TokenStream) -> TokenStream {
        let receiver = self.capture_receiver();
        let all = self.passed.iter().chain(&self.captured);
        let unparsed = all.filter(|parameter| parameter.parsed.is_none());
        let bound = unparsed.map(|parameter| parameter.bind(krate));
        quote!(#receiver #(#bound)*)
    }

    /// Captures a `self` by value as a whole.
    pub(crate) fn capture_receiver(&self) -> TokenStream {
        match self.receiver {
            Some(Itself::Value(itself)) => own!(let _ = &#itself;),
            _ => TokenStream::new(),
        }
    }
}

impl Parameter {
    fn parsed(parsed: ParsedParameter, attributes: Vec<Attribute>) -> Self {
        Self {
            name: parsed.name.clone(),
            pattern: parsed.pattern.clone(),
            attributes,
            may_keep: may_keep(&parsed.ty),
            parsed: Some(parsed),
        }
    }

    fn pattern(&self) -> TokenStream {
        let Self { name, pattern, attributes, .. } = self;
        let quiet = quiet(name.span());
        quote!(#quiet #(#attributes)* #pattern,)
    }

    fn quiet_name(&self) -> TokenStream {
        let name = &self.name;
        let quiet = quiet(name.span());
        quote!(#quiet #name,)
    }

    fn bind(&self, krate: &TokenStream) -> TokenStream {
        let Self { name, pattern, attributes, may_keep, .. } = self;
        let whole = if *may_keep {
            // The compiler would report a plain assignment of a capture as the place where the
            // arena escapes.
            quote_spanned!(name.span()=> #krate::__private::Whole(#name).0)
        } else {
            name.to_token_stream()
        };
        let quiet = quiet(name.span());
        if is_name(pattern) {
            return own!(#quiet #(#attributes)* let #pattern = #whole;);
        }
        let conditions = attributes.iter().filter(|attribute| is_condition(attribute));
        let is_mutable =
            |binding: &PatIdent| binding.by_ref.is_some() && binding.mutability.is_some();
        let mutable = Bindings::of(pattern).iter().any(is_mutable).then(|| own!(mut));
        own! {
            #quiet #(#conditions)* let #mutable #name = #whole;
            #quiet #(#attributes)* let #pattern = #name;
        }
    }
}

/// The parsed parameter behind an extractor of the signature.
fn parsed_of(extractor: &PatType, parsed: &[ParsedParameter]) -> Option<ParsedParameter> {
    let Pat::Ident(PatIdent { ident, .. }) = &*extractor.pat else { return None };
    parsed.iter().find(|parsed| parsed.name == *ident).cloned()
}

impl Itself {
    fn of(receiver: &Receiver) -> Self {
        match &*receiver.ty {
            Type::Reference(_) => Self::Reference,
            _ => Self::Value(receiver.self_token),
        }
    }
}

/// Silences clippy where the expansion binds a parameter again under the user's name.
///
/// The name keeps the user's span for the compiler's errors, so clippy would report that the user
/// shadows it.
pub(crate) fn quiet(span: Span) -> TokenStream {
    quote_spanned! {Span::mixed_site().located_at(span)=>
        #[allow(clippy::shadow_reuse, clippy::shadow_same)]
    }
}

/// Whether a type has a lifetime, has arguments that may have one, or is mutable.
fn may_keep(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string();
    text.contains(['<', '\'']) || text.contains("mut")
}

/// A binding as a variable of its own.
fn as_local(binding: PatIdent) -> Pat {
    let mutability = binding.mutability.filter(|_| binding.by_ref.is_none());
    Pat::Ident(PatIdent { mutability, by_ref: None, subpat: None, attrs: Vec::new(), ..binding })
}

struct Immutable;

impl VisitMut for Immutable {
    fn visit_pat_ident_mut(&mut self, binding: &mut PatIdent) {
        if binding.by_ref.is_none() {
            binding.mutability = None;
        }
        visit_mut::visit_pat_ident_mut(self, binding);
    }
}
