//! The fixed JSON keys, and each field's refusal.

use super::*;
use serde_json::json;

fn whole() -> ConnectorInput {
    ConnectorInput {
        name: "Acme".into(),
        instance_uri: "https://na.myconnectwise.net/v4_6_release".into(),
        company_id: "acme".into(),
        api_member_id: "tandem".into(),
        public_key: "abc".into(),
        private_key: Secret::Given("def".into()),
        client_id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".into(),
        ..ConnectorInput::default()
    }
}

fn rules() -> ConnectorInput {
    let rule =
        Rule { conditions: "status/name = \"New\"".into(), category: "Servers".into(), ..Rule::default() };
    ConnectorInput { mode: Mode::Rules, rules: vec![rule], ..whole() }
}

/// The only field that is refused.
fn refused(input: &ConnectorInput) -> String {
    let wrong = input.check().unwrap_err();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    wrong[0].field.clone()
}

#[test]
fn the_keys_are_fixed_and_the_private_key_never_shows() {
    let json = serde_json::to_value(whole()).unwrap();
    let mut keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let expected = [
        "additional_details",
        "api_member_id",
        "board_status_mapping",
        "client_id",
        "company_id",
        "conflict_winner",
        "custom_field_retrieved",
        "custom_field_status",
        "custom_field_user",
        "has_private_key",
        "instance_uri",
        "mode",
        "name",
        "note_flags",
        "owner_assignment",
        "poll_interval_seconds",
        "public_key",
        "rules",
        "status_mapping",
        "workflow_tickets_name",
        "workflow_trigger_name",
        "workflow_update_name",
    ];
    assert_eq!(keys, expected);
    assert_eq!(json["has_private_key"], true);
    assert_eq!(json["mode"], "workflow");
    assert_eq!(json["owner_assignment"], "never");
    assert_eq!(
        json["status_mapping"],
        json!({"cw_to_acknowledged": true, "cw_to_closed": true, "acknowledged_to_cw": true, "closed_to_cw": true})
    );
    assert_eq!(
        json["note_flags"],
        json!({"discussion": false, "internal": true, "resolution": false, "notify": false})
    );
    assert!(!format!("{:?}", whole()).contains("def"));
}

#[test]
fn whole_settings_are_taken() {
    assert_eq!(whole().check(), Ok(()));
    assert_eq!(rules().check(), Ok(()));
}

#[test]
fn each_wrong_field_is_named() {
    type Spoil = fn(&mut ConnectorInput);
    let table: &[(&str, Spoil)] = &[
        ("name", |input| input.name = "  ".into()),
        ("name", |input| input.name = "a\nb".into()),
        ("instance_uri", |input| input.instance_uri = "http://psa.example.com".into()),
        ("instance_uri", |input| input.instance_uri = "//evil".into()),
        ("instance_uri", |input| input.instance_uri = "https://good@evil.example.com".into()),
        ("company_id", |input| input.company_id = "a+b".into()),
        ("api_member_id", |input| input.api_member_id = String::new()),
        ("public_key", |input| input.public_key = "a:b".into()),
        ("private_key", |input| input.private_key = Secret::Missing),
        ("private_key", |input| input.private_key = Secret::Given("a b".into())),
        ("client_id", |input| input.client_id = "mine".into()),
        ("poll_interval_seconds", |input| input.poll_interval_seconds = 4),
        ("poll_interval_seconds", |input| input.poll_interval_seconds = 601),
        ("note_flags", |input| input.note_flags.internal = false),
        ("workflow_trigger_name", |input| input.workflow_trigger_name = "x".repeat(101)),
        ("workflow_tickets_name", |input| input.workflow_tickets_name = "tandem - update alerts".into()),
        ("custom_field_user", |input| input.custom_field_user = "x".repeat(26)),
        ("custom_field_status", |input| input.custom_field_status = "tandemretrieved_C".into()),
    ];
    for (field, spoil) in table {
        let mut input = whole();
        spoil(&mut input);
        assert_eq!(refused(&input), *field);
    }
}

#[test]
fn rules_and_boards_are_named_by_their_place() {
    let mut none = rules();
    none.rules.clear();
    assert_eq!(refused(&none), "rules");

    let mut input = rules();
    input.rules.push(Rule { category: "Empty".into(), ..Rule::default() });
    assert_eq!(refused(&input), "rules[1].conditions");
    input.rules[1].custom_field_conditions = "caption = \"x\"".into();
    input.rules[1].category.clear();
    assert_eq!(refused(&input), "rules[1].category");

    let mut input = rules();
    let board = |name: &str| BoardStatus { board: name.into(), ..BoardStatus::default() };
    input.board_status_mapping = vec![board("Service Desk"), board("service desk ")];
    assert_eq!(refused(&input), "board_status_mapping[1].board");

    let mut many = rules();
    many.rules = vec![many.rules[0].clone(); 101];
    assert_eq!(refused(&many), "rules");
}

#[test]
fn names_of_workflow_mode_do_not_matter_in_rules_mode() {
    let input =
        ConnectorInput { workflow_trigger_name: String::new(), custom_field_user: String::new(), ..rules() };
    assert_eq!(input.check(), Ok(()));
}

#[test]
fn a_kept_key_is_never_sent_elsewhere() {
    let old = ConnectorInput { private_key: Secret::Kept, ..whole() };
    let same = || old.clone();
    let mut renamed =
        ConnectorInput { name: "Other".into(), instance_uri: "NA.myconnectwise.net".into(), ..same() };
    assert_eq!(renamed.inherit(Some(&old)), Ok(()));
    for moved in [
        ConnectorInput { instance_uri: "https://evil.example.com".into(), ..same() },
        ConnectorInput { company_id: "other".into(), ..same() },
        ConnectorInput { public_key: "other".into(), ..same() },
    ] {
        let mut moved = moved;
        assert_eq!(moved.inherit(Some(&old)).unwrap_err()[0].field, "private_key");
        assert_eq!(moved.private_key, Secret::Missing);
    }
    assert!(same().inherit(None).is_err(), "a new connector has no key to keep");
    assert_eq!(whole().inherit(None), Ok(()));
}

fn ticket(board: &str, status: &str, closed: bool) -> Ticket {
    Ticket {
        connector_id: crate::ids::ConnectorId(uuid::Uuid::nil()),
        id: 1,
        url: String::new(),
        summary: String::new(),
        board: Some(board.into()),
        status: Some(status.into()),
        priority: None,
        kind: None,
        company: None,
        contact: None,
        owner: None,
        resources: Vec::new(),
        closed,
        merged_into: None,
        updated_at: None,
        updated_by: None,
        missing_since: None,
    }
}

#[test]
fn a_status_says_what_its_own_board_maps() {
    let mapped = BoardStatus {
        board: "Service Desk".into(),
        acknowledged_status: Some("In Progress".into()),
        closed_status: Some("Resolved".into()),
    };
    let input = ConnectorInput { board_status_mapping: vec![mapped], ..ConnectorInput::default() };
    for (board, status, closed, says) in [
        ("service desk", " in progress", false, Some(AlertState::Acknowledged)),
        ("Service Desk", "Resolved", false, Some(AlertState::Closed)),
        ("Service Desk", "New", false, None),
        ("Service Desk", "In Progress", true, Some(AlertState::Closed)),
        ("Network", "In Progress", false, None),
        ("Network", "Done", true, Some(AlertState::Closed)),
    ] {
        assert_eq!(input.says(&ticket(board, status, closed)), says, "{board} {status}");
    }
}

#[test]
fn an_instance_is_told_by_its_host_and_company() {
    let of = |uri: &str, company: &str| ConnectorInput {
        instance_uri: uri.into(),
        company_id: company.into(),
        ..whole()
    };
    let one = of("https://na.myconnectwise.net/v4_6_release", "acme");
    for same in [of("na.myconnectwise.net", "Acme "), of("https://api-na.myconnectwise.net:443/x?y", "acme")]
    {
        assert!(one.same_instance(&same) && same.same_instance(&one), "{}", same.instance_uri);
    }
    for other in [
        of("https://eu.myconnectwise.net", "acme"),
        of("https://na.myconnectwise.net:8443", "acme"),
        of("https://na.myconnectwise.net", "acme2"),
        of("nonsense at all", "acme"),
    ] {
        assert!(!one.same_instance(&other) && !other.same_instance(&one), "{}", other.instance_uri);
    }
}

#[test]
fn what_was_made_follows_one_and_keeps_what_others_did() {
    let named = |ids: &[i64]| ids.iter().map(|id| (*id, id.to_string())).collect::<Vec<_>>();
    let of = |workflows: &[i64], callbacks: &[i64]| MadeInManage {
        workflows: named(workflows),
        callbacks: named(callbacks),
        ..MadeInManage::default()
    };
    let mut now = of(&[1, 2, 3], &[7, 8]);
    // Began with two rules and one callback, made a rule and took the callback back.
    now.follow(&of(&[1, 2], &[7]), &of(&[1, 2, 4], &[]));
    assert_eq!(now, of(&[1, 2, 3, 4], &[8]));
    now.follow(&of(&[1, 2], &[7]), &of(&[1, 2, 4], &[]));
    assert_eq!(now, of(&[1, 2, 3, 4], &[8]), "once is enough");
    assert_eq!(now.words()[4], "the callback to 8");
}
