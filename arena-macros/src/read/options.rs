//! Parses the attribute's arguments: `name`, `limit`, `limit_mode`, `on_limit`, `on_reject`,
//! `soft_limit`, `initial`, `into`, `send` and `crate`.

use parse_size::parse_size;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, Path, Token, Type};

use super::fragments;
use crate::errors::Errors;

const NAMES: [&str; 10] = [
    "name",
    "limit",
    "limit_mode",
    "on_limit",
    "on_reject",
    "soft_limit",
    "initial",
    "into",
    "send",
    "crate",
];

/// The arguments of `#[request_arena(..)]`.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) name: Option<Expr>,
    pub(crate) limit: Option<Expr>,
    pub(crate) limit_mode: Option<LimitMode>,
    pub(crate) on_limit: Option<Expr>,
    pub(crate) on_reject: Option<Expr>,
    /// Whether `on_reject` is on the `impl`, for all methods.
    pub(crate) is_on_reject_of_impl: bool,
    pub(crate) soft_limit: Option<Expr>,
    pub(crate) initial: Option<Expr>,
    pub(crate) into: Option<Type>,
    pub(crate) send: Option<Switch>,
    krate: Option<Path>,
}

/// `send = true` or `send = false`.
#[derive(Clone)]
pub(crate) struct Switch {
    pub(crate) is_on: bool,
    pub(crate) span: Span,
    /// Whether the option is on the `impl`, for all methods.
    pub(crate) is_of_impl: bool,
}

/// `limit_mode = "enforce"` or `limit_mode = "measure"`.
#[derive(Clone)]
pub(crate) struct LimitMode {
    pub(crate) is_measure: bool,
    pub(crate) span: Span,
}

impl Switch {
    /// The default for methods of a generic `impl`, which may be `Send` for some types only.
    pub(crate) fn of_a_generic_impl() -> Self {
        Self { is_on: false, span: Span::call_site(), is_of_impl: true }
    }
}

impl Options {
    /// Parses the options. A wrong option is added to `errors`, and parsing goes on with the next.
    pub(crate) fn parse(arguments: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let read = |input: ParseStream<'_>| {
            let mut seen: Vec<Ident> = Vec::new();
            while !input.is_empty() {
                if input.peek(Lit) {
                    let literal: Lit = input.parse()?;
                    return Err(syn::Error::new(
                        literal.span(),
                        "an option needs a name, as in `name = \"search\"`",
                    ));
                }
                let name = input.call(Ident::parse_any)?;
                if seen.contains(&name) {
                    errors.push(name.span(), format!("the option `{name}` is given twice"));
                }
                if !NAMES.iter().any(|known| name == known) {
                    errors.push(name.span(), unknown(&name.to_string()));
                    skip_value(input)?;
                } else if input.peek(syn::token::Paren) {
                    errors.push(name.span(), set_by_parentheses(&name.to_string()));
                    skip_to_comma(input)?;
                } else {
                    if !input.peek(Token![=]) {
                        return Err(syn::Error::new(name.span(), missing_value(&name.to_string())));
                    }
                    input.parse::<Token![=]>()?;
                    if let Err(error) = options.set(&name, input) {
                        errors.add(error);
                        skip_to_comma(input)?;
                    }
                }
                seen.push(name);
                if !input.is_empty() {
                    let wrong = "options are separated by commas, as in `name = \"search\", \
                                 limit = \"1 MiB\"`";
                    input
                        .parse::<Token![,]>()
                        .map_err(|error| syn::Error::new(error.span(), wrong))?;
                }
            }
            Ok(())
        };
        if let Err(error) = read.parse2(arguments) {
            errors.add(error);
        }
        options
    }

    /// The options of a method, completed by those of its `impl`.
    pub(crate) fn over(self, base: &Self) -> Self {
        let Self {
            name,
            limit,
            limit_mode,
            on_limit,
            on_reject,
            soft_limit,
            initial,
            into,
            send,
            krate,
            ..
        } = base.clone();
        Self {
            name: self.name.or(name),
            limit: self.limit.or(limit),
            limit_mode: self.limit_mode.or(limit_mode),
            on_limit: self.on_limit.or(on_limit),
            is_on_reject_of_impl: self.on_reject.is_none(),
            on_reject: self.on_reject.or(on_reject),
            soft_limit: self.soft_limit.or(soft_limit),
            initial: self.initial.or(initial),
            into: self.into.or(into),
            send: self.send.or(send.map(|switch| Switch { is_of_impl: true, ..switch })),
            krate: self.krate.or(krate),
        }
    }

    fn set(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "name" => {
                let value = constant("name", input)?;
                match &value {
                    Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().is_empty() => {
                        let empty = "`name` is empty: write the name to report figures under";
                        return Err(syn::Error::new(text.span(), empty));
                    }
                    Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => {}
                    Expr::Lit(other) => {
                        let wrong = "`name` must be a text, as in `name = \"search\"`";
                        return Err(syn::Error::new(other.lit.span(), wrong));
                    }
                    _ => {}
                }
                self.name = Some(value);
            }
            "limit" => self.limit = Some(bytes("limit", input)?),
            "limit_mode" => self.limit_mode = Some(limit_mode(input)?),
            "on_limit" => self.on_limit = Some(fragments::open_expression(input.parse()?)),
            "on_reject" => self.on_reject = Some(fragments::open_expression(input.parse()?)),
            "soft_limit" => self.soft_limit = Some(bytes("soft_limit", input)?),
            "initial" => self.initial = Some(bytes("initial", input)?),
            "into" => {
                let wrong =
                    "`into` must be a type with a name, as in `into = axum::response::Response`";
                let parsed = input.parse().map_err(|error| syn::Error::new(error.span(), wrong))?;
                match fragments::open_type(parsed) {
                    ty @ (Type::ImplTrait(_) | Type::Infer(_)) => {
                        return Err(syn::Error::new_spanned(ty, wrong));
                    }
                    ty => self.into = Some(ty),
                }
            }
            "send" => self.send = Some(switch(input)?),
            _ => {
                let wrong = "`crate` must be a path, as in `crate = my_crate::request_arena`";
                let path = Path::parse_mod_style(input)
                    .map_err(|error| syn::Error::new(error.span(), wrong))?;
                self.krate = Some(path);
            }
        }
        Ok(())
    }

    /// The path of the facade crate.
    pub(crate) fn krate(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path),
            None => quote!(::request_arena),
        }
    }
}

/// An expression that the expansion copies into a `static`.
fn constant(option: &str, input: ParseStream<'_>) -> syn::Result<Expr> {
    let value = fragments::open_expression(input.parse()?);
    if let Some(own) = find_self(value.to_token_stream()) {
        let text = format!(
            "`{option}` is used in a `static`, where `Self` is unknown: write the type's name"
        );
        return Err(syn::Error::new(own, text));
    }
    Ok(value)
}

/// `true` or `false`.
fn switch(input: ParseStream<'_>) -> syn::Result<Switch> {
    let value = fragments::open_expression(input.parse()?);
    match value {
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => {
            Ok(Switch { is_on: value.value, span: value.span, is_of_impl: false })
        }
        other => Err(syn::Error::new_spanned(other, "`send` must be `true` or `false`")),
    }
}

/// One of the modes of a limit.
fn limit_mode(input: ParseStream<'_>) -> syn::Result<LimitMode> {
    let value = fragments::open_expression(input.parse()?);
    let text = match &value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        _ => String::new(),
    };
    let is_measure = match text.as_str() {
        "measure" => true,
        "enforce" => false,
        _ => {
            let wrong = "`limit_mode` must be `\"enforce\"` or `\"measure\"`";
            return Err(syn::Error::new_spanned(value, wrong));
        }
    };
    Ok(LimitMode { is_measure, span: value.span() })
}

/// A size: a text with a unit, or any `const` expression of type `usize`. Only texts and literals
/// are checked here.
fn bytes(option: &str, input: ParseStream<'_>) -> syn::Result<Expr> {
    let value = constant(option, input)?;
    let Expr::Lit(ExprLit { lit, .. }) = &value else { return Ok(value) };
    let nothing =
        || syn::Error::new(lit.span(), format!("`{option}` is 0 bytes: write a larger size"));
    let wrong = |what: &str| {
        let text =
            format!("`{option}` {what}; write `{option} = \"64 KiB\"`, or the number of bytes");
        syn::Error::new(lit.span(), text)
    };
    let size = match lit {
        Lit::Int(number) if number.base10_digits() == "0" => return Err(nothing()),
        Lit::Int(_) => return Ok(value),
        Lit::Str(text) => parse_size(text.value()).map_err(|_| wrong("is not a size"))?,
        _ => return Err(wrong("is not a size")),
    };
    if size == 0 {
        return Err(nothing());
    }
    let size = usize::try_from(size).map_err(|_| wrong("does not fit the address space"))?;
    let mut number = proc_macro2::Literal::usize_suffixed(size);
    number.set_span(lit.span());
    Ok(syn::parse_quote!(#number))
}

fn find_self(tokens: TokenStream) -> Option<Span> {
    let mut is_text = false;
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        // `stringify!(Self)` is a text, not a type.
        TokenTree::Ident(ident) => {
            is_text = ident == "stringify";
            None
        }
        TokenTree::Group(group) if !std::mem::take(&mut is_text) => find_self(group.stream()),
        _ => None,
    })
}

/// The value of a size, if it is a literal.
pub(crate) fn number(size: &Expr) -> Option<u128> {
    match size {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        _ => None,
    }
}

fn unknown(name: &str) -> String {
    let near = NAMES
        .iter()
        .filter(|known| strsim::damerau_levenshtein(name, known) <= 2 || known.starts_with(name))
        .min_by_key(|known| strsim::damerau_levenshtein(name, known));
    match near {
        Some(near) => format!("unknown option `{name}`; did you mean `{near}`?"),
        None => format!("unknown option `{name}`; the options are `{}`", NAMES.join("`, `")),
    }
}

fn missing_value(name: &str) -> String {
    format!("`{name}` needs a value, as in `{name} = {}`", example(name))
}

fn set_by_parentheses(name: &str) -> String {
    format!("`{name}` is set with `=`, as in `{name} = {}`", example(name))
}

fn example(name: &str) -> &'static str {
    match name {
        "name" => "\"search\"",
        "into" => "axum::response::Response",
        "on_limit" => "StatusCode::PAYLOAD_TOO_LARGE.into_response()",
        "on_reject" => "|rejection| (rejection.status(), rejection.to_string()).into_response()",
        "send" => "true",
        "limit_mode" => "\"measure\"",
        "crate" => "my_crate::request_arena",
        _ => "\"64 KiB\"",
    }
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) || input.peek(syn::token::Paren) {
        skip_to_comma(input)?;
    }
    Ok(())
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
