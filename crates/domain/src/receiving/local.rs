//! What belongs to the receiver, and what an update therefore leaves alone (`automate-api.md` section 6).
//!
//! A new content type names its own members in [`keeps`]; everything else comes from the server.

use super::{contacts, exclusions};
use crate::content::{Canonical, ContentType, Folder};
use serde_json::{Map, Value};
use std::fmt;

/// Who decides over a member once the item is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// The server's value arrives; a value that was changed here stays.
    Setting,
    /// The item arrives with this member off, and it is the receiver's from then on.
    Switch,
    /// SQL text of the server, with the exclusions that were written into it here.
    Sql,
}

/// Something that an update left as it stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The member, for example `interval`.
    pub member: String,
    /// What stands here.
    pub local: Value,
    /// What the server has.
    pub offered: Value,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The content, with what belongs to the receiver in it.
    pub content: Canonical,
    /// What differs from what is offered because it belongs to the receiver.
    pub kept: Vec<Kept>,
    /// What belongs to the receiver and has no place in what is offered.
    pub lost: Vec<LostClause>,
}

/// An exclusion that a forced update gives up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostClause {
    /// The member that held it.
    pub member: String,
    /// Its text.
    pub clause: String,
}

impl fmt::Display for LostClause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, clause } = self;
        write!(
            f,
            "loses the exclusion `{clause}` of {member}, which has no place in the new text: write it anew"
        )
    }
}

/// Local exclusions that do not fit into the new text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{member} holds exclusions that were written here and do not fit into the new text: look at them with `tandem receiver diff`, then sync with --force and write them anew"
)]
pub struct LostExclusions {
    /// The member that holds them.
    pub member: String,
}

/// The members that belong to the receiver, by type. Members of the switches are found there, others in the body.
fn keeps(content_type: ContentType) -> &'static [(&'static str, Keep)] {
    use Keep::{Setting, Sql, Switch};
    match content_type {
        ContentType::InternalMonitors => &[
            ("enabled", Switch),
            ("interval", Setting),
            ("alert_style", Setting),
            ("alert_template", Setting),
            ("ticket_category", Setting),
            ("report_category", Setting),
            ("targets", Setting),
            ("sql", Sql),
            ("data_out", Sql),
            ("data_in", Sql),
        ],
        // Automate has no switch for them: without a template they alert nobody, and that is how they arrive disabled.
        ContentType::RemoteMonitors => &[
            ("alert_template", Switch),
            ("interval", Setting),
            ("alert_style", Setting),
            ("ticket_category", Setting),
            ("report_category", Setting),
            ("data_out", Sql),
        ],
        // A group without its searches takes nobody in: that is how it arrives disabled.
        ContentType::Groups => &[
            ("auto_join", Switch),
            ("network_join", Switch),
            ("contact_join", Switch),
            ("restricted", Switch),
        ],
        ContentType::Scripts => &[("restricted", Setting), ("edit_restricted", Setting)],
        ContentType::AlertTemplates => &[("restricted", Setting), ("edit_restricted", Setting)],
        ContentType::ExtraFields => {
            &[(DEFAULT_VALUE, Setting), ("view_restricted", Setting), ("edit_restricted", Setting)]
        }
        ContentType::DataViews => &[("restricted", Setting)],
        ContentType::Searches | ContentType::Roles => &[],
    }
}

/// Whether an item was edited here: what stands here differs from what was installed in more than what belongs
/// to the receiver.
pub fn is_edited(installed: &Canonical, here: &Canonical) -> bool {
    set_aside(installed) != set_aside(here)
        || !(has_no_place(installed) || same_place(&installed.placement, &here.placement))
        || sql_members(installed.content_type)
            .any(|member| !exclusions::same_but_for_exclusions(text(installed, member), text(here, member)))
}

/// What is said of an item that was edited on the receiver after a run had looked at it.
pub const CHANGED_MEANWHILE: &str = "was changed here while this sync ran: look at it with `diff`";

/// Whether an update would overwrite an edit: what stands here is neither what was installed nor what is offered.
pub fn would_lose_edits(installed: &Canonical, here: &Canonical, offered: &Canonical) -> bool {
    is_edited(installed, here) && is_edited(offered, here)
}

/// The first member in which two contents differ, whoever it belongs to; none when they are the same.
pub fn difference(wanted: &Canonical, found: &Canonical) -> Option<String> {
    differences(wanted, found).into_iter().next()
}

/// The members in which two contents differ, whoever they belong to.
pub fn differences(wanted: &Canonical, found: &Canonical) -> Vec<String> {
    let members = |content: &Canonical| -> Map<String, Value> {
        content
            .body
            .iter()
            .chain(&content.switches)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let mut all: Vec<String> = Vec::new();
    all.extend((wanted.name != found.name).then(|| "name".into()));
    all.extend((!same_place(&wanted.placement, &found.placement)).then(|| "placement".into()));
    let (wanted, found) = (members(wanted), members(found));
    let only_found = found.keys().filter(|name| !wanted.contains_key(*name));
    let names = wanted.keys().chain(only_found);
    all.extend(names.filter(|name| wanted.get(*name) != found.get(*name)).cloned());
    all
}

/// What is to be written: the offer, with what belongs to the receiver kept.
///
/// `installed` is what was applied last, `here` what stands here now. `force` gives up exclusions that do not fit.
pub fn merge(
    installed: Option<&Canonical>,
    here: Option<&Canonical>,
    offered: &Canonical,
    force: bool,
) -> Result<Merged, LostExclusions> {
    let mut content = offered.clone();
    if let Some(here) = here.filter(|_| has_no_place(offered)) {
        content.placement.clone_from(&here.placement);
    }
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    for (member, keep) in keeps(offered.content_type) {
        let theirs = value(offered, member);
        let ours = match (here, keep) {
            (None, Keep::Switch) => off(theirs),
            (None, _) => theirs.cloned(),
            (Some(here), Keep::Switch) => value(here, member).cloned(),
            (Some(here), Keep::Setting) => setting(installed, here, theirs, member),
            (Some(here), Keep::Sql) => {
                let (text, gone) = sql(installed, here, offered, member, force)?;
                let gone = gone.into_iter().map(|clause| LostClause { member: (*member).into(), clause });
                lost.extend(gone);
                Some(text).filter(|text| !text.is_empty()).map(Value::from)
            }
        };
        if ours.as_ref() != theirs {
            let shown = |value: Option<&Value>| value.cloned().unwrap_or(Value::Null);
            kept.push(Kept { member: (*member).into(), local: shown(ours.as_ref()), offered: shown(theirs) });
            put(&mut content, member, ours);
        }
    }
    if let Some(here) = here.filter(|_| offered.content_type == ContentType::AlertTemplates) {
        kept.extend(contacts::keep(&mut content, here));
    }
    if hides_its_default(&content) {
        content.body.remove(DEFAULT_VALUE);
        kept.retain(|kept| kept.member != DEFAULT_VALUE);
    }
    Ok(Merged { content, kept, lost })
}

/// The default value of an extra field.
const DEFAULT_VALUE: &str = "default_value";

/// The default of a password or an encrypted field is never read, so it is never written either: it stays as it is.
fn hides_its_default(content: &Canonical) -> bool {
    let flag = |member| content.body.get(member).and_then(Value::as_bool).unwrap_or(false);
    content.content_type == ContentType::ExtraFields && (flag("is_password") || flag("is_encrypted"))
}

/// A setting: changed here, it stays; untouched, it follows the server. Where nobody knows, it stays.
fn setting(
    installed: Option<&Canonical>,
    here: &Canonical,
    theirs: Option<&Value>,
    member: &str,
) -> Option<Value> {
    let now = value(here, member);
    let untouched = installed.is_some_and(|installed| value(installed, member) == now);
    if untouched { theirs.cloned() } else { now.cloned() }
}

/// The new text with the exclusions that were written into it here, and those that had to be given up.
fn sql(
    installed: Option<&Canonical>,
    here: &Canonical,
    offered: &Canonical,
    member: &str,
    force: bool,
) -> Result<(String, Vec<String>), LostExclusions> {
    let (local, new) = (text(here, member), text(offered, member));
    let Some(installed) = installed else {
        // Nobody knows which clauses were written here: the text is the same but for them, or it is replaced.
        let same = exclusions::same_but_for_exclusions(local, new);
        let lost = if same { Vec::new() } else { exclusions::beyond(local, new) };
        return if lost.is_empty() || force {
            Ok((if same { local } else { new }.to_owned(), lost))
        } else {
            Err(LostExclusions { member: member.to_owned() })
        };
    };
    let old = text(installed, member);
    // An edit is only overwritten when that was asked for; the exclusions in it are no edit.
    let edited = !exclusions::same_but_for_exclusions(old, local);
    match exclusions::carry(old, local, new).filter(|_| !edited) {
        Some(carried) => Ok((carried, Vec::new())),
        None if edited || force => Ok(exclusions::carry_what_fits(old, local, new)),
        None => Err(LostExclusions { member: member.to_owned() }),
    }
}

/// Switched off: false where there is a flag, absent otherwise.
fn off(theirs: Option<&Value>) -> Option<Value> {
    theirs.filter(|value| value.is_boolean()).map(|_| Value::Bool(false))
}

fn sql_members(content_type: ContentType) -> impl Iterator<Item = &'static str> {
    keeps(content_type).iter().filter(|(_, keep)| *keep == Keep::Sql).map(|(member, _)| *member)
}

fn value<'a>(content: &'a Canonical, member: &str) -> Option<&'a Value> {
    content.switches.get(member).or_else(|| content.body.get(member))
}

fn text<'a>(content: &'a Canonical, member: &str) -> &'a str {
    value(content, member).and_then(Value::as_str).unwrap_or_default()
}

fn put(content: &mut Canonical, member: &str, value: Option<Value>) {
    let switch = content.switches.contains_key(member);
    let members = if switch { &mut content.switches } else { &mut content.body };
    match value {
        Some(value) => members.insert(member.to_owned(), value),
        None => members.remove(member),
    };
}

/// Exports of searches do not say in which folder they stand: then that is the receiver's.
fn has_no_place(content: &Canonical) -> bool {
    content.content_type == ContentType::Searches && content.placement.is_empty()
}

/// Whether two paths lead to the same place: a folder that was found by its name may have another GUID here.
fn same_place(one: &[Folder], other: &[Folder]) -> bool {
    let same = |(one, other): (&Folder, &Folder)| {
        let by_guid = one.guid.is_some() && one.guid == other.guid;
        by_guid || one.name.to_lowercase() == other.name.to_lowercase()
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}

/// What is compared: name, body and switches without what belongs to the receiver.
fn set_aside(content: &Canonical) -> Value {
    let without = |members: &Map<String, Value>| {
        let mut members = members.clone();
        keeps(content.content_type).iter().for_each(|(member, _)| {
            members.remove(*member);
        });
        members
    };
    let mut body = without(&content.body);
    if content.content_type == ContentType::AlertTemplates {
        contacts::set_aside(&mut body);
    }
    serde_json::json!({
        "name": content.name,
        "body": body,
        "switches": without(&content.switches),
    })
}

#[cfg(test)]
mod tests;
