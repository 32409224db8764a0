//! Exactly what was changed is read as changed, and nothing that only looks like a change.

use super::{Found, Place};
use domain::content::ContentType;
use sandbox::labtech::{Mutation, Shape};

/// What differs: `~` changed, `+` new, `-` gone.
fn difference(before: &Found, after: &Found) -> Vec<String> {
    let gone = before.keys().filter(|key| !after.contains_key(key)).map(|key| format!("-{}", key.guid));
    let other = after.iter().filter_map(|(key, hash)| match before.get(key) {
        None => Some(format!("+{}", key.guid)),
        Some(old) if old != hash => Some(format!("~{}", key.guid)),
        Some(_) => None,
    });
    gone.chain(other).collect()
}

#[tokio::test]
async fn edits_are_found_one_by_one() {
    let place = Place::new("edits", Shape::default()).await;
    let script = place.script("Flush DNS").await;
    let gone = place.script("Set power plan").await;
    let monitor = place.read().await;
    let monitor =
        monitor.items.iter().find(|item| item.canonical.content_type == ContentType::InternalMonitors);
    let monitor = monitor.unwrap().canonical.guid.as_str().to_owned();
    let (script, monitor) = (script.as_str(), monitor.as_str());
    let mut before = place.all().await;
    for (mutation, expected) in [
        (Mutation::EditStep { script, text: "new" }, format!("~{script}")),
        (Mutation::Rename { script, name: "Flush the resolver" }, format!("~{script}")),
        (Mutation::Move { script, folder: "Support" }, format!("~{script}")),
        (Mutation::Switch { monitor, on: true }, format!("~{monitor}")),
        (Mutation::Delete { script: &gone }, format!("-{gone}")),
    ] {
        place.instance.mutate(mutation).await.unwrap();
        let after = place.all().await;
        assert_eq!(difference(&before, &after), [expected], "{mutation:?}");
        before = after;
    }
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn what_is_no_change_is_none() {
    let place = Place::new("noise", Shape::default()).await;
    let script = place.script("Flush DNS").await;
    let script = script.as_str();
    let before = place.all().await;
    for mutation in [
        Mutation::ReorderSteps { script },
        Mutation::ReorderAlertRows,
        Mutation::Repack { script },
        Mutation::LineEnds { script },
        Mutation::Touch { script },
    ] {
        place.instance.mutate(mutation).await.unwrap();
        assert_eq!(difference(&before, &place.all().await), [""; 0], "{mutation:?}");
    }
    place
        .instance
        .run("UPDATE agents SET LastScan = NOW(), FailCount = FailCount + 1, WarningCount = 3")
        .await
        .unwrap();
    place.instance.run("UPDATE extrafielddata SET Value = 'of one client' WHERE ID <> 0").await.unwrap();
    assert_eq!(difference(&before, &place.all().await), [""; 0], "run-time state and values");
    place.instance.refill(Shape { scripts: 0, shift: 4000 }).await.unwrap();
    assert_eq!(difference(&before, &place.all().await), [""; 0], "only local ids");
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn a_default_value_is_content_unless_it_is_secret() {
    let place = Place::new("defaults", Shape::default()).await;
    let with_default = "SELECT LtGuid FROM extrafield f JOIN extrafielddata d ON d.ExtraFieldID = f.ID AND d.ID = 0 WHERE d.Value <> '' LIMIT 1";
    let guid: String = sqlx::query_scalar(with_default).fetch_one(place.instance.pool()).await.unwrap();
    let before = place.all().await;
    let set = |what: &str| {
        format!(
            "UPDATE extrafield f JOIN extrafielddata d ON d.ExtraFieldID = f.ID AND d.ID = 0 SET {what} WHERE f.LtGuid = '{guid}'"
        )
    };
    place.instance.run(&set("d.Value = 'another\r\nline '")).await.unwrap();
    let reading = place.read().await;
    let field = reading.items.iter().find(|item| item.canonical.guid.as_str() == guid).unwrap();
    assert_eq!(field.canonical.body["default_value"], "another\nline");
    assert_eq!(difference(&before, &place.all().await), [format!("~{guid}")]);
    for secret in ["f.IsPassword = 1, f.IsEncrypted = 0", "f.IsPassword = 0, f.IsEncrypted = 1"] {
        place.instance.run(&set(secret)).await.unwrap();
        let reading = place.read().await;
        let field = reading.items.iter().find(|item| item.canonical.guid.as_str() == guid).unwrap();
        assert!(!field.canonical.body.contains_key("default_value"), "{secret}");
    }
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn a_renamed_folder_moves_what_stands_in_it() {
    let place = Place::new("folders", Shape::default()).await;
    let before = place.all().await;
    let inside =
        "SELECT COUNT(*) FROM lt_scripts JOIN scriptfolders USING (FolderID) WHERE Name = 'Printing'";
    let inside: i64 = sqlx::query_scalar(inside).fetch_one(place.instance.pool()).await.unwrap();
    place.instance.run("UPDATE scriptfolders SET Name = 'Printers' WHERE Name = 'Printing'").await.unwrap();
    let differing = difference(&before, &place.all().await);
    assert!(inside > 1 && differing.len() == usize::try_from(inside).unwrap(), "{differing:?}");
    place.instance.drop_all().await.unwrap();
}
