//! What the code of `#[derive(DeserializeIn)]` calls: everything that is the same for all types.
//!
//! Each module holds serde's semantics of one attribute, with the arena as the place of buffers:
//!
//! | module | content |
//! |---|---|
//! | `names` | the index of a field or variant by its name |
//! | `content` | a value of any type, buffered in the arena, and the deserializer over it |
//! | `flat` | `flatten`: the keys that belong to no field |
//! | `tagged`, `adjacent` | enums with a tag |
//! | `missing`, `defaults` | fields that the document does not have |
//! | `probe`, `by_serde` | one error for a field that an arena cannot hold |
//! | `drops` | whether a type has a `Drop` of its own |
//! | `seeds`, `units` | small visitors and seeds |
//!
//! This module is not part of the public interface, and changes without notice. The expansion uses
//! only these names, so the names in a user's scope do not matter.

mod adjacent;
mod by_serde;
mod content;
mod defaults;
mod drops;
mod flat;
mod missing;
mod names;
mod probe;
mod seeds;
mod tagged;
mod units;

pub use adjacent::{Adjacent, adjacent};
pub use by_serde::{SerdeFallback, SerdeProbe, by_serde, read_by_serde};
pub use content::deserializer::{ContentDeserializer, again, once};
pub use content::{Content, content};
pub use defaults::{ByDefault, EmptyIn};
pub use drops::{DropProbe, NoDrop};
pub use flat::{FlatKey, Others, flat_identifier};
pub use missing::missing_field;
pub use names::{Names, identifier, no_variant};
pub use probe::{Fallback, Field, FlatSeed, Never, OfAnArena, Probe, in_arena, probe};
pub use seeds::{MapSeed, from, ignore_value, try_from};
pub use tagged::tagged;
pub use units::{internal_unit, untagged_unit};

pub use core::default::Default;
pub use core::fmt::{Formatter, Result as FormatResult};
pub use core::marker::PhantomData;
pub use core::mem::needs_drop;
pub use core::option::Option::{self, None, Some};
pub use core::primitive;
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;

pub use serde::Deserializer;
pub use serde::de::{
    DeserializeOwned, DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

pub use super::{DeserializeIn, Destination};
