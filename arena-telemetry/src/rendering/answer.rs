//! An answer of axum's routes: the text with its `ETag`, or `304` to a reader that has it already.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::body::PacedBody;
use super::{RenderError, Rendered};

/// The answer to a request with these headers. `headers` are those of the text.
pub(crate) fn answer<T>(
    request: &HeaderMap,
    rendered: Result<Rendered<T>, RenderError>,
    headers: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Response
where
    T: AsRef<[u8]> + Send + Sync + 'static,
{
    match rendered {
        Ok(rendered) => found(request, rendered, headers),
        Err(error) => {
            let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
            (StatusCode::INTERNAL_SERVER_ERROR, plain, format!("{error}\n")).into_response()
        }
    }
}

fn found<T>(
    request: &HeaderMap,
    rendered: Rendered<T>,
    headers: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Response
where
    T: AsRef<[u8]> + Send + Sync + 'static,
{
    let mut known = request.get_all(IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let is_known = known.any(|tags| rendered.is_known(tags));
    let etag = HeaderValue::from_str(rendered.etag());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::new(PacedBody::new(rendered)).into_response()
    };
    let known = headers.into_iter();
    let known =
        known.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    response.headers_mut().extend(known);
    // A hash in quotation marks is a valid value.
    response.headers_mut().extend(etag.ok().map(|etag| (ETAG, etag)));
    response
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http_body_util::BodyExt;

    use super::*;

    fn rendered() -> Rendered {
        Rendered::new("text".to_owned(), Instant::now())
    }

    async fn body(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
    }

    #[tokio::test]
    async fn a_reader_gets_the_text_once() {
        let headers = || [("content-type", "text/plain"), ("cache-control", "no-store")];
        let first = answer(&HeaderMap::new(), Ok(rendered()), headers());
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()["cache-control"], "no-store");
        let tag = first.headers()[ETAG].clone();
        assert_eq!(body(first).await, "text");
        let again = HeaderMap::from_iter([(IF_NONE_MATCH, tag.clone())]);
        let second = answer(&again, Ok(rendered()), headers());
        assert_eq!((second.status(), &second.headers()[ETAG]), (StatusCode::NOT_MODIFIED, &tag));
        assert_eq!(body(second).await, "");
        let other = HeaderMap::from_iter([(IF_NONE_MATCH, "\"0\"".parse().unwrap())]);
        assert_eq!(answer(&other, Ok(rendered()), headers()).status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_failure_is_a_500_with_its_reason() {
        let failed = answer::<String>(&HeaderMap::new(), Err(RenderError::new("no space")), []);
        assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body(failed).await.contains("no space"));
    }
}
