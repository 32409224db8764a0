//! The canonical forms of all types, and that two instances agree.

use super::{Place, named};
use domain::content::{Canonical, ContentType};
use sandbox::{
    exports::{Script, guid_of},
    labtech::Shape,
    library,
};
use serde_json::json;

#[tokio::test]
async fn a_first_scan_finds_every_type() {
    let place = Place::new("first", Shape { scripts: 150, shift: 0 }).await;
    let found = place.all().await;
    let count = |kind: ContentType| found.keys().filter(|key| key.content_type == kind).count();
    assert_eq!(count(ContentType::Scripts), 150);
    let contents = library::contents();
    let remote: usize = contents.groups.iter().map(|group| group.monitors.len()).sum();
    assert_eq!(count(ContentType::RemoteMonitors), remote, "copies on computers are none");
    assert_eq!(count(ContentType::InternalMonitors), contents.monitors.len());
    assert_eq!(count(ContentType::Searches), contents.searches.len());
    assert_eq!(count(ContentType::Groups), contents.groups.len());
    assert_eq!(count(ContentType::ExtraFields), contents.fields.len());
    let others = [ContentType::Roles, ContentType::DataViews, ContentType::AlertTemplates].map(count);
    assert_eq!(others, [3, 4, 3]);
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn two_instances_with_other_local_ids_agree() {
    let one = Place::new("one", Shape { scripts: 120, shift: 0 }).await;
    let two = Place::new("two", Shape { scripts: 120, shift: 7000 }).await;
    assert_eq!(one.all().await, two.all().await);
    one.instance.drop_all().await.unwrap();
    two.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn a_script_is_the_same_as_in_its_export() {
    let place = Place::new("exported", Shape { scripts: 0, shift: 300 }).await;
    let reading = place.read().await;
    let mut compared = 0;
    for script in library::contents().scripts.iter().filter(|script| script.files.is_empty()) {
        let exported = exported(script);
        let read = named(&reading, ContentType::Scripts, &script.name);
        assert_eq!(read.to_bytes(), exported.to_bytes(), "{}", script.name);
        compared += 1;
    }
    assert!(
        compared > 20
            && !named(&reading, ContentType::Scripts, "Onboard a workstation").depends_on.is_empty()
    );
    place.instance.drop_all().await.unwrap();
}

fn exported(script: &Script) -> Canonical {
    let export = automate::export::parse("one.xml", script.to_xml().as_bytes());
    let mut items = export.items.into_iter().map(|item| item.item.canonical);
    items.find(|item| item.guid.as_str() == script.guid).unwrap()
}

#[tokio::test]
async fn references_stand_as_guids() {
    let place = Place::new("references", Shape { scripts: 0, shift: 900 }).await;
    let reading = place.read().await;
    let body = |kind, name: &str| &named(&reading, kind, name).body;
    let group = |name: &str| format!("groups:{}", guid_of(&format!("group {name}")));
    let script = |name: &str| format!("scripts:{}", guid_of(name));
    let template = |name: &str| format!("alert-templates:{}", guid_of(&format!("alert template {name}")));

    let steps = &body(ContentType::Scripts, "Route after hours")["steps"];
    assert_eq!(steps[1]["params"][2], json!(format!("{},{}", group("Servers"), group("Exchange"))));
    assert_eq!(steps[2]["params"][1], json!(script("Collect support bundle")));
    assert!(steps[3]["params"][0].as_str().unwrap().starts_with("extra-fields:"));
    assert_eq!(steps[4]["params"][4], json!(template("Operations - E-mail")));
    let needs = &named(&reading, ContentType::Scripts, "Route after hours").depends_on;
    assert_eq!(needs.len(), 5, "{needs:?}");

    let monitor = body(ContentType::InternalMonitors, "Server uptime above 60 days");
    assert_eq!(monitor["alert_template"], json!(template("Operations - E-mail")));
    assert_eq!(monitor["ticket_category"], json!("categories:name:Security"));
    let mut targets = vec![group("Servers"), group("Exchange")];
    targets.sort();
    assert_eq!(monitor["targets"], json!(targets));

    let pending = named(&reading, ContentType::RemoteMonitors, "Pending restart");
    assert_eq!(pending.body["group"], json!(group("Servers")));
    assert_eq!(pending.body["script"], json!(script("Collect support bundle")));
    assert_eq!(pending.body["alert_template"], json!(template("Default - Create Ticket")));
    let hosts = body(ContentType::RemoteMonitors, "Hyper-V management");
    assert_eq!(hosts["limit"], json!(format!("searches:{}", guid_of("search Hyper-V hosts"))));

    let exchange = named(&reading, ContentType::Groups, "Exchange");
    assert_eq!((exchange.path().as_str(), exchange.placement[0].guid.is_some()), ("Servers", true));
    let role = body(ContentType::Roles, "exchange role");
    assert_eq!(role["parent"], json!(format!("roles:{}", guid_of("role server"))));
    let server = body(ContentType::Roles, "server role");
    assert_eq!(server["search"], json!(format!("searches:{}", guid_of("search Windows servers"))));
    assert_eq!(named(&reading, ContentType::Searches, "Laptops").path(), "Operations");
    assert_eq!(named(&reading, ContentType::DataViews, "Patch days").path(), "Operations");
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn an_alert_template_is_its_head_and_rows() {
    let place = Place::new("templates", Shape { scripts: 0, shift: 60 }).await;
    let reading = place.read().await;
    let fix = named(&reading, ContentType::AlertTemplates, "△ Custom - Autofix");
    let alerts = fix.body["alerts"].as_array().unwrap();
    assert_eq!(alerts.len(), 2);
    let mender = alerts.iter().find(|alert| alert["actions"] == 512).unwrap();
    assert_eq!(mender["script"], json!(format!("scripts:{}", guid_of("Reset print spooler"))));
    assert_eq!((&mender["start"], mender.get("contact")), (&json!("00:00:00"), None));
    assert_eq!(alerts.iter().find(|alert| alert["actions"] == 1536).unwrap()["contact"], -1);
    assert_eq!(fix.depends_on.len(), 2);
    assert_eq!(fix.switches["restricted"], json!(false));
    place.instance.drop_all().await.unwrap();
}
