//! The names in an address. One that cannot name anything is answered like one that names nothing: 404.

use crate::http::public::problem::{Answer, Problem};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::content::{ContentHash, ContentType, Guid, ItemKey};
use std::{fmt::Display, str::FromStr};

/// The content type `{type}`.
pub(in super::super) struct TypeOf(pub(in super::super) ContentType);

/// The item `{type}/{guid}`.
pub(in super::super) struct ItemOf(pub(in super::super) ItemKey);

/// The id `{id}`.
pub(in super::super) struct IdOf<T>(pub(in super::super) T);

/// The content hash `{content_hash}`.
pub(in super::super) struct HashOf(pub(in super::super) ContentHash);

impl<S: Sync> FromRequestParts<S> for TypeOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        content_type(&names(parts, state).await?).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for ItemOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let names = names(parts, state).await?;
        let guid: Guid = parsed(&names, "guid")?;
        Ok(Self(ItemKey::new(content_type(&names)?, guid)))
    }
}

impl<S: Sync, T: FromStr<Err: Display>> FromRequestParts<S> for IdOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        parsed(&names(parts, state).await?, "id").map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for HashOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        parsed(&names(parts, state).await?, "content_hash").map(Self)
    }
}

async fn names<S: Sync>(parts: &mut Parts, state: &S) -> Answer<RawPathParams> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::unreadable("The address holds bytes that are not UTF-8."))
}

fn text<'a>(names: &'a RawPathParams, name: &str) -> &'a str {
    names.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

fn parsed<T: FromStr<Err: Display>>(names: &RawPathParams, name: &str) -> Answer<T> {
    text(names, name).parse().map_err(|error: T::Err| Problem::no_such(name, error.to_string()))
}

fn content_type(names: &RawPathParams) -> Answer<ContentType> {
    text(names, "type").parse().map_err(|error: domain::field::FieldError| Problem::no_such("type", error.message))
}
