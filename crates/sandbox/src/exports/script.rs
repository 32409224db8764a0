//! Script expansions.

use super::{escape, expansion, guid_of, table};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;

/// One step of a script.
#[derive(Debug, Clone)]
pub struct ScriptStep {
    /// Section: 1 If, 2 Then, 3 Else.
    pub action: i64,
    /// The function's number.
    pub function: i64,
    /// Up to five parameters.
    pub params: Vec<String>,
    /// Whether the script goes on when it fails.
    pub continues: bool,
    /// Automate's `OsLimit`.
    pub os_limit: i64,
}

impl ScriptStep {
    /// A step of the Then section.
    pub fn new(function: i64, params: &[&str]) -> Self {
        let params = params.iter().map(|param| (*param).to_owned()).collect();
        Self { action: 2, function, params, continues: false, os_limit: 0 }
    }

    /// A note.
    pub fn note(text: &str) -> Self {
        Self::new(139, &[text])
    }

    /// A PowerShell command.
    pub fn powershell(text: &str) -> Self {
        Self::new(135, &[text])
    }

    /// The same step in another section.
    pub fn in_section(mut self, action: i64) -> Self {
        self.action = action;
        self
    }

    /// The same step, limited to an operating system.
    pub fn only_on(mut self, os_limit: i64) -> Self {
        self.os_limit = os_limit;
        self
    }
}

/// A script.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its local id.
    pub id: i64,
    /// The folders above it, outermost first.
    pub folders: Vec<String>,
    /// Its notes.
    pub notes: String,
    /// Its steps.
    pub steps: Vec<ScriptStep>,
    /// Scripts that travel along because it calls them.
    pub called: Vec<Script>,
    /// gzip level of the body: other bytes, the same content.
    pub level: u32,
    /// Line ends inside the body.
    pub line_end: &'static str,
}

impl Script {
    /// A script without steps; GUID and id follow from the name.
    pub fn new(name: &str) -> Self {
        let guid = guid_of(name);
        let id = i64::from_str_radix(&guid[..4], 16).unwrap_or(0) + 1000;
        Self {
            name: name.to_owned(),
            guid,
            id,
            folders: Vec::new(),
            notes: String::new(),
            steps: Vec::new(),
            called: Vec::new(),
            level: 6,
            line_end: "\r\n",
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

    /// Calls another script, which then travels along.
    pub fn calls(mut self, other: Script) -> Self {
        self.steps.push(ScriptStep::new(17, &[&other.guid, "1"]));
        self.called.push(other);
        self
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        expansion("PackedScript", &self.packed())
    }

    fn packed(&self) -> String {
        let called: String = self.called.iter().map(Script::packed).collect();
        format!(
            "  <PackedScript>\r\n{}{called}{}  </PackedScript>\r\n",
            table(&self.row()),
            self.folder_rows()
        )
    }

    fn row(&self) -> Vec<(&'static str, String)> {
        let folder = if self.folders.is_empty() { 0 } else { folder_id(&self.folders) };
        vec![
            ("ScriptId", self.id.to_string()),
            ("FolderId", folder.to_string()),
            ("ScriptName", self.name.clone()),
            ("ScriptNotes", self.notes.clone()),
            ("Permission", "0,".into()),
            ("EditPermission", "0,".into()),
            ("ComputerScript", "1".into()),
            ("LocationScript", "0".into()),
            ("MaintenanceScript", "0".into()),
            ("FunctionScript", "0".into()),
            ("LicenseData", String::new()),
            ("ScriptData", self.body()),
            ("ScriptVersion", "1".into()),
            ("ScriptGuid", self.guid.clone()),
            ("ScriptFlags", "0".into()),
            ("Parameters", String::new()),
        ]
    }

    /// base64 of gzip of the body's XML.
    fn body(&self) -> String {
        let mut xml = format!(
            "<ScriptData>\n  <Scripts>\n    <ExtraDataFields />\n    <Parameters />\n    <Globals />\n    <ScriptVersion>1</ScriptVersion>\n    <ScriptGuid>{}</ScriptGuid>\n  </Scripts>\n",
            self.guid
        );
        for (sort, step) in self.steps.iter().enumerate() {
            xml.push_str(&step_xml(step, sort));
        }
        xml.push_str("</ScriptData>\n");
        let xml = xml.replace('\n', self.line_end);
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(self.level));
        let packed = packer.write_all(xml.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default();
        STANDARD.encode(packed)
    }

    fn folder_rows(&self) -> String {
        let mut rows = String::new();
        for depth in (1..=self.folders.len()).rev() {
            let path = &self.folders[..depth];
            let parent = if depth == 1 { 0 } else { folder_id(&path[..depth - 1]) };
            rows.push_str("  <ScriptFolder>\r\n");
            rows.push_str(&table(&[
                ("FolderID", folder_id(path).to_string()),
                ("ParentID", parent.to_string()),
                ("Name", path[depth - 1].clone()),
                ("GUID", guid_of(&format!("folder {}", path.join("/")))),
            ]));
            rows.push_str("  </ScriptFolder>\r\n");
        }
        rows
    }
}

fn folder_id(path: &[String]) -> i64 {
    i64::from_str_radix(&guid_of(&path.join("/"))[..4], 16).unwrap_or(0) + 1
}

fn step_xml(step: &ScriptStep, sort: usize) -> String {
    let param = |index: usize| match step.params.get(index) {
        Some(text) if !text.is_empty() => format!("    <Param{0}>{1}</Param{0}>\n", index + 1, escape(text)),
        _ => format!("    <Param{} />\n", index + 1),
    };
    let params: String = (0..5).map(param).collect();
    format!(
        "  <ScriptSteps>\n    <Action>{}</Action>\n    <FunctionId>{}</FunctionId>\n{params}    <Sort>{sort}</Sort>\n    <Continue>{}</Continue>\n    <OsLimit>{}</OsLimit>\n    <Indentation>0</Indentation>\n  </ScriptSteps>\n",
        step.action,
        step.function,
        i64::from(step.continues),
        step.os_limit
    )
}
