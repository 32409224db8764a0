//! One connector with one ticket.

use crate::ports::{self, HandClock};
use domain::{
    account::{Actor, Role},
    alert::{AlertDetail, AlertState, Carried, Course, Severity},
    connector::{Connector, ConnectorInput, MadeInManage},
    ids::{AlertId, ConnectorId, UserId, WriteBackId},
    net::Networks,
    ticket::{Ticket, TicketDetails},
    write_back::{Attempt, WriteBackState},
};
use jiff::Timestamp;
use services::{
    Services,
    ports::{
        Clock as _,
        store::{Lane, Store as _, WriteBackReads as _, alerts::AlertRecord, write_backs::AttemptEnd},
    },
};
use std::sync::Arc;
use storage::Database;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) services: Services,
    pub(crate) database: Database,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) connector: ConnectorId,
    pub(crate) alert: AlertId,
    _folder: TempDir,
}

pub(crate) fn person(name: &str) -> Actor {
    let id = UserId(Uuid::from_u128(name.bytes().map(u128::from).sum()));
    Actor::User { id, name: name.into(), role: Role::Responder }
}

impl World {
    /// One open alert with a ticket of an enabled connector.
    pub(crate) async fn with(input: ConnectorInput) -> Self {
        let (folder, database) = ports::database().await;
        let clock = Arc::new(HandClock::default());
        let reader = Arc::new(automate::Reader::new(Networks::default()));
        let services = ports::services(&database, &clock, reader);
        let (connector, alert) = (ConnectorId(Uuid::from_u128(1)), AlertId(Uuid::from_u128(2)));
        let kept = Connector {
            id: connector,
            input: ConnectorInput { name: "Main".into(), ..input },
            enabled: true,
            created_at: clock.now(),
            made: MadeInManage::default(),
        };
        let mut tx = database.begin(Lane::Alerts).await.unwrap();
        tx.insert_connector(&kept).await.unwrap();
        tx.insert_alert(&record(alert, connector, clock.now())).await.unwrap();
        tx.commit().await.unwrap();
        Self { services, database, clock, connector, alert, _folder: folder }
    }

    pub(crate) async fn detail(&self) -> AlertDetail {
        self.services.alerts().get(&person("Eve"), self.alert).await.unwrap()
    }

    /// The ticket is closed in Manage.
    pub(crate) async fn end_ticket(&self) {
        let mut tx = self.database.begin(Lane::Alerts).await.unwrap();
        let mut alert = tx.alert(self.alert).await.unwrap().unwrap();
        alert.ticket.as_mut().unwrap().closed = true;
        tx.update_alert(&alert).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Manage answers the oldest thing that is owed like this; what it was.
    pub(crate) async fn answer(&self, state: WriteBackState) -> Option<WriteBackId> {
        let now = self.clock.now();
        let until = now + jiff::SignedDuration::from_secs(60);
        let lease = self.database.lease_write_backs(self.connector, now, until, 1).await.unwrap().pop()?;
        let attempt = Attempt { at: now, outcome: "answered".into(), ok: state == WriteBackState::Done };
        let end = AttemptEnd { attempt, state, next_attempt_at: None, remarks: vec![] };
        let mut tx = self.database.begin(Lane::Alerts).await.unwrap();
        assert!(tx.end_attempt(&lease, &end).await.unwrap());
        tx.commit().await.unwrap();
        Some(lease.write_back.id)
    }
}

fn record(id: AlertId, connector: ConnectorId, at: Timestamp) -> AlertRecord {
    let ticket: Ticket = serde_json::from_value(serde_json::json!({
        "connector_id": connector, "id": 7, "url": "", "summary": "Disk full", "closed": false
    }))
    .unwrap();
    AlertRecord {
        id,
        created_at: at,
        course: Course::opened(at),
        title: "Disk full".into(),
        text: String::new(),
        category: "General".into(),
        severity: Severity::Medium,
        assignee: None,
        ticket: Some(ticket),
        details: TicketDetails::default(),
        agreed: AlertState::Open,
        carried: Carried::Nothing,
        revision: 0,
    }
}
