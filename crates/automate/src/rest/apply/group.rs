//! Groups: made whole (`POST /v1/Groups`), changed member by member (`PATCH /v1/Groups/{id}`). The searches that fill
//! a group belong to the receiver, and a new group comes without.

use super::here::Here;
use crate::{apply::ApplyError, rest::groups::OPTIONS};
use domain::content::Canonical;
use serde_json::{Value, json};

/// What can be said about a group, by member and by the interface's name for it.
const MEMBERS: &[(&str, &str)] = &[
    ("notes", "Comments"),
    ("group_type", "TypeId"),
    ("priority", "TemplatePriority"),
    ("limit_to_search", "ComputersLimitToSearch"),
];

/// Members that are the receiver's own and are never sent.
const LOCAL: &[&str] = &["auto_join", "network_join", "contact_join"];

/// The body of the request that makes a group.
pub(super) fn made(content: &Canonical, here: &Here) -> Result<Value, ApplyError> {
    only_known(content)?;
    let parent = here.parent_group(&content.placement)?;
    let mut group = json!({
        "Name": content.name,
        "GUID": content.guid.as_str(),
        "ParentId": parent.to_string(),
    });
    for (member, name) in MEMBERS {
        if let Some(value) = content.body.get(*member) {
            group[*name] = shown(value);
        }
    }
    for (name, option) in OPTIONS {
        group[*name] = content.body.get(*option).and_then(Value::as_bool).unwrap_or(false).into();
    }
    Ok(group)
}

/// The changes that bring members to what is wanted, by the interface's names.
pub(super) fn changes(
    content: &Canonical,
    members: &[String],
    here: &Here,
) -> Result<Vec<(&'static str, Value)>, ApplyError> {
    only_known(content)?;
    let mut changes = Vec::new();
    for member in members {
        changes.push(match member.as_str() {
            "name" => ("Name", content.name.as_str().into()),
            "placement" => ("ParentId", here.parent_group(&content.placement)?.to_string().into()),
            other => {
                let known = MEMBERS.iter().find(|(member, _)| *member == other);
                let option = OPTIONS.iter().find(|(_, option)| *option == other);
                let value = content.body.get(other);
                match (known, option) {
                    (Some((_, name)), _) => (*name, value.map_or_else(|| "".into(), shown)),
                    (None, Some((name, _))) => (*name, value.cloned().unwrap_or(false.into())),
                    (None, None) => return Err(cannot(other)),
                }
            }
        });
    }
    Ok(changes)
}

fn only_known(content: &Canonical) -> Result<(), ApplyError> {
    let known = |name: &str| {
        MEMBERS.iter().any(|(member, _)| *member == name)
            || OPTIONS.iter().any(|(_, option)| *option == name)
            || LOCAL.contains(&name)
    };
    content.body.keys().find(|name| !known(name)).map_or(Ok(()), |unknown| Err(cannot(unknown)))
}

/// Texts with the line ends that Automate keeps; everything else as it is.
fn shown(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| text.replace('\n', "\r\n").into())
}

fn cannot(member: &str) -> ApplyError {
    ApplyError::Item(format!(
        "holds `{member}`, which cannot be written over REST: connect the database (--into mysql://…)"
    ))
}
