use prost::Message;
use tonic::Status;
#[derive(Clone, PartialEq, Message)]
struct Phrase {
    #[prost(string, tag = "1")]
    text: String,
}
mod service {
    include!(concat!(env!("OUT_DIR"), "/phrases.Phrases.rs"));
}
