//! What belongs to one instance alone: categories, folders without GUIDs, user classes, and what nobody may read.

use super::{Ids, column};
use crate::labtech::rows::insert;
use sqlx::MySqlPool;

pub(super) const CATEGORIES: &[&str] = &["Monitoring", "Backup", "Security"];
pub(super) const SEARCH_FOLDERS: &[&str] = &["Operations", "Inventory"];
pub(super) const VIEW_FOLDERS: &[&str] = &["Operations", "Audit"];

pub(super) async fn fill(pool: &MySqlPool, ids: &Ids) -> Result<(), sqlx::Error> {
    insert(pool, "config", vec![vec![column("MajorVersion", "220"), column("MinorVersion", "237")]]).await?;
    let named = |table: &'static [&'static str], id: &'static str, name: &'static str| {
        let row =
            move |(entry, number): (&&str, i64)| vec![column(id, number.to_string()), column(name, *entry)];
        table.iter().zip(1 + ids.shift..).map(row).collect::<Vec<_>>()
    };
    insert(pool, "infocategory", named(CATEGORIES, "ID", "CategoryName")).await?;
    insert(pool, "searchfolders", named(SEARCH_FOLDERS, "FolderID", "Name")).await?;
    insert(pool, "dataviewfolders", named(VIEW_FOLDERS, "FolderID", "Name")).await?;
    insert(pool, "userclasses", named(&["Technicians", "Dispatch"], "ClassID", "Name")).await?;
    insert(pool, "maintenancewindow", named(&["Nightly"], "ID", "Name")).await?;
    insert(pool, "computers", named(&["SRV-01", "WS-0001"], "ComputerID", "Name")).await?;
    let secret = vec![column("Name", "Default"), column("CachePassword", "must-never-be-read")];
    insert(pool, "templates", vec![secret]).await?;
    let property = vec![column("Name", "SmtpPassword"), column("Value", "must-never-be-read")];
    insert(pool, "properties", vec![property]).await
}
