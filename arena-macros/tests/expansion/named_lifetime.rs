//! The arena's lifetime has a name, which callers do not see.

#[request_arena]
fn longest<'a, 't>(arena: Arena<'a>, text: &'t str) -> &'t str {
    let words: &'a [&'t str] = arena.alloc_from_iter(text.split(' '));
    words.iter().max_by_key(|word| word.len()).copied().unwrap_or_default()
}

#[request_arena]
async fn sum<'a>(arena: Arena<'a>, numbers: Vec<u32>) -> u32 {
    let copy: &'a mut [u32] = arena.alloc_slice_copy(&numbers);
    copy.iter().sum()
}
