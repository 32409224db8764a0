//! Many rows in few statements: each statement is a way to the database and back, and those cost more than rows.

use crate::engine::{Tx, execute, within};
use services::ports::store::StoreResult;
use sqlx::{AssertSqlSafe, query, query_scalar};

/// A value of a row, or its absence.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

/// How many rows a statement takes. Few sizes, because each is a statement that the database prepares and keeps.
const SIZES: [usize; 3] = [32, 8, 1];

/// A statement over rows: `INSERT INTO t (a, b) VALUES`, and what follows the rows.
pub(crate) struct Many(pub(crate) &'static str, pub(crate) &'static str);

macro_rules! bind_cells {
    ($query:expr, $cells:expr) => {{
        let mut query = $query;
        for cell in $cells {
            query = match cell {
                Cell::Text(text) => query.bind(text),
                Cell::Number(number) => query.bind(number),
            };
        }
        query
    }};
}

impl Many {
    /// Says how many rows were added or changed.
    pub(crate) async fn run(&self, tx: &mut Tx, rows: Vec<Vec<Cell>>) -> StoreResult<u64> {
        let mut done = 0;
        for (sql, cells) in self.statements(rows) {
            done += execute!(&mut *tx, bind_cells!(query(AssertSqlSafe(sql)), cells))?;
        }
        Ok(done)
    }

    /// Answers the one text that each row returns.
    pub(crate) async fn returning(&self, tx: &mut Tx, rows: Vec<Vec<Cell>>) -> StoreResult<Vec<String>> {
        let mut all = Vec::new();
        for (sql, cells) in self.statements(rows) {
            let some: Vec<String> =
                within!(&mut *tx, |db| bind_cells!(query_scalar(AssertSqlSafe(sql)), cells).fetch_all(db))?;
            all.extend(some);
        }
        Ok(all)
    }

    fn statements(&self, rows: Vec<Vec<Cell>>) -> Vec<(String, Vec<Cell>)> {
        let (mut rows, mut statements) = (rows.into_iter(), Vec::new());
        while rows.len() > 0 {
            let size = SIZES.into_iter().find(|size| *size <= rows.len()).unwrap_or(1);
            let some: Vec<Vec<Cell>> = rows.by_ref().take(size).collect();
            let width = some.first().map_or(0, Vec::len);
            statements.push((self.sql(some.len(), width), some.into_iter().flatten().collect()));
        }
        statements
    }

    fn sql(&self, rows: usize, width: usize) -> String {
        let mut sql = self.0.to_owned();
        for row in 0..rows {
            sql.push_str(if row == 0 { " (" } else { ", (" });
            for column in 0..width {
                let comma = if column == 0 { "" } else { ", " };
                sql.push_str(&format!("{comma}${}", row * width + column + 1));
            }
            sql.push(')');
        }
        sql.push_str(self.1);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shared_out_over_few_sizes_of_statements() {
        let rows = (0..43).map(|number| vec![Cell::from(number), Cell::from("x")]).collect();
        let statements = Many("INSERT INTO t (a, b) VALUES", " ON CONFLICT DO NOTHING").statements(rows);
        let sizes: Vec<usize> = statements.iter().map(|(_, cells)| cells.len() / 2).collect();
        assert_eq!(sizes, [32, 8, 1, 1, 1]);
        assert!(statements[1].0.starts_with("INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), "));
        assert_eq!(statements[4].0, "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        let first: Vec<_> = statements.iter().map(|(_, cells)| format!("{:?}", cells[0])).collect();
        assert_eq!(first[1], "Number(Some(32))", "in their order");
    }
}
