//! Both migration trees make the same tables with the same columns; wrong addresses are explained.

use crate::world::{Engine, World};
use services::ports::store::{AccountReads as _, StoreError};
use std::{collections::BTreeMap, process::Command};
use storage::Database;

/// Table, column, whether it may be empty.
type Schema = BTreeMap<(String, String), bool>;

const POSTGRES: &str = "SELECT table_name || '|' || column_name || '|' || (is_nullable = 'YES')
  FROM information_schema.columns WHERE table_schema = 'public'";

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_schema() {
    let (sqlite, postgres) = (World::on(Engine::Sqlite).await, World::on(Engine::Postgres).await);
    let output = Command::new("psql").args([&postgres.url, "-tAc", POSTGRES]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let ours = |table: &str| !table.starts_with("_sqlx");
    let postgres: Schema = text
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('|').map(str::to_owned);
            Some(((parts.next()?, parts.next()?), parts.next()?.starts_with('t')))
        })
        .filter(|((table, _), _)| ours(table))
        .collect();
    assert_eq!(postgres, sqlite_schema(&sqlite.url));
    assert!(postgres.len() > 80);
}

/// Read from the migrations themselves: what they declare is what SQLite makes.
fn sqlite_schema(_url: &str) -> Schema {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut schema = Schema::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|file| file.path()).collect();
    files.sort();
    let mut table = String::new();
    for line in files.iter().flat_map(|file| {
        std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    }) {
        if let Some(name) = line.strip_prefix("CREATE TABLE ") {
            table = name.split(' ').next().unwrap().to_owned();
        } else if let Some((name, rest)) =
            line.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(" ADD COLUMN "))
        {
            let column = rest.split(' ').next().unwrap();
            schema.insert((name.to_owned(), column.to_owned()), !rest.contains("NOT NULL"));
        } else if let Some(rest) = line.strip_prefix("  ") {
            let column = rest.split(' ').next().unwrap();
            if column.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                schema.insert((table.clone(), column.to_owned()), !rest.contains("NOT NULL"));
            }
        }
    }
    schema
}

/// PostgreSQL keeps the character NUL in no text: whoever sends one is told so, and nothing is at fault.
#[tokio::test(flavor = "multi_thread")]
async fn a_nul_is_the_callers_mistake() {
    let (sqlite, postgres) = (World::on(Engine::Sqlite).await, World::on(Engine::Postgres).await);
    assert_eq!(sqlite.database.user_by_email("a\0b").await, Ok(None));
    assert_eq!(postgres.database.user_by_email("a\0b").await, Err(StoreError::Text));
}

#[tokio::test]
async fn wrong_addresses_are_explained() {
    for (url, told) in
        [("mysql://x", "not a database address"), ("sqlite:///no/such/folder/tandem.db", "does not exist")]
    {
        assert!(Database::connect(url).await.unwrap_err().to_string().contains(told), "{url}");
    }
}
