//! One rule a test.

use super::{Instance, connect, library, of, offer, put};
use automate::apply::How;
use domain::content::{Canonical, ContentType, ItemKey, Reference};
use serde_json::json;

fn edited(content: &Canonical, member: &str, value: serde_json::Value) -> Canonical {
    let mut content = content.clone();
    content.body.insert(member.into(), value);
    content
}

#[tokio::test]
async fn a_monitor_is_updated_in_place_and_what_is_local_stays() {
    let mut instance = Instance::new(10).await;
    let items = library();
    let monitor = of(&items, ContentType::InternalMonitors)[0];
    let mut applier = instance.applier().await;
    let waiting = put(&mut applier, monitor, 1).await.unwrap_err();
    assert!(waiting.contains("waiting for the alert template"), "{waiting}");
    for template in of(&items, ContentType::AlertTemplates) {
        let mut template = template.clone();
        template.body.remove("alerts");
        put(&mut applier, &template, 1).await.unwrap();
    }
    put(&mut applier, monitor, 1).await.unwrap();
    let row = "SELECT CONCAT_WS('/', AgentID, Flags, `interval`, AlertStyle, TicketCategory, DriveID, ContactID) AS a FROM agents";
    let first = instance.one(row).await;
    assert_eq!(first.split('/').nth(1), Some("1"), "new monitors arrive disabled");
    let id = first.split('/').next().unwrap().to_owned();
    instance.run("UPDATE agents SET Flags = 4, `interval` = 77, AlertStyle = 3, TicketCategory = 9, DriveID = '5,', ContactID = 8").await;
    instance
        .run(&format!("INSERT INTO groupdagents (AgentID, GroupID, AlertAction) VALUES ({id}, 5, 6)"))
        .await;
    let local = instance.one(row).await;
    let sql = monitor.body.get("sql").or(monitor.body.get("data_out")).unwrap().as_str().unwrap();
    instance.run("UPDATE agents SET DataOut = CONCAT(DataOut, ' AND ClientID NOT IN (3, 4)')").await;
    let member = if monitor.body.contains_key("sql") { "sql" } else { "data_out" };
    let next = edited(monitor, member, json!(format!("/* 2 */ {sql}")));
    drop(applier);
    let mut applier = instance.applier().await;
    let standing = applier.standing().await.unwrap();
    let here = standing.iter().find(|here| here.key.guid == monitor.guid).unwrap();
    assert_eq!(here.found, Some(monitor.hash()), "local settings are no edit");
    let done = put(&mut applier, &next, 2).await.unwrap();
    assert!(done.notes.iter().any(|note| note.contains("interval 77")), "{:?}", done.notes);
    assert_eq!(instance.one(row).await, local);
    assert_eq!(instance.one("SELECT COUNT(*) AS a FROM groupdagents").await, "1");
    let text = instance.one("SELECT DataOut AS a FROM agents").await;
    assert!(text.starts_with("/* 2 */") && text.ends_with("AND ClientID NOT IN (3, 4)"), "{text}");

    // Forced, an edit goes, and the exclusion in it stays; one that has no place any more is named.
    instance.run("UPDATE agents SET DataOut = CONCAT('/* mine */ ', DataOut)").await;
    let mut applier = instance.again(applier).await;
    let force = How { dry_run: false, force: true };
    let third = edited(monitor, member, json!(format!("/* 3 */ {sql}")));
    applier.install(&[offer(&third, 3)], force).await.unwrap();
    let text = instance.one("SELECT DataOut AS a FROM agents").await;
    assert!(text.starts_with("/* 3 */") && text.ends_with("AND ClientID NOT IN (3, 4)"), "{text}");
    let done =
        applier.install(&[offer(&edited(monitor, member, json!("1")), 4)], force).await.unwrap().remove(0);
    assert!(
        done.notes.iter().any(|note| note.contains("loses the exclusion `AND ClientID NOT IN (3, 4)`")),
        "{:?}",
        done.notes
    );
}

#[tokio::test]
async fn a_remote_monitor_arrives_silent_and_keeps_the_alert_template_that_is_chosen_here() {
    let mut instance = Instance::new(10).await;
    let items = library();
    let template = of(&items, ContentType::AlertTemplates)[0];
    let mut template = template.clone();
    template.body.remove("alerts");
    let mut monitor = of(&items, ContentType::RemoteMonitors)[0].clone();
    for member in ["group", "limit", "script"] {
        monitor.body.remove(member);
    }
    monitor.placement.clear();
    let named = Reference::to(ContentType::AlertTemplates, &template.guid);
    monitor.body.insert("alert_template".into(), named.as_str().into());
    monitor.depends_on = vec![named];
    let mut applier = instance.applier().await;
    put(&mut applier, &template, 1).await.unwrap();

    // Without Automate's template that does nothing: with none.
    let done = put(&mut applier, &monitor, 1).await.unwrap();
    let alerts = "SELECT AlertAction AS a FROM groupagents";
    assert_eq!(instance.one(alerts).await, "0");
    assert!(done.notes.iter().any(|note| note.contains("alert_template nothing")), "{:?}", done.notes);
    assert!(done.notes.iter().any(|note| note.contains("alerts nobody")), "{:?}", done.notes);
    instance.run("DELETE FROM groupagents").await;
    instance.run("DELETE FROM plugin_tandem_items WHERE type = 'remote-monitors'").await;

    // With it: with that one, in a dry run as well.
    instance.run("INSERT INTO alerttemplate (GUID, Name) VALUES (UUID(), 'Default - Do Nothing')").await;
    let quiet =
        instance.one("SELECT AlertActionID AS a FROM alerttemplate WHERE Name LIKE 'Default%Nothing'").await;
    let mut applier = instance.again(applier).await;
    let dry = How { dry_run: true, force: false };
    let told = applier.install(&[offer(&monitor, 1)], dry).await.unwrap().remove(0);
    assert!(told.effects[0].to_string().contains(&format!("AlertAction: '{quiet}'")), "{:?}", told.effects);
    let mut applier = instance.again(applier).await;
    put(&mut applier, &monitor, 1).await.unwrap();
    assert_eq!(instance.one(alerts).await, quiet);
    let found = |standing: Vec<domain::receiving::Standing>| {
        standing.into_iter().find(|here| here.key.guid == monitor.guid).unwrap().found
    };
    assert_eq!(found(applier.standing().await.unwrap()), Some(monitor.hash()), "as it was offered");
    assert!(put(&mut applier, &monitor, 1).await.unwrap().effects.is_empty(), "a second run does nothing");

    // Chosen here, it stays, although the master's changed.
    let chosen = instance.one("SELECT MIN(AlertActionID) AS a FROM alerttemplate").await;
    instance.run(&format!("UPDATE groupagents SET AlertAction = {chosen}")).await;
    let mut applier = instance.again(applier).await;
    assert_eq!(found(applier.standing().await.unwrap()), Some(monitor.hash()), "a choice is no edit");
    let mut next = edited(&monitor, "interval", json!(4242));
    next.body.remove("alert_template");
    next.depends_on.clear();
    put(&mut applier, &next, 2).await.unwrap();
    let row = "SELECT CONCAT_WS('/', AlertAction, `interval`) AS a FROM groupagents";
    assert_eq!(instance.one(row).await, format!("{chosen}/4242"));
}

#[tokio::test]
async fn scripts_that_call_each_other_come_together_or_not_at_all() {
    let mut instance = Instance::new(10).await;
    let items = library();
    let scripts = of(&items, ContentType::Scripts);
    let calls = |script: &Canonical, other: &Canonical| {
        let mut script = script.clone();
        let reference = Reference::to(ContentType::Scripts, &other.guid);
        let step = json!({"section": "then", "function": 17, "params": [reference.as_str()],
            "continue_on_failure": false, "os_limit": 0, "enabled": true, "indentation": 0});
        script.body.insert("steps".into(), json!([step]));
        script.depends_on = vec![reference];
        script
    };
    let (one, two) = (calls(scripts[0], scripts[1]), calls(scripts[1], scripts[0]));
    let mut applier = instance.applier().await;
    let alone = put(&mut applier, &one, 1).await.unwrap_err();
    assert!(alone.contains("waiting for the script") && alone.contains(two.guid.as_str()), "{alone}");
    assert_eq!(instance.one("SELECT COUNT(*) AS a FROM lt_scripts").await, "0", "nothing half");
    assert_eq!(instance.one("SELECT COUNT(*) AS a FROM scriptfolders").await, "0", "nothing half");
    let together = [offer(&one, 1), offer(&two, 1)];
    applier.install(&together, How::default()).await.unwrap();
    let all = applier.contents_of_all().await.unwrap();
    assert_eq!(all[&(one.content_type, one.guid.clone())].hash(), one.hash());
    assert_eq!(all[&(two.content_type, two.guid.clone())].hash(), two.hash());
    let broken = edited(&two, "future", json!(1));
    let refused = applier
        .install(&[offer(&edited(&one, "notes", json!("x")), 2), offer(&broken, 2)], How::default())
        .await;
    assert!(refused.unwrap_err().to_string().contains("`future`"));
    assert_eq!(
        applier.contents_of_all().await.unwrap()[&(one.content_type, one.guid.clone())].hash(),
        one.hash()
    );
}

#[tokio::test]
async fn what_stands_there_already_is_recognised_and_edits_are_seen() {
    let mut instance = Instance::new(10).await;
    let items = library();
    let field = of(&items, ContentType::ExtraFields)[0];
    let key = ItemKey::new(field.content_type, field.guid.clone());
    let mut applier = instance.applier().await;
    put(&mut applier, field, 1).await.unwrap();
    instance.run("DELETE FROM plugin_tandem_items").await;
    drop(applier);
    let mut applier = instance.applier().await;
    let here = applier.standing().await.unwrap().remove(0);
    assert_eq!((here.found, here.installed), (Some(field.hash()), None));
    assert!(applier.resembles(field).await.unwrap());
    let done = put(&mut applier, field, 3).await.unwrap();
    assert!(done.effects.is_empty());
    let here = applier.standing().await.unwrap().remove(0);
    assert!(here.installed.unwrap().recognised, "it stood there before");
    instance.run("UPDATE extrafield SET Section = 'Elsewhere'").await;
    let here = applier.standing().await.unwrap().remove(0);
    assert_ne!(here.found, Some(field.hash()));
    let (installed, now) = applier.contents(&key).await.unwrap();
    assert_eq!(installed.unwrap().hash(), field.hash());
    assert_eq!(now.unwrap().body["section"], "Elsewhere");
    applier.remove(&key, How::default()).await.unwrap();
    assert_eq!(instance.one("SELECT COUNT(*) AS a FROM extrafield").await, "0");
    assert!(applier.standing().await.unwrap().is_empty());
}

#[tokio::test]
async fn only_one_works_at_a_time_and_wrong_databases_are_refused() {
    let mut instance = Instance::new(10).await;
    let first = instance.applier().await;
    let second = connect(&instance.url, None).await.err().unwrap().to_string();
    assert!(second.contains("another receiver"), "{second}");
    drop(first);
    instance.run("ALTER TABLE extrafield ENGINE = MyISAM").await;
    let wrong = connect(&instance.url, None).await.err().unwrap().to_string();
    assert!(wrong.contains("extrafield") && wrong.contains("InnoDB"), "{wrong}");
    let refused = connect(&instance.url, Some("not the password")).await.err().unwrap();
    assert!(!refused.to_string().contains("not the password"), "{refused}");
}

#[tokio::test]
async fn a_default_value_arrives_and_follows_until_it_is_changed_here() {
    let mut instance = Instance::new(10).await;
    let mut applier = instance.applier().await;
    let field = of(&library(), ContentType::ExtraFields)[0].clone();
    let offered = |value: &str| edited(&field, "default_value", json!(value));
    let default =
        "SELECT CONCAT(COUNT(*), ' ', IFNULL(GROUP_CONCAT(Value), '')) AS a FROM extrafielddata WHERE ID = 0";
    put(&mut applier, &field, 1).await.unwrap();
    assert_eq!(instance.one(default).await, "0 ", "where nobody names one, none is made");
    instance.run("INSERT INTO extrafielddata SELECT ID, 77, 'of one computer' FROM extrafield").await;
    for (version, value, found) in [(2, "one", "1 one"), (3, "two", "1 two")] {
        let told = put(&mut applier, &offered(value), version).await.unwrap();
        assert!(told.effects.iter().any(|effect| effect.table == "extrafielddata"), "{:?}", told.effects);
        assert_eq!(instance.one(default).await, found);
    }
    assert!(put(&mut applier, &offered("two"), 3).await.unwrap().effects.is_empty());
    assert_eq!(applier.standing().await.unwrap()[0].found, Some(offered("two").hash()));

    // Changed here, it stays, and is no local edit.
    instance.run("UPDATE extrafielddata SET Value = 'ours' WHERE ID = 0").await;
    let standing = applier.standing().await.unwrap().remove(0);
    assert_eq!(standing.found, Some(offered("two").hash()));
    let told = put(&mut applier, &offered("three"), 4).await.unwrap();
    assert_eq!(instance.one(default).await, "1 ours");
    assert!(told.notes.iter().any(|note| note.contains("keeps default_value")), "{:?}", told.notes);

    // As it was offered again, it follows again: also when there is none any more.
    instance.run("UPDATE extrafielddata SET Value = 'three' WHERE ID = 0").await;
    put(&mut applier, &field, 5).await.unwrap();
    assert_eq!(instance.one(default).await, "0 ");

    // The default of a password is never touched, and nobody else's value ever is.
    instance.run("INSERT INTO extrafielddata SELECT ID, 0, 'secret' FROM extrafield").await;
    put(&mut applier, &edited(&field, "is_password", json!(true)), 6).await.unwrap();
    assert_eq!(instance.one(default).await, "1 secret");
    let key = ItemKey::new(field.content_type, field.guid.clone());
    applier.remove(&key, How::default()).await.unwrap();
    assert_eq!(instance.one(default).await, "0 ");
    assert_eq!(instance.one("SELECT Value AS a FROM extrafielddata").await, "of one computer");
}

#[tokio::test]
async fn the_contacts_of_an_alert_template_are_chosen_here() {
    let mut instance = Instance::new(10).await;
    let mut template = of(&library(), ContentType::AlertTemplates)[0].clone();
    template.depends_on.clear();
    let row = |message: &str| {
        json!({"days": 127, "start": "00:00:00", "end": "23:59:00", "actions": 1024, "trump": 0,
            "warning_actions": 0, "message": message})
    };
    let told = |message: &str, contact: i64| {
        let mut row = row(message);
        row["contact"] = contact.into();
        row
    };
    let version = |alerts: serde_json::Value| edited(&template, "alerts", alerts);
    let contacts = "SELECT CONCAT(AlertID, '/', ContactID, '/', Message) AS a FROM alerttemplates";
    let mut applier = instance.applier().await;
    put(&mut applier, &version(json!([told("one", -1)])), 1).await.unwrap();
    let first = instance.one(contacts).await;
    let id = first.split('/').next().unwrap();
    assert_eq!(first, format!("{id}/-1/one"), "a special contact arrives");
    // The server names none any more, as when one of the master's own was chosen there: what stands here stays.
    put(&mut applier, &version(json!([row("one")])), 2).await.unwrap();
    put(&mut applier, &version(json!([row("two")])), 3).await.unwrap();
    assert_eq!(instance.one(contacts).await, format!("{id}/-1/two"));

    instance.run("UPDATE alerttemplates SET ContactID = 7").await;
    let offered = version(json!([row("two")]));
    let standing = applier.standing().await.unwrap();
    let here = standing.iter().find(|here| here.key.guid == template.guid).unwrap();
    assert_eq!(here.found, Some(offered.hash()), "a choice is no edit");
    put(&mut applier, &version(json!([told("three", -2)])), 4).await.unwrap();
    assert_eq!(instance.one(contacts).await, format!("{id}/7/three"));
}

#[tokio::test]
async fn a_script_whose_files_do_not_travel_arrives_and_names_them() {
    let mut instance = Instance::new(10).await;
    let items = library();
    let plain = |script: &&&Canonical| script.depends_on.is_empty() && !script.body.contains_key("files");
    let script = of(&items, ContentType::Scripts).into_iter().find(|script| plain(&script)).unwrap();
    let script = edited(&edited(script, "files", json!(["setup.exe"])), "tools", json!(["psexec"]));
    let mut applier = instance.applier().await;
    let done = put(&mut applier, &script, 1).await.unwrap();
    for name in ["setup.exe", "psexec"] {
        assert!(done.notes.iter().any(|note| note.contains(name)), "{name}: {:?}", done.notes);
    }
    // They are no part of the comparison, also once something that is local differs.
    instance.run("UPDATE lt_scripts SET Permission = '3,'").await;
    let here = applier.standing().await.unwrap().remove(0);
    assert_eq!(here.found, Some(script.hash()));
    assert!(applier.resembles(&script).await.unwrap());
}
