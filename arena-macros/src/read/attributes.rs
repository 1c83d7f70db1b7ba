//! The attributes that the expansion has to know.

use syn::{Attribute, Signature};

use crate::errors::Errors;

/// `#[request_arena(..)]`, under any path.
pub(crate) fn is_request_arena(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "request_arena")
}

/// Removes further annotations from an item that has one, and reports each.
pub(crate) fn refuse_further(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    attributes.retain(|attribute| {
        let again = is_request_arena(attribute);
        if again {
            let text =
                "duplicate `#[request_arena]`: move its options to the first one, and remove \
                 this one";
            errors.push_at(attribute.path(), text);
        }
        !again
    });
}

/// `#[debug_handler]`, which is axum's.
pub(crate) fn is_debug_handler(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "debug_handler")
}

/// Whether `#[async_trait]` has already rewritten the function: it adds lifetimes of this name.
pub(crate) fn is_of_async_trait(signature: &Signature) -> bool {
    signature.generics.lifetimes().any(|parameter| parameter.lifetime.ident == "async_trait")
}

/// `allow`, `expect` and the like, which apply to the variable.
pub(crate) fn is_level(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"]
        .iter()
        .any(|level| attribute.path().is_ident(level))
}

/// `cfg` and `cfg_attr`, which may remove the parameter.
pub(crate) fn is_condition(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

/// Whether an attribute of a function may read its signature: any that is not the compiler's own.
pub(crate) fn reads_the_signature(attribute: &Attribute) -> bool {
    const INERT: [&str; 22] = [
        "allow",
        "automatically_derived",
        "cfg",
        "cold",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "export_name",
        "forbid",
        "inline",
        "link_section",
        "must_use",
        "no_mangle",
        "target_feature",
        "track_caller",
        "warn",
        "clippy",
        "diagnostic",
        "rustdoc",
        "rustfmt",
        "instruction_set",
    ];
    attribute
        .path()
        .segments
        .first()
        .is_none_or(|segment| !INERT.iter().any(|inert| segment.ident == inert))
}
