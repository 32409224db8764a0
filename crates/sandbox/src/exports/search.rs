//! Search expansions.

use super::{Column, element, escape, expansion, guid_of, id_of};

/// One comparison of a search.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The field, for example `Computer.Applications.Name` or `Computer.Edf.GUID`.
    pub field: String,
    /// The operator, for example `Contains`.
    pub operator: String,
    /// The value.
    pub value: String,
}

/// An advanced search: computers that meet all conditions, or any.
#[derive(Debug, Clone)]
pub struct Search {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its local id.
    pub id: i64,
    /// Whether one condition is enough.
    pub any: bool,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

impl Search {
    /// A search; GUID and id follow from the name.
    pub fn new(name: &str, field: &str, operator: &str, value: &str) -> Self {
        let search = Self {
            name: name.into(),
            guid: guid_of(&format!("search {name}")),
            id: id_of(&format!("search {name}")),
            any: false,
            conditions: Vec::new(),
        };
        search.and(field, operator, value)
    }

    /// Adds a condition.
    pub fn and(mut self, field: &str, operator: &str, value: &str) -> Self {
        self.conditions.push(Condition {
            field: field.into(),
            operator: operator.into(),
            value: value.into(),
        });
        self
    }

    /// Lets one condition be enough.
    pub fn any(mut self) -> Self {
        self.any = true;
        self
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        expansion("Search", &self.element())
    }

    pub(super) fn element(&self) -> String {
        element("Search", &self.row(), "")
    }

    pub(crate) fn row(&self) -> Vec<Column> {
        vec![
            ("SensID", self.id.to_string()),
            ("Name", self.name.clone()),
            ("SQL", self.sql()),
            ("QueryType", "4".into()),
            ("ListDATA", "READONLY".into()),
            ("FolderID", "9".into()),
            ("GUID", self.guid.clone()),
            ("SearchXML", self.tree()),
        ]
    }

    fn tree(&self) -> String {
        let node = |condition: &Condition| {
            let (field, value) = (escape(&condition.field), escape(&condition.value));
            let operator = &condition.operator;
            format!(
                "<asn><st>ComparisonNode</st><lon>{field}</lon><lok>{field}</lok><lmo>{operator}</lmo><dv>{value}</dv><dk>{value}</dk></asn>"
            )
        };
        let nodes: String = self.conditions.iter().map(node).collect();
        let kind = if self.any { "OrNode" } else { "AndNode" };
        format!("<LabTechAbstractSearch><asn><st>{kind}</st><cn>{nodes}</cn></asn></LabTechAbstractSearch>")
    }

    fn sql(&self) -> String {
        let parts: Vec<String> = self
            .conditions
            .iter()
            .map(|condition| {
                format!("(Instr({}, '{}') > 0)", condition.field, condition.value.replace('\'', "''"))
            })
            .collect();
        let glue = if self.any { " OR " } else { " AND " };
        format!(
            "SELECT\r\n   computers.computerid as `Computer Id`,\r\n   computers.name as `Computer Name`\r\nFROM Computers\r\nWHERE\r\n({})",
            parts.join(glue)
        )
    }
}
