//! The compiler's words where two threads would share an arena, and where one is cloned.
//!
//! `Sync` and `Clone` are implemented under a bound that never holds. So the compiler names the
//! bound, once, with the repair below it, and not each field that is not `Sync`. The bound is on a
//! reference: of one on the type itself the compiler would say what it says of every `Sync`.

use crate::arena::handle::Arena;

/// What `&Arena` would need for an [`Arena`] to be `Sync`. No type has it.
///
/// Hold `&mut Arena` across an `.await`, and give parallel work a [`fork`](Arena::fork) of its own.
#[diagnostic::on_unimplemented(
    message = "an `Arena` cannot be shared between threads",
    label = "another thread could use the arena at the same time",
    note = "await first, then allocate: `let user = fetch().await; arena.alloc(user)`",
    note = "an `async` helper takes `&mut Arena`",
    note = "a thread, a branch of `join!` and a collection across an `.await` each own a fork: \
            `owned::Vec::new_in(arena.fork())`"
)]
pub trait UseMutArenaOrFork {}

/// What `&Arena` would need for an [`Arena`] to be `Clone`. No type has it.
///
/// [`Arena::fork`] makes another handle, with memory of its own.
pub trait UseForkForClone {}

/// What `&mut Arena` would need for [`UseForkForClone`]. No type has it.
///
/// Between the two, the compiler does not propose to clone a reference instead, which is `Clone`
/// but ends as soon.
#[diagnostic::on_unimplemented(
    message = "an `Arena` cannot be cloned: there is one handle, and `arena.fork()` makes another",
    label = "needs an `Arena` that is `Clone`",
    note = "extensions and state outlive the arena: put an owned value there, such as `text.to_owned()`",
    note = "a function gets the arena by a parameter: `&Arena`, or `&mut Arena` if it is `async`, or a fork"
)]
pub trait ForkInsteadOfClone {}

/// What `&Arena` would need for a collection over it to leave a body with `into`. No type has it.
///
/// A collection over a [`fork`](Arena::fork) leaves it, and so does what lies in the arena.
#[diagnostic::on_unimplemented(
    message = "a collection that borrows the arena's handle ends before `into` turns it",
    label = "borrows the handle, which ends with the body",
    note = "one that owns a fork goes on: `owned::Vec<'a, T>`, by `owned::Vec::new_in(arena.fork())`",
    note = "so does what lies in the arena, as a `&'a [T]` or `&'a str`: `list.into_arena_slice(&arena)`, \
            `text.into_arena_str(&arena)`"
)]
pub trait OwnedForkOrArenaSlice {}

// SAFETY: rule 1 (handle.rs): the bound never holds, since no type implements the trait, and no
// other crate can implement it for a type of this one. So `Arena` is not `Sync`. With `for<..>`,
// two places that share one are one error.
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
