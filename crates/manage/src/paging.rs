//! Whole lists, page by page.
//!
//! Pages follow the last id that was read (`pageId`), so rows that come, go or move in between neither hide others
//! nor show up twice. Some collections ignore `pageId`: they are read with `id > last` in the conditions, which
//! works the same. Only rows without an id are read by page number. `Link` is never followed: its host may be
//! another one, and it forgets the conditions. A list is whole or an error, never a part.

use crate::{
    client::{Manage, typed},
    conditions::field,
    error::ManageError,
    line::Answer,
    query::{self, Query},
};
use reqwest::{Method, header::LINK};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// Pages after which a list that does not end is given up.
const MOST_PAGES: usize = 2_000;

/// How the next page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// `pagination-type: forward-only` and `pageId`.
    Forward,
    /// Navigable, with `id > last` among the conditions.
    After,
}

impl Manage {
    /// All rows, each id once, in the order of their ids.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query,
    ) -> Result<Vec<T>, ManageError> {
        let mut rows: BTreeMap<i64, Value> = BTreeMap::new();
        let (mut mode, mut last) = (Mode::Forward, None);
        for _ in 0..MOST_PAGES {
            let answer = self.page(path, query, mode, last).await?;
            let more = may_have_more(&answer, query, mode);
            let found = array(answer.body)?;
            if found.iter().any(|row| id(row).is_none()) {
                return self.list_by_number(path, query).await;
            }
            let newest = found.iter().filter_map(id).max();
            let full = !found.is_empty();
            if full && newest <= last && mode == Mode::Forward {
                // The same rows again: this collection does not know `pageId`, and may order its rows in any way.
                (mode, last) = (Mode::After, None);
                continue;
            }
            rows.extend(found.into_iter().filter_map(|row| Some((id(&row)?, row))));
            if rows.len() >= query.most || !more || newest <= last {
                return rows.into_values().take(query.most).map(typed).collect();
            }
            last = newest;
        }
        Err(ManageError::TooLong(path.to_owned()))
    }

    async fn page(
        &self,
        path: &str,
        query: &Query,
        mode: Mode,
        last: Option<i64>,
    ) -> Result<Answer, ManageError> {
        let (pairs, headers) = match mode {
            Mode::Forward => {
                let mut pairs = query.pairs();
                pairs.extend(last.map(|last| ("pageId", last.to_string())));
                (pairs, vec![("pagination-type", "forward-only".to_owned())])
            }
            Mode::After => {
                let narrowed =
                    last.map_or_else(|| query.clone(), |last| query.also(&field("id").after(last)));
                let mut pairs = narrowed.pairs();
                pairs.push(("orderBy", "id asc".into()));
                (pairs, Vec::new())
            }
        };
        self.call(Method::GET, &query::address(path, &pairs), None, &headers).await
    }

    /// Rows without ids, by page number; equal rows are one.
    pub(crate) async fn list_by_number<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query,
    ) -> Result<Vec<T>, ManageError> {
        let mut rows: Vec<Value> = Vec::new();
        for page in 1..=MOST_PAGES {
            let mut pairs = query.pairs();
            pairs.push(("page", page.to_string()));
            let found = array(self.call(Method::GET, &query::address(path, &pairs), None, &[]).await?.body)?;
            let (size, before) = (found.len(), rows.len());
            for row in found {
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
            if size < query.page || rows.len() == before || rows.len() >= query.most {
                return rows.into_iter().take(query.most).map(typed).collect();
            }
        }
        Err(ManageError::TooLong(path.to_owned()))
    }
}

/// Whether another page may follow. Forward-only says so with `Link`; without it a full page means yes.
fn may_have_more(answer: &Answer, query: &Query, mode: Mode) -> bool {
    let rows = answer.body.as_array().map_or(0, Vec::len);
    match answer.headers.get(LINK) {
        Some(link) if mode == Mode::Forward => {
            rows > 0 && link.to_str().is_ok_and(|link| link.contains("rel=\"next\""))
        }
        _ => rows >= query.page.min(query.most.max(1)),
    }
}

fn id(row: &Value) -> Option<i64> {
    row["id"].as_i64()
}

fn array(body: Value) -> Result<Vec<Value>, ManageError> {
    match body {
        Value::Array(rows) => Ok(rows),
        Value::Null => Ok(Vec::new()),
        _ => Err(ManageError::Odd("a list was expected".into())),
    }
}
