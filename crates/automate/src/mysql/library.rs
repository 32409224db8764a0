//! The tables of an instance, read once, and what its local ids stand for. Sources are read from it, and receivers
//! look at what stands on their side.

use super::{
    assemble::{self, Tables},
    orphans, scripts,
    select::{self, Columns, Trouble},
    tables::{self, Table},
};
use crate::{
    away,
    canonical::Known,
    export::Row,
    part::{Firsts, hidden, note},
};
use domain::{content::ContentType, source::ScanIssue};
use services::ports::reader::{ItemSink, KnownSignals, PIECE, ReadError, Reading};
use sqlx::mysql::MySqlConnection;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The tables that some types need.
pub(crate) struct Library {
    pub(super) columns: Columns,
    tables: Tables,
    /// What local ids stand for.
    pub(crate) known: Known,
    /// The types of which every table could be read.
    pub(crate) types: Vec<ContentType>,
    /// What there is to say about the tables.
    pub(crate) issues: Vec<ScanIssue>,
}

impl Library {
    /// Reads the tables that the types need; a type that lacks one is told and left out.
    pub(crate) async fn read(
        connection: &mut MySqlConnection,
        types: &[ContentType],
    ) -> Result<Arc<Self>, ReadError> {
        let columns = select::columns(connection).await?;
        let (mut issues, mut readable) = (Vec::new(), Vec::new());
        for kind in types {
            match missing(*kind, &columns) {
                missing if missing.is_empty() => readable.push(*kind),
                missing => issues.push(unread(*kind, &missing.join("; "))),
            }
        }
        let tables = collect(connection, &columns, &mut readable, &mut issues).await?;
        let known = assemble::known(&tables);
        Ok(Arc::new(Self { columns, tables, known, types: readable, issues }))
    }

    /// The rows of a table; of scripts only their heads; none when it was not needed.
    pub(super) fn rows(&self, table: &Table) -> &[Row] {
        assemble::rows(&self.tables, table)
    }

    /// The rows in which the items of a type stand; of scripts only their heads.
    pub(crate) fn rows_of(&self, kind: ContentType) -> &[Row] {
        tables::needed(kind).first().map(|table| self.rows(table)).unwrap_or_default()
    }

    /// The script folders.
    pub(crate) fn script_folders(&self) -> &[Row] {
        self.rows(&tables::SCRIPT_FOLDERS)
    }
}

/// Hands everything of a library over, in canonical form. `place` names it, for the signals.
pub(crate) async fn contents(
    connection: &mut MySqlConnection,
    library: &Arc<Library>,
    known: &KnownSignals,
    place: &str,
    sink: &mut dyn ItemSink,
) -> Result<Reading, ReadError> {
    let mut reading = Reading { issues: library.issues.clone(), ..Reading::default() };
    for kind in &library.types {
        if *kind == ContentType::Scripts {
            scripts(connection, library, known, place, sink, &mut reading).await?;
        } else {
            others(*kind, library, sink, &mut reading).await?;
        }
        reading.issues.extend(orphans::of(*kind, &library.tables, &library.known));
    }
    Ok(reading)
}

async fn scripts(
    connection: &mut MySqlConnection,
    library: &Arc<Library>,
    known: &KnownSignals,
    place: &str,
    sink: &mut dyn ItemSink,
    reading: &mut Reading,
) -> Result<(), ReadError> {
    let known = Arc::new(known.clone());
    match scripts::read(connection, library, &known, place, sink).await {
        Ok(scripts) => {
            reading.unchanged = scripts.unchanged;
            reading.issues.extend(scripts.issues);
        }
        Err(Trouble::Gone(error)) => return Err(error),
        Err(Trouble::Table(message)) => {
            sink.forget(ContentType::Scripts);
            reading.issues.push(unread(ContentType::Scripts, &message));
        }
    }
    Ok(())
}

/// The items of a type whose rows are in the library, piece by piece.
async fn others(
    kind: ContentType,
    library: &Arc<Library>,
    sink: &mut dyn ItemSink,
    reading: &mut Reading,
) -> Result<(), ReadError> {
    let mut firsts = Firsts::of(kind);
    for from in (0..library.rows_of(kind).len()).step_by(PIECE) {
        let library = library.clone();
        let mut part = away(move || {
            let rows = library.rows_of(kind).iter().skip(from).take(PIECE);
            Ok(assemble::part(kind, rows, &library.tables, &library.known))
        })
        .await?;
        firsts.keep(&mut part);
        reading.issues.extend(part.issues);
        sink.take(part.items).await?;
    }
    Ok(())
}

/// What of a type's tables is missing.
pub(super) fn missing(kind: ContentType, columns: &Columns) -> Vec<String> {
    tables::needed(kind).iter().filter_map(|table| select::unusable(table, columns)).collect()
}

/// Reads every table once. A table that cannot be read takes the types that need it with it.
async fn collect(
    connection: &mut MySqlConnection,
    columns: &Columns,
    readable: &mut Vec<ContentType>,
    issues: &mut Vec<ScanIssue>,
) -> Result<Tables, ReadError> {
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
                issues.extend(hit.map(|kind| unread(kind, &message)));
            }
        }
    }
    for kind in readable.iter() {
        let own = tables::needed(*kind).first().filter(|table| differing.contains(table.name));
        let told = own.and_then(|table| Some((table.name, select::differing(table, columns)?)));
        issues.extend(told.map(|(name, what)| note(*kind, format!("the table {name} {what}"))));
    }
    Ok(all)
}

/// The tables that the types need, each once; scripts with their heads only when they are asked for.
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

fn unread(kind: ContentType, why: &str) -> ScanIssue {
    hidden(kind, format!("could not be read: {why}. What was known of them stays as it is."))
}
