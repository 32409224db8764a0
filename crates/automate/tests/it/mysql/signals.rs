//! Known again without being read: never anything but what a full reading would give.

use super::Place;
use crate::whole::Reading;
use automate::{canonical, export::Row, mysql::READER};
use domain::content::{ContentHash, ContentType, ItemKey};
use jiff::Timestamp;
use sandbox::labtech::{Mutation, Shape};
use services::ports::reader::KnownSignals;
use std::collections::BTreeMap;

/// All that is taken over of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    hash: ContentHash,
    name: String,
    path: String,
    local_id: Option<i64>,
    updated_at: Option<Timestamp>,
    updated_by: Option<String>,
}

/// What is remembered from reading to reading, as the server does it.
#[derive(Default)]
struct Memory {
    known: KnownSignals,
    seen: BTreeMap<ItemKey, Seen>,
}

fn seen(reading: &Reading) -> BTreeMap<ItemKey, Seen> {
    let entry = |item: &services::ports::reader::ReadItem| {
        let canonical = &item.canonical;
        let seen = Seen {
            hash: canonical.hash(),
            name: canonical.name.clone(),
            path: canonical.path(),
            local_id: item.local_id,
            updated_at: item.updated_at,
            updated_by: item.updated_by.clone(),
        };
        (ItemKey::new(canonical.content_type, canonical.guid.clone()), seen)
    };
    reading.items.iter().map(entry).collect()
}

fn scripts(items: &BTreeMap<ItemKey, Seen>) -> Vec<&str> {
    let scripts = items.iter().filter(|(key, _)| key.content_type == ContentType::Scripts);
    scripts.map(|(_, seen)| seen.name.as_str()).collect()
}

impl Memory {
    /// Reads, with what is known and without: both give the same. Answers the names of the scripts that were read.
    async fn read(&mut self, place: &Place) -> Vec<String> {
        let reading = Reading::of(&place.reader, &place.input, &self.known).await.unwrap();
        let whole = place.read().await;
        let read = seen(&reading);
        let mut all = read.clone();
        for key in &reading.unchanged {
            assert!(
                all.insert(key.clone(), self.seen[key].clone()).is_none(),
                "{key} was read and known again"
            );
        }
        assert_eq!(all, seen(&whole));
        assert_eq!(reading.issues, whole.issues);
        self.known.0.retain(|key, _| reading.unchanged.contains(key));
        for item in reading.items {
            let key = item.key();
            self.known.0.extend(item.signal.map(|signal| (key, signal)));
        }
        self.seen = all;
        scripts(&read).into_iter().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn what_did_not_change_is_known_again() {
    let place = Place::new("again", Shape { scripts: 450, shift: 0 }).await;
    let mut memory = Memory::default();
    assert_eq!(memory.read(&place).await.len(), 450, "the first reading knows nothing, and comes in pieces");
    assert_eq!(memory.read(&place).await, [""; 0], "nothing changed");
    let script = place.script("Flush DNS").await;
    let gone = place.script("Set power plan").await;
    let script = script.as_str();
    for (mutation, read) in [
        (Mutation::EditStep { script, text: "new" }, Some("Flush DNS")),
        (Mutation::Move { script, folder: "Support" }, Some("Flush DNS")),
        (Mutation::ReorderSteps { script }, Some("Flush DNS")),
        (Mutation::Repack { script }, Some("Flush DNS")),
        (Mutation::LineEnds { script }, Some("Flush DNS")),
        (Mutation::Touch { script }, Some("Flush DNS")),
        (Mutation::Rename { script, name: "Flush it" }, Some("Flush it")),
        (Mutation::ReorderAlertRows, None),
        (Mutation::Delete { script: &gone }, None),
    ] {
        place.instance.mutate(mutation).await.unwrap();
        assert_eq!(memory.read(&place).await, Vec::from_iter(read), "{mutation:?}");
    }
    place.instance.refill(Shape { scripts: 450, shift: 4000 }).await.unwrap();
    assert_eq!(memory.read(&place).await.len(), 450, "other local ids are other rows");
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn what_an_id_leads_to_counts_although_the_row_is_the_same() {
    let place = Place::new("behind", Shape::default()).await;
    let mut memory = Memory::default();
    memory.read(&place).await;
    let asks = ["Route after hours".to_owned()];
    for change in [
        "UPDATE alerttemplate SET GUID = UUID() WHERE Name = 'Operations - E-mail'",
        "UPDATE mastergroups SET GroupID = GroupID + 90000 WHERE Name = 'Exchange'",
        "UPDATE mastergroups SET GroupID = GroupID - 90000 WHERE Name = 'Exchange'",
        "DELETE FROM mastergroups WHERE Name = 'Exchange'",
    ] {
        place.instance.run(change).await.unwrap();
        assert_eq!(memory.read(&place).await, asks, "{change}");
    }
    place.instance.run("UPDATE scriptfolders SET GUID = UUID() WHERE Name = 'Alerting'").await.unwrap();
    assert!(memory.read(&place).await.contains(&asks[0]), "another folder of the same name");
    place.instance.run("UPDATE scriptfolders SET Name = 'Ops' WHERE Name = 'Operations'").await.unwrap();
    assert!(memory.read(&place).await.contains(&asks[0]), "another name above the folder");
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn other_columns_another_place_or_no_digest_mean_a_full_reading() {
    let mut place = Place::new("fresh", Shape::default()).await;
    let mut memory = Memory::default();
    let all = memory.read(&place).await.len();
    place.instance.run("ALTER TABLE lt_scripts DROP COLUMN Parameters").await.unwrap();
    assert_eq!(memory.read(&place).await.len(), all);
    assert_eq!(memory.read(&place).await.len(), 0);
    // As a source that was pointed at another server, which looks the same.
    place.input = super::input(&place.instance.url());
    assert_eq!(memory.read(&place).await.len(), all);
    for signal in memory.known.0.values_mut() {
        signal.0 = "of another program".into();
    }
    assert_eq!(memory.read(&place).await.len(), all);
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn rows_that_share_a_guid_are_read_every_time() {
    let place = Place::new("shared", Shape::default()).await;
    let mut memory = Memory::default();
    memory.read(&place).await;
    place.instance.run("INSERT INTO lt_scripts (FolderId, ScriptName, ScriptData, ScriptGuid) SELECT FolderId, 'Copied', ScriptData, UPPER(ScriptGuid) FROM lt_scripts WHERE ScriptName = 'Flush DNS'").await.unwrap();
    for _ in 0..2 {
        assert_eq!(memory.read(&place).await, ["Flush DNS"], "the copy is told and left out");
    }
    place.instance.run("DELETE FROM lt_scripts WHERE ScriptName = 'Flush DNS'").await.unwrap();
    assert_eq!(memory.read(&place).await, ["Copied"]);
    place
        .instance
        .run("UPDATE lt_scripts SET ScriptData = 'broken' WHERE ScriptName = 'Copied'")
        .await
        .unwrap();
    for _ in 0..2 {
        assert_eq!(memory.read(&place).await, [""; 0], "told each time, and known of nothing");
    }
    place.instance.drop_all().await.unwrap();
}

/// Changes of all kinds, many at a time and in any order; `{}` is a number.
const ANYTHING: &[&str] = &[
    "UPDATE lt_scripts SET ScriptNotes = CONCAT(IFNULL(ScriptNotes, ''), '{}') WHERE ScriptId % 7 = {} % 7",
    "UPDATE lt_scripts SET FolderId = (SELECT MIN(FolderID) + {} % 4 FROM scriptfolders) WHERE ScriptId % 9 = {} % 9",
    "UPDATE lt_scripts SET Permission = '{},' WHERE ScriptId % 11 = {} % 11",
    "UPDATE lt_scripts SET Parameters = NULL, ScriptFlags = {} % 3 WHERE ScriptId % 5 = {} % 5",
    "UPDATE lt_scripts SET Parameters = '' WHERE Parameters IS NULL",
    "UPDATE lt_scripts SET Last_Date = '0000-00-00 00:00:00' WHERE ScriptId % 6 = {} % 6",
    "UPDATE lt_scripts a JOIN lt_scripts b ON b.ScriptId = a.ScriptId + 1 SET a.ScriptData = b.ScriptData WHERE a.ScriptId % 13 = {} % 13",
    "UPDATE lt_scripts SET ScriptGuid = UPPER(ScriptGuid) WHERE ScriptId % 8 = {} % 8",
    "UPDATE lt_scripts SET ScriptGuid = UUID() WHERE ScriptId % 17 = {} % 17",
    "UPDATE lt_scripts SET ScriptName = CONCAT(ScriptName, ' '), ComputerScript = 1 - ComputerScript WHERE ScriptId % 10 = {} % 10",
    "DELETE FROM lt_scripts WHERE ScriptId % 29 = {} % 29",
    "UPDATE scriptfolders SET ParentID = FolderID - 1 WHERE FolderID % 5 = {} % 5",
    "UPDATE scriptfolders SET Name = CONCAT(Name, '{}') WHERE FolderID % 6 = {} % 6",
    "UPDATE extrafield SET LtGuid = UUID() WHERE ID % 3 = {} % 3",
    "UPDATE mastergroups SET GUID = '' WHERE GroupID % 4 = {} % 4",
    "UPDATE mastergroups SET GUID = UUID() WHERE GUID = ''",
    "UPDATE alerttemplate SET GUID = UUID() WHERE AlertActionID % 2 = {} % 2",
    "UPDATE lt_scripts SET ScriptData = CONCAT(ScriptData, '\\n') WHERE ScriptId % 12 = {} % 12",
    "UPDATE lt_scripts SET ScriptName = 'Tëst △ 𝄞', ScriptNotes = '1:a2:b' WHERE ScriptId % 23 = {} % 23",
];

#[tokio::test]
async fn whatever_happens_both_ways_of_reading_agree() {
    let place = Place::new("anything", Shape { scripts: 90, shift: 0 }).await;
    let mut memory = Memory::default();
    memory.read(&place).await;
    let mut state = 20_261_125_u64;
    let mut known_again = 0;
    for _ in 0..20 {
        for _ in 0..2 {
            // Knuth's constants; the same steps in every run.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = state >> 33;
            let change = ANYTHING[usize::try_from(number).unwrap() % ANYTHING.len()];
            place.instance.run(&change.replace("{}", &(number / 19).to_string())).await.unwrap();
        }
        memory.read(&place).await;
        known_again += memory.known.0.len();
    }
    assert!(known_again > 200, "some stayed as they were: {known_again}");
    place.instance.drop_all().await.unwrap();
}

/// A row that uses everything a script can hold.
fn row() -> Row {
    let step = |function: i64, params: &[&str]| {
        let params: String = params
            .iter()
            .enumerate()
            .map(|(at, text)| format!("<Param{0}>{text}</Param{0}>", at + 1))
            .collect();
        format!(
            "<ScriptSteps><Action>2</Action><FunctionId>{function}</FunctionId>{params}<Sort>1</Sort><Continue>1</Continue><OsLimit>-2147483631</OsLimit><Indentation>1</Indentation></ScriptSteps>"
        )
    };
    let steps = [
        step(17, &["5", "1"]),
        step(80, &["6", "x\r\n y "]),
        step(2, &["", "", "7,8"]),
        step(183, &["", "", "", "", "9"]),
        step(236, &["Server:88DFAF30-AEA8-11E7-AECA-005056A37E1B"]),
    ];
    let body = format!(
        "<ScriptData><Scripts><ExtraDataFields>6|7</ExtraDataFields><Parameters>a|b</Parameters><Globals>g</Globals></Scripts>{}</ScriptData>",
        steps.concat()
    );
    let columns = [
        ("ScriptId", "4"),
        ("FolderId", "3"),
        ("ScriptGuid", "{7C0E2F7E-0D4B-4A8E-8F3C-1F6F0F6B9A10}"),
        ("ScriptName", " All of it "),
        ("ScriptNotes", "one\r\ntwo"),
        ("ScriptData", body.as_str()),
        ("Permission", "3,"),
        ("EditPermission", "0,"),
        ("ComputerScript", "1"),
        ("ScriptFlags", "12"),
        ("Last_User", "ada"),
        ("Last_Date", "2026-10-12 14:06:48"),
    ];
    Row::new(0, columns.map(|(name, value)| (name.to_owned(), value.to_owned(), 0)))
}

/// Guards [`READER`]: signals outlive an update of the program, so the number must tell that the same row reads
/// otherwise now.
#[test]
fn another_form_needs_another_number() {
    let guid = |number: u8| {
        domain::content::Guid::parse(&format!("88dfaf30-aea8-11e7-aeca-0050560000{number:02x}")).unwrap()
    };
    let mut known = canonical::Known { whole: true, ..canonical::Known::default() };
    known.folders.insert(2, (0, None, "Above".into()));
    known.folders.insert(3, (2, Some(guid(3)), "Below".into()));
    known.scripts.insert(5, guid(5));
    known.extra_fields.insert(6, guid(6));
    known.groups.insert(7, guid(7));
    known.alert_templates.insert(9, guid(9));
    let read = canonical::script::read(&row(), &canonical::Attached::default(), &known).unwrap();
    let told = format!("{:?} {:?} {:?}", read.local_id, read.updated_at, read.updated_by);
    let form = ContentHash::of(&[read.canonical.to_bytes(), told.into_bytes()].concat());
    assert_eq!(
        (READER, form.short()),
        (1, "42bfef2ffa"),
        "a script reads otherwise than before: raise READER in mysql/signals.rs, and write both here"
    );
}
