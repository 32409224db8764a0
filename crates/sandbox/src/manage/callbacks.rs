//! Callbacks: queued when a ticket changes, signed, and delivered after the request that changed it; more than once
//! and out of order when the instance is told to.

use super::world::{Outgoing, World};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Puts a callback for a ticket into the queue of every one that wants it.
pub(super) fn queue(world: &mut World, action: &str, ticket: i64) {
    let entries = world.rows("callbacks");
    let wanting = entries.iter().filter(|entry| entry["type"] == "ticket" && entry["inactiveFlag"] != true);
    let deliveries: Vec<Outgoing> = wanting.map(|entry| outgoing(world, entry, action, ticket)).collect();
    world.outgoing.extend(deliveries);
}

fn outgoing(world: &World, entry: &Value, action: &str, ticket: i64) -> Outgoing {
    // The entity is partial: whoever wants the record must read it.
    let entity = world.row("tickets", ticket).filter(|_| action != "deleted");
    let entity = entity.map(|row| {
        json!({"id": row["id"], "summary": row["summary"], "recordType": row["recordType"]}).to_string()
    });
    let (key, secret) = &world.signing;
    let key_url = format!(
        "{}/{}/system/callbackkey/index.rails?companyName={}&id={key}",
        world.origin, world.codebase, world.company
    );
    let body = json!({
        "Action": action, "CallbackObjectRecId": entry["id"], "CompanyId": world.company, "Entity": entity,
        "FromUrl": "na.myconnectwise.net", "ID": ticket, "MemberId": "jdoe", "Type": "ticket",
        "MessageId": format!("{}-{}-{}", entry["id"], ticket, world.log.len()), "Metadata": {"key_url": key_url},
    });
    let body = body.to_string().into_bytes();
    let signature = sign(&body, secret);
    let url = format!("{}{ticket}&action={action}", entry["url"].as_str().unwrap_or_default());
    Outgoing { callback: entry["id"].as_i64().unwrap_or_default(), url, body, signature }
}

/// Signs a body as Manage does.
pub fn sign(body: &[u8], secret: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&Sha256::digest(secret.as_bytes())) else {
        return String::new();
    };
    mac.update(body);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// Takes what is to be sent now, in the order in which it is sent.
fn due(world: &mut World) -> Vec<Outgoing> {
    let (batch, copies) = (world.quirks.callback_batch, world.quirks.callback_copies);
    if world.outgoing.len() < batch {
        return Vec::new();
    }
    let mut waiting = std::mem::take(&mut world.outgoing);
    if batch > 1 {
        waiting.reverse();
    }
    waiting.into_iter().flat_map(|one| std::iter::repeat_n(one, copies)).collect()
}

/// Delivers what waits. 404, 409, 419 and 429 are tried twice more; after other failures nothing is.
pub(super) async fn deliver(world: Arc<Mutex<World>>) {
    let (waiting, waits) = {
        let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
        (due(&mut world), world.quirks.callback_waits)
    };
    for one in waiting {
        let mut status = post(&one).await;
        for wait in waits {
            if !matches!(status, Some(404 | 409 | 419 | 429)) {
                break;
            }
            tokio::time::sleep(wait).await;
            status = post(&one).await;
        }
        note(&world, one.callback, status.is_some_and(|status| (200..300).contains(&status)));
    }
}

/// A callback that failed for three days is switched off.
fn note(world: &Mutex<World>, callback: i64, delivered: bool) {
    let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
    let now = world.clock.now();
    let Some(row) = world.row_mut("callbacks", callback) else { return };
    let since = row["_failingSince"].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    match since {
        _ if delivered => row["_failingSince"] = Value::Null,
        None => row["_failingSince"] = json!(now.to_string()),
        Some(since) if now.duration_since(since).as_hours() >= 72 => row["inactiveFlag"] = json!(true),
        Some(_) => {}
    }
}

/// Posts over plain HTTP (the simulator delivers to this machine only); the status, if there was an answer.
async fn post(one: &Outgoing) -> Option<u16> {
    let rest = one.url.strip_prefix("http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nx-content-signature: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        one.signature,
        one.body.len()
    );
    let talk = async {
        let mut stream = TcpStream::connect(host).await.ok()?;
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(&one.body).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
    };
    tokio::time::timeout(PATIENCE, talk).await.ok().flatten()
}
