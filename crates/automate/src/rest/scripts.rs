//! Scripts (`/v1/Scripts`) and the folders they stand in (`/v1/ScriptFolders`).

use super::{
    Part, hidden,
    members::{below, flag, list, member, number, plain, text},
    note,
    paging::{self, Listing},
    session::Session,
    trouble::Trouble,
};
use crate::{
    canonical::{Attached, Known, script},
    export::{Row, body::Body},
};
use domain::content::{
    ContentType, Guid,
    canonical::clean_text,
    script::{Section, Step, read_os_limit},
};
use serde_json::{Value, json};
use services::ports::reader::ReadItem;
use std::collections::BTreeMap;

/// Everything that is used of a script.
const FIELDS: &str = "Id,Name,Comments,GUID,Folder,UpdateDate,UpdatedBy,Permission,EditPermission,Parameters,\
IsComputerScript,IsLocationScript,IsMaintenanceScript,IsFunctionScript,IsOffline,IgnoreForMobileDevices,\
IsPublicSharable,IsUserResponse,IsSystemScript,IsMobileDeviceScript,IsNetworkDeviceScript,IsContactScript,ScriptData";

/// Options that the other forms hold as bits of a number whose meaning nobody has documented.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("IsContactScript", "contact"),
    ("IgnoreForMobileDevices", "ignore_for_mobile_devices"),
    ("IsMobileDeviceScript", "mobile_device"),
    ("IsNetworkDeviceScript", "network_device"),
    ("IsOffline", "offline"),
    ("IsPublicSharable", "public_sharable"),
    ("IsSystemScript", "system"),
    ("IsUserResponse", "user_response"),
];

/// Whether scripts can be read with their steps.
pub(super) async fn probe(session: &mut Session) -> Result<(), Trouble> {
    listing(session).await?;
    paging::first(session, &folders()).await.map(|_| ())
}

/// All scripts.
pub(super) async fn read(session: &mut Session) -> Result<Part, Trouble> {
    let listing = listing(session).await?;
    let folders = paging::rows(session, &folders()).await?;
    let rows = paging::rows(session, &listing).await?;
    Ok(part(&rows, &folders, &BTreeMap::new()))
}

/// Where the folders of scripts are listed.
pub(super) fn folders() -> Listing<'static> {
    Listing { path: "ScriptFolders", id: "Id", condition: None, query: vec![] }
}

/// The way to ask for scripts that brings their steps along: servers differ in what they list unasked.
pub(super) async fn listing(session: &mut Session) -> Result<Listing<'static>, Trouble> {
    let ways = [None, Some(("expand", "ScriptData")), Some(("includefields", FIELDS))];
    for way in ways {
        let query = way.map(|(name, value)| (name, value.to_owned())).into_iter().collect();
        let listing = Listing { path: "Scripts", id: "Id", condition: None, query };
        let rows = paging::first(session, &listing).await?;
        if rows.is_empty() || rows.iter().any(|row| steps(row).is_some()) {
            return Ok(listing);
        }
    }
    Err(Trouble::Odd(
        "the server lists scripts without their steps: add the database as a source, or a folder of exports"
            .into(),
    ))
}

fn steps(row: &Value) -> Option<&Vec<Value>> {
    below(row, &["ScriptData", "ScriptSteps"]).as_array()
}

/// What the rows read as. `groups` are those whose GUIDs are known; without them, steps name groups by number.
pub(super) fn part(
    rows: &BTreeMap<i64, Value>,
    folders: &BTreeMap<i64, Value>,
    groups: &BTreeMap<i64, Guid>,
) -> Part {
    read_rows(rows.iter(), &known(rows, folders, groups))
}

/// What one of the rows reads as.
pub(super) fn part_of(
    id: i64,
    rows: &BTreeMap<i64, Value>,
    folders: &BTreeMap<i64, Value>,
    groups: &BTreeMap<i64, Guid>,
) -> Part {
    read_rows(rows.get_key_value(&id).into_iter(), &known(rows, folders, groups))
}

fn read_rows<'a>(rows: impl Iterator<Item = (&'a i64, &'a Value)>, known: &Known) -> Part {
    let mut part = Part { items: Vec::new(), issues: Vec::new() };
    let mut local = 0;
    for (id, row) in rows {
        let told = |message: String| {
            hidden(ContentType::Scripts, format!("{} (id {id}) {message}", text(row, "Name")))
        };
        match one(row, known) {
            Ok(mut item) => {
                local += usize::from(mark_local(&mut item));
                part.items.push(item);
            }
            Err(message) => part.issues.push(told(message)),
        }
    }
    if local > 0 {
        let message = format!("{local} use scripts or extra data fields that only have a local number here.");
        part.issues.push(note(ContentType::Scripts, message));
    }
    super::keep_first(&mut part, ContentType::Scripts);
    part
}

fn known(rows: &BTreeMap<i64, Value>, folders: &BTreeMap<i64, Value>, groups: &BTreeMap<i64, Guid>) -> Known {
    let mut known = Known { groups: groups.clone(), ..Known::default() };
    let nested = rows.values().map(|row| member(row, "Folder"));
    for folder in nested.chain(folders.values()) {
        take_folder(folder, &mut known);
    }
    let guids = rows.iter().filter_map(|(id, row)| Some((*id, Guid::parse(&text(row, "GUID")).ok()?)));
    known.scripts.extend(guids);
    known
}

/// A folder and those above it, as far as they are nested in it.
fn take_folder(folder: &Value, known: &mut Known) {
    let mut next = folder;
    // A chain of folders is never longer than the folders that there are; 64 ends one that bites its tail.
    for _ in 0..64 {
        let name = text(next, "Name");
        let Some(id) = number(next, "Id").filter(|id| *id != 0 && !name.is_empty()) else { return };
        let parent = number(next, "ParentId").unwrap_or(0);
        known.folders.insert(id, (parent, Guid::parse(&text(next, "GUID")).ok(), name));
        next = member(next, "ParentFolder");
    }
}

fn one(row: &Value, known: &Known) -> Result<ReadItem, String> {
    let folder = number(member(row, "Folder"), "Id").unwrap_or(0);
    if !is_whole(folder, known) {
        return Err("stands in a folder that the user may not see: nothing of it was changed".into());
    }
    let body = decoded(row).ok_or("is listed without its steps: nothing of it was changed")?;
    let mut item = script::assemble(&columns(row, folder), body, &Attached::default(), known)
        .map_err(|wrong| wrong.message)?;
    let options: Vec<&str> =
        OPTIONS.iter().filter(|(name, _)| flag(row, name)).map(|(_, option)| *option).collect();
    if !options.is_empty() {
        item.canonical.body.insert("options".into(), json!(options));
    }
    Ok(item)
}

/// Whether every folder on the way up is known. A gap would look like a move.
fn is_whole(folder: i64, known: &Known) -> bool {
    let mut next = folder;
    for _ in 0..=known.folders.len() {
        if next == 0 {
            return true;
        }
        match known.folders.get(&next) {
            Some((parent, ..)) => next = *parent,
            None => return false,
        }
    }
    // Folders that point at each other exist; the path ends where it repeats.
    true
}

fn columns(row: &Value, folder: i64) -> Row {
    let joined =
        |name: &str, glue: &str| list(member(row, name)).iter().map(plain).collect::<Vec<_>>().join(glue);
    let columns = [
        ("ScriptId", text(row, "Id")),
        ("ScriptGuid", text(row, "GUID")),
        ("ScriptName", text(row, "Name")),
        ("ScriptNotes", text(row, "Comments")),
        ("FolderId", folder.to_string()),
        ("ComputerScript", text(row, "IsComputerScript")),
        ("LocationScript", text(row, "IsLocationScript")),
        ("MaintenanceScript", text(row, "IsMaintenanceScript")),
        ("FunctionScript", text(row, "IsFunctionScript")),
        ("Permission", joined("Permission", ",")),
        ("EditPermission", joined("EditPermission", ",")),
        ("Parameters", joined("Parameters", "|")),
        ("Last_Date", text(row, "UpdateDate")),
        ("Last_User", text(row, "UpdatedBy")),
    ];
    Row::new(0, columns.map(|(name, value)| (name.to_owned(), value, 0)))
}

fn decoded(row: &Value) -> Option<Body> {
    let mut sorted: Vec<(i64, Step)> = steps(row)?.iter().map(step).collect();
    sorted.sort_by_key(|(sort, step)| (step.section, *sort));
    let meta = |name: &str| {
        Value::String(
            clean_text(&text(below(row, &["ScriptData", "ScriptMetadata"]), name)).trim().to_owned(),
        )
    };
    Some(Body {
        steps: sorted.into_iter().map(|(_, step)| step).collect(),
        parameters: meta("Parameters"),
        globals: meta("Globals"),
        extra_data_fields: meta("ExtraDataFields"),
    })
}

fn step(row: &Value) -> (i64, Step) {
    let whole = |name: &str| number(row, name).unwrap_or(0);
    let mut params: Vec<String> =
        (1..=5).map(|place| clean_text(&text(row, &format!("Param{place}")))).collect();
    let last = params.iter().rposition(|param| !param.is_empty()).map_or(0, |last| last + 1);
    params.truncate(last);
    let (os_limit, enabled) = read_os_limit(whole("OsLimit"));
    let step = Step {
        section: Section::of_action(whole("ScriptSection")),
        function: whole("FunctionId"),
        params,
        continue_on_failure: whole("Continue") != 0,
        os_limit,
        enabled,
        indentation: whole("Indentation"),
    };
    (whole("Sort"), step)
}

/// Marks references that are still local numbers, so that no receiver takes them for its own; says whether there
/// were any.
fn mark_local(item: &mut ReadItem) -> bool {
    let mut any = false;
    let steps = item.canonical.body.get_mut("steps").and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten() {
        let function = step["function"].as_i64().unwrap_or(0);
        let params = step["params"].as_array_mut().into_iter().flatten();
        for (index, param) in params.enumerate() {
            let Some(kind) = script::target(function, index) else { continue };
            let id = param.as_str().and_then(|text| text.trim().parse::<i64>().ok());
            if let Some(id) = id.filter(|id| *id > 0 && kind != ContentType::Roles) {
                *param = json!(format!("{kind}:local:{id}"));
                any = true;
            }
        }
    }
    any
}
