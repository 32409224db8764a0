//! What keeps the fleet in order: security, patching, onboarding and offboarding.

use super::{
    Recipe,
    Stage::{PowerShell, Shell, Sql},
};

pub(super) const SCRIPTS: &[Recipe] = &[
    Recipe::new(
        "Check BitLocker state",
        "Security",
        &[PowerShell(
            "State",
            "Get-BitLockerVolume | Select-Object MountPoint, ProtectionStatus, EncryptionPercentage",
        )],
    ),
    Recipe::new(
        "Enable BitLocker and escrow key",
        "Security",
        &[
            PowerShell("TPM ready", "(Get-Tpm).TpmReady"),
            PowerShell(
                "Encrypt",
                "Enable-BitLocker -MountPoint 'C:' -EncryptionMethod XtsAes256 -RecoveryPasswordProtector",
            ),
            PowerShell(
                "Escrow",
                "$volume = Get-BitLockerVolume 'C:'\n$volume.KeyProtector | Where-Object KeyProtectorType -eq 'RecoveryPassword' |\n  ForEach-Object { BackupToAAD-BitLockerKeyProtector 'C:' -KeyProtectorId $_.KeyProtectorId }",
            ),
        ],
    ),
    Recipe::new(
        "Audit local administrators",
        "Security",
        &[
            PowerShell(
                "Members",
                "Get-LocalGroupMember -Group 'Administrators' | Select-Object Name, PrincipalSource",
            ),
            Sql("Expected", "SELECT Value FROM properties WHERE Name = 'AllowedAdministrators'"),
        ],
    ),
    Recipe::new(
        "Rotate local admin password [Ticket]",
        "Security",
        &[
            PowerShell(
                "Rotate",
                "$secret = [guid]::NewGuid().ToString('N')\nSet-LocalUser -Name 'svc-local' -Password (ConvertTo-SecureString $secret -AsPlainText -Force)",
            ),
            Sql(
                "Note",
                "UPDATE computers SET Comment = CONCAT(Comment, ' rotated') WHERE ComputerID = %computerid%",
            ),
        ],
    ),
    Recipe::new(
        "Disable SMBv1",
        "Security",
        &[
            PowerShell("In use", "Get-SmbConnection | Where-Object Dialect -lt '2.0'"),
            PowerShell(
                "Disable",
                "Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol -NoRestart",
            ),
        ],
    ),
    Recipe::new(
        "Collect failed sign-ins",
        "Security",
        &[PowerShell(
            "Collect",
            "Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4625} -MaxEvents 200 |\n  Group-Object { $_.Properties[5].Value } |\n  Select-Object Count, Name",
        )],
    ),
    Recipe::new(
        "Isolate computer from network",
        "Security",
        &[
            PowerShell(
                "Block",
                "New-NetFirewallRule -DisplayName Isolation -Direction Outbound -Action Block -RemoteAddress Any",
            ),
            PowerShell(
                "Allow the agent",
                "New-NetFirewallRule -DisplayName Agent -Direction Outbound -Action Allow -RemotePort 443 -Protocol TCP",
            ),
        ],
    ),
    Recipe::new(
        "Patch report",
        "Patching",
        &[
            PowerShell(
                "Newest patches",
                "Get-HotFix | Sort-Object InstalledOn -Descending | Select-Object -First 20",
            ),
            Sql(
                "Missing",
                "SELECT COUNT(*) FROM hotfix WHERE ComputerID = %computerid% AND Installed = 0 AND Approved = 2",
            ),
        ],
    ),
    Recipe::new(
        "Install missing patches",
        "Patching",
        &[
            PowerShell(
                "Search",
                "$session = New-Object -ComObject Microsoft.Update.Session\n$found = $session.CreateUpdateSearcher().Search('IsInstalled=0')\n$found.Updates | ForEach-Object { $_.Title }",
            ),
            PowerShell(
                "Download",
                "$downloader = $session.CreateUpdateDownloader()\n$downloader.Updates = $found.Updates\n$downloader.Download().ResultCode",
            ),
            PowerShell(
                "Install",
                "$installer = $session.CreateUpdateInstaller()\n$installer.Updates = $found.Updates\n$installer.Install().ResultCode",
            ),
            PowerShell(
                "Restart pending",
                "Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired'",
            ),
        ],
    ),
    Recipe::new(
        "Pause patching for a week",
        "Patching",
        &[PowerShell(
            "Pause",
            "Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Operations' -Name PausePatching -Value (Get-Date).AddDays(7)",
        )],
    ),
    Recipe::new(
        "Repair Windows Update",
        "Patching",
        &[
            PowerShell("Stop", "Stop-Service wuauserv, bits, cryptsvc -Force"),
            PowerShell(
                "Set aside",
                "Rename-Item \"$env:windir\\SoftwareDistribution\" \"SoftwareDistribution.old\"",
            ),
            PowerShell("Start", "Start-Service wuauserv, bits, cryptsvc"),
            Shell("Look again", "usoclient.exe StartScan"),
        ],
    ),
    Recipe::new(
        "Update third-party software [Global]",
        "Patching",
        &[
            Shell("Outdated", "choco outdated --limit-output"),
            Shell("Upgrade", "choco upgrade all --yes --no-progress --except=\"'vendor-pinned'\""),
        ],
    ),
    Recipe::new(
        "Join domain",
        "Onboarding",
        &[
            PowerShell("Reach", "Test-ComputerSecureChannel -ErrorAction SilentlyContinue"),
            PowerShell("Join", "Add-Computer -DomainName $env:TARGET_DOMAIN -Restart"),
        ],
    ),
    Recipe::new(
        "Install standard software",
        "Onboarding",
        &[
            PowerShell(
                "Installer",
                "if (-not (Get-Command choco -ErrorAction SilentlyContinue)) { throw 'choco is missing' }",
            ),
            PowerShell(
                "Install",
                "$packages = '7zip', 'notepadplusplus', 'adobereader'\nforeach ($package in $packages) {\n  choco install $package --yes --no-progress\n}",
            ),
            PowerShell("Proof", "choco list --limit-output"),
        ],
    ),
    Recipe::new(
        "Rename computer by asset tag",
        "Onboarding",
        &[PowerShell(
            "Rename",
            "$tag = (Get-CimInstance Win32_SystemEnclosure).SMBIOSAssetTag\nRename-Computer -NewName \"WS-$tag\" -Force",
        )],
    ),
    Recipe::new("Set power plan", "Onboarding", &[Shell("Set", "powercfg /setactive SCHEME_MIN")]),
    Recipe::new(
        "Remove departed user profile",
        "Offboarding",
        &[
            PowerShell(
                "Find",
                "Get-CimInstance Win32_UserProfile | Where-Object LocalPath -like '*%UserName%'",
            ),
            PowerShell(
                "Remove",
                "Get-CimInstance Win32_UserProfile |\n  Where-Object LocalPath -like '*%UserName%' |\n  Remove-CimInstance",
            ),
        ],
    ),
    Recipe::new(
        "Wipe device [Ticket]",
        "Offboarding",
        &[
            Sql(
                "Approved",
                "SELECT Value FROM v_extradatacomputers WHERE ComputerID = %computerid% AND Name = 'Wipe approved'",
            ),
            PowerShell("Suspend protection", "Suspend-BitLocker -MountPoint 'C:' -RebootCount 1"),
            PowerShell(
                "Wipe",
                "Get-CimInstance -Namespace root/cimv2/mdm/dmmap -ClassName MDM_RemoteWipe |\n  Invoke-CimMethod -MethodName doWipeMethod -Arguments @{ param = '' }",
            ),
        ],
    ),
];
