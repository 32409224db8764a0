//! Group expansions with their auto-join search and remote monitors.

use super::{Search, expansion, guid_of, table};

/// A remote monitor on a group.
#[derive(Debug, Clone)]
pub struct RemoteMonitor {
    /// Its name.
    pub name: String,
    /// What it checks: a service name, a command, a path.
    pub check: String,
    /// The result that is good.
    pub expected: String,
    /// Seconds between checks.
    pub interval: i64,
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its notes.
    pub notes: String,
    /// The search that fills it.
    pub search: Option<Search>,
    /// Its monitors.
    pub monitors: Vec<RemoteMonitor>,
}

impl Group {
    /// A group without monitors; its GUID follows from the name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            guid: guid_of(&format!("group {name}")),
            notes: String::new(),
            search: None,
            monitors: Vec::new(),
        }
    }

    /// Fills it by a search.
    pub fn joined_by(mut self, search: Search) -> Self {
        self.search = Some(search);
        self
    }

    /// Adds a monitor.
    pub fn monitor(mut self, name: &str, check: &str, expected: &str, interval: i64) -> Self {
        let (name, check, expected) = (name.into(), check.into(), expected.into());
        self.monitors.push(RemoteMonitor { name, check, expected, interval });
        self
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        let search = self.search.as_ref().map(Search::element).unwrap_or_default();
        let monitors: String = self.monitors.iter().map(|monitor| self.monitor_element(monitor)).collect();
        expansion("Group", &format!("  <Group>\r\n{}{search}{monitors}  </Group>\r\n", table(&self.row())))
    }

    fn id(&self) -> i64 {
        i64::from_str_radix(&self.guid[..4], 16).unwrap_or(0) + 1
    }

    fn row(&self) -> Vec<(&'static str, String)> {
        let joins = self.search.as_ref().map_or(0, |search| search.id);
        vec![
            ("GroupID", self.id().to_string()),
            ("ParentID", "0".into()),
            ("Parents", ",".into()),
            ("Children", ",".into()),
            ("depth", "0".into()),
            ("Name", self.name.clone()),
            ("FullName", self.name.clone()),
            ("Permissions", "0".into()),
            ("Template", "0".into()),
            ("AutoJoinScript", joins.to_string()),
            ("Master", "0".into()),
            ("LimitToParent", "0".into()),
            ("Notes", self.notes.clone()),
            ("GroupType", "5".into()),
            ("Priority", "5".into()),
            ("GUID", self.guid.clone()),
        ]
    }

    fn monitor_element(&self, monitor: &RemoteMonitor) -> String {
        let guid = guid_of(&format!("monitor {} {}", self.name, monitor.name));
        let row = table(&[
            ("AgentID", "77".into()),
            ("GroupID", self.id().to_string()),
            ("SearchID", "0".into()),
            ("Name", monitor.name.clone()),
            ("CheckAction", "6".into()),
            ("AlertAction", "15".into()),
            ("AlertMessage", "%NAME% is fine again~~~%NAME% %STATUS% on %COMPUTERNAME%.!!!%NAME% failed~~~%NAME% %STATUS% on %COMPUTERNAME%: %RESULT%.".into()),
            ("ContactID", "0".into()),
            ("interval", monitor.interval.to_string()),
            ("Where", "127.0.0.1".into()),
            ("What", "2".into()),
            ("DataOut", monitor.check.clone()),
            ("Comparor", "1".into()),
            ("DataIn", monitor.expected.clone()),
            ("AlertStyle", "0".into()),
            ("Category", "5".into()),
            ("TicketCategory", "135".into()),
            ("ScriptTarget", "1".into()),
            ("GUID", guid),
            ("UpdatedBy", "m.weber".into()),
            ("UpdateDate", "2026-10-12T14:06:48-07:00".into()),
        ]);
        format!("  <GroupMonitor>\r\n{row}  </GroupMonitor>\r\n")
    }
}
