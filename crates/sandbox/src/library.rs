//! A believable master library of an MSP, and how it goes on a week later.

use crate::exports::{Group, InternalMonitor, Script, ScriptStep, Search};
use std::{fs, io, path::Path};

/// Name, folder below `ProVal`-like root, what it does (PowerShell).
const SCRIPTS: &[(&str, &str, &str)] = &[
    (
        "Reset print spooler",
        "Printing",
        "Stop-Service Spooler -Force\nRemove-Item \"$env:windir\\System32\\spool\\PRINTERS\\*\" -Force\nStart-Service Spooler",
    ),
    (
        "List installed printers",
        "Printing",
        "Get-Printer | Select-Object Name, DriverName, PortName | ConvertTo-Json",
    ),
    (
        "Remove stale printer ports",
        "Printing",
        "Get-PrinterPort | Where-Object Name -like 'WSD*' | Remove-PrinterPort",
    ),
    (
        "Clear temporary files",
        "Disk",
        "$paths = @($env:TEMP, \"$env:windir\\Temp\")\nforeach ($path in $paths) {\n  Get-ChildItem $path -Recurse -Force -ErrorAction SilentlyContinue |\n    Where-Object LastWriteTime -lt (Get-Date).AddDays(-7) |\n    Remove-Item -Recurse -Force -ErrorAction SilentlyContinue\n}",
    ),
    (
        "Disk space report [Global]",
        "Disk",
        "Get-Volume | Where-Object DriveType -eq 'Fixed' | Select-Object DriveLetter, Size, SizeRemaining",
    ),
    ("Shrink component store", "Disk", "dism.exe /Online /Cleanup-Image /StartComponentCleanup"),
    (
        "Check BitLocker state",
        "Security",
        "Get-BitLockerVolume | Select-Object MountPoint, ProtectionStatus, EncryptionPercentage",
    ),
    (
        "Enable BitLocker and escrow key",
        "Security",
        "Enable-BitLocker -MountPoint 'C:' -EncryptionMethod XtsAes256 -RecoveryPasswordProtector\n(Get-BitLockerVolume 'C:').KeyProtector.RecoveryPassword",
    ),
    (
        "Audit local administrators",
        "Security",
        "Get-LocalGroupMember -Group 'Administrators' | Select-Object Name, PrincipalSource",
    ),
    (
        "Rotate local admin password [Ticket]",
        "Security",
        "$secret = [guid]::NewGuid().ToString('N')\nSet-LocalUser -Name 'svc-local' -Password (ConvertTo-SecureString $secret -AsPlainText -Force)",
    ),
    (
        "Disable SMBv1",
        "Security",
        "Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol -NoRestart",
    ),
    (
        "Collect failed sign-ins",
        "Security",
        "Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4625} -MaxEvents 200",
    ),
    (
        "Patch report",
        "Patching",
        "Get-HotFix | Sort-Object InstalledOn -Descending | Select-Object -First 20",
    ),
    (
        "Install missing patches",
        "Patching",
        "$session = New-Object -ComObject Microsoft.Update.Session\n$found = $session.CreateUpdateSearcher().Search('IsInstalled=0')\n$found.Updates | ForEach-Object { $_.Title }",
    ),
    (
        "Pause patching for a week",
        "Patching",
        "Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Tandem' -Name PausePatching -Value (Get-Date).AddDays(7)",
    ),
    (
        "Repair Windows Update",
        "Patching",
        "Stop-Service wuauserv, bits\nRename-Item \"$env:windir\\SoftwareDistribution\" SoftwareDistribution.old\nStart-Service wuauserv, bits",
    ),
    ("Verify backup agent", "Backup", "Get-Service -Name 'BackupAgent' | Select-Object Status, StartType"),
    ("Restart backup agent", "Backup", "Restart-Service -Name 'BackupAgent' -Force"),
    (
        "Report last good backup [Global]",
        "Backup",
        "Get-WinEvent -ProviderName 'BackupAgent' -MaxEvents 1 | Select-Object TimeCreated, Message",
    ),
    ("Join domain", "Onboarding", "Add-Computer -DomainName $env:TARGET_DOMAIN -Restart"),
    (
        "Install standard software",
        "Onboarding",
        "$packages = '7zip', 'notepadplusplus', 'adobereader'\nforeach ($package in $packages) { choco install $package -y }",
    ),
    (
        "Rename computer by asset tag",
        "Onboarding",
        "$tag = (Get-CimInstance Win32_SystemEnclosure).SMBIOSAssetTag\nRename-Computer -NewName \"WS-$tag\" -Force",
    ),
    ("Set power plan", "Onboarding", "powercfg /setactive SCHEME_MIN"),
    (
        "Remove departed user profile",
        "Offboarding",
        "Get-CimInstance Win32_UserProfile | Where-Object LocalPath -like '*departed*' | Remove-CimInstance",
    ),
    ("Flush DNS", "Network", "Clear-DnsClientCache"),
    ("Reset network stack", "Network", "netsh winsock reset\nnetsh int ip reset"),
    (
        "Test required endpoints",
        "Network",
        "$hosts = 'update.example.com', 'relay.example.com'\n$hosts | ForEach-Object { Test-NetConnection $_ -Port 443 }",
    ),
    ("Measure link speed", "Network", "Get-NetAdapter -Physical | Select-Object Name, LinkSpeed, Status"),
    ("Exchange queue length", "Servers", "Get-Queue | Measure-Object -Property MessageCount -Sum"),
    (
        "Restart stopped automatic services",
        "Servers",
        "Get-Service | Where-Object { $_.StartType -eq 'Automatic' -and $_.Status -eq 'Stopped' } | Start-Service",
    ),
    (
        "SQL Server database sizes",
        "Servers",
        "Invoke-Sqlcmd \"SELECT name, size * 8 / 1024 AS mb FROM sys.master_files\"",
    ),
    (
        "Hyper-V checkpoint age",
        "Servers",
        "Get-VM | Get-VMSnapshot | Where-Object CreationTime -lt (Get-Date).AddDays(-3)",
    ),
    ("Time synchronisation", "Servers", "w32tm /resync /force\nw32tm /query /status"),
    (
        "Collect support bundle",
        "Support",
        "Compress-Archive -Path C:\\ProgramData\\Tandem\\logs -DestinationPath C:\\ProgramData\\Tandem\\bundle.zip -Force",
    ),
    ("Show toast to user", "Support", "msg * 'Your computer will restart tonight at 22:00.'"),
];

const SEARCHES: &[(&str, &str, &str, &str)] = &[
    ("Windows servers", "Computer.OS.Name", "Contains", "Server"),
    ("Windows workstations", "Computer.OS.Name", "Contains", "Windows 11"),
    ("Has backup agent", "Computer.Applications.Name", "Contains", "Backup Agent"),
    ("Exchange servers", "Computer.Roles.Name", "Contains", "Exchange"),
    ("SQL servers", "Computer.Roles.Name", "Contains", "SQL Server"),
    ("Laptops", "Computer.Chassis", "Equals", "Laptop"),
    ("Low disk space", "Computer.Drives.FreePercent", "LessThan", "10"),
    ("No antivirus", "Computer.Antivirus.Name", "Equals", "None"),
];

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
        "SELECT ComputerID AS TestValue, Name AS IDentityField FROM computers WHERE VirusDefs < '2026-10-01'",
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
        "SELECT ComputerID AS TestValue, Name AS IDentityField FROM computers WHERE UpTime > 86400 AND OS LIKE '%Server%'",
        86400,
    ),
];

/// Writes the library as export files.
pub fn write(folder: &Path) -> io::Result<()> {
    for name in ["scripts", "searches", "groups", "monitors"] {
        fs::create_dir_all(folder.join(name))?;
    }
    for (name, room, code) in SCRIPTS {
        save(folder, &script(name, room, code))?;
    }
    save(folder, &onboarding())?;
    for (name, field, operator, value) in SEARCHES {
        let search = Search::new(name, field, operator, value);
        fs::write(folder.join("searches").join(format!("{}.xml", slug(name))), search.to_xml())?;
    }
    for group in groups() {
        fs::write(folder.join("groups").join(format!("{}.xml", slug(&group.name))), group.to_xml())?;
    }
    for (name, sql, interval) in MONITORS {
        let monitor = InternalMonitor::new(name, sql, *interval);
        fs::write(folder.join("monitors").join(format!("{}.sql", slug(name))), monitor.to_sql())?;
    }
    Ok(())
}

/// What happened in a week: edits, a rename, a move, deletions, new items.
pub fn evolve(folder: &Path) -> io::Result<()> {
    let edited = |name: &str, from: &str, to: &str| -> io::Result<()> {
        let Some((_, room, code)) = SCRIPTS.iter().find(|(known, ..)| *known == name) else { return Ok(()) };
        save(folder, &script(name, room, &code.replace(from, to)))
    };
    edited("Clear temporary files", "AddDays(-7)", "AddDays(-14)")?;
    edited(
        "Reset print spooler",
        "Start-Service Spooler",
        "Start-Service Spooler\nWrite-EventLog -LogName Application -Source Tandem -EventId 1 -Message 'Spooler reset'",
    )?;
    edited("Install standard software", "'adobereader'", "'sumatrapdf', 'vlc'")?;
    edited("Test required endpoints", "'relay.example.com'", "'relay.example.com', 'api.example.com'")?;
    save(folder, &script("Flush DNS", "Support", "Clear-DnsClientCache"))?;
    fs::remove_file(folder.join("scripts/set-power-plan.xml"))?;
    fs::remove_file(folder.join("scripts/list-installed-printers.xml"))?;
    save(
        folder,
        &script(
            "Remove vulnerable log4j files",
            "Security",
            "Get-ChildItem C:\\ -Recurse -Filter 'log4j-core-2.1*.jar' -ErrorAction SilentlyContinue",
        ),
    )?;
    let sql = MONITORS[0].1.replace("< 0.1", "< 0.05");
    let monitor = InternalMonitor::new(MONITORS[0].0, &sql, MONITORS[0].2);
    fs::write(folder.join("monitors").join(format!("{}.sql", slug(MONITORS[0].0))), monitor.to_sql())
}

fn save(folder: &Path, script: &Script) -> io::Result<()> {
    fs::write(folder.join("scripts").join(format!("{}.xml", slug(&script.name))), script.to_xml())
}

/// A file name from a name.
pub fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

/// A script in the style of the house: check, log, do, decide.
pub fn script(name: &str, room: &str, code: &str) -> Script {
    Script::new(name)
        .folder("Operations")
        .folder(room)
        .notes(&format!("{name}. Maintained by the operations team."))
        .step(ScriptStep::new(1, &[]).in_section(1))
        .step(ScriptStep::note(&format!("{name}: runs on the agent as the system account")))
        .step(ScriptStep::new(20, &["@StartedAt@", "0", "%when%"]))
        .step(ScriptStep::powershell(code).only_on(17))
        .step(ScriptStep::new(29, &["%shellresult%"]))
        .step(ScriptStep::new(5, &["@shellresult@", "3", "error"]))
        .step(ScriptStep::new(
            46,
            &["%clientid%", "", &format!("{name} needs attention"), "%shellresult%", "5"],
        ))
        .step(ScriptStep::new(239, &[]))
        .step(ScriptStep::new(215, &["The computer is not supported"]).in_section(3))
}

fn onboarding() -> Script {
    let part = |name: &str| {
        let known = SCRIPTS.iter().find(|(known, ..)| *known == name);
        known.map_or_else(|| Script::new(name), |(name, room, code)| script(name, room, code))
    };
    Script::new("Onboard a workstation")
        .folder("Operations")
        .folder("Onboarding")
        .notes("Runs the whole onboarding in order.")
        .step(ScriptStep::note("Name first, so that everything later carries it"))
        .calls(part("Rename computer by asset tag"))
        .calls(part("Install standard software"))
        .calls(part("Enable BitLocker and escrow key"))
        .step(ScriptStep::new(29, &["Onboarding finished"]))
}

fn groups() -> Vec<Group> {
    let search = |name: &str| {
        let known = SEARCHES.iter().find(|(known, ..)| *known == name);
        known.map(|(name, field, operator, value)| Search::new(name, field, operator, value))
    };
    let joined = |group: Group, name: &str| match search(name) {
        Some(search) => group.joined_by(search),
        None => group,
    };
    vec![
        joined(Group::new("Servers"), "Windows servers")
            .monitor("Remote desktop service", "TermService", "1", 300)
            .monitor("Time service", "W32Time", "1", 900)
            .monitor("Pending restart", "powershell.exe -NoProfile -Command \"Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired'\"", "False", 3600),
        joined(Group::new("Backup protected"), "Has backup agent").monitor("Backup agent service", "BackupAgent", "1", 300),
        joined(Group::new("Exchange"), "Exchange servers").monitor("Transport service", "MSExchangeTransport", "1", 300),
        joined(Group::new("Laptops on battery"), "Laptops").monitor("Battery health", "powercfg /batteryreport", "OK", 86400),
    ]
}
