//! One connection to the database: rows as text, statements with parameters, transactions.

use super::{
    ApplyError,
    columns::{Cell, Columns},
};
use crate::export::Row;
use sqlx::{
    AssertSqlSafe, Column as _, Executor as _, MySql, MySqlConnection, Row as _, TypeInfo as _,
    ValueRef as _,
    mysql::{MySqlArguments, MySqlRow},
    query::Query,
};

/// The database, on one connection.
pub(super) struct Database {
    connection: MySqlConnection,
}

/// What a statement did.
pub(super) struct Executed {
    /// The id of the row that it inserted.
    pub(super) inserted: i64,
    /// How many rows it touched.
    pub(super) rows: u64,
}

impl Database {
    /// Over an open connection.
    pub(super) fn new(connection: MySqlConnection) -> Self {
        Self { connection }
    }

    /// The connection, for those who read it as a source.
    pub(super) fn connection(&mut self) -> &mut MySqlConnection {
        &mut self.connection
    }

    /// The rows that a query answers; a column that is NULL is empty.
    pub(super) async fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, ApplyError> {
        let query = bind(sql, values);
        let rows = query.fetch_all(&mut self.connection).await.map_err(ApplyError::from)?;
        rows.iter().map(row).collect()
    }

    /// The first number of the first row.
    pub(super) async fn number(&mut self, sql: &str, values: &[Cell]) -> Result<Option<i64>, ApplyError> {
        let found = bind(sql, values).fetch_optional(&mut self.connection).await.map_err(ApplyError::from)?;
        match found {
            Some(row) => Ok(text(&row, 0)?.parse().ok()),
            None => Ok(None),
        }
    }

    /// Does a statement.
    pub(super) async fn execute(&mut self, sql: &str, values: &[Cell]) -> Result<Executed, ApplyError> {
        let done = bind(sql, values).execute(&mut self.connection).await.map_err(ApplyError::from)?;
        let inserted = i64::try_from(done.last_insert_id()).unwrap_or(0);
        Ok(Executed { inserted, rows: done.rows_affected() })
    }

    /// Does a statement that takes no parameters and is not prepared: transactions, locks.
    pub(super) async fn say(&mut self, sql: &'static str) -> Result<(), ApplyError> {
        self.connection.execute(sql).await.map(|_| ()).map_err(ApplyError::from)
    }

    /// Inserts a row; answers its id.
    pub(super) async fn insert(&mut self, table: &str, columns: &Columns) -> Result<i64, ApplyError> {
        let names: Vec<String> = columns.0.iter().map(|(name, _)| quoted(name)).collect();
        let marks: Vec<&str> = columns.0.iter().map(|(_, cell)| mark(cell)).collect();
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", quoted(table), names.join(", "), marks.join(", "));
        Ok(self.execute(&sql, &bound(columns)).await?.inserted)
    }

    /// Updates one row in place.
    pub(super) async fn update(
        &mut self,
        table: &str,
        id_column: &str,
        id: i64,
        columns: &Columns,
    ) -> Result<(), ApplyError> {
        let sets: Vec<String> =
            columns.0.iter().map(|(name, cell)| format!("{} = {}", quoted(name), mark(cell))).collect();
        let sql = format!("UPDATE {} SET {} WHERE {} = ?", quoted(table), sets.join(", "), quoted(id_column));
        let mut values = bound(columns);
        values.push(id.into());
        self.execute(&sql, &values).await.map(|_| ())
    }

    /// Deletes one row.
    pub(super) async fn delete(&mut self, table: &str, id_column: &str, id: i64) -> Result<u64, ApplyError> {
        let sql = format!("DELETE FROM {} WHERE {} = ?", quoted(table), quoted(id_column));
        Ok(self.execute(&sql, &[id.into()]).await?.rows)
    }
}

/// A name between backticks; names come from the program, never from content.
pub(super) fn quoted(name: &str) -> String {
    format!("`{name}`")
}

fn mark(cell: &Cell) -> &'static str {
    if *cell == Cell::Now { "NOW()" } else { "?" }
}

fn bound(columns: &Columns) -> Vec<Cell> {
    columns.0.iter().map(|(_, cell)| cell.clone()).filter(|cell| *cell != Cell::Now).collect()
}

/// The statement's text is made of constants and names of columns; every value is a parameter.
fn bind<'q>(sql: &str, values: &[Cell]) -> Query<'q, MySql, MySqlArguments> {
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    for value in values {
        query = match value {
            Cell::Number(number) => query.bind(*number),
            Cell::Text(text) | Cell::Packed { stored: text, .. } => query.bind(text.clone()),
            Cell::Now => query,
        };
    }
    query
}

fn row(row: &MySqlRow) -> Result<Row, ApplyError> {
    let columns = row.columns().iter().enumerate();
    let columns = columns.map(|(at, column)| Ok((column.name().to_owned(), text(row, at)?, 0)));
    Ok(Row::new(0, columns.collect::<Result<Vec<_>, ApplyError>>()?))
}

fn text(row: &MySqlRow, at: usize) -> Result<String, ApplyError> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok(String::new());
    }
    let kind = value.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => {
            row.try_get_unchecked::<i64, _>(at)?.to_string()
        }
        "FLOAT" | "DOUBLE" => row.try_get_unchecked::<f64, _>(at)?.to_string(),
        unsigned if unsigned.ends_with("UNSIGNED") || unsigned == "BIT" => {
            row.try_get_unchecked::<u64, _>(at)?.to_string()
        }
        _ => String::from_utf8_lossy(&row.try_get_unchecked::<Vec<u8>, _>(at)?).into_owned(),
    })
}
