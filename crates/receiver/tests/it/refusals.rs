//! Who is turned away: wrong secrets, deleted clients, a second receiver, folders that are not connected.

use crate::{Place, script, server};
use receiver::{Home, ReceiverError, SignIn};

#[tokio::test]
async fn nothing_is_written_before_the_server_accepted() {
    let server = server::Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    for (client, secret) in [("Acme", "wrong"), ("Other", server::SECRET)] {
        let refused = Home::init(folder.path(), &server.url, client, secret).await.err().unwrap();
        assert!(matches!(refused, ReceiverError::Refused), "{refused}");
    }
    let empty = Home::init(folder.path(), &server.url, " ", server::SECRET).await.err().unwrap();
    assert!(empty.to_string().contains("must not be empty"), "{empty}");
    let other = "0".repeat(64);
    let sign_in = SignIn {
        server: &server.url,
        client: "Acme",
        secret: server::SECRET,
        key_fingerprint: Some(other.as_str()),
    };
    let refused = Home::init_with_key(folder.path(), sign_in).await.err().unwrap().to_string();
    assert!(refused.starts_with("key-fingerprint: "), "{refused}");
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    let unconnected = Home::open(folder.path()).err().unwrap().to_string();
    assert!(unconnected.contains("tandem receiver init"), "{unconnected}");
}

#[tokio::test]
async fn a_deleted_client_stops_at_once() {
    let place = Place::offering(&[script(1, "one")]).await;
    let mut session = place.session();
    session.status(None).await.unwrap();
    place.server.world().client_gone = true;
    let refused = session.sync(&crate::MASS).await.unwrap_err();
    assert!(matches!(refused, ReceiverError::Refused), "{refused}");
    assert!(place.shelf.done().is_empty());
}

#[tokio::test]
async fn only_one_receiver_works_in_a_home() {
    let place = Place::offering(&[]).await;
    let first = place.session();
    let second = place.home().take().err().unwrap();
    assert!(matches!(&second, ReceiverError::Busy(_)), "{second}");
    // Nor is it connected anew under a run.
    let (folder, server) = (place.folder.path(), &place.server.url);
    let anew = Home::init(folder, server, "Acme", crate::server::SECRET).await.err().unwrap();
    assert!(matches!(&anew, ReceiverError::Busy(_)), "{anew}");
    drop(first);
    place.connect().await;
    place.session();
}

#[tokio::test]
async fn passing_failures_are_sat_out() {
    let place = Place::offering(&[script(1, "one")]).await;
    place.server.world().failing = 3;
    assert_eq!(place.sync().await.unwrap().len(), 1);
    place.server.world().failing = 99;
    let failed = place.sync().await.unwrap_err().to_string();
    assert!(failed.contains("503"), "{failed}");
}

#[tokio::test]
async fn what_is_excluded_stays_so_when_a_new_secret_comes_in() {
    let (one, two) = (script(1, "one"), script(2, "two"));
    let place = Place::offering(&[one.clone(), two]).await;
    place.session().exclude(&one.guid, true).await.unwrap();
    place.connect().await;
    place.sync().await.unwrap();
    assert_eq!(place.shelf.done().concat(), ["two"]);
}
