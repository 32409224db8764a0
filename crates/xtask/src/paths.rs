//! Where things are.

use anyhow::{Context as _, Result};
use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
};

/// The clone.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// What is kept between clones.
pub(crate) fn cache() -> Result<PathBuf> {
    let chosen = env::var_os("TANDEM_CACHE").map(PathBuf::from);
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/tandem"));
    let cache = chosen.or_else(home).context("HOME is not set: set TANDEM_CACHE to a folder for caches")?;
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    Ok(cache)
}

/// Compiled for this machine.
pub(crate) fn host_target() -> Result<PathBuf> {
    Ok(cache()?.join("target"))
}

/// Compiled for the browser, by a compiler that may differ from the machine's own.
pub(crate) fn wasm_target() -> Result<PathBuf> {
    Ok(cache()?.join("target-wasm"))
}

/// The built browser files.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

/// A program of an npm package.
pub(crate) fn npm_program(name: &str) -> PathBuf {
    root().join("end2end/node_modules/.bin").join(name)
}

/// The built server.
pub(crate) fn binary() -> PathBuf {
    root().join("target/bin/tandem")
}

/// Takes the caches for this run: two clones must not mix their binaries.
pub(crate) fn lock() -> Result<File> {
    let path = cache()?.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if file.try_lock().is_err() {
        crate::say::line("waiting for another checkout that uses the same caches …");
        file.lock().context("the caches cannot be locked")?;
    }
    Ok(file)
}
