// Futures with an await: finished, never polled, dropped half-way, and forgotten.

use std::future::Future;
use std::pin::Pin;

pub fn cases(cases: &mut Cases) {
    later! { cases:
        waits (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            pause().await;
            let d = D("d");
            a.get()
        } with (D("a"), D("b"))
        waits_unused (arena: Arena<'_>, a: D, _: D, _c: D, (d, _): (D, D)) -> [u8] {
            pause().await;
            1
        } with (D("a"), D("_"), D("_c"), (D("d1"), D("d2")))
        waits_in_the_middle (arena: Arena<'_>, a: D, _: D, b: D) -> [u8] {
            pause().await;
            b.get()
        } with (D("a"), D("_"), D("b"))
        waits_for_ever (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            std::future::pending::<()>().await;
            a.get()
        } with (D("a"), D("b"))
        waits_with_a_temporary (arena: Arena<'_>, a: D) -> [u8] {
            let c = D("c");
            match (D("m").lend(), pause().await) { (n, ()) => *n }
        } with (D("a"))
        waits_in_the_tail (arena: Arena<'_>, a: D, b: D) -> [()] {
            let c = D("c");
            a.get();
            pause().await
        } with (D("a"), D("b"))
        waits_then_tail (arena: Arena<'_>, a: D) -> [u8] {
            let c = D("c");
            pause().await;
            *D("tmp").lend()
        } with (D("a"))
        waits_with_a_borrow (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let r = &b;
            pause().await;
            r.get()
        } with (D("a"), D("b"))
        waits_with_a_pattern (arena: Arena<'_>, Pair { left, .. }: Pair, b: D) -> [u8] {
            pause().await;
            b.get()
        } with (Pair::new("l", "r"), D("b"))
        waits_with_a_copy_field (arena: Arena<'_>, mut a: Count, b: D) -> [u8] {
            a.number = 1;
            pause().await;
            a.is_done = true;
            1
        } with (Count::new("a"), D("b"))
        waits_after_a_move (arena: Arena<'_>, a: D, b: D, c: D) -> [u8] {
            drop(b);
            pause().await;
            a.get()
        } with (D("a"), D("b"), D("c"))
        waits_after_half_a_move (arena: Arena<'_>, a: Pair, b: D) -> [u8] {
            drop(a.left);
            pause().await;
            b.get()
        } with (Pair::new("l", "r"), D("b"))
        waits_before_a_move (arena: Arena<'_>, a: D, b: D) -> [D] {
            pause().await;
            a
        } with (D("a"), D("b"))
        waits_after_an_assignment (arena: Arena<'_>, mut a: D, b: D) -> [u8] {
            a = D("a2");
            pause().await;
            1
        } with (D("a"), D("b"))
        waits_shadowed (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let a = D("inner");
            pause().await;
            a.get()
        } with (D("a"), D("b"))
        waits_in_a_loop (arena: Arena<'_>, a: Vec<D>, b: D) -> [u8] {
            for d in a { pause().await; if d.get() == 1 { break; } }
            b.get()
        } with (vec![D("a1"), D("a2")], D("b"))
        waits_in_an_if_let (arena: Arena<'_>, a: D) -> [u8] {
            if let 2 = *D("if").lend() { 0 } else { pause().await; a.get() }
        } with (D("a"))
        waits_in_a_labelled_block (arena: Arena<'_>, a: D) -> [u8] {
            'all: { let k = D("k"); pause().await; if a.get() == 1 { break 'all 5; } 0 }
        } with (D("a"))
        waits_and_returns (arena: Arena<'_>, a: D, b: D) -> [D] {
            let c = D("c");
            pause().await;
            return b;
        } with (D("a"), D("b"))
        waits_and_fails (arena: Arena<'_>, a: D, b: D) -> [Result<u8, Answer>] {
            let c = D("c");
            pause().await;
            Err("wrong")?;
            Ok(1)
        } with (D("a"), D("b"))
        waits_and_has_none (arena: Arena<'_>, a: D, b: D) -> [Option<u8>] {
            let c = D("c");
            pause().await;
            None?;
            Some(1)
        } with (D("a"), D("b"))
        waits_and_panics (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            pause().await;
            panic!("own {}", b.get())
        } with (D("a"), D("b"))
        waits_and_panics_at_an_index (arena: Arena<'_>, a: Vec<u8>, b: D) -> [u8] {
            pause().await;
            a[3]
        } with (vec![], D("b"))
        waits_with_a_bomb (arena: Arena<'_>, a: D, bomb: Bomb, b: D) -> [u8] {
            pause().await;
            1
        } with (D("a"), Bomb("bomb"), D("b"))
        waits_for_a_block (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            async { pause().await; a.get() }.await + b.get()
        } with (D("a"), D("b"))
        waits_for_a_move_block (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = async move { let k = D("k"); pause().await; a.get() };
            let c = D("c");
            f.await + b.get()
        } with (D("a"), D("b"))
        waits_for_a_function (arena: Arena<'_>, a: D, b: D) -> [u8] {
            async fn inner(a: D) -> u8 { pause().await; a.get() }
            inner(a).await + 1
        } with (D("a"), D("b"))
        waits_for_a_closure (
            arena: Arena<'_>,
            a: D,
            f: impl AsyncFn(u8) -> u8 + 'static,
        ) -> [u8] { f(a.get()).await } with (D("a"), {
            let d = D("captured");
            async move |n: u8| { pause().await; d.get() + n }
        })
        waits_for_its_own_closure (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = async |n: u8| { let k = D("k"); pause().await; a.get() + n };
            f(3).await
        } with (D("a"), D("b"))
        waits_and_drops_a_future (arena: Arena<'_>, a: D, b: D) -> [u8] {
            drop(async move { a.get() });
            pause().await;
            b.get()
        } with (D("a"), D("b"))
        waits_and_spends (arena: Arena<'_>, a: D, b: D) -> [usize] {
            let n = arena.spend(3);
            pause().await;
            n + arena.spend(b.get().into())
        } with (D("a"), D("b"))
        never_waits (arena: Arena<'_>, a: D, b: D) -> [u8] {
            std::future::ready(D("tmp").get()).await
        } with (D("a"), D("b"))
    }

    #[request_arena]
    async fn by_ref(
        arena: Arena<'_>,
        Pair { ref left, .. }: Pair,
        ref b: D,
        (ref mut c, _): (Count, D),
    ) -> u8 {
        c.number = 1;
        pause().await;
        b.get()
    }
    cases.future("by ref", || by_ref(Pair::new("l", "r"), D("b"), (Count::new("c"), D("d"))));

    #[request_arena]
    fn before_the_block(arena: Arena<'_>, a: D, b: D, mut c: Count) -> impl Future<Output = u8> {
        let local = D("local");
        c.number = b.get();
        async move {
            let k = D("k");
            pause().await;
            a.get()
        }
    }
    cases.future("before the block", || before_the_block(D("a"), D("b"), Count::new("c")));

    #[request_arena]
    fn before_and_within(arena: Arena<'_>, a: D, b: D) -> Pin<Box<dyn Future<Output = usize>>> {
        let local = D("local");
        let other = D("other");
        Box::pin(async move {
            arena.spend(3);
            pause().await;
            local.0.len() + a.0.len()
        })
    }
    cases.future("before and within", || before_and_within(D("a"), D("b")));

    #[request_arena]
    fn returns_before_the_block(arena: Arena<'_>, a: D, b: D) -> Pin<Box<dyn Future<Output = u8>>> {
        if a.get() == 1 {
            return Box::pin(async move { b.get() });
        }
        Box::pin(async move { pause().await; a.get() })
    }
    cases.future("returns before the block", || returns_before_the_block(D("a"), D("b")));

    #[request_arena]
    fn panics_before_the_block(arena: Arena<'_>, a: D, b: D) -> impl Future<Output = u8> {
        assert_eq!(b.get(), 2, "own");
        async move { a.get() }
    }
    cases.call("panics before the block", || drop(panics_before_the_block(D("a"), D("b"))));

    #[request_arena]
    fn copy_field_of_a_block(arena: Arena<'_>, mut a: Count, b: D) -> impl Future<Output = u8> {
        async move {
            a.is_done = true;
            pause().await;
            a.number
        }
    }
    cases.future("copy field of a block", || copy_field_of_a_block(Count::new("a"), D("b")));

    #[request_arena]
    async fn borrowed<'x>(arena: Arena<'_>, a: &'x Count, b: D) -> &'x Count {
        pause().await;
        b.get();
        a
    }
    cases.future("borrowed", || async {
        let a = Count::new("a");
        borrowed(&a, D("b")).await.number
    });

    #[request_arena]
    async fn mutated(arena: Arena<'_>, a: &mut Count, b: D) {
        a.number = 1;
        pause().await;
        a.is_done = true;
    }
    cases.future("mutated", || async {
        let mut a = Count::new("a");
        mutated(&mut a, D("b")).await;
    });

    #[request_arena]
    async fn generic<T: std::fmt::Debug, const N: usize>(arena: Arena<'_>, all: [T; N], b: D) -> T {
        pause().await;
        let mut all = all.into_iter();
        all.next().unwrap()
    }
    cases.future("generic", || generic([D("1"), D("2"), D("3")], D("b")));

    #[request_arena]
    async fn nested(arena: Arena<'_>, a: D, b: D) -> D {
        #[request_arena]
        async fn inner(a: D, arena: Arena<'_>, n: Count) -> D {
            let k = D("k");
            pause().await;
            a
        }
        let c = D("c");
        inner(a, Count::new("n")).await
    }
    cases.future("nested", || nested(D("a"), D("b")));

    #[request_arena]
    async fn recursive(arena: Arena<'_>, n: u8, a: D) -> u8 {
        let k = D("k");
        pause().await;
        if n == 0 { a.get() } else { Box::pin(recursive(n - 1, D("deeper"))).await + 1 }
    }
    cases.future("recursive", || recursive(2, D("a")));
}
