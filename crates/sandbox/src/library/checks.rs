//! Searches, groups with remote monitors, internal monitors.

use super::{asset_tag, contract, patch_day};
use crate::exports::{Group, InternalMonitor, Search, guid_of};

pub(super) fn searches() -> Vec<Search> {
    let field = |field: crate::exports::ExtraField| format!("Computer.Edf.{}", field.guid);
    let contains = |name: &str, field: &str, value: &str| Search::new(name, field, "Contains", value);
    vec![
        contains("Windows servers", "Computer.OS.Name", "Server"),
        contains("Windows workstations", "Computer.OS.Name", "Windows 11").and(
            "Computer.OS.Type",
            "Equals",
            "1",
        ),
        contains("Has backup agent", "Computer.Applications.Name", "Backup Agent"),
        Search::new("Exchange servers", "Computer.LabTech.Roles", "Equals", &guid_of("role exchange")),
        Search::new("SQL servers", "Computer.LabTech.Roles", "Equals", &guid_of("role sql")),
        Search::new("Laptops", "Computer.Chassis", "Equals", "Laptop")
            .and("Computer.Chassis", "Equals", "Notebook")
            .any(),
        Search::new("Low disk space", "Computer.Drives.FreePercent", "LessThan", "10"),
        Search::new("No antivirus", "Computer.Antivirus.Name", "Equals", "None"),
        Search::new("Patched at the weekend", &field(patch_day()), "Equals", "Saturday"),
        Search::new("Gold contract", &field(contract()), "Equals", "Gold"),
        Search::new("Asset tag missing", &field(asset_tag()), "Equals", ""),
        contains("Hyper-V hosts", "Computer.Applications.Name", "Hyper-V").and(
            "Computer.OS.Name",
            "Contains",
            "Server",
        ),
    ]
}

pub(super) fn groups() -> Vec<Group> {
    let known = searches();
    let search = |name: &str| known.iter().find(|search| search.name == name).cloned();
    let joined = |name: &str, by: &str| {
        let group = Group::new(name).notes("Filled by its search; monitors apply to every member.");
        match search(by) {
            Some(search) => group.joined_by(search),
            None => group,
        }
    };
    let pending = "powershell.exe -NoProfile -Command \"Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired'\"";
    let mut servers = joined("Servers", "Windows servers")
        .monitor("Remote desktop service", "TermService", "1", 300)
        .monitor("Time service", "W32Time", "1", 900)
        .monitor("Pending restart", pending, "False", 3600);
    if let Some(hosts) = search("Hyper-V hosts") {
        servers = servers.monitor("Hyper-V management", "vmms", "1", 300).limited_to(hosts);
    }
    vec![
        servers,
        joined("Backup protected", "Has backup agent")
            .monitor("Backup agent service", "BackupAgent", "1", 300)
            .monitor("Backup agent log", "C:\\ProgramData\\BackupAgent\\last.log", "OK", 7200),
        joined("Exchange", "Exchange servers").below("Servers").monitor(
            "Transport service",
            "MSExchangeTransport",
            "1",
            300,
        ),
        joined("SQL Server", "SQL servers").below("Servers").monitor(
            "Database engine",
            "MSSQLSERVER",
            "1",
            300,
        ),
        joined("Laptops on battery", "Laptops").monitor(
            "Battery health",
            "powercfg /batteryreport",
            "OK",
            86400,
        ),
        joined("Weekend patching", "Patched at the weekend").monitor("Update service", "wuauserv", "1", 1800),
        joined("Gold clients", "Gold contract").monitor("Endpoint protection", "Sense", "1", 300),
        joined("Virtual hosts", "Hyper-V hosts").below("Servers").monitor(
            "Replica service",
            "vmicvss",
            "1",
            600,
        ),
    ]
}

const MONITORS: &[(&str, &str, i64)] = &[
    (
        "Disk space below 10 percent",
        "SELECT c.ComputerID AS TestValue, c.Name AS IDentityField\nFROM computers c JOIN drives d USING (ComputerID)\nWHERE d.Free / d.Size < 0.1 AND d.Missing = 0",
        3600,
    ),
    (
        "Agent offline for 30 days",
        "SELECT ComputerID AS TestValue, Name AS IDentityField FROM computers WHERE LastContact < NOW() - INTERVAL 30 DAY",
        86400,
    ),
    (
        "Antivirus definitions old",
        "SELECT ComputerID AS TestValue, Name AS IDentityField FROM computers\nWHERE STR_TO_DATE(VirusDefs, '%Y%m%d') < NOW() - INTERVAL 7 DAY",
        7200,
    ),
    (
        "Failed backups [Ticket]",
        "SELECT e.ComputerID AS TestValue, e.Message AS IDentityField\nFROM eventlogs e\nWHERE e.Source = 'BackupAgent' AND e.EventType = 1",
        1800,
    ),
    (
        "Unexpected restart",
        "SELECT ComputerID AS TestValue, Name AS IDentityField FROM eventlogs WHERE EventID = 6008",
        3600,
    ),
    (
        "Server uptime above 60 days",
        "SELECT ComputerID AS TestValue, Name AS IDentityField FROM computers\nWHERE UpTime > 86400 AND OS LIKE '%Server%'",
        86400,
    ),
    (
        "Local administrators changed",
        "SELECT ComputerID AS TestValue, User AS IDentityField FROM eventlogs WHERE EventID IN (4732, 4733)",
        900,
    ),
    (
        "Script failures above ten [Global]",
        "SELECT s.ScriptId AS TestValue, s.ScriptName AS IDentityField\nFROM lt_scripts s JOIN h_scripts h USING (ScriptId)\nWHERE h.Result = 'failed'\nGROUP BY s.ScriptId HAVING COUNT(*) > 10",
        3600,
    ),
    (
        "Duplicate computers",
        "SELECT MAX(ComputerID) AS TestValue, Name AS IDentityField FROM computers GROUP BY Name, BiosSerial HAVING COUNT(*) > 1",
        86400,
    ),
    (
        "Paths that end badly",
        "SELECT ComputerID AS TestValue, Path AS IDentityField FROM shares WHERE Path LIKE '%\\\\' OR Path LIKE 'C:\\\\Users\\\\%'",
        86400,
    ),
];

pub(super) fn monitors() -> Vec<InternalMonitor> {
    let template = |name: &str| {
        if name.contains("[Ticket]") { "Default - Create Ticket" } else { "Operations - E-mail" }
    };
    MONITORS
        .iter()
        .map(|(name, sql, every)| InternalMonitor::new(name, sql, *every).alerting(template(name)))
        .collect()
}
