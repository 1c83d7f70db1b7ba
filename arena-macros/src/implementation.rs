//! An annotated `impl`: every method with an arena parameter gets a scope. Other methods stay as
//! they are.
//!
//! Methods under `#[async_trait]` need this form, because `#[async_trait]` rewrites them before an
//! attribute on a method expands.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, ImplItem, Meta, Token};

use crate::annotate::annotate;
use crate::errors::Errors;
use crate::read::arena_parameter;
use crate::read::attributes::{is_request_arena, reads_the_signature, refuse_further};
use crate::read::function::Function;
use crate::read::options::{Options, Switch};
use crate::read::parsed_parameter;

/// An `impl` in its parts.
pub(crate) struct Implementation {
    attributes: Vec<Attribute>,
    /// Everything between the attributes and the braces.
    head: TokenStream,
    keyword: Token![impl],
    /// Whether it has type parameters.
    is_generic: bool,
    members: Vec<Member>,
    braces: Group,
}

enum Member {
    Function(Box<Function>),
    /// A constant, a type, a macro, tokens that do not parse, or a method that has no arena and no
    /// annotation.
    Other(TokenStream),
}

impl Implementation {
    /// Returns `None` if the item is no `impl`.
    pub(crate) fn parse(item: TokenStream) -> Option<Self> {
        let (keyword, is_generic) = keyword.parse2(item.clone()).ok()?;
        let mut head: Vec<TokenTree> = item.into_iter().collect();
        match head.pop() {
            Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
                let members = members.parse2(braces.stream()).ok()?;
                let split = |input: ParseStream<'_>| {
                    Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?))
                };
                let (attributes, head) = split.parse2(head.into_iter().collect()).ok()?;
                Some(Self { attributes, head, keyword, is_generic, members, braces })
            }
            _ => None,
        }
    }
}

fn keyword(input: ParseStream<'_>) -> syn::Result<(Token![impl], bool)> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Option<Token![default]>>()?;
    input.parse::<Option<Token![unsafe]>>()?;
    let keyword = input.parse()?;
    // They do not parse in `impl <Type as Trait>::Type`, which has none.
    let generics = input.fork().parse::<Generics>().unwrap_or_default();
    input.parse::<TokenStream>()?;
    Ok((keyword, generics.type_params().next().is_some()))
}

fn members(input: ParseStream<'_>) -> syn::Result<Vec<Member>> {
    let mut members = Vec::new();
    let begin = input.fork();
    if !input.call(Attribute::parse_inner)?.is_empty() {
        members.push(Member::Other(between(&begin, input)));
    }
    while !input.is_empty() {
        let begin = input.fork();
        let function = input.fork();
        if let Ok(parsed) = function.parse::<Function>() {
            syn::parse::discouraged::Speculative::advance_to(input, &function);
            if parsed.attributes.iter().any(is_request_arena)
                || arena_parameter::is_in(&parsed.signature)
                || parsed_parameter::is_in(&parsed.signature)
            {
                members.push(Member::Function(Box::new(parsed)));
                continue;
            }
        } else if input.parse::<ImplItem>().is_err() {
            // The compiler reports it.
            members.push(Member::Other(begin.parse()?));
            input.parse::<TokenStream>()?;
            break;
        }
        members.push(Member::Other(between(&begin, input)));
    }
    Ok(members)
}

/// The tokens from one position to a later one.
fn between(begin: ParseStream<'_>, end: ParseStream<'_>) -> TokenStream {
    let mut cursor = begin.cursor();
    let mut tokens = TokenStream::new();
    while cursor != end.cursor() {
        let Some((token, next)) = cursor.token_tree() else { break };
        tokens.extend([token]);
        cursor = next;
    }
    tokens
}

/// Expands each method that has an arena.
pub(crate) fn annotate_all(
    implementation: Implementation,
    options: &Options,
    errors: &mut Errors,
) -> TokenStream {
    let Implementation { mut attributes, head, keyword, is_generic, members, braces } =
        implementation;
    let mut options = options.clone();
    if is_generic {
        options.send.get_or_insert_with(Switch::of_a_generic_impl);
    }
    if let Some(name) = &options.name {
        errors.push_at(
            name,
            "`name` applies to one method: put `#[request_arena(name = ..)]` on that method",
        );
    }
    refuse_further(&mut attributes, errors);
    let is_right = errors.is_empty();
    let is_read_by_others = attributes.iter().any(reads_the_signature);
    let mut found = false;
    let mut annotated = TokenStream::new();
    for member in members {
        match member {
            Member::Other(tokens) => annotated.extend(tokens),
            Member::Function(mut function) => {
                found = true;
                let mut own = Errors::default();
                let options = own_options(&mut function, &mut own).over(&options);
                let is_right = is_right && own.is_empty();
                errors.append(own);
                annotated.extend(annotate(
                    *function,
                    &options,
                    is_right,
                    is_read_by_others,
                    errors,
                ));
            }
        }
    }
    if !found {
        errors.push_at(
            keyword,
            "no method of this `impl` has an arena parameter: add `arena: Arena<'_>`, which \
             callers do not see",
        );
    }
    let mut body = Group::new(Delimiter::Brace, annotated);
    body.set_span(braces.span());
    let body = body.into_token_stream();
    quote!(#(#attributes)* #head #body)
}

/// Removes the method's own annotation, and returns its options.
fn own_options(function: &mut Function, errors: &mut Errors) -> Options {
    let attributes = std::mem::take(&mut function.attributes);
    let (mut own, others): (Vec<_>, Vec<_>) = attributes.into_iter().partition(is_request_arena);
    function.attributes = others;
    let mut again = own.split_off(own.len().min(1));
    refuse_further(&mut again, errors);
    let arguments = own.into_iter().filter_map(|attribute| match attribute.meta {
        Meta::List(list) => Some(list.tokens),
        _ => None,
    });
    arguments.fold(Options::default(), |options, arguments| {
        Options::parse(arguments, errors).over(&options)
    })
}
