//! What memory answers to receivers that poll ends when its time comes, without anybody changing anything.

use super::world::{DAY, World, actor};
use domain::{
    client::{ExceptionKind, NewClient, NewException},
    page::PageRequest,
};
use jiff::SignedDuration;
use services::{Error, pull::ManifestAnswer};

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
    let client =
        world.services.clients().list(&actor(), &PageRequest::default()).await.unwrap().items.remove(0);
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
