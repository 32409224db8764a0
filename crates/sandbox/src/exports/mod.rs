//! Export files as Automate writes them (`automate-api.md` sections 4.2 and 4.3).
//!
//! Every builder gives the same bytes every time: GUIDs and local ids follow from names. `shift` moves all local
//! ids, as if another instance had written the file. A new kind of export is a file here and a line below.

mod bulk;
mod field;
mod group;
mod monitor;
mod script;
mod search;
mod step;

pub use bulk::bulk;
pub use field::ExtraField;
pub use group::{Group, RemoteMonitor};
pub use monitor::InternalMonitor;
pub use script::{Script, pack};
pub use search::{Condition, Search};
pub use step::ScriptStep;

/// A GUID that only depends on a text: the same library gets the same GUIDs every time.
pub fn guid_of(text: &str) -> String {
    let hash = domain::content::ContentHash::of(text.as_bytes()).as_str().to_owned();
    format!("{}-{}-4{}-8{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
}

/// A local id that only depends on a text, never 0.
pub(crate) fn id_of(text: &str) -> i64 {
    i64::from_str_radix(&guid_of(text)[..5], 16).unwrap_or(0) + 1
}

/// Text as XML holds it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(crate) type Column = (&'static str, String);

/// A row in its wrapper.
pub(crate) fn table(columns: &[Column]) -> String {
    let columns: String = columns
        .iter()
        .map(|(name, value)| format!("        <{name}>{}</{name}>\r\n", escape(value)))
        .collect();
    format!("    <NewDataSet>\r\n      <Table>\r\n{columns}      </Table>\r\n    </NewDataSet>\r\n")
}

/// A row in an element of its own, with what is nested in it.
pub(crate) fn element(name: &str, columns: &[Column], nested: &str) -> String {
    format!("  <{name}>\r\n{}{nested}  </{name}>\r\n", table(columns))
}

/// A whole expansion file, with the byte order mark that real ones have.
pub fn expansion(kind: &str, inner: &str) -> String {
    format!(
        "\u{feff}<LabTech_Expansion\r\n\tVersion=\"220.237\"\r\n\tName=\"LabTech {kind} Expansion\"\r\n\tType=\"{kind}\">\r\n{inner}</LabTech_Expansion>\r\n"
    )
}
