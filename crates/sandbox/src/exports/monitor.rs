//! Internal-monitor exports.

use super::guid_of;

const COLUMNS: &str = "`AgentID`,`Name`,`LocID`,`ClientID`,`ComputerID`,`DriveID`,`CheckAction`,`AlertAction`,`AlertMessage`,`ContactID`,`interval`,`Where`,`What`,`DataOut`,`Comparor`,`DataIn`,`LastScan`,`LastFailed`,`FailCount`,`IDField`,`AlertStyle`,`Changed`,`Last_Date`,`Last_User`,`ReportCategory`,`TicketCategory`,`Flags`,`GUID`,`WarningCount`,`DeviceId`,`AgentDefaultGUID`";

/// An internal monitor.
#[derive(Debug, Clone)]
pub struct InternalMonitor {
    /// Its name.
    pub name: String,
    /// Its GUID.
    pub guid: String,
    /// Its SQL.
    pub sql: String,
    /// Seconds between scans.
    pub interval: i64,
    /// The alert template that the header names.
    pub alert_template: String,
    /// Whether it is switched on; exports of real instances are not.
    pub enabled: bool,
    /// Added to all local ids and counters: another instance.
    pub shift: i64,
}

impl InternalMonitor {
    /// A monitor; its GUID follows from the name.
    pub fn new(name: &str, sql: &str, interval: i64) -> Self {
        Self {
            name: name.into(),
            guid: guid_of(&format!("internal monitor {name}")),
            sql: sql.into(),
            interval,
            alert_template: "Default - Create Ticket".into(),
            enabled: false,
            shift: 0,
        }
    }

    /// Names another alert template.
    pub fn alerting(mut self, template: &str) -> Self {
        self.alert_template = template.into();
        self
    }

    /// The export file.
    pub fn to_sql(&self) -> String {
        let guid = &self.guid;
        format!(
            "-- Monitor: {}\r\n-- Alert Template: {}\r\n-- Last Edited By: j.okafor@ops\r\nDELETE FROM Agents WHERE GUID='{guid}';\r\nINSERT INTO Agents ({COLUMNS}) VALUES ({});\r\n",
            self.name,
            self.alert_template,
            self.values()
        )
    }

    fn values(&self) -> String {
        let (name, sql, guid) = (quoted(&self.name), quoted(&self.sql), &self.guid);
        let (interval, shift) = (self.interval, self.shift);
        let flags = i64::from(!self.enabled);
        format!(
            "NULL,'{name}',0,0,0,'{shift}',0,{shift},'{name} is fine~~~All good.!!!{name}~~~%RESULT% on %COMPUTERNAME%',0,{interval},'computers','RAWSQL','{sql}',7,'0',NOW(),NOW(),{shift},'ComputerID',1,0,NOW(),USER(),{shift},{shift},{flags},'{guid}',{shift},0,''"
        )
    }
}

/// Text as a MySQL literal holds it.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n")
}
