//! Lists must go by an index and stop after their page, whatever is filtered by: the engines are asked how they
//! would do it.

use super::{
    lists::{Way, ordered, page_of},
    reads,
};
use crate::{
    Database,
    dynamic::{Statement, Value},
    engine::{Pools, bind_all},
};
use domain::{
    account::{Actor, Role},
    alert::{AlertFilter, AlertState, Carried, Course, Severity, Step},
    ids::{AlertId, ConnectorId, UserId},
    ticket::{Ticket, TicketDetails},
};
use jiff::Timestamp;
use services::ports::store::{Lane, Store as _, alerts::AlertRecord};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

const ALERTS: u128 = 3_000;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0193_5f6e_3c2a_7c3e_8f7a_0000_0000_0000 + number)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn alert(number: u128) -> AlertRecord {
    let mut course = Course::opened(at(0));
    let by = Actor::User { id: UserId(id(number % 20)), name: "Ada".into(), role: Role::Responder };
    if !number.is_multiple_of(10) {
        course.take(Step::Acknowledge, &by, at(1)).unwrap();
        course.take(Step::Close, &by, at(2)).unwrap();
    }
    let mut ticket: Ticket = serde_json::from_value(serde_json::json!({
        "connector_id": id(number % 3), "id": 1, "url": "", "summary": "", "closed": false
    }))
    .unwrap();
    ticket.id = i64::try_from(number).unwrap();
    AlertRecord {
        id: AlertId(id(number)),
        created_at: at(0),
        course,
        title: format!("Disk {number} is full"),
        text: String::new(),
        category: format!("Category {}", number % 30),
        severity: Severity::Medium,
        assignee: None,
        ticket: Some(ticket),
        details: TicketDetails::default(),
        agreed: AlertState::Open,
        carried: Carried::Nothing,
        revision: 0,
    }
}

async fn filled(url: &str) -> Database {
    let database = Database::connect(url).await.unwrap();
    let mut tx = database.begin(Lane::Alerts).await.unwrap();
    for number in 0..ALERTS {
        assert!(tx.insert_alert(&alert(number)).await.unwrap());
    }
    tx.commit().await.unwrap();
    database
}

/// How the engine would run a statement, line by line.
pub(crate) async fn plan(database: &Database, statement: &Statement) -> String {
    let sql = statement.sql().0;
    match &database.pools {
        Pools::Sqlite { reader, .. } => {
            let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
            let rows: Vec<(i64, i64, i64, String)> =
                bind_all!(query_as(explain), &statement.values).fetch_all(reader).await.unwrap();
            rows.into_iter().map(|(_, _, _, line)| line).collect::<Vec<_>>().join("\n")
        }
        Pools::Postgres(pool, _) => {
            let explain = AssertSqlSafe(format!("EXPLAIN {sql}"));
            let rows: Vec<String> =
                bind_all!(query_scalar(explain), &statement.values).fetch_all(pool).await.unwrap();
            rows.join("\n")
        }
    }
}

/// Each filter, the index on SQLite, the index on PostgreSQL.
fn cases() -> Vec<(AlertFilter, &'static str, &'static str)> {
    let all = AlertFilter::default;
    let state = Some(AlertState::Open);
    let category = Some("category 7".to_owned());
    let (connector, mine) = (Some(ConnectorId(id(1))), Some(UserId(id(7))));
    vec![
        (all(), "sqlite_autoindex_alerts_1", "alerts_pkey"),
        (AlertFilter { state, ..all() }, "alerts_by_state", "alerts_"),
        (AlertFilter { category: category.clone(), ..all() }, "alerts_by_category", "alerts_by_category"),
        (
            AlertFilter { category: category.clone(), state, ..all() },
            "alerts_by_category_and_state",
            "alerts_by_category",
        ),
        (AlertFilter { connector, state, ..all() }, "alerts_by_connector", "alerts_"),
        (AlertFilter { mine, ..all() }, "sqlite_autoindex_alert_people_1", "alert_people_pkey"),
        (AlertFilter { mine, state, ..all() }, "sqlite_autoindex_alert_people_1", "alert_people_pkey"),
    ]
}

async fn check(database: &Database, is_sqlite: bool) {
    for (filter, sqlite, postgres) in cases() {
        let behind = Some(Value::from(id(2_000).to_string()));
        let mut statement = page_of(&filter, Way::Listed);
        ordered(&mut statement, &filter, Way::Listed, behind, 50);
        let plan = plan(database, &statement).await;
        let index = if is_sqlite { sqlite } else { postgres };
        assert!(plan.contains(index), "{filter:?} goes without {index}:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Seq Scan"), "{filter:?}:\n{plan}");
    }
    let rare = AlertFilter { q: Some("disk 2777 ".into()), ..AlertFilter::default() };
    let way = database.way(&rare).await.unwrap();
    let mut statement = page_of(&rare, way);
    ordered(&mut statement, &rare, way, None, 50);
    let found = plan(database, &statement).await;
    let named = if is_sqlite { "VIRTUAL TABLE INDEX" } else { "alerts_index" };
    assert!(found.contains(named) && !found.contains("Seq Scan"), "{found}");
    let mut live = Statement::new(reads::LIVE);
    live.values.extend([Value::from(id(1).to_string()), Value::from(17), Value::from(100)]);
    let plan = plan(database, &live).await;
    assert!(plan.contains("alerts_live") && !plan.contains("B-TREE"), "{plan}");
}

#[tokio::test]
async fn sqlite_goes_by_indexes() {
    let folder = tempfile::tempdir().unwrap();
    check(&filled(&format!("sqlite://{}", folder.path().join("tandem.db").display())).await, true).await;
}

#[tokio::test]
async fn postgres_goes_by_indexes() {
    let base = std::env::var("TANDEM_TEST_POSTGRES")
        .expect("TANDEM_TEST_POSTGRES is not set: run `cargo xtask test`, which starts a PostgreSQL");
    let name = format!("plans_{}", std::process::id());
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        let made = std::process::Command::new("psql").args([&base, "-qc", &sql]).status().unwrap();
        assert!(made.success());
    }
    let database = filled(&format!("{}/{name}", base.trim_end_matches("/postgres"))).await;
    let Pools::Postgres(pool, _) = &database.pools else { panic!("not PostgreSQL") };
    sqlx::query("VACUUM ANALYZE").execute(pool).await.unwrap();
    check(&database, false).await;
}
