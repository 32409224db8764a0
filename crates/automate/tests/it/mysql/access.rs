//! Signing in, rights, and a connection that breaks.

use super::{Place, input, reader, server};
use crate::whole::Reading;
use domain::{content::ContentType, net::Networks, source::CheckState};
use sandbox::labtech::{Instance, Shape};
use services::ports::{
    SourceReader as _,
    reader::{KnownSignals, ReadError},
};

/// The field and sentence of a refusal.
async fn refusal(url: &str) -> (String, String) {
    match Reading::of(&reader(), &input(url), &KnownSignals::default()).await.unwrap_err() {
        ReadError::Settings { field, message } => (field, message),
        other => ("none".into(), other.to_string()),
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_in_is_one_sentence() {
    let instance = Instance::create(&server(), "automate_sign_in").await.unwrap();
    let url = instance.reader("r_sign_in", "right").await.unwrap();
    let (place, host) = (url.rsplit('@').next().unwrap(), url.rsplit_once('/').unwrap().0);
    for (url, field, what) in [
        (format!("mysql://r_sign_in:wrong@{place}"), "password", "is refused for the user r_sign_in"),
        (format!("{host}/no_such_database"), "url", "may not read"),
        ("mysql://r:x@no-such-host.invalid/labtech".to_owned(), "url", "no-such-host.invalid"),
        ("mysql://r:x@127.0.0.1:9/labtech".to_owned(), "none", "does not answer"),
        (format!("{url}?socket=/tmp/x"), "url", "`socket`"),
        (format!("{url}?ssl-mode=sideways"), "url", "sideways"),
    ] {
        let (found, message) = refusal(&url).await;
        assert!(found == field && message.contains(what), "{url}: {found}: {message}");
        assert!(!message.contains('\n') && !message.contains("wrong@"), "{message}");
    }
    let closed = automate::Reader::new(Networks::default());
    let refused = Reading::of(&closed, &input(&url), &KnownSignals::default()).await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("security.allowed_networks"), "{error}");
    instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn a_missing_right_hides_only_what_needs_it() {
    let place = Place::new("rights", Shape::default()).await;
    let database = place.instance.database().to_owned();
    let grant = |table: &str| format!("GRANT SELECT ON `{database}`.{table} TO 'r_rights'@'%'");
    place.instance.run("REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'r_rights'@'%'").await.unwrap();
    for table in [
        "lt_scripts",
        "scriptfolders",
        "extrafield",
        "extrafielddata",
        "mastergroups",
        "alerttemplate",
        "dataviews",
    ] {
        place.instance.run(&grant(table)).await.unwrap();
    }
    let reading = place.read().await;
    assert!(!reading.is_complete());
    let kinds: std::collections::BTreeSet<ContentType> =
        reading.items.iter().map(|item| item.canonical.content_type).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [ContentType::Scripts, ContentType::ExtraFields]);
    let views = reading.issues.iter().find(|issue| issue.place == ContentType::DataViews.label()).unwrap();
    assert!(views.message.contains("dataviewfolders") && views.message.contains("SELECT"), "{views:?}");
    let check = place.reader.test(&place.input).await.unwrap();
    assert!(check.summary.contains("2 of 9"), "{}", check.summary);
    let line = check.lines.iter().find(|line| line.what == ContentType::Groups.label()).unwrap();
    assert!(line.state == CheckState::Wrong && line.message.contains("sensorchecks"), "{line:?}");
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn passwords_in_other_tables_are_never_asked_for() {
    let place = Place::new("secrets", Shape::default()).await;
    place.instance.run("DROP TABLE templates; DROP TABLE properties; DROP TABLE userclasses").await.unwrap();
    let reading = place.read().await;
    assert_eq!(reading.issues, [], "nothing needs them");
    place.instance.drop_all().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_killed_gives_nothing() {
    let place = Place::new("killed", Shape::default()).await;
    // A table that somebody holds stops the reading in its middle.
    let mut holder = place.instance.pool().acquire().await.unwrap();
    sqlx::raw_sql("LOCK TABLES lt_scripts WRITE").execute(&mut *holder).await.unwrap();
    let waiting = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'r_killed' AND STATE LIKE 'Waiting for table%'";
    let kill = async {
        let id = loop {
            let found: Option<i64> =
                sqlx::query_scalar(waiting).fetch_optional(place.instance.pool()).await.unwrap();
            match found {
                Some(id) => break id,
                None => tokio::task::yield_now().await,
            }
        };
        place.instance.run(&format!("KILL CONNECTION {id}")).await.unwrap();
    };
    let (error, ()) = tokio::join!(place.failure(), kill);
    assert!(matches!(error, ReadError::Unavailable(_)), "{error:?}");
    assert!(error.to_string().contains("nothing of it was used"), "{error}");
    sqlx::raw_sql("UNLOCK TABLES").execute(&mut *holder).await.unwrap();
    drop(holder);
    assert!(place.read().await.is_complete());
    place.instance.drop_all().await.unwrap();
}

/// Passwords of agent templates and system properties stand in tables that are never asked for: nothing of them is in
/// what was read, and a server without them gives the same.
#[tokio::test]
async fn what_is_no_content_is_never_read() {
    let place = Place::new("no_content", Shape { scripts: 60, shift: 0 }).await;
    let reading = place.read().await;
    let planted = "must-never-be-read";
    for row in ["templates SET Name = 'Seen' WHERE CachePassword", "properties SET Name = 'Seen' WHERE Value"]
    {
        let update = format!("UPDATE {row} = '{planted}'");
        assert_eq!(place.instance.run(&update).await.unwrap(), 1, "it stands there: {row}");
    }
    for item in &reading.items {
        let text = String::from_utf8(item.canonical.to_bytes()).unwrap();
        assert!(!text.contains(planted), "{text}");
    }
    assert!(!format!("{:?}", reading.issues).contains(planted));
    let found = place.all().await;
    place.instance.run("DROP TABLE templates; DROP TABLE properties; DROP TABLE computers").await.unwrap();
    assert_eq!(place.all().await, found);
    place.instance.drop_all().await.unwrap();
}
