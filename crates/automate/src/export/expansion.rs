//! XML expansions: scripts with what they call, searches, groups with their remote monitors, extra fields.

use super::{Export, Row, Wrong};
use crate::canonical::{self, Known};
use domain::content::Guid;
use roxmltree::{Document, Node};
use std::collections::BTreeMap;

/// How deep elements may be nested: real files stay below 20, and the reader must not run out of stack.
const DEEPEST: usize = 200;

/// Reads an expansion.
pub(super) fn read(name: &str, text: &str, export: &mut Export) {
    let text = text.trim_start_matches('\u{feff}');
    if let Err(wrong) = check_depth(text) {
        export.report(name, wrong.line, wrong.message, true);
        return;
    }
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let message = format!("is not well-formed XML ({error}): export it again");
            export.report(name, error.pos().row, message, true);
            return;
        }
    };
    let root = document.root_element();
    if !root.has_tag_name("LabTech_Expansion") {
        export.report(name, 1, "is not an Automate export and was left out".into(), false);
        return;
    }
    let known = survey(root);
    for (kind, read) in KINDS {
        for node in root.descendants().filter(|node| node.has_tag_name(*kind)) {
            let companion = node.parent().is_some_and(|parent| parent != root);
            for row in rows(node) {
                let what = describe(kind, &row);
                let item = read(&row, &known);
                // A group's monitors and an export's own items are its content; the rest travels along.
                export.take(name, &what, item, companion && *kind != "GroupMonitor");
            }
        }
    }
}

type ReadRow = fn(&Row, &Known) -> Result<services::ports::reader::ReadItem, Wrong>;

const KINDS: &[(&str, ReadRow)] = &[
    ("PackedScript", canonical::script::read),
    ("Search", canonical::search::read),
    ("Group", canonical::group::read),
    ("GroupMonitor", canonical::remote_monitor::read),
    ("ExtraDataField", canonical::extra_field::read),
];

/// The rows of an element: its own `NewDataSet/Table`, not those of elements nested in it.
fn rows(node: Node<'_, '_>) -> Vec<Row> {
    node.children()
        .filter(|child| child.has_tag_name("NewDataSet"))
        .flat_map(|set| set.children().filter(|child| child.has_tag_name("Table")))
        .map(Row::of)
        .collect()
}

fn describe(kind: &str, row: &Row) -> String {
    let noun = match kind {
        "PackedScript" => "the script",
        "Search" => "the search",
        "Group" => "the group",
        "GroupMonitor" => "the remote monitor",
        _ => "the extra data field",
    };
    let name = ["ScriptName", "Name"].map(|column| row.text(column)).concat();
    format!("{noun} {}", if name.is_empty() { "without a name".to_owned() } else { name })
}

/// What local ids of this file stand for.
fn survey(root: Node<'_, '_>) -> Known {
    let mut known = Known::default();
    let each =
        |kind: &'static str| root.descendants().filter(move |node| node.has_tag_name(kind)).flat_map(rows);
    for row in each("ScriptFolder") {
        let guid = Guid::parse(row.raw("GUID")).ok();
        known.folders.insert(row.number("FolderID"), (row.number("ParentID"), guid, row.text("Name")));
    }
    known.scripts = guids(each("PackedScript"), "ScriptId", "ScriptGuid");
    known.searches = guids(each("Search"), "SensID", "GUID");
    known.groups = guids(each("Group"), "GroupID", "GUID");
    known.group_names = each("Group").map(|row| (row.number("GroupID"), row.text("Name"))).collect();
    known.extra_fields = guids(each("ExtraDataField"), "ID", "LtGuid");
    known
}

fn guids(rows: impl Iterator<Item = Row>, id: &str, guid: &str) -> BTreeMap<i64, Guid> {
    rows.filter_map(|row| Some((row.id(id)?, Guid::parse(row.raw(guid)).ok()?))).collect()
}

/// Refuses documents that are nested beyond reason, before they are parsed.
pub(crate) fn check_depth(text: &str) -> Result<(), Wrong> {
    let mut depth = 0usize;
    let mut line = 1u32;
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        match (byte, bytes.get(index + 1)) {
            (b'\n', _) => line += 1,
            (b'<', Some(b'/')) => depth = depth.saturating_sub(1),
            (b'<', Some(next)) if next.is_ascii_alphabetic() || *next == b'_' => depth += 1,
            (b'/', Some(b'>')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Wrong::at(
                line,
                format!("is nested more than {DEEPEST} elements deep and was not read"),
            ));
        }
    }
    Ok(())
}
