//! Automate's database as a source (`automate-api.md` section 3), with an account that may only read.
//!
//! - [`connect`]: signing in
//! - [`tables`]: the tables and columns that are read, and which type needs which
//! - [`select`]: from a table to rows, whatever columns this patch has
//! - [`assemble`]: from rows to the canonical form
//! - [`orphans`]: ids that lead nowhere
//!
//! Everything is read in one transaction that sees one moment. A type is read when all tables that its references
//! lead to can be read, else not at all: unknown references would change contents that nobody changed.

mod assemble;
mod connect;
mod orphans;
mod select;
mod tables;

pub use connect::Login;

use crate::part::{hidden, note};
use domain::{
    content::ContentType,
    net::Networks,
    source::{CheckLine, CheckState, SourceCheck},
};
use select::{Columns, Trouble};
use services::ports::reader::{ReadError, Reading};
use sqlx::{Connection as _, mysql::MySqlConnection};
use std::collections::{BTreeMap, BTreeSet};
use tables::Table;

/// One moment for all tables, and a promise to the server that nothing is written.
const SNAPSHOT: &str = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
    START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// Looks what the user may read.
pub async fn check(
    login: Login<'_>,
    types: &[ContentType],
    networks: &Networks,
) -> Result<SourceCheck, ReadError> {
    let mut connection = connect::open(login, networks).await?;
    let columns = select::columns(&mut connection).await?;
    let mut lines = vec![line("Sign-in", CheckState::Good, "The database lets Tandem in.".into())];
    let mut good = 0;
    for kind in types {
        let missing = missing(*kind, &columns);
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

fn missing(kind: ContentType, columns: &Columns) -> Vec<String> {
    tables::needed(kind).iter().filter_map(|table| select::unusable(table, columns)).collect()
}

/// Reads everything of the types.
pub async fn read(
    login: Login<'_>,
    types: &[ContentType],
    networks: &Networks,
) -> Result<Reading, ReadError> {
    let mut connection = connect::open(login, networks).await?;
    sqlx::raw_sql(SNAPSHOT).execute(&mut connection).await.map_err(|error| select::lost(&error))?;
    let columns = select::columns(&mut connection).await?;
    let mut reading = Reading::default();
    let mut readable = Vec::new();
    for kind in types {
        match missing(*kind, &columns) {
            missing if missing.is_empty() => readable.push(*kind),
            missing => reading.issues.push(unread(*kind, &missing.join("; "))),
        }
    }
    let tables = collect(&mut connection, &columns, &mut readable, &mut reading).await?;
    // What was read is ours; how the server takes leave does not matter.
    let _ = connection.close().await;
    crate::away(move || Ok(assembled(&readable, &tables, reading))).await
}

/// Reads every table once. A table that cannot be read takes the types that need it with it.
async fn collect(
    connection: &mut MySqlConnection,
    columns: &Columns,
    readable: &mut Vec<ContentType>,
    reading: &mut Reading,
) -> Result<assemble::Tables, ReadError> {
    let mut all = BTreeMap::new();
    let mut differing = BTreeSet::new();
    for table in wanted(readable) {
        if !readable.iter().any(|kind| needs(*kind, table)) {
            continue;
        }
        match select::rows(connection, table, columns).await {
            Ok(rows) => {
                all.insert(table.name, rows);
                differing.insert(table.name);
            }
            Err(Trouble::Gone(error)) => return Err(error),
            Err(Trouble::Table(message)) => {
                let hit = readable.extract_if(.., |kind| needs(*kind, table));
                reading.issues.extend(hit.map(|kind| unread(kind, &message)));
            }
        }
    }
    for kind in readable.iter() {
        let own = tables::needed(*kind).first().filter(|table| differing.contains(table.name));
        let told = own.and_then(|table| Some((table.name, select::differing(table, columns)?)));
        reading.issues.extend(told.map(|(name, what)| note(*kind, format!("the table {name} {what}"))));
    }
    Ok(all)
}

/// The tables that the types need, each once; scripts with their bodies only when they are asked for.
fn wanted(types: &[ContentType]) -> Vec<&'static Table> {
    let mut wanted: BTreeMap<&str, &'static Table> = BTreeMap::new();
    for table in types.iter().flat_map(|kind| tables::needed(kind.to_owned())) {
        let fuller = wanted.get(table.name).is_none_or(|known| known.needed.len() < table.needed.len());
        if fuller {
            wanted.insert(table.name, table);
        }
    }
    wanted.into_values().collect()
}

fn needs(kind: ContentType, table: &Table) -> bool {
    tables::needed(kind).iter().any(|needed| needed.name == table.name)
}

fn unread(kind: ContentType, why: &str) -> domain::source::ScanIssue {
    hidden(kind, format!("could not be read: {why}. What was known of them stays as it is."))
}

fn assembled(types: &[ContentType], tables: &assemble::Tables, mut reading: Reading) -> Reading {
    let mut known = assemble::known(tables);
    for kind in types {
        let part = assemble::part(*kind, tables, &mut known);
        reading.items.extend(part.items);
        reading.issues.extend(part.issues);
        reading.issues.extend(orphans::of(*kind, tables, &known));
    }
    reading
}
