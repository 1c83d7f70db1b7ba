//! Declares the gRPC service of `tests/tonic.rs` for tonic's code generator. By hand, and not in a `.proto` file: so no `protoc` is needed.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let method = |name: &str, route: &str| {
        Method::builder()
            .name(name)
            .route_name(route)
            .input_type("crate::Phrase")
            .output_type("crate::Phrase")
            .codec_path("tonic_prost::ProstCodec")
    };
    let service = Service::builder()
        .name("Phrases")
        .package("phrases")
        .method(method("reverse", "Reverse").build())
        .method(method("split", "Split").server_streaming().build())
        .method(method("join", "Join").client_streaming().build())
        .method(method("echo", "Echo").client_streaming().server_streaming().build())
        .build();
    Builder::new().compile(&[service]);
    println!("cargo::rerun-if-changed=build.rs");
}
