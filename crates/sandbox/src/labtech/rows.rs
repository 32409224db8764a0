//! Rows on their way into a table.

use crate::exports::Column;
use sqlx::{AssertSqlSafe, MySqlPool};

/// Placeholders per statement; the protocol ends at 65,535.
const MOST_VALUES: usize = 20_000;

/// The same row with other values in some columns.
pub(super) fn with(mut row: Vec<Column>, other: &[(&'static str, String)]) -> Vec<Column> {
    for (name, value) in other {
        match row.iter_mut().find(|(column, _)| column == name) {
            Some((_, old)) => old.clone_from(value),
            None => row.push((name, value.clone())),
        }
    }
    row
}

/// Adds rows that all have the same columns; MariaDB turns the texts into what the columns hold.
pub(super) async fn insert(pool: &MySqlPool, table: &str, rows: Vec<Vec<Column>>) -> Result<(), sqlx::Error> {
    let Some(first) = rows.first() else { return Ok(()) };
    let names: Vec<String> = first.iter().map(|(name, _)| format!("`{name}`")).collect();
    let places = format!("({})", vec!["?"; names.len()].join(","));
    let batch = (MOST_VALUES / names.len()).max(1);
    let mut tx = pool.begin().await?;
    for rows in rows.chunks(batch) {
        let all = vec![places.as_str(); rows.len()].join(",");
        let statement = format!("INSERT INTO {table} ({}) VALUES {all}", names.join(","));
        let mut query = sqlx::query(AssertSqlSafe(statement)).persistent(false);
        for (_, value) in rows.iter().flatten() {
            query = query.bind(value);
        }
        query.execute(&mut *tx).await?;
    }
    tx.commit().await
}
