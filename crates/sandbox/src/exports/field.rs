//! Extra data field definitions, as they travel along with scripts.

use super::{Column, element, expansion, guid_of, id_of};

/// An extra data field.
#[derive(Debug, Clone)]
pub struct ExtraField {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its local id.
    pub id: i64,
    /// 1 computer, 2 location, 3 client.
    pub form: i64,
    /// The tab it stands on.
    pub section: String,
    /// What a drop-down offers; a text field when empty.
    pub options: Vec<String>,
    /// What the mouse shows.
    pub tooltip: String,
}

impl ExtraField {
    /// A text field on computers; GUID and id follow from the name.
    pub fn new(name: &str, section: &str) -> Self {
        Self {
            name: name.into(),
            guid: guid_of(&format!("extra field {name}")),
            id: id_of(&format!("extra field {name}")),
            form: 1,
            section: section.into(),
            options: Vec::new(),
            tooltip: String::new(),
        }
    }

    /// Makes it a drop-down.
    pub fn options(mut self, options: &[&str]) -> Self {
        self.options = options.iter().map(|option| (*option).to_owned()).collect();
        self
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        expansion("ExtraDataField", &self.element())
    }

    pub(super) fn element(&self) -> String {
        element("ExtraDataField", &self.row(), "")
    }

    pub(crate) fn row(&self) -> Vec<Column> {
        let kind = if self.options.is_empty() { "0" } else { "2" };
        vec![
            ("ID", self.id.to_string()),
            ("Form", self.form.to_string()),
            ("Name", self.name.clone()),
            ("Sort", "10".into()),
            ("NoBreak", "0".into()),
            ("FType", kind.into()),
            ("Section", self.section.clone()),
            ("UnEditable", "0".into()),
            ("Collapsed", "0".into()),
            ("Fill", format!("{}|{}|0", self.options.join("~"), self.tooltip)),
            ("LtGuid", self.guid.clone()),
            ("IsPassword", "false".into()),
            ("IsEncrypted", "false".into()),
            ("IsHidden", "false".into()),
            ("IsRestricted", "false".into()),
        ]
    }
}
