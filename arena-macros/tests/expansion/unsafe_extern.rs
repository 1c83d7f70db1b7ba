//! `unsafe`, and another calling convention.

#[request_arena]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn handle(arena: Arena<'_>, bytes: *const u8, length: usize) -> i32 {
    let bytes = unsafe { std::slice::from_raw_parts(bytes, length) };
    arena.alloc_slice_copy(bytes).len() as i32
}
