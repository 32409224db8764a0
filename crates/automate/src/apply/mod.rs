//! Applying content to an Automate database (`docs/receiver.md`, `automate-api.md` section 6).
//!
//! - one file per content type: from the canonical form to the columns of its row
//! - [`kind`]: where each type stands; a new type is a line there and a file of its own
//! - [`directory`]: what GUIDs, names and paths stand for on this side
//! - [`item`]: one item or circle of items, in one transaction with its [`line`](mod@line) in the [`journal`]
//! - [`body`], [`tree`]: packing what the reader unpacks
//! - [`twins`]: several rows with one GUID
//!
//! A row is updated in place and only in the columns that differ, so that its local id, everything that points at
//! it and every column that is local stay as they are. After writing, the row is read back with the reader's own
//! code; what does not read back as it was meant is undone.

mod alert_template;
mod body;
mod columns;
mod data_view;
mod database;
mod directory;
mod extra_field;
mod group;
mod groups;
mod internal_monitor;
mod item;
mod journal;
mod kind;
pub(crate) mod line;
mod reading;
mod remote_monitor;
mod role;
mod rows;
mod schema;
mod script;
mod search;
mod tree;
mod twins;

pub use item::How;
pub(crate) use item::notes;
pub use journal::TABLE as JOURNAL_TABLE;
pub(crate) use script::leave_behind;
pub(crate) use twins::only_row;

use crate::{
    export::Row,
    mysql::{Login, connect},
};
use columns::{Cell, Columns};
use database::Database;
use directory::Directory;
use domain::{
    content::{Canonical, ContentHash, ContentType, Folder, Guid, ItemKey},
    net::Networks,
    receiving::{ColumnChange, Effect, Standing, Verb, local::is_edited},
};
use line::{Line, standing};
use schema::Schema;
use services::ports::reader::ReadError;
use std::collections::BTreeMap;

/// Why something was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// This item cannot be applied; the others can.
    #[error("{0}")]
    Item(String),
    /// The database or server is out of reach, or not what it should be.
    #[error("{0}")]
    Database(String),
}

impl From<sqlx::Error> for ApplyError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            // What the database says about one statement concerns one item; a missing right, too.
            sqlx::Error::Database(said) => Self::Item(format!("the database refuses it: {}", said.message())),
            _ => Self::Database(format!("the database does not answer: {error}")),
        }
    }
}

/// What stops a reading stops a receiver.
fn unreachable(error: ReadError) -> ApplyError {
    ApplyError::Database(match error {
        ReadError::Settings { field, message } if field == "url" => format!("its address {message}"),
        ReadError::Settings { field, message } => format!("its {field} {message}"),
        ReadError::Unavailable(message) => message,
    })
}

/// An item as it is offered.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Its content.
    pub content: Canonical,
    /// The version.
    pub version: u32,
    /// The hash of its content.
    pub content_hash: ContentHash,
}

impl Offer {
    /// The item's key.
    pub(crate) fn key(&self) -> ItemKey {
        ItemKey::new(self.content.content_type, self.content.guid.clone())
    }
}

/// What was done with an item, or in a dry run would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Row by row.
    pub effects: Vec<Effect>,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// An Automate database that content is applied to. Only one works at a time.
pub struct Applier {
    database: Database,
    schema: Schema,
    here: Directory,
    journal: BTreeMap<ItemKey, Line>,
    /// The id that the next row gets in a dry run.
    next: i64,
}

impl Applier {
    /// Signs in at a database as a source is read (the same addresses, options and encryption), and takes it
    /// ([`Self::open`]).
    pub async fn connect(login: Login<'_>, networks: &Networks) -> Result<Self, ApplyError> {
        let remedy = "name a database in a public network or in one of your own";
        let connection = connect::open(login, networks, remedy).await.map_err(unreachable)?;
        Self::open(connection).await
    }

    /// Takes a database: checks its tables, makes the journal's, and keeps other receivers out.
    pub async fn open(connection: sqlx::MySqlConnection) -> Result<Self, ApplyError> {
        let mut database = Database::new(connection);
        // Values that do not fit are refused, not cut; times are the server's own, as Automate writes them.
        database
            .say("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = @@global.time_zone")
            .await?;
        let alone =
            database.number("SELECT GET_LOCK(CONCAT('tandem_receiver.', DATABASE()), 2)", &[]).await?;
        if alone != Some(1) {
            return Err(ApplyError::Database(
                "another receiver is working on this database: wait for it, or stop it".into(),
            ));
        }
        let schema = Schema::read(&mut database, kind::TABLES).await?;
        journal::prepare(&mut database).await?;
        Ok(Self { database, schema, here: Directory::default(), journal: BTreeMap::new(), next: -1 })
    }

    /// What stands here and what was installed, read anew.
    pub async fn standing(&mut self) -> Result<Vec<Standing>, ApplyError> {
        self.journal = journal::read(&mut self.database).await?;
        let (items, here) = reading::everything(&mut self.database).await?;
        self.here = here;
        let mut all = Vec::new();
        for content in items {
            let key = ItemKey::new(content.content_type, content.guid.clone());
            let found = self.found(&key, &content).await?;
            all.push(self.stands(key, content.name, Some(found)));
        }
        let gone: Vec<(ItemKey, String)> = self
            .journal
            .iter()
            .filter(|(key, _)| !self.here.items.contains_key(*key))
            .map(|(key, line)| (key.clone(), line.name.clone()))
            .collect();
        all.extend(gone.into_iter().map(|(key, name)| self.stands(key, name, None)));
        Ok(all)
    }

    fn stands(&self, key: ItemKey, name: String, found: Option<ContentHash>) -> Standing {
        standing(self.journal.get(&key), key, name, found)
    }

    /// The content that stands here; the installed one, where only what belongs to the receiver differs.
    async fn found(&mut self, key: &ItemKey, content: &Canonical) -> Result<ContentHash, ApplyError> {
        let hash = content.hash();
        let Some(line) = self.journal.get(key) else { return Ok(hash) };
        if hash == line.found_hash {
            return Ok(line.content_hash.clone());
        }
        let applied = line.content_hash.clone();
        let installed = journal::content(&mut self.database, key).await?;
        let same = installed.is_some_and(|installed| !is_edited(&self.settled(&installed), content));
        Ok(if same { applied } else { hash })
    }

    /// Whether what stands here of an item is this content, but for what belongs to the receiver.
    pub async fn resembles(&mut self, content: &Canonical) -> Result<bool, ApplyError> {
        let key = ItemKey::new(content.content_type, content.guid.clone());
        let here = self.content(&key).await?;
        Ok(here.is_some_and(|here| !is_edited(&self.settled(content), &here)))
    }

    /// A content with what it refers to as that reads here.
    fn settled(&self, content: &Canonical) -> Canonical {
        let mut content = content.clone();
        self.here.settle(&mut content);
        content
    }

    /// The content that was installed, and the content that stands here.
    pub async fn contents(
        &mut self,
        key: &ItemKey,
    ) -> Result<(Option<Canonical>, Option<Canonical>), ApplyError> {
        Ok((journal::content(&mut self.database, key).await?, self.content(key).await?))
    }

    /// Everything that stands here, as it reads.
    pub async fn contents_of_all(&mut self) -> Result<BTreeMap<(ContentType, Guid), Canonical>, ApplyError> {
        let (items, _) = reading::everything(&mut self.database).await?;
        Ok(items.into_iter().map(|item| ((item.content_type, item.guid.clone()), item)).collect())
    }

    /// Says whether mass syncs take an item that was installed.
    pub async fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ApplyError> {
        journal::set_mass_sync(&mut self.database, key, mass_sync).await
    }

    async fn content(&mut self, key: &ItemKey) -> Result<Option<Canonical>, ApplyError> {
        let Some(id) = self.here.row(key)? else { return Ok(None) };
        let row = self.locked(key, id, How { dry_run: true, force: false }).await?;
        self.read_back(key, id, &row).await.map(Some)
    }

    /// The row of an item; held until the transaction ends, unless nothing is to be changed.
    async fn locked(&mut self, key: &ItemKey, id: i64, how: How) -> Result<Row, ApplyError> {
        let place = kind::place(key.content_type);
        let held = if how.dry_run { "" } else { " FOR UPDATE" };
        let sql = format!("SELECT * FROM `{}` WHERE `{}` = ?{held}", place.table, place.id);
        let mut rows = self.database.rows(&sql, &[id.into()]).await?;
        rows.pop().ok_or_else(|| {
            let what = key.content_type.singular();
            ApplyError::Item(format!("the {what} was removed here in this very moment: try again"))
        })
    }

    async fn read_back(&mut self, key: &ItemKey, id: i64, row: &Row) -> Result<Canonical, ApplyError> {
        reading::one(&mut self.database, key.content_type, id, row, &self.here).await
    }

    /// Inserts a row; in a dry run it gets an id that no row has.
    async fn insert(
        &mut self,
        table: &'static str,
        columns: &Columns,
        done: &mut Done,
        how: How,
    ) -> Result<i64, ApplyError> {
        let whole = self.schema.whole(table, columns)?;
        self.say(Verb::Insert, table, None, &whole, None, done);
        if how.dry_run {
            self.next -= 1;
            return Ok(self.next);
        }
        self.database.insert(table, &whole).await
    }

    async fn delete(
        &mut self,
        table: &'static str,
        column: &'static str,
        id: i64,
        done: &mut Done,
        how: How,
    ) -> Result<(), ApplyError> {
        let sql = format!("SELECT COUNT(*) FROM `{table}` WHERE `{column}` = ?");
        if self.database.number(&sql, &[id.into()]).await?.unwrap_or(0) == 0 {
            return Ok(());
        }
        self.say(Verb::Delete, table, Some(id), &Columns::default(), None, done);
        if !how.dry_run {
            self.database.delete(table, column, id).await?;
        }
        Ok(())
    }

    /// Writes down what is done.
    fn say(
        &self,
        verb: Verb,
        table: &str,
        local_id: Option<i64>,
        columns: &Columns,
        now: Option<&Columns>,
        done: &mut Done,
    ) {
        let change = |(name, cell): &(std::borrow::Cow<'static, str>, Cell)| ColumnChange {
            column: name.to_string(),
            old: now.and_then(|now| now.get(name)).map(Cell::shown),
            new: cell.shown(),
        };
        let changes = columns.0.iter().map(change).collect();
        // Ids below 0 stand for rows that a dry run would make.
        let local_id = local_id.filter(|id| *id > 0);
        done.effects.push(Effect { verb, table: table.to_owned(), local_id, changes });
    }

    /// Makes the folders and categories that an item needs and that are not here.
    async fn make_room(&mut self, content: &Canonical, done: &mut Done, how: How) -> Result<(), ApplyError> {
        match (content.content_type, content.placement.last()) {
            (ContentType::Scripts, _) => self.make_folders(&content.placement, done, how).await?,
            (ContentType::DataViews | ContentType::Searches, Some(folder)) => {
                let data_view = content.content_type == ContentType::DataViews;
                let table = if data_view { "dataviewfolders" } else { "searchfolders" };
                if self.here.flat_folder(table, &content.placement).is_ok() {
                    return Ok(());
                }
                let mut columns = Columns::default();
                columns.set("Name", folder.name.as_str());
                let id = self.insert(table, &columns, done, how).await?;
                self.here.add_flat_folder(table, &folder.name, id);
            }
            _ => {}
        }
        for member in ["ticket_category", "report_category"] {
            let reference = columns::Body(content).text(member);
            let Some(name) = directory::category_name(reference) else { continue };
            if self.here.category(reference).is_err() {
                let mut columns = Columns::default();
                columns.set("CategoryName", name);
                let id = self.insert("infocategory", &columns, done, how).await?;
                self.here.add_category(name, id);
            }
        }
        Ok(())
    }

    async fn make_folders(&mut self, path: &[Folder], done: &mut Done, how: How) -> Result<(), ApplyError> {
        let (mut parent, missing) = self.here.walk(path);
        for folder in missing {
            let mut columns = Columns::default();
            columns.set("ParentID", parent);
            columns.set("Name", folder.name.as_str());
            columns.set("GUID", folder.guid.as_ref().map_or("", |guid| guid.as_str()));
            parent = {
                let id = self.insert("scriptfolders", &columns, done, how).await?;
                self.here.add_folder(folder, id, parent);
                id
            };
        }
        Ok(())
    }
}
