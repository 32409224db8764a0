//! XML expansions: scripts with what they call, searches, groups with their remote monitors, extra fields.
//!
//! A new kind of row is a line in [`KINDS`], and in [`survey`] if others point at it by its local id.

use super::{Export, Row, Wrong};
use crate::{
    canonical::{self, Attached, Known},
    xml::{self, Limits, Lines, children},
};
use domain::content::Guid;
use roxmltree::Node;
use services::ports::reader::ReadItem;
use std::{collections::BTreeMap, rc::Rc};

type ReadRow = fn(&Row, &Attached, &Known) -> Result<ReadItem, Wrong>;

/// Element, what people call it, its name column, how it is read.
const KINDS: &[(&str, &str, &str, ReadRow)] = &[
    ("PackedScript", "the script", "ScriptName", canonical::script::read),
    ("Search", "the search", "Name", canonical::search::read),
    ("Group", "the group", "Name", canonical::group::read),
    ("GroupMonitor", "the remote monitor", "Name", canonical::remote_monitor::read),
    ("ExtraDataField", "the extra data field", "Name", canonical::extra_field::read),
];

/// A row and the element it stands in.
struct Found {
    element: String,
    row: Row,
    attached: Rc<Attached>,
    companion: bool,
}

/// Reads an expansion.
pub(super) fn read(place: &str, text: &str, export: &mut Export) {
    let text = text.trim_start_matches('\u{feff}');
    let document = match xml::parse(text, Limits::FILE) {
        Ok(document) => document,
        Err(wrong) => return export.report(place, wrong.line, wrong.message, true),
    };
    let root = document.root_element();
    let lines = Lines::of(text);
    if !root.has_tag_name("LabTech_Expansion") {
        let line = lines.at(root.range().start);
        return export.report(place, line, "is not an Automate export and was ignored".into(), false);
    }
    let found = find(root, &lines);
    let known = survey(&found);
    let before = (export.items.len(), export.issues.len());
    for found in &found {
        take(place, found, &known, export);
    }
    if before == (export.items.len(), export.issues.len()) {
        let kind = root.attribute("Type").unwrap_or("unknown");
        let message = format!("holds nothing that Tandem reads (an export of type {kind}) and was ignored");
        export.report(place, lines.at(root.range().start), message, false);
    }
}

fn take(place: &str, found: &Found, known: &Known, export: &mut Export) {
    let Some((_, noun, name, read)) = KINDS.iter().find(|(element, ..)| *element == found.element) else {
        return;
    };
    let name = found.row.name(name).unwrap_or_else(|_| "without a usable name".into());
    let item = read(&found.row, &found.attached, known);
    export.take(place, &format!("{noun} {name}"), item, found.companion);
}

/// Every row of the document with its element.
fn find(root: Node<'_, '_>, lines: &Lines) -> Vec<Found> {
    let mut all = Vec::new();
    for node in root.descendants().filter(|node| node.is_element()) {
        // Its own `NewDataSet/Table`, not those of elements nested in it.
        let tables = children(node, "NewDataSet").flat_map(|set| children(set, "Table"));
        let element = node.tag_name().name();
        // A group's monitors are its content; everything else below another element travels along.
        let companion = node.parent().is_some_and(|parent| parent != root) && element != "GroupMonitor";
        let mut tables = tables.peekable();
        if tables.peek().is_none() {
            continue;
        }
        let attached = Rc::new(attached(node));
        for table in tables {
            let row = Row::of(table, lines);
            all.push(Found { element: element.to_owned(), row, attached: Rc::clone(&attached), companion });
        }
    }
    all
}

/// The names of files and tools that a script brings along; their bytes are no content.
fn attached(node: Node<'_, '_>) -> Attached {
    let names = |kind: &'static str| {
        let name = |file: Node<'_, '_>| {
            let name = file.descendants().find(|node| node.has_tag_name("Name"))?;
            Some(xml::text_of(name).trim().to_owned()).filter(|name| !name.is_empty())
        };
        children(node, kind).filter_map(name).collect()
    };
    Attached { files: names("File"), tools: names("Tool") }
}

/// What local ids of this file stand for.
fn survey(found: &[Found]) -> Known {
    let each = |kind: &'static str| found.iter().filter(move |it| it.element == kind).map(|it| &it.row);
    let guids = |kind, id: &str, guid: &str| -> BTreeMap<i64, Guid> {
        each(kind).filter_map(|row| Some((row.id(id)?, row.guid(guid).ok()?))).collect()
    };
    let folder = |row: &Row| {
        let name = row.name("Name").ok()?;
        Some((row.number("FolderID"), (row.number("ParentID"), row.guid("GUID").ok(), name)))
    };
    Known {
        folders: each("ScriptFolder").filter_map(folder).collect(),
        scripts: guids("PackedScript", "ScriptId", "ScriptGuid"),
        searches: guids("Search", "SensID", "GUID"),
        groups: guids("Group", "GroupID", "GUID"),
        group_names: each("Group")
            .filter_map(|row| Some((row.id("GroupID")?, row.name("Name").ok()?)))
            .collect(),
        extra_fields: guids("ExtraDataField", "ID", "LtGuid"),
        ..Known::default()
    }
}
