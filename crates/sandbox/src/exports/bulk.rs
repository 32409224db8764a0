//! Many small scripts, for measurements.

use super::{Script, ScriptStep};
use std::{fs, io, path::Path};

/// Writes `count` small scripts, a hundred to a folder.
pub fn bulk(folder: &Path, count: usize) -> io::Result<()> {
    for number in 0..count {
        let room = folder.join(format!("{:04}", number / 100));
        fs::create_dir_all(&room)?;
        let script = Script::new(&format!("Bulk script {number:05}"))
            .folder("Bulk")
            .folder(&format!("Folder {:04}", number / 100))
            .step(ScriptStep::new(1, &[]).in_section(1))
            .step(ScriptStep::note(&format!("Script number {number}")))
            .step(ScriptStep::powershell("Get-Service | Where-Object Status -eq 'Stopped'"))
            .step(ScriptStep::log("%shellresult%"));
        fs::write(room.join(format!("bulk-{number:05}.xml")), script.to_xml())?;
    }
    Ok(())
}
