//! Internal-monitor exports.

use super::guid_of;

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
        }
    }

    /// The export file.
    pub fn to_sql(&self) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
        format!(
            "-- Monitor: {}\r\n-- Alert Template: {}\r\n-- Last Edited By: j.okafor@ops\r\nDELETE FROM Agents WHERE GUID='{guid}';\r\nINSERT INTO Agents (`AgentID`,`Name`,`LocID`,`ClientID`,`ComputerID`,`DriveID`,`CheckAction`,`AlertAction`,`AlertMessage`,`ContactID`,`interval`,`Where`,`What`,`DataOut`,`Comparor`,`DataIn`,`LastScan`,`LastFailed`,`FailCount`,`IDField`,`AlertStyle`,`Changed`,`Last_Date`,`Last_User`,`ReportCategory`,`TicketCategory`,`Flags`,`GUID`,`WarningCount`,`DeviceId`,`AgentDefaultGUID`) VALUES (NULL,'{name}',0,0,0,'0',0,1,'{name} is fine~~~All good.!!!{name}~~~%RESULT% on %COMPUTERNAME%',0,{interval},'computers','ComputerID','{sql}',7,'0',NOW(),NOW(),0,'ComputerID',1,0,NOW(),USER(),0,0,1,'{guid}',0,0,'');\r\n",
            self.name,
            self.alert_template,
            guid = self.guid,
            name = quoted(&self.name),
            interval = self.interval,
            sql = quoted(&self.sql),
        )
    }
}
