// The options. `into` converts the result after the body has dropped its parameters. `on_limit`
// gives its answer after the body has unwound.

fn answer() -> u8 {
    note("answer")
}

fn answer_wide() -> Wide {
    Wide(answer().into())
}

const BEYOND: usize = LIMIT + 1;

pub fn cases(cases: &mut Cases) {
    #[request_arena(into = Wide)]
    fn into(arena: Arena<'_>, a: D, b: D) -> u8 { let c = D("c"); a.get() }
    cases.call("into", || converted(|| into(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    fn into_copy_field(arena: Arena<'_>, mut a: Count, b: D) -> u8 { a.is_done = true; a.number }
    cases.call("into, copy field", || converted(|| into_copy_field(Count::new("a"), D("b"))));

    #[request_arena(into = Wide)]
    fn into_unused(arena: Arena<'_>, a: D, _: D, (b, _): (D, D)) -> u8 { 2 }
    cases.call("into, unused", || converted(|| into_unused(D("a"), D("_"), (D("b1"), D("b2")))));

    #[request_arena(into = Wide)]
    fn into_moved(arena: Arena<'_>, a: D, b: D) -> D { let c = D("c"); a }
    cases.call("into, moved", || converted(|| into_moved(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    fn into_returned(arena: Arena<'_>, a: D, b: D) -> u8 {
        let c = D("c");
        if b.get() == 1 { return *D("tmp").lend(); }
        0
    }
    cases.call("into, returned", || converted(|| into_returned(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    fn into_tail(arena: Arena<'_>, a: D, b: D) -> u8 { let c = D("c"); *D("tmp").lend() }
    cases.call("into, tail", || converted(|| into_tail(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    fn into_panicked(arena: Arena<'_>, a: D, mut b: Count) -> u8 { b.number = 1; panic!("own") }
    cases.call("into, panicked", || converted(|| into_panicked(D("a"), Count::new("b"))));

    #[request_arena(into = Wide)]
    fn into_bomb(arena: Arena<'_>, a: D, b: Bomb) -> D { a }
    cases.call("into, bomb", || converted(|| into_bomb(D("a"), Bomb("b"))));

    #[request_arena(into = Result<Wide, Answer>)]
    fn into_sides(arena: Arena<'_>, a: D, b: D) -> Result<u8, &'static str> {
        let c = D("c");
        Err("wrong")?;
        Ok(1)
    }
    cases.call("into, error", || converted_sides(|| into_sides(D("a"), D("b"))));

    #[request_arena(into = Result<Wide, Answer>)]
    fn into_value(arena: Arena<'_>, a: D, mut b: Count) -> Result<u8, &'static str> {
        b.number = 1;
        Ok(b.number)
    }
    cases.call("into, value", || converted_sides(|| into_value(D("a"), Count::new("b"))));

    #[request_arena(into = Wide)]
    async fn into_later(arena: Arena<'_>, a: D, b: D) -> u8 {
        let c = D("c");
        pause().await;
        a.get()
    }
    cases.future("into async", || converted_later(into_later(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    async fn into_copy_field_later(arena: Arena<'_>, mut a: Count, b: D) -> u8 {
        a.number = 1;
        pause().await;
        a.is_done = true;
        a.number
    }
    cases.future(
        "into async, copy field",
        || converted_later(into_copy_field_later(Count::new("a"), D("b"))),
    );

    #[request_arena(into = Wide)]
    async fn into_unused_later(arena: Arena<'_>, a: D, _: D, (b, _): (D, D)) -> u8 {
        pause().await;
        2
    }
    cases.future(
        "into async, unused",
        || converted_later(into_unused_later(D("a"), D("_"), (D("b1"), D("b2")))),
    );

    #[request_arena(into = Wide)]
    async fn into_moved_later(arena: Arena<'_>, a: D, b: D) -> D {
        let c = D("c");
        pause().await;
        return a;
    }
    cases.future("into async, moved", || converted_later(into_moved_later(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    async fn into_tail_later(arena: Arena<'_>, a: D, b: D) -> u8 {
        let c = D("c");
        pause().await;
        *D("tmp").lend()
    }
    cases.future("into async, tail", || converted_later(into_tail_later(D("a"), D("b"))));

    #[request_arena(into = Wide)]
    async fn into_panicked_later(arena: Arena<'_>, a: D, mut b: Count) -> u8 {
        b.number = 1;
        pause().await;
        panic!("own")
    }
    cases.future(
        "into async, panicked",
        || converted_later(into_panicked_later(D("a"), Count::new("b"))),
    );

    #[request_arena(limit = LIMIT)]
    fn limit(arena: Arena<'_>, a: D, b: D) -> usize { let c = D("c"); arena.spend(100) }
    cases.call("limit", || limit(D("a"), D("b")));

    #[request_arena(limit = LIMIT)]
    fn limit_exceeded(arena: Arena<'_>, a: D, mut b: Count) -> usize {
        let c = D("c");
        b.number = 1;
        arena.spend(BEYOND)
    }
    cases.call("limit exceeded", || limit_exceeded(D("a"), Count::new("b")));

    #[request_arena(limit = LIMIT)]
    async fn limit_exceeded_later(arena: Arena<'_>, a: D, mut b: Count) -> usize {
        let c = D("c");
        b.number = 1;
        pause().await;
        arena.spend(BEYOND)
    }
    cases.future("limit exceeded async", || limit_exceeded_later(D("a"), Count::new("b")));

    #[request_arena(soft_limit = 16, initial = 1024, name = "soft")]
    fn soft_limit(arena: Arena<'_>, a: D, mut b: Count) -> usize { b.number = 1; arena.spend(100) }
    cases.call("soft limit exceeded", || soft_limit(D("a"), Count::new("b")));

    #[request_arena(limit = LIMIT, on_limit = answer())]
    fn on_limit(answering: Arena<'_>, a: D, b: D) -> u8 {
        let c = D("c");
        answering.spend(10);
        *D("tmp").lend()
    }
    cases.call("on_limit, not reached", || answered(|| on_limit(D("a"), D("b")), answer));

    #[request_arena(limit = LIMIT, on_limit = answer())]
    fn on_limit_unused(answering: Arena<'_>, a: D, _: D, (b, _): (D, D)) -> u8 { 2 }
    cases.call(
        "on_limit, unused",
        || answered(|| on_limit_unused(D("a"), D("_"), (D("b1"), D("b2"))), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = answer())]
    fn on_limit_copy_field(answering: Arena<'_>, mut a: Count, b: D) -> u8 {
        a.is_done = true;
        a.number
    }
    cases.call(
        "on_limit, copy field",
        || answered(|| on_limit_copy_field(Count::new("a"), D("b")), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = answer())]
    fn on_limit_reached(answering: Arena<'_>, a: D, mut b: Count, _: D) -> u8 {
        let c = D("c");
        b.number = 4;
        answering.spend(BEYOND);
        1
    }
    cases.call(
        "on_limit, reached",
        || answered(|| on_limit_reached(D("a"), Count::new("b"), D("_")), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = |_error| answer())]
    fn on_limit_closure(answering: Arena<'_>, a: D, b: D) -> u8 {
        let c = D("c");
        answering.spend(BEYOND);
        a.get()
    }
    cases.call("on_limit, a closure", || answered(|| on_limit_closure(D("a"), D("b")), answer));

    #[request_arena(limit = LIMIT, on_limit = answer())]
    fn on_limit_panicked(answering: Arena<'_>, a: D, mut b: Count) -> u8 {
        b.number = 4;
        panic!("own")
    }
    cases.call(
        "on_limit, panicked",
        || answered(|| on_limit_panicked(D("a"), Count::new("b")), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = Err("limit"))]
    fn on_limit_error(answering: Arena<'_>, a: D, b: D) -> Result<u8, &'static str> {
        let c = D("c");
        Err("own")?;
        Ok(1)
    }
    cases.call("on_limit, error", || answered(|| on_limit_error(D("a"), D("b")), || Err("limit")));

    #[request_arena(limit = LIMIT, on_limit = log("unit"))]
    fn on_limit_unit(answering: Arena<'_>, a: D, b: D) { let c = D("c"); answering.spend(BEYOND); }
    cases.call("on_limit, unit", || answered(|| on_limit_unit(D("a"), D("b")), || log("unit")));

    #[request_arena(limit = LIMIT, on_limit = answer())]
    async fn on_limit_later(answering: Arena<'_>, a: D, mut b: Count) -> u8 {
        b.number = 1;
        pause().await;
        answering.spend(8);
        b.is_done = true;
        1
    }
    cases.future(
        "on_limit async, not reached",
        || answered_later(on_limit_later(D("a"), Count::new("b")), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = answer())]
    async fn on_limit_reached_later(answering: Arena<'_>, a: D, mut b: Count, _: D) -> u8 {
        let c = D("c");
        b.number = 1;
        pause().await;
        answering.spend(BEYOND);
        1
    }
    cases.future(
        "on_limit async, reached",
        || answered_later(on_limit_reached_later(D("a"), Count::new("b"), D("_")), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = answer())]
    async fn on_limit_at_once_later(answering: Arena<'_>, a: D, b: D) -> u8 {
        answering.spend(BEYOND);
        pause().await;
        a.get()
    }
    cases.future(
        "on_limit async, reached at once",
        || answered_later(on_limit_at_once_later(D("a"), D("b")), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = answer())]
    async fn on_limit_unused_later(answering: Arena<'_>, a: D, _: D, (b, _): (D, D)) -> u8 {
        pause().await;
        2
    }
    cases.future(
        "on_limit async, unused",
        || answered_later(on_limit_unused_later(D("a"), D("_"), (D("b1"), D("b2"))), answer),
    );

    #[request_arena(limit = LIMIT, on_limit = answer_wide(), into = Wide)]
    fn both(answering: Arena<'_>, a: D, mut b: Count) -> u8 {
        let c = D("c");
        b.is_done = true;
        b.number
    }
    cases.call(
        "into and on_limit",
        || answered(|| converted(|| both(D("a"), Count::new("b"))), answer_wide),
    );

    #[request_arena(limit = LIMIT, on_limit = answer_wide(), into = Wide)]
    fn both_reached(answering: Arena<'_>, a: D, mut b: Count) -> u8 {
        let c = D("c");
        b.is_done = true;
        answering.spend(BEYOND);
        1
    }
    cases.call(
        "into and on_limit, reached",
        || answered(|| converted(|| both_reached(D("a"), Count::new("b"))), answer_wide),
    );

    #[request_arena(limit = LIMIT, on_limit = answer_wide(), into = Wide)]
    async fn both_later(answering: Arena<'_>, a: D, mut b: Count, _: D) -> u8 {
        let c = D("c");
        pause().await;
        b.is_done = true;
        b.number
    }
    cases.future(
        "into and on_limit async",
        || answered_later(
            converted_later(both_later(D("a"), Count::new("b"), D("_"))),
            answer_wide,
        ),
    );

    #[request_arena(limit = LIMIT, on_limit = answer_wide(), into = Wide)]
    async fn both_reached_later(answering: Arena<'_>, a: D, mut b: Count, _: D) -> u8 {
        let c = D("c");
        pause().await;
        b.is_done = true;
        answering.spend(BEYOND);
        1
    }
    cases.future(
        "into and on_limit async, reached",
        || answered_later(
            converted_later(both_reached_later(D("a"), Count::new("b"), D("_"))),
            answer_wide,
        ),
    );
}
