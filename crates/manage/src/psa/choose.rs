//! Which tickets there are, which of them alert, and what they say.

use super::{
    clients::Client,
    rules::{self, Sayings},
    words::{self, trouble},
};
use crate::{
    conditions::{Expr, Test, field},
    error::ManageError,
    model,
    query::Query,
};
use domain::{
    connector::{Mode, Rule},
    field::Findings,
    ticket::Ticket,
};
use jiff::Timestamp;
use services::ports::psa::{Ask, Found, Link, Polled, PsaError};
use std::collections::{BTreeMap, BTreeSet};

/// The most tickets that one question brings; what is more is told, and found by the next polls.
const MOST: usize = 50_000;

/// The language of the rules, by field.
pub(super) fn check_rules(input: &domain::connector::ConnectorInput, findings: &mut Findings) {
    for (index, rule) in input.rules.iter().enumerate() {
        for (name, text, within) in [
            ("conditions", &rule.conditions, false),
            ("child_conditions", &rule.child_conditions, true),
            ("custom_field_conditions", &rule.custom_field_conditions, true),
        ] {
            if text.trim().is_empty() {
                continue;
            }
            let field = format!("rules[{index}].{name}");
            match text.parse::<Expr>() {
                Err(wrong) => findings.add(field, wrong.to_string()),
                Ok(expr) if within && lists(&expr) => {
                    findings.add(
                        field,
                        "must not use `in`, which Manage takes in conditions only: join tests with `or`",
                    );
                }
                Ok(_) => {}
            }
        }
    }
}

fn lists(expr: &Expr) -> bool {
    expr.predicates().iter().any(|predicate| matches!(predicate.test, Test::In { .. }))
}

/// Asks.
pub(super) async fn poll(client: &Client, link: &Link, ask: &Ask) -> Result<Polled, PsaError> {
    match ask {
        Ask::Triggered => {
            let (chosen, warnings) = rules::chosen(client, link).await?;
            let ids: Vec<i64> = chosen.keys().copied().collect();
            let tickets = read(client, &ids).await?;
            let found = tickets.iter().filter_map(|ticket| {
                Some(found(client, link, ticket, chosen.get(&ticket.id)?.clone(), String::new()))
            });
            Ok(Polled { found: found.collect(), warnings })
        }
        Ask::Chosen { since } => by_rules(client, link, *since).await,
        Ask::Changed { since: None } => {
            let newest = client.manage.newest_change().await.map_err(|error| trouble(error, None))?;
            let found = newest.iter().map(|ticket| found(client, link, ticket, String::new(), String::new()));
            Ok(Polled { found: found.collect(), warnings: Vec::new() })
        }
        Ask::Changed { since: Some(since) } => changed(client, link, *since).await,
    }
}

/// What changed since, and in workflow mode also what the update rule's events hold for.
async fn changed(client: &Client, link: &Link, since: Timestamp) -> Result<Polled, PsaError> {
    let query = Query::matching(field("lastUpdated").after(whole_seconds(since))).most(MOST);
    let mut tickets = client.manage.tickets(&query).await.map_err(|error| trouble(error, None))?;
    let sayings = match link.input.mode {
        Mode::Workflow => Sayings::read(client, link).await?,
        Mode::Rules => Sayings::default(),
    };
    let known: BTreeSet<i64> = tickets.iter().map(|ticket| ticket.id).collect();
    tickets.extend(read(client, &sayings.beyond(&known)).await?);
    let found = tickets.iter().filter(|ticket| !ticket.is_project).map(|ticket| {
        let found = found(client, link, ticket, String::new(), String::new());
        with_saying(link, found, &sayings)
    });
    Ok(Polled { found: found.collect(), warnings: sayings.warnings.clone() })
}

async fn by_rules(client: &Client, link: &Link, since: Option<Timestamp>) -> Result<Polled, PsaError> {
    let mut polled = Polled::default();
    let mut known = BTreeMap::new();
    for (index, rule) in link.input.rules.iter().enumerate() {
        let mut query = query_of(rule).most(MOST);
        if let Some(since) = since {
            query = query.also(&field("lastUpdated").after(whole_seconds(since)));
        }
        match client.manage.tickets(&query).await {
            Ok(tickets) => {
                if tickets.len() >= MOST {
                    polled
                        .warnings
                        .push(format!("rule {} chooses more than {MOST} tickets: narrow it down", index + 1));
                }
                for ticket in tickets {
                    // The first rule that fits counts.
                    known.entry(ticket.id).or_insert((ticket, index, rule));
                }
            }
            Err(ManageError::Rejected(refusal)) => polled.warnings.push(refused(index, &refusal.to_string())),
            Err(error) => return Err(trouble(error, None)),
        }
    }
    for (ticket, index, rule) in known.into_values().filter(|(ticket, _, _)| !ticket.is_project) {
        let found = found(client, link, &ticket, reason(index, rule), rule.category.clone());
        polled.found.push(with_saying(link, found, &Sayings::default()));
    }
    Ok(polled)
}

fn refused(index: usize, refusal: &str) -> String {
    format!("Manage does not understand the conditions of rule {} ({refusal}): correct it", index + 1)
}

fn reason(index: usize, rule: &Rule) -> String {
    let text = if rule.conditions.trim().is_empty() { "its conditions" } else { rule.conditions.trim() };
    format!("rule {}: {text}", index + 1)
}

fn query_of(rule: &Rule) -> Query {
    Query::new()
        .conditions(&rule.conditions)
        .child_conditions(&rule.child_conditions)
        .custom_field_conditions(&rule.custom_field_conditions)
}

/// Tickets by number, with what they say.
pub(super) async fn by_number(client: &Client, link: &Link, ids: &[i64]) -> Result<Vec<Found>, PsaError> {
    let tickets = read(client, ids).await?;
    let sayings = match link.input.mode {
        Mode::Workflow if !tickets.is_empty() => Sayings::read(client, link).await?,
        _ => Sayings::default(),
    };
    let said = |ticket: &model::Ticket| {
        with_saying(link, found(client, link, ticket, String::new(), String::new()), &sayings)
    };
    Ok(tickets.iter().map(said).collect())
}

/// The newest tickets with what would choose them.
pub(super) async fn newest(
    client: &Client,
    link: &Link,
    most: usize,
) -> Result<Vec<(Ticket, Option<Found>)>, PsaError> {
    let told = |error| trouble(error, None);
    let tickets = client.manage.newest_tickets(&Query::new(), most).await.map_err(told)?;
    let mut chosen: BTreeMap<i64, (String, String)> = BTreeMap::new();
    let oldest = tickets.iter().map(|ticket| ticket.id).min().unwrap_or_default();
    match link.input.mode {
        Mode::Workflow => {
            if rules::find(client, &link.input.workflow_trigger_name).await?.is_some() {
                let events = rules::chosen(client, link).await?.0;
                chosen.extend(events.into_iter().map(|(id, reason)| (id, (reason, String::new()))));
            }
        }
        Mode::Rules => {
            for (index, rule) in link.input.rules.iter().enumerate() {
                let query = query_of(rule).also(&field("id").after(oldest - 1)).most(MOST);
                let fitting = client.manage.tickets(&query).await.map_err(|error| match error {
                    ManageError::Rejected(refusal) => PsaError::Person {
                        field: Some(format!("rules[{index}].conditions")),
                        message: refused(index, &refusal.to_string()),
                    },
                    other => told(other),
                })?;
                for ticket in fitting {
                    chosen.entry(ticket.id).or_insert((reason(index, rule), rule.category.clone()));
                }
            }
        }
    }
    let row = |ticket: &model::Ticket| {
        let shown = words::ticket(link, client.manage.ticket_url(ticket.id), ticket);
        let by = chosen.get(&ticket.id).filter(|_| !ticket.is_project);
        let by = by.map(|(reason, category)| found(client, link, ticket, reason.clone(), category.clone()));
        (shown, by)
    };
    Ok(tickets.iter().map(row).collect())
}

/// Whole tickets of service boards by number; those that Manage does not show are absent.
async fn read(client: &Client, ids: &[i64]) -> Result<Vec<model::Ticket>, PsaError> {
    let tickets = client.manage.tickets_by_ids(ids).await.map_err(|error| trouble(error, None))?;
    Ok(tickets.into_iter().filter(|ticket| !ticket.is_project).collect())
}

fn found(client: &Client, link: &Link, ticket: &model::Ticket, reason: String, category: String) -> Found {
    client.note(ticket);
    Found {
        ticket: words::ticket(link, client.manage.ticket_url(ticket.id), ticket),
        reason,
        category,
        says: None,
        ours: words::is_ours(link, ticket),
    }
}

fn with_saying(link: &Link, mut found: Found, sayings: &Sayings) -> Found {
    found.says = match link.input.mode {
        Mode::Workflow => sayings.of(found.ticket.id),
        Mode::Rules => link.input.says(&found.ticket),
    };
    found
}

/// Manage takes no fractions everywhere, and rounding down only reads a little more.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
