//! What a second instance holds that the master does not: a laboratory, small, with items of its own.

use super::{
    Recipe,
    Stage::{PowerShell, Shell},
};

pub(super) const SCRIPTS: &[Recipe] = &[
    Recipe::new(
        "Lab: measure boot time",
        "Laboratory",
        &[PowerShell(
            "Measure",
            "Get-WinEvent -FilterHashtable @{LogName='Microsoft-Windows-Diagnostics-Performance/Operational'; Id=100} -MaxEvents 5",
        )],
    ),
    Recipe::new(
        "Lab: compare patch levels",
        "Laboratory",
        &[
            PowerShell(
                "Collect",
                "Get-HotFix | Sort-Object InstalledOn -Descending | Select-Object -First 20",
            ),
            PowerShell("Summarise", "(Get-HotFix).Count"),
        ],
    ),
    Recipe::new(
        "Lab: reset a test machine",
        "Laboratory",
        &[
            Shell("Sign everybody out", "logoff console"),
            PowerShell(
                "Restore",
                "Restore-Computer -RestorePoint (Get-ComputerRestorePoint)[-1].SequenceNumber",
            ),
        ],
    ),
    Recipe::new(
        "Lab: try a driver package",
        "Laboratory",
        &[PowerShell("Install", "pnputil /add-driver C:\\Lab\\drivers\\*.inf /subdirs /install")],
    ),
];
