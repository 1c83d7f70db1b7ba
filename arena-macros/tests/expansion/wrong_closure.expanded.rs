fn lengths() {
    texts
        .map({
            let _: ::core::marker::PhantomData<Arena<'_>>;
            let _: ::core::marker::PhantomData<&str>;
            ::core::compile_error! {
                "unknown option `limt`; did you mean `limit`?"
            }
        });
}
