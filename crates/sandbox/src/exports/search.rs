//! Search expansions.

use super::{escape, expansion, guid_of, table};

/// An advanced search: computers where one field meets one value.
#[derive(Debug, Clone)]
pub struct Search {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its local id.
    pub id: i64,
    /// The field, for example `Computer.Applications.Name`.
    pub field: String,
    /// The operator, for example `Contains`.
    pub operator: String,
    /// The value.
    pub value: String,
}

impl Search {
    /// A search; GUID and id follow from the name.
    pub fn new(name: &str, field: &str, operator: &str, value: &str) -> Self {
        let guid = guid_of(&format!("search {name}"));
        let id = i64::from_str_radix(&guid[..4], 16).unwrap_or(0) + 1;
        Self {
            name: name.into(),
            guid,
            id,
            field: field.into(),
            operator: operator.into(),
            value: value.into(),
        }
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        expansion("Search", &self.element())
    }

    pub(super) fn element(&self) -> String {
        let (field, value) = (escape(&self.field), escape(&self.value));
        let tree = format!(
            "<LabTechAbstractSearch><asn><st>AndNode</st><cn><asn><st>ComparisonNode</st><lon>{field}</lon><lok>{field}</lok><lmo>{}</lmo><dv>{value}</dv><dk>{value}</dk></asn></cn></asn></LabTechAbstractSearch>",
            self.operator
        );
        let sql = format!(
            "SELECT\r\n   computers.computerid as `Computer Id`,\r\n   computers.name as `Computer Name`\r\nFROM Computers\r\nWHERE\r\n((Instr({}, '{}') > 0))",
            self.field, self.value
        );
        let row = table(&[
            ("SensID", self.id.to_string()),
            ("Name", self.name.clone()),
            ("SQL", sql),
            ("QueryType", "4".into()),
            ("ListDATA", "READONLY".into()),
            ("FolderID", "9".into()),
            ("GUID", self.guid.clone()),
            ("SearchXML", tree),
        ]);
        format!("  <Search>\r\n{row}  </Search>\r\n")
    }
}
