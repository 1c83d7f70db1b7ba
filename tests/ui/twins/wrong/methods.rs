//! Mistakes in methods, with `self`.
//!
//! `//# name` begins a case. The attribute replaces `@`. In the plain twin, `~` becomes the arena
//! parameter of a trait's method.

//# self_is_not_mutable method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) {
        self.n = n;
    }
}

//# self_is_pushed_to method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) {
        self.list.push(n);
    }
}

//# owned_self_is_not_mutable method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(self, arena: Arena<'_>, n: u8) -> Self {
        self.list.push(n);
        self
    }
}

//# self_is_moved_twice method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(self, arena: Arena<'_>, n: u8) -> u8 {
        drop(self);
        self.n + n
    }
}

//# self_is_moved_partially method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(self, arena: Arena<'_>, n: u8) -> Self {
        drop(self.text);
        self
    }
}

//# moved_out_of_self method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> String {
        self.text
    }
}

//# moved_out_of_mutable_self method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&mut self, arena: Arena<'_>, n: u8) -> String {
        self.text
    }
}

//# self_is_borrowed_both_ways method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&mut self, arena: Arena<'_>, n: u8) -> u8 {
        let a = &self.list;
        self.list.push(n);
        a[0]
    }
    fn set(&mut self) {}
}

//# self_is_borrowed_whole method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&mut self, arena: Arena<'_>, n: u8) -> u8 {
        let a = &self.list;
        self.set();
        a[0]
    }
    fn set(&mut self) {}
}

//# argument_is_returned_as_selfs method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, text: &str) -> &str {
        if text.is_empty() { &self.text } else { text }
    }
}

//# argument_is_kept_in_self method
struct S<'s> { text: &'s str }
impl<'s> S<'s> {
    @fn f(&mut self, arena: Arena<'_>, text: &str) {
        self.text = text;
    }
}

//# reference_to_owned_self_is_returned method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f<'a>(self, arena: Arena<'_>, n: u8) -> &'a str {
        &self.text
    }
}

//# self_is_returned_as_static method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> Box<dyn std::fmt::Display> {
        Box::new(&self.text)
    }
}

//# methods_body_has_another_type method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> String {
        self.n
    }
}

//# method_of_self_is_unknown method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> u8 {
        self.g(n)
    }
}

//# trait_method_assigns_self method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(&self, ~ n: u8); }
impl T for S {
    @fn f(&self, arena: Arena<'_>, n: u8) {
        self.n = n;
    }
}

//# trait_method_returns_an_argument method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(&self, ~ text: &str) -> &str; }
impl T for S {
    @fn f(&self, arena: Arena<'_>, text: &str) -> &str {
        text
    }
}

//# trait_method_moves_twice method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(self, ~ text: String) -> usize; }
impl T for S {
    @fn f(self, arena: Arena<'_>, text: String) -> usize {
        drop(self);
        drop(text);
        self.n as usize + text.len()
    }
}

//# trait_method_has_another_signature method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(&self, ~ text: &str) -> u8; }
impl T for S {
    @fn f(&self, arena: Arena<'_>, text: &str) -> u16 {
        2
    }
}
