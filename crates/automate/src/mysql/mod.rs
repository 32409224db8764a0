//! Automate's database as a source (`automate-api.md` section 3), with an account that may only read.
//!
//! - [`connect`]: signing in
//! - [`tables`]: the tables and columns that are read, and which type needs which
//! - [`select`]: from a table to rows, whatever columns this patch has
//! - [`library`]: all tables, each read once
//! - [`scripts`], [`signals`]: which scripts are read, and by what the others are known again
//! - [`assemble`]: from rows to the canonical form
//! - [`orphans`]: ids that lead nowhere
//!
//! Everything is read in one transaction that sees one moment. A type is read when all tables that its references
//! lead to can be read, else not at all: unknown references would change contents that nobody changed.

pub(crate) mod assemble;
pub(crate) mod connect;
pub(crate) mod library;
mod orphans;
mod scripts;
mod select;
mod signals;
mod tables;

pub use connect::Login;
pub use signals::READER;

use domain::{
    content::ContentType,
    net::Networks,
    source::{CheckLine, CheckState, SourceCheck},
};
use library::Library;
use services::ports::reader::{ItemSink, KnownSignals, ReadError, Reading};
use sqlx::{Connection as _, mysql::MySqlConnection};

/// One moment for all tables, and a promise to the server that nothing is written.
const SNAPSHOT: &str = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
    START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// Looks what the user may read.
pub async fn check(
    login: Login<'_>,
    types: &[ContentType],
    networks: &Networks,
) -> Result<SourceCheck, ReadError> {
    let mut connection = open(login, networks).await?;
    let columns = select::columns(&mut connection).await?;
    let mut lines = vec![line("Sign-in", CheckState::Good, "The database lets Tandem in.".into())];
    let mut good = 0;
    for kind in types {
        let missing = library::missing(*kind, &columns);
        good += usize::from(missing.is_empty());
        lines.push(if missing.is_empty() {
            line(kind.label(), CheckState::Good, "Can be read.".into())
        } else {
            line(kind.label(), CheckState::Wrong, format!("Cannot be read: {}.", missing.join("; ")))
        });
    }
    let _ = connection.close().await;
    let summary = format!("The database answers. {good} of {} content types can be read.", types.len());
    Ok(SourceCheck { summary, lines })
}

fn line(what: &str, state: CheckState, message: String) -> CheckLine {
    CheckLine { what: what.to_owned(), state, message }
}

/// Reads everything of the types; scripts only where their signal does not hold.
pub async fn read(
    login: Login<'_>,
    types: &[ContentType],
    networks: &Networks,
    known: &KnownSignals,
    sink: &mut dyn ItemSink,
) -> Result<Reading, ReadError> {
    let mut connection = open(login, networks).await?;
    sqlx::raw_sql(SNAPSHOT).execute(&mut connection).await.map_err(|error| select::lost(&error))?;
    let library = Library::read(&mut connection, types).await?;
    let reading = library::contents(&mut connection, &library, known, login.url, sink).await?;
    // What was read is ours; how the server takes leave does not matter.
    let _ = connection.close().await;
    Ok(reading)
}

async fn open(login: Login<'_>, networks: &Networks) -> Result<MySqlConnection, ReadError> {
    connect::open(login, networks, "name its network in security.allowed_networks").await
}
