//! Files that appear whole or not at all: written beside, made durable, renamed.

use crate::ReceiverError;
use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// What the names of unfinished files begin with.
pub(crate) const UNFINISHED: &str = ".tandem-tmp-";

/// Writes a file that appears whole or not at all, and survives a power cut once this returns.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> Result<(), ReceiverError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let beside = folder.join(unfinished(path));
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

/// What a file is called until it is whole. It does not end as the file will: whoever reads every `.json` of a folder
/// must not come upon a half one.
fn unfinished(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().take(40).collect();
    PathBuf::from(format!("{UNFINISHED}{}-{name}.part", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_looks_like_no_finished_file() {
        let name = unfinished(Path::new("scripts/Reset print spooler~88dfaf30.json"));
        assert!(name.to_string_lossy().starts_with(UNFINISHED), "a sweep finds {name:?}");
        assert_eq!(name.extension(), Some("part".as_ref()));
    }
}
