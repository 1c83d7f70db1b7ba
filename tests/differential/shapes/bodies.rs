// Locals, temporaries and control flow: the places where a body drops its values.

pub fn cases(cases: &mut Cases) {
    forms! { cases:
        empty (arena: Arena<'_>, a: D) -> [()] {} with (D("a"))
        unit (arena: Arena<'_>, a: D) -> [()] { a.get(); } with (D("a"))
        locals (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            let d = D("d");
            D("tmp").get()
        } with (D("a"), D("b"))
        tail_temporary (arena: Arena<'_>, a: D) -> [u8] {
            let c = D("c");
            *D("tmp").lend()
        } with (D("a"))
        tail_temporaries (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            D("t1").get() + *D("t2").lend() + a.get()
        } with (D("a"), D("b"))
        tail_of_a_block (arena: Arena<'_>, a: D) -> [u8] {
            let n = { let c = D("c"); *D("tmp").lend() };
            n + a.get()
        } with (D("a"))
        tail_of_a_match (arena: Arena<'_>, a: D) -> [u8] {
            match D("m").get() { n => { let g = D("g"); n + *D("tmp").lend() } }
        } with (D("a"))
        tail_of_an_if (arena: Arena<'_>, a: D) -> [u8] {
            let c = D("c");
            if *D("condition").lend() == 1 { *D("tmp").lend() } else { 0 }
        } with (D("a"))
        tail_moves_a_parameter (arena: Arena<'_>, a: D, b: D) -> [(D, u8)] {
            let c = D("c");
            (a, *D("tmp").lend())
        } with (D("a"), D("b"))
        tail_borrows_a_parameter (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let c = D("c");
            *a.lend() + *D("tmp").lend()
        } with (D("a"), D("b"))
        scrutinee (arena: Arena<'_>, a: D, b: D) -> [u8] {
            match D("m").lend() { n => { let g = D("g"); n + b.get() } }
        } with (D("a"), D("b"))
        scrutinee_of_a_statement (arena: Arena<'_>, a: D) -> [u8] {
            match D("m").lend() { _ => { a.get(); } };
            note("after")
        } with (D("a"))
        guard_of_an_arm (arena: Arena<'_>, a: D) -> [u8] {
            match D("m").get() { n if *D("guard").lend() == 2 => n, n => n + a.get() }
        } with (D("a"))
        if_let (arena: Arena<'_>, a: D, b: D) -> [u8] {
            if let 1 = *D("if").lend() { let k = D("k"); b.get() } else { 0 }
        } with (D("a"), D("b"))
        if_let_else (arena: Arena<'_>, a: D, b: D) -> [u8] {
            if let 2 = *D("if").lend() { 0 } else { let k = D("k"); b.get() }
        } with (D("a"), D("b"))
        if_let_of_a_statement (arena: Arena<'_>, a: D) -> [u8] {
            if let 2 = *D("if").lend() {} else { a.get(); }
            note("after")
        } with (D("a"))
        let_else (arena: Arena<'_>, a: D) -> [u8] {
            let 2 = *D("let").lend() else { let k = D("k"); return a.get(); };
            0
        } with (D("a"))
        let_else_moves (arena: Arena<'_>, a: Option<D>, b: D) -> [u8] {
            let Some(d) = a else { return 0 };
            let k = D("k");
            d.get()
        } with (Some(D("a")), D("b"))
        while_let (arena: Arena<'_>, mut a: Vec<D>, b: D) -> [u8] {
            while let Some(d) = a.pop() { d.get(); }
            b.get()
        } with (vec![D("a1"), D("a2")], D("b"))
        loop_with_a_value (arena: Arena<'_>, a: D) -> [D] {
            let mut n = 0;
            loop { let k = D("k"); n += 1; if n == 2 { break D("value"); } }
        } with (D("a"))
        loop_moves (arena: Arena<'_>, a: D, b: D) -> [D] {
            loop { let k = D("k"); break a; }
        } with (D("a"), D("b"))
        labelled_block (arena: Arena<'_>, a: D) -> [u8] {
            'all: { let k = D("k"); if a.get() == 1 { break 'all *D("tmp").lend(); } 0 }
        } with (D("a"))
        labelled_loops (arena: Arena<'_>, a: D) -> [u8] {
            'a: for n in 0..3 {
                let k = D("k");
                for m in 0..3 { if m == 1 { continue 'a; } if n == 1 { break 'a; } }
            }
            a.get()
        } with (D("a"))
        extended (arena: Arena<'_>, a: D) -> [u8] {
            let r = &D("extended");
            let c = D("c");
            r.get()
        } with (D("a"))
        wild_lets (arena: Arena<'_>, a: D) -> [u8] {
            let _ = D("_");
            let _x = D("_x");
            let (y, _) = (D("y"), D("z"));
            note("body")
        } with (D("a"))
        shadowed_locals (arena: Arena<'_>, a: D) -> [u8] {
            let c = D("c1");
            let c = D("c2");
            let c = (c, D("c3"));
            1
        } with (D("a"))
        deferred_local (arena: Arena<'_>, a: D) -> [u8] {
            let c;
            let d = D("d");
            c = D("c");
            d.get()
        } with (D("a"))
        closure_borrows (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = || a.get();
            let c = D("c");
            f()
        } with (D("a"), D("b"))
        closure_moves (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = move || a.get();
            let c = D("c");
            f()
        } with (D("a"), D("b"))
        closure_moves_a_field (arena: Arena<'_>, mut a: Count, p: Pair) -> [u8] {
            let mut f = move || { a.number = 3; p.left.get() };
            let c = D("c");
            f()
        } with (Count::new("a"), Pair::new("l", "r"))
        closure_borrows_a_field (arena: Arena<'_>, mut a: Count) -> [u8] {
            let mut f = || { a.number = 3; };
            f();
            1
        } with (Count::new("a"))
        closures_in_closures (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let f = |n: u8| { let c = D("c"); move |m: u8| c.get() + n + m };
            f(1)(2) + a.get()
        } with (D("a"), D("b"))
        closure_with_a_question_mark (arena: Arena<'_>, a: D) -> [u8] {
            let f = || -> Option<u8> { let k = D("k"); None?; Some(1) };
            f().unwrap_or(a.get())
        } with (D("a"))
        items (arena: Arena<'_>, a: D) -> [u8] {
            struct Local(D);
            impl Drop for Local { fn drop(&mut self) { log("drop local"); } }
            const NAME: &str = "inner";
            fn inner(a: D) -> u8 { let k = D("k"); a.get() }
            let local = Local(D(NAME));
            inner(a)
        } with (D("a"))
        macros (arena: Arena<'_>, a: D, b: D) -> [u8] {
            let list = vec![a, D("x")];
            assert!(list.len() == 2);
            assert_eq!(*D("tmp").lend(), 1);
            matches!(b.get(), 1) as u8
        } with (D("a"), D("b"))
        own_macro (arena: Arena<'_>, a: D) -> [u8] {
            macro_rules! with_local {
                ($value:expr) => {{ let a = D("hidden"); $value.get() + a.get() }};
            }
            with_local!(a) + with_local!(D("tmp"))
        } with (D("a"))
        guard_of_a_parameter (arena: Arena<'_>, mut a: Count) -> [u8] {
            struct Guard<'g>(&'g mut Count);
            impl Drop for Guard<'_> { fn drop(&mut self) { self.0.number += 1; } }
            let guard = Guard(&mut a);
            guard.0.number = 4;
            note("body")
        } with (Count::new("a"))
        chain (arena: Arena<'_>, a: D) -> [usize] {
            let c = D("c");
            vec![D("x"), D("y")].iter().filter(|d| d.get() == 1).count()
        } with (D("a"))
        update_of_a_struct (arena: Arena<'_>, a: Pair, b: D) -> [Pair] {
            let c = D("c");
            Pair { left: b, ..a }
        } with (Pair::new("l", "r"), D("b"))
        matched_by_move (arena: Arena<'_>, a: Option<D>, b: D) -> [u8] {
            match a {
                Some(d) if b.get() == 2 => 1,
                Some(d) => { let k = D("k"); d.get() }
                None => 0
            }
        } with (Some(D("a")), D("b"))
        matched_by_reference (arena: Arena<'_>, a: Option<D>, b: D) -> [u8] {
            match &a { Some(d) => d.get(), None => 0 }
        } with (Some(D("a")), D("b"))
        spends (arena: Arena<'_>, a: D) -> [usize] {
            let c = D("c");
            arena.spend(10) + arena.spend(a.get().into())
        } with (D("a"))
        a_thread (arena: Arena<'_>, a: D) -> [u8] {
            std::thread::scope(|scope| scope.spawn(|| 5).join().unwrap()) + a.get()
        } with (D("a"))
    }
}
