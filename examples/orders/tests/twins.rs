//! Both versions of the service answer the requests of the check alike.

use orders::check::{self, Compared};

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_answer_alike() {
    let compared = check::run().await.unwrap_or_else(|error| panic!("{error}"));
    let Compared { good, refused, unreadable } = compared;
    assert!(good > 500 && refused > 35 && unreadable > 300, "{compared:?}");
}
