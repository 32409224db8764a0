//! Where the keys may go: the table of `quality.md` 2.3.

use crate::world::{Steps, patience, setting, settings};
use async_trait::async_trait;
use manage::{Line, Manage, ManageError, Names, Patience};
use rstest::rstest;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A name server that gives each question its own answer; the last one stands for all that follow.
struct Lying {
    answers: Vec<Vec<&'static str>>,
    asked: AtomicUsize,
    port: u16,
}

#[async_trait]
impl Names for Lying {
    async fn addresses(&self, _host: &str, _port: u16) -> io::Result<Vec<SocketAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        Ok(self.answers[turn]
            .iter()
            .map(|address| SocketAddr::new(address.parse().unwrap(), self.port))
            .collect())
    }
}

fn client(url: &str, patience: Patience, names: Arc<dyn Names>) -> (Manage, Arc<Steps>) {
    let pace = Arc::new(Steps::default());
    (Manage::new(settings(url), Arc::new(Line::new(patience, pace.clone(), names))).unwrap(), pace)
}

fn strict() -> Patience {
    Patience { allowed_networks: domain::net::Networks::default(), tries: 1, ..patience() }
}

#[rstest]
#[case("https://127.0.0.1")]
#[case("https://127.1")]
#[case("https://2130706433")]
#[case("https://0x7f.1")]
#[case("https://0177.0.0.1")]
#[case("https://[::1]")]
#[case("https://[::ffff:127.0.0.1]")]
#[case("https://0.0.0.0")]
#[case("https://localhost.")]
#[case("https://127。0。0。1")]
#[case("https://169.254.169.254")]
#[case("https://[fd00:ec2::254]")]
#[case("https://10.0.0.1")]
#[case("https://192.168.0.1")]
#[case("http://127.0.0.1:49152")]
#[case("http://localhost:49152")]
#[tokio::test]
async fn private_and_metadata_addresses_are_not_connected_to(#[case] url: &str) {
    // Odd spellings of numbers are refused by their form already; the rest when it comes to connecting.
    if let Err(refused) = manage::Instance::parse(url) {
        assert_eq!(refused.field, "instance_uri");
        return;
    }
    let (manage, _) = client(url, strict(), Arc::new(manage::SystemNames));
    let error = manage.system().await.unwrap_err();
    assert!(matches!(error, ManageError::Unreachable(_)), "{url}: {error}");
}

#[tokio::test]
async fn a_refused_address_looks_like_one_that_does_not_answer() {
    let closed = {
        let simulator = sandbox::manage::Manage::start(sandbox::manage::World::empty()).await.unwrap();
        simulator.url()
    };
    let (refused, _) = client(&closed, strict(), Arc::new(manage::SystemNames));
    let (silent, _) = client(&closed, Patience { tries: 1, ..patience() }, Arc::new(manage::SystemNames));
    assert_eq!(refused.system().await.unwrap_err(), silent.system().await.unwrap_err());
}

#[tokio::test]
async fn one_private_address_among_several_is_enough_to_refuse() {
    let names =
        Lying { answers: vec![vec!["93.184.215.14", "127.0.0.1"]], asked: AtomicUsize::new(0), port: 443 };
    let (manage, _) = client("https://psa.example.com", strict(), Arc::new(names));
    assert!(matches!(manage.system().await.unwrap_err(), ManageError::Unreachable(_)));
}

#[tokio::test]
async fn a_name_that_turns_private_is_refused_when_it_is_resolved_again() {
    let world = setting(|_| {}).await;
    let port = world.simulator.address().port();
    // First the allowed loopback address, later one that is not allowed.
    let names = Arc::new(Lying {
        answers: vec![vec!["127.0.0.1"], vec!["10.0.0.1"]],
        asked: AtomicUsize::new(0),
        port,
    });
    let (manage, pace) =
        client(&format!("http://localhost:{port}"), Patience { tries: 1, ..patience() }, names.clone());
    manage.system().await.unwrap();
    manage.check_keys().await.unwrap();
    assert_eq!(names.asked.load(Ordering::SeqCst), 1, "resolved once, then pinned");
    pace.pass(Duration::from_secs(301));
    assert!(matches!(manage.system().await.unwrap_err(), ManageError::Unreachable(_)));
}

#[tokio::test]
async fn an_allowed_network_is_connected_to() {
    let world = setting(|_| {}).await;
    world.manage.system().await.unwrap();
}
