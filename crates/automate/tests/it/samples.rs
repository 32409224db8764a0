//! Real exports, where they are at hand; they are no part of the product.

use crate::room::{item, read};
use crate::whole::Reading;
use domain::{
    content::{Canonical, ContentType},
    diff::outline,
};
use serde_json::json;
use std::path::Path;

/// The reading of the samples; none on a machine without them (`forms` covers the same with our own files).
fn samples() -> Option<Reading> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    folder.is_dir().then(|| read(&folder.canonicalize().unwrap(), &[]).unwrap())
}

#[test]
fn every_sample_is_read() {
    let Some(reading) = samples() else { return };
    assert_eq!(reading.issues, []);
    let count = |kind| reading.items.iter().filter(|item| item.canonical.content_type == kind).count();
    assert_eq!(count(ContentType::Scripts), 3);
    assert_eq!(count(ContentType::Searches), 2);
    assert_eq!(count(ContentType::Groups), 1);
    assert_eq!(count(ContentType::RemoteMonitors), 2);
    assert_eq!(count(ContentType::ExtraFields), 1);
    for item in &reading.items {
        let bytes = item.canonical.to_bytes();
        assert_eq!(Canonical::from_bytes(&bytes).unwrap().to_bytes(), bytes);
        assert!(!outline(&item.canonical).sections.is_empty());
    }
}

#[test]
fn the_script_that_uses_everything_names_what_it_needs() {
    let Some(reading) = samples() else { return };
    let hell = item(&reading, ContentType::Scripts, "Hell Script v2");
    assert_eq!(hell.local_id, Some(6570));
    assert_eq!(hell.canonical.path(), "Covenant - Dev Scripts - Do Not Use / Script Tests");
    assert_eq!(hell.canonical.switches["restricted"], true);
    assert!(hell.canonical.body["steps"].as_array().unwrap().len() > 200);
    let needs: Vec<&str> = hell.canonical.depends_on.iter().map(|needed| needed.as_str()).collect();
    for wanted in [
        "extra-fields:34cd0cf3-2f61-11e1-ac0f-3d76979114ae",
        "roles:c79927ec-2b6f-11e3-9392-08002788414b",
        "scripts:c7a65c93-eadc-11e1-bca6-7ec667b1402e",
    ] {
        assert!(needs.contains(&wanted), "{needs:?}");
    }
    let called = item(&reading, ContentType::Scripts, "Add Reflexion Monitoring");
    assert_eq!(called.canonical.path(), "_System Automation / Agent Maintenance");
}

#[test]
fn monitors_keep_their_group_and_their_limit() {
    let Some(reading) = samples() else { return };
    let service = item(&reading, ContentType::RemoteMonitors, "SVC-HuntressAgent");
    let body = &service.canonical.body;
    assert_eq!(body["group"], "groups:5aea263f-8bdd-11ea-a7cc-00155d1e7903");
    assert_eq!(body["limit"], "searches:4477e4d6-40f7-11e0-8c74-0050568b5553");
    assert_eq!(body["failure_subject"], "Huntress Agent is not running!");
    assert_eq!(service.updated_by.as_deref(), Some("cgranger"));
    assert_eq!(service.updated_at, "2022-08-24T21:06:48Z".parse().ok());
    assert_eq!(service.canonical.path(), "Endpoints with Huntress Agent Installed");
    let group = item(&reading, ContentType::Groups, "Endpoints with Huntress Agent Installed");
    assert_eq!(group.canonical.body["auto_join"], "searches:a517770d-c8a6-4647-9bd4-9473a839fec2");
    let search = item(&reading, ContentType::Searches, "Windows Computers");
    assert_eq!(search.canonical.body["read_only"], json!(true));
    assert_eq!(search.canonical.body["tree"][0]["children"][0]["value"], "1");
}

#[test]
fn reading_twice_gives_the_same() {
    let Some(reading) = samples() else { return };
    let hashes =
        |reading: &Reading| -> Vec<_> { reading.items.iter().map(|item| item.canonical.hash()).collect() };
    assert_eq!(hashes(&reading), hashes(&samples().unwrap()));
}
