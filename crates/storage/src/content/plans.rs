//! Whether something points at a content must be found by indexes, however much there is, and so must what is searched
//! in a table of items: the engines are asked how they would do it.

use super::{named, reads, unused};
use crate::{
    Database,
    alerts::plans::plan,
    dynamic::{Statement, Value},
    engine::Pools,
};
use domain::content::{
    ContentHash, ContentType,
    view::{ItemFilter, ItemSort},
};
use sqlx::{AssertSqlSafe, Executor as _, query_scalar};

/// Three thousand numbers, in the words of both engines.
const NUMBERS: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT";
/// A table, its columns and what they hold.
const ROWS: [(&str, &str); 6] = [
    ("versions (content_type, guid, number, content_hash, facets, name, path, depends_on, approved_by, approved_at,
        synced_at, synced_by)", "'scripts', 'g' || i, 1, 'h' || i, '', '', '', '', '', 1, 1, ''"),
    ("production (content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)",
        "'scripts', 'g' || i, 1, 'h' || i, '', '', 1, '', 1, 0"),
    ("ring_items (ring_id, content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)",
        "'01935f6e-3c2a-7000-8000-000000000001', 'scripts', 'g' || i, 1, 'h' || i, '', '', 1, '', 1, 0"),
    ("ring_contents (ring_id, content_hash)", "'01935f6e-3c2a-7000-8000-000000000001', 'h' || i"),
    ("source_signals (source_id, content_type, guid, content_hash, path, signal)",
        "'s', 'scripts', 'g' || i, 'h' || i, '', ''"),
    ("items (content_type, guid, source_id, name, name_folded, search_text, path, status, approval, lifecycle,
        first_seen_at, last_seen_at, depends_on)",
        "'scripts', 'g' || i, 's', '', '', '', '', '', '', '{}', 1, 1, ''"),
];
const SOURCE: &str =
    "INSERT INTO sources (id, name, name_folded, input, held, created_at) VALUES ('s', '', '', '', '', 1)";

async fn run(database: &Database, sql: String) {
    match &database.pools {
        Pools::Sqlite { writer, .. } => drop(writer.execute(AssertSqlSafe(sql)).await.unwrap()),
        Pools::Postgres(pool, _) => drop(pool.execute(AssertSqlSafe(sql)).await.unwrap()),
    }
}

async fn filled(url: &str) -> Database {
    let database = Database::connect(url).await.unwrap();
    // Large enough that nobody reads rows in order to see hashes.
    let content =
        if database.file().is_some() { "zeroblob(2000)" } else { "decode(repeat('00', 2000), 'hex')" };
    run(&database, SOURCE.into()).await;
    run(
        &database,
        format!("INSERT INTO blobs (hash, size, content) {NUMBERS} 'h' || i, 1, {content} FROM n"),
    )
    .await;
    run(&database, "UPDATE blobs SET unused_since = 1 WHERE hash LIKE 'h77%'".into()).await;
    for (table, values) in ROWS {
        run(&database, format!("INSERT INTO {table} {NUMBERS} {values} FROM n")).await;
    }
    database
}

fn bound(sql: &'static str, values: impl IntoIterator<Item = Value>) -> Statement {
    let mut statement = Statement::new(sql);
    statement.values.extend(values);
    statement
}

/// What a unit of work asks, and the indexes that must answer on SQLite and on PostgreSQL.
fn within_the_lane() -> Vec<(Statement, Vec<&'static str>, Vec<&'static str>)> {
    let columns = [
        "versions_by_content",
        "production_by_content",
        "ring_items_by_content",
        "ring_contents_by_content",
        "source_signals_by_content",
    ];
    let hashes = ["one", "two"].map(|text| ContentHash::of(text.as_bytes()));
    let page = [Value::from("scripts"), Value::from("g2"), Value::from(50)];
    vec![
        (unused::without_column(&hashes), columns.to_vec(), columns.to_vec()),
        (bound(unused::MARKED, [Value::from(2)]), vec!["COVERING INDEX blobs_unused"], vec!["blobs_unused"]),
        (bound(named::ITEMS, page), vec!["sqlite_autoindex_items_1"], vec!["items_pkey"]),
    ]
}

async fn check(database: &Database, is_sqlite: bool) {
    for (statement, sqlite, postgres) in within_the_lane() {
        let plan = plan(database, &statement).await;
        for index in if is_sqlite { sqlite } else { postgres } {
            assert!(plan.contains(index), "it goes without {index}:\n{plan}");
        }
        assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{plan}");
    }
}

#[tokio::test]
async fn sqlite_goes_by_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let database = filled(&format!("sqlite://{}", folder.path().join("tandem.db").display())).await;
    check(&database, true).await;
    let plan = plan(&database, &unused::unmarked()).await;
    let rows = plan.lines().filter(|line| line.contains("SCAN") && !line.contains("COVERING INDEX"));
    assert_eq!(rows.count(), 0, "only indexes are gone through, never contents:\n{plan}");
}

#[tokio::test]
async fn a_search_in_a_table_reads_no_rows_that_do_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let database = filled(&format!("sqlite://{}", folder.path().join("tandem.db").display())).await;
    let filter = ItemFilter { query: Some("disk".into()), ..ItemFilter::default() };
    let searched = |sql| reads::filtered(Statement::new(sql), ContentType::Scripts, &filter);
    let counting = plan(&database, &searched("SELECT COUNT(*) FROM items")).await;
    assert!(counting.contains("COVERING INDEX items_by_search"), "{counting}");
    let mut page = searched("SELECT * FROM items");
    page.bind(reads::order(ItemSort::Name, false).1, [Value::from(51)]);
    let page = plan(&database, &page).await;
    assert!(page.contains("INDEX items_by_search") && !page.contains("TEMP B-TREE"), "{page}");
}

#[tokio::test]
async fn postgres_goes_by_indexes() {
    let base = std::env::var("TANDEM_TEST_POSTGRES")
        .expect("TANDEM_TEST_POSTGRES is not set: run `cargo xtask test`, which starts a PostgreSQL");
    let name = format!("plans_of_contents_{}", std::process::id());
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        let made = std::process::Command::new("psql").args([&base, "-qc", &sql]).status().unwrap();
        assert!(made.success());
    }
    let database = filled(&format!("{}/{name}", base.trim_end_matches("/postgres"))).await;
    run(&database, "VACUUM ANALYZE".into()).await;
    check(&database, false).await;
    let Pools::Postgres(pool, _) = &database.pools else { panic!("not PostgreSQL") };
    let is_there = "SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'items_by_search'";
    let found: i64 = query_scalar(is_there).fetch_one(pool).await.unwrap();
    assert_eq!(found, 1, "this PostgreSQL has pg_trgm");
}
