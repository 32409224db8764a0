//! The stand-in for Automate's database, in a real MariaDB.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use sandbox::labtech::{Instance, Mutation, Shape};
use sqlx::{AssertSqlSafe, query_scalar};

fn server() -> String {
    let remedy = "set TANDEM_TEST_MARIADB to mysql://user:password@127.0.0.1:port of a MariaDB, or run `cargo xtask test`, which starts one";
    std::env::var("TANDEM_TEST_MARIADB").expect(remedy)
}

async fn count(instance: &Instance, what: &str) -> i64 {
    let statement = AssertSqlSafe(format!("SELECT COUNT(*) FROM {what}"));
    query_scalar(statement).fetch_one(instance.pool()).await.unwrap()
}

async fn body(instance: &Instance, script: &str) -> Vec<u8> {
    let find = "SELECT ScriptData FROM lt_scripts WHERE ScriptGuid = ?";
    query_scalar(find).bind(script).fetch_one(instance.pool()).await.unwrap()
}

#[tokio::test]
async fn a_library_of_every_type_stands_in_the_tables() {
    let shape = Shape { scripts: 120, shift: 500 };
    let instance = Instance::filled(&server(), "sandbox_library", shape).await.unwrap();
    assert_eq!(count(&instance, "lt_scripts").await, 120);
    for table in ["sensorchecks", "mastergroups", "groupagents", "dataviews", "extrafield", "roledefinitions"]
    {
        assert!(count(&instance, table).await > 0, "{table} is empty");
    }
    let dangling = [
        "groupagents a LEFT JOIN mastergroups g USING (GroupID) WHERE g.GroupID IS NULL",
        "agents a LEFT JOIN alerttemplate t ON t.AlertActionID = a.AlertAction WHERE a.ComputerID = 0 AND t.GUID IS NULL",
        "alerttemplates r LEFT JOIN lt_scripts s ON s.ScriptId = r.ScriptID WHERE r.ScriptID > 0 AND s.ScriptId IS NULL",
        "lt_scripts s LEFT JOIN scriptfolders f ON f.FolderID = s.FolderId WHERE f.FolderID IS NULL",
        "lt_scripts WHERE ScriptId <= 500",
    ];
    for what in dangling {
        assert_eq!(count(&instance, what).await, 0, "{what}");
    }
    assert!(count(&instance, "alerttemplates WHERE ScriptID > 500").await >= 2);
    instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn mutations_change_what_they_say() {
    let instance = Instance::filled(&server(), "sandbox_mutations", Shape::default()).await.unwrap();
    let find = "SELECT ScriptGuid FROM lt_scripts WHERE ScriptName = 'Flush DNS'";
    let script: String = query_scalar(find).fetch_one(instance.pool()).await.unwrap();
    let script = script.as_str();
    for mutation in [
        Mutation::EditStep { script, text: "new" },
        Mutation::ReorderSteps { script },
        Mutation::Repack { script },
        Mutation::LineEnds { script },
    ] {
        let before = body(&instance, script).await;
        instance.mutate(mutation).await.unwrap();
        assert_ne!(before, body(&instance, script).await, "{mutation:?}");
    }
    instance.mutate(Mutation::Rename { script, name: "Flush" }).await.unwrap();
    instance.mutate(Mutation::Move { script, folder: "Support" }).await.unwrap();
    let there =
        "lt_scripts JOIN scriptfolders USING (FolderID) WHERE ScriptName = 'Flush' AND Name = 'Support'";
    assert_eq!(count(&instance, there).await, 1);
    let rows = count(&instance, "alerttemplates").await;
    instance.mutate(Mutation::ReorderAlertRows).await.unwrap();
    assert_eq!(count(&instance, "alerttemplates").await, rows);
    instance.mutate(Mutation::Delete { script }).await.unwrap();
    assert!(instance.mutate(Mutation::Touch { script }).await.is_err(), "a deleted script cannot be saved");
    instance.drop_all().await.unwrap();
}
