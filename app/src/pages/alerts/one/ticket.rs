//! What the ticket says: facts, notes, tasks, time, devices, the customer. Every text was written by somebody else.

use crate::{
    api::alerts::ShownNote,
    components::{
        icon::Icon,
        time::{Age, Moment},
    },
};
use domain::{
    alert::Alert,
    ticket::{Company, Configuration, Contact, Document, Task, Ticket, TicketDetails, TimeEntry},
};
use jiff::Timestamp;
use leptos::prelude::*;

/// Everything that was read of the ticket.
#[component]
pub fn TicketParts(
    /// The alert.
    alert: Alert,
    /// What its raiser said, if it was not raised by a ticket.
    text: String,
    /// What was read beside the ticket.
    details: TicketDetails,
    /// Its notes, made safe.
    notes: Vec<ShownNote>,
    /// The server's time.
    now: Timestamp,
) -> impl IntoView {
    let TicketDetails {
        tasks,
        time_entries,
        configurations,
        company,
        contact,
        documents,
        unread,
        read_at,
        ..
    } = details;
    view! {
        {(!text.is_empty()).then(|| view! { <section class="card"><h2>"What was said"</h2><p class="said-text">{text}</p></section> })}
        <section class="card" aria-label="Notes">
            <h2>"Notes"</h2>
            {if notes.is_empty() { view! { <p class="answer">"The ticket has no notes."</p> }.into_any() } else {
                view! { <ol class="notes">{notes.into_iter().rev().map(|note| view! { <NoteCard note=note /> }).collect_view()}</ol> }.into_any()
            }}
        </section>
        {alert.ticket.map(|ticket| view! { <Facts ticket=ticket company=company contact=contact read_at=read_at now=now /> })}
        {(!tasks.is_empty()).then(|| view! { <section class="card"><h2>"Tasks"</h2><ul class="edges">{tasks.into_iter().map(task).collect_view()}</ul></section> })}
        {(!configurations.is_empty()).then(|| view! { <section class="card"><h2>"Devices"</h2><ul class="edges">{configurations.into_iter().map(device).collect_view()}</ul></section> })}
        {(!time_entries.is_empty()).then(|| view! { <section class="card"><h2>"Time spent"</h2><ul class="edges">{time_entries.into_iter().map(time).collect_view()}</ul></section> })}
        {(!documents.is_empty()).then(|| view! { <section class="card"><h2>"Documents"</h2><ul class="edges">{documents.into_iter().map(document).collect_view()}</ul></section> })}
        {unread.into_iter().map(|why| view! { <p class="banner"><Icon name="alert" /><span class="grow">{why}</span></p> }).collect_view()}
    }
}

#[component]
fn NoteCard(note: ShownNote) -> impl IntoView {
    let place = match (note.resolution, note.public) {
        (true, _) => "resolution",
        (false, true) => "the customer sees it",
        (false, false) => "internal",
    };
    view! {
        <li>
            <p class="facts"><strong>{note.author.unwrap_or_else(|| "Somebody".to_owned())}</strong>{note.at.map(|at| view! { <Moment at=at /> })}<span>{place}</span></p>
            <div class="note-text" inner_html=note.html></div>
        </li>
    }
}

#[component]
fn Facts(
    ticket: Ticket,
    company: Option<Company>,
    contact: Option<Contact>,
    read_at: Option<Timestamp>,
    now: Timestamp,
) -> impl IntoView {
    let (name, of_company) =
        company.map_or((ticket.company.clone(), None), |company| (Some(company.name.clone()), Some(company)));
    let resources = (!ticket.resources.is_empty()).then(|| ticket.resources.join(", "));
    let rows = [
        ("Board", ticket.board),
        ("Status", ticket.status),
        ("Priority", ticket.priority),
        ("Type", ticket.kind),
        ("Owner", ticket.owner),
        ("Assigned", resources),
        ("Company", name),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(label, value)| Some(view! { <div><dt>{label}</dt><dd>{value?}</dd></div> }));
    let contact =
        contact.or(ticket.contact.map(|name| Contact { name, title: None, email: None, phone: None }));
    view! {
        <section class="card" aria-label="Ticket">
            <h2>"Ticket"</h2>
            <dl class="sheet-of-facts">
                {rows.collect_view()}
                {of_company.map(company_rows)}
                {contact.map(contact_row)}
            </dl>
            <p class="facts">
                <a class="button" href=ticket.url target="_blank" rel="noopener noreferrer"><Icon name="link" />{format!("Ticket #{} in Manage", ticket.id)}</a>
                {read_at.map(|at| view! { <span>"read "<Age at=at now=now /></span> })}
                {ticket.updated_by.map(|by| view! { <span>"last changed by "{by}{ticket.updated_at.map(|at| view! { ", "<Moment at=at /> })}</span> })}
            </p>
        </section>
    }
}

fn company_rows(company: Company) -> impl IntoView {
    let link =
        company.website.clone().filter(|site| site.starts_with("https://") || site.starts_with("http://"));
    view! {
        {company.status.map(|status| view! { <div><dt>"Customer status"</dt><dd>{status}</dd></div> })}
        {company.address.map(|address| view! { <div><dt>"Address"</dt><dd>{address}</dd></div> })}
        {company.phone.map(|phone| view! { <div><dt>"Telephone"</dt><dd><Call number=phone /></dd></div> })}
        {link.map(|site| view! { <div><dt>"Web site"</dt><dd><a href=site.clone() target="_blank" rel="noopener noreferrer nofollow">{site.clone()}</a></dd></div> })}
    }
}

fn contact_row(contact: Contact) -> impl IntoView {
    view! {
        <div><dt>"Contact"</dt><dd class="facts">
            <span>{contact.name}{contact.title.map(|title| format!(", {title}"))}</span>
            {contact.phone.map(|phone| view! { <Call number=phone /> })}
            {contact.email.map(|mail| view! { <a href=format!("mailto:{mail}")><Icon name="mail" />{mail.clone()}</a> })}
        </dd></div>
    }
}

/// A number that a phone calls with one tap.
#[component]
fn Call(number: String) -> impl IntoView {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    view! { <a href=format!("tel:{digits}")><Icon name="phone" />{number}</a> }
}

fn task(task: Task) -> impl IntoView {
    let (icon, class, word) =
        if task.done { ("check", "pill status-unchanged", "Done") } else { ("minus", "pill", "To do") };
    view! {
        <li>
            <span class=class><Icon name=icon />{word}</span>
            <span class="grow">{task.text}{task.resolution.map(|ended| format!(" ({ended})"))}</span>
            {task.member.map(|member| view! { <span class="facts">{member}</span> })}
        </li>
    }
}

fn device(device: Configuration) -> impl IntoView {
    let facts = [
        device.kind,
        device.status,
        device.site,
        device.ip_address,
        device.operating_system,
        device.serial_number.map(|number| format!("serial {number}")),
        device.last_login.map(|name| format!("last used by {name}")),
    ];
    view! {
        <li>
            <Icon name="server" /><strong>{device.name}</strong>
            <span class="facts grow">{facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }).collect_view()}</span>
        </li>
    }
}

fn time(entry: TimeEntry) -> impl IntoView {
    view! {
        <li>
            <Icon name="clock" /><strong>{format!("{:.2} h", entry.hours)}</strong>
            <span class="grow">{entry.text}</span>
            <span class="facts">{entry.member.map(|member| view! { <span>{member}</span> })}{entry.work_type.map(|kind| view! { <span>{kind}</span> })}{entry.started_at.map(|at| view! { <Moment at=at /> })}</span>
        </li>
    }
}

fn document(document: Document) -> impl IntoView {
    let size = document.size.div_ceil(1024);
    view! {
        <li><Icon name="file" /><span class="grow">{document.title}</span><span class="facts">{document.file_name.map(|name| view! { <code>{name}</code> })}<span>{format!("{size} kB")}</span></span></li>
    }
}
