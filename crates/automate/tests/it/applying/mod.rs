//! Applying content to a real MariaDB: two instances whose local ids differ.

mod groups;
mod meanwhile;
mod rules;
mod secrets;
mod whole;

use automate::{
    apply::{Applier, ApplyError, Done, How, Offer},
    mysql::Login,
};
use domain::{
    content::{Canonical, ContentType, Folder, Guid, Reference},
    net::Networks,
};
use sandbox::labtech;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, MySqlConnection, Row as _};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

/// A database of its own for each test, empty or with a library.
async fn labtech(shift: Option<i64>) -> labtech::Instance {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let server = std::env::var("TANDEM_TEST_MARIADB")
        .expect("TANDEM_TEST_MARIADB is not set: run `cargo xtask test`, which starts a MariaDB");
    let name = format!("apply_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    match shift {
        None => labtech::Instance::create(&server, &name).await.unwrap(),
        Some(shift) => {
            let shape = labtech::Shape { scripts: 60, shift };
            labtech::Instance::filled(&server, &name, shape).await.unwrap()
        }
    }
}

/// An Automate database of its own for each test.
struct Instance {
    url: String,
    sql: MySqlConnection,
}

impl Instance {
    /// An empty database whose new rows get ids from `offset` on.
    async fn new(offset: u64) -> Self {
        Self::over(labtech(None).await, offset).await
    }

    /// An instance with a library of its own, whose local ids begin at `shift`.
    async fn filled(shift: i64) -> Self {
        Self::over(labtech(Some(shift)).await, u64::try_from(shift).unwrap() + 500).await
    }

    async fn over(labtech: labtech::Instance, offset: u64) -> Self {
        let url = labtech.url();
        let sql = MySqlConnection::connect(&url).await.unwrap();
        let mut instance = Self { url, sql };
        let tables: Vec<String> = instance.column(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL",
        ).await;
        for table in tables {
            instance
                .run(&format!("ALTER TABLE `{table}` AUTO_INCREMENT = {}", offset + table.len() as u64))
                .await;
        }
        instance.run("INSERT INTO userclasses (Name) VALUES ('Super Admin')").await;
        instance
    }

    async fn run(&mut self, sql: &str) -> u64 {
        self.sql.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap().rows_affected()
    }

    async fn column(&mut self, sql: &str) -> Vec<String> {
        let rows = self
            .sql
            .fetch_all(sqlx::AssertSqlSafe(format!("SELECT CAST(x.a AS CHAR) FROM ({sql}) x").replacen(
                "SELECT table_name",
                "SELECT table_name AS a",
                1,
            )))
            .await
            .unwrap();
        rows.iter().map(|row| row.try_get::<Option<String>, _>(0).unwrap().unwrap_or_default()).collect()
    }

    async fn one(&mut self, sql: &str) -> String {
        self.column(sql).await.pop().unwrap_or_default()
    }

    async fn applier(&self) -> Applier {
        let mut applier = connect(&self.url, None).await.unwrap();
        applier.standing().await.unwrap();
        applier
    }

    /// Waits until the connection is gone, and opens another.
    async fn again(&self, applier: Applier) -> Applier {
        drop(applier);
        self.applier().await
    }

    /// Everything in every table, and the next ids: what a dry run must not change.
    async fn bytes(&mut self) -> BTreeMap<String, String> {
        let tables = self
            .column("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
            .await;
        let mut all = BTreeMap::new();
        for table in tables {
            let row =
                self.sql.fetch_one(sqlx::AssertSqlSafe(format!("CHECKSUM TABLE `{table}`"))).await.unwrap();
            let sum = row.try_get_unchecked::<Option<i64>, _>(1).unwrap().unwrap_or_default();
            let made = self
                .sql
                .fetch_one(sqlx::AssertSqlSafe(format!("SHOW CREATE TABLE `{table}`")))
                .await
                .unwrap();
            all.insert(table, format!("{sum} {}", made.try_get::<String, _>(1).unwrap()));
        }
        all
    }
}

/// Takes a database as a receiver does.
async fn connect(url: &str, password: Option<&str>) -> Result<Applier, ApplyError> {
    Applier::connect(Login { url, password }, &Networks::private()).await
}

fn offer(content: &Canonical, version: u32) -> Offer {
    Offer { content: content.clone(), version, content_hash: content.hash() }
}

async fn put(applier: &mut Applier, content: &Canonical, version: u32) -> Result<Done, String> {
    let done = applier.install(&[offer(content, version)], How::default()).await;
    done.map(|mut done| done.remove(0)).map_err(|error| error.to_string())
}

fn rank(content: &Canonical) -> (u8, usize) {
    (domain::receiving::rank(content.content_type), content.placement.len())
}

/// Items of the types that have no export file, and the alert templates that the library's monitors name.
fn beyond_exports(library: &[Canonical]) -> Vec<Canonical> {
    let (script, search) = (of(library, ContentType::Scripts)[0], of(library, ContentType::Searches)[0]);
    let to = |item: &Canonical| Reference::to(item.content_type, &item.guid);
    let mut names: Vec<String> = library
        .iter()
        .filter_map(|item| item.body.get("alert_template")?.as_str()?.strip_prefix("alert-templates:name:"))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    let open = json!({"restricted": false, "edit_restricted": false});
    let times = json!([
        {"days": 127, "start": "00:00:00", "end": "23:59:00", "actions": 1024, "trump": 0, "warning_actions": 0, "contact": -1,
            "message": "a\nb"},
        {"days": 62, "start": "08:00:00", "end": "17:00:00", "actions": 512, "trump": 1, "warning_actions": 0,
            "script": to(script).as_str()},
    ]);
    let mut all: Vec<Canonical> = names
        .iter()
        .map(|name| {
            let body = json!({"comment": "Made here", "alerts": times});
            item(ContentType::AlertTemplates, name, body, open.clone(), vec![to(script)])
        })
        .collect();
    let role = json!({"role_type": "Server", "role_sub_type": "2", "os_type": 0, "detection": "{%@x@%}", "comparison": "eq",
        "expected": "1", "is_remote": false, "is_support": true, "search": to(search).as_str()});
    all.push(item(ContentType::Roles, "Print server", role, json!({}), vec![to(search)]));
    let view = json!({"fields": "a,b", "sql": "SELECT a\nFROM b", "id_column": "a",
        "system_permission": "0", "system_permission_high": "0"});
    let mut view = item(ContentType::DataViews, "Printers", view, json!({"restricted": false}), vec![]);
    view.placement = vec![Folder { guid: None, name: "Operations".into() }];
    all.push(view);
    all
}

fn item(kind: ContentType, name: &str, body: Value, switches: Value, needs: Vec<Reference>) -> Canonical {
    Canonical {
        format: 1,
        content_type: kind,
        guid: Guid::parse(&sandbox::exports::guid_of(&format!("{kind} {name}"))).unwrap(),
        name: name.into(),
        body: body.as_object().unwrap().clone(),
        placement: vec![],
        switches: switches.as_object().unwrap().clone(),
        depends_on: needs,
    }
}

/// What the sandbox's library holds, in an order in which it can be applied.
fn library() -> Vec<Canonical> {
    let folder = tempfile::tempdir().unwrap();
    sandbox::library::write(folder.path()).unwrap();
    let reading = crate::room::read(folder.path(), &[]).unwrap();
    let mut all: Vec<Canonical> = reading.items.into_iter().map(|item| item.canonical).collect();
    all.extend(beyond_exports(&all));
    in_order(all)
}

/// Items in an order in which they can be applied one by one.
fn in_order(mut all: Vec<Canonical>) -> Vec<Canonical> {
    all.sort_by_key(rank);
    // Each after those that it needs.
    let mut ordered: Vec<Canonical> = Vec::new();
    while !all.is_empty() {
        let ready = |item: &Canonical| {
            let waits = |other: &Canonical| {
                other.guid != item.guid
                    && item
                        .depends_on
                        .iter()
                        .filter_map(|needed| needed.key())
                        .any(|key| key.guid == other.guid)
            };
            !all.iter().any(waits)
        };
        let next = all.iter().position(ready).expect("the library has no cycle");
        ordered.push(all.remove(next));
    }
    ordered
}

fn of(items: &[Canonical], kind: ContentType) -> Vec<&Canonical> {
    items.iter().filter(|item| item.content_type == kind).collect()
}
