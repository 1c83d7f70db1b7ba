//! The message, decoded and looked up again.

use std::io::Read;

use flate2::read::GzDecoder;

use super::*;

fn decoded(bytes: &[u8]) -> proto::Profile {
    let mut message = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut message).unwrap();
    proto::Profile::decode(&*message).unwrap()
}

fn about(rest: (i64, i64)) -> About {
    About {
        at: UNIX_EPOCH + Duration::from_secs(5),
        lasted: Duration::from_millis(2),
        interval_bytes: 524_288,
        rest,
    }
}

/// The functions of a sample, the innermost first.
fn functions(profile: &proto::Profile, sample: usize) -> Vec<String> {
    let locations = profile.sample[sample].location_id.iter();
    let lines = locations.flat_map(|&id| &profile.location[id as usize - 1].line);
    let name = |line: &proto::Line| profile.function[line.function_id as usize - 1].name;
    lines.map(|line| profile.string_table[name(line) as usize].clone()).collect()
}

#[test]
fn a_profile_has_its_types_its_functions_and_its_mappings() {
    let here = a_profile_has_its_types_its_functions_and_its_mappings as fn() as usize + 1;
    let stack = [here, 1];
    let symbols = Symbols::of(stack.into_iter(), u64::MAX);
    let sample = |objects, bytes| Sample { addresses: &stack, objects, bytes, scope: None };
    let of_search = Sample { scope: Some("search"), ..sample(-1, -64) };
    let profile = decoded(&encode(&[sample(2, 4096), of_search], &symbols, about((3, 300))));
    let text = |place: i64| profile.string_table[place as usize].as_str();
    let types: Vec<_> =
        profile.sample_type.iter().map(|it| (text(it.r#type), text(it.unit))).collect();
    assert_eq!(types, [("inuse_objects", "count"), ("inuse_space", "bytes")]);
    let period = profile.period_type.unwrap();
    assert_eq!((text(period.r#type), text(period.unit)), ("space", "bytes"));
    assert_eq!(
        (profile.period, text(profile.default_sample_type), text(0)),
        (524_288, "inuse_space", "")
    );
    assert_eq!((profile.time_nanos, profile.duration_nanos), (5_000_000_000, 2_000_000));

    let values: Vec<&[i64]> = profile.sample.iter().map(|sample| &*sample.value).collect();
    assert_eq!(values, [&[2, 4096][..], &[-1, -64], &[3, 300]]);
    assert_eq!(profile.sample[0].location_id, profile.sample[1].location_id);
    let name = "pprof::tests::a_profile_has_its_types_its_functions_and_its_mappings";
    assert!(functions(&profile, 0)[0].ends_with(name), "{profile:?}");
    assert_eq!(functions(&profile, 2), [REST]);

    let labels: Vec<Vec<(&str, &str)>> = profile
        .sample
        .iter()
        .map(|sample| sample.label.iter().map(|it| (text(it.key), text(it.str))).collect())
        .collect();
    assert_eq!(labels, [vec![], vec![("scope", "search")], vec![]]);

    let location = &profile.location[0];
    assert_eq!(location.address, here as u64 - 1);
    assert!(location.line[0].line > 0);
    let mapping = profile.mapping[location.mapping_id as usize - 1];
    assert!((mapping.memory_start..mapping.memory_limit).contains(&location.address));
    assert!(mapping.has_functions && mapping.has_filenames && mapping.has_line_numbers);
    assert_eq!(text(mapping.filename), std::env::current_exe().unwrap().to_string_lossy());
    let unknown = &profile.location[1];
    assert_eq!((unknown.mapping_id, unknown.line.len()), (0, 0), "nothing is at address 1");
}

#[test]
fn an_empty_profile_is_a_profile() {
    let symbols = Symbols::of([].into_iter(), u64::MAX);
    let profile = decoded(&encode(&[], &symbols, about((0, 0))));
    assert_eq!((profile.sample.len(), profile.sample_type.len()), (0, 2));
}
