//! Whatever people and connectors do, in whatever order Manage answers: the promises hold (I3, I4, I7).

use super::world::{World, person};
use domain::{
    account::Actor,
    alert::{AlertState, Event, Step, TimelineEntry},
    connector::ConnectorInput,
    page::PageRequest,
    write_back::{Task, WriteBack, WriteBackState},
};
use proptest::prelude::*;
use services::ports::store::{Lane, Store as _, audit::AuditFilter};

/// Something that happens.
#[derive(Debug, Clone)]
enum Happens {
    Person(&'static str, Step),
    Note(&'static str),
    Connector(Step),
    Manage(WriteBackState),
    Replay,
}

fn happens() -> impl Strategy<Value = Happens> {
    let name = prop::sample::select(vec!["Ada", "Mark"]);
    let step = || prop::sample::select(Step::ALL.to_vec());
    let answer = [WriteBackState::Pending, WriteBackState::Done, WriteBackState::Failed].to_vec();
    prop_oneof![
        4 => (name.clone(), step()).prop_map(|(name, step)| Happens::Person(name, step)),
        1 => name.prop_map(Happens::Note),
        2 => step().prop_map(Happens::Connector),
        4 => prop::sample::select(answer).prop_map(Happens::Manage),
        1 => Just(Happens::Replay),
    ]
}

/// What was accepted so far.
#[derive(Default)]
struct Accepted {
    steps: usize,
    notes: usize,
    replays: usize,
    /// The state that a person reached last, unless a connector came after.
    carried: Option<AlertState>,
}

async fn let_happen(world: &World, what: &Happens, accepted: &mut Accepted) {
    let alerts = world.services.alerts();
    match what {
        Happens::Person(name, step) => {
            let actor = person(name);
            let done = match step {
                Step::Acknowledge => alerts.acknowledge(&actor, world.alert).await,
                Step::Close => alerts.close(&actor, world.alert).await,
                Step::Reopen => alerts.reopen(&actor, world.alert).await,
            };
            if let Ok(alert) = done {
                accepted.steps += 1;
                accepted.carried = Some(alert.state);
            }
        }
        Happens::Note(name) => {
            alerts.annotate(&person(name), world.alert, "note").await.unwrap();
            accepted.notes += 1;
        }
        Happens::Connector(step) => {
            if connector_steps(world, *step).await {
                accepted.carried = None;
            }
        }
        Happens::Manage(state) => {
            world.answer(*state).await;
        }
        Happens::Replay => {
            let failed = world
                .detail()
                .await
                .write_backs
                .into_iter()
                .find(|owed| owed.state == WriteBackState::Failed);
            if let Some(owed) = failed
                && alerts.replay(&person("Ada"), owed.id).await.is_ok()
            {
                accepted.replays += 1;
            }
        }
    }
}

/// A ticket says something, as the connector hears it: what we owed before is pointless.
async fn connector_steps(world: &World, step: Step) -> bool {
    let by = Actor::Connector { id: world.connector, name: "Main".into() };
    let at = world.services.now();
    let mut tx = world.database.begin(Lane::Alerts).await.unwrap();
    let mut alert = tx.alert(world.alert).await.unwrap().unwrap();
    let Ok(state) = alert.course.take(step, &by, at) else { return false };
    alert.agreed = state;
    tx.supersede_states(world.alert, at).await.unwrap();
    tx.update_alert(&alert).await.unwrap();
    let event = match step {
        Step::Acknowledge => Event::Acknowledged,
        Step::Close => Event::Closed,
        Step::Reopen => Event::Reopened,
    };
    tx.tell(world.alert, &TimelineEntry { at, by, event }).await.unwrap();
    tx.commit().await.unwrap();
    true
}

/// The states that the timeline tells, one after the other.
fn states(timeline: &[TimelineEntry]) -> Vec<AlertState> {
    let state = |entry: &TimelineEntry| match entry.event {
        Event::Acknowledged => Some(AlertState::Acknowledged),
        Event::Closed => Some(AlertState::Closed),
        Event::Reopened => Some(AlertState::Open),
        _ => None,
    };
    timeline.iter().filter_map(state).collect()
}

fn of_state(write_backs: &[WriteBack]) -> Vec<(AlertState, WriteBackState)> {
    let state = |owed: &WriteBack| match owed.task {
        Task::State { state } => Some((state, owed.state)),
        _ => None,
    };
    write_backs.iter().filter_map(state).collect()
}

async fn check(world: &World, accepted: &Accepted) {
    let detail = world.detail().await;
    // The alert is where its story ends, and only a reopening goes back.
    let told = states(&detail.timeline);
    assert_eq!(detail.alert.state, told.last().copied().unwrap_or(AlertState::Open));
    let ways = std::iter::once(AlertState::Open).chain(told.iter().copied()).zip(told.iter().copied());
    for (from, to) in ways {
        assert!(Step::between(from, to).is_some(), "{from} → {to}");
    }
    assert!(detail.timeline.iter().all(|entry| !matches!(entry.by, Actor::System { .. })));
    // Every note is owed once, for ever; every state until a later one takes its place.
    let notes = detail.write_backs.iter().filter(|owed| matches!(owed.task, Task::Note { .. })).count();
    assert_eq!(notes, accepted.notes);
    let owed = of_state(&detail.write_backs);
    assert_eq!(owed.len(), accepted.steps, "one for each step of a person");
    if let Some(state) = accepted.carried {
        let newest = owed.last().copied();
        assert_eq!(newest.map(|(state, _)| state), Some(state));
        assert_ne!(newest.map(|(_, how)| how), Some(WriteBackState::Superseded), "nothing came later");
    }
    let lines = world.services.audit();
    let lines =
        lines.list(&Actor::system("test"), &AuditFilter::default(), &PageRequest::default()).await.unwrap();
    let all = accepted.steps + accepted.notes + accepted.replays;
    assert_eq!(usize::try_from(lines.total).unwrap(), all, "one line for each change");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_goes_back_by_itself(all in prop::collection::vec(happens(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::with(ConnectorInput::default()).await;
            let mut accepted = Accepted::default();
            for what in &all {
                world.clock.go_on(1);
                let_happen(&world, what, &mut accepted).await;
                check(&world, &accepted).await;
            }
            // Manage answers everything in the end: nothing stays pending, and the ticket's last word is ours.
            while world.answer(WriteBackState::Done).await.is_some() {
                world.clock.go_on(1);
            }
            let left = world.detail().await.write_backs;
            assert!(left.iter().all(|owed| owed.state != WriteBackState::Pending));
        });
    }
}
