//! What real databases hold: other columns, zero dates, ids that lead nowhere, GUIDs twice or not at all.

use super::{Place, found, named};
use domain::content::ContentType;
use sandbox::labtech::Shape;

#[tokio::test]
async fn other_columns_are_tolerated_and_told() {
    let place = Place::new("columns", Shape::default()).await;
    let before = place.all().await;
    place
        .instance
        .run("ALTER TABLE dataviews DROP COLUMN IconControl, ADD COLUMN Colour INT NOT NULL DEFAULT 3")
        .await
        .unwrap();
    let reading = place.read().await;
    assert_eq!(found(&reading), before);
    assert!(reading.is_complete());
    let [issue] = &reading.issues[..] else { panic!("{:?}", reading.issues) };
    assert!(issue.message.contains("lacks IconControl") && issue.message.contains("has colour"), "{issue:?}");
    place.instance.run("ALTER TABLE dataviews DROP COLUMN GUID").await.unwrap();
    let reading = place.read().await;
    assert!(!reading.is_complete(), "without GUIDs nothing may be declared gone");
    assert!(reading.issues[0].message.contains("no column GUID"), "{:?}", reading.issues);
    assert!(reading.items.iter().all(|item| item.canonical.content_type != ContentType::DataViews));
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn zero_dates_are_no_dates() {
    let place = Place::new("dates", Shape::default()).await;
    place
        .instance
        .run("UPDATE lt_scripts SET Last_Date = '0000-00-00 00:00:00', Last_User = ''")
        .await
        .unwrap();
    let reading = place.read().await;
    assert_eq!(reading.issues, []);
    let scripts = reading.items.iter().filter(|item| item.canonical.content_type == ContentType::Scripts);
    assert!(
        scripts.clone().count() > 20
            && scripts.clone().all(|item| item.updated_at.is_none() && item.updated_by.is_none())
    );
    let search =
        reading.items.iter().find(|item| item.canonical.content_type == ContentType::Searches).unwrap();
    assert_eq!(search.updated_at, "2026-10-12T14:06:48Z".parse().ok());
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn ids_that_lead_nowhere_are_told_and_left_out() {
    let place = Place::new("orphans", Shape::default()).await;
    place
        .instance
        .run("UPDATE lt_scripts SET FolderId = 987654 WHERE ScriptName IN ('Flush DNS', 'Set power plan')")
        .await
        .unwrap();
    place
        .instance
        .run("UPDATE groupagents SET ScriptID = 987654 WHERE Name = 'Pending restart'")
        .await
        .unwrap();
    place
        .instance
        .run("UPDATE agents SET AlertAction = 987654 WHERE Name = 'Duplicate computers'")
        .await
        .unwrap();
    let reading = place.read().await;
    assert!(reading.is_complete());
    let told: Vec<&str> = reading.issues.iter().map(|issue| issue.message.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for (name, what) in
        [("and 1 more", "no folder"), ("Pending restart", "no script"), ("Duplicate", "no alert template")]
    {
        assert!(told.iter().any(|line| line.contains(name) && line.contains(what)), "{name}: {told:?}");
    }
    assert_eq!(named(&reading, ContentType::Scripts, "Flush DNS").path(), "");
    assert!(!named(&reading, ContentType::RemoteMonitors, "Pending restart").body.contains_key("script"));
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn guids_twice_or_missing_are_told() {
    let place = Place::new("guids", Shape::default()).await;
    let before = place.all().await;
    place.instance.run("INSERT INTO lt_scripts (FolderId, ScriptName, ScriptData, ScriptGuid) SELECT FolderId, 'Copied', ScriptData, ScriptGuid FROM lt_scripts WHERE ScriptName = 'Flush DNS'").await.unwrap();
    place.instance.run("INSERT INTO lt_scripts (ScriptName, ScriptData, ScriptGuid) VALUES ('Nameless', '', ''), ('Broken', '', 'xyz'), ('Null', '', NULL)").await.unwrap();
    let reading = place.read().await;
    assert_eq!(found(&reading), before, "the first of two counts, and rows without a GUID are none");
    assert!(reading.is_complete());
    let told: Vec<&str> = reading.issues.iter().map(|issue| issue.message.as_str()).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.iter().any(|line| line.contains("Copied carries the GUID of Flush DNS")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("Nameless") && line.contains("no usable GUID")), "{told:?}");
    place
        .instance
        .run("UPDATE lt_scripts SET ScriptData = 'H4sI!!' WHERE ScriptName = 'Set power plan'")
        .await
        .unwrap();
    assert!(!place.read().await.is_complete(), "what cannot be unpacked is not gone");
    place.instance.drop_all().await.unwrap();
}
