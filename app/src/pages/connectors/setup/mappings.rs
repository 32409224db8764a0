//! Fourth step: what is carried over between alert and ticket, with a look at what exactly would be written.

use super::{Actions, SaveButton};
use crate::{
    api::ApiError,
    components::{icon::Icon, notice::Failed},
};
use domain::connector::{BoardStatus, Connector, ConnectorInput, Mode, OwnerAssignment, Preview, Winner};
use leptos::{form::ActionForm, prelude::*};

/// The form, and what reaching a state would write.
#[component]
pub fn MappingsStep(
    /// The connector.
    connector: Connector,
    /// Boards with their statuses.
    boards: Vec<(String, Vec<String>)>,
    /// What reaching a state would write.
    #[prop(optional_no_strip)]
    preview: Option<Result<Vec<Preview>, ApiError>>,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let id = connector.id.to_string();
    let (saved, to_preview) =
        (id.clone(), move |state: &str| format!("/connectors/{id}/mappings?preview={state}"));
    let input = connector.input;
    let by_rules = input.mode == Mode::Rules;
    let owner = input.owner_assignment;
    let owners = [
        (OwnerAssignment::Never, "never", "Never"),
        (OwnerAssignment::Acknowledge, "acknowledge", "When somebody acknowledges"),
        (OwnerAssignment::Close, "close", "When somebody closes"),
        (OwnerAssignment::Both, "both", "Both"),
    ];
    let winners = [
        (Winner::Manage, "manage", "What was done in Manage"),
        (Winner::Tandem, "tandem", "What was done here"),
    ];
    let winner = input.conflict_winner;
    view! {
        {preview.map(|found| match found {
            Ok(found) => view! { <Previews found=found /> }.into_any(),
            Err(error) => view! { <Failed error=error /> }.into_any(),
        })}
        <ActionForm action=actions.mappings attr:class="stack">
            <input type="hidden" name="id" value=saved />
            <Switches input=input.clone() />
            {by_rules.then(|| view! { <Boards boards=boards kept=input.board_status_mapping /> })}
            <section class="card row-form">
                <div class="field"><label for="owner">"The person who acts becomes the ticket's owner"</label>
                    <select id="owner" name="typed[owner_assignment]">
                        {owners.into_iter().map(|(one, value, words)| view! { <option value=value selected=one == owner>{words}</option> }).collect_view()}
                    </select>
                    <p class="field-note">"By their office mail address; the next step shows who is who"</p>
                </div>
                <div class="field"><label for="winner">"When both sides changed it at the same time"</label>
                    <select id="winner" name="typed[conflict_winner]">
                        {winners.into_iter().map(|(one, value, words)| view! { <option value=value selected=one == winner>{words}</option> }).collect_view()}
                    </select>
                    <p class="field-note">"stands; the other is told in the timeline"</p>
                </div>
            </section>
            <div class="commands"><SaveButton enabled=connector.enabled /></div>
        </ActionForm>
        <section class="card">
            <h2>"What exactly would be written"</h2>
            <p class="answer">"For the newest tickets, with the settings as they are saved. Nothing is written."</p>
            <div class="commands">
                <a class="button" href=to_preview("acknowledged")><Icon name="hand" />"On acknowledge"</a>
                <a class="button" href=to_preview("closed")><Icon name="close" />"On close"</a>
            </div>
        </section>
    }
}

#[component]
fn Switches(input: ConnectorInput) -> impl IntoView {
    let on = input.status_mapping;
    let switches = [
        (
            "cw_to_acknowledged",
            "Ticket is updated in Manage → alert is acknowledged here",
            on.cw_to_acknowledged,
        ),
        ("cw_to_closed", "Ticket is closed in Manage → alert is closed here", on.cw_to_closed),
        (
            "acknowledged_to_cw",
            "Alert is acknowledged here → ticket is updated in Manage",
            on.acknowledged_to_cw,
        ),
        ("closed_to_cw", "Alert is closed here → ticket is updated in Manage", on.closed_to_cw),
    ];
    view! {
        <fieldset class="card switches">
            <legend>"What is carried over"</legend>
            {switches.into_iter().map(|(name, words, on)| view! {
                <label class="tick"><input type="checkbox" name="typed[switches][]" value=name checked=on />{words}</label>
            }).collect_view()}
        </fieldset>
    }
}

#[component]
fn Boards(boards: Vec<(String, Vec<String>)>, kept: Vec<BoardStatus>) -> impl IntoView {
    let gone = kept
        .iter()
        .filter(|one| !boards.iter().any(|(name, _)| *name == one.board))
        .map(|one| (one.board.clone(), Vec::new()));
    let rows: Vec<(String, Vec<String>)> = boards.iter().cloned().chain(gone).collect();
    let count = rows.len();
    let rows = rows.into_iter().enumerate().map(|(at, (board, statuses))| {
        let of = kept.iter().find(|one| one.board == board).cloned().unwrap_or_default();
        let pick = |field: &'static str, label: &'static str, chosen: Option<String>| {
            let id = format!("board-{at}-{field}");
            let options: Vec<String> = statuses.iter().cloned().chain(chosen.clone().filter(|one| !statuses.contains(one))).collect();
            view! {
                <div class="field"><label for=id.clone()>{label}</label>
                    <select id=id name=format!("typed[boards][{at}][{field}]")>
                        <option value="">"Leave it as it is"</option>
                        {options.into_iter().map(|name| view! { <option selected=chosen.as_ref() == Some(&name) value=name.clone()>{name.clone()}</option> }).collect_view()}
                    </select>
                </div>
            }
        };
        view! {
            <fieldset class="rule">
                <legend>{board.clone()}</legend>
                <input type="hidden" name=format!("typed[boards][{at}][board]") value=board.clone() />
                <div class="row-form">
                    {pick("acknowledged_status", "Status when acknowledged", of.acknowledged_status)}
                    {pick("closed_status", "Status when closed", of.closed_status)}
                </div>
            </fieldset>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card">
            <h2>"Statuses by board"</h2>
            {if count == 0 { view! { <p class="answer">"Manage did not say which boards there are. Look at the permissions, then come back."</p> }.into_any() } else { rows.into_any() }}
        </section>
    }
}

#[component]
fn Previews(found: Vec<Preview>) -> impl IntoView {
    let tickets = found.into_iter().map(|preview| {
        let nothing = preview.writes.is_empty() && preview.impossible.is_empty();
        view! {
            <li>
                <strong>{format!("#{}", preview.ticket_id)}</strong>
                <ul class="grow words">
                    {preview.writes.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
                    {preview.impossible.into_iter().map(|line| view! { <li class="warning">"Not possible: "{line}</li> }).collect_view()}
                    {nothing.then(|| view! { <li>"Nothing would be written"</li> })}
                </ul>
            </li>
        }
    });
    let tickets = tickets.collect_view();
    view! {
        <section class="card dry-run" aria-label="What would be written">
            <h2>"What would be written"</h2>
            {if tickets.is_empty() { view! { <p class="answer">"Manage shows no ticket to look at."</p> }.into_any() } else { view! { <ul class="edges" tabindex="0" aria-label="By ticket">{tickets}</ul> }.into_any() }}
        </section>
    }
}
