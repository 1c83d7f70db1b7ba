//! Reads a type and its attributes: serde's, and `#[deserialize_in(..)]`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use serde_derive_internals::{Ctxt, Derive, ast};
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, DeriveInput, ExprPath, Ident, Lifetime, LitStr, Path, Token};

const NAME: &str = "deserialize_in";

/// The type with its attributes.
pub(crate) struct Input<'i> {
    pub(crate) container: ast::Container<'i>,
    pub(crate) own: Own,
}

/// `#[deserialize_in(..)]` on the type.
#[derive(Default)]
pub(crate) struct Own {
    /// The path of the facade.
    krate: Option<Path>,
    /// The arena's lifetime.
    pub(crate) arena: Option<Lifetime>,
}

/// How a field is deserialised.
pub(crate) enum Way {
    /// By `DeserializeIn`.
    Arena,
    /// By serde's `Deserialize`: `#[deserialize_in(serde)]`.
    Serde,
    /// By a function of the deserializer: `#[serde(deserialize_with = "..")]`.
    With(ExprPath),
    /// By a function of the destination and the deserializer: `#[deserialize_in(with = "..")]`.
    ArenaWith(ExprPath),
}

impl Own {
    pub(crate) fn krate(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path),
            None => quote!(::request_arena),
        }
    }
}

/// Reads the attributes, and refuses those that are wrong or have no effect here.
pub(crate) fn read(input: &DeriveInput) -> syn::Result<Input<'_>> {
    if let syn::Data::Union(union) = &input.data {
        let text = "`DeserializeIn` cannot be derived for a union";
        return Err(syn::Error::new(union.union_token.span, text));
    }
    let context = Ctxt::new();
    refuse_unsupported(&context, input);
    let own = own(&context, &input.attrs);
    // The marker of functions that serde's own derive would insert.
    let private = Ident::new("serde", Span::call_site());
    let container = ast::Container::from_ast(&context, input, Derive::Deserialize, &private);
    if let Some(container) = &container {
        for field in container.data.all_fields() {
            check_field(&context, &own, field);
        }
        if let ast::Data::Enum(variants) = &container.data {
            for variant in variants {
                refuse_own(&context, &variant.original.attrs, "variant");
            }
        }
    }
    context.check()?;
    Ok(Input { container: container.expect("a reader without errors returns the type"), own })
}

/// serde's attributes that mean something only for `Deserialize` itself.
fn refuse_unsupported(context: &Ctxt, input: &DeriveInput) {
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // A malformed attribute is an error of serde's reader.
        let _ = attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
            let instead = match name.as_str() {
                "remote" => "derive for the type itself, or name a function by `with` at the field",
                "field_identifier" | "variant_identifier" => "use `rename` and `other` instead",
                _ => "",
            };
            if !instead.is_empty() {
                let text = format!("`{name}` is not supported by `DeserializeIn`; {instead}");
                context.syn_error(syn::Error::new(meta.path.span(), text));
            }
            skip_value(&meta)
        });
    }
}

/// Steps over `= value` or `(..)`.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let is_end = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]);
    while !is_end(meta.input) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn own(context: &Ctxt, attributes: &[Attribute]) -> Own {
    let mut own = Own::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(NAME)) {
        let read = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                own.krate = Some(meta.value()?.call(Path::parse_mod_style)?);
            } else if meta.path.is_ident("arena") {
                own.arena = Some(meta.value()?.parse()?);
            } else {
                return Err(unknown(&meta, "a type", "`arena = 'a` and `crate = path`"));
            }
            Ok(())
        });
        if let Err(error) = read {
            context.syn_error(error);
        }
    }
    own
}

fn unknown(meta: &ParseNestedMeta<'_>, place: &str, known: &str) -> syn::Error {
    let path = &meta.path;
    let path = quote!(#path).to_string().replace(' ', "");
    let text = format!("`deserialize_in` on {place} has no option `{path}`; it has {known}");
    syn::Error::new(meta.path.span(), text)
}

fn refuse_own(context: &Ctxt, attributes: &[Attribute], place: &str) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(NAME)) {
        let text =
            format!("`deserialize_in` has no effect on a {place}; put it on a type or field");
        context.syn_error(syn::Error::new(attribute.path().span(), text));
    }
}

fn check_field(context: &Ctxt, own: &Own, field: &ast::Field<'_>) {
    let read_by = match own_way(&field.original.attrs) {
        Ok(own_way) => own_way.unwrap_or_else(|| way(field)),
        Err(error) => {
            context.syn_error(error);
            return;
        }
    };
    let is_static = own.arena.as_ref().is_some_and(|arena| arena.ident == "static");
    if !field.attrs.skip_deserializing() {
        check_references(context, &read_by, is_static, field.ty.to_token_stream());
    }
    for attribute in field.original.attrs.iter().filter(|it| it.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("getter") {
                let text = "`getter` is not supported by `DeserializeIn`, which has no `remote`";
                context.syn_error(syn::Error::new(meta.path.span(), text));
            }
            skip_value(&meta)
        });
    }
}

/// Refuses references that no deserialisation can return. The compiler would report them several
/// times, at code that the user does not see.
fn check_references(context: &Ctxt, way: &Way, is_static: bool, ty: TokenStream) {
    let tokens: Vec<TokenTree> = ty.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let text = match (token, tokens.get(at + 2)) {
            (TokenTree::Ident(name), _) if name == "PhantomData" => return,
            (TokenTree::Group(group), _) => {
                check_references(context, way, is_static, group.stream());
                continue;
            }
            (TokenTree::Punct(and), Some(TokenTree::Ident(lifetime))) if and.as_char() == '&' => {
                match way {
                    Way::Serde => {
                        "`#[deserialize_in(serde)]` cannot read a reference; remove the attribute, \
                         and the arena holds what is behind it"
                    }
                    Way::Arena if lifetime == "static" && !is_static => {
                        "the arena ends before `'static`; write a lifetime parameter of the type"
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        context
            .error_spanned_by(tokens[at..=at + 2].iter().cloned().collect::<TokenStream>(), text);
    }
}

/// `#[deserialize_in(..)]` on a field.
fn own_way(attributes: &[Attribute]) -> syn::Result<Option<Way>> {
    let mut way = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(NAME)) {
        attribute.parse_nested_meta(|meta| {
            let read = if meta.path.is_ident("serde") {
                Way::Serde
            } else if meta.path.is_ident("with") {
                Way::ArenaWith(meta.value()?.parse::<LitStr>()?.parse()?)
            } else {
                return Err(unknown(&meta, "a field", "`serde` and `with = \"path\"`"));
            };
            if way.replace(read).is_some() {
                let text = "`deserialize_in` has more than one option on this field; keep one";
                return Err(syn::Error::new(meta.path.span(), text));
            }
            Ok(())
        })?;
    }
    Ok(way)
}

/// The way of a field.
pub(crate) fn way(field: &ast::Field<'_>) -> Way {
    if let Ok(Some(way)) = own_way(&field.original.attrs) {
        return way;
    }
    with(field.attrs.deserialize_with()).map_or(Way::Arena, Way::With)
}

/// The function of `deserialize_with`, without those that `borrow` gives to a `Cow`.
pub(crate) fn with(path: Option<&ExprPath>) -> Option<ExprPath> {
    path.filter(|path| path.path.segments[0].ident != "_serde").cloned()
}
