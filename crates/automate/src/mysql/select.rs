//! From a table to rows: which columns this server has, and all of them as text.
//!
//! Text, because zero dates and odd column types break typed readers; bits become numbers first.

use super::{
    connect::{number, unavailable},
    tables::Table,
};
use crate::export::Row;
use services::ports::reader::ReadError;
use sqlx::{AssertSqlSafe, Error, Row as _, mysql::MySqlConnection};
use std::collections::{BTreeMap, BTreeSet};

/// The columns that the user may see, by table, all in lower case, each with its type.
pub(super) type Columns = BTreeMap<String, BTreeMap<String, String>>;

/// Why a table gave nothing.
pub(super) enum Trouble {
    /// The connection is gone: nothing more can be read.
    Gone(ReadError),
    /// This table alone.
    Table(String),
}

/// Asks what there is.
pub(super) async fn columns(connection: &mut MySqlConnection) -> Result<Columns, ReadError> {
    const ASK: &str = "SELECT CONVERT(LOWER(TABLE_NAME) USING utf8mb4), CONVERT(LOWER(COLUMN_NAME) USING utf8mb4), \
        CONVERT(LOWER(DATA_TYPE) USING utf8mb4) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()";
    let rows: Vec<(String, String, String)> =
        sqlx::query_as(ASK).fetch_all(connection).await.map_err(|error| lost(&error))?;
    let mut columns = Columns::new();
    for (table, column, kind) in rows {
        columns.entry(table).or_default().insert(column, kind);
    }
    Ok(columns)
}

/// What of a table is missing: the whole, or columns without which it is of no use.
pub(super) fn unusable(table: &Table, columns: &Columns) -> Option<String> {
    let name = table.name;
    let Some(there) = columns.get(name) else {
        return Some(format!("the table {name} cannot be seen: grant the user SELECT on it"));
    };
    let needed = std::iter::once(&table.id).chain(table.needed);
    let missing: Vec<&str> =
        needed.filter(|column| !there.contains_key(&column.to_lowercase())).copied().collect();
    (!missing.is_empty()).then(|| {
        format!(
            "the table {name} has no column {} that the user may see: grant it SELECT on it",
            missing.join(", ")
        )
    })
}

/// What differs from the tables that are known, in a sentence.
pub(super) fn differing(table: &Table, columns: &Columns) -> Option<String> {
    let there = columns.get(table.name)?;
    let missing: Vec<&str> =
        table.wanted.iter().filter(|column| !there.contains_key(&column.to_lowercase())).copied().collect();
    let known: BTreeSet<String> = std::iter::once(&table.id)
        .chain(table.needed)
        .chain(table.wanted)
        .chain(table.ignored)
        .map(|name| name.to_lowercase())
        .collect();
    let more: Vec<&str> = there.keys().filter(|name| !known.contains(*name)).map(String::as_str).collect();
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("lacks {}, which are read as empty", missing.join(", ")));
    }
    if !more.is_empty() {
        parts.push(format!("has {}, which Tandem does not know and does not read", more.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Under this name rows of a table with heads hold the server's digest of everything that is read of them. It is
/// empty where the server makes none.
pub(super) const DIGEST: &str = "the digest";

/// The columns of a table that are read and that this server has.
pub(super) fn listed<'a>(table: &'a Table, columns: &Columns) -> Vec<&'a str> {
    let there = |column: &&&str| {
        columns.get(table.name).is_some_and(|known| known.contains_key(&column.to_lowercase()))
    };
    std::iter::once(&table.id).chain(table.needed).chain(table.wanted).filter(there).copied().collect()
}

/// Reads a table in the order of its ids; of a table with heads only these, each with its digest.
pub(super) async fn rows(
    connection: &mut MySqlConnection,
    table: &Table,
    columns: &Columns,
) -> Result<Vec<Row>, Trouble> {
    let Some(there) = columns.get(table.name) else { return Ok(Vec::new()) };
    let all = listed(table, columns);
    let only = if table.only.is_empty() { "1 = 1" } else { table.only };
    if table.heads.is_empty() {
        let values = all.iter().map(|column| value(column, there)).collect();
        return select(connection, table, &all, values, only).await;
    }
    let heads: Vec<&str> = std::iter::once(&table.id).chain(table.heads).copied().collect();
    let values = heads.iter().map(|column| value(column, there)).chain([digest(&all, there)]).collect();
    select(connection, table, &[&heads[..], &[DIGEST]].concat(), values, only).await
}

/// Reads some rows of a table with heads, whole, each with its digest.
pub(super) async fn bodies(
    connection: &mut MySqlConnection,
    table: &Table,
    columns: &Columns,
    ids: &[i64],
) -> Result<Vec<Row>, Trouble> {
    let Some(there) = columns.get(table.name) else { return Ok(Vec::new()) };
    let all = listed(table, columns);
    let values = all.iter().map(|column| value(column, there)).chain([digest(&all, there)]).collect();
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let only = format!("`{}` IN ({})", table.id, ids.join(","));
    select(connection, table, &[&all[..], &[DIGEST]].concat(), values, &only).await
}

/// What the server makes of the values as they would be read: SHA-256, because somebody who can write scripts must
/// not be able to make two that look the same. The lengths keep neighbours apart.
fn digest(listed: &[&str], there: &BTreeMap<String, String>) -> String {
    let part = |column: &&str| {
        let value = format!("IFNULL({}, '')", value(column, there));
        format!("OCTET_LENGTH({value}), ':', {value}")
    };
    let parts: Vec<String> = listed.iter().map(part).collect();
    format!("CONVERT(SHA2(CONCAT({}), 256) USING utf8mb4)", parts.join(", "))
}

/// The rows for which `only` holds, as `names` call the `values`.
async fn select(
    connection: &mut MySqlConnection,
    table: &Table,
    names: &[&str],
    values: Vec<String>,
    only: &str,
) -> Result<Vec<Row>, Trouble> {
    let statement =
        format!("SELECT {} FROM `{}` WHERE {only} ORDER BY `{}`", values.join(", "), table.name, table.id);
    let query = sqlx::query(AssertSqlSafe(statement)).persistent(false);
    let found = query.fetch_all(connection).await.map_err(|error| failed(table, &error))?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let mut cells = Vec::with_capacity(names.len());
        for (index, column) in names.iter().enumerate() {
            let text: Option<String> = row.try_get(index).map_err(|error| failed(table, &error))?;
            cells.push(((*column).to_owned(), text.unwrap_or_default(), 0));
        }
        rows.push(Row::new(0, cells));
    }
    Ok(rows)
}

fn value(column: &str, there: &BTreeMap<String, String>) -> String {
    match there.get(&column.to_lowercase()).map(String::as_str) {
        Some("bit") => format!("CONVERT(`{column}` + 0 USING utf8mb4)"),
        _ => format!("CONVERT(`{column}` USING utf8mb4)"),
    }
}

/// Errors that the server numbers are about the table; everything else is about the connection.
fn failed(table: &Table, error: &Error) -> Trouble {
    match (number(error), error) {
        // The server is going down, or somebody ended this connection.
        (Some(1053 | 1317 | 1927), _) => Trouble::Gone(lost(error)),
        (Some(1142 | 1143), _) => {
            Trouble::Table(format!("the user may not read the table {}: grant it SELECT", table.name))
        }
        (Some(_), _) | (None, Error::ColumnDecode { .. } | Error::Decode(_)) => {
            Trouble::Table(format!("the table {} cannot be read: {error}", table.name))
        }
        (None, _) => Trouble::Gone(lost(error)),
    }
}

/// The connection broke.
pub(super) fn lost(error: &Error) -> ReadError {
    unavailable(format!("broke off in the middle of the reading, so nothing of it was used: {error}"))
}
