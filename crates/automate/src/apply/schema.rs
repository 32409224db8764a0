//! What the tables look like on this server: columns change between Automate's patches.

use super::{
    ApplyError,
    columns::{Cell, Columns},
    database::Database,
};
use std::collections::BTreeMap;

/// A column.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// `data_type` of the information schema.
    kind: String,
    /// Whether a new row must be given a value.
    required: bool,
}

/// The tables that content is written to.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema(BTreeMap<String, Vec<Column>>);

impl Schema {
    /// Reads the columns of `tables`; refuses a table that is missing, or whose engine knows no transactions.
    pub(super) async fn read(database: &mut Database, tables: &[&str]) -> Result<Self, ApplyError> {
        let mut schema = Self::default();
        for table in tables {
            schema.0.insert((*table).to_owned(), columns(database, table).await?);
        }
        Ok(schema)
    }

    /// A new row, whole: columns that must have a value get a neutral one.
    pub(super) fn whole(&self, table: &str, columns: &Columns) -> Result<Columns, ApplyError> {
        let mut all = self.known(table, columns)?;
        for column in self.0.get(table).into_iter().flatten().filter(|column| column.required) {
            if !all.0.iter().any(|(name, _)| name.eq_ignore_ascii_case(&column.name)) {
                all.set(column.name.clone(), neutral(&column.kind));
            }
        }
        Ok(all)
    }

    /// The columns that the table has. One that it lacks is left out when it says nothing, and refused otherwise.
    pub(super) fn known(&self, table: &str, columns: &Columns) -> Result<Columns, ApplyError> {
        let known = self.0.get(table).map(Vec::as_slice).unwrap_or_default();
        let mut all = Columns::default();
        for (name, cell) in &columns.0 {
            if known.iter().any(|column| column.name.eq_ignore_ascii_case(name)) {
                all.set(name.clone(), cell.clone());
            } else if !matches!(cell, Cell::Number(0) | Cell::Now) && *cell != Cell::Text(String::new()) {
                return Err(ApplyError::Item(format!(
                    "needs the column {name} of {table}, which this Automate does not have: update Automate here"
                )));
            }
        }
        Ok(all)
    }
}

async fn columns(database: &mut Database, table: &str) -> Result<Vec<Column>, ApplyError> {
    let engine = "SELECT engine AS engine FROM information_schema.tables \
                  WHERE table_schema = DATABASE() AND table_name = ?";
    let found = database.rows(engine, &[table.into()]).await?;
    let Some(found) = found.first() else {
        return Err(ApplyError::Database(format!(
            "there is no table {table}: is this an Automate database, and may this user see it?"
        )));
    };
    if !found.raw("engine").eq_ignore_ascii_case("InnoDB") {
        return Err(ApplyError::Database(format!(
            "the table {table} is kept by {}, which knows no transactions: convert it to InnoDB first",
            found.raw("engine")
        )));
    }
    let sql = "SELECT column_name AS name, data_type AS kind, is_nullable = 'NO' AND column_default IS NULL \
               AND extra NOT LIKE '%auto_increment%' AS required FROM information_schema.columns \
               WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position";
    let rows = database.rows(sql, &[table.into()]).await?;
    let column = |row: &crate::export::Row| Column {
        name: row.raw("name").to_owned(),
        kind: row.raw("kind").to_ascii_lowercase(),
        required: row.flag("required"),
    };
    Ok(rows.iter().map(column).collect())
}

/// A value that says nothing.
fn neutral(kind: &str) -> Cell {
    match kind {
        "date" | "datetime" | "timestamp" => Cell::Now,
        "time" => "00:00:00".into(),
        kind if kind.contains("int") || matches!(kind, "decimal" | "float" | "double" | "bit" | "year") => {
            Cell::Number(0)
        }
        _ => "".into(),
    }
}
