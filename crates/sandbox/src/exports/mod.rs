//! Export files as Automate writes them (`automate-api.md` sections 4.2 and 4.3).

mod group;
mod monitor;
mod script;
mod search;

pub use group::{Group, RemoteMonitor};
pub use monitor::InternalMonitor;
pub use script::{Script, ScriptStep};
pub use search::Search;

use std::{fs, io, path::Path};

/// A GUID that only depends on a text: the same library gets the same GUIDs every time.
pub fn guid_of(text: &str) -> String {
    let hash = domain::content::ContentHash::of(text.as_bytes()).as_str().to_owned();
    format!("{}-{}-4{}-8{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
}

/// Text as XML holds it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `<name>value</name>` lines.
pub(crate) fn columns(pairs: &[(&str, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("      <{name}>{}</{name}>\r\n", escape(value))).collect()
}

/// A row in its wrapper.
pub(crate) fn table(pairs: &[(&str, String)]) -> String {
    format!("    <NewDataSet>\r\n    <Table>\r\n{}    </Table>\r\n    </NewDataSet>\r\n", columns(pairs))
}

/// A whole expansion file, with the byte order mark that real ones have.
pub(crate) fn expansion(kind: &str, inner: &str) -> String {
    format!(
        "\u{feff}<LabTech_Expansion\r\n  Version=\"220.237\"\r\n  Name=\"LabTech {kind} Expansion\"\r\n  Type=\"{kind}\">\r\n{inner}</LabTech_Expansion>\r\n"
    )
}

/// Writes `count` small scripts, for measurements.
pub fn bulk(folder: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for number in 0..count {
        let script = Script::new(&format!("Bulk script {number:05}"))
            .folder("Bulk")
            .step(ScriptStep::note(&format!("Script number {number}")))
            .step(ScriptStep::powershell("Get-Service | Where-Object Status -eq 'Stopped'"));
        fs::write(folder.join(format!("bulk-{number:05}.xml")), script.to_xml())?;
    }
    Ok(())
}
