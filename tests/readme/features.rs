//! A user finds each feature: in the guide, in rustdoc, and in the compiler's words if it is off.

use super::files::read;

/// The features of the facade that are for users.
fn features() -> Vec<String> {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once("\n[features]\n").unwrap();
    let table = rest.split("\n[").next().unwrap();
    let names = table.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let names = names.filter(|name| !name.starts_with([' ', '#', '_']) && *name != "default");
    names.map(str::to_owned).collect()
}

/// The library that a feature is for, without its version.
fn library(feature: &str) -> &str {
    feature.split("_0_").next().unwrap()
}

#[test]
fn operating_and_rustdoc_name_each_feature() {
    let (guide, rustdoc) = (read("docs/book/src/operating.md"), read("src/lib.rs"));
    let is_in_a_table = |text: &str, mark: &str, feature: &str| {
        let rows = text.lines().filter(|line| line.starts_with(mark));
        let mut cells = rows.filter_map(|row| row.split('|').nth(1));
        cells.any(|cell| cell.contains(&format!("`{}", library(feature))))
    };
    let features = features();
    assert!(features.len() > 30, "{features:?}");
    for feature in features.iter().filter(|feature| *feature != "telemetry") {
        assert!(is_in_a_table(&guide, "| ", feature), "operating.md has no `{feature}`");
        assert!(is_in_a_table(&rustdoc, "//! | ", feature), "src/lib.rs has no `{feature}`");
    }
}

#[test]
fn the_compiler_names_the_feature_of_a_missing_module() {
    // The compiler mentions an item that is configured out, but not one that `*` would import.
    let (facade, telemetry) = (read("src/lib.rs"), read("arena-telemetry/src/lib.rs"));
    let by_name = |feature: &str, module: &str| {
        format!("#[cfg(feature = \"{feature}\")]\n    pub use request_arena_telemetry::{module};")
    };
    let mut modules = Vec::new();
    for (gate, item) in telemetry.lines().zip(telemetry.lines().skip(1)) {
        let feature =
            gate.strip_prefix("#[cfg(feature = \"").and_then(|rest| rest.split('"').next());
        let module = item.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';'));
        modules.extend(feature.zip(module).map(|(f, m)| (f.to_owned(), m.to_owned())));
    }
    assert!(modules.len() >= 4, "{modules:?}");
    let versions = features().into_iter().filter(|feature| {
        ["opentelemetry", "prometheus", "prometheus_client"].contains(&library(feature))
    });
    modules.extend(versions.map(|feature| (feature.clone(), feature)));
    for (feature, module) in modules {
        assert!(facade.contains(&by_name(&feature, &module)), "src/lib.rs: {module} by name");
    }
}
