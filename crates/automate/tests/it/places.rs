//! The folder itself: what is looked at, what is left alone.

use crate::room::{Room, read, spots};
use domain::content::ContentType;
use sandbox::exports::{Script, Search};
use services::ports::reader::ReadError;
use std::fs;

fn script(name: &str) -> String {
    Script::new(name).to_xml()
}

#[test]
fn every_depth_and_every_case_is_read_and_the_rest_is_ignored() {
    let room = Room::with("a.xml", script("A"));
    room.put("b/C/d.XML", script("B"));
    room.put("ä ö/c.Xml", script("C"));
    room.put("notes.txt", "hello");
    room.put("no-ending", script("D"));
    room.put(".hidden.xml", script("E"));
    room.put(".git/f.xml", script("F"));
    let reading = room.read();
    assert_eq!((reading.items.len(), reading.issues.len()), (3, 0));
    assert_eq!(room.check().summary, "The folder can be read: 3 export files.");
}

#[test]
fn only_the_wanted_types_come_back() {
    let room = Room::with("a.xml", script("A"));
    room.put("s.xml", Search::new("S", "f", "o", "v").to_xml());
    let only = |types: &[ContentType]| read(room.path(), types).unwrap().items.len();
    assert_eq!([only(&[]), only(&[ContentType::Searches]), only(&[ContentType::Roles])], [2, 1, 0]);
}

#[test]
fn a_folder_that_is_none_is_a_setting_to_correct() {
    let room = Room::with("a.xml", script("A"));
    for path in [room.path().join("gone"), room.path().join("a.xml")] {
        let error = read(&path, &[]).unwrap_err();
        assert!(matches!(&error, ReadError::Settings { field, .. } if field == "path"), "{error:?}");
    }
    assert!(Room::new().read().items.is_empty());
    assert!(Room::new().check().summary.contains("no export files"));
}

#[test]
fn files_beyond_the_limit_are_named_and_not_read() {
    let room = Room::with("good.xml", script("Good"));
    let large = fs::File::create(room.path().join("large.xml")).unwrap();
    large.set_len(64 * 1024 * 1024 + 1).unwrap();
    let reading = room.read();
    assert_eq!(reading.items.len(), 1);
    assert_eq!(spots(&reading.issues), [("large.xml", None, true)]);
    assert!(reading.issues[0].message.contains("64 MB"));
}

#[test]
fn folders_beyond_the_depth_are_named() {
    let room = Room::with(&format!("{}deep.xml", "d/".repeat(64)), script("Deep"));
    assert_eq!(room.read().items.len(), 1);
    room.put(&format!("{}deeper.xml", "d/".repeat(65)), script("Deeper"));
    let reading = room.read();
    assert_eq!(reading.items.len(), 1);
    assert!(!reading.is_complete());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_never_followed() {
    use std::os::unix::fs::symlink;
    let outside = Room::with("secret.xml", script("Secret"));
    let room = Room::with("a.xml", script("A"));
    symlink(outside.path().join("secret.xml"), room.path().join("link.xml")).unwrap();
    symlink(outside.path(), room.path().join("folder")).unwrap();
    symlink(room.path(), room.path().join("again")).unwrap();
    symlink("/nowhere.xml", room.path().join("dangling.xml")).unwrap();
    let reading = room.read();
    assert_eq!((reading.items.len(), reading.issues.len()), (1, 0));
    assert_eq!(reading.items[0].canonical.name, "A");
}
