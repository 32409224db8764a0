//! Files that want to read other files, to exhaust the machine or to overflow the stack.

use crate::room::{Room, only, spots};
use domain::content::Canonical;
use sandbox::exports::{Script, ScriptStep, expansion, pack};
use std::{fmt::Write as _, time::Instant};

fn refused(content: &str, what: &str) -> u32 {
    let reading = Room::with("hostile.xml", content).read();
    assert!(reading.items.is_empty());
    assert_eq!(reading.issues.len(), 1, "{:?}", reading.issues);
    let issue = &reading.issues[0];
    assert!(issue.hides_content && issue.message.contains(what), "{issue:?}");
    issue.line.unwrap()
}

#[test]
fn document_types_are_refused() {
    let other = "<?xml version='1.0'?>\n<!DOCTYPE a [\n<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<LabTech_Expansion>&x;</LabTech_Expansion>";
    assert_eq!(refused(other, "DTD"), 2);
    assert_eq!(refused("<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><LabTech_Expansion/>", "DTD"), 1);
    let mut laughs = "<!DOCTYPE l [<!ENTITY l0 'ha'>".to_owned();
    for level in 1..10 {
        let _ = write!(laughs, "<!ENTITY l{level} '{}'>", format!("&l{};", level - 1).repeat(10));
    }
    refused(&format!("{laughs}]><LabTech_Expansion>&l9;</LabTech_Expansion>"), "DTD");
}

#[test]
fn unknown_entities_are_refused() {
    refused("<LabTech_Expansion>&secret;</LabTech_Expansion>", "well-formed");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = |open: &str, close: &str| {
        format!("<LabTech_Expansion>\n{}{}", open.repeat(100_000), close.repeat(100_000))
    };
    for text in [
        deep("<a>", "</a>"),
        deep("<PackedScript>", "</PackedScript>"),
        deep("<a>/>", "</a>"),
        deep("<a x='/>'>", "</a>"),
    ] {
        assert_eq!(refused(&format!("{text}</LabTech_Expansion>"), "deep"), 2);
    }
}

#[test]
fn what_is_read_can_always_be_read_back() {
    let nested = |levels: usize| {
        let tree =
            format!("{}{}", "&lt;asn&gt;&lt;cn&gt;".repeat(levels), "&lt;/cn&gt;&lt;/asn&gt;".repeat(levels));
        let row = format!(
            "<Name>Deep</Name><GUID>11111111-2222-3333-4444-555555555555</GUID><SearchXML>&lt;S&gt;{tree}&lt;/S&gt;</SearchXML>"
        );
        expansion("Search", &format!("<Search><NewDataSet><Table>{row}</Table></NewDataSet></Search>"))
    };
    for levels in [1, 20, 45, 49] {
        let item = only("deep.xml", nested(levels));
        let bytes = item.to_bytes();
        assert_eq!(Canonical::from_bytes(&bytes).unwrap().to_bytes(), bytes, "{levels}");
    }
    refused(&nested(60), "deep");
}

#[test]
fn a_bomb_is_cut_off_and_the_rest_is_read() {
    let bomb = pack(&vec![b' '; 65 * 1024 * 1024], 9);
    let small = Script::new("Bomb");
    let bad = small.element().replace(&pack(small.body().as_bytes(), 6), &bomb);
    let good = Script::new("Good").element();
    let reading = Room::with("bomb.xml", expansion("PackedScript", &format!("{bad}{good}"))).read();
    assert_eq!(reading.items.len(), 1);
    assert!(reading.issues[0].message.contains("64 MB"), "{:?}", reading.issues);
}

#[test]
fn ten_thousand_rows_take_no_quadratic_time() {
    let rows: String = (0..10_000)
        .map(|number| {
            Script { level: 1, ..Script::new(&format!("S{number}")) }.step(ScriptStep::note("x")).element()
        })
        .collect();
    let room = Room::with("many.xml", expansion("PackedScript", &rows));
    let start = Instant::now();
    assert_eq!(room.read().items.len(), 10_000);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn hostile_sql_takes_no_quadratic_time() {
    let start = Instant::now();
    for part in ["INSERT INTO agents (", "-- a: b\nINSERT INTO agents (a) VALUES (1);", "((((", "''", "/*x*/"]
    {
        let room = Room::with("hostile.sql", part.repeat(100_000));
        assert!(room.read().items.is_empty());
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn many_attributes_are_refused() {
    let many: String = (0..100_000).fold(String::new(), |mut text, number| {
        let _ = write!(text, " a{number}='1'");
        text
    });
    refused(&format!("<LabTech_Expansion><a{many}/></LabTech_Expansion>"), "attributes");
}

#[test]
fn folders_that_contain_each_other_end() {
    let script = Script::new("Loop").folder("A").folder("B").to_xml();
    let first = script.find("<ParentID>0<").unwrap();
    let ids: Vec<&str> =
        script.split("<FolderID>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    let looped =
        format!("{}<ParentID>{}<{}", &script[..first], ids[0], &script[first + "<ParentID>0<".len()..]);
    assert_eq!(only("loop.xml", looped).placement.len(), 2);
}

#[test]
fn zero_bytes_and_endless_names_do_not_reach_the_store() {
    let sql = |name: &str| {
        format!(
            "INSERT INTO agents (Name, GUID, DataOut) VALUES ('{name}', '11111111-2222-3333-4444-555555555555', 'a\\0b')"
        )
    };
    let item = only("m.sql", sql("na\\0me"));
    assert_eq!((item.name.as_str(), item.body["data_out"].as_str()), ("na me", Some("ab")));
    let reading = Room::with("m.sql", sql(&"n".repeat(5000))).read();
    assert_eq!(spots(&reading.issues), [("m.sql", Some(1), true)]);
}
