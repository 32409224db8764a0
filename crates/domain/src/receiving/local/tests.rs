use super::*;
use crate::content::{Guid, canonical::FORMAT};
use serde_json::json;

#[test]
fn the_default_of_a_secret_field_is_left_alone() {
    let field = |body: Value| Canonical { content_type: ContentType::ExtraFields, ..monitor(body, true) };
    let here = field(json!({"default_value": "local"}));
    let plain = merge(None, Some(&here), &field(json!({"default_value": "offered"})), false).unwrap();
    assert_eq!((plain.content.body["default_value"].clone(), plain.kept.len()), (json!("local"), 1));
    for secret in ["is_password", "is_encrypted"] {
        let merged = merge(None, Some(&here), &field(json!({ secret: true })), false).unwrap();
        assert!(!merged.content.body.contains_key("default_value") && merged.kept.is_empty(), "{secret}");
    }
}

fn monitor(body: Value, enabled: bool) -> Canonical {
    Canonical {
        format: FORMAT,
        content_type: ContentType::InternalMonitors,
        guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
        name: "Disk".into(),
        body: body.as_object().cloned().unwrap_or_default(),
        placement: vec![],
        switches: json!({ "enabled": enabled }).as_object().cloned().unwrap_or_default(),
        depends_on: vec![],
    }
}

fn with(interval: i64, sql: &str, enabled: bool) -> Canonical {
    monitor(json!({ "interval": interval, "sql": sql }), enabled)
}

#[test]
fn new_monitors_arrive_disabled_and_stay_as_they_are_set_here() {
    let offered = with(60, "a", true);
    let first = merge(None, None, &offered, false).unwrap();
    assert_eq!(first.content, with(60, "a", false));
    assert_eq!(first.kept[0].member, "enabled");
    let here = with(60, "a", true);
    let next = merge(Some(&offered), Some(&here), &with(60, "b", false), false).unwrap();
    assert_eq!(next.content, with(60, "b", true));
}

#[test]
fn new_remote_monitors_arrive_without_their_alert_template_and_keep_the_one_that_is_chosen_here() {
    let remote = |interval: i64, template: Option<&str>| {
        let mut body = json!({ "interval": interval });
        if let Some(template) = template {
            body["alert_template"] = template.into();
        }
        let monitor = monitor(body, true);
        Canonical { content_type: ContentType::RemoteMonitors, switches: Map::new(), ..monitor }
    };
    let offered = remote(60, Some("alert-templates:name:Call"));
    let first = merge(None, None, &offered, false).unwrap();
    assert_eq!(first.content, remote(60, None));
    let kept = [Kept {
        member: "alert_template".into(),
        local: Value::Null,
        offered: "alert-templates:name:Call".into(),
    }];
    assert_eq!(first.kept, kept);
    for chosen in [None, Some("alert-templates:name:Mail")] {
        let here = remote(60, chosen);
        assert!(!is_edited(&offered, &here), "{chosen:?}");
        let next = merge(Some(&offered), Some(&here), &remote(90, Some("x")), false).unwrap();
        assert_eq!(next.content, remote(90, chosen));
    }
    // One that names nothing has nothing to be switched off.
    assert_eq!(merge(None, None, &remote(60, None), false).unwrap().kept, []);
}

#[test]
fn the_contacts_of_an_alert_template_are_chosen_here() {
    let template = |alerts: Value| Canonical {
        content_type: ContentType::AlertTemplates,
        switches: Map::new(),
        ..monitor(json!({ "alerts": alerts }), true)
    };
    let row = |start: &str, message: &str| json!({"start": start, "message": message});
    let told = |start: &str, message: &str, contact: i64| json!({"start": start, "message": message, "contact": contact});
    let offered = template(json!([told("01", "a", -1), row("02", "b")]));
    assert_eq!(
        merge(None, None, &offered, false).unwrap().content,
        offered,
        "they arrive as they are offered"
    );
    let here = template(json!([row("01", "a"), told("02", "b", -2)]));
    assert!(!is_edited(&offered, &here));
    assert!(is_edited(&offered, &template(json!([row("01", "other"), row("02", "b")]))));

    // One row changed, one is new: the contacts that stand here stay, a new row arrives with the server's.
    let next = template(json!([told("01", "new", -1), row("02", "b"), told("03", "c", -3)]));
    let merged = merge(Some(&offered), Some(&here), &next, true).unwrap();
    let wanted = template(json!([row("01", "new"), told("02", "b", -2), told("03", "c", -3)]));
    assert_eq!(merged.content, wanted);
    let kept =
        Kept { member: "contacts".into(), local: json!([null, -2, -3]), offered: json!([-1, null, -3]) };
    assert_eq!(merged.kept, [kept]);
    assert_eq!(merge(Some(&next), Some(&wanted), &wanted, false).unwrap().kept, []);
}

#[test]
fn settings_that_nobody_touched_follow_the_server() {
    let (old, new) = (with(60, "a", true), with(90, "a", true));
    let touched = merge(Some(&old), Some(&with(300, "a", true)), &new, false).unwrap();
    assert_eq!(touched.content, with(300, "a", true));
    let untouched = merge(Some(&old), Some(&with(60, "a", true)), &new, false).unwrap();
    assert_eq!((untouched.content, untouched.kept), (new.clone(), vec![]));
    // Nothing is known about a monitor that was imported by hand: what stands there stays.
    assert_eq!(merge(None, Some(&with(60, "a", true)), &new, false).unwrap().content, with(60, "a", true));
}

#[test]
fn exclusions_are_carried_over_or_the_item_is_left_alone() {
    let old = with(60, "x = 1", true);
    let here = with(60, "x = 1 AND ClientID NOT IN (4)", true);
    assert!(!is_edited(&old, &here));
    let carried = merge(Some(&old), Some(&here), &with(60, "y = 2 and x = 1", true), false).unwrap();
    assert_eq!(carried.content, with(60, "y = 2 and x = 1 AND ClientID NOT IN (4)", true));
    let other = with(60, "z = 2", true);
    let lost = merge(Some(&old), Some(&here), &other, false).unwrap_err();
    assert!(lost.to_string().contains("sql") && lost.to_string().contains("--force"));
    let forced = merge(Some(&old), Some(&here), &other, true).unwrap();
    let lost = LostClause { member: "sql".into(), clause: "AND ClientID NOT IN (4)".into() };
    assert_eq!((forced.content, forced.lost), (other.clone(), vec![lost.clone()]));
    assert!(merge(None, Some(&here), &other, false).is_err());
    assert_eq!(merge(None, Some(&here), &other, true).unwrap().lost, [lost]);
}

#[test]
fn a_forced_update_overwrites_the_edit_and_keeps_the_exclusions() {
    let text = |start: &str, end: &str| {
        let whole = format!("SELECT {start} FROM computers WHERE Free < 5 AND Name <> '' AND Type = 2{end}");
        with(60, &whole, true)
    };
    let mine = " AND ClientID NOT IN (4)";
    let (old, here) = (text("a", ""), text("b", mine));
    assert!(is_edited(&old, &here));
    for new in ["a", "a, c"] {
        let merged = merge(Some(&old), Some(&here), &text(new, ""), true).unwrap();
        assert_eq!(merged.content, text(new, mine));
        assert_eq!((merged.kept.len(), merged.lost), (1, vec![]));
    }
    let merged = merge(Some(&old), Some(&here), &with(60, "z = 3", true), true).unwrap();
    assert_eq!(merged.content, with(60, "z = 3", true));
    assert!(merged.lost[0].to_string().contains("`AND ClientID NOT IN (4)` of sql"), "{}", merged.lost[0]);
}

#[test]
fn edits_are_told_from_settings() {
    let installed = with(60, "a", true);
    assert!(!is_edited(&installed, &with(5, "a", false)));
    assert!(is_edited(&installed, &with(60, "b", true)));
    assert!(is_edited(&installed, &Canonical { name: "Other".into(), ..installed.clone() }));
}

#[test]
fn folders_are_the_same_by_guid_or_by_name() {
    let guid = |digit: char| {
        Guid::parse(&format!("88dfaf30-aea8-11e7-aeca-00505{}", digit.to_string().repeat(7))).ok()
    };
    let placed = |guid: Option<Guid>, name: &str| Canonical {
        placement: vec![Folder { guid, name: name.into() }],
        ..with(60, "a", true)
    };
    let installed = placed(guid('1'), "ProVal");
    assert!(!is_edited(&installed, &placed(guid('2'), "proval")));
    assert!(!is_edited(&installed, &placed(guid('1'), "Renamed here")));
    assert!(is_edited(&installed, &placed(guid('2'), "Elsewhere")));
    assert!(is_edited(&installed, &with(60, "a", true)));
}
