//! The browser files: compiled, bound, shrunk, bundled, named by their content, compressed.

use crate::{
    paths,
    process::run,
    say,
    wasm::{TARGET, Toolchain},
};
use anyhow::{Context as _, Result, bail};
use flate2::{Compression, write::GzEncoder};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
    targets::{Browsers, Targets},
};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// Bytes of WebAssembly and JavaScript, compressed, above which the check fails.
pub(crate) const BUDGET: usize = 300_000;
/// What we aim at.
const GOAL: usize = 200_000;
/// What browsers that we support can run. "All features" makes a file that Chromium refuses.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the site into `target/site`.
pub(crate) fn build(toolchain: Toolchain) -> Result<()> {
    say::stage("site: WebAssembly", || compile(toolchain))?;
    let bound = paths::cache()?
        .join("bound")
        .join(short(&Sha256::digest(paths::root().to_string_lossy().as_bytes())));
    let wasm = paths::wasm_target()?.join(TARGET).join("wasm-release/frontend.wasm");
    let fresh = say::stage("site: bindings and shrinking", || bind(&wasm, &bound))?;
    say::stage("site: bundle", || bundle(&bound, fresh))
}

fn compile(toolchain: Toolchain) -> Result<()> {
    run(&mut toolchain.cargo(&[
        "build",
        "--locked",
        "-p",
        "frontend",
        "--target",
        TARGET,
        "--profile",
        "wasm-release",
    ])?)
}

/// Makes the JavaScript glue and the small WebAssembly; says whether anything was new.
fn bind(wasm: &Path, out: &Path) -> Result<bool> {
    let bytes = fs::read(wasm).with_context(|| format!("{} is missing", wasm.display()))?;
    let stamp = out.join("input");
    let hash = short(&Sha256::digest(&bytes));
    if fs::read_to_string(&stamp).is_ok_and(|known| known == hash) {
        say::line("unchanged");
        return Ok(false);
    }
    fs::create_dir_all(out)?;
    let mut bindings = wasm_bindgen_cli_support::Bindgen::new();
    bindings.input_path(wasm).web(true)?.typescript(false).out_name("tandem").generate(out)?;
    let (large, small) = (out.join("tandem_bg.wasm"), out.join("small.wasm"));
    run(Command::new(paths::npm_program("wasm-opt"))
        .arg("-Oz")
        .args(FEATURES)
        .arg(&large)
        .arg("-o")
        .arg(&small))?;
    fs::write(&stamp, hash)?;
    Ok(true)
}

fn bundle(bound: &Path, fresh: bool) -> Result<()> {
    let site = paths::site();
    let css = styles()?;
    let inputs = short(&Sha256::digest(
        [fs::read(bound.join("input"))?, css.clone().into_bytes(), public_bytes()?].concat(),
    ));
    let stamp = site.join(".inputs");
    if !fresh && fs::read_to_string(&stamp).is_ok_and(|known| known == inputs) {
        say::line("unchanged");
        return Ok(());
    }
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::create_dir_all(site.join("pkg"))?;
    let wasm = write(&site, "tandem_bg", "wasm", &fs::read(bound.join("small.wasm"))?)?;
    let js = write(&site, "tandem", "js", &fs::read(bound.join("tandem.js"))?)?;
    let css = write(&site, "tandem", "css", css.as_bytes())?;
    for file in public_files()? {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        save(&site.join(name), &fs::read(&file)?)?;
    }
    let names = serde_json::json!({ "js": js, "wasm": wasm, "css": css });
    fs::write(site.join("assets.json"), names.to_string())?;
    fs::write(stamp, inputs)?;
    Ok(())
}

/// The styles in one file, small.
fn styles() -> Result<String> {
    let files = FileProvider::new();
    let main = paths::root().join("style/main.css");
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(&main).map_err(|error| anyhow::anyhow!("style: {error}"))?;
    // Browsers of the last two years know nesting, layers and light-dark().
    let browsers = Browsers {
        chrome: Some(125 << 16),
        firefox: Some(126 << 16),
        safari: Some((17 << 16) | (5 << 8)),
        ..Browsers::default()
    };
    let targets = Targets::from(browsers);
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow::anyhow!("style: {error}"))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() });
    Ok(printed.map_err(|error| anyhow::anyhow!("style: {error}"))?.code)
}

fn public_files() -> Result<Vec<PathBuf>> {
    let folder = paths::root().join("public");
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

fn public_bytes() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for file in public_files()? {
        bytes.extend(file.to_string_lossy().as_bytes());
        bytes.extend(fs::read(&file)?);
    }
    Ok(bytes)
}

/// Writes a file whose name carries its content's hash; answers its address.
fn write(site: &Path, name: &str, ending: &str, bytes: &[u8]) -> Result<String> {
    let address = format!("/pkg/{name}.{}.{ending}", short(&Sha256::digest(bytes)));
    save(&site.join(address.trim_start_matches('/')), bytes)?;
    Ok(address)
}

/// Writes a file with its compressed forms beside it.
fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes)?;
    let beside = |ending: &str| PathBuf::from(format!("{}.{ending}", path.display()));
    fs::write(beside("br"), brotli(bytes)?)?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    fs::write(beside("gz"), packer.finish()?)?;
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed)
}

fn short(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Compressed bytes of what a first visit loads and runs.
pub(crate) fn weight() -> Result<usize> {
    let files = fs::read_dir(paths::site().join("pkg")).context("the site is not built")?;
    let runs = |name: &str| name.ends_with(".wasm.br") || name.ends_with(".js.br");
    let mut bytes = 0;
    for entry in files.flatten().filter(|entry| runs(&entry.file_name().to_string_lossy())) {
        bytes += usize::try_from(entry.metadata()?.len())?;
    }
    Ok(bytes)
}

/// Fails when the first visit became too heavy.
pub(crate) fn check_weight() -> Result<()> {
    let weight = weight()?;
    say::line(&format!("WebAssembly and JavaScript: {weight} bytes in brotli (goal {GOAL}, limit {BUDGET})"));
    if weight > BUDGET {
        bail!("the browser bundle is {weight} bytes, above the limit of {BUDGET}: keep screens lean");
    }
    Ok(())
}
