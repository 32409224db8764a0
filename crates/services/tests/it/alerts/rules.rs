//! One rule a test.

use super::world::{World, person};
use domain::{
    account::{Actor, Role},
    alert::{AlertFilter, AlertState, Carried, Event, StepError},
    connector::{ConnectorInput, NoteFlags, OwnerAssignment, StatusMapping},
    ids::{ClientId, TokenId},
    page::PageRequest,
    write_back::{Task, WriteBackState},
};
use services::{Error, ports::store::audit::AuditFilter};
use uuid::Uuid;

const ACKNOWLEDGED: Task = Task::State { state: AlertState::Acknowledged };
const CLOSED: Task = Task::State { state: AlertState::Closed };

fn silent() -> StatusMapping {
    StatusMapping { acknowledged_to_cw: false, closed_to_cw: false, ..StatusMapping::default() }
}

async fn owed(world: &World) -> Vec<(Task, WriteBackState)> {
    world.detail().await.write_backs.into_iter().map(|known| (known.task, known.state)).collect()
}

#[tokio::test]
async fn a_step_tells_commits_and_owes() {
    let world = World::with(ConnectorInput::default()).await;
    let (ada, alerts) = (person("Ada"), world.services.alerts());
    let taken = alerts.acknowledge(&ada, world.alert).await.unwrap();
    assert_eq!((taken.state, taken.carried), (AlertState::Acknowledged, Carried::Sending));
    alerts.annotate(&ada, world.alert, " on my way ").await.unwrap();
    let note = Task::Note { text: "on my way".into() };
    let pending = WriteBackState::Pending;
    assert_eq!(owed(&world).await, [(ACKNOWLEDGED, pending), (note.clone(), pending)]);
    let told: Vec<Event> = world.detail().await.timeline.into_iter().map(|entry| entry.event).collect();
    assert_eq!(told, [Event::Acknowledged, Event::Annotated { text: "on my way".into() }]);
    // Closing makes the older state pointless; the note still goes.
    alerts.close(&ada, world.alert).await.unwrap();
    let superseded = WriteBackState::Superseded;
    assert_eq!(owed(&world).await, [(ACKNOWLEDGED, superseded), (note, pending), (CLOSED, pending)]);
    let (system, all, page) = (Actor::system("test"), AuditFilter::default(), PageRequest::default());
    let lines = world.services.audit().list(&system, &all, &page).await.unwrap();
    assert_eq!(lines.total, 3);
}

#[tokio::test]
async fn switches_decide_what_is_owed() {
    let owner = OwnerAssignment::Acknowledge;
    let acknowledged = (ACKNOWLEDGED, WriteBackState::Pending);
    let closed = (CLOSED, WriteBackState::Pending);
    for (input, wanted) in [
        (ConnectorInput { status_mapping: silent(), ..ConnectorInput::default() }, vec![]),
        (
            ConnectorInput {
                status_mapping: StatusMapping { closed_to_cw: true, ..silent() },
                ..ConnectorInput::default()
            },
            vec![closed.clone()],
        ),
        // Closing would not make the person who acknowledged the owner: both are carried over.
        (ConnectorInput { owner_assignment: owner, ..ConnectorInput::default() }, vec![acknowledged, closed]),
    ] {
        let world = World::with(input).await;
        let alerts = world.services.alerts();
        alerts.acknowledge(&person("Ada"), world.alert).await.unwrap();
        alerts.close(&person("Ada"), world.alert).await.unwrap();
        assert_eq!(owed(&world).await, wanted);
    }
}

#[tokio::test]
async fn a_note_goes_where_it_may_stand_or_nowhere() {
    let none = NoteFlags { internal: false, notify: true, ..NoteFlags::default() };
    for (flags, number) in [(NoteFlags { discussion: true, ..none }, 1), (none, 0)] {
        let world = World::with(ConnectorInput { note_flags: flags, ..ConnectorInput::default() }).await;
        world.services.alerts().annotate(&person("Ada"), world.alert, "x").await.unwrap();
        assert_eq!(owed(&world).await.len(), number, "{flags:?}");
        assert_eq!(world.detail().await.timeline.len(), 1, "it always stands here");
    }
}

#[tokio::test]
async fn nothing_is_owed_through_a_connector_that_is_off() {
    use services::ports::store::{Lane, Store as _};
    let world = World::with(ConnectorInput::default()).await;
    let mut tx = world.database.begin(Lane::Alerts).await.unwrap();
    tx.switch_connector(world.connector, false, world.services.now()).await.unwrap();
    tx.commit().await.unwrap();
    world.services.alerts().acknowledge(&person("Ada"), world.alert).await.unwrap();
    assert_eq!(owed(&world).await, []);
}

#[tokio::test]
async fn who_comes_second_learns_of_the_first_and_changes_nothing() {
    let world = World::with(ConnectorInput::default()).await;
    let alerts = world.services.alerts();
    let first = alerts.acknowledge(&person("Ada"), world.alert).await.unwrap();
    world.clock.go_on(60);
    let Err(Error::Step(StepError::AlreadyAcknowledged(deed))) =
        alerts.acknowledge(&person("Mark"), world.alert).await
    else {
        panic!("taken twice")
    };
    assert_eq!(Some(deed), first.acknowledged);
    assert_eq!((owed(&world).await.len(), world.detail().await.timeline.len()), (1, 1));
}

#[tokio::test]
async fn a_replay_never_takes_a_ticket_back() {
    let world = World::with(ConnectorInput::default()).await;
    let (ada, alerts) = (person("Ada"), world.services.alerts());
    alerts.acknowledge(&ada, world.alert).await.unwrap();
    let failed = world.answer(WriteBackState::Failed).await.unwrap();
    assert_eq!(world.detail().await.alert.carried, Carried::Failed);
    let again = alerts.replay(&ada, failed).await.unwrap();
    assert_eq!((again.state, again.attempts.len()), (WriteBackState::Pending, 1));
    assert!(matches!(alerts.replay(&ada, failed).await, Err(Error::Conflict(_))), "it is not given up");
    world.answer(WriteBackState::Failed).await.unwrap();
    alerts.close(&ada, world.alert).await.unwrap();
    let refused = alerts.replay(&ada, failed).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(_)), "{refused}");
    world.answer(WriteBackState::Done).await.unwrap();
    assert_eq!(world.detail().await.alert.carried, Carried::Confirmed);
}

#[tokio::test]
async fn roles_and_programs_may_do_what_they_may() {
    let world = World::with(ConnectorInput::default()).await;
    let alerts = world.services.alerts();
    let viewer = Actor::Token { id: TokenId(Uuid::nil()), name: "Eve".into(), role: Role::Viewer };
    let client = Actor::Client { id: ClientId(Uuid::nil()), name: "Acme".into() };
    assert!(alerts.list(&viewer, &AlertFilter::default(), &PageRequest::default()).await.is_ok());
    for nobody in [&viewer, &client] {
        assert!(matches!(alerts.acknowledge(nobody, world.alert).await, Err(Error::Forbidden(_))));
        let action = domain::alert::BulkAction::Close;
        assert!(matches!(alerts.bulk(nobody, &[world.alert], &action).await, Err(Error::Forbidden(_))));
    }
    // Tandem itself may, but no alert moves without somebody.
    let refused = alerts.close(&Actor::system("job"), world.alert).await.unwrap_err();
    assert_eq!(refused, Error::Step(StepError::Nobody));
    assert!(alerts.close(&person("Ada"), world.alert).await.is_ok());
}

#[tokio::test]
async fn what_was_closed_long_ago_is_forgotten() {
    let world = World::with(ConnectorInput { status_mapping: silent(), ..ConnectorInput::default() }).await;
    let alerts = world.services.alerts();
    alerts.close(&person("Ada"), world.alert).await.unwrap();
    world.clock.go_on(729 * 86_400);
    world.end_ticket().await;
    assert_eq!(alerts.forget_old().await.unwrap(), 0);
    world.clock.go_on(2 * 86_400);
    assert_eq!(alerts.forget_old().await.unwrap(), 1);
    assert!(matches!(alerts.get(&person("Ada"), world.alert).await, Err(Error::NotFound(_))));
}
