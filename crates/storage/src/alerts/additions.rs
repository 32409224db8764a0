//! New alerts, many at a time.

use super::{rows::Columns, tallies};
use crate::{
    engine::{Tx, within},
    many::{Cell, Many},
    rows::{micros, to_json, whole},
};
use domain::{alert::TimelineEntry, ids::AlertId};
use services::ports::store::{StoreResult, alerts::AlertRecord};
use sqlx::query_as;
use std::collections::BTreeSet;

/// The next numbers: of changes, and of alerts in the order in which they came.
const NEXT: &str = "UPDATE alert_epoch SET revision = revision + $1, number = number + $1 WHERE id = 1
  RETURNING revision, number";
const ALERTS: Many = Many(
    "INSERT INTO alerts (id, created_at, opened_at, state, acknowledged, closed, ended_at, title, category,
  category_folded, severity, assignee, connector_id, ticket_id, ticket, agreed, carried, revision, search_text,
  number) VALUES",
    " ON CONFLICT (connector_id, ticket_id) DO NOTHING RETURNING id",
);
const DETAILS: Many = Many("INSERT INTO alert_details (alert_id, text, details) VALUES", "");
const PEOPLE: Many = Many("INSERT INTO alert_people (user_id, alert_id) VALUES", "");
const STORIES: Many = Many("INSERT INTO alert_timeline (alert_id, number, entry) VALUES", "");

/// Adds alerts; answers the revision of each, or none where its ticket has an alert already.
pub(super) async fn insert(tx: &mut Tx, alerts: &[AlertRecord]) -> StoreResult<Vec<Option<i64>>> {
    if alerts.is_empty() {
        return Ok(Vec::new());
    }
    let many = whole(u64::try_from(alerts.len()).unwrap_or(u64::MAX));
    let (revision, number): (i64, i64) = within!(&mut *tx, |db| query_as(NEXT).bind(many).fetch_one(db))?;
    let columns = alerts.iter().map(Columns::of).collect::<StoreResult<Vec<_>>>()?;
    let numbered = || columns.iter().zip(alerts).zip(1 - many..);
    let rows =
        numbered().map(|((columns, alert), before)| row(columns, alert, revision + before, number + before));
    let added: BTreeSet<String> = ALERTS.returning(tx, rows.collect()).await?.into_iter().collect();
    let is_new = |columns: &Columns| added.contains(&columns.id);
    let new = || columns.iter().zip(alerts).filter(|(columns, _)| is_new(columns));
    let details = new().map(|(columns, alert)| {
        vec![columns.id.as_str().into(), alert.text.as_str().into(), columns.details.as_str().into()]
    });
    DETAILS.run(tx, details.collect()).await?;
    let people = new().flat_map(|(columns, _)| {
        columns.people.iter().map(|person| vec![person.as_str().into(), columns.id.as_str().into()])
    });
    PEOPLE.run(tx, people.collect()).await?;
    tallies::add_all(tx, new().map(|(columns, _)| columns.tally())).await?;
    Ok(numbered().map(|((columns, _), before)| is_new(columns).then_some(revision + before)).collect())
}

fn row(columns: &Columns, alert: &AlertRecord, revision: i64, number: i64) -> Vec<Cell> {
    vec![
        columns.id.as_str().into(),
        micros(alert.created_at).into(),
        columns.opened_at.into(),
        columns.state.into(),
        columns.acknowledged.clone().into(),
        columns.closed.clone().into(),
        columns.ended_at.into(),
        alert.title.as_str().into(),
        alert.category.as_str().into(),
        columns.category_folded.as_str().into(),
        alert.severity.as_str().into(),
        columns.assignee.clone().into(),
        columns.connector.clone().into(),
        columns.ticket_id.into(),
        columns.ticket.clone().into(),
        alert.agreed.as_str().into(),
        "nothing".into(),
        revision.into(),
        columns.search.as_str().into(),
        number.into(),
    ]
}

/// Begins the stories of new alerts.
pub(super) async fn begin_stories(tx: &mut Tx, first: &[(AlertId, TimelineEntry)]) -> StoreResult<()> {
    let row = |(id, entry): &(AlertId, TimelineEntry)| {
        Ok(vec![id.to_string().into(), 1.into(), to_json(entry)?.into()])
    };
    STORIES.run(tx, first.iter().map(row).collect::<StoreResult<_>>()?).await?;
    Ok(())
}
