// Receivers of every kind, in inherent and trait implementations.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug)]
struct Service {
    count: Count,
    other: D,
}

/// With `Copy` fields and a `Drop`.
#[derive(Debug)]
struct Guard {
    name: &'static str,
    is_armed: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        log(format!("drop {} {}", self.name, self.is_armed));
    }
}

fn service() -> Service {
    Service { count: Count::new("count"), other: D("other") }
}

fn guard() -> Guard {
    Guard { name: "guard", is_armed: true }
}

impl Service {
    #[request_arena]
    fn by_reference(&self, arena: Arena<'_>, a: D, b: D) -> u8 { self.other.get() + b.get() }
    #[request_arena]
    fn by_mut(&mut self, arena: Arena<'_>, a: D, b: D) -> u8 { self.count.is_done = true; b.get() }
    #[request_arena]
    fn by_value(self, arena: Arena<'_>, a: D) -> u8 { self.count.number }
    #[request_arena]
    fn by_value_unused(self, arena: Arena<'_>, a: D) -> u8 { a.get() }
    #[request_arena]
    fn by_mut_value(mut self, arena: Arena<'_>, a: D) -> u8 { self.count.number = 3; 1 }
    #[request_arena]
    fn one_field_of_self(self, arena: Arena<'_>, a: D) -> D { self.other }
    #[request_arena]
    fn self_moved(self, arena: Arena<'_>, a: D) -> Self { let c = D("c"); self }
    #[request_arena]
    fn by_box(mut self: Box<Self>, arena: Arena<'_>, a: D) -> u8 { self.count.number = 5; a.get() }
    #[request_arena]
    fn by_arc(self: Arc<Self>, arena: Arena<'_>, a: D) -> u8 { self.count.number }
    #[request_arena]
    fn by_rc_reference(self: &Rc<Self>, arena: Arena<'_>, a: D) -> u8 { self.count.number }
    #[request_arena]
    fn by_pin(mut self: Pin<&mut Self>, arena: Arena<'_>, a: D) -> u8 {
        self.count.number = 6;
        a.get()
    }
    #[request_arena]
    fn field_reference(&self, arena: Arena<'_>, a: D) -> &D { a.get(); &self.other }
    #[request_arena]
    async fn later(&self, arena: Arena<'_>, a: D, b: D) -> u8 {
        pause().await;
        self.other.get() + b.get()
    }
    #[request_arena]
    async fn later_mut(&mut self, arena: Arena<'_>, a: D) -> u8 {
        self.count.number = 1;
        pause().await;
        self.count.is_done = true;
        1
    }
    #[request_arena]
    async fn later_value(mut self, arena: Arena<'_>, a: D) -> u8 {
        self.count.number = 1;
        pause().await;
        self.count.is_done = true;
        1
    }
    #[request_arena]
    async fn later_value_unused(self, arena: Arena<'_>, a: D) -> u8 { pause().await; a.get() }
    #[request_arena]
    async fn later_field(self, arena: Arena<'_>, a: D) -> D { pause().await; self.other }
    #[request_arena]
    async fn later_arc(self: Arc<Self>, arena: Arena<'_>, a: D) -> u8 { pause().await; a.get() }
    #[request_arena]
    async fn later_box(self: Box<Self>, arena: Arena<'_>, a: D) -> u8 {
        pause().await;
        self.count.number
    }
    #[request_arena]
    fn block(self, arena: Arena<'_>, a: D, b: D) -> impl Future<Output = u8> {
        async move { pause().await; self.other.get() + b.get() }
    }
    #[request_arena]
    fn block_of_reference<'s>(
        &'s self,
        arena: Arena<'_>,
        a: D,
    ) -> Pin<Box<dyn Future<Output = u8> + 's>> {
        Box::pin(async move { pause().await; self.other.get() + a.get() })
    }
    #[request_arena]
    fn without_self(arena: Arena<'_>, a: D, mut b: Count) -> Self {
        b.number = 4;
        Self { count: b, other: a }
    }
}

impl Guard {
    #[request_arena]
    fn disarm(mut self, arena: Arena<'_>, a: D) { self.is_armed = false; }
    #[request_arena]
    fn assign(mut self, arena: Arena<'_>, other: Self) -> bool { self = other; self.is_armed }
    #[request_arena]
    fn read(self, arena: Arena<'_>, a: D) -> bool { self.is_armed }
    #[request_arena]
    async fn disarm_later(mut self, arena: Arena<'_>, a: D) {
        pause().await;
        self.is_armed = false;
    }
    #[request_arena]
    fn panic(mut self, arena: Arena<'_>, a: D) { self.is_armed = false; panic!("own") }
    #[request_arena]
    fn consume(self, arena: Arena<'_>, a: D) { let c = D("c"); drop(self); a.get(); }
}

/// The attribute is on the whole block.
struct Whole(D);

#[request_arena]
impl Whole {
    fn unused(self, arena: Arena<'_>, a: D) -> u8 { 1 }
    fn used(&self, arena: Arena<'_>, mut a: Count) -> u8 { a.is_done = true; self.0.get() }
    async fn later(&self, arena: Arena<'_>, a: D, b: Pair) -> D { pause().await; b.right }
    fn no_arena(&self, a: D, b: D) -> u8 { a.get() }
}

trait Serve: Sized {
    fn serve(&self, a: D, b: Count) -> u8;
    fn consume(self, a: D) -> u8;
    fn later(&self, a: D, b: Count) -> impl Future<Output = u8>;
    #[request_arena]
    fn provided(&self, arena: Arena<'_>, a: D, mut b: Count) -> u8 { b.number = 2; a.get() }
    #[request_arena]
    fn provided_by_value(self, arena: Arena<'_>, a: D) -> u8 { a.get() }
}

#[request_arena]
impl Serve for Service {
    fn serve(&self, arena: Arena<'_>, a: D, mut b: Count) -> u8 {
        b.is_done = true;
        self.other.get()
    }
    fn consume(mut self, arena: Arena<'_>, a: D) -> u8 { self.count.number = 9; 1 }
    async fn later(&self, arena: Arena<'_>, a: D, mut b: Count) -> u8 {
        pause().await;
        b.is_done = true;
        1
    }
}

impl Serve for Guard {
    #[request_arena]
    fn serve(&self, arena: Arena<'_>, a: D, b: Count) -> u8 { b.number }
    #[request_arena]
    fn consume(mut self, arena: Arena<'_>, a: D) -> u8 { self.is_armed = false; 1 }
    #[request_arena]
    async fn later(&self, arena: Arena<'_>, a: D, b: Count) -> u8 { pause().await; a.get() }
}

#[async_trait::async_trait(?Send)]
trait Boxed {
    async fn outside(&self, a: D, b: Count) -> u8;
    async fn by_value(self, a: D) -> u8 where Self: Sized;
}

#[request_arena]
#[async_trait::async_trait(?Send)]
impl Boxed for Service {
    async fn outside(&self, arena: Arena<'_>, a: D, mut b: Count) -> u8 {
        pause().await;
        b.is_done = true;
        self.other.get()
    }
    async fn by_value(mut self, arena: Arena<'_>, a: D) -> u8 {
        pause().await;
        self.count.is_done = true;
        1
    }
}

#[request_arena]
#[async_trait::async_trait(?Send)]
impl Boxed for Guard {
    async fn outside(&self, arena: Arena<'_>, a: D, mut b: Count) -> u8 {
        pause().await;
        b.is_done = true;
        1
    }
    async fn by_value(mut self, arena: Arena<'_>, a: D) -> u8 {
        self.is_armed = false;
        pause().await;
        1
    }
}

pub fn cases(cases: &mut Cases) {
    cases.call("&self", || service().by_reference(D("a"), D("b")));
    cases.call("&mut self", || service().by_mut(D("a"), D("b")));
    cases.call("self", || service().by_value(D("a")));
    cases.call("self unused", || service().by_value_unused(D("a")));
    cases.call("mut self", || service().by_mut_value(D("a")));
    cases.call("one field of self", || service().one_field_of_self(D("a")));
    cases.call("self moved", || service().self_moved(D("a")));
    cases.call("Box<Self>", || Box::new(service()).by_box(D("a")));
    cases.call("Arc<Self>", || Arc::new(service()).by_arc(D("a")));
    cases.call("&Rc<Self>", || Rc::new(service()).by_rc_reference(D("a")));
    cases.call("Pin<&mut Self>", || Pin::new(&mut service()).by_pin(D("a")));
    cases.call("field reference", || service().field_reference(D("a")).get());
    cases.future("&self async", || async { service().later(D("a"), D("b")).await });
    cases.future("&mut self async", || async { service().later_mut(D("a")).await });
    cases.future("mut self async", || service().later_value(D("a")));
    cases.future("self async unused", || service().later_value_unused(D("a")));
    cases.future("self async field", || service().later_field(D("a")));
    cases.future("Arc<Self> async", || Arc::new(service()).later_arc(D("a")));
    cases.future("Box<Self> async", || Box::new(service()).later_box(D("a")));
    cases.future("self block", || service().block(D("a"), D("b")));
    cases.future("&self block", || async { service().block_of_reference(D("a")).await });
    cases.call("without self", || Service::without_self(D("a"), Count::new("b")));
    cases.call("disarm", || guard().disarm(D("a")));
    cases.call("assign self", || guard().assign(Guard { name: "second", is_armed: false }));
    cases.call("read self", || guard().read(D("a")));
    cases.call("panic with self", || guard().panic(D("a")));
    cases.call("consume self", || Guard::consume(guard(), D("a")));
    cases.future("disarm async", || guard().disarm_later(D("a")));
    cases.call("impl: unused", || Whole(D("self")).unused(D("a")));
    cases.call("impl: used", || Whole(D("self")).used(Count::new("a")));
    cases.call("impl: no arena", || Whole(D("self")).no_arena(D("a"), D("b")));
    cases.future("impl: async", || async {
        Whole(D("self")).later(D("a"), Pair::new("l", "r")).await
    });
    cases.call("trait: &self", || service().serve(D("a"), Count::new("b")));
    cases.call("trait: mut self", || Serve::consume(service(), D("a")));
    cases.call("trait: provided", || service().provided(D("a"), Count::new("b")));
    cases.call("trait: provided by value", || guard().provided_by_value(D("a")));
    cases.future("trait: async", || async {
        Serve::later(&service(), D("a"), Count::new("b")).await
    });
    cases.call("trait method: &self", || guard().serve(D("a"), Count::new("b")));
    cases.call("trait method: mut self", || Serve::consume(guard(), D("a")));
    cases.future("trait method: async", || async {
        Serve::later(&guard(), D("a"), Count::new("b")).await
    });
    cases.future("async_trait", || async { service().outside(D("a"), Count::new("b")).await });
    cases.future("async_trait by value", || Boxed::by_value(service(), D("a")));
    cases.future("async_trait of a guard", || async {
        guard().outside(D("a"), Count::new("b")).await
    });
    cases.future("async_trait of a guard by value", || Boxed::by_value(guard(), D("a")));
}
