//! Alerts, categories, write-backs, connectors.

mod categories;
mod connectors;
mod lists;
mod records;
mod texts;
mod write_backs;

use crate::world::{World, at, id};
use domain::{
    account::{Actor, Role},
    alert::{AlertState, Carried, Course, Event, Severity, Step, TimelineEntry},
    ids::{AlertId, ConnectorId, UserId, WriteBackId},
    ticket::{Ticket, TicketDetails},
    write_back::{Task, WriteBack, WriteBackState},
};
use services::ports::store::{Lane, Store as _, Transaction, alerts::AlertRecord};

fn person(user: UserId) -> Actor {
    Actor::User { id: user, name: "Ada".into(), role: Role::Responder }
}

fn ticket(connector: ConnectorId, number: i64) -> Ticket {
    Ticket {
        connector_id: connector,
        id: number,
        url: format!("https://manage.example/{number}"),
        summary: format!("Disk full on SRV-{number}"),
        board: Some("Help Desk".into()),
        status: Some("New (not responded)".into()),
        priority: None,
        kind: None,
        company: Some("Wayne Enterprises 50%".into()),
        contact: None,
        owner: None,
        resources: vec!["ada".into()],
        closed: false,
        merged_into: None,
        updated_at: Some(at(1)),
        updated_by: None,
        missing_since: None,
    }
}

fn alert(title: &str, ticket: Option<Ticket>) -> AlertRecord {
    AlertRecord {
        id: AlertId(id()),
        created_at: at(5),
        course: Course::opened(at(5)),
        title: title.into(),
        text: "more".into(),
        category: "General".into(),
        severity: Severity::High,
        assignee: None,
        ticket,
        details: TicketDetails { unread: vec!["notes: no right".into()], ..TicketDetails::default() },
        agreed: AlertState::Open,
        carried: Carried::Nothing,
        revision: 0,
    }
}

fn owed(alert: &AlertRecord, task: Task) -> WriteBack {
    let ticket = alert.ticket.as_ref().unwrap();
    WriteBack {
        id: WriteBackId(id()),
        alert_id: alert.id,
        connector_id: ticket.connector_id,
        ticket_id: ticket.id,
        task,
        by: person(UserId(id())),
        state: WriteBackState::Pending,
        created_at: at(10),
        next_attempt_at: Some(at(10)),
        ended_at: None,
        attempts: vec![],
        remarks: vec![],
    }
}

async fn begin(world: &World) -> Box<dyn Transaction> {
    world.database.begin(Lane::Alerts).await.unwrap()
}

async fn insert(world: &World, alerts: &[&AlertRecord]) {
    let mut tx = begin(world).await;
    for alert in alerts {
        assert!(tx.insert_alert(alert).await.unwrap());
    }
    tx.commit().await.unwrap();
}

async fn take(world: &World, alert: &mut AlertRecord, step: Step, by: &Actor) {
    let mut tx = begin(world).await;
    alert.course.take(step, by, at(20)).unwrap();
    tx.update_alert(alert).await.unwrap();
    let event = if step == Step::Close { Event::Closed } else { Event::Acknowledged };
    tx.tell(alert.id, &TimelineEntry { at: at(20), by: by.clone(), event }).await.unwrap();
    tx.commit().await.unwrap();
}
