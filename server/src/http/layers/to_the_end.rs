//! A page that was begun is rendered to its end, even when its browser hangs up meanwhile. Taken down halfway, parts of it
//! that still wait would find that what they read is gone, and fall.

use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::{FutureExt as _, SinkExt as _, StreamExt as _, channel::mpsc};
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{error::Elapsed, timeout},
};
use tracing::Instrument as _;

/// Parts of a page that wait for a slow reader at most.
const PARTS: usize = 16;
/// How long a page may take to begin, and for each part of the rest.
const PATIENCE: Duration = Duration::from_secs(60);

/// Does so with every page. Forms that are sent are not touched.
pub async fn layer(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => to_the_end(async move { next.run(request).await }).await,
        _ => next.run(request).await,
    }
}

/// Renders in a task of its own; what falls there falls here.
pub async fn to_the_end(rendering: impl Future<Output = Response> + Send + 'static) -> Response {
    within(PATIENCE, rendering).await
}

async fn within(patience: Duration, rendering: impl Future<Output = Response> + Send + 'static) -> Response {
    let (begun, answer) = oneshot::channel();
    let work = async move {
        let Ok(page) = timeout(patience, rendering).await else { return };
        let (head, body) = page.into_parts();
        let (mut parts, sent) = mpsc::channel(PARTS);
        // Whoever hung up needs neither the beginning nor the rest.
        let _ = begun.send(Response::from_parts(head, Body::from_stream(sent)));
        let mut body = body.into_data_stream();
        let rest = async {
            while let Some(part) = timeout(patience, body.next()).await? {
                let _ = parts.send(part).await;
            }
            Ok::<_, Elapsed>(())
        };
        if !matches!(AssertUnwindSafe(rest).catch_unwind().await, Ok(Ok(()))) {
            // What is there is not all: the connection ends in the middle.
            let _ = parts.send(Err(axum::Error::new("the page was not finished"))).await;
        }
    };
    let work = tokio::spawn(work.in_current_span());
    match answer.await {
        Ok(answer) => answer,
        Err(_) => match work.await {
            Err(fallen) if fallen.is_panic() => resume_unwind(fallen.into_panic()),
            _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use futures::stream;
    use std::{convert::Infallible, sync::Arc};
    use tokio::sync::Semaphore;

    /// A page in two parts: the second waits for a permit, and then gives the other back.
    fn page(
        go_on: &Arc<Semaphore>,
        done: &Arc<Semaphore>,
    ) -> impl Future<Output = Response> + Send + 'static {
        let (go_on, done) = (go_on.clone(), done.clone());
        let rest = async move {
            go_on.acquire().await.unwrap().forget();
            done.add_permits(1);
            Ok("two")
        };
        let parts = stream::once(async { Ok::<_, Infallible>("one, ") }).chain(stream::once(rest));
        async move { Body::from_stream(parts).into_response() }
    }

    #[tokio::test]
    async fn a_page_comes_whole_and_is_finished_without_its_reader() {
        let (go_on, done) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(0)));
        let whole = to_bytes(to_the_end(page(&go_on, &done)).await.into_body(), 100).await.unwrap();
        assert_eq!(whole, "one, two");
        let read = to_the_end(page(&go_on, &done)).await;
        drop(read);
        go_on.add_permits(1);
        done.acquire_many(2).await.unwrap().forget();
        let never_read = to_the_end(page(&go_on, &done)).now_or_never();
        assert!(never_read.is_none());
        go_on.add_permits(1);
        done.acquire().await.unwrap().forget();
    }

    #[tokio::test]
    async fn a_page_that_takes_too_long_is_none() {
        let soon = Duration::from_millis(1);
        let never = within(soon, std::future::pending()).await;
        assert_eq!(never.status(), StatusCode::SERVICE_UNAVAILABLE);
        let halfway = within(soon, page(&Arc::new(Semaphore::new(0)), &Arc::new(Semaphore::new(0)))).await;
        assert!(to_bytes(halfway.into_body(), 100).await.is_err(), "what is missing is told");
    }

    #[tokio::test]
    async fn what_falls_in_a_page_falls_in_its_request() {
        let falls = to_the_end(async { panic!("on purpose") });
        let fallen = AssertUnwindSafe(falls).catch_unwind().await.unwrap_err();
        assert_eq!(fallen.downcast_ref::<&str>(), Some(&"on purpose"));
        let parts = stream::once(async { Ok::<_, Infallible>("one, ") })
            .chain(stream::once(async { panic!("later") }));
        let halfway = to_the_end(async { Body::from_stream(parts).into_response() }).await;
        assert!(to_bytes(halfway.into_body(), 100).await.is_err(), "half a page is no page");
    }
}
