//! The canonical form of each type (`docs/content-format.md`).

use crate::room::{Room, item, only};
use domain::content::{Canonical, ContentType};
use sandbox::exports::{ExtraField, Group, InternalMonitor, Script, ScriptStep, Search, expansion, guid_of};
use serde_json::{Value, json};

fn needs(item: &Canonical) -> Vec<&str> {
    item.depends_on.iter().map(|needed| needed.as_str()).collect()
}

#[test]
fn a_script() {
    let called = Script::new("Called").step(ScriptStep::note("x"));
    let field = ExtraField::new("Patch day", "Patching").options(&["Monday", "Friday"]);
    let role = format!("Exchange:{}", guid_of("role").to_uppercase());
    let script = Script::new("Caller")
        .folder("Operations")
        .folder("Servers")
        .notes("Line one\r\nLine two")
        .parameter("Owner")
        .step(ScriptStep::powershell("a\r\nb  \r\n").only_on(17).disabled())
        .step(ScriptStep::new(236, &[&role, ":End"]))
        .step(ScriptStep::new(1, &[]).in_section(1))
        .calls(called.clone())
        .reads(field.clone(), "day")
        .file("Packages\\tool.msi", "bytes");
    let reading = Room::with("caller.xml", script.to_xml()).read();
    assert_eq!(reading.issues, []);
    assert_eq!(reading.items.len(), 3);
    let caller = &item(&reading, ContentType::Scripts, "Caller").canonical;
    assert_eq!(caller.path(), "Operations / Servers");
    assert!(caller.placement.iter().all(|folder| folder.guid.is_some()));
    assert_eq!(
        Value::Object(caller.switches.clone()),
        json!({"restricted": false, "edit_restricted": false})
    );
    let wanted = [
        format!("scripts:{}", called.guid),
        format!("extra-fields:{}", field.guid),
        format!("roles:{}", guid_of("role")),
    ];
    let mut sorted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    assert_eq!(needs(caller), sorted);
    let step = |section: &str, function: i64, params: Value| {
        json!({"section": section, "function": function, "params": params, "continue_on_failure": false,
            "os_limit": 0, "enabled": true, "indentation": 0})
    };
    let mut first = step("then", 135, json!(["a\nb"]));
    first["os_limit"] = json!(17);
    first["enabled"] = json!(false);
    let expected = json!({
        "notes": "Line one\nLine two",
        "targets": {"computer": true, "location": false, "maintenance": false, "function": false},
        "flags": 0,
        "parameters": ["Owner"],
        "files": ["Packages\\tool.msi"],
        "steps": [
            step("if", 1, json!([])),
            first,
            step("then", 236, json!([format!("Exchange:{}", guid_of("role")), ":End"])),
            step("then", 17, json!([wanted[0], "1"])),
            step("then", 103, json!([wanted[1], "%computerid%", "day"])),
        ],
    });
    assert_eq!(Value::Object(caller.body.clone()), expected);
}

#[test]
fn an_extra_field() {
    let mut field = ExtraField::new("Patch day", "Patching").options(&["None", "Monday"]);
    field.tooltip = "When?".into();
    let item = only("field.xml", field.to_xml());
    assert_eq!(item.content_type, ContentType::ExtraFields);
    let expected = json!({"form": 1, "field_type": 2, "section": "Patching", "sort": 10, "options": ["None", "Monday"],
        "tooltip": "When?", "fill_rest": "0", "no_break": false, "uneditable": false, "collapsed": false,
        "is_password": false, "is_encrypted": false, "is_hidden": false, "is_restricted": false});
    assert_eq!(Value::Object(item.body), expected);
}

#[test]
fn a_search() {
    let (field, role) = (guid_of("field"), guid_of("role"));
    let search = Search::new("Both", &format!("Computer.Edf.{field}"), "Equals", "1")
        .and("Computer.LabTech.Roles", "Equals", &role)
        .any();
    let item = only("search.xml", search.to_xml());
    assert_eq!(item.body["read_only"], json!(true));
    assert_eq!(item.body["query_type"], json!(4));
    assert_eq!(item.body["tree"][0]["node"], "OrNode");
    assert_eq!(item.body["tree"][0]["children"][1]["value"], json!(format!("roles:{role}")));
    assert!(item.body["sql"].as_str().is_some_and(|sql| sql.starts_with("SELECT\n") && !sql.contains('\r')));
    assert_eq!(needs(&item), [format!("extra-fields:{field}"), format!("roles:{role}")]);
    assert!(item.placement.is_empty());
}

#[test]
fn a_group_with_its_monitors() {
    let limit = Search::new("Limit", "Computer.Name", "Contains", "SRV");
    let joined = Search::new("Joined", "Computer.Name", "Contains", "X");
    let group = Group::new("Exchange")
        .below("Servers")
        .joined_by(joined.clone())
        .monitor("Transport", "MSExchangeTransport", "1", 300)
        .limited_to(limit.clone());
    let reading = Room::with("group.xml", group.to_xml()).read();
    assert_eq!((reading.issues.len(), reading.items.len()), (0, 4));
    let read = &item(&reading, ContentType::Groups, "Exchange").canonical;
    assert_eq!(read.path(), "Servers");
    assert_eq!(read.switches["restricted"], false);
    let expected = json!({"group_type": 5, "priority": 5, "limit_to_search": false,
        "auto_join": format!("searches:{}", joined.guid)});
    assert_eq!(Value::Object(read.body.clone()), expected);
    let monitor = item(&reading, ContentType::RemoteMonitors, "Transport");
    assert_eq!(monitor.updated_by.as_deref(), Some("m.weber"));
    assert_eq!(monitor.updated_at, "2026-10-12T21:06:48Z".parse().ok());
    assert_eq!(monitor.canonical.path(), "Exchange");
    let wanted = [format!("groups:{}", group.guid), format!("searches:{}", limit.guid)];
    assert_eq!(needs(&monitor.canonical), wanted);
    let expected = json!({"group": wanted[0], "limit": wanted[1], "check_action": 6, "interval": 300,
        "where": "127.0.0.1", "what": "2", "data_out": "MSExchangeTransport", "comparor": 1, "data_in": "1",
        "alert_style": 0, "script_target": 1,
        "success_subject": "%NAME% is fine again",
        "success_message": "%NAME% %STATUS% on %CLIENTNAME%\\%COMPUTERNAME%.",
        "failure_subject": "%NAME% failed",
        "failure_message": "%NAME% %STATUS% on %CLIENTNAME%\\%COMPUTERNAME% at %LOCATIONNAME%: %RESULT%."});
    assert_eq!(Value::Object(monitor.canonical.body.clone()), expected);
}

#[test]
fn what_a_file_does_not_resolve_keeps_its_local_id() {
    let xml =
        Group::new("Alone").joined_by(Search::new("S", "f", "o", "v")).monitor("M", "x", "1", 1).to_xml();
    let start = xml.find("  <Search>").unwrap();
    let end = xml.find("</Search>").unwrap() + "</Search>\r\n".len();
    let reading = Room::with("group.xml", format!("{}{}", &xml[..start], &xml[end..])).read();
    let group = &item(&reading, ContentType::Groups, "Alone").canonical;
    assert!(group.body["auto_join"].as_str().unwrap().starts_with("searches:local:"));
    assert!(group.depends_on.is_empty());
}

#[test]
fn an_internal_monitor() {
    let monitor =
        InternalMonitor::new("Shares' ends", "SELECT 1\nFROM shares WHERE Path LIKE 'C:\\\\%'", 900);
    let reading = Room::with("monitor.SQL", monitor.to_sql()).read();
    assert_eq!(reading.issues, []);
    let read = item(&reading, ContentType::InternalMonitors, "Shares' ends");
    assert_eq!(read.updated_by.as_deref(), Some("j.okafor@ops"));
    assert_eq!(read.canonical.switches["enabled"], false);
    let template = "alert-templates:name:Default - Create Ticket";
    assert_eq!(needs(&read.canonical), [template]);
    let expected = json!({"sql": monitor.sql, "interval": 900, "comparor": 7, "alert_style": 1,
        "where": "computers", "what": "RAWSQL", "data_in": "0", "id_field": "ComputerID", "alert_template": template,
        "success_subject": "Shares' ends is fine", "success_message": "All good.",
        "failure_subject": "Shares' ends", "failure_message": "%RESULT% on %COMPUTERNAME%"});
    assert_eq!(Value::Object(read.canonical.body.clone()), expected);
}

#[test]
fn several_monitors_in_one_file_each_with_its_header() {
    let one = InternalMonitor::new("One", "SELECT 1", 60).alerting("First");
    let two =
        InternalMonitor { enabled: true, ..InternalMonitor::new("Two", "SELECT 2", 60).alerting("Second") };
    let bare = "INSERT INTO `labtech`.`agents` (`Name`, `DataOut`, `GUID`, `Flags`) VALUES ('Three', 'Flags & 1', '11111111-2222-3333-4444-555555555555', 0)";
    let reading = Room::with("all.sql", format!("{}{}{bare}", one.to_sql(), two.to_sql())).read();
    assert_eq!((reading.issues.len(), reading.items.len()), (0, 3));
    let of = |name: &str| item(&reading, ContentType::InternalMonitors, name).canonical.clone();
    assert_eq!(needs(&of("One")), ["alert-templates:name:First"]);
    assert_eq!(needs(&of("Two")), ["alert-templates:name:Second"]);
    assert_eq!(
        (of("Two").switches["enabled"].clone(), of("One").switches["enabled"].clone()),
        (json!(true), json!(false))
    );
    assert_eq!(of("Three").body["data_out"], "Flags & 1");
    assert!(needs(&of("Three")).is_empty());
}

#[test]
fn a_monitor_of_one_computer_is_no_internal_monitor() {
    let sql = "INSERT INTO agents (Name, ComputerID, GUID) VALUES ('Copy', 17, '11111111-2222-3333-4444-555555555555')";
    let reading = Room::with("m.sql", sql).read();
    assert!(reading.items.is_empty() && reading.is_complete());
    assert_eq!(reading.issues.len(), 1);
}

#[test]
fn a_file_holds_several_scripts() {
    let scripts: String = ["A", "B", "C"].map(|name| Script::new(name).element()).concat();
    let reading = Room::with("three.xml", expansion("PackedScript", &scripts)).read();
    assert_eq!((reading.issues.len(), reading.items.len()), (0, 3));
}

#[test]
fn unknown_elements_and_missing_columns_are_tolerated() {
    let row = "<Table><ScriptName>Small</ScriptName><ScriptGuid>{11111111-2222-3333-4444-55555555AAAA}</ScriptGuid><New>1</New></Table>";
    let xml = format!(
        "<LabTech_Expansion><Surprise/><PackedScript><NewDataSet>{row}<Other/></NewDataSet><Plugin/></PackedScript></LabTech_Expansion>"
    );
    let item = only("small.xml", xml);
    assert_eq!(item.guid.as_str(), "11111111-2222-3333-4444-55555555aaaa");
    assert!(!item.body.contains_key("steps"));
}
