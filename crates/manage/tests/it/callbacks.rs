//! Callbacks: registered, delivered, believed only when signed.

use crate::world::setting;
use manage::{Delivery, ManageError, Retry};
use sandbox::manage::{Fault, FaultKind, Manage as Simulator, sign};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// One delivery as it came in.
struct Received {
    path: String,
    signature: String,
    body: Vec<u8>,
}

async fn receive(listener: &TcpListener, status: &str) -> Received {
    let (mut stream, _) =
        tokio::time::timeout(Duration::from_secs(10), listener.accept()).await.unwrap().unwrap();
    let received = read(&mut stream).await;
    stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.unwrap();
    received
}

async fn read(stream: &mut TcpStream) -> Received {
    let mut raw = Vec::new();
    loop {
        let mut part = [0; 4_096];
        let read = stream.read(&mut part).await.unwrap();
        raw.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&raw).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header =
            |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        let length: usize = header("content-length:").parse().unwrap();
        if body.len() == length {
            let path = head.split(' ').nth(1).unwrap().to_owned();
            return Received {
                path,
                signature: header("x-content-signature:"),
                body: body.as_bytes().to_vec(),
            };
        }
    }
}

/// A body that the instance might send, with the address of its key.
fn body(key_url: &str) -> Vec<u8> {
    json!({"Action": "updated", "ID": 1, "Type": "ticket", "Metadata": {"key_url": key_url}})
        .to_string()
        .into_bytes()
}

fn key_url(simulator: &Simulator) -> String {
    format!("{}/v2025_1//system/callbackkey/index.rails?companyName=acme&id=key-1", simulator.url())
}

#[tokio::test]
async fn a_change_is_delivered_signed_and_believed() {
    let world = setting(|_| {}).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let callback = world.manage.register_ticket_callback(&url, "Tandem").await.unwrap();
    assert_eq!(
        world.manage.register_ticket_callback(&url, "Tandem").await.unwrap().id,
        callback.id,
        "once is enough"
    );

    let note = manage::model::NewNote { text: "x".into(), internal: true, ..Default::default() };
    world.manage.add_note(3, &note).await.unwrap();
    let received = receive(&listener, "200 OK").await;
    assert_eq!(received.path, "/hook?recordId=3&action=updated");
    let delivery = world.manage.verify(&received.body, &received.signature).await.unwrap();
    assert_eq!((delivery.action.as_str(), delivery.kind.as_str(), delivery.record), ("updated", "ticket", 3));
    assert!(delivery.message.is_some());

    assert!(world.manage.delete_callback(callback.id).await.unwrap());
    assert!(world.manage.callbacks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_delivery_is_sent_twice_more() {
    let world = setting(|world| world.quirks.callback_waits = [Duration::ZERO; 2]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    world.manage.register_ticket_callback(&url, "Tandem").await.unwrap();
    let note = manage::model::NewNote { text: "x".into(), internal: true, ..Default::default() };
    world.manage.add_note(3, &note).await.unwrap();
    let first = receive(&listener, "429 Too Many Requests").await;
    let second = receive(&listener, "404 Not Found").await;
    let third = receive(&listener, "200 OK").await;
    assert!(
        first.body == second.body && second.body == third.body,
        "the same delivery, with the same message id"
    );
}

#[tokio::test]
async fn callbacks_come_twice_and_out_of_order_when_told_to() {
    let world = setting(|world| (world.quirks.callback_batch, world.quirks.callback_copies) = (3, 2)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    world.manage.register_ticket_callback(&url, "Tandem").await.unwrap();
    let note = manage::model::NewNote { text: "x".into(), internal: true, ..Default::default() };
    for ticket in [3, 4, 5] {
        world.manage.add_note(ticket, &note).await.unwrap();
    }
    let mut came = Vec::new();
    for _ in 0..6 {
        let received = receive(&listener, "200 OK").await;
        came.push(world.manage.verify(&received.body, &received.signature).await.unwrap());
    }
    assert_eq!(came.iter().map(|delivery| delivery.record).collect::<Vec<_>>(), [5, 5, 4, 4, 3, 3]);
    assert_eq!(came[0].message, came[1].message, "repeated ones are the same");
}

#[tokio::test]
async fn an_old_key_holds_no_longer() {
    let world = setting(|_| {}).await;
    let old = body(&key_url(&world.simulator));
    let signature = sign(&old, "signing-secret-1");
    world.manage.verify(&old, &signature).await.unwrap();
    world.simulator.with(sandbox::manage::World::rotate_signing_key);
    // Once the new key was seen, and in any case after a while.
    let new = body(&key_url(&world.simulator).replace("key-1", "key-2"));
    world.manage.verify(&new, &sign(&new, "signing-secret-2")).await.unwrap();
    let error = world.manage.verify(&old, &signature).await.unwrap_err();
    assert!(matches!(error, ManageError::Untrusted(_)), "{error}");
    let quiet = setting(|_| {}).await;
    let old = body(&key_url(&quiet.simulator));
    let signature = sign(&old, "signing-secret-1");
    quiet.manage.verify(&old, &signature).await.unwrap();
    quiet.simulator.with(sandbox::manage::World::rotate_signing_key);
    quiet.pace.pass(Duration::from_secs(301));
    let error = quiet.manage.verify(&old, &signature).await.unwrap_err();
    assert!(matches!(error, ManageError::Untrusted(_)), "{error}");
}

#[tokio::test]
async fn a_flood_of_unknown_keys_does_not_use_the_line_up() {
    let world = setting(|_| {}).await;
    for number in 0..60 {
        let forged = body(&key_url(&world.simulator).replace("key-1", &format!("made-up-{number}")));
        let error = world.manage.verify(&forged, "AAAA").await.unwrap_err();
        if number < 20 {
            assert!(matches!(error, ManageError::Untrusted(_)), "{error}");
        } else {
            assert!(matches!(error.retry(), Retry::After(_)), "it may be real and shall come again: {error}");
        }
    }
    assert_eq!(world.simulator.requests("callbackkey").len(), 20);
    world.pace.pass(Duration::from_secs(60));
    let real = body(&key_url(&world.simulator));
    world.manage.verify(&real, &sign(&real, "signing-secret-1")).await.unwrap();
}

#[tokio::test]
async fn keys_that_cannot_be_read_stop_nothing_else() {
    let world = setting(|_| {}).await;
    let before = world.manage.state();
    let kinds =
        [FaultKind::Status { status: 500 }, FaultKind::DropBefore, FaultKind::Throttle { seconds: 600 }];
    for (number, kind) in kinds.into_iter().cycle().take(12).enumerate() {
        world.simulator.with(|world| world.faults = vec![Fault::on("callbackkey", kind.clone())]);
        let forged = body(&key_url(&world.simulator).replace("key-1", &format!("made-up-{number}")));
        let error = world.manage.verify(&forged, "AAAA").await.unwrap_err();
        assert!(matches!(error.retry(), Retry::Later | Retry::After(_)), "{kind:?}: {error}");
    }
    assert_eq!(world.simulator.requests("callbackkey").len(), 12, "each is asked for once");
    let after = world.manage.state();
    assert_eq!((after.breaker, after.paused_for), (before.breaker, None));
    assert_eq!(world.manage.ticket(1).await.unwrap().id, 1);
    assert!(world.pace.waits().is_empty());
}

#[tokio::test]
async fn keys_rotate_and_are_read_again() {
    let world = setting(|_| {}).await;
    let old = body(&key_url(&world.simulator));
    let believed: Delivery = world.manage.verify(&old, &sign(&old, "signing-secret-1")).await.unwrap();
    assert_eq!(believed.record, 1);
    world.simulator.with(sandbox::manage::World::rotate_signing_key);
    let new = body(&key_url(&world.simulator).replace("key-1", "key-2"));
    world.manage.verify(&new, &sign(&new, "signing-secret-2")).await.unwrap();
    assert_eq!(world.simulator.requests("callbackkey").len(), 2);
    world.manage.verify(&new, &sign(&new, "signing-secret-2")).await.unwrap();
    assert_eq!(world.simulator.requests("callbackkey").len(), 2, "a known key is not read again");
    assert!(
        world.simulator.requests("callbackkey").iter().all(|request| !request.signed),
        "without our keys"
    );
}

#[tokio::test]
async fn what_is_not_signed_by_the_instance_is_not_believed() {
    let world = setting(|_| {}).await;
    let good = body(&key_url(&world.simulator));
    let signature = sign(&good, "signing-secret-1");
    let mut changed = good.clone();
    let place = changed.windows(6).position(|part| part == b"\"ID\":1").unwrap() + 5;
    changed[place] = b'2';
    for (raw, signature) in
        [(&changed, signature.as_str()), (&good, "AAAA"), (&good, "not base64!"), (&good, "")]
    {
        let error = world.manage.verify(raw, signature).await.unwrap_err();
        assert!(matches!(error, ManageError::Untrusted(_)), "{error}");
    }
    let no_json = world.manage.verify(b"<html>", &signature).await.unwrap_err();
    assert!(matches!(no_json, ManageError::Untrusted(_)), "{no_json}");
}

#[tokio::test]
async fn a_key_from_elsewhere_is_not_even_read() {
    let world = setting(|_| {}).await;
    let attacker = setting(|_| {}).await;
    let own = key_url(&world.simulator);
    for key in [
        key_url(&attacker.simulator),
        own.replace("http://", "https://"),
        own.replace("http://", "http://user@"),
        own.replace("companyName=acme", "companyName=mallory"),
        own.replace("companyName=acme&", ""),
        own.replace("system/callbackkey/index.rails", "apis/3.0/system/info"),
        "http://169.254.169.254/latest?companyName=acme".to_owned(),
        "file:///etc/passwd?companyName=acme".to_owned(),
        "nonsense".to_owned(),
    ] {
        let forged = body(&key);
        let error = world.manage.verify(&forged, &sign(&forged, "signing-secret-1")).await.unwrap_err();
        assert!(matches!(error, ManageError::Untrusted(_)), "{key}: {error}");
    }
    assert!(attacker.simulator.requests("").is_empty());
    assert!(world.simulator.requests("").is_empty());
    let without: Value = json!({"Action": "updated", "ID": 1, "Type": "ticket"});
    assert!(world.manage.verify(without.to_string().as_bytes(), "AAAA").await.is_err());
}
