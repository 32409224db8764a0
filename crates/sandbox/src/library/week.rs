//! What happens in a week.

use super::{Library, Recipe, Stage::PowerShell};

const EDITS: &[(&str, &str, &str)] = &[
    ("Clear temporary files", "AddDays(-7)", "AddDays(-14)"),
    (
        "Reset print spooler",
        "(Get-Service Spooler).Status",
        "Write-EventLog -LogName Application -Source Operations -EventId 1 -Message 'Spooler reset'\n(Get-Service Spooler).Status",
    ),
    ("Install standard software", "'adobereader'", "'sumatrapdf', 'vlc'"),
    ("Test required endpoints", "'relay.example.com'", "'relay.example.com', 'api.example.com'"),
    ("Rotate local admin password [Ticket]", "'svc-local'", "'svc-operations'"),
];

const GONE: &[&str] = &["Set power plan", "List installed printers"];

const NEW: &[Recipe] = &[
    Recipe::new(
        "Remove vulnerable log4j files",
        "Security",
        &[
            PowerShell(
                "Find",
                "$found = Get-ChildItem C:\\ -Recurse -Filter 'log4j-core-2.1*.jar' -ErrorAction SilentlyContinue\n$found.FullName",
            ),
            PowerShell("Set aside", "$found | Rename-Item -NewName { $_.Name + '.disabled' }"),
        ],
    ),
    Recipe::new(
        "Export conditional access policies",
        "Security",
        &[PowerShell(
            "Export",
            "Connect-MgGraph -Identity\nGet-MgIdentityConditionalAccessPolicy | ConvertTo-Json -Depth 6 | Set-Content C:\\Operations\\policies.json",
        )],
    ),
];

/// Changes the library; answers the names of what was deleted.
pub(super) fn pass(library: &mut Library) -> Vec<String> {
    for recipe in &mut library.recipes {
        let edit = EDITS.iter().find(|(name, ..)| *name == recipe.name);
        recipe.edit = edit.map(|(_, from, to)| (*from, *to));
        match recipe.name {
            "Show restart notice" => recipe.renamed = Some("Announce restart to user"),
            "Flush DNS" => recipe.room = "Support",
            "Disable SMBv1" => recipe.unchecked = true,
            _ => {}
        }
    }
    library.recipes.retain(|recipe| !GONE.contains(&recipe.name));
    library.recipes.extend_from_slice(NEW);
    if let Some(monitor) = library.monitors.first_mut() {
        monitor.sql = monitor.sql.replace("< 0.1", "< 0.05");
    }
    if let Some(search) = library.searches.iter_mut().find(|search| search.name == "Windows workstations") {
        search.conditions.truncate(1);
    }
    // A renamed script is exported again under its new name; the old file goes.
    GONE.iter().copied().chain(["Show restart notice"]).map(str::to_owned).collect()
}
