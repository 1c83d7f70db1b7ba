//! Compile errors for code that shares an arena between threads, or clones one.
//!
//! `Sync` and `Clone` are implemented under a bound that never holds. So the compiler reports the
//! bound once, with the fix below it, and not each field that is not `Sync`. The bound is on a
//! reference. For a bound on the type itself, the compiler would print its general message about
//! `Sync`.

use crate::arena::handle::Arena;

/// The bound under which [`Arena`] would be `Sync`. No type implements it.
///
/// Hold `&mut Arena` across an `.await`, and give parallel work its own [`fork`](Arena::fork).
#[diagnostic::on_unimplemented(
    message = "an `Arena` cannot be shared between threads",
    label = "another thread could use the arena at the same time",
    note = "await first, then allocate: `let user = fetch().await; arena.alloc(user)`",
    note = "an `async` helper takes `&mut Arena`",
    note = "a thread, a branch of `join!` and a collection across an `.await` each own a fork: \
            `owned::Vec::new_in(arena.fork())`"
)]
pub trait UseMutArenaOrFork {}

/// The bound under which [`Arena`] would be `Clone`. No type implements it.
///
/// [`Arena::fork`] opens another handle, with memory of its own.
pub trait UseForkForClone {}

/// The bound under which `&Arena` would implement [`UseForkForClone`]. No type implements it.
///
/// This second bound stops the compiler from proposing to clone a reference instead. A cloned
/// reference compiles, but ends just as early.
#[diagnostic::on_unimplemented(
    message = "an `Arena` cannot be cloned: there is one handle, and `arena.fork()` makes another",
    label = "needs an `Arena` that is `Clone`",
    note = "extensions and state outlive the arena: put an owned value there, such as \
            `text.to_owned()`",
    note = "a function gets the arena by a parameter: `&Arena`, or `&mut Arena` if it is `async`, \
            or a fork"
)]
pub trait ForkInsteadOfClone {}

/// The bound under which a collection over `&Arena` could leave a body through `into`. No type
/// implements it.
///
/// A collection over a [`fork`](Arena::fork) can leave the body, and so can a slice or text in the
/// arena.
#[diagnostic::on_unimplemented(
    message = "`into` cannot convert a collection that borrows the arena's handle",
    label = "borrows the handle, which is dropped before `into` runs",
    note = "use a collection that owns a fork: `owned::Vec<'a, T>`, by \
            `owned::Vec::new_in(arena.fork())`",
    note = "or return a slice or text in the arena: `list.into_arena_slice(&arena)`, \
            `text.into_arena_str(&arena)`"
)]
pub trait OwnedForkOrArenaSlice {}

// SAFETY: rule 1 (handle.rs): the bound never holds. No type implements the trait, and no other
// crate can implement it for a type of this one. So `Arena` is not `Sync`. With `for<..>`, the
// compiler reports two places that share one arena as one error.
unsafe impl Sync for Arena<'_> where for<'s> &'s Arena<'s>: UseMutArenaOrFork {}

#[doc(hidden)]
impl<'a> Clone for Arena<'a>
where
    &'a Arena<'a>: UseForkForClone,
{
    fn clone(&self) -> Self {
        unreachable!("no arena meets the bound")
    }
}

#[doc(hidden)]
impl<'a> UseForkForClone for &'a Arena<'a> where &'a mut Arena<'a>: ForkInsteadOfClone {}
