//! Figures, measured side by side in one run and printed as a table; never asserted.

mod http;
mod load;

use crate::{build, paths, say, setup, site};
use anyhow::Result;
use http::Tandem;
use std::time::Instant;

/// Measures everything.
pub(crate) fn everything(scripts: usize) -> Result<()> {
    setup::program("nginx", "nginx").or_else(|_| setup::packages(&["nginx"]))?;
    setup::program("wrk", "wrk").or_else(|_| setup::packages(&["wrk"]))?;
    let binary = build::release()?;
    let folder = std::env::temp_dir().join(format!("tandem-bench-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("library"))?;
    let measured = measure(&binary, &folder, scripts);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(binary: &std::path::Path, folder: &std::path::Path, scripts: usize) -> Result<()> {
    let mut rows =
        vec![format!("| first visit, WebAssembly and JavaScript, brotli | {} kB |", site::weight()? / 1000)];
    rows.push(format!("| binary | {} MB |", std::fs::metadata(binary)?.len() / 1_000_000));
    load::library(&folder.join("library"), scripts)?;
    let begun = Instant::now();
    let tandem = Tandem::start(binary, &folder.join("tandem.db"))?;
    rows.push(format!("| start to the first answer, empty database | {} ms |", begun.elapsed().as_millis()));
    rows.push(format!("| memory, idle | {} MB |", tandem.memory()? / 1_000_000));
    let token = tandem.admin_token()?;
    let source = tandem.add_source(&token, &folder.join("library"))?;
    for name in ["first reading", "reading again, nothing changed"] {
        let (begun, cpu) = (Instant::now(), tandem.cpu()?);
        tandem.post(&token, &format!("/sources/{source}/scan"), "{}")?;
        let cpu = tandem.cpu()? - cpu;
        rows.push(format!(
            "| {name} of {scripts} scripts | {:.2} s ({cpu:.2} s CPU) |",
            begun.elapsed().as_secs_f64()
        ));
    }
    tandem.publish_all(&token)?;
    rows.extend(load::beside_nginx(&tandem, &token, folder)?);
    say::line(&format!("\nLoad average at the end: {}", std::fs::read_to_string("/proc/loadavg")?.trim()));
    say::line("\n| what | measured |\n| --- | --- |");
    rows.iter().for_each(|row| say::line(row));
    say::line(&format!(
        "\nMeasured with `cargo xtask bench --scripts {scripts}` on {} cores; clone {}.",
        cores(),
        paths::root().display()
    ));
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
