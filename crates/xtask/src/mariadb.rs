//! A MariaDB of our own for the tests, in a temporary folder, gone afterwards. It stands in for the database of an
//! Automate server.

use crate::{
    process::{output, run, unprivileged},
    say, setup,
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct MariaDb {
    folder: PathBuf,
    server: Child,
    /// Where tests connect: a user who may make databases and users.
    pub(crate) url: String,
}

/// Starts a server as an unprivileged user: MariaDB as root would write files that nobody can remove.
pub(crate) fn start() -> Result<MariaDb> {
    setup::mariadb()?;
    let folder = std::env::temp_dir().join(format!("tandem-mariadb-{}", std::process::id()));
    let data = folder.join("data");
    fs::create_dir_all(&folder)?;
    if setup::is_root() {
        run(Command::new("chown").arg("nobody").arg(&folder))?;
    }
    let data = format!("--datadir={}", data.to_string_lossy());
    let mut init = unprivileged(&program("mariadb-install-db"), &folder);
    init.args(["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"]);
    output(&mut init).context("MariaDB's mariadb-install-db failed")?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let socket = folder.join("socket");
    let mut command = unprivileged(&program("mariadbd"), &folder);
    command.args(["--no-defaults", &data, "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0"]);
    command.arg(format!("--port={port}")).arg(format!("--socket={}", socket.to_string_lossy()));
    command.arg(format!("--pid-file={}", folder.join("pid").to_string_lossy()));
    let server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let server = server.context("MariaDB does not start")?;
    let url = format!("mysql://tandem:tandem@127.0.0.1:{port}");
    let mut mariadb = MariaDb { folder, server, url };
    mariadb.wait(&socket)?;
    say::line(&format!("MariaDB answers at 127.0.0.1:{port}"));
    Ok(mariadb)
}

/// A program by name; servers stand in a folder that is not on everybody's path.
fn program(name: &str) -> PathBuf {
    let system = Path::new("/usr/sbin").join(name);
    if system.exists() { system } else { PathBuf::from(name) }
}

impl MariaDb {
    /// The id of its process, to look at what it uses.
    pub(crate) fn process(&self) -> u32 {
        self.server.id()
    }

    /// Waits until the server answers, then makes the tests' user.
    fn wait(&mut self, socket: &Path) -> Result<()> {
        let user = "CREATE OR REPLACE USER 'tandem'@'127.0.0.1' IDENTIFIED BY 'tandem'; GRANT ALL ON *.* TO 'tandem'@'127.0.0.1' WITH GRANT OPTION";
        for _ in 0..150 {
            if let Some(status) = self.server.try_wait()? {
                bail!("MariaDB ended at its start ({status})");
            }
            let mut client = Command::new("mariadb");
            client.args(["--no-defaults", "--user=root", "--execute", user]);
            client.arg(format!("--socket={}", socket.to_string_lossy()));
            let made = client.stdout(Stdio::null()).stderr(Stdio::null()).status();
            if made.context("MariaDB's client `mariadb` does not start")?.success() {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        bail!("MariaDB did not answer within 15 s")
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        // SIGTERM is its orderly stop; the folder goes whatever the answer is.
        let _ = Command::new("kill").args(["-TERM", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
