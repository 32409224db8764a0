//! One endpoint: how it is routed and how it is documented.

use crate::http::state::AppState;
use axum::routing::MethodRouter;

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the endpoint checks credentials itself.
    Open,
    /// Anybody: there is nothing to protect.
    Public,
    /// A personal token.
    Personal,
    /// An API client's access token.
    Client,
}

/// A parameter in the path or the query.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
}

/// One endpoint.
pub struct Endpoint {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// The path below the prefix, with `{name}` for parameters.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// One sentence.
    pub about: &'static str,
    /// Parameters of the query.
    pub query: &'static [Parameter],
    /// The schema of the body, if it takes one.
    pub body: Option<&'static str>,
    /// The status of success.
    pub status: u16,
    /// The schema of the answer; `Name[]` for a page of them.
    pub answer: Option<&'static str>,
    /// Whether it may take so long that it answers 202 and goes on.
    pub lasting: bool,
    /// The handler.
    pub route: MethodRouter<AppState>,
}

impl Endpoint {
    /// An endpoint for personal tokens that answers 200.
    pub fn new(
        method: &'static str,
        path: &'static str,
        about: &'static str,
        route: MethodRouter<AppState>,
    ) -> Self {
        Self {
            method,
            path,
            access: Access::Personal,
            about,
            query: &[],
            body: None,
            status: 200,
            answer: None,
            lasting: false,
            route,
        }
    }

    /// With parameters in the query.
    pub fn query(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    /// With a body.
    pub fn body(mut self, schema: &'static str) -> Self {
        self.body = Some(schema);
        self
    }

    /// With an answer.
    pub fn answers(mut self, status: u16, schema: Option<&'static str>) -> Self {
        self.status = status;
        self.answer = schema;
        self
    }

    /// May answer 202 and go on.
    pub fn lasting(mut self) -> Self {
        self.lasting = true;
        self
    }

    /// For others than people with personal tokens.
    pub fn open_to(mut self, access: Access) -> Self {
        self.access = access;
        self
    }
}

/// A parameter.
pub const fn parameter(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, about }
}

/// What every list takes.
pub const PAGED: &[Parameter] = &[
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];
