//! Script expansions.

use super::{Column, ExtraField, ScriptStep, element, expansion, guid_of, id_of};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;

/// A script.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its local id.
    pub id: i64,
    /// Added to all other local ids of the file: another instance.
    pub shift: i64,
    /// The folders above it, outermost first.
    pub folders: Vec<String>,
    /// Its notes.
    pub notes: String,
    /// Its parameters' names.
    pub parameters: Vec<String>,
    /// Ids of the user classes that may use it, with trailing commas as Automate writes them.
    pub permission: String,
    /// What the licence column unpacks to; nothing of it is content.
    pub licence: String,
    /// Its steps.
    pub steps: Vec<ScriptStep>,
    /// Scripts that travel along because it calls them.
    pub called: Vec<Script>,
    /// Extra data fields that travel along because it uses them.
    pub fields: Vec<ExtraField>,
    /// Files of the share that travel along: name and bytes as text.
    pub files: Vec<(String, String)>,
    /// gzip level of the body: other bytes, the same content.
    pub level: u32,
    /// Line ends inside the body.
    pub line_end: &'static str,
    /// Whether the steps stand in the body in reverse, with the same `Sort` numbers.
    pub reversed: bool,
}

impl Script {
    /// A script without steps; GUID and id follow from the name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            guid: guid_of(name),
            id: id_of(name),
            shift: 0,
            folders: Vec::new(),
            notes: String::new(),
            parameters: Vec::new(),
            permission: "0,".into(),
            licence: "<LicenseData><Type>1</Type></LicenseData>".into(),
            steps: Vec::new(),
            called: Vec::new(),
            fields: Vec::new(),
            files: Vec::new(),
            level: 6,
            line_end: "\r\n",
            reversed: false,
        }
    }

    /// Puts it into a folder below the others.
    pub fn folder(mut self, name: &str) -> Self {
        self.folders.push(name.to_owned());
        self
    }

    /// Adds a step.
    pub fn step(mut self, step: ScriptStep) -> Self {
        self.steps.push(step);
        self
    }

    /// Gives it notes.
    pub fn notes(mut self, notes: &str) -> Self {
        self.notes = notes.to_owned();
        self
    }

    /// Adds a parameter.
    pub fn parameter(mut self, name: &str) -> Self {
        self.parameters.push(name.to_owned());
        self
    }

    /// Calls another script, which then travels along.
    pub fn calls(mut self, other: Script) -> Self {
        self.steps.push(ScriptStep::new(17, &[&other.guid, "1"]));
        self.called.push(other);
        self
    }

    /// Reads an extra data field into a variable; the field then travels along.
    pub fn reads(mut self, field: ExtraField, variable: &str) -> Self {
        self.steps.push(ScriptStep::new(103, &[&field.guid, "%computerid%", variable]));
        self.fields.push(field);
        self
    }

    /// Brings a file of the share along.
    pub fn file(mut self, name: &str, bytes: &str) -> Self {
        self.files.push((name.to_owned(), bytes.to_owned()));
        self
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        expansion("PackedScript", &self.element())
    }

    /// The element, for a file that holds several.
    pub fn element(&self) -> String {
        let called: String = self.called.iter().map(Script::element).collect();
        let fields: String = self.fields.iter().map(ExtraField::element).collect();
        let files: String = self
            .files
            .iter()
            .map(|(name, bytes)| {
                let bytes = STANDARD.encode(bytes);
                format!("    <File>\r\n      <Name>{name}</Name>\r\n      <Bytes>{bytes}</Bytes>\r\n    </File>\r\n")
            })
            .collect();
        let nested = format!("{called}{files}    <Tool />\r\n{fields}{}", self.folder_rows());
        element("PackedScript", &self.row(), &nested)
    }

    pub(crate) fn row(&self) -> Vec<Column> {
        let folder = if self.folders.is_empty() { 0 } else { self.folder_id(self.folders.len()) };
        vec![
            ("ScriptId", (self.id + self.shift).to_string()),
            ("FolderId", folder.to_string()),
            ("ScriptName", self.name.clone()),
            ("ScriptNotes", self.notes.clone()),
            ("Permission", self.permission.clone()),
            ("EditPermission", self.permission.clone()),
            ("ComputerScript", "1".into()),
            ("LocationScript", "0".into()),
            ("MaintenanceScript", "0".into()),
            ("FunctionScript", "0".into()),
            ("LicenseData", pack(self.licence.as_bytes(), self.level)),
            ("ScriptData", pack(self.body().as_bytes(), self.level)),
            ("ScriptVersion", (self.shift + 1).to_string()),
            ("ScriptGuid", self.guid.clone()),
            ("ScriptFlags", "0".into()),
            ("Parameters", self.parameters.join("|")),
        ]
    }

    /// The body's XML.
    pub fn body(&self) -> String {
        let mut sorts = [0usize; 4];
        let mut steps: Vec<String> = Vec::new();
        for step in &self.steps {
            let sort = &mut sorts[usize::try_from(step.action).unwrap_or(0).min(3)];
            steps.push(step.to_xml(*sort));
            *sort += 1;
        }
        if self.reversed {
            steps.reverse();
        }
        let xml = format!(
            "<ScriptData>\n  <Scripts>\n    <ExtraDataFields />\n    <Parameters />\n    <Globals />\n    <ScriptVersion>1</ScriptVersion>\n    <ScriptGuid>{}</ScriptGuid>\n  </Scripts>\n{}</ScriptData>\n",
            self.guid,
            steps.concat()
        );
        xml.replace("\r\n", "\n").replace('\n', self.line_end)
    }

    /// One row per folder above, as exports hold them: innermost first.
    fn folder_rows(&self) -> String {
        let row = |depth: usize| {
            let parent = if depth == 1 { 0 } else { self.folder_id(depth - 1) };
            let path = self.folders[..depth].join("/");
            let columns = [
                ("FolderID", self.folder_id(depth).to_string()),
                ("ParentID", parent.to_string()),
                ("Name", self.folders[depth - 1].clone()),
                ("GUID", guid_of(&format!("folder {path}"))),
            ];
            element("ScriptFolder", &columns, "")
        };
        (1..=self.folders.len()).rev().map(row).collect()
    }

    fn folder_id(&self, depth: usize) -> i64 {
        id_of(&self.folders[..depth].join("/")) + self.shift
    }
}

/// base64 of gzip, as script bodies are kept.
pub fn pack(bytes: &[u8], level: u32) -> String {
    let mut packer = GzEncoder::new(Vec::new(), Compression::new(level));
    // Writing to memory does not fail.
    let packed = packer.write_all(bytes).and_then(|()| packer.finish()).unwrap_or_default();
    STANDARD.encode(packed)
}
