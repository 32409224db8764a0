//! What cannot be used is named by file and line, and hides nothing else.

use crate::room::{Room, item, spots};
use domain::content::ContentType;
use sandbox::exports::{Group, InternalMonitor, Script, ScriptStep, expansion, pack};

/// A good script beside the file in question; it must always come through.
fn beside(name: &str, content: impl AsRef<[u8]>) -> (Vec<(String, Option<u32>, bool)>, String) {
    let room = Room::with("good.xml", Script::new("Good").step(ScriptStep::note("x")).to_xml());
    room.put(name, content);
    let reading = room.read();
    item(&reading, ContentType::Scripts, "Good");
    let messages: Vec<&str> = reading.issues.iter().map(|issue| issue.message.as_str()).collect();
    let found =
        spots(&reading.issues).into_iter().map(|(place, line, hides)| (place.to_owned(), line, hides));
    (found.collect(), messages.join("; "))
}

#[test]
fn broken_files_are_named_with_their_line() {
    for (name, content, line, hides) in [
        ("a/cut.xml", "<LabTech_Expansion>\n<PackedScript>\n".as_bytes(), Some(2), true),
        ("a/crossed.xml", b"<LabTech_Expansion>\n<a>\n</b>\n</LabTech_Expansion>", Some(3), true),
        ("a/ampersand.xml", b"<LabTech_Expansion>\n\n<a>R&D</a></LabTech_Expansion>", Some(3), true),
        ("a/latin1.xml", b"<LabTech_Expansion>\n<a>\xfc</a></LabTech_Expansion>", Some(2), true),
        ("a/empty.xml", b"", Some(1), true),
        ("a/blank.xml", b" \n \n", Some(1), true),
        ("a/page.xml", b"<?xml version='1.0'?>\n<html><body/></html>", Some(2), false),
        ("a/nothing.xml", b"<LabTech_Expansion Type='Report'><Report/></LabTech_Expansion>", Some(1), false),
        ("a/open.sql", b"INSERT INTO agents (Name)\nVALUES ('open);", Some(2), true),
        ("a/count.sql", b"INSERT INTO agents (Name, GUID)\nVALUES ('x');", Some(2), true),
        ("a/other.sql", b"SELECT 1;", Some(1), false),
    ] {
        let (found, messages) = beside(name, content);
        assert_eq!(found, [(name.to_owned(), line, hides)], "{messages}");
    }
}

/// The line in `text` on which `part` first stands.
fn line_of(text: &str, part: &str) -> Option<u32> {
    u32::try_from(text[..text.find(part).unwrap()].matches('\n').count() + 1).ok()
}

#[test]
fn a_broken_script_hides_only_itself() {
    let good = Script::new("First").step(ScriptStep::note("x")).element();
    let bad = Script::new("Bad").step(ScriptStep::note("x"));
    let packed = pack(bad.body().as_bytes(), 6);
    for (body, what) in [
        ("H4s!", "base64"),
        ("SGVsbG8gd29ybGQ=", "gzip"),
        (&packed[..packed.len() / 8 * 4], "gzip"),
        (&pack(b"<ScriptData><ScriptSteps>", 6), "XML"),
        (&pack(b"<Other/>", 6), "<Other>"),
    ] {
        let bad = bad.element().replace(&packed, body);
        let last = Script::new("Last").element();
        let xml = expansion("PackedScript", &format!("{good}{bad}{last}"));
        let room = Room::with("three.xml", &xml);
        let reading = room.read();
        let names: Vec<&str> = reading.items.iter().map(|item| item.canonical.name.as_str()).collect();
        assert!(names.len() == 2 && names.contains(&"First") && names.contains(&"Last"), "{names:?}");
        assert_eq!(spots(&reading.issues), [("three.xml", line_of(&xml, &format!(">{body}<")), true)]);
        let message = &reading.issues[0].message;
        assert!(message.contains("the script Bad") && message.contains(what), "{message}");
        assert!(!reading.is_complete());
    }
}

#[test]
fn items_without_a_guid_or_a_name_are_named() {
    let script = Script::new("Nameless");
    for (from, to) in [
        (format!("<ScriptGuid>{}<", script.guid), "<ScriptGuid><".to_owned()),
        (format!("<ScriptGuid>{}<", script.guid), "<ScriptGuid>not-a-guid<".to_owned()),
        (
            format!("<ScriptGuid>{}<", script.guid),
            "<ScriptGuid>00000000-0000-0000-0000-000000000000<".to_owned(),
        ),
        ("<ScriptName>Nameless<".to_owned(), "<ScriptName> <".to_owned()),
    ] {
        let xml = script.to_xml().replace(&from, &to);
        let (found, messages) = beside("script.xml", &xml);
        assert_eq!(found, [("script.xml".to_owned(), line_of(&xml, &to), true)], "{messages}");
    }
    let monitor = InternalMonitor::new("Disk", "SELECT 1", 60);
    let (found, messages) = beside("m.sql", monitor.to_sql().replace(&monitor.guid, ""));
    assert_eq!(found, [("m.sql".to_owned(), Some(5), true)]);
    assert!(messages.contains("the internal monitor Disk has no usable GUID"), "{messages}");
}

#[test]
fn a_broken_search_inside_a_group_leaves_the_group() {
    let search = sandbox::exports::Search::new("Join", "Computer.Name", "Contains", "S");
    let xml = Group::new("Servers").joined_by(search).monitor("Time", "W32Time", "1", 60).to_xml();
    let broken = xml.replace("&lt;LabTechAbstractSearch&gt;", "&lt;LabTechAbstractSearch&gt;&lt;oops&gt;");
    let reading = Room::with("g.xml", broken).read();
    assert_eq!(reading.items.len(), 2);
    assert!(reading.issues[0].message.contains("the search Join has a search tree"), "{:?}", reading.issues);
}
