//! The arena's lifetime, if the user gave it a name: `fn search<'a>(arena: Arena<'a>) -> Hits<'a>`.
//!
//! The function creates the arena inside of itself, so the arena's lifetime cannot be a lifetime
//! parameter of the function. The user still writes one, to say that a value is in the arena. The
//! expansion removes it from the generics, and replaces it by `'_` in the body and the result.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{
    Block, ExprBreak, ExprContinue, GenericParam, Generics, Item, Label, Lifetime, Macro, PatType,
    Signature, Type, TypeParamBound, TypeReference, WherePredicate,
};

use crate::errors::Errors;

/// Removes the arena's lifetime from the generics, and refuses uses of it that cannot hold.
pub(crate) fn take_off(signature: &mut Signature, lifetime: &Lifetime, errors: &mut Errors) {
    let function = &signature.ident;
    if lifetime.ident == "static" {
        errors.push_at(
            lifetime,
            "the arena ends with the request: write `Arena<'_>`, or a lifetime of the function's \
             own",
        );
        return;
    }
    let is_own = |parameter: &GenericParam| match parameter {
        GenericParam::Lifetime(own) => own.lifetime == *lifetime,
        _ => false,
    };
    if !signature.generics.params.iter().any(is_own) {
        errors.push_at(
            lifetime,
            format!(
                "the arena is made inside `{function}`, so its lifetime is the function's own: \
                 declare `{lifetime}` on `{function}`, or write `'_`"
            ),
        );
        return;
    }
    let bounded = signature.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Lifetime(own) if own.lifetime == *lifetime => own.bounds.first(),
        _ => None,
    });
    let predicates =
        || signature.generics.where_clause.iter().flat_map(|bounds| &bounds.predicates);
    for longer in bounded.chain(predicates().filter_map(|predicate| bound_of(predicate, lifetime)))
    {
        errors.push_at(
            longer,
            format!(
                "`{lifetime}` is the arena's lifetime, which ends with `{function}`, before \
                 `{longer}`: remove the bound"
            ),
        );
    }
    let others = signature.generics.params.iter().filter(|parameter| !is_own(parameter));
    let others = others.map(|other| (other.to_token_stream(), lifetimes_of_parameter(other)));
    let bounds = predicates().filter(|predicate| bound_of(predicate, lifetime).is_none());
    let bounds =
        bounds.map(|predicate| (predicate.to_token_stream(), lifetimes_of_predicate(predicate)));
    let inputs = signature.inputs.iter().map(|input| (input.to_token_stream(), Vec::new()));
    for (tokens, shorter) in others.chain(bounds).chain(inputs) {
        if let Some(needless) = shorter.into_iter().find(|shorter| *shorter == lifetime) {
            errors.push_at(
                needless,
                format!(
                    "`{lifetime}` is the arena's lifetime, and everything from the caller outlives \
                     it: remove the bound"
                ),
            );
        } else if let Some(span) = find(tokens, lifetime) {
            errors.push(
                span,
                format!(
                    "`{lifetime}` is the arena's lifetime, which begins inside `{function}`: \
                     nothing that comes from the caller can have it"
                ),
            );
        }
    }
    signature.generics.params = std::mem::take(&mut signature.generics.params)
        .into_iter()
        .filter(|parameter| !is_own(parameter))
        .collect();
    if signature.generics.params.is_empty() {
        signature.generics.lt_token = None;
        signature.generics.gt_token = None;
    }
}

/// The `'static` in a predicate `'a: 'static`.
fn bound_of<'p>(predicate: &'p WherePredicate, lifetime: &Lifetime) -> Option<&'p Lifetime> {
    match predicate {
        WherePredicate::Lifetime(own) if own.lifetime == *lifetime => own.bounds.first(),
        _ => None,
    }
}

/// The `'a` in a parameter `'b: 'a` or `T: 'a`.
fn lifetimes_of_parameter(parameter: &GenericParam) -> Vec<&Lifetime> {
    match parameter {
        GenericParam::Lifetime(longer) => longer.bounds.iter().collect(),
        GenericParam::Type(ty) => ty.bounds.iter().filter_map(lifetime_of).collect(),
        GenericParam::Const(_) => Vec::new(),
    }
}

/// The `'a` in `where 'b: 'a` or `where T: 'a`.
fn lifetimes_of_predicate(predicate: &WherePredicate) -> Vec<&Lifetime> {
    match predicate {
        WherePredicate::Lifetime(longer) => longer.bounds.iter().collect(),
        WherePredicate::Type(ty) => ty.bounds.iter().filter_map(lifetime_of).collect(),
        _ => Vec::new(),
    }
}

fn lifetime_of(bound: &TypeParamBound) -> Option<&Lifetime> {
    match bound {
        TypeParamBound::Lifetime(lifetime) => Some(lifetime),
        _ => None,
    }
}

/// Removes the lifetimes that these parameters name from the generics.
///
/// `#[async_trait]` declared them, and no other parameter has them.
pub(crate) fn forget(generics: &mut Generics, parameters: &[PatType]) {
    let named =
        |lifetime: &Lifetime| parameters.iter().any(|parameter| names(&parameter.ty, lifetime));
    let params = std::mem::take(&mut generics.params).into_iter();
    generics.params = params
        .filter(|param| !matches!(param, GenericParam::Lifetime(own) if named(&own.lifetime)))
        .collect();
    if let Some(bounds) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut bounds.predicates).into_iter();
        let kept = predicates.filter(
            |bound| !matches!(bound, WherePredicate::Lifetime(own) if named(&own.lifetime)),
        );
        bounds.predicates = kept.collect();
    }
}

fn find(tokens: TokenStream, lifetime: &Lifetime) -> Option<proc_macro2::Span> {
    let mut after_quote = None;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                after_quote = Some(punct.span());
                continue;
            }
            TokenTree::Ident(ident) if after_quote.is_some() && ident == lifetime.ident => {
                return after_quote
                    .and_then(|quote| quote.join(ident.span()).or(Some(ident.span())));
            }
            TokenTree::Group(group) => {
                if let Some(span) = find(group.stream(), lifetime) {
                    return Some(span);
                }
            }
            _ => {}
        }
        after_quote = None;
    }
    None
}

/// Whether a type names the lifetime.
pub(crate) fn names(ty: &Type, lifetime: &Lifetime) -> bool {
    find(ty.to_token_stream(), lifetime).is_some()
}

/// Whether a type has elided lifetimes: `&str`, `Hits<'_>`.
///
/// A lifetime that is left out of a path, as in `Hits`, cannot be seen.
pub(crate) fn has_elided(tokens: &Type) -> bool {
    struct Elided(bool);
    impl Visit<'_> for Elided {
        fn visit_type_reference(&mut self, reference: &TypeReference) {
            self.0 |= reference.lifetime.is_none();
            visit::visit_type_reference(self, reference);
        }
        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            self.0 |= lifetime.ident == "_";
        }
        // `fn(&str)` and `dyn Fn(&str)` bind these lifetimes themselves.
        fn visit_type_bare_fn(&mut self, _: &syn::TypeBareFn) {}
        fn visit_parenthesized_generic_arguments(
            &mut self,
            _: &syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    let mut elided = Elided(false);
    elided.visit_type(tokens);
    elided.0
}

/// Replaces the arena's lifetime by `'_`.
struct Anonymous<'l>(&'l Lifetime);

impl VisitMut for Anonymous<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == self.0.ident {
            *lifetime = Lifetime::new("'_", lifetime.span());
        }
    }
    // A label has the syntax of a lifetime, and is none.
    fn visit_label_mut(&mut self, _: &mut Label) {}
    fn visit_expr_break_mut(&mut self, leave: &mut ExprBreak) {
        leave.expr.iter_mut().for_each(|value| self.visit_expr_mut(value));
    }
    fn visit_expr_continue_mut(&mut self, _: &mut ExprContinue) {}
    // Items inside the body cannot see the function's lifetimes. They may declare the same name.
    fn visit_item_mut(&mut self, _: &mut Item) {}
    fn visit_macro_mut(&mut self, invocation: &mut Macro) {
        if !declares(invocation.tokens.clone(), self.0) {
            invocation.tokens = self.in_tokens(std::mem::take(&mut invocation.tokens));
        }
    }
}

/// Whether the tokens declare the lifetime: `fn f<'a>`, `impl<'a>`, `for<'a>`.
fn declares(tokens: TokenStream, lifetime: &Lifetime) -> bool {
    const DECLARE: [&str; 7] = ["fn", "struct", "enum", "trait", "type", "impl", "for"];
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is =
        |index: usize, text: &str| tokens.get(index).is_some_and(|token| token.to_string() == text);
    (0..tokens.len()).any(|index| match &tokens[index] {
        TokenTree::Group(group) => declares(group.stream(), lifetime),
        TokenTree::Ident(ident) if DECLARE.iter().any(|keyword| ident == keyword) => {
            let open = if is(index + 1, "<") { index + 1 } else { index + 2 };
            let close = (open..tokens.len()).find(|&end| is(end, ">")).unwrap_or(tokens.len());
            is(open, "<") && find(tokens[open..close].iter().cloned().collect(), lifetime).is_some()
        }
        _ => false,
    })
}

impl Anonymous<'_> {
    fn in_tokens(&self, tokens: TokenStream) -> TokenStream {
        let mut after_quote = false;
        let replaced = tokens.into_iter().map(|token| match token {
            TokenTree::Ident(ident)
                if std::mem::take(&mut after_quote) && ident == self.0.ident =>
            {
                TokenTree::Ident(proc_macro2::Ident::new("_", ident.span()))
            }
            TokenTree::Group(group) => {
                after_quote = false;
                let mut replaced = Group::new(group.delimiter(), self.in_tokens(group.stream()));
                replaced.set_span(group.span());
                TokenTree::Group(replaced)
            }
            other => {
                after_quote = matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '\'');
                other
            }
        });
        replaced.collect()
    }
}

/// The type with `'_` for the arena's lifetime.
pub(crate) fn anonymous_type(mut ty: Type, lifetime: Option<&Lifetime>) -> Type {
    if let Some(lifetime) = lifetime {
        Anonymous(lifetime).visit_type_mut(&mut ty);
    }
    ty
}

/// The body with `'_` for the arena's lifetime.
///
/// Its tokens stay the same if the lifetime has no name, or if the body does not parse.
pub(crate) fn anonymous_body(body: &Group, lifetime: Option<&Lifetime>) -> TokenStream {
    let untouched = body.to_token_stream();
    let Some(lifetime) = lifetime else { return untouched };
    if find(body.stream(), lifetime).is_none() {
        return untouched;
    }
    match syn::parse2::<Block>(untouched.clone()) {
        Ok(mut block) => {
            Anonymous(lifetime).visit_block_mut(&mut block);
            block.into_token_stream()
        }
        Err(_) => untouched,
    }
}

/// Whether a body names the lifetime and does not parse, because the user is still typing.
pub(crate) fn is_half_typed(body: &Group, lifetime: &Lifetime) -> bool {
    find(body.stream(), lifetime).is_some() && syn::parse2::<Block>(body.to_token_stream()).is_err()
}
