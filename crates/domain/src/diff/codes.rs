//! Numbers of Automate in words (`docs/content-format.md` names the members). The number stays in brackets; a code that
//! nobody has documented is shown as it is.

use crate::content::ContentType;
use serde_json::{Map, Value};

/// What a member is called. `alert_action` → `Alert action`, where nothing better is known.
pub(super) fn label(kind: ContentType, member: &str) -> String {
    let known = match (kind, member) {
        (_, "sql") => "SQL",
        (_, "id_column") => "ID column",
        (_, "sql_where") => "SQL condition",
        (_, "restricted") => "Use is restricted",
        (_, "edit_restricted") => "Editing is restricted",
        (_, "comparor") => "Comparison code",
        (ContentType::InternalMonitors, "where") => "Table",
        (ContentType::InternalMonitors, "what") => "Field",
        (ContentType::InternalMonitors, "data_out") => "Further condition",
        (ContentType::InternalMonitors | ContentType::RemoteMonitors, "data_in") => "Compared with",
        (ContentType::InternalMonitors, "id_field") => "Identity field",
        (ContentType::RemoteMonitors, "check_action") => "Kind of check (code)",
        (ContentType::RemoteMonitors, "limit") => "Limited to",
        (ContentType::RemoteMonitors, "script_target") => "Script target (code)",
        (ContentType::Scripts, "flags") => "Script flags",
        (ContentType::Scripts, "targets") => "Kind of script",
        (ContentType::Groups, "auto_join") => "Computers join by",
        (ContentType::Groups, "network_join") => "Network devices join by",
        (ContentType::Groups, "contact_join") => "Contacts join by",
        (ContentType::Groups, "network_join_options") => "Options of joining network devices (bits)",
        (ContentType::Groups, "contact_join_options") => "Options of joining contacts (bits)",
        (ContentType::ExtraFields, "form") => "Belongs to",
        (ContentType::ExtraFields, "sort") => "Order",
        (ContentType::ExtraFields, "uneditable") => "Read only",
        (ContentType::ExtraFields, "fill_rest") => "Rest of its filling",
        (ContentType::Roles, "os_type") => "Operating system (code)",
        (ContentType::AlertTemplates, "trump") => "Overrules others",
        _ => return spaced(member),
    };
    known.to_owned()
}

fn spaced(member: &str) -> String {
    let spaced = member.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a value means; none where it says so itself, or where nobody knows.
pub(super) fn words(kind: ContentType, member: &str, value: &Value) -> Option<String> {
    use ContentType::{
        AlertTemplates, ExtraFields, Groups, InternalMonitors, RemoteMonitors, Roles, Scripts, Searches,
    };
    if let (Roles, "comparison", Some("eq")) = (kind, member, value.as_str()) {
        return Some("equals (eq)".into());
    }
    if let (Scripts, "targets", Some(kinds)) = (kind, member, value.as_object()) {
        return Some(kinds_of_script(kinds));
    }
    let code = value.as_i64()?;
    let word = match (kind, member) {
        (InternalMonitors | RemoteMonitors, "interval") => return Some(interval(code)),
        (InternalMonitors, "alert_style") => internal_style(code)?,
        (RemoteMonitors, "alert_style") => remote_style(code)?,
        (Groups, "group_type") => group_type(code)?,
        (Groups, "master") => ["none", "master", "grey"].get(usize::try_from(code).ok()?)?,
        (ExtraFields, "form") => [None, Some("computers"), Some("locations"), Some("clients")]
            .get(usize::try_from(code).ok()?)
            .copied()??,
        (ExtraFields, "field_type") => ["text", "checkbox", "drop-down"].get(usize::try_from(code).ok()?)?,
        (Searches, "query_type") => (code == 4).then_some("advanced search")?,
        (AlertTemplates, "days") => return days(code),
        (AlertTemplates, "actions" | "warning_actions") => return Some(actions(code)),
        (AlertTemplates, "trump") => ["no", "yes"].get(usize::try_from(code).ok()?)?,
        (AlertTemplates, "contact") => (code < 0).then_some("one of the special contacts")?,
        (Scripts, "flags") => (code == 0).then_some("none")?,
        _ => return None,
    };
    Some(format!("{word} ({code})"))
}

fn kinds_of_script(kinds: &Map<String, Value>) -> String {
    let known = ["computer", "location", "maintenance", "function"];
    let chosen: Vec<&str> =
        known.into_iter().filter(|kind| kinds.get(*kind) == Some(&Value::Bool(true))).collect();
    if chosen.is_empty() { "none".to_owned() } else { chosen.join(", ") }
}

/// Seconds between two looks.
fn interval(seconds: i64) -> String {
    let every = |unit: i64, one: &str, many: &str| match seconds / unit {
        1 => format!("every {one}"),
        count => format!("every {count} {many}"),
    };
    let told = match seconds {
        ..=0 => return format!("{seconds} seconds"),
        _ if seconds % 86_400 == 0 => every(86_400, "day", "days"),
        _ if seconds % 3_600 == 0 => every(3_600, "hour", "hours"),
        _ if seconds % 60 == 0 => every(60, "minute", "minutes"),
        _ => return every(1, "second", "seconds"),
    };
    format!("{told} ({seconds} seconds)")
}

fn internal_style(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => "once, when it fails after a success",
        1 => "every day",
        2 => "every 2 days",
        3 => "every 3 days",
        4 => "every 4 days",
        5 => "every 5 days",
        6 => "every 6 days",
        7 => "every 7 days",
        8 => "every 30 days",
        9 => "every 60 days",
        10 => "every 90 days",
        11 => "every year",
        12 => "every five years",
        _ => return None,
    })
}

fn remote_style(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => "continuously",
        1 => "once",
        _ => return None,
    })
}

fn group_type(code: i64) -> Option<&'static str> {
    let types = [
        "original",
        "permissions",
        "exclusions",
        "patching",
        "organisational",
        "monitoring",
        "automation",
        "template",
    ];
    types.get(usize::try_from(code).ok()?).copied()
}

/// Bits of the week. Which bit is which day is not documented, how many there are is plain.
fn days(bits: i64) -> Option<String> {
    match bits {
        0 => Some("none (0)".into()),
        127 => Some("every day (127)".into()),
        1..=126 => Some(format!("{} of the 7 days (bits {bits})", bits.count_ones())),
        _ => None,
    }
}

const RUN_SCRIPT: i64 = 512;
const CREATE_TICKET: i64 = 1_024;

/// Bits of what an alert does; the others (mail, page, raise an alert) are not documented one by one.
fn actions(bits: i64) -> String {
    if bits == 0 {
        return "none (0)".into();
    }
    let mut told = Vec::new();
    for (bit, word) in [(RUN_SCRIPT, "run a script"), (CREATE_TICKET, "create a ticket")] {
        if bits & bit != 0 {
            told.push(word.to_owned());
        }
    }
    let rest = bits & !(RUN_SCRIPT | CREATE_TICKET);
    if rest != 0 {
        told.push(format!("others (bits {rest})"));
    }
    format!("{} ({bits})", told.join(", "))
}

/// An operator of an advanced search.
pub(super) fn operator(name: &str) -> &str {
    match name {
        "IsTrue" => "is true",
        "IsFalse" => "is false",
        "Equals" => "equals",
        "NotEqual" => "differs from",
        "GreaterThan" => "is more than",
        "GreaterThanEqual" => "is at least",
        "LessThan" => "is less than",
        "LessThanEqual" => "is at most",
        "TextLike" => "is like",
        "NotTextLike" => "is not like",
        "Contains" => "contains",
        "NotContains" => "does not contain",
        "IsAssigned" => "is assigned",
        "IsNotAssigned" => "is not assigned",
        "HasRole" => "has the role",
        "NotHasRole" => "does not have the role",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContentType::{
        AlertTemplates, ExtraFields, Groups, InternalMonitors, RemoteMonitors, Roles, Scripts, Searches,
    };
    use serde_json::json;

    #[test]
    fn codes_of_every_type_read_as_words() {
        for (kind, member, value, expected) in [
            (Groups, "group_type", json!(5), "monitoring (5)"),
            (Groups, "group_type", json!(0), "original (0)"),
            (Groups, "master", json!(2), "grey (2)"),
            (InternalMonitors, "alert_style", json!(8), "every 30 days (8)"),
            (InternalMonitors, "interval", json!(86_400), "every day (86400 seconds)"),
            (InternalMonitors, "interval", json!(90), "every 90 seconds"),
            (RemoteMonitors, "interval", json!(300), "every 5 minutes (300 seconds)"),
            (RemoteMonitors, "interval", json!(5_400), "every 90 minutes (5400 seconds)"),
            (RemoteMonitors, "interval", json!(0), "0 seconds"),
            (RemoteMonitors, "alert_style", json!(1), "once (1)"),
            (ExtraFields, "form", json!(3), "clients (3)"),
            (ExtraFields, "field_type", json!(2), "drop-down (2)"),
            (Searches, "query_type", json!(4), "advanced search (4)"),
            (AlertTemplates, "days", json!(127), "every day (127)"),
            (AlertTemplates, "days", json!(62), "5 of the 7 days (bits 62)"),
            (AlertTemplates, "actions", json!(1_536), "run a script, create a ticket (1536)"),
            (AlertTemplates, "actions", json!(1_027), "create a ticket, others (bits 3) (1027)"),
            (AlertTemplates, "warning_actions", json!(0), "none (0)"),
            (AlertTemplates, "trump", json!(1), "yes (1)"),
            (AlertTemplates, "contact", json!(-1), "one of the special contacts (-1)"),
            (Roles, "comparison", json!("eq"), "equals (eq)"),
            (Scripts, "flags", json!(0), "none (0)"),
            (
                Scripts,
                "targets",
                json!({"computer": true, "location": false, "function": true}),
                "computer, function",
            ),
            (Scripts, "targets", json!({"computer": false}), "none"),
        ] {
            assert_eq!(words(kind, member, &value).as_deref(), Some(expected), "{kind} {member} {value}");
        }
    }

    #[test]
    fn codes_that_nobody_documented_stay_as_they_are() {
        for (kind, member, value) in [
            (Groups, "group_type", json!(8)),
            (Groups, "group_type", json!(-1)),
            (Groups, "priority", json!(5)),
            (InternalMonitors, "alert_style", json!(13)),
            (InternalMonitors, "comparor", json!(7)),
            (RemoteMonitors, "alert_style", json!(5)),
            (RemoteMonitors, "check_action", json!(6)),
            (ExtraFields, "form", json!(0)),
            (ExtraFields, "field_type", json!(3)),
            (Searches, "query_type", json!(1)),
            (AlertTemplates, "days", json!(128)),
            (Roles, "comparison", json!("rl")),
            (Roles, "os_type", json!(1)),
            (Scripts, "flags", json!(3)),
            (Scripts, "group_type", json!(5)),
        ] {
            assert_eq!(words(kind, member, &value), None, "{kind} {member} {value}");
        }
    }
}
