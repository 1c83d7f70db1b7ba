// Patterns of parameters, and uses of parameters in a body.

/// Without a `Drop` of its own.
#[derive(Debug)]
struct Outer {
    count: Count,
    other: D,
}

fn outer() -> Outer {
    Outer { count: Count::new("count"), other: D("other") }
}

pub fn cases(cases: &mut Cases) {
    forms! { cases:
        unused (arena: Arena<'_>, a: D, b: D) -> [u8] { 1 } with (D("a"), D("b"))
        unused_names (arena: Arena<'_>, a: D, _: D, _c: D) -> [u8] {
            a.get()
        } with (D("a"), D("_"), D("_c"))
        only_the_middle (arena: Arena<'_>, a: D, b: D, c: D) -> [u8] {
            b.get()
        } with (D("a"), D("b"), D("c"))
        all_used (arena: Arena<'_>, a: D, b: D) -> [u8] { b.get() + a.get() } with (D("a"), D("b"))
        arena_between (a: D, arena: Arena<'_>, b: D) -> [u8] { a.get() } with (D("a"), D("b"))
        arena_last (a: D, b: D, arena: Arena<'_>) -> [u8] {
            arena.spend(8);
            b.get()
        } with (D("a"), D("b"))
        half_a_tuple (arena: Arena<'_>, (a, _): (D, D), b: D) -> [u8] {
            b.get()
        } with ((D("a1"), D("a2")), D("b"))
        half_a_tuple_used (arena: Arena<'_>, (a, _): (D, D), b: D) -> [u8] {
            a.get()
        } with ((D("a1"), D("a2")), D("b"))
        halves_of_tuples (arena: Arena<'_>, (_, b): (D, D), (c, _): (D, D)) -> [u8] { c.get() }
            with ((D("a"), D("b")), (D("c"), D("d")))
        no_binding_in_a_tuple (arena: Arena<'_>, (_, _): (D, D), b: D) -> [u8] {
            1
        } with ((D("a1"), D("a2")), D("b"))
        rest_of_a_tuple (arena: Arena<'_>, (a, ..): (D, D, D), b: D) -> [u8] { note("body") }
            with ((D("a1"), D("a2"), D("a3")), D("b"))
        struct_pattern (arena: Arena<'_>, Pair { left, .. }: Pair, b: D) -> [u8] {
            left.get()
        } with (Pair::new("l", "r"), D("b"))
        struct_pattern_renamed (
            arena: Arena<'_>,
            Pair { left: _, right: other, mut number }: Pair,
        ) -> [u8] {
            number += other.get();
            number
        } with (Pair::new("l", "r"))
        struct_pattern_unused (arena: Arena<'_>, a: D, Pair { left: _l, .. }: Pair, b: D) -> [u8] {
            1
        }
            with (D("a"), Pair::new("l", "r"), D("b"))
        array_pattern (arena: Arena<'_>, [a, _, c]: [D; 3], d: D) -> [u8] {
            c.get()
        } with ([D("a"), D("b"), D("c")], D("d"))
        copy_field_assigned (arena: Arena<'_>, mut a: Count, b: D) -> [u8] {
            a.is_done = true;
            arena.spend(1) as u8
        }
            with (Count::new("a"), D("b"))
        copy_field_read (arena: Arena<'_>, a: Count, b: D) -> [u8] {
            a.number
        } with (Count::new("a"), D("b"))
        copy_field_counted (arena: Arena<'_>, b: D, mut a: Count) -> [u8] {
            a.number += 2;
            a.number
        } with (D("b"), Count::new("a"))
        copy_field_of_a_pattern (arena: Arena<'_>, (mut a, b): (Count, D)) -> [u8] {
            a.number = 7;
            1
        } with ((Count::new("a"), D("b")))
        copy_field_of_a_field (arena: Arena<'_>, mut outer: Outer, b: D) -> [u8] {
            outer.count.is_done = true;
            1
        } with (outer(), D("b"))
        copy_field_in_a_tuple (arena: Arena<'_>, mut a: (Count, D)) -> [u8] {
            a.0.is_done = true;
            a.1.get()
        } with ((Count::new("a"), D("b")))
        copy_field_in_an_array (arena: Arena<'_>, mut a: [Count; 2]) -> [u8] {
            a[1].number = 9;
            1
        } with ([Count::new("a"), Count::new("b")])
        copy_field_in_a_box (arena: Arena<'_>, mut a: Box<Count>, b: D) -> [u8] {
            a.is_done = true;
            1
        } with (Box::new(Count::new("a")), D("b"))
        copy_field_of_a_pair (arena: Arena<'_>, mut a: Pair, b: D) -> [u8] {
            a.number = 9;
            a.number
        } with (Pair::new("l", "r"), D("b"))
        copy_field_then_panic (arena: Arena<'_>, mut a: Count, b: D) -> [u8] {
            a.is_done = true;
            panic!("own")
        } with (Count::new("a"), D("b"))
        copy_field_then_return (arena: Arena<'_>, mut a: Count, b: D) -> [u8] {
            a.is_done = true;
            return a.number;
        } with (Count::new("a"), D("b"))
        assigned (arena: Arena<'_>, mut a: D, b: D) -> [u8] {
            a = D("a2");
            b.get()
        } with (D("a"), D("b"))
        cleared (arena: Arena<'_>, mut a: Option<D>, b: D) -> [u8] {
            a = None;
            note("body")
        } with (Some(D("a")), D("b"))
        taken (arena: Arena<'_>, mut a: Option<D>, b: D) -> [u8] {
            let t = a.take();
            b.get()
        } with (Some(D("a")), D("b"))
        replaced (arena: Arena<'_>, mut a: D, b: D) -> [D] {
            std::mem::replace(&mut a, D("new"))
        } with (D("a"), D("b"))
        forgotten (arena: Arena<'_>, a: D, b: D) -> [u8] {
            std::mem::forget(a);
            1
        } with (D("a"), D("b"))
        moved_out (arena: Arena<'_>, a: D, b: D) -> [D] { b } with (D("a"), D("b"))
        moved_out_first (arena: Arena<'_>, a: D, b: D, c: D) -> [D] {
            let local = D("local");
            a
        } with (D("a"), D("b"), D("c"))
        one_field_moved_out (arena: Arena<'_>, a: Pair, b: D) -> [D] {
            a.left
        } with (Pair::new("l", "r"), D("b"))
        one_field_dropped (arena: Arena<'_>, a: Pair, b: D) -> [u8] {
            drop(a.right);
            b.get()
        } with (Pair::new("l", "r"), D("b"))
        one_field_assigned (arena: Arena<'_>, mut a: Pair, b: D) -> [u8] {
            a.left = D("l2");
            b.get()
        } with (Pair::new("l", "r"), D("b"))
        moved_in_a_branch (arena: Arena<'_>, a: D, b: D) -> [u8] {
            if note("if") == 1 { drop(a) }
            b.get()
        } with (D("a"), D("b"))
        moved_in_the_other (arena: Arena<'_>, a: D, b: D) -> [u8] {
            if note("if") == 0 { drop(a) }
            b.get()
        } with (D("a"), D("b"))
        moved_into_a_local (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            let local = a;
            let d = D("d");
            b.get()
        } with (D("a"), D("b"))
        moved_and_back (arena: Arena<'_>, mut a: D, b: D) -> [u8] {
            drop(a);
            a = D("again");
            b.get()
        } with (D("a"), D("b"))
        shadowed (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let a = D("inner");
            a.get() + b.get()
        } with (D("a"), D("b"))
        shadowed_by_itself (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            let a = a;
            b.get()
        } with (D("a"), D("b"))
        shadowed_in_a_tuple (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let a = (a, D("x"));
            a.0.get()
        } with (D("a"), D("b"))
        ignored_by_let (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let _ = a;
            note("body")
        } with (D("a"), D("b"))
        list (arena: Arena<'_>, a: Vec<D>, b: D) -> [u8] {
            a.len() as u8
        } with (vec![D("a1"), D("a2")], D("b"))
        list_consumed (arena: Arena<'_>, a: Vec<D>, b: D) -> [u8] {
            for d in a { if d.0 == "a2" { break; } }
            b.get()
        }
            with (vec![D("a1"), D("a2"), D("a3")], D("b"))
        closure (arena: Arena<'_>, f: impl Fn() -> u8 + 'static, a: D) -> [u8] { f() + a.get() }
            with ({ let captured = D("captured"); move || captured.get() }, D("a"))
        closure_once (arena: Arena<'_>, a: D, f: impl FnOnce() -> D + 'static) -> [D] { f() }
            with (D("a"), { let captured = D("captured"); move || captured })
        closure_unused (arena: Arena<'_>, a: D, f: impl FnOnce() -> D + 'static, b: D) -> [u8] {
            b.get()
        }
            with (D("a"), { let captured = D("captured"); move || captured }, D("b"))
        impl_trait (arena: Arena<'_>, a: impl std::fmt::Debug + 'static, b: D) -> [u8] {
            log(format!("{a:?}"));
            1
        } with (D("a"), D("b"))
        boxed_trait (arena: Arena<'_>, a: Box<dyn std::fmt::Debug>, b: D) -> [u8] {
            log(format!("{a:?}"));
            1
        } with (Box::new(D("a")), D("b"))
        names_of_the_expansion (
            arena: Arena<'_>,
            result: D,
            run: D,
            token: D,
            outcome: D,
            error: D,
        ) -> [u8] {
            run.get() + result.get() + error.get()
        } with (D("result"), D("run"), D("token"), D("outcome"), D("error"))
    }
    // A returned `async` block cannot capture a binding by `ref`.
    with_ref! { cases:
        by_ref (arena: Arena<'_>, ref a: D, b: D) -> [u8] { a.get() } with (D("a"), D("b"))
        by_ref_mut (arena: Arena<'_>, ref mut a: Count, b: D) -> [u8] {
            a.number = 3;
            1
        } with (Count::new("a"), D("b"))
        ref_in_a_tuple (arena: Arena<'_>, (ref a, b): (D, D)) -> [u8] {
            a.get()
        } with ((D("a"), D("b")))
        nested_patterns (arena: Arena<'_>, (a, (b, _), ref c): (D, (D, D), D), d: D) -> [u8] {
            b.get() + c.get()
        }
            with ((D("a"), (D("b1"), D("b2")), D("c")), D("d"))
        whole_and_parts (arena: Arena<'_>, ref all @ Pair { ref left, .. }: Pair, b: D) -> [u8] {
            all.right.get() + left.get()
        }
            with (Pair::new("l", "r"), D("b"))
    }
}
