//! Where the reader calls: nowhere that is not public or named, and never on to somewhere else.

use super::Place;
use automate::Reader;
use domain::net::Networks;
use services::ports::reader::ReadError;

async fn told(place: &Place) -> String {
    match place.failure().await {
        ReadError::Unavailable(message) => message,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn addresses_that_are_not_named_are_not_called() {
    let mut place = Place::new().await;
    for networks in [Networks::default(), Networks::parse(["10.0.0.0/8"]).unwrap()] {
        place.reader = Reader { patience: place.reader.patience, ..Reader::new(networks) };
        let refused = told(&place).await;
        assert!(refused.contains("security.allowed_networks"), "{refused}");
    }
    assert!(place.server.requests().is_empty());
}

#[tokio::test]
async fn a_refused_address_and_a_silent_one_are_told_alike() {
    let mut place = Place::new().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    place.connection(|url, _, _, _| *url = format!("http://{closed}"));
    let silent = told(&place).await;
    place.reader = Reader { patience: place.reader.patience, ..Reader::default() };
    assert_eq!(told(&place).await, silent);
}

#[tokio::test]
async fn names_are_checked_by_what_they_stand_for() {
    let mut place = Place::new().await;
    let port = place.server.url.rsplit_once(':').unwrap().1.to_owned();
    place.connection(|url, _, _, _| *url = format!("http://localhost:{port}/cwa/api/v1/"));
    place.reader = Reader { patience: place.reader.patience, ..Reader::default() };
    assert!(told(&place).await.contains("localhost cannot be reached"));
    assert!(place.server.requests().is_empty());
    // Every address of a name must be permitted, so both loopbacks are named here.
    let networks = Networks::parse(["127.0.0.0/8", "::1"]).unwrap();
    place.reader = Reader { patience: place.reader.patience, ..Reader::new(networks) };
    place.connection(|url, _, _, _| *url = format!("http://127.0.0.1:{port}/cwa/api/v1/"));
    assert!(place.read().await.is_complete());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (place, elsewhere) = (Place::new().await, Place::new().await);
    place
        .server
        .faults(|faults| faults.redirect = Some(format!("{}/cwa/api/v1/apitoken", elsewhere.server.url)));
    assert!(told(&place).await.contains("does not follow"));
    assert!(elsewhere.server.requests().is_empty());
}

#[tokio::test]
async fn no_message_holds_a_secret() {
    let mut place = Place::new().await;
    let mut messages = vec![format!("{:?}", place.input)];
    place.server.faults(|faults| faults.html = true);
    messages.push(place.failure().await.to_string());
    place.connection(|url, _, _, _| *url = "http://127.0.0.1:1".into());
    messages.push(format!("{:?}", place.failure().await));
    for message in messages {
        assert!(!message.contains(sandbox::automate_rest::PASSWORD), "{message}");
    }
}
