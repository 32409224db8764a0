//! The part after `?`: known names only, each once, empty values as if they were not there.

use super::refusal::field_error;
use crate::http::public::problem::{Answer, Problem};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

/// The parameters of a query.
pub(in super::super) struct QueryOf<T>(pub(in super::super) T);

impl<S: Sync, T: DeserializeOwned + Default> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        match parts.uri.query() {
            None | Some("") => Ok(Self(T::default())),
            Some(query) => parse(query).map(Self),
        }
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Answer<T> {
    let unreadable = || Problem::unreadable("The part of the address after `?` could not be read.");
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|_| unreadable())?;
    // A form sends its empty fields too: `?status=&q=disk`.
    let filled: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(filled).map_err(|_| unreadable())?;
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        Problem::fields(vec![field_error(&path, &error.into_inner().to_string(), "query")])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::public::v1::input::words;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[serde(default, deserialize_with = "words::number")]
        limit: Option<u32>,
        #[serde(default)]
        q: Option<String>,
    }

    #[test]
    fn empty_values_are_left_out() {
        let wanted: Wanted = parse("limit=&q=disk+space&").unwrap();
        assert_eq!((wanted.limit, wanted.q.as_deref()), (None, Some("disk space")));
    }

    #[test]
    fn refusals_name_the_parameter() {
        for (query, field) in [("limit=x", "limit"), ("limit=-1", "limit"), ("limt=1", "limt"), ("q=a&q=b", "q")] {
            let refusal = format!("{:?}", parse::<Wanted>(query).unwrap_err());
            assert!(refusal.contains(&format!("field: \"{field}\"")), "{query}: {refusal}");
        }
    }
}
