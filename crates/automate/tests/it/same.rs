//! What must not change the hash, and what must.

use crate::room::{Room, item, only};
use domain::content::{Canonical, ContentType};
use proptest::prelude::*;
use sandbox::exports::{Group, InternalMonitor, Script, ScriptStep, Search};

fn script() -> Script {
    Script::new("Reset")
        .folder("Operations")
        .folder("Printing")
        .notes("One & two <three>\nfour")
        .step(ScriptStep::new(1, &[]).in_section(1))
        .step(ScriptStep::note(":Start"))
        .step(ScriptStep::powershell("Stop-Service Spooler\n# ünïcode & <tags>\nStart-Service Spooler"))
        .step(ScriptStep::new(215, &["failed"]).in_section(3))
}

fn read(script: &Script) -> Canonical {
    only("script.xml", script.to_xml())
}

#[test]
fn packing_line_ends_and_order_in_the_file_do_not_matter() {
    let hash = read(&script()).hash();
    for level in [0, 1, 9] {
        assert_eq!(read(&Script { level, ..script() }).hash(), hash, "level {level}");
    }
    assert_eq!(read(&Script { line_end: "\n", ..script() }).hash(), hash);
    assert_eq!(read(&Script { reversed: true, ..script() }).hash(), hash);
    let xml = script().to_xml();
    assert_eq!(only("lf.xml", xml.replace("\r\n", "\n")).hash(), hash);
    assert_eq!(only("no-mark.xml", xml.trim_start_matches('\u{feff}')).hash(), hash);
    let units: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(only("utf16.xml", units).hash(), hash);
    let cdata = xml.replace("One &amp; two &lt;three&gt;", "<![CDATA[One & two <three>]]>");
    assert_eq!(only("cdata.xml", cdata).hash(), hash);
    let entities = xml.replace("One &amp; two", "O&#110;e &#x26; two");
    assert_eq!(only("entities.xml", entities).hash(), hash);
}

#[test]
fn local_ids_licence_and_version_do_not_matter() {
    let hash = read(&script()).hash();
    let other =
        Script { shift: 5000, licence: "<LicenseData><Type>9</Type></LicenseData>".into(), ..script() };
    assert_ne!(other.to_xml(), script().to_xml());
    assert_eq!(read(&other).hash(), hash);
    let everybody = Script { permission: ",".into(), ..script() };
    assert_eq!(read(&everybody).hash(), hash);
    let classes = |list: &str| read(&Script { permission: list.into(), ..script() }).hash();
    assert_eq!(classes("1,2,"), classes("7"));
}

#[test]
fn body_guids_may_be_written_in_any_case() {
    let xml = script().to_xml();
    let guid = script().guid;
    let shouted = xml.replace(&guid, &format!("{{{}}}", guid.to_uppercase()));
    assert_eq!(only("shouted.xml", shouted).hash(), read(&script()).hash());
}

#[test]
fn groups_and_monitors_of_another_instance_are_the_same() {
    let group = Group::new("Servers")
        .below("All")
        .joined_by(Search::new("Join", "Computer.Name", "Contains", "S"))
        .monitor("Time", "W32Time", "1", 60)
        .limited_to(Search::new("Limit", "Computer.Name", "Contains", "L"));
    let hashes = |group: &Group| -> Vec<_> {
        let reading = Room::with("g.xml", group.to_xml()).read();
        reading.items.iter().map(|item| item.canonical.hash()).collect()
    };
    let (here, there) = (hashes(&group), hashes(&Group { shift: 700, ..group.clone() }));
    assert_eq!((here.len(), here), (4, there));
    let monitor = InternalMonitor::new("Disk", "SELECT 1\nFROM x", 60);
    let other = InternalMonitor { shift: 900, ..monitor.clone() };
    assert_ne!(monitor.to_sql(), other.to_sql());
    assert_eq!(only("m.sql", monitor.to_sql()).hash(), only("m.sql", other.to_sql()).hash());
}

#[test]
fn a_changed_parameter_changes_the_body_and_nothing_else() {
    let (before, mut changed) = (read(&script()), script());
    changed.steps[2].params[0].push_str(" -Force");
    let after = read(&changed);
    assert_ne!(after.hash(), before.hash());
    assert_ne!(after.facets().body, before.facets().body);
    assert_eq!(after.facets().placement, before.facets().placement);
    assert_eq!(after.facets().switches, before.facets().switches);
}

#[test]
fn a_move_changes_the_placement_and_nothing_else() {
    let (before, after) = (read(&script()), read(&Script { folders: vec!["Archive".into()], ..script() }));
    assert_ne!(after.facets().placement, before.facets().placement);
    assert_eq!(after.facets().body, before.facets().body);
    assert_eq!(after.facets().switches, before.facets().switches);
}

#[test]
fn a_switch_changes_the_switches_and_nothing_else() {
    let monitor = InternalMonitor::new("Disk", "SELECT 1", 60);
    let off = only("m.sql", monitor.to_sql());
    let on = only("m.sql", InternalMonitor { enabled: true, ..monitor }.to_sql());
    assert_ne!(on.facets().switches, off.facets().switches);
    assert_eq!((on.facets().body, on.facets().placement), (off.facets().body, off.facets().placement));
    let (open, limited) = (read(&script()), read(&Script { permission: "3,".into(), ..script() }));
    assert_ne!(open.facets().switches, limited.facets().switches);
    assert_eq!(open.facets().body, limited.facets().body);
}

#[test]
fn swapped_steps_are_another_script() {
    let mut swapped = script();
    swapped.steps.swap(1, 2);
    assert_ne!(read(&swapped).facets().body, read(&script()).facets().body);
}

#[test]
fn the_folder_of_a_file_does_not_matter() {
    let (one, two) = (Room::with("a.xml", script().to_xml()), Room::with("deep/er/b.XML", script().to_xml()));
    let of = |room: &Room| item(&room.read(), ContentType::Scripts, "Reset").canonical.hash();
    assert_eq!(of(&one), of(&two));
}

/// Characters that XML can hold.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["[ -~]{0,12}", "[à-ÿ€\n\t'\"&<>%_\\\\]{0,6}"], 0..4)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_script_survives_being_packed_differently(params in proptest::collection::vec(text(), 1..6), level in 0u32..10, shift in 0i64..9000) {
        let steps: Vec<ScriptStep> = params.iter().map(|param| ScriptStep::powershell(param)).collect();
        let one = Script { steps, ..script() };
        let two = Script { level, shift, reversed: true, line_end: "\n", ..one.clone() };
        let (one, two) = (read(&one), read(&two));
        prop_assert_eq!(one.to_bytes(), two.to_bytes());
        let bytes = one.to_bytes();
        prop_assert_eq!(Canonical::from_bytes(&bytes).unwrap().to_bytes(), bytes);
    }

    #[test]
    fn any_text_survives_sql(sql in text()) {
        let monitor = InternalMonitor::new("Any", &format!("SELECT {sql}"), 60);
        let read = only("m.sql", monitor.to_sql());
        let kept = read.body.get("sql").and_then(|sql| sql.as_str()).unwrap_or_default();
        prop_assert_eq!(kept, monitor.sql.trim_end());
    }
}
