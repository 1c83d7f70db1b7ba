//! Arenas that lie idle in the pool are room for the next requests. It is a binary of its own, as
//! the pool is one for the process.

use request_arena_admission::{Admission, Mode, Options, Source};
use request_arena_core::{Site, scope};

const MIB: u64 = 1 << 20;
const ARENAS: usize = 16;
/// Less than the pool keeps of an arena.
const BYTES: usize = 400_000;

#[test]
fn memory_of_idle_arenas_is_reserved_once() {
    static SITE: Site = Site::new("pooled", module_path!(), file!(), line!());
    let options = Options {
        mode: Mode::Enforce,
        source: Source::Process,
        limit_bytes: Some(1 << 30),
        relieve: || {},
        unseen_bytes: Some(MIB),
        ..Options::default()
    };
    let gate = Admission::without_thread(options).unwrap();
    assert_eq!(gate.snapshot().pool_bytes, 0);
    drop(gate.try_admit(&SITE).unwrap());
    // All are open at once, so that the pool has as many afterwards. A thread that ends would free
    // its arenas.
    nested(&SITE, ARENAS);
    // The share of arenas is learned once a second.
    let snapshot = (0..500).find_map(|_| {
        std::thread::sleep(core::time::Duration::from_millis(10));
        gate.turn();
        Some(gate.snapshot()).filter(|snapshot| snapshot.pool_bytes > 0)
    });
    let snapshot = snapshot.expect("the pool keeps arenas");
    assert!(snapshot.pool_bytes >= BYTES as u64, "{snapshot:?}");
    let base = snapshot.kept_bytes.unwrap() - snapshot.pool_bytes;
    assert_eq!(snapshot.base_bytes, Some(base), "what the next requests reuse is no base");
    assert_eq!(snapshot.unseen_handlers, 0);
    // Given back, it is room like any other.
    request_arena_core::trim();
    gate.turn();
    let after = gate.snapshot();
    assert_eq!((after.pool_bytes, after.base_bytes), (0, after.kept_bytes), "{after:?}");
}

/// Opens this many scopes inside of each other.
fn nested(site: &'static Site, scopes: usize) {
    if scopes > 0 {
        scope(site, |arena| {
            arena.alloc_slice_fill_copy(BYTES, 1_u8);
            nested(site, scopes - 1);
        });
    }
}
