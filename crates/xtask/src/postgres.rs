//! A PostgreSQL of our own for the tests, in a temporary folder, gone afterwards.

use crate::{
    process::{output, run, unprivileged},
    say, setup,
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// A running cluster; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    folder: PathBuf,
    server: Child,
    /// Where tests connect.
    pub(crate) url: String,
}

/// Starts a cluster as an unprivileged user: PostgreSQL refuses to run as root.
pub(crate) fn start() -> Result<Postgres> {
    let programs = setup::postgres()?;
    let folder = std::env::temp_dir().join(format!("tandem-postgres-{}", std::process::id()));
    let data = folder.join("data");
    fs::create_dir_all(&folder)?;
    if setup::is_root() {
        run(Command::new("chown").arg("nobody").arg(&folder))?;
    }
    let data_text = data.to_string_lossy().into_owned();
    let mut init = unprivileged(&programs.join("initdb"), &folder);
    init.args(["-D", &data_text, "-U", "tandem", "-A", "trust", "-E", "UTF8", "--locale=C"]);
    output(&mut init).context("PostgreSQL's initdb failed")?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = unprivileged(&programs.join("postgres"), &folder);
    command.args([
        "-D",
        &data_text,
        "-p",
        &port.to_string(),
        "-h",
        "127.0.0.1",
        "-k",
        &folder.to_string_lossy(),
    ]);
    command.args(["-c", "max_connections=300"]).stdout(Stdio::null()).stderr(Stdio::null());
    let server = command.spawn().context("PostgreSQL does not start")?;
    let url = format!("postgres://tandem@127.0.0.1:{port}/postgres");
    let mut postgres = Postgres { folder, server, url };
    postgres.wait(port)?;
    say::line(&format!("PostgreSQL answers at {}", postgres.url));
    Ok(postgres)
}

impl Postgres {
    fn wait(&mut self, port: u16) -> Result<()> {
        for _ in 0..150 {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at its start ({status})");
            }
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL did not answer within 15 s")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast stop; the folder goes whatever the answer is.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
