//! Polls of receivers, answered before the router where memory alone can: most requests of a server are such polls, and
//! all that stands around a route costs several times what a look into memory does (docs/adr/0012).
//!
//! Everything else, each refusal too, goes the ordinary way.

use super::{
    layers::around,
    public::{
        caller,
        v1::pull::{Memory, POLLED},
    },
    state::AppState,
};
use axum::{
    http::{Method, Request},
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
pub struct Polls(Memory);

impl Polls {
    /// Answers with what `state` reaches.
    pub fn new(state: AppState) -> Arc<Self> {
        Arc::new(Self(Memory::new(state)))
    }

    /// Stands in front of one connection's routes.
    pub fn before<S>(self: Arc<Self>, routes: S) -> BeforeRoutes<S> {
        BeforeRoutes { polls: self, routes }
    }

    /// The answer to a poll, where memory knows it; none for everything else.
    fn answer<B>(&self, request: &Request<B>) -> Option<Response> {
        if request.method() != Method::GET || request.uri().path() != POLLED {
            return None;
        }
        let begun = Instant::now();
        let token = caller::bearer(request.headers())?;
        let answer = self.0.answer(token, request.uri(), request.headers())?;
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
