//! What people, patches and servers do to the library between two readings.

use crate::exports::pack;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;
use sqlx::MySqlPool;
use std::io::Read as _;

/// One change. A `script` is a script's GUID.
#[derive(Debug, Clone, Copy)]
pub enum Mutation<'a> {
    /// Puts a text in front of the first parameter of the body.
    EditStep {
        /// The script.
        script: &'a str,
        /// The text.
        text: &'a str,
    },
    /// Renames a script.
    Rename {
        /// The script.
        script: &'a str,
        /// Its new name.
        name: &'a str,
    },
    /// Moves a script into the folder of that name, without touching `Last_Date`.
    Move {
        /// The script.
        script: &'a str,
        /// The folder's name.
        folder: &'a str,
    },
    /// Deletes a script.
    Delete {
        /// The script.
        script: &'a str,
    },
    /// Switches an internal monitor on or off.
    Switch {
        /// The monitor's GUID.
        monitor: &'a str,
        /// Whether it is on.
        on: bool,
    },
    /// Turns the steps around in the document; their `Sort` numbers, and so their order, stay.
    ReorderSteps {
        /// The script.
        script: &'a str,
    },
    /// Writes the rows of all alert templates anew in the reverse order, with new row ids.
    ReorderAlertRows,
    /// Packs a body with another gzip level.
    Repack {
        /// The script.
        script: &'a str,
    },
    /// Turns the line ends of a body around: CRLF to LF, or LF to CRLF.
    LineEnds {
        /// The script.
        script: &'a str,
    },
    /// Saves a script without changing it.
    Touch {
        /// The script.
        script: &'a str,
    },
}

pub(super) async fn apply(pool: &MySqlPool, mutation: Mutation<'_>) -> Result<(), sqlx::Error> {
    match mutation {
        Mutation::EditStep { script, text } => {
            let edit = |body: &str| body.replacen("<Param1>", &format!("<Param1>{text} "), 1);
            rewrite(pool, script, 6, edit).await
        }
        Mutation::Rename { script, name } => {
            one(
                pool,
                "UPDATE lt_scripts SET ScriptName = ?, Last_Date = NOW() WHERE ScriptGuid = ?",
                name,
                script,
            )
            .await
        }
        Mutation::Move { script, folder } => {
            let change = "UPDATE lt_scripts SET FolderId = (SELECT FolderID FROM scriptfolders WHERE Name = ?) WHERE ScriptGuid = ?";
            one(pool, change, folder, script).await
        }
        Mutation::Delete { script } => {
            one(pool, "DELETE FROM lt_scripts WHERE ScriptGuid IN (?, ?)", script, script).await
        }
        Mutation::Switch { monitor, on } => {
            let flags = if on { "0" } else { "1" };
            one(pool, "UPDATE agents SET Flags = ?, Last_Date = NOW() WHERE GUID = ?", flags, monitor).await
        }
        Mutation::ReorderSteps { script } => rewrite(pool, script, 6, reversed).await,
        Mutation::ReorderAlertRows => reorder_alert_rows(pool).await,
        Mutation::Repack { script } => rewrite(pool, script, 9, str::to_owned).await,
        Mutation::LineEnds { script } => rewrite(pool, script, 6, other_line_ends).await,
        Mutation::Touch { script } => {
            let change = "UPDATE lt_scripts SET Last_Date = NOW(), ScriptVersion = ScriptVersion + 1, Last_User = ? WHERE ScriptGuid = ?";
            one(pool, change, "s.ito@ops", script).await
        }
    }
}

async fn one(pool: &MySqlPool, change: &'static str, value: &str, key: &str) -> Result<(), sqlx::Error> {
    let done = sqlx::query(change).bind(value).bind(key).execute(pool).await?;
    if done.rows_affected() == 0 { Err(sqlx::Error::RowNotFound) } else { Ok(()) }
}

async fn rewrite(
    pool: &MySqlPool,
    script: &str,
    level: u32,
    change: impl Fn(&str) -> String,
) -> Result<(), sqlx::Error> {
    let find = "SELECT ScriptData FROM lt_scripts WHERE ScriptGuid = ?";
    let packed: Vec<u8> = sqlx::query_scalar(find).bind(script).fetch_one(pool).await?;
    let bytes = STANDARD.decode(packed).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let mut body = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut body)?;
    let packed = pack(change(&body).as_bytes(), level);
    one(pool, "UPDATE lt_scripts SET ScriptData = ? WHERE ScriptGuid = ?", &packed, script).await
}

fn reversed(body: &str) -> String {
    let open = "  <ScriptSteps>";
    let (Some(first), Some(end)) = (body.find(open), body.rfind("</ScriptData>")) else {
        return body.to_owned();
    };
    let steps: Vec<&str> = body[first..end].split_inclusive("</ScriptSteps>").collect();
    let turned: Vec<&str> = steps.iter().rev().map(|step| step.trim_matches(['\r', '\n'])).collect();
    format!("{}{}\r\n{}", &body[..first], turned.join("\r\n"), &body[end..])
}

fn other_line_ends(body: &str) -> String {
    if body.contains("\r\n") { body.replace("\r\n", "\n") } else { body.replace('\n', "\r\n") }
}

async fn reorder_alert_rows(pool: &MySqlPool) -> Result<(), sqlx::Error> {
    const COLUMNS: &str = "AlertActionID, DayOfWeek, TimeStart, TimeEnd, AlertAction, ContactID, UserID, ScriptID, Message, Trump, WarningAction, GUID";
    let statements = format!(
        "CREATE TEMPORARY TABLE turned AS SELECT * FROM alerttemplates; DELETE FROM alerttemplates;
         INSERT INTO alerttemplates ({COLUMNS}) SELECT {COLUMNS} FROM turned ORDER BY AlertID DESC; DROP TEMPORARY TABLE turned"
    );
    let mut connection = pool.acquire().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut *connection).await?;
    Ok(())
}
