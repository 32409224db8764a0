//! Tickets: finding, reading, changing.

use crate::{
    client::{Manage, typed},
    conditions::field,
    error::{ManageError, Repeat},
    model::{Changed, Ticket, TicketChange},
    patch::{Patch, Reference, custom_value, same},
    query::{self, Query},
    wire::ticket::WireTicket,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Longer addresses are not sent; the search takes the conditions in its body instead.
const LONGEST_ADDRESS: usize = 1_900;
/// Ids that fit into one address.
const IDS_AT_ONCE: usize = 100;
const TICKETS: &str = "/service/tickets";
/// What lists of tickets need; whole rows have some hundred fields.
const SHOWN: &str = "id,summary,recordType,board,status,priority,company,contact,type,owner,resources,closedFlag,mergedParentTicket,_info";

impl Manage {
    /// Tickets that fit, in the order of their ids.
    pub async fn tickets(&self, query: &Query) -> Result<Vec<Ticket>, ManageError> {
        let query = &query.clone().only(SHOWN);
        let rows: Vec<WireTicket> = if query::address(TICKETS, &query.pairs()).len() > LONGEST_ADDRESS {
            self.search(query).await?
        } else {
            self.list(TICKETS, query).await?
        };
        Ok(rows.into_iter().map(Ticket::from).collect())
    }

    /// The newest tickets that fit, newest first; for dry runs. One page.
    pub async fn newest_tickets(&self, query: &Query, most: usize) -> Result<Vec<Ticket>, ManageError> {
        let newest = query.clone().page_size(most).with("orderBy", "id desc").with("page", "1");
        let body = self.call(Method::GET, &query::address(TICKETS, &newest.pairs()), None, &[]).await?.body;
        let rows: Vec<WireTicket> = typed(body)?;
        Ok(rows.into_iter().take(most).map(Ticket::from).collect())
    }

    /// The ticket that changed last.
    pub async fn newest_change(&self) -> Result<Option<Ticket>, ManageError> {
        let last =
            Query::new().only(SHOWN).page_size(1).with("orderBy", "lastUpdated desc").with("page", "1");
        let body = self.call(Method::GET, &query::address(TICKETS, &last.pairs()), None, &[]).await?.body;
        let rows: Vec<WireTicket> = typed(body)?;
        Ok(rows.into_iter().next().map(Ticket::from))
    }

    /// How many tickets fit.
    pub async fn count_tickets(&self, query: &Query) -> Result<u64, ManageError> {
        self.count(TICKETS, query).await
    }

    /// One ticket.
    pub async fn ticket(&self, id: i64) -> Result<Ticket, ManageError> {
        typed::<WireTicket>(self.raw_ticket(id).await?).map(Ticket::from)
    }

    /// The tickets with these ids. One that is missing was deleted, merged away or is out of our sight: its
    /// absence alone means nothing.
    pub async fn tickets_by_ids(&self, ids: &[i64]) -> Result<Vec<Ticket>, ManageError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_AT_ONCE) {
            found.extend(self.tickets(&Query::matching(field("id").one_of(some))).await?);
        }
        Ok(found)
    }

    /// What [`Manage::change_ticket`] would write; the ticket is as it is now.
    pub async fn planned_change(&self, id: i64, change: &TicketChange) -> Result<Changed, ManageError> {
        let now = self.raw_ticket(id).await?;
        let written = self.difference(&now, change).await?.paths();
        Ok(Changed { ticket: typed::<WireTicket>(now)?.into(), written })
    }

    /// Changes a ticket. It is read first and only what differs is written, so that asking twice changes once.
    pub async fn change_ticket(&self, id: i64, change: &TicketChange) -> Result<Changed, ManageError> {
        let now = self.raw_ticket(id).await?;
        let patch = self.difference(&now, change).await?;
        if patch.is_empty() {
            return Ok(Changed { ticket: typed::<WireTicket>(now)?.into(), written: Vec::new() });
        }
        let ticket: WireTicket = self.patch(&path(id), &patch).await?;
        Ok(Changed { ticket: ticket.into(), written: patch.paths() })
    }

    async fn raw_ticket(&self, id: i64) -> Result<Value, ManageError> {
        let ticket: Value = self.read(&path(id), &Query::new()).await?;
        if ticket["id"].as_i64() == Some(id) {
            Ok(ticket)
        } else {
            Err(ManageError::Odd(format!("this is not ticket {id}")))
        }
    }

    async fn difference(&self, now: &Value, change: &TicketChange) -> Result<Patch, ManageError> {
        let mut patch = Patch::default();
        let mut moved = None;
        if let Some(board) = change.board.as_ref().filter(|board| !board.is(&now["board"])) {
            patch = patch.refer("board", board);
            moved = Some(board);
        }
        if let Some(status) = &change.status
            && (moved.is_some() || !status.is(&now["status"]))
        {
            patch = patch.refer("status", &self.own_status(now, moved, status).await?);
        }
        for (path, wanted) in [
            ("priority", &change.priority),
            ("type", &change.kind),
            ("subType", &change.sub_type),
            ("item", &change.item),
            ("owner", &change.owner),
        ] {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| !wanted.is(&now[path])) {
                patch = patch.refer(path, wanted);
            }
        }
        let fields = &now["customFields"];
        let differing: Vec<(i64, Value)> = change
            .custom_fields
            .iter()
            .filter(|(id, value)| !same(value, custom_value(fields, *id)))
            .cloned()
            .collect();
        if differing.is_empty() { Ok(patch) } else { Ok(patch.custom_fields(fields, &differing)) }
    }

    /// A status by name, as the id that it has on the ticket's own (or new) board.
    async fn own_status(
        &self,
        now: &Value,
        moved: Option<&Reference>,
        wanted: &Reference,
    ) -> Result<Reference, ManageError> {
        let Reference::Name(name) = wanted else { return Ok(wanted.clone()) };
        let board = match moved {
            None => now["board"]["id"].as_i64(),
            Some(Reference::Id(id)) => Some(*id),
            Some(_) => None,
        };
        let Some(board) = board else { return Ok(wanted.clone()) };
        let statuses = self.statuses(board).await?;
        let found = statuses.iter().find(|status| !status.inactive && status.name.eq_ignore_ascii_case(name));
        found.map(|status| Reference::Id(status.id)).ok_or_else(|| {
            let board = now["board"]["name"].as_str().unwrap_or("of the ticket");
            let message = format!("the board {board} has no active status `{name}`: choose one that it has");
            ManageError::setting("board_status_mapping", message)
        })
    }

    /// Reads by `POST …/search`, which takes conditions that no address could hold. Pages follow the last id.
    async fn search(&self, query: &Query) -> Result<Vec<WireTicket>, ManageError> {
        let mut rows = Vec::new();
        let mut last = None;
        loop {
            let part = last.map_or_else(|| query.clone(), |last| query.also(&field("id").after(last)));
            let mut body =
                json!({"conditions": part.conditions.clone().unwrap_or_default(), "orderBy": "id asc"});
            for (key, text) in [("childconditions", &part.child), ("customfieldconditions", &part.custom)] {
                if let Some(text) = text {
                    body[key] = json!(text);
                }
            }
            let page = query.page.min(query.most.max(1));
            let mut pairs = vec![("pageSize", page.to_string())];
            pairs.extend(query.fields.map(|fields| ("fields", fields.to_owned())));
            let address = query::address("/service/tickets/search", &pairs);
            let answer = self.call_as(Repeat::Safe, Method::POST, &address, Some(body), &[]).await?;
            let found: Vec<Value> = typed(answer.body)?;
            let newest = found.iter().filter_map(|row| row["id"].as_i64()).max();
            let full = found.len() >= page;
            for row in found {
                rows.push(typed(row)?);
            }
            if !full || newest <= last || rows.len() >= query.most {
                rows.truncate(query.most);
                return Ok(rows);
            }
            last = newest;
        }
    }
}

fn path(id: i64) -> String {
    format!("{TICKETS}/{id}")
}
