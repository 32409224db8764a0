//! Rows that belong to an item beside its own: the times of an alert template, the default value of an extra field,
//! the groups below a group, and what hangs on an item that goes.

use super::{Applier, ApplyError, Done, How, columns::Columns, kind};
use domain::{
    content::{Canonical, ContentType, ItemKey},
    receiving::Verb,
};

/// Writes the rows that belong to an item.
pub(super) async fn put(
    applier: &mut Applier,
    content: &Canonical,
    id: i64,
    done: &mut Done,
    how: How,
) -> Result<(), ApplyError> {
    match content.content_type {
        ContentType::AlertTemplates => super::alert_template::put_rows(applier, content, id, done, how).await,
        ContentType::ExtraFields => super::extra_field::put_default(applier, content, id, done, how).await,
        _ => Ok(()),
    }
}

/// The groups below one that was renamed or moved: what Automate derives from the place follows.
pub(super) async fn move_below(
    applier: &mut Applier,
    content: &Canonical,
    id: i64,
    done: &mut Done,
    how: How,
) -> Result<(), ApplyError> {
    let place = kind::place(ContentType::Groups);
    let moved = applier.here.move_group(content, id)?;
    for (group, now, wanted) in moved {
        let changed = applier.schema.known(place.table, &wanted.beyond(&now))?;
        if !changed.0.is_empty() {
            applier.say(Verb::Update, place.table, Some(group), &changed, Some(&now), done);
            if !how.dry_run {
                applier.database.update(place.table, place.id, group, &changed).await?;
            }
        }
    }
    Ok(())
}

/// What hangs on an item that goes, and would point nowhere afterwards.
pub(super) async fn remove(
    applier: &mut Applier,
    key: &ItemKey,
    id: i64,
    done: &mut Done,
    how: How,
) -> Result<(), ApplyError> {
    match key.content_type {
        ContentType::AlertTemplates => applier.delete("alerttemplates", "AlertActionID", id, done, how).await,
        ContentType::ExtraFields => super::extra_field::remove_default(applier, id, done, how).await,
        ContentType::InternalMonitors => applier.delete("groupdagents", "AgentID", id, done, how).await,
        ContentType::Groups => {
            empty(applier, "mastergroups", "ParentID", id, "groups below it").await?;
            empty(applier, "groupagents", "GroupID", id, "remote monitors").await
        }
        _ => Ok(()),
    }
}

/// A group that holds something is not removed: what it holds would be lost.
async fn empty(
    applier: &mut Applier,
    table: &str,
    column: &str,
    id: i64,
    what: &str,
) -> Result<(), ApplyError> {
    let sql = format!("SELECT COUNT(*) FROM `{table}` WHERE `{column}` = ?");
    match applier.database.number(&sql, &[id.into()]).await? {
        None | Some(0) => Ok(()),
        Some(count) => Err(ApplyError::Item(format!("still has {count} {what}: remove or move them first"))),
    }
}

/// The columns that follow from a group's place.
pub(super) fn derived(full: &[String], parents: &str, depth: i64) -> Columns {
    let mut columns = Columns::default();
    columns.set("FullName", full.join("."));
    columns.set("Parents", parents);
    columns.set("depth", depth);
    columns
}
