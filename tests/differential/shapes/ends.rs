// The ways to leave a body: `return`, `?`, panics, and panics in drops.

pub fn cases(cases: &mut Cases) {
    forms! { cases:
        returned (arena: Arena<'_>, a: D, b: D) -> [D] {
            let c = D("c");
            return b;
        } with (D("a"), D("b"))
        returned_early (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            if a.get() == 1 { return *D("tmp").lend(); }
            let d = D("d");
            0
        } with (D("a"), D("b"))
        returned_from_a_match (arena: Arena<'_>, a: D, b: D) -> [u8] {
            match D("m").lend() { 1 => return b.get(), n => *n }
        } with (D("a"), D("b"))
        returned_from_a_loop (arena: Arena<'_>, a: D, b: Vec<D>) -> [u8] {
            for d in b { let k = D("k"); if d.0 == "b2" { return d.get(); } }
            0
        } with (D("a"), vec![D("b1"), D("b2"), D("b3")])
        error (arena: Arena<'_>, a: D, b: D) -> [Result<u8, u8>] {
            let c = D("c");
            Err(a.get())?;
            Ok(1)
        } with (D("a"), D("b"))
        no_error (arena: Arena<'_>, a: D, b: D) -> [Result<u8, u8>] {
            let c = D("c");
            let n = Ok::<u8, u8>(a.get())?;
            Ok(n)
        } with (D("a"), D("b"))
        error_converted (arena: Arena<'_>, a: D, b: D) -> [Result<u8, Answer>] {
            let c = D("c");
            Err("wrong")?;
            Ok(*D("tmp").lend())
        } with (D("a"), D("b"))
        error_that_owns_a_parameter (arena: Arena<'_>, a: D, b: D) -> [Result<u8, D>] {
            let c = D("c");
            Err(b)?;
            Ok(1)
        } with (D("a"), D("b"))
        none (arena: Arena<'_>, a: D, b: D) -> [Option<u8>] {
            let c = D("c");
            let n: Option<u8> = None;
            Some(n? + a.get())
        } with (D("a"), D("b"))
        some (arena: Arena<'_>, a: D, b: D) -> [Option<D>] {
            let c = D("c");
            Some(Some(b)?)
        } with (D("a"), D("b"))
        question_mark_in_the_tail (arena: Arena<'_>, a: D, b: D) -> [Option<u8>] {
            let c = D("c");
            Some(*D("t1").lend() + *Some(D("t2").lend())? + Option::<u8>::None?)
        } with (D("a"), D("b"))
        error_after_a_copy_field (arena: Arena<'_>, mut a: Count, b: D) -> [Result<u8, u8>] {
            a.number = 3;
            Err(2)?;
            a.is_done = true;
            Ok(1)
        } with (Count::new("a"), D("b"))
        panicked (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            if a.get() == 1 { panic!("own {}", b.get()); }
            1
        } with (D("a"), D("b"))
        panicked_unused (arena: Arena<'_>, a: D, _: D, _c: D, (d, _): (D, D)) -> [u8] {
            panic!("own")
        } with (D("a"), D("_"), D("_c"), (D("d1"), D("d2")))
        panicked_in_the_tail (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            *D("t1").lend() + Option::<u8>::None.unwrap()
        } with (D("a"), D("b"))
        panicked_by_an_index (arena: Arena<'_>, a: Vec<u8>, b: D) -> [u8] {
            let c = D("c");
            a[a.len()]
        } with (vec![1], D("b"))
        panicked_by_an_overflow (arena: Arena<'_>, a: u8, b: D) -> [u8] {
            let c = D("c");
            a + 255
        } with (1, D("b"))
        panicked_by_a_division (arena: Arena<'_>, a: u8, b: D) -> [u8] { 5 / a } with (0, D("b"))
        panicked_by_an_assertion (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            assert_eq!(a.get(), 5, "own");
            1
        } with (D("a"), D("b"))
        panicked_in_a_closure (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = |n: u8| -> u8 { let k = D("k"); panic!("own {n}") };
            f(a.get())
        } with (D("a"), D("b"))
        panicked_in_a_move_closure (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = move |n: u8| -> u8 { a.get(); unreachable!("own {n}") };
            f(2)
        } with (D("a"), D("b"))
        panicked_after_a_move (arena: Arena<'_>, a: D, b: D, c: D) -> [u8] {
            let local = b;
            drop(a);
            todo!("own")
        } with (D("a"), D("b"), D("c"))
        panicked_and_caught (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let caught = std::panic::catch_unwind(|| { let k = D("k"); panic!("own") });
            caught.is_err() as u8 + b.get()
        } with (D("a"), D("b"))
        panicked_with_a_value (arena: Arena<'_>, a: D, b: D) -> [u8] {
            std::panic::panic_any(7_u8)
        } with (D("a"), D("b"))
        bomb (arena: Arena<'_>, a: D, bomb: Bomb, c: D) -> [u8] {
            let local = D("local");
            a.get()
        } with (D("a"), Bomb("bomb"), D("c"))
        bomb_used (arena: Arena<'_>, a: D, bomb: Bomb, c: D) -> [u8] {
            log(bomb.0);
            c.get()
        } with (D("a"), Bomb("bomb"), D("c"))
        bomb_unnamed (arena: Arena<'_>, a: D, _: Bomb, c: D) -> [u8] {
            1
        } with (D("a"), Bomb("bomb"), D("c"))
        bomb_in_a_pattern (arena: Arena<'_>, a: D, (b, _): (D, Bomb), c: D) -> [u8] {
            b.get()
        } with (D("a"), (D("b"), Bomb("bomb")), D("c"))
        bomb_and_a_result (arena: Arena<'_>, a: D, bomb: Bomb) -> [D] {
            D("result")
        } with (D("a"), Bomb("bomb"))
        bomb_of_the_body (arena: Arena<'_>, a: D, b: D) -> [D] {
            let c = D("c");
            let bomb = Bomb("bomb");
            let d = D("d");
            b
        } with (D("a"), D("b"))
        bomb_in_the_tail (arena: Arena<'_>, a: D, b: D) -> [usize] {
            let c = D("c");
            Bomb("bomb").0.len()
        } with (D("a"), D("b"))
        bomb_after_return (arena: Arena<'_>, a: D, bomb: Bomb, b: D) -> [D] {
            let c = D("c");
            return b;
        } with (D("a"), Bomb("bomb"), D("b"))
        bomb_in_a_panic (arena: Arena<'_>, a: D, bomb: Bomb, b: D) -> [u8] {
            panic!("own")
        } with (D("a"), Bomb("bomb"), D("b"))
        diverges (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            std::panic::resume_unwind(Box::new("own"))
        } with (D("a"), D("b"))
    }
    {
        #[request_arena]
        fn never(arena: Arena<'_>, a: D, mut b: Count) -> ! {
            b.is_done = true;
            panic!("own {}", a.get())
        }
        cases.call("never", || -> u8 { never(D("a"), Count::new("b")) });
    }
    {
        #[request_arena]
        async fn never(arena: Arena<'_>, a: D, mut b: Count) -> ! {
            b.is_done = true;
            pause().await;
            panic!("own {}", a.get())
        }
        cases.future("never async", || async { let _: u8 = never(D("a"), Count::new("b")).await; });
    }
}
