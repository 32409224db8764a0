//! What the service desk uses: printing, disks, support.

use super::{
    Recipe,
    Stage::{PowerShell, Shell, Sql},
};

pub(super) const SCRIPTS: &[Recipe] = &[
    Recipe::new(
        "Reset print spooler",
        "Printing",
        &[
            PowerShell("Stop the spooler", "Stop-Service Spooler -Force"),
            PowerShell("Empty the queue", "Remove-Item \"$env:windir\\System32\\spool\\PRINTERS\\*\" -Force"),
            PowerShell("Start the spooler", "Start-Service Spooler\n(Get-Service Spooler).Status"),
        ],
    ),
    Recipe::new(
        "List installed printers",
        "Printing",
        &[PowerShell("List", "Get-Printer | Select-Object Name, DriverName, PortName | ConvertTo-Json")],
    ),
    Recipe::new(
        "Remove stale printer ports",
        "Printing",
        &[
            PowerShell("Find", "Get-PrinterPort | Where-Object Name -like 'WSD*' | Select-Object Name"),
            PowerShell("Remove", "Get-PrinterPort | Where-Object Name -like 'WSD*' | Remove-PrinterPort"),
        ],
    ),
    Recipe::new(
        "Map department printer",
        "Printing",
        &[
            Sql(
                "Which printer",
                "SELECT Value FROM v_extradataclients WHERE ClientID = %clientid% AND Name = 'Printer'",
            ),
            PowerShell("Connect", "Add-Printer -ConnectionName '%sqlresult%'"),
        ],
    ),
    Recipe::new(
        "Clear temporary files",
        "Disk",
        &[
            PowerShell("Measure", "(Get-Volume C).SizeRemaining"),
            PowerShell(
                "Clean",
                "$paths = @($env:TEMP, \"$env:windir\\Temp\")\nforeach ($path in $paths) {\n  Get-ChildItem $path -Recurse -Force -ErrorAction SilentlyContinue |\n    Where-Object LastWriteTime -lt (Get-Date).AddDays(-7) |\n    Remove-Item -Recurse -Force -ErrorAction SilentlyContinue\n}",
            ),
            PowerShell("Measure again", "(Get-Volume C).SizeRemaining"),
        ],
    ),
    Recipe::new(
        "Disk space report [Global]",
        "Disk",
        &[
            PowerShell(
                "Volumes",
                "Get-Volume | Where-Object DriveType -eq 'Fixed' |\n  Select-Object DriveLetter, Size, SizeRemaining",
            ),
            Sql(
                "Trend",
                "SELECT AVG(Free) FROM h_drives WHERE ComputerID = %computerid%\n  AND EventDate > NOW() - INTERVAL 30 DAY",
            ),
        ],
    ),
    Recipe::new(
        "Shrink component store",
        "Disk",
        &[
            Shell("Analyse", "dism.exe /Online /Cleanup-Image /AnalyzeComponentStore"),
            Shell("Shrink", "dism.exe /Online /Cleanup-Image /StartComponentCleanup"),
        ],
    ),
    Recipe::new(
        "Find large files",
        "Disk",
        &[PowerShell(
            "Search",
            "Get-ChildItem C:\\ -Recurse -File -ErrorAction SilentlyContinue |\n  Sort-Object Length -Descending |\n  Select-Object -First 25 FullName, @{n='MB';e={[int]($_.Length/1MB)}}",
        )],
    ),
    Recipe::new(
        "Check disk health [Ticket]",
        "Disk",
        &[
            PowerShell(
                "SMART",
                "Get-PhysicalDisk | Get-StorageReliabilityCounter |\n  Select-Object DeviceId, Wear, ReadErrorsTotal, Temperature",
            ),
            Shell("File system", "chkdsk C: /scan /perf"),
            Sql(
                "Seen before",
                "SELECT COUNT(*) FROM tickets WHERE ComputerID = %computerid% AND Subject LIKE '%disk health%'",
            ),
        ],
    ),
    Recipe::new(
        "Collect support bundle",
        "Support",
        &[
            PowerShell(
                "Event logs",
                "wevtutil epl System C:\\ProgramData\\Support\\system.evtx /ow:true\nwevtutil epl Application C:\\ProgramData\\Support\\application.evtx /ow:true",
            ),
            PowerShell(
                "Pack",
                "Compress-Archive -Path C:\\ProgramData\\Support\\* -DestinationPath C:\\ProgramData\\bundle.zip -Force",
            ),
        ],
    ),
    Recipe::new(
        "Show restart notice",
        "Support",
        &[Shell("Notice", "msg * \"Your computer will restart tonight at 22:00.\"")],
    ),
    Recipe::new(
        "Reset Outlook profile",
        "Support",
        &[
            PowerShell("Close", "Get-Process OUTLOOK -ErrorAction SilentlyContinue | Stop-Process"),
            PowerShell(
                "Keep the old profile",
                "reg export 'HKCU\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles' C:\\ProgramData\\outlook.reg /y",
            ),
            PowerShell(
                "New profile",
                "New-Item 'HKCU:\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Standard' -Force",
            ),
        ],
    ),
    Recipe::new(
        "Repair Teams cache",
        "Support",
        &[
            PowerShell("Close", "Get-Process ms-teams -ErrorAction SilentlyContinue | Stop-Process -Force"),
            PowerShell(
                "Empty",
                "Remove-Item \"$env:LOCALAPPDATA\\Packages\\MSTeams_8wekyb3d8bbwe\\LocalCache\\*\" -Recurse -Force",
            ),
        ],
    ),
    Recipe::new(
        "Unlock account [Ticket]",
        "Support",
        &[
            PowerShell("Unlock", "Import-Module ActiveDirectory\nUnlock-ADAccount -Identity '%UserName%'"),
            PowerShell("Proof", "(Get-ADUser '%UserName%' -Properties LockedOut).LockedOut"),
        ],
    ),
];
