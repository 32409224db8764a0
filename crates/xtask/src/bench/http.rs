//! A real Tandem, started as a process and spoken to over HTTP.

use crate::process::output;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running server.
pub(super) struct Tandem {
    child: Child,
    database: String,
    binary: std::path::PathBuf,
    /// `http://127.0.0.1:PORT`
    pub(super) url: String,
}

impl Tandem {
    pub(super) fn start(binary: &Path, database: &str) -> Result<Self> {
        let mut child = Command::new(binary)
            .args(["serve", "--database", database, "--listen", "127.0.0.1:0"])
            .env("TANDEM__CONTENT__SCAN_SECONDS", "86400")
            .env("TANDEM__SECURITY__ALLOWED_NETWORKS", "127.0.0.0/8")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the server has no output")?).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ").context("the server did not start")?.to_owned();
        Ok(Self { child, database: database.to_owned(), binary: binary.to_owned(), url })
    }

    pub(super) fn admin_token(&self) -> Result<String> {
        let arguments =
            ["admin", "create-token", "--database", &self.database, "--role", "admin", "--name", "bench"];
        Ok(output(Command::new(&self.binary).args(arguments))?.trim().to_owned())
    }

    pub(super) fn post(&self, token: &str, path: &str, body: &str) -> Result<Value> {
        let request = ureq::post(&format!("{}/api/v1{path}", self.url))
            .header("Authorization", &format!("Bearer {token}"));
        let mut answer = request.header("Content-Type", "application/json").send(body)?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    pub(super) fn get(&self, token: &str, path: &str) -> Result<Vec<u8>> {
        let request = ureq::get(&format!("{}/api/v1{path}", self.url))
            .header("Authorization", &format!("Bearer {token}"));
        Ok(request.call()?.body_mut().with_config().limit(1 << 30).read_to_vec()?)
    }

    /// What the server measures of itself.
    pub(super) fn metrics(&self) -> Result<String> {
        Ok(ureq::get(&format!("{}/metrics", self.url)).call()?.body_mut().read_to_string()?)
    }

    /// Bytes of an answer as they travel, packed with gzip.
    pub(super) fn get_packed(&self, token: &str, path: &str) -> Result<u64> {
        let request = ureq::get(&format!("{}/api/v1{path}", self.url))
            .header("Authorization", &format!("Bearer {token}"))
            .header("Accept-Encoding", "gzip");
        let answer = request.call()?;
        let length = answer.headers().get("content-length").context("no Content-Length")?;
        Ok(length.to_str()?.parse()?)
    }

    /// The mark of what is served now.
    pub(super) fn etag(&self, token: &str, path: &str) -> Result<String> {
        etag(&format!("{}/api/v1{path}", self.url), &format!("Authorization: Bearer {token}"))
    }

    pub(super) fn add_source(&self, token: &str, folder: &Path) -> Result<String> {
        let body = json!({ "name": "Bench", "kind": "folder", "path": folder });
        let source = self.post(token, "/sources", &body.to_string())?;
        Ok(source["id"].as_str().context("the source has no id")?.to_owned())
    }

    pub(super) fn publish_all(&self, token: &str) -> Result<()> {
        let mut cursor = String::new();
        loop {
            let page: Value = serde_json::from_slice(
                &self.get(token, &format!("/content/scripts?approval=Needs%20Approval&limit=500{cursor}"))?,
            )?;
            let rows = page["items"].as_array().context("a page without items")?;
            let items: Vec<Value> = rows
                .iter()
                .map(|row| json!({ "guid": row["guid"], "candidate_hash": row["candidate_hash"] }))
                .collect();
            self.post(token, "/content/scripts/approve", &json!({ "items": items }).to_string())?;
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        self.post(token, "/content/scripts/sync", "{}").map(drop)
    }

    /// An access token of a new API client.
    pub(super) fn client_token(&self, token: &str, name: &str) -> Result<String> {
        let secret = "a secret for measuring";
        let body = json!({ "name": name, "secret": secret, "secret_confirmation": secret });
        self.post(token, "/clients", &body.to_string())?;
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            name.replace(' ', "+"),
            secret.replace(' ', "+")
        );
        let mut answer = ureq::post(&format!("{}/api/v1/token", self.url))
            .content_type("application/x-www-form-urlencoded")
            .send(&form)?;
        let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        Ok(answer["access_token"].as_str().context("no access token")?.to_owned())
    }

    /// Seconds of CPU that the server used so far.
    pub(super) fn cpu(&self) -> Result<f64> {
        cpu_of(self.child.id())
    }

    /// Bytes of memory that it holds.
    pub(super) fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    }
}

/// The `ETag` of an address, asked for with one header.
pub(super) fn etag(url: &str, header: &str) -> Result<String> {
    let (name, value) = header.split_once(": ").context("a header")?;
    let answer = ureq::get(url).header(name, value).call()?;
    let etag = answer.headers().get("etag").context("no ETag")?;
    Ok(etag.to_str()?.to_owned())
}

/// Seconds of CPU of a process: ticks of 10 ms, in user and system mode.
pub(super) fn cpu_of(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / 100.0)
}

impl Drop for Tandem {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
