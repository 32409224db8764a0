//! Load from wrk, on Tandem and on nginx with the same bytes, in turns: what the machine gives to each differs from one
//! minute to the next by more than the two differ.

use super::http::{self, Tandem, cpu_of};
use crate::process::output;
use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use std::{
    fs::{self, File},
    io::Write as _,
    net::TcpListener,
    ops::Range,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Seconds of each load.
const SECONDS: u32 = 2;
/// How often each has its turn; the one in the middle counts.
const TURNS: usize = 5;

/// Writes small scripts as export files.
pub(super) fn library(folder: &Path, numbers: Range<usize>, command: &str) -> Result<()> {
    for number in numbers {
        let guid = format!("{number:08x}-0000-4000-8000-00000000beef");
        let step = format!(
            "<ScriptSteps><Action>2</Action><FunctionId>135</FunctionId><Param1>Get-Service {number} | {command}</Param1><Sort>0</Sort><Continue>0</Continue><OsLimit>0</OsLimit><Indentation>0</Indentation></ScriptSteps>"
        );
        let body = format!(
            "<ScriptData><Scripts><ScriptGuid>{guid}</ScriptGuid></Scripts>{}</ScriptData>",
            step.repeat(20)
        );
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(body.as_bytes())?;
        let body = STANDARD.encode(packer.finish()?);
        let file = format!(
            "<LabTech_Expansion Version=\"220.237\" Type=\"PackedScript\"><PackedScript><NewDataSet><Table><ScriptId>{number}</ScriptId><ScriptName>Script {number:05}</ScriptName><ScriptData>{body}</ScriptData><ScriptGuid>{guid}</ScriptGuid></Table></NewDataSet></PackedScript></LabTech_Expansion>"
        );
        fs::write(folder.join(format!("{number:05}.xml")), file)?;
    }
    Ok(())
}

struct Load {
    rate: f64,
    /// Microseconds of the server's CPU for one request.
    cpu: f64,
}

/// The pull API beside nginx: unchanged, whole, blob.
pub(super) fn beside_nginx(tandem: &Tandem, client: &str, nginx: &Nginx) -> Result<Vec<String>> {
    let bearer = format!("Authorization: Bearer {client}");
    let known = format!("If-None-Match: {}", tandem.etag(client, "/pull/manifest")?);
    let (hash, nginx_known) = (&nginx.hash, format!("If-None-Match: {}", nginx.etag()?));
    let packed = "Accept-Encoding: gzip".to_owned();
    let mut rows = Vec::new();
    let cases = [
        (
            "unchanged manifest (304)",
            "/pull/manifest".to_owned(),
            "manifest",
            [Some(&known), Some(&nginx_known)],
            32,
        ),
        (
            "unchanged manifest (304)",
            "/pull/manifest".to_owned(),
            "manifest",
            [Some(&known), Some(&nginx_known)],
            1000,
        ),
        (
            "whole manifest, as receivers take it (gzip)",
            "/pull/manifest".to_owned(),
            "manifest",
            [Some(&packed); 2],
            32,
        ),
        (
            "the same, beside an nginx that copies it into the socket, too (its default)",
            "/pull/manifest".to_owned(),
            "copied/manifest",
            [Some(&packed); 2],
            32,
        ),
        ("whole manifest, uncompressed", "/pull/manifest".to_owned(), "manifest", [None; 2], 32),
        ("one blob", format!("/pull/blobs/{hash}"), "blob", [None; 2], 32),
    ];
    for (name, path, file, [our_line, their_line], connections) in cases {
        let our_headers = [Some(bearer.as_str()), our_line.map(String::as_str)];
        let (our_url, their_url) = (format!("{}/api/v1{path}", tandem.url), format!("{}/{file}", nginx.url));
        let mut turns = Vec::with_capacity(TURNS);
        for _ in 0..TURNS {
            let ours = load(&our_url, &our_headers, connections, || tandem.cpu())?;
            let theirs = load(&their_url, &[their_line.map(String::as_str)], connections, || nginx.cpu())?;
            turns.push((ours, theirs));
        }
        rows.push(format!("{name}, {connections} connections | {}", told(&turns)));
    }
    Ok(rows)
}

/// The figures of both, and how they compare in each turn.
fn told(turns: &[(Load, Load)]) -> String {
    format!(
        "{:.0}/s, {:.1} µs CPU; nginx {:.0}/s, {:.1} µs; rate {:.2} ×, CPU {:.2} ×",
        middle(turns, |(ours, _)| ours.rate),
        middle(turns, |(ours, _)| ours.cpu),
        middle(turns, |(_, theirs)| theirs.rate),
        middle(turns, |(_, theirs)| theirs.cpu),
        middle(turns, |(ours, theirs)| ours.rate / theirs.rate),
        middle(turns, |(ours, theirs)| ours.cpu / theirs.cpu)
    )
}

fn middle(turns: &[(Load, Load)], of: impl Fn(&(Load, Load)) -> f64) -> f64 {
    let mut values: Vec<f64> = turns.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn load(
    url: &str,
    headers: &[Option<&str>],
    connections: usize,
    cpu: impl Fn() -> Result<f64>,
) -> Result<Load> {
    let mut command = Command::new("wrk");
    command.args(["-t1", &format!("-c{connections}"), &format!("-d{SECONDS}s")]);
    for header in headers.iter().flatten() {
        command.args(["-H", header]);
    }
    let before = cpu()?;
    let text = output(command.arg(url))?;
    let used = cpu()? - before;
    let number = |name: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(name))
            .and_then(|rest| rest.trim().parse::<f64>().ok())
    };
    let rate = number("Requests/sec:").context("wrk told no rate")?;
    Ok(Load { rate, cpu: used * 1e6 / (rate * f64::from(SECONDS)) })
}

/// An nginx that serves the same bytes.
pub(super) struct Nginx {
    pid: u32,
    /// `http://127.0.0.1:PORT`
    pub(super) url: String,
    /// The content that it serves as a blob.
    hash: String,
}

impl Nginx {
    /// Serves what a client of Tandem gets now: the whole manifest and one content.
    pub(super) fn beside(tandem: &Tandem, client: &str, folder: &Path) -> Result<Self> {
        let manifest = tandem.get(client, "/pull/manifest")?;
        let parsed: serde_json::Value = serde_json::from_slice(&manifest)?;
        let hash = parsed["items"][0]["content_hash"].as_str().context("an empty manifest")?.to_owned();
        let files = folder.join("files");
        fs::create_dir_all(&files)?;
        fs::write(files.join("manifest"), &manifest)?;
        let mut packer = GzEncoder::new(File::create(files.join("manifest.gz"))?, Compression::new(6));
        packer.write_all(&manifest)?;
        packer.finish()?;
        fs::write(files.join("blob"), tandem.get(client, &format!("/pull/blobs/{hash}"))?)?;
        Self::start(folder, &files, hash)
    }

    /// The mark of the manifest.
    pub(super) fn etag(&self) -> Result<String> {
        http::etag(&format!("{}/manifest", self.url), "X-None: 1")
    }

    fn start(folder: &Path, files: &Path, hash: String) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let pid = folder.join("nginx.pid");
        let configuration = format!(
            "user root; worker_processes 1; pid {}; error_log /dev/null; events {{ worker_connections 2048; }}\n\
             http {{ access_log off; keepalive_requests 1000000; sendfile on; gzip_static on; default_type application/json; client_body_temp_path {d}/b; proxy_temp_path {d}/p; fastcgi_temp_path {d}/f; uwsgi_temp_path {d}/u; scgi_temp_path {d}/s;\n\
             server {{ listen 127.0.0.1:{port}; root {files}; location /copied/ {{ sendfile off; alias {files}/; }} }} }}",
            pid.display(),
            files = files.display(),
            d = folder.display()
        );
        let path = folder.join("nginx.conf");
        fs::write(&path, configuration)?;
        let done = Command::new("nginx").arg("-c").arg(&path).stderr(Stdio::null()).status()?;
        anyhow::ensure!(done.success(), "nginx does not start");
        sleep(Duration::from_millis(300));
        let pid = fs::read_to_string(&pid)?.trim().parse()?;
        Ok(Self { pid, url: format!("http://127.0.0.1:{port}"), hash })
    }

    /// The worker does the work; it is the child of the process that was started.
    pub(super) fn cpu(&self) -> Result<f64> {
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.pid))?;
        children.split_whitespace().filter_map(|pid| pid.parse().ok()).map(cpu_of).sum()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Nothing is left to be done when it is gone already.
        let _ = Command::new("kill").arg(self.pid.to_string()).status();
    }
}
