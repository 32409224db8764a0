//! Files that appear whole or not at all: written beside, made durable, renamed.

use crate::ReceiverError;
use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// What the names of unfinished files begin with.
pub(crate) const UNFINISHED: &str = ".tandem-tmp-";

/// Writes a file that appears whole or not at all, and survives a power cut once this returns.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> Result<(), ReceiverError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().chars().take(40).collect::<String>())
        .unwrap_or_default();
    let beside = folder.join(format!("{UNFINISHED}{}-{name}", std::process::id()));
    let written =
        OpenOptions::new().create(true).truncate(true).write(true).mode(mode).open(&beside).and_then(
            |mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            },
        );
    written.map_err(ReceiverError::file(&beside))?;
    fs::rename(&beside, path).map_err(ReceiverError::file(path))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(ReceiverError::file(folder))
}
