//! What memory answers to receivers that poll ends when its time comes, without anybody changing anything.

use super::world::{DAY, World, actor};
use domain::{
    account::Role,
    client::{ApiClient, ExceptionKind, NewClient, NewException},
    content::ContentType,
    page::PageRequest,
};
use jiff::SignedDuration;
use services::{Error, clients::ClientPatch, pull::ManifestAnswer};
use std::{
    future::poll_fn,
    pin::pin,
    task::Poll::{Pending, Ready},
};

const SECRET: &str = "a secret that nobody guesses";

/// Lets a receiver sign in and read the manifest once; its token and the manifest's tag.
async fn receiver(world: &World) -> (String, String) {
    let token = world.services.clients().token("Acme", SECRET, None, None).await.unwrap().access_token;
    let tag = tag(world, &token).await;
    (token, tag)
}

/// The tag of what the bearer of a token is served now.
async fn tag(world: &World, token: &str) -> String {
    let pull = world.services.pull();
    let admitted = pull.client(token).await.unwrap();
    match pull.manifest(&admitted, None, None, |_| false).await.unwrap() {
        ManifestAnswer::Manifest(served) => served.etag.to_string(),
        ManifestAnswer::Unchanged(_) => unreachable!("nothing is known"),
    }
}

/// The receiver's API client, as it is kept.
async fn client(world: &World) -> ApiClient {
    world.services.clients().list(&actor(), &PageRequest::default()).await.unwrap().items.remove(0)
}

/// Lets a future go on until it has waited so many times, and then drops it; whether it ended before.
async fn hung_up_after(mut waits: usize, asked: impl Future) -> bool {
    let mut asked = pin!(asked);
    poll_fn(|cx| match (asked.as_mut().poll(cx), waits) {
        (Ready(_), _) => Ready(true),
        (Pending, 0) => Ready(false),
        (Pending, _) => {
            waits -= 1;
            Pending
        }
    })
    .await
}

/// Whether memory alone says that a tag is current.
fn is_current(world: &World, token: &str, tag: &str) -> bool {
    let answer = world.services.pull().from_memory(token, None, None, |known| known == tag);
    matches!(answer, Some(ManifestAnswer::Unchanged(_)))
}

async fn world() -> World {
    let world = World::new().await;
    world.write("text");
    world.read().await;
    world.publish().await;
    let new = NewClient {
        name: "Acme".into(),
        secret: SECRET.into(),
        secret_confirmation: SECRET.into(),
        ring: None,
        content_types: None,
    };
    world.services.clients().create(&actor(), new).await.unwrap();
    world
}

#[tokio::test]
async fn a_token_that_has_ended_is_refused() {
    let world = world().await;
    let (token, tag) = receiver(&world).await;
    assert!(is_current(&world, &token, &tag));
    world.clock.go_on(DAY);
    assert!(!is_current(&world, &token, &tag));
    assert!(matches!(world.services.pull().client(&token).await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn an_exception_that_has_ended_keeps_nothing_out() {
    let world = world().await;
    let (token, whole) = receiver(&world).await;
    let client = client(&world).await;
    let new = NewException {
        key: World::key(),
        kind: ExceptionKind::KeepOut,
        version: None,
        reason: "Not yet".into(),
        expires_at: Some(world.services.now() + SignedDuration::from_mins(5)),
    };
    world.services.clients().except(&actor(), client.id, new).await.unwrap();
    let without = tag(&world, &token).await;
    assert_ne!(without, whole);
    assert!(is_current(&world, &token, &without));
    world.clock.go_on(301);
    assert!(!is_current(&world, &token, &without), "what was kept out is served again");
    let again = tag(&world, &token).await;
    assert_ne!(again, without);
    assert!(is_current(&world, &token, &again));
}

#[tokio::test]
async fn who_hangs_up_at_any_moment_of_a_change_leaves_no_answer_as_of_before() {
    let world = world().await;
    let (token, _) = receiver(&world).await;
    for waits in 0.. {
        let (before, known) = (client(&world).await, tag(&world, &token).await);
        let other = match before.content_types {
            None => vec![ContentType::Searches],
            Some(_) => Vec::new(),
        };
        let patch = ClientPatch { content_types: Some(other), ..ClientPatch::default() };
        let is_done = hung_up_after(waits, world.services.clients().update(&actor(), before.id, patch)).await;
        // Waits its turn behind a commit that is under way, and changes nothing that receivers are told.
        world.services.accounts().create_token(&actor(), "next", Role::Viewer).await.unwrap();
        let has_changed = client(&world).await.content_types != before.content_types;
        assert_eq!(is_current(&world, &token, &known), !has_changed, "hung up after {waits} waits");
        if is_done {
            assert!(has_changed && waits > 2, "{waits}");
            return;
        }
    }
}
