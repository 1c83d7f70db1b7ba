//! A diagnosis for people: control characters in names are escaped, once, where the diagnosis is
//! made. So the text, the page, the JSON, the metrics and the log all show the same names.

use request_arena_core::printable::printable;

use super::diagnosis::{Advice, Allocator};
use super::{Diagnosis, Figure, Finding, Holder, Owner};

/// Escapes all texts that may contain a name.
pub(super) fn shown(mut diagnosis: Diagnosis) -> Diagnosis {
    diagnosis.findings.iter_mut().for_each(finding);
    for Allocator { name, serves } in &mut diagnosis.allocators {
        escape(name);
        escape(&mut serves.evidence);
    }
    diagnosis.owners.iter_mut().flat_map(|owners| &mut owners.owners).for_each(owner);
    diagnosis.handlers.iter_mut().for_each(|row| escape(&mut row.handler));
    for Holder { name, about, unusual, .. } in &mut diagnosis.holders {
        escape(name);
        escape(about);
        unusual.iter_mut().for_each(escape);
    }
    for Advice { scope, text } in &mut diagnosis.advice {
        escape(scope);
        escape(text);
    }
    for class in &mut diagnosis.account.classes {
        escape(&mut class.name);
        escape(&mut class.meaning);
    }
    diagnosis
}

fn finding(finding: &mut Finding) {
    finding.subject.iter_mut().for_each(escape);
    finding.allocated.iter_mut().for_each(|row| escape(&mut row.handler));
    escape(&mut finding.remedy);
    for Figure { name, meaning, .. } in &mut finding.evidence {
        escape(name);
        escape(meaning);
    }
}

fn owner(owner: &mut Owner) {
    let Owner { function, file, arena, metered, callers, .. } = owner;
    escape(function);
    file.iter_mut().chain(arena).chain(metered).chain(callers).for_each(escape);
}

fn escape(text: &mut String) {
    if let std::borrow::Cow::Owned(escaped) = printable(text) {
        *text = escaped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Class;
    use crate::{Account, Confidence, FigureUnit, HolderKind, Mode, Owners, Serves};

    const NAME: &str = "a\nb\u{1b}[31m\u{202e}";

    /// All strings of a diagnosis. The doctor has no other way out for a name.
    fn texts(value: &serde_json::Value) -> Vec<&str> {
        match value {
            serde_json::Value::String(text) => vec![text],
            serde_json::Value::Array(values) => values.iter().flat_map(texts).collect(),
            serde_json::Value::Object(fields) => fields.values().flat_map(texts).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn no_name_in_a_diagnosis_has_a_control_character() {
        let name = || NAME.to_owned();
        let finding = Finding {
            mode: Mode::RealGrowth,
            bytes: Some(1),
            share: 0.5,
            microseconds: None,
            confidence: Confidence::High,
            evidence: vec![Figure::new(NAME, 1.0, FigureUnit::Count, NAME)],
            remedy: name(),
            subject: Some(name()),
            allocated: None,
            slope: None,
        };
        let owner = Owner {
            function: name(),
            file: Some(name()),
            arena: Some(name()),
            metered: Some(name()),
            callers: vec![name()],
            ..Owner::default()
        };
        let class = Class { name: name(), bytes: 1, meaning: name() };
        let holder = Holder {
            kind: HolderKind::Threads,
            name: name(),
            bytes: 1,
            about: name(),
            unusual: Some(name()),
        };
        let diagnosis = Diagnosis {
            findings: vec![finding],
            account: Account { classes: vec![class], ..Account::default() },
            allocators: vec![Allocator { name: name(), serves: Serves::new(true, false, NAME) }],
            owners: Some(Owners { owners: vec![owner], ..Owners::default() }),
            holders: vec![holder],
            advice: vec![Advice { scope: name(), text: name() }],
            ..Diagnosis::default()
        };
        let shown = shown(diagnosis);
        let json = serde_json::to_value(&shown).unwrap();
        let named: Vec<_> = texts(&json).into_iter().filter(|text| text.contains("31m")).collect();
        assert_eq!(named.len(), 18, "{named:?}");
        for text in named {
            assert_eq!(text, r"a\nb\u{1b}[31m\u{202e}");
        }
    }
}
