//! What a connector made in Manage, while its settings and other requests change around it.

use super::Place;
use crate::{on_both_engines, world::Engine};
use domain::{
    connector::{Connector, MadeInManage},
    secret::Secret,
};
use sandbox::manage::{Fault, FaultKind, Manage as Simulator, World as Instance};
use services::Services;

on_both_engines!(
    what_stays_in_another_instance_is_forgotten_and_told,
    an_instance_is_not_left_with_alerts,
    two_at_once_keep_what_both_made,
    what_is_made_while_the_address_changes_is_not_taken_for_ours,
    callbacks_that_stay_are_told,
);

const ADDRESS: &str = "https://tandem.example.com";

impl Place {
    async fn connector(&self) -> Connector {
        self.services.connectors().get(&self.admin, self.id).await.unwrap()
    }

    async fn warnings(&self) -> Vec<String> {
        let log = self.services.connectors().log(&self.admin, self.id).await.unwrap();
        log.into_iter().filter(|line| line.level == "warning").map(|line| line.message).collect()
    }

    async fn lead_to(&self, url: &str) -> Connector {
        let mut input = self.connector().await.input;
        url.clone_into(&mut input.instance_uri);
        input.private_key = Secret::Given("privateKey".into());
        self.services.connectors().change(&self.admin, self.id, input).await.unwrap()
    }

    /// Another process with an address, and a callback that it asked for.
    async fn called(&self) -> (Services, storage::Database) {
        let (services, database) = self.reached_at(ADDRESS).await;
        services.connectors().register_callback(&self.admin, self.id).await.unwrap();
        (services, database)
    }
}

fn rows(simulator: &Simulator, kind: &str) -> usize {
    simulator.with(|world| world.rows(kind).len())
}

async fn what_stays_in_another_instance_is_forgotten_and_told(engine: Engine) {
    let place = Place::workflow(engine).await;
    let (services, database) = place.called().await;
    let here = place.connector().await;
    assert_eq!((here.made.workflows.len(), here.made.callbacks.len()), (3, 1));
    // The same instance, typed another way.
    let same = place.lead_to(&format!("{}/v4_6_release/services", place.simulator.url())).await;
    assert_eq!(same.made, here.made);
    assert!(place.warnings().await.is_empty());

    // Another one, where the same numbers belong to others.
    let other = Simulator::start(Instance::seeded()).await.unwrap();
    place.lead_to(&other.url()).await;
    services.connectors().enable(&place.admin, place.id).await.unwrap();
    let there = place.connector().await;
    assert_eq!((there.made.workflows.len(), there.made.callbacks.len()), (3, 0));
    place.lead_to(&place.simulator.url()).await;
    assert_eq!(place.connector().await.made, MadeInManage::default());
    let warnings = place.warnings().await;
    assert!(
        warnings[1].contains(&place.simulator.url())
            && warnings[1].contains("the workflow rule Tandem - Trigger Alerts")
            && warnings[1].contains(&format!("the callback to {ADDRESS}/callbacks/manage/")),
        "{warnings:?}"
    );
    services.connectors().remove(&place.admin, place.id, true).await.unwrap();
    for simulator in [&place.simulator, &other] {
        assert_eq!((rows(simulator, "workflows"), rows(simulator, "userDefinedFields")), (3, 4));
    }
    drop(services);
    database.close().await;
    place.end().await;
}

async fn an_instance_is_not_left_with_alerts(engine: Engine) {
    let place = Place::rules(engine).await;
    let ticket = place.raised("Disk is full").await;
    let (other, before) =
        (Simulator::start(Instance::seeded()).await.unwrap(), place.connector().await.input);
    let mut elsewhere = before.clone();
    elsewhere.instance_uri = other.url();
    let mut stranger = before.clone();
    stranger.company_id = "other".into();
    for (mut input, field) in [(elsewhere, "instance_uri"), (stranger, "company_id")] {
        input.private_key = Secret::Given("privateKey".into());
        let refused = place.services.connectors().change(&place.admin, place.id, input).await.unwrap_err();
        let services::Error::Invalid(fields) = refused else { panic!("{refused:?}") };
        assert!(fields.len() == 1 && fields[0].field == field, "{fields:?}");
        assert!(fields[0].message.contains("Add another connector"), "{fields:?}");
    }
    // Nothing has changed, and write-backs find their ticket.
    assert_eq!(place.connector().await.input.instance_uri, before.instance_uri);
    place.acknowledge(ticket).await;
    place.drain().await;
    assert_ne!(place.status(ticket), "New (not responded)");
    place.end().await;
}

async fn two_at_once_keep_what_both_made(engine: Engine) {
    let place = Place::workflow(engine).await;
    let (services, database) = place.reached_at(ADDRESS).await;
    // Somebody deleted a rule: it is made again, which takes a while.
    let rule = place.connector().await.made.workflows[0].0;
    place.simulator.with(|world| world.remove("workflows", rule));
    place.fault(Fault::on("userDefinedFields", FaultKind::Slow { milliseconds: 800 }).times(1));
    let (here, connectors) = (place.services.connectors(), services.connectors());
    let asked = place.asked("GET", "userDefinedFields");
    let set_up = here.enable(&place.admin, place.id);
    let meanwhile = async {
        while place.simulator.with(|world| world.faults.iter().all(|fault| fault.times != Some(0))) {
            tokio::task::yield_now().await;
        }
        connectors.register_callback(&place.admin, place.id).await.unwrap()
    };
    let (set_up, _) = tokio::join!(Box::pin(set_up), Box::pin(meanwhile));
    set_up.unwrap();
    assert!(place.asked("GET", "userDefinedFields") > asked);
    let made = place.connector().await.made;
    assert_eq!((made.workflows.len(), made.callbacks.len()), (4, 1), "{made:?}");
    drop(services);
    database.close().await;
    place.end().await;
}

async fn what_is_made_while_the_address_changes_is_not_taken_for_ours(engine: Engine) {
    let place = Place::rules(engine).await;
    let other = Simulator::start(Instance::seeded()).await.unwrap();
    let (services, database) = place.reached_at(ADDRESS).await;
    place.fault(Fault::on("callbacks", FaultKind::Slow { milliseconds: 800 }).times(1));
    let connectors = services.connectors();
    let registered = connectors.register_callback(&place.admin, place.id);
    let meanwhile = async {
        while place.simulator.with(|world| world.faults.iter().all(|fault| fault.times != Some(0))) {
            tokio::task::yield_now().await;
        }
        place.lead_to(&other.url()).await
    };
    let (registered, _) = tokio::join!(Box::pin(registered), Box::pin(meanwhile));
    assert_eq!(registered.unwrap().made, MadeInManage::default());
    assert_eq!(place.connector().await.made, MadeInManage::default());
    assert_eq!((rows(&place.simulator, "callbacks"), rows(&other, "callbacks")), (1, 0));
    let warnings = place.warnings().await;
    assert!(warnings[0].contains(&place.simulator.url()) && warnings[0].contains(ADDRESS), "{warnings:?}");
    drop(services);
    database.close().await;
    place.end().await;
}

async fn callbacks_that_stay_are_told(engine: Engine) {
    let place = Place::rules(engine).await;
    let (services, database) = place.called().await;
    let old = place.connector().await.made.callbacks[0].clone();
    let refused = Fault::on(&format!("callbacks/{}", old.0), FaultKind::Status { status: 409 });
    place.fault(refused.method("DELETE"));
    drop(services);
    database.close().await;
    let (services, database) = place.reached_at("https://new.example.com").await;
    services.connectors().register_callback(&place.admin, place.id).await.unwrap();
    let (connector, told) = services.connectors().withdraw_callback(&place.admin, place.id).await.unwrap();
    assert_eq!(connector.made.callbacks, std::slice::from_ref(&old));
    let told = told.unwrap();
    assert!(told.contains("1 of 2") && told.contains("another record") && told.contains(&old.1), "{told}");
    assert_eq!(place.warnings().await, [told]);
    place.mend();
    let (connector, told) = services.connectors().withdraw_callback(&place.admin, place.id).await.unwrap();
    assert_eq!((connector.made.callbacks.len(), told), (0, None));
    drop(services);
    database.close().await;
    place.end().await;
}
