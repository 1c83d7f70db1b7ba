//! Declares the gRPC service of `tests/tonic.rs` for tonic's code generator. It does so by hand,
//! since a `.proto` file would need `protoc`.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let method = |name: &str, route: &str| {
        let method =
            Method::builder().name(name).route_name(route).codec_path("tonic_prost::ProstCodec");
        method.input_type("crate::Phrase").output_type("crate::Phrase")
    };
    let service = Service::builder()
        .name("Phrases")
        .package("phrases")
        .method(method("holds", "Holds").build())
        .method(method("borrows", "Borrows").build())
        .method(method("panics", "Panics").build())
        .method(method("waits", "Waits").build())
        .method(method("ping", "Ping").build())
        .method(method("split", "Split").server_streaming().build())
        .method(method("join", "Join").client_streaming().build())
        .method(method("listen", "Listen").client_streaming().server_streaming().build())
        .method(method("summarize", "Summarize").client_streaming().server_streaming().build())
        .build();
    Builder::new().compile(&[service]);
    println!("cargo::rerun-if-changed=build.rs");
}
