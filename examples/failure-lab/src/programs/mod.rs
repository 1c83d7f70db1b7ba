//! The services, a file each. [`crate::table`] lists them.

pub(crate) mod background_leak;
pub(crate) mod batch_job;
pub(crate) mod burst_over;
pub(crate) mod delayed_free;
pub(crate) mod drop_in_arena;
pub(crate) mod eager_purging;
pub(crate) mod fragmentation;
pub(crate) mod handler_leak;
pub(crate) mod huge_pages;
pub(crate) mod kept_capacity;
pub(crate) mod long_lived_arena;
pub(crate) mod mapped_file;
pub(crate) mod mapped_memory;
mod open;
mod ordinary;
pub(crate) mod page_cache;
pub(crate) mod pinned_buffers;
pub(crate) mod real_growth;
pub(crate) mod reset_ratchet;
pub(crate) mod retention;
pub(crate) mod second_allocator;
pub(crate) mod spool;
mod store;
pub(crate) mod thread_stacks;
pub(crate) mod unnamed_arena;
pub(crate) mod warm_cache;
