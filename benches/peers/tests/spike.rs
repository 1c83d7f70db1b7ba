//! The spike's figures, in a process of their own, as the pool's retained bytes are all threads'.

use peers::protocol::Effort;
use peers::workloads;
use worker_harness::Installed;

#[test]
fn the_pool_is_back_at_the_usual_size_and_bumpalos_keeps_the_spike() {
    let allocator = Installed::check().unwrap();
    let spike = workloads::named("spike").unwrap();
    let last = |candidate| {
        let figures = spike.measure(candidate, Effort::Test, &allocator).unwrap();
        figures
            .iter()
            .find(|figure| figure.name == "retained at the end, over the usual peak")
            .unwrap()
            .value
    };
    assert!(last("request_arena scope") <= 2.0);
    assert!(last("bumpalo thread-local pool") > 1000.0);

    let report = request_arena::report();
    let peaks = report.site("spike").unwrap().peak_used;
    let usual = (peaks.sum - peaks.max) / (peaks.count() - 1);
    assert_eq!(
        (usual, peaks.max),
        (16 << 10, 64 << 20),
        "the report's peaks are those of the figures"
    );
}
