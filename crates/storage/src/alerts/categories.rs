//! Rows of categories.

use super::tallies::Tally;
use crate::{
    Database,
    engine::{Tx, execute, read, within},
    rows::{Place, to_json},
};
use domain::{
    alert::category::{Category, CategoryInput},
    ids::CategoryId,
};
use services::ports::store::StoreResult;
use sqlx::{query, query_as, query_scalar};

const ALL: &str = "SELECT id, position, input FROM categories ORDER BY position, id";
const IN_ORDER: &str = "SELECT id FROM categories ORDER BY position, id";
const INSERT: &str = "INSERT INTO categories (id, position, name_folded, input)
  SELECT $1, COALESCE(MAX(position) + 1, 0), $2, $3 FROM categories";
const UPDATE: &str = "UPDATE categories SET name_folded = $2, input = $3 WHERE id = $1";
const RENAME: &str = "UPDATE alerts SET category = $2, category_folded = $3 WHERE category_folded = $1";
const TALLIES: &str = "SELECT state, category_folded, connector_id, number FROM alert_tallies
  WHERE category_folded = $1 AND number > 0";

impl Database {
    pub(super) async fn all_categories(&self) -> StoreResult<Vec<Category>> {
        let rows: Vec<(String, i64, String)> = read!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(category).collect()
    }
}

fn category((id, position, input): (String, i64, String)) -> StoreResult<Category> {
    Ok(Category {
        id: Place("categories", "id").parse(&id)?,
        position: Place("categories", "position").number(position)?,
        input: Place("categories", "input").json(&input)?,
    })
}

pub(super) async fn insert(tx: &mut Tx, id: CategoryId, input: &CategoryInput) -> StoreResult<()> {
    let json = to_json(input)?;
    execute!(tx, query(INSERT).bind(id.to_string()).bind(input.name.to_lowercase()).bind(json.as_str()))?;
    Ok(())
}

/// Changes a category; its alerts follow a new name.
pub(super) async fn update(tx: &mut Tx, id: CategoryId, input: &CategoryInput) -> StoreResult<bool> {
    let sql = "SELECT name_folded FROM categories WHERE id = $1";
    let before: Option<String> =
        within!(&mut *tx, |db| query_scalar(sql).bind(id.to_string()).fetch_optional(db))?;
    let Some(before) = before else { return Ok(false) };
    let (folded, json) = (input.name.to_lowercase(), to_json(input)?);
    execute!(&mut *tx, query(UPDATE).bind(id.to_string()).bind(folded.as_str()).bind(json.as_str()))?;
    rename(tx, &before, &input.name).await?;
    Ok(true)
}

async fn rename(tx: &mut Tx, before: &str, name: &str) -> StoreResult<()> {
    let folded = name.to_lowercase();
    execute!(&mut *tx, query(RENAME).bind(before).bind(name).bind(folded.as_str()))?;
    if before == folded {
        return Ok(());
    }
    let rows: Vec<(String, String, String, i64)> =
        within!(&mut *tx, |db| query_as(TALLIES).bind(before).fetch_all(db))?;
    for (state, category_folded, connector, number) in rows {
        let old = Tally { state, category_folded, connector_id: Some(connector) };
        old.clone().add(tx, -number).await?;
        Tally { category_folded: folded.clone(), ..old }.add(tx, number).await?;
    }
    Ok(())
}

/// Puts a category at another place; the others close up.
pub(super) async fn put(tx: &mut Tx, id: CategoryId, position: u32) -> StoreResult<bool> {
    let mut ids: Vec<String> = within!(&mut *tx, |db| query_scalar(IN_ORDER).fetch_all(db))?;
    let id = id.to_string();
    let before = ids.len();
    ids.retain(|known| *known != id);
    if ids.len() == before {
        return Ok(false);
    }
    let place = usize::try_from(position).unwrap_or(usize::MAX).min(ids.len());
    ids.insert(place, id);
    number(tx, &ids).await?;
    Ok(true)
}

pub(super) async fn delete(tx: &mut Tx, id: CategoryId) -> StoreResult<bool> {
    let gone = execute!(&mut *tx, query("DELETE FROM categories WHERE id = $1").bind(id.to_string()))?;
    let ids: Vec<String> = within!(&mut *tx, |db| query_scalar(IN_ORDER).fetch_all(db))?;
    number(tx, &ids).await?;
    Ok(gone > 0)
}

async fn number(tx: &mut Tx, ids: &[String]) -> StoreResult<()> {
    for (position, id) in (0_i64..).zip(ids) {
        let sql = "UPDATE categories SET position = $2 WHERE id = $1 AND position <> $2";
        execute!(&mut *tx, query(sql).bind(id.as_str()).bind(position))?;
    }
    Ok(())
}
