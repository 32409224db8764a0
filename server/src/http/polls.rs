//! Polls of receivers that find nothing new, answered before the router: most requests of a server are such polls, and
//! all that stands around a route costs several times what a look into memory does (docs/adr/0012).
//!
//! Only what memory alone can tell is answered here. Everything else, each refusal too, goes the ordinary way.

use super::{
    layers::{around, headers},
    public::{
        caller,
        v1::pull::{self, POLLED},
    },
    state::AppState,
};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
    response::Response,
};
use futures::future::{Either, Ready, ready};
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};
use tower::Service;

/// What answers polls, for every connection.
pub struct Polls {
    state: AppState,
    /// The headers of every answer but for its tag.
    headers: HeaderMap,
}

impl Polls {
    /// Answers with what `state` reaches.
    pub fn new(state: AppState) -> Arc<Self> {
        let mut headers = pull::not_modified();
        headers::complete(&mut headers, &state.settings);
        Arc::new(Self { state, headers })
    }

    /// Stands in front of one connection's routes.
    pub fn before<S>(self: Arc<Self>, routes: S) -> BeforeRoutes<S> {
        BeforeRoutes { polls: self, routes }
    }

    /// The answer to a poll that finds nothing new; none for everything else.
    fn answer<B>(&self, request: &Request<B>) -> Option<Response> {
        if request.method() != Method::GET || request.uri().path() != POLLED {
            return None;
        }
        let begun = Instant::now();
        let token = caller::bearer(request.headers())?;
        let tag = pull::unchanged(&self.state, token, request.uri(), request.headers())?;
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        *answer.headers_mut() = self.headers.clone();
        pull::tag(answer.headers_mut(), &tag);
        around::told(request.method(), Some(POLLED), answer.status(), begun.elapsed());
        Some(answer)
    }
}

/// The routes of a connection behind what answers polls.
#[derive(Clone)]
pub struct BeforeRoutes<S> {
    polls: Arc<Polls>,
    routes: S,
}

impl<S, B> Service<Request<B>> for BeforeRoutes<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.routes.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.polls.answer(&request) {
            Some(answer) => Either::Left(ready(Ok(answer))),
            None => Either::Right(self.routes.call(request)),
        }
    }
}
