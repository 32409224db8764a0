//! Guessing is slow; who knows the password gets in.

use crate::ports::{self, HandClock};
use domain::{
    account::{Actor, Role},
    client::NewClient,
    net::Networks,
};
use services::{Error, Services, accounts::NewUser, ports::store::AccountReads as _};
use std::sync::Arc;
use storage::Database;
use tempfile::TempDir;
use tokio::task::JoinSet;

const ADA: &str = "ada@example.com";
const GUESS: &str = "a guess of a stranger";
const PASSWORD: &str = "lamp cedar violin 9";
const HOME: &str = "203.0.113.7";
const STRANGER: &str = "198.51.100.1";

struct World {
    services: Services,
    clock: Arc<HandClock>,
    database: Database,
    _folder: TempDir,
}

impl World {
    /// One person and one API client, with the same secret.
    async fn new() -> Self {
        let (folder, database) = ports::database().await;
        let clock = Arc::new(HandClock::default());
        let reader = Arc::new(automate::Reader::new(Networks::default()));
        let services = ports::services(&database, &clock, reader);
        let (actor, secret) = (Actor::system("test"), PASSWORD.to_owned());
        let (email, name) = (ADA.to_owned(), "Ada".to_owned());
        let ada = NewUser { email, name, role: Role::Responder, password: secret.clone() };
        services.accounts().create_user(&actor, ada).await.unwrap();
        let (name, secret_confirmation) = ("Acme".to_owned(), secret.clone());
        let client = NewClient { name, secret, secret_confirmation, ring: None, content_types: None };
        services.clients().create(&actor, client).await.unwrap();
        Self { services, clock, database, _folder: folder }
    }

    async fn sign_in(&self, password: &str, address: &str) -> Outcome {
        sign_in(&self.services, password, address).await
    }

    async fn token(&self, secret: &str, address: &str) -> Outcome {
        token(&self.services, secret, address).await
    }

    /// Guesses at Ada and at Acme at the same time; how many were heard of each.
    async fn guess_at_once(&self, times: usize, address: &str) -> (usize, usize) {
        let (mut people, mut clients) = (JoinSet::new(), JoinSet::new());
        for _ in 0..times {
            let (services, place) = (self.services.clone(), address.to_owned());
            people.spawn(async move { sign_in(&services, GUESS, &place).await });
            let (services, place) = (self.services.clone(), address.to_owned());
            clients.spawn(async move { token(&services, GUESS, &place).await });
        }
        let heard = |told: Vec<Outcome>| told.iter().filter(|told| **told == Outcome::Wrong).count();
        (heard(people.join_all().await), heard(clients.join_all().await))
    }

    /// Guesses at Ada so many times, as often as it may.
    async fn guess(&self, times: usize, address: &str) {
        for _ in 0..times {
            while let Outcome::Early(seconds) = self.sign_in(GUESS, address).await {
                self.clock.go_on(seconds.try_into().unwrap());
            }
        }
    }
}

async fn sign_in(services: &Services, password: &str, address: &str) -> Outcome {
    Outcome::of(services.accounts().sign_in(ADA, password, None, Some(address.into())).await)
}

async fn token(services: &Services, secret: &str, address: &str) -> Outcome {
    Outcome::of(services.clients().token("Acme", secret, Some(address), None).await)
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    In,
    Wrong,
    Early(u64),
}

impl Outcome {
    fn of<T>(told: Result<T, Error>) -> Self {
        match told {
            Ok(_) => Self::In,
            Err(Error::TooMany { retry_after_seconds }) => Self::Early(retry_after_seconds),
            Err(Error::Invalid(_) | Error::Unauthenticated) => Self::Wrong,
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_stranger_keeps_nobody_out() {
    let world = World::new().await;
    world.guess(14, STRANGER).await;
    assert_eq!(world.sign_in(PASSWORD, STRANGER).await, Outcome::Early(300));
    assert_eq!(world.sign_in(PASSWORD, HOME).await, Outcome::In);
    for _ in 0..6 {
        world.token(GUESS, STRANGER).await;
    }
    assert!(matches!(world.token(PASSWORD, STRANGER).await, Outcome::Early(_)));
    assert_eq!(world.token(PASSWORD, HOME).await, Outcome::In);
}

/// A hundred and more guesses from many places hold up strange places, and neither where the person is nor receivers.
#[tokio::test]
async fn many_places_together_are_slowed_down() {
    let world = World::new().await;
    assert_eq!(world.sign_in(PASSWORD, HOME).await, Outcome::In);
    for place in 0..21 {
        world.guess_at_once(5, &format!("192.0.2.{place}")).await;
    }
    assert!(matches!(world.sign_in(PASSWORD, STRANGER).await, Outcome::Early(_)));
    assert_eq!(world.sign_in(PASSWORD, HOME).await, Outcome::In);
    assert_eq!(world.token(PASSWORD, STRANGER).await, Outcome::In);
    world.clock.go_on(3601);
    assert_eq!(world.sign_in(PASSWORD, STRANGER).await, Outcome::In);
}

#[tokio::test]
async fn guesses_at_once_gain_nothing() {
    let world = World::new().await;
    assert_eq!(world.guess_at_once(60, STRANGER).await, (5, 5));
}

#[tokio::test]
async fn failures_are_forgiven_and_forgotten() {
    let world = World::new().await;
    world.guess(12, HOME).await;
    world.clock.go_on(30 * 24 * 3600);
    assert_eq!(world.sign_in("one slip of the finger", HOME).await, Outcome::Wrong);
    assert_eq!(world.sign_in(PASSWORD, HOME).await, Outcome::In);
    world.guess(1, STRANGER).await;
    let keys = [format!("user-at:{STRANGER} {ADA}"), format!("user-from:{STRANGER}"), format!("user:{ADA}")];
    for (days, kept) in [(0, true), (1, false)] {
        world.clock.go_on(days * 24 * 3600);
        world.services.accounts().forget_ended().await.unwrap();
        for key in &keys {
            assert_eq!(world.database.attempts(key).await.unwrap().is_some(), kept, "{key}");
        }
    }
}

/// A receiver that starts again and again is right each time, and so is a person with many browsers.
#[tokio::test]
async fn who_is_right_is_never_slowed_down() {
    let world = World::new().await;
    for _ in 0..60 {
        assert_eq!(world.token(PASSWORD, HOME).await, Outcome::In);
    }
    for _ in 0..20 {
        assert_eq!(world.sign_in("one slip of the finger", HOME).await, Outcome::Wrong);
        assert_eq!(world.sign_in(PASSWORD, HOME).await, Outcome::In);
    }
}

/// Nothing is kept of a name that nobody can have.
#[tokio::test]
async fn long_names_leave_no_trace() {
    let world = World::new().await;
    let name = "x".repeat(101);
    let told = world.services.clients().token(&name, PASSWORD, Some(HOME), None).await;
    assert_eq!(told.unwrap_err(), Error::Unauthenticated);
    let email = format!("{}@example.com", "x".repeat(250));
    let told = world.services.accounts().sign_in(&email, PASSWORD, None, Some(HOME.into())).await;
    assert!(matches!(told, Err(Error::Invalid(_))));
    for key in [format!("client-at:{HOME} {name}"), format!("user-at:{HOME} {email}")] {
        assert!(world.database.attempts(&key).await.unwrap().is_none());
    }
    for kind in ["client", "user"] {
        assert!(world.database.attempts(&format!("{kind}-from:{HOME}")).await.unwrap().is_none());
    }
}
