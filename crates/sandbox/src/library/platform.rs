//! What runs below: network, servers, backup.

use super::{
    Recipe,
    Stage::{PowerShell, Shell, Sql},
};

pub(super) const SCRIPTS: &[Recipe] = &[
    Recipe::new("Flush DNS", "Network", &[PowerShell("Flush", "Clear-DnsClientCache")]),
    Recipe::new(
        "Reset network stack",
        "Network",
        &[
            Shell("Winsock", "netsh winsock reset"),
            Shell("IP", "netsh int ip reset"),
            Shell("Lease", "ipconfig /release && ipconfig /renew"),
        ],
    ),
    Recipe::new(
        "Test required endpoints",
        "Network",
        &[
            PowerShell(
                "Reach",
                "$hosts = 'update.example.com', 'relay.example.com'\n$hosts | ForEach-Object { Test-NetConnection $_ -Port 443 }",
            ),
            PowerShell(
                "Certificates",
                "$hosts | ForEach-Object { (Invoke-WebRequest \"https://$_\" -UseBasicParsing).StatusCode }",
            ),
        ],
    ),
    Recipe::new(
        "Measure link speed",
        "Network",
        &[PowerShell("Adapters", "Get-NetAdapter -Physical | Select-Object Name, LinkSpeed, Status")],
    ),
    Recipe::new(
        "Exchange queue length",
        "Servers",
        &[
            PowerShell(
                "Count",
                "Get-Queue | Measure-Object -Property MessageCount -Sum | Select-Object -ExpandProperty Sum",
            ),
            Sql("Limit", "SELECT Value FROM properties WHERE Name = 'ExchangeQueueLimit'"),
        ],
    ),
    Recipe::new(
        "Restart stopped automatic services",
        "Servers",
        &[
            PowerShell(
                "Find",
                "$stopped = Get-Service | Where-Object { $_.StartType -eq 'Automatic' -and $_.Status -eq 'Stopped' }\n$stopped.Name",
            ),
            PowerShell("Start", "$stopped | Start-Service -PassThru | Select-Object Name, Status"),
        ],
    ),
    Recipe::new(
        "SQL Server database sizes",
        "Servers",
        &[PowerShell("Sizes", "Invoke-Sqlcmd \"SELECT name, size * 8 / 1024 AS mb FROM sys.master_files\"")],
    ),
    Recipe::new(
        "Hyper-V checkpoint age",
        "Servers",
        &[PowerShell(
            "Old checkpoints",
            "Get-VM | Get-VMSnapshot | Where-Object CreationTime -lt (Get-Date).AddDays(-3)",
        )],
    ),
    Recipe::new(
        "Time synchronisation",
        "Servers",
        &[Shell("Synchronise", "w32tm /resync /force"), Shell("Proof", "w32tm /query /status")],
    ),
    Recipe::new(
        "Domain controller health [Ticket]",
        "Servers",
        &[
            Shell("Diagnose", "dcdiag /q"),
            Shell("Replication", "repadmin /replsummary"),
            PowerShell("SYSVOL", "(Get-SmbShare SYSVOL).Path"),
        ],
    ),
    Recipe::new(
        "Verify backup agent",
        "Backup",
        &[
            PowerShell("State", "Get-Service -Name 'BackupAgent' | Select-Object Status, StartType"),
            PowerShell(
                "Version",
                "(Get-Item 'C:\\Program Files\\BackupAgent\\agent.exe').VersionInfo.ProductVersion",
            ),
        ],
    ),
    Recipe::new(
        "Restart backup agent",
        "Backup",
        &[PowerShell("Restart", "Restart-Service -Name 'BackupAgent' -Force")],
    ),
    Recipe::new(
        "Report last good backup [Global]",
        "Backup",
        &[
            PowerShell(
                "Last",
                "Get-WinEvent -ProviderName 'BackupAgent' -MaxEvents 1 | Select-Object TimeCreated, Message",
            ),
            Sql(
                "Keep",
                "REPLACE INTO plugin_operations_backup SET ComputerID = %computerid%, LastGood = NOW()",
            ),
        ],
    ),
    Recipe::new(
        "Test restore of a file",
        "Backup",
        &[
            PowerShell(
                "Restore",
                "& 'C:\\Program Files\\BackupAgent\\agent.exe' restore --path C:\\Operations\\canary.txt --to C:\\Operations\\restored.txt",
            ),
            PowerShell(
                "Compare",
                "Compare-Object (Get-Content C:\\Operations\\canary.txt) (Get-Content C:\\Operations\\restored.txt)",
            ),
        ],
    ),
];
