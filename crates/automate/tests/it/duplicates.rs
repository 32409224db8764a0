//! One item in several files.

use crate::room::{Room, item, spots};
use domain::content::ContentType;
use sandbox::exports::{Script, ScriptStep};

fn called(text: &str) -> Script {
    Script::new("Called").step(ScriptStep::note(text))
}

fn note(room: &Room) -> String {
    let reading = room.read();
    let called = item(&reading, ContentType::Scripts, "Called");
    called.canonical.body["steps"][0]["params"][0].as_str().unwrap().to_owned()
}

#[test]
fn equal_copies_are_one_item_without_a_word() {
    let room = Room::with("called.xml", called("same").to_xml());
    room.put("a.xml", Script::new("A").calls(called("same")).to_xml());
    room.put("b.xml", Script::new("B").calls(Script { shift: 99, ..called("same") }).to_xml());
    let reading = room.read();
    assert_eq!((reading.items.len(), reading.issues.len()), (3, 0));
}

#[test]
fn among_equals_the_first_file_wins_and_both_are_named() {
    let room = Room::with("one.xml", called("first").to_xml());
    room.put("two.xml", called("second").to_xml());
    let reading = room.read();
    assert_eq!(note(&room), "first");
    assert_eq!(spots(&reading.issues), [("two.xml", None, false)]);
    assert!(reading.issues[0].message.contains("one.xml"));
    assert!(reading.is_complete());
}

#[test]
fn a_file_of_its_own_wins_over_a_copy_that_travelled_along() {
    let room = Room::with("a-caller.xml", Script::new("Caller").calls(called("old")).to_xml());
    room.put("z-called.xml", called("new").to_xml());
    assert_eq!(note(&room), "new");
    let issues = room.read().issues.clone();
    assert_eq!(spots(&issues), [("a-caller.xml", None, false)]);
    assert!(issues[0].message.contains("z-called.xml"));
    let other = Room::with("a-called.xml", called("new").to_xml());
    other.put("z-caller.xml", Script::new("Caller").calls(called("old")).to_xml());
    assert_eq!(note(&other), "new");
    assert_eq!(spots(&other.read().issues), [("z-caller.xml", None, false)]);
}

#[test]
fn a_script_may_call_itself() {
    let mut own = called("x");
    let copy = own.clone();
    own.steps.push(ScriptStep::new(17, &[&copy.guid]));
    let reading = Room::with("own.xml", own.to_xml()).read();
    assert!(reading.items[0].canonical.depends_on.is_empty());
}
