//! What the server functions of alerts put together: filters, the line to Manage, one alert with its notes made
//! safe.

use super::{
    alerts::{AlertPage, ManageLine, ShownNote, Wanted},
    note_html,
};
use domain::{
    account::{Actor, Permission},
    alert::{Alert, AlertFilter, AlertState, BulkAction, Carried},
    ids::{AlertId, UserId},
    ticket::Note,
};
use services::{Error, Result, Services};

/// The filter of an address.
pub(super) fn filter(wanted: &Wanted, actor: &Actor) -> AlertFilter {
    AlertFilter {
        state: Some(wanted.state.unwrap_or(AlertState::Open)),
        mine: me(actor).filter(|_| wanted.mine),
        category: wanted.category.clone(),
        connector: None,
        q: wanted.q.clone(),
    }
}

fn me(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::User { id, .. } => Some(*id),
        _ => None,
    }
}

/// What is known of the line to Manage: the worst of all enabled connectors.
pub async fn line(services: &Services, actor: &Actor) -> Result<ManageLine> {
    let connectors = services.connectors().list(actor).await?;
    let mut line = ManageLine { connectors: connectors.len(), ..ManageLine::default() };
    for connector in connectors {
        let health = services.connectors().health(actor, connector.id).await?;
        line.failed_write_backs += health.failed_write_backs;
        if !connector.enabled {
            continue;
        }
        line.enabled += 1;
        line.last_answer_at = match (line.last_answer_at, health.last_answer_at) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let problem = health.problem.map(|problem| (connector.input.name.clone(), problem));
        line.problem = line.problem.or(problem);
    }
    Ok(line)
}

/// What a button of the inbox stands for.
pub(super) fn action(act: &str, text: String) -> Result<BulkAction> {
    Ok(match act {
        "acknowledge" => BulkAction::Acknowledge,
        "close" => BulkAction::Close,
        "reopen" => BulkAction::Reopen,
        "annotate" => BulkAction::Annotate { text },
        _ => return Err(Error::Conflict("Nothing was chosen: press one of the buttons.".into())),
    })
}

/// The alerts that were checked.
pub(super) fn ids(texts: &[String]) -> Result<Vec<AlertId>> {
    if texts.is_empty() {
        return Err(Error::Conflict("Nothing was chosen: check the alerts that you mean.".into()));
    }
    texts.iter().map(|text| text.parse().map_err(|_| Error::NotFound("alert"))).collect()
}

/// What was done, and that it is on its way to the ticket.
pub(super) fn done(alert: &Alert, words: &str) -> String {
    match alert.carried {
        Carried::Sending => format!("{words} It is being sent to Manage."),
        _ => words.to_owned(),
    }
}

/// One alert with everything that its screen shows.
pub(super) async fn page(services: &Services, actor: &Actor, id: AlertId) -> Result<AlertPage> {
    let mut detail = services.alerts().get(actor, id).await?;
    let notes = std::mem::take(&mut detail.details.notes);
    let may_handle = actor.may(Permission::HandleAlerts);
    Ok(AlertPage {
        notes: notes.into_iter().map(shown).collect(),
        categories: services.alerts().categories(actor).await?,
        people: if may_handle { people(services, actor).await? } else { Vec::new() },
        line: line(services, actor).await?,
        me: actor.id().unwrap_or_default(),
        may_handle,
        now: services.now(),
        detail,
    })
}

fn shown(note: Note) -> ShownNote {
    ShownNote {
        html: note_html::render(&note.text),
        author: note.author,
        at: note.created_at,
        public: note.public,
        resolution: note.resolution,
    }
}

/// Whom an alert can be given to.
async fn people(services: &Services, actor: &Actor) -> Result<Vec<(String, String)>> {
    let people = services.alerts().people(actor).await?;
    Ok(people.into_iter().map(|person| (person.user_id.to_string(), person.name)).collect())
}
