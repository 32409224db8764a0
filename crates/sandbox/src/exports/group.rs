//! Group expansions with their auto-join search and remote monitors.

use super::{Column, Search, element, expansion, guid_of, id_of};

const MESSAGE: &str = "%NAME% is fine again~~~%NAME% %STATUS% on %CLIENTNAME%\\%COMPUTERNAME%.!!!%NAME% failed~~~%NAME% %STATUS% on %CLIENTNAME%\\%COMPUTERNAME% at %LOCATIONNAME%: %RESULT%.";

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
    /// The search that limits it, which travels along.
    pub limit: Option<Search>,
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
    /// Added to all local ids: another instance.
    pub shift: i64,
    /// The names of the groups above, outermost first.
    pub above: Vec<String>,
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
            shift: 0,
            above: Vec::new(),
            search: None,
            monitors: Vec::new(),
        }
    }

    /// Puts it below another group.
    pub fn below(mut self, name: &str) -> Self {
        self.above.push(name.into());
        self
    }

    /// Gives it notes.
    pub fn notes(mut self, notes: &str) -> Self {
        self.notes = notes.into();
        self
    }

    /// Fills it by a search.
    pub fn joined_by(mut self, search: Search) -> Self {
        self.search = Some(search);
        self
    }

    /// Adds a monitor.
    pub fn monitor(mut self, name: &str, check: &str, expected: &str, interval: i64) -> Self {
        let (name, check, expected) = (name.into(), check.into(), expected.into());
        self.monitors.push(RemoteMonitor { name, check, expected, interval, limit: None });
        self
    }

    /// Limits the newest monitor to what a search finds.
    pub fn limited_to(mut self, search: Search) -> Self {
        if let Some(monitor) = self.monitors.last_mut() {
            monitor.limit = Some(search);
        }
        self
    }

    /// The export file.
    pub fn to_xml(&self) -> String {
        let search = self.search.as_ref().map(|search| self.search_element(search)).unwrap_or_default();
        let monitors: String = self.monitors.iter().map(|monitor| self.monitor_element(monitor)).collect();
        expansion("Group", &element("Group", &self.row(), &format!("{search}{monitors}")))
    }

    fn id(&self) -> i64 {
        id_of(&format!("group {}", self.name)) + self.shift
    }

    fn search_element(&self, search: &Search) -> String {
        Search { id: search.id + self.shift, ..search.clone() }.element()
    }

    fn search_id(&self, search: Option<&Search>) -> String {
        search.map_or(0, |search| search.id + self.shift).to_string()
    }

    pub(crate) fn row(&self) -> Vec<Column> {
        let full: Vec<&str> = self.above.iter().chain([&self.name]).map(String::as_str).collect();
        let parents: String =
            self.above.iter().map(|name| format!("{},", id_of(name) + self.shift)).collect();
        vec![
            ("GroupID", self.id().to_string()),
            ("ParentID", self.above.last().map_or(0, |name| id_of(name) + self.shift).to_string()),
            ("Parents", format!(",{parents}")),
            ("Children", ",".into()),
            ("depth", self.above.len().to_string()),
            ("Name", self.name.clone()),
            ("FullName", full.join(".")),
            ("Permissions", "0".into()),
            ("Template", "0".into()),
            ("AutoJoinScript", self.search_id(self.search.as_ref())),
            ("Master", "0".into()),
            ("LimitToParent", "0".into()),
            ("Control", "0".into()),
            ("ControlID", "0".into()),
            ("Notes", self.notes.clone()),
            ("MaintenanceID", "0".into()),
            ("MaintWindowApplied", "2026-08-24T13:56:01-07:00".into()),
            ("GroupType", "5".into()),
            ("Priority", "5".into()),
            ("GUID", self.guid.clone()),
            ("NetworkJoin", "0".into()),
            ("NetworkJoinOptions", "0".into()),
            ("ContactJoin", "0".into()),
            ("ContactJoinOptions", "0".into()),
        ]
    }

    fn monitor_element(&self, monitor: &RemoteMonitor) -> String {
        let limit = monitor.limit.as_ref().map(|search| self.search_element(search)).unwrap_or_default();
        element("GroupMonitor", &self.monitor_row(monitor), &limit)
    }

    pub(crate) fn monitor_row(&self, monitor: &RemoteMonitor) -> Vec<Column> {
        let key = format!("monitor {} {}", self.name, monitor.name);
        vec![
            ("AgentID", (id_of(&key) + self.shift).to_string()),
            ("GroupID", self.id().to_string()),
            ("SearchID", self.search_id(monitor.limit.as_ref())),
            ("Name", monitor.name.clone()),
            ("CheckAction", "6".into()),
            ("AlertAction", (15 + self.shift).to_string()),
            ("AlertMessage", MESSAGE.into()),
            ("ContactID", "0".into()),
            ("interval", monitor.interval.to_string()),
            ("Where", "127.0.0.1".into()),
            ("What", "2".into()),
            ("DataOut", monitor.check.clone()),
            ("Comparor", "1".into()),
            ("DataIn", monitor.expected.clone()),
            ("IDField", String::new()),
            ("AlertStyle", "0".into()),
            ("ScriptID", "0".into()),
            ("datacollector", String::new()),
            ("Category", (5 + self.shift).to_string()),
            ("TicketCategory", (135 + self.shift).to_string()),
            ("ScriptTarget", "1".into()),
            ("GUID", guid_of(&key)),
            ("UpdatedBy", "m.weber".into()),
            ("UpdateDate", "2026-10-12T14:06:48-07:00".into()),
        ]
    }
}
