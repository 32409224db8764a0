//! What is written into a ticket. Everything is read first and only what differs is written, so that doing it
//! again does nothing.

use super::{
    clients::{Client, Rule},
    defaults, owner, rules,
    words::{self, trouble},
};
use crate::{
    error::ManageError,
    model::{self, Changed, NewNote, TicketChange, WorkflowAction},
    patch::Reference,
};
use domain::{
    alert::AlertState,
    connector::{Mode, NoteFlags},
    ids::WriteBackId,
};
use serde_json::{Value, json};
use services::ports::psa::{Link, Person, PsaError, Written};

/// What a note carries, so that it is found again: the random end of its write-back's id.
pub(super) fn mark(write_back: WriteBackId) -> String {
    let id = write_back.0.simple().to_string();
    format!("[tandem {}]", id.get(20..).unwrap_or(&id))
}

/// A note as it stands in Manage, with who wrote it and the mark.
pub(super) fn note(text: &str, flags: NoteFlags, by: Option<&Person>, write_back: WriteBackId) -> NewNote {
    let by = by.map(|person| format!("{}, ", person.name)).unwrap_or_default();
    NewNote {
        text: format!("{}\n\n{by}{}", text.trim_end(), mark(write_back)),
        discussion: flags.discussion,
        internal: flags.internal,
        resolution: flags.resolution,
        notify: flags.notify,
        member: None,
    }
}

/// Marks a ticket as taken. One that was reopened also forgets that it was resolved.
pub(super) async fn mark_retrieved(client: &Client, link: &Link, ticket: i64) -> Result<Written, PsaError> {
    let input = &link.input;
    let now = read(client, ticket).await?;
    let retrieved = field_of(&now, &input.custom_field_retrieved)
        .ok_or_else(|| no_field("custom_field_retrieved", &input.custom_field_retrieved, ticket))?;
    let mut values = vec![(retrieved, json!(true))];
    let status = now.custom(&input.custom_field_status);
    let resolved = defaults::word(AlertState::Closed).unwrap_or_default();
    if let Some(status) =
        status.filter(|status| status.value.as_str().is_some_and(|was| was.contains(resolved)))
    {
        values.push((status.id, Value::Null));
    }
    let changed = change(client, ticket, &of_fields(values)).await?;
    let written = told(&changed, "custom field", &input.custom_field_retrieved);
    Ok(done(client, link, &changed, written, Vec::new()))
}

/// Notes the state that came from Manage.
pub(super) async fn mark_known(
    client: &Client,
    link: &Link,
    ticket: i64,
    state: AlertState,
) -> Result<Written, PsaError> {
    let input = &link.input;
    let now = read(client, ticket).await?;
    let status = field_of(&now, &input.custom_field_status)
        .ok_or_else(|| no_field("custom_field_status", &input.custom_field_status, ticket))?;
    let changed = change(client, ticket, &of_fields(vec![(status, value_of(state))])).await?;
    let written = told(&changed, "custom field", &input.custom_field_status);
    Ok(done(client, link, &changed, written, Vec::new()))
}

/// A state on its way into a ticket.
pub(super) struct Carrying<'a> {
    pub(super) client: &'a Client,
    pub(super) link: &'a Link,
    pub(super) ticket: i64,
    pub(super) state: AlertState,
    pub(super) person: &'a Person,
    /// None: only says what would be written.
    pub(super) mark: Option<WriteBackId>,
}

/// A change with its words, by Manage's names of fields.
struct Wish {
    change: TicketChange,
    words: Vec<(&'static str, String)>,
}

impl Carrying<'_> {
    pub(super) async fn run(&self) -> Result<Written, PsaError> {
        let mut written = Written::default();
        match self.link.input.mode {
            // Only the owner is carried over.
            _ if !self.is_mapped() => {}
            // The rule has no event for it, and a ticket that forgot that it was resolved would say so anew.
            Mode::Workflow if self.state == AlertState::Open => {
                written.skipped.push("an alert that is opened again leaves its ticket as it is".into());
            }
            Mode::Workflow => {
                self.fields(&mut written).await?;
                self.actions(&mut written).await?;
            }
            Mode::Rules => self.mapped(&mut written).await?,
        }
        if self.link.input.assigns_owner(self.state) {
            self.owner(&mut written).await?;
        }
        if self.mark.is_some() {
            written.ticket = Some(self.shown(&read(self.client, self.ticket).await?));
        }
        Ok(written)
    }

    /// Whether the status of the ticket follows this state.
    fn is_mapped(&self) -> bool {
        let mapping = self.link.input.status_mapping;
        match self.state {
            AlertState::Acknowledged => mapping.acknowledged_to_cw,
            AlertState::Closed | AlertState::Open => mapping.closed_to_cw,
        }
    }

    fn shown(&self, ticket: &model::Ticket) -> domain::ticket::Ticket {
        words::ticket(self.link, self.client.manage.ticket_url(ticket.id), ticket)
    }

    /// Writes what differs, or says what would be.
    async fn wish(&self, wish: &Wish, written: &mut Written) -> Result<(), PsaError> {
        let changed = match self.mark {
            Some(_) => change(self.client, self.ticket, &wish.change).await?,
            None => planned(self.client, self.ticket, &wish.change).await?,
        };
        let done = |name: &str| changed.written.contains(&name);
        let words = wish.words.iter().filter(|(name, _)| done(name)).map(|(_, words)| words.clone());
        written.written.extend(words);
        Ok(())
    }

    /// The custom fields that say how far the alert is, and by whom.
    async fn fields(&self, written: &mut Written) -> Result<(), PsaError> {
        let input = &self.link.input;
        let now = read(self.client, self.ticket).await?;
        let who = self.person.email.clone().unwrap_or_else(|| self.person.name.clone());
        let mut values = Vec::new();
        for (setting, caption, value) in [
            ("custom_field_status", &input.custom_field_status, value_of(self.state)),
            ("custom_field_user", &input.custom_field_user, json!(who)),
        ] {
            match field_of(&now, caption) {
                Some(id) => values.push((id, value)),
                None => return Err(no_field(setting, caption, self.ticket)),
            }
        }
        let says = defaults::word(self.state).unwrap_or("nothing");
        let words = vec![("customFields", format!("{} becomes {says}", input.custom_field_status))];
        self.wish(&Wish { change: of_fields(values), words }, written).await
    }

    /// What the tickets rule asks for. Its events are evaluated now that the custom fields stand in the ticket.
    async fn actions(&self, written: &mut Written) -> Result<(), PsaError> {
        let name = &self.link.input.workflow_tickets_name;
        let rule = rules::needed(self.client, name, "workflow_tickets_name").await?;
        let mut applied = false;
        for (place, event) in rule.events.iter().enumerate() {
            if !self.applies(&rule, place, written).await? {
                continue;
            }
            applied = true;
            let actions = self.client.manage.actions(rule.workflow.id, event.id).await;
            for action in actions.map_err(|error| trouble(error, None))? {
                self.act(event.id, &action, written).await?;
            }
        }
        if !applied {
            written
                .skipped
                .push(format!("no event of {name} holds for this ticket: nothing more is changed"));
        }
        Ok(())
    }

    /// Whether an event's actions are due. Before anything is written only its place can tell; afterwards its
    /// condition does. One that stands as we wrote it holds by our own writing, even if Manage sees that late.
    async fn applies(&self, rule: &Rule, place: usize, written: &mut Written) -> Result<bool, PsaError> {
        let Some(event) = rule.events.get(place) else { return Ok(false) };
        let ours = defaults::tickets(&self.link.input);
        let untouched = ours.iter().any(|made| made.condition == event.condition);
        let due = defaults::state_of(&event.name, place) == self.state;
        if untouched {
            return Ok(due);
        }
        if self.mark.is_none() {
            if due {
                let doubt = format!(
                    "whether {} holds is known only when the alert's state stands in the ticket",
                    event.name
                );
                written.skipped.push(doubt);
            }
            return Ok(due);
        }
        let (ids, warning) = rules::holds(self.client, rule, event).await?;
        written.skipped.extend(warning);
        Ok(ids.contains(&self.ticket))
    }

    async fn act(&self, event: i64, action: &WorkflowAction, written: &mut Written) -> Result<(), PsaError> {
        let kind = action.kind.as_ref().map_or("an action", |kind| kind.name.as_str());
        let fields = self.client.manage.action_fields(event, action.id).await;
        let fields = fields.map_err(|error| trouble(error, None))?;
        let Some(mut change) = action.change().or_else(|| (!fields.is_empty()).then(TicketChange::default))
        else {
            written.skipped.push(format!("{kind}: Manage's API cannot do this"));
            return Ok(());
        };
        let mut words = words_of(action);
        if !fields.is_empty() {
            let now = read(self.client, self.ticket).await?;
            let free =
                |id: i64| now.custom_fields.iter().all(|field| field.id != id || field.value.is_null());
            for field in fields.into_iter().filter(|field| field.overwrites || free(field.id)) {
                words.push(("customFields", format!("{} becomes {}", field.caption, plain(&field.value))));
                change.custom_fields.push((field.id, field.value));
            }
        }
        if change != TicketChange::default() {
            self.wish(&Wish { change, words }, written).await?;
        }
        if let Some(text) = &action.note {
            self.action_note(text, action, written).await?;
        }
        Ok(())
    }

    async fn action_note(
        &self,
        text: &str,
        action: &WorkflowAction,
        written: &mut Written,
    ) -> Result<(), PsaError> {
        let flags = NoteFlags {
            discussion: action.note_in_discussion,
            internal: action.note_internal || !action.note_in_discussion,
            resolution: false,
            notify: self.link.input.note_flags.notify,
        };
        if let Some(write_back) = self.mark {
            let note = note(text, flags, None, write_back);
            // One write-back may add notes of several actions: the mark of each is its own.
            let own = format!("{} {}", mark(write_back), action.id);
            let note = NewNote { text: note.text.replace(&mark(write_back), &own), ..note };
            let added = self.client.under(self.link).add_note_once(self.ticket, &note, &own).await;
            added.map_err(|error| trouble(error, Some(self.ticket)))?;
        }
        written.written.push("a note of the workflow rule".into());
        Ok(())
    }

    /// The status that the ticket's board has for this state (rules mode).
    async fn mapped(&self, written: &mut Written) -> Result<(), PsaError> {
        let now = read(self.client, self.ticket).await?;
        let board = now.board.as_ref().map(|board| board.name.as_str());
        let mapped = self.link.input.board_mapping(board);
        let status = match self.state {
            AlertState::Open => None,
            AlertState::Acknowledged => mapped.and_then(|mapped| mapped.acknowledged_status.clone()),
            AlertState::Closed => mapped.and_then(|mapped| mapped.closed_status.clone()),
        };
        let Some(status) = status else {
            let board = board.unwrap_or("of the ticket");
            written.skipped.push(format!(
                "the board {board} has no status for {} alerts: the ticket keeps its own",
                self.state
            ));
            return Ok(());
        };
        // A ticket that was closed meanwhile is not opened again by somebody who takes its alert.
        if now.closed && self.state == AlertState::Acknowledged {
            written.skipped.push("the ticket is closed already".into());
            return Ok(());
        }
        let words = vec![("status", format!("the status becomes {status}"))];
        let change = TicketChange { status: Some(Reference::Name(status)), ..TicketChange::default() };
        self.wish(&Wish { change, words }, written).await
    }

    async fn owner(&self, written: &mut Written) -> Result<(), PsaError> {
        let member = match owner::member_of(self.client, self.person).await? {
            Ok(member) => member,
            Err(why) => {
                written.skipped.push(why);
                return Ok(());
            }
        };
        let words = format!("{} becomes the owner", member.name);
        if self.mark.is_none() {
            let owner = Some(Reference::Id(member.id));
            let change = TicketChange { owner, ..TicketChange::default() };
            return self.wish(&Wish { change, words: vec![("owner", words)] }, written).await;
        }
        match owner::make(&self.client.under(self.link), self.ticket, &member).await? {
            Ok(true) => written.written.push(words),
            Ok(false) => {}
            Err(why) => written.skipped.push(why),
        }
        Ok(())
    }
}

/// What an action changes, in words.
fn words_of(action: &WorkflowAction) -> Vec<(&'static str, String)> {
    let all = [
        ("board", "the board", &action.board),
        ("status", "the status", &action.status),
        ("priority", "the priority", &action.priority),
        ("type", "the type", &action.ticket_type),
        ("subType", "the sub-type", &action.sub_type),
        ("item", "the item", &action.item),
        ("owner", "the owner", &action.owner),
    ];
    let named = all.into_iter().filter_map(|(path, what, named)| Some((path, what, named.as_ref()?)));
    named.map(|(path, what, named)| (path, format!("{what} becomes {}", named.name))).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn read(client: &Client, ticket: i64) -> Result<model::Ticket, PsaError> {
    client.manage.ticket(ticket).await.map_err(|error| trouble(error, Some(ticket)))
}

/// Changes. Manage's answer may not show what it did: before that is called a failure, it is read and, where it
/// still differs, written once more.
async fn change(client: &Client, ticket: i64, change: &TicketChange) -> Result<Changed, PsaError> {
    let once = match client.manage.change_ticket(ticket, change).await {
        Err(ManageError::NotApplied(_)) => client.manage.change_ticket(ticket, change).await,
        other => other,
    };
    once.map_err(|error| trouble(error, Some(ticket)))
}

async fn planned(client: &Client, ticket: i64, change: &TicketChange) -> Result<Changed, PsaError> {
    client.manage.planned_change(ticket, change).await.map_err(|error| trouble(error, Some(ticket)))
}

fn of_fields(custom_fields: Vec<(i64, Value)>) -> TicketChange {
    TicketChange { custom_fields, ..TicketChange::default() }
}

fn value_of(state: AlertState) -> Value {
    defaults::word(state).map_or(Value::Null, |word| json!(word))
}

fn field_of(ticket: &model::Ticket, caption: &str) -> Option<i64> {
    ticket.custom(caption.trim()).map(|field| field.id)
}

fn no_field(setting: &str, caption: &str, ticket: i64) -> PsaError {
    PsaError::Person {
        field: Some(setting.to_owned()),
        message: format!(
            "ticket {ticket} has no custom field {caption}: enable the connector again, or give the field to the ticket's location in Manage"
        ),
    }
}

fn told(changed: &Changed, what: &str, name: &str) -> Vec<String> {
    if changed.written.is_empty() { Vec::new() } else { vec![format!("{what} {name}")] }
}

fn done(
    client: &Client,
    link: &Link,
    changed: &Changed,
    written: Vec<String>,
    skipped: Vec<String>,
) -> Written {
    let ticket = words::ticket(link, client.manage.ticket_url(changed.ticket.id), &changed.ticket);
    Written { ticket: Some(ticket), written, skipped }
}
