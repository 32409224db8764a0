//! What was installed: a table beside the content, so that both commit together or not at all.
//!
//! A database that is restored from a backup brings its journal along, and is told the truth by it.

use super::{ApplyError, database::Database, line::Line};
use domain::content::{Canonical, ContentHash, Guid, ItemKey};
use std::collections::BTreeMap;

/// The table, named as Automate's plugins name theirs.
pub const TABLE: &str = "plugin_tandem_items";

const CREATE: &str = "CREATE TABLE IF NOT EXISTS plugin_tandem_items (
    guid CHAR(36) CHARACTER SET ascii NOT NULL,
    type VARCHAR(32) CHARACTER SET ascii NOT NULL,
    local_id BIGINT NOT NULL,
    name VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,
    version INT UNSIGNED NOT NULL,
    content_hash CHAR(64) CHARACTER SET ascii NOT NULL,
    found_hash CHAR(64) CHARACTER SET ascii NOT NULL,
    recognised TINYINT NOT NULL DEFAULT 0,
    mass_sync TINYINT NOT NULL DEFAULT 1,
    applied_at DATETIME NOT NULL,
    content LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
    PRIMARY KEY (type, guid)
) ENGINE=InnoDB";

/// Makes the table if it is missing.
pub(super) async fn prepare(database: &mut Database) -> Result<(), ApplyError> {
    let there = "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?";
    if database.number(there, &[TABLE.into()]).await?.is_none() {
        database.execute(CREATE, &[]).await.map_err(|error| {
            ApplyError::Database(format!(
                "cannot make the table {TABLE}, which says what was installed: {error}"
            ))
        })?;
    }
    Ok(())
}

/// Every line.
pub(super) async fn read(database: &mut Database) -> Result<BTreeMap<ItemKey, Line>, ApplyError> {
    let sql = "SELECT type, guid, name, local_id, version, content_hash, found_hash, recognised, mass_sync \
               FROM plugin_tandem_items";
    let mut lines = BTreeMap::new();
    for row in database.rows(sql, &[]).await? {
        let damaged = |what: &str| {
            ApplyError::Database(format!(
                "a row of {TABLE} holds no {what}: somebody changed it; remove that row"
            ))
        };
        let kind = row.raw("type").parse().map_err(|_| damaged("type"))?;
        let guid = Guid::parse(row.raw("guid")).map_err(|_| damaged("GUID"))?;
        let hash = |column: &str| row.raw(column).parse::<ContentHash>().map_err(|_| damaged("hash"));
        let line = Line {
            name: row.raw("name").to_owned(),
            local_id: row.number("local_id"),
            version: u32::try_from(row.number("version")).map_err(|_| damaged("version"))?,
            content_hash: hash("content_hash")?,
            found_hash: hash("found_hash")?,
            recognised: row.flag("recognised"),
            mass_sync: row.flag("mass_sync"),
        };
        lines.insert(ItemKey::new(kind, guid), line);
    }
    Ok(lines)
}

/// The content that was applied to an item last.
pub(super) async fn content(database: &mut Database, key: &ItemKey) -> Result<Option<Canonical>, ApplyError> {
    let sql = "SELECT content FROM plugin_tandem_items WHERE type = ? AND guid = ?";
    let rows = database.rows(sql, &[key.content_type.as_str().into(), key.guid.as_str().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Canonical::from_bytes(row.raw("content").as_bytes()).map(Some).map_err(|error| {
        ApplyError::Database(format!("{TABLE} holds a content that cannot be read ({error})"))
    })
}

/// Writes a line; `content` is what was offered.
pub(super) async fn write(
    database: &mut Database,
    key: &ItemKey,
    line: &Line,
    content: &Canonical,
) -> Result<(), ApplyError> {
    let sql = "INSERT INTO plugin_tandem_items (type, guid, name, local_id, version, content_hash, found_hash, \
               recognised, mass_sync, applied_at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(), ?) \
               ON DUPLICATE KEY UPDATE name = VALUES(name), local_id = VALUES(local_id), version = VALUES(version), \
               content_hash = VALUES(content_hash), found_hash = VALUES(found_hash), \
               recognised = VALUES(recognised), applied_at = VALUES(applied_at), content = VALUES(content)";
    let bytes = String::from_utf8_lossy(&content.to_bytes()).into_owned();
    let values = [
        key.content_type.as_str().into(),
        key.guid.as_str().into(),
        line.name.clone().into(),
        line.local_id.into(),
        i64::from(line.version).into(),
        line.content_hash.as_str().into(),
        line.found_hash.as_str().into(),
        line.recognised.into(),
        line.mass_sync.into(),
        bytes.into(),
    ];
    database.execute(sql, &values).await.map(|_| ())
}

/// Takes a line out.
pub(super) async fn remove(database: &mut Database, key: &ItemKey) -> Result<(), ApplyError> {
    let sql = "DELETE FROM plugin_tandem_items WHERE type = ? AND guid = ?";
    database.execute(sql, &[key.content_type.as_str().into(), key.guid.as_str().into()]).await.map(|_| ())
}

/// Says whether mass syncs take an item.
pub(super) async fn set_mass_sync(
    database: &mut Database,
    key: &ItemKey,
    mass_sync: bool,
) -> Result<(), ApplyError> {
    let sql = "UPDATE plugin_tandem_items SET mass_sync = ? WHERE type = ? AND guid = ?";
    let values = [mass_sync.into(), key.content_type.as_str().into(), key.guid.as_str().into()];
    database.execute(sql, &values).await.map(|_| ())
}
