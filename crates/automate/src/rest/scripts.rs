//! Scripts (`/v1/Scripts`) and the folders they stand in (`/v1/ScriptFolders`).

use super::{
    Firsts, Part,
    members::{below, flag, list, member, number, plain, text},
    note,
    paging::{self, Lister, Listing, Stopped},
    rows,
    session::Session,
    trouble::Trouble,
};
use crate::{
    canonical::{Attached, Known, script},
    export::{Row, body::Body},
};
use domain::{
    content::{
        ContentType, Guid,
        canonical::clean_text,
        script::{Section, Step, read_os_limit},
    },
    source::ScanIssue,
};
use serde_json::{Value, json};
use services::ports::reader::{ItemSink, ReadItem};
use std::collections::{BTreeMap, btree_map::Entry};

/// What other scripts and the paths of folders need to know of a script.
const HEAD: &str = "Id,GUID,Folder";

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

/// Hands all scripts over. Which scripts and folders there are is asked first, because steps name scripts that stand
/// pages later.
pub(super) async fn read(session: &mut Session, sink: &mut dyn ItemSink) -> Result<Vec<ScanIssue>, Stopped> {
    let listing = listing(session).await?;
    let mut lister = Scripts::among(&paging::rows(session, &folders()).await?);
    paging::heads(session, &listing, HEAD, |rows| lister.learn(&rows)).await?;
    paging::hand_over(session, &listing, &mut lister, sink).await?;
    lister.issues.extend(local_ones(lister.local));
    Ok(lister.issues)
}

/// Scripts on their way: what their local ids stand for, as far as it is known.
struct Scripts {
    known: Known,
    /// Whether something became known in this round that items of this round may have lacked.
    learnt: bool,
    firsts: Firsts,
    issues: Vec<ScanIssue>,
    local: usize,
}

impl Scripts {
    fn among(folders: &BTreeMap<i64, Value>) -> Self {
        let mut known = Known::default();
        for folder in folders.values() {
            take_folder(folder, &mut known);
        }
        let firsts = Firsts::of(ContentType::Scripts);
        Self { known, learnt: false, firsts, issues: Vec::new(), local: 0 }
    }

    fn learn(&mut self, rows: &BTreeMap<i64, Value>) {
        for (id, row) in rows {
            self.learnt |= take_folder(member(row, "Folder"), &mut self.known);
            let Ok(guid) = Guid::parse(&text(row, "GUID")) else { continue };
            self.learnt |= self.known.scripts.insert(*id, guid.clone()) != Some(guid);
        }
    }
}

impl Lister for Scripts {
    fn begin(&mut self) {
        (self.learnt, self.local) = (false, 0);
        self.firsts = Firsts::of(ContentType::Scripts);
        self.issues.clear();
    }

    fn items(&mut self, rows: BTreeMap<i64, Value>) -> Vec<ReadItem> {
        self.learn(&rows);
        let (mut part, local) = read_rows(rows.iter(), &self.known);
        self.firsts.keep(&mut part);
        self.issues.extend(part.issues);
        self.local += local;
        part.items
    }

    fn is_settled(&self) -> bool {
        !self.learnt
    }
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
    let (mut part, _) = read_rows(rows.iter(), &known(rows, folders, groups));
    Firsts::of(ContentType::Scripts).keep(&mut part);
    part
}

/// What one of the rows reads as.
pub(super) fn part_of(
    id: i64,
    rows: &BTreeMap<i64, Value>,
    folders: &BTreeMap<i64, Value>,
    groups: &BTreeMap<i64, Guid>,
) -> Part {
    read_rows(rows.get_key_value(&id).into_iter(), &known(rows, folders, groups)).0
}

/// What the rows read as, and how many of them use something that only has a local number.
fn read_rows<'a>(rows: impl Iterator<Item = (&'a i64, &'a Value)>, known: &Known) -> (Part, usize) {
    let mut local = 0;
    let part = rows::part(ContentType::Scripts, rows, |row| {
        let mut item = one(row, known)?;
        local += usize::from(mark_local(&mut item));
        Ok(item)
    });
    (part, local)
}

fn local_ones(count: usize) -> Option<ScanIssue> {
    let message = format!("{count} use scripts or extra data fields that only have a local number here.");
    (count > 0).then(|| note(ContentType::Scripts, message))
}

fn known(rows: &BTreeMap<i64, Value>, folders: &BTreeMap<i64, Value>, groups: &BTreeMap<i64, Guid>) -> Known {
    let mut scripts = Scripts::among(folders);
    scripts.learn(rows);
    Known { groups: groups.clone(), ..scripts.known }
}

/// A folder and those above it, as far as they are nested in it; what is known of one stays. Says whether there was
/// a new one.
fn take_folder(folder: &Value, known: &mut Known) -> bool {
    let (mut next, mut new) = (folder, false);
    // A chain of folders is never longer than the folders that there are; 64 ends one that bites its tail.
    for _ in 0..64 {
        let name = text(next, "Name");
        let Some(id) = number(next, "Id").filter(|id| *id != 0 && !name.is_empty()) else { break };
        if let Entry::Vacant(place) = known.folders.entry(id) {
            let parent = number(next, "ParentId").unwrap_or(0);
            place.insert((parent, Guid::parse(&text(next, "GUID")).ok(), name));
            new = true;
        }
        next = member(next, "ParentFolder");
    }
    new
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
