//! Third step: which tickets become alerts. Rules can be tried on the newest tickets before they are saved: that form
//! is sent as an address, so it works without WebAssembly and can be tried as often as one likes.

use super::{Actions, SaveButton};
use crate::{
    api::{ApiError, connectors::TypedTickets},
    components::{
        field::{TextArea, ValueField},
        icon::Icon,
        notice::Failed,
    },
};
use domain::connector::{Connector, DryRun, DryRunTicket, Mode, Rule};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::params::ParamsMap;

/// The rules that one form holds at most; more are typed after these were saved.
const MOST: usize = 100;

/// The rules that an address asks to try.
pub(super) fn read(query: &ParamsMap) -> Option<TypedTickets> {
    let text = |name: &str| query.get(&format!("typed[{name}]")).unwrap_or_default();
    let rule = |at: usize| {
        let text = |name: &str| query.get(&format!("typed[rules][{at}][{name}]"));
        Some(Rule {
            conditions: text("conditions")?,
            child_conditions: text("child_conditions").unwrap_or_default(),
            custom_field_conditions: text("custom_field_conditions").unwrap_or_default(),
            category: text("category").unwrap_or_default(),
        })
    };
    query.get("try")?;
    Some(TypedTickets {
        mode: text("mode"),
        workflow_trigger_name: text("workflow_trigger_name"),
        workflow_update_name: text("workflow_update_name"),
        workflow_tickets_name: text("workflow_tickets_name"),
        custom_field_retrieved: text("custom_field_retrieved"),
        custom_field_status: text("custom_field_status"),
        custom_field_user: text("custom_field_user"),
        rules: (0..MOST).map_while(rule).collect(),
    })
}

fn kept(connector: &Connector) -> TypedTickets {
    let input = connector.input.clone();
    TypedTickets {
        mode: mode_word(input.mode).to_owned(),
        workflow_trigger_name: input.workflow_trigger_name,
        workflow_update_name: input.workflow_update_name,
        workflow_tickets_name: input.workflow_tickets_name,
        custom_field_retrieved: input.custom_field_retrieved,
        custom_field_status: input.custom_field_status,
        custom_field_user: input.custom_field_user,
        rules: input.rules,
    }
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Workflow => "workflow",
        Mode::Rules => "rules",
    }
}

/// The form, and what the rules would have done.
#[component]
pub fn TicketsStep(
    /// The connector.
    connector: Connector,
    /// The names of the categories.
    categories: Vec<String>,
    /// The rules that are tried.
    #[prop(optional_no_strip)]
    tried: Option<TypedTickets>,
    /// What they would have done.
    #[prop(optional_no_strip)]
    dry_run: Option<Result<DryRun, ApiError>>,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let id = connector.id.to_string();
    let back = actions.tickets.value().get_untracked().and_then(Result::ok);
    let error = back.as_ref().and_then(|back| back.outcome.clone().err());
    let typed = back.filter(|_| error.is_some()).map(|back| back.typed);
    let typed = typed.or(tried).unwrap_or_else(|| kept(&connector));
    let by_rules = typed.mode == "rules";
    let address = format!("/connectors/{id}/tickets");
    let here = error.or_else(|| dry_run.clone().and_then(Result::err));
    view! {
        {dry_run.map(|found| match found {
            Ok(found) => view! { <Found found=found /> }.into_any(),
            Err(ApiError::Invalid(_)) => ().into_any(),
            Err(error) => view! { <Failed error=error /> }.into_any(),
        })}
        <ActionForm action=actions.tickets attr:class="stack">
            <input type="hidden" name="id" value=id />
            <section class="card">
                <h2>"Who chooses the tickets"</h2>
                <label class="mode"><input type="radio" name="typed[mode]" value="workflow" checked=!by_rules />
                    <span><strong>"Workflow rules in Manage"</strong><span class="answer">"Administrators edit the conditions in Manage. Tandem makes three workflow rules and three hidden custom fields there when the connector is enabled."</span></span></label>
                <label class="mode"><input type="radio" name="typed[mode]" value="rules" checked=by_rules />
                    <span><strong>"Rules in Tandem"</strong><span class="answer">"Nothing is made in Manage. You write conditions here, and can try them on the last 200 tickets."</span></span></label>
            </section>
            <details class="card fold" open=!by_rules>
                <summary>"Workflow rules: names in Manage"</summary>
                <Names typed=typed.clone() error=here.clone() />
            </details>
            <details class="card fold" open=by_rules>
                <summary>"Rules in Tandem"</summary>
                <Rules rules=typed.rules categories=categories error=here />
            </details>
            <div class="commands">
                <button type="submit" class="button" formmethod="get" formaction=address formnovalidate="" name="try" value="yes" data-busy="Trying …"><Icon name="search" /><span data-label-text="">"Try on the last 200 tickets"</span></button>
                <SaveButton enabled=connector.enabled />
            </div>
        </ActionForm>
    }
}

#[component]
fn Names(typed: TypedTickets, error: Option<ApiError>) -> impl IntoView {
    let fields = [
        ("workflow_trigger_name", "Rule that makes alerts", typed.workflow_trigger_name),
        ("workflow_update_name", "Rule that changes alerts", typed.workflow_update_name),
        ("workflow_tickets_name", "Rule whose actions change tickets", typed.workflow_tickets_name),
        ("custom_field_retrieved", "Custom field: taken", typed.custom_field_retrieved),
        ("custom_field_status", "Custom field: state", typed.custom_field_status),
        ("custom_field_user", "Custom field: who acted", typed.custom_field_user),
    ];
    view! {
        <p class="answer">"What has one of these names already is used as it is. Names from another product can be typed here."</p>
        <div class="row-form">
            {fields.into_iter().map(|(name, label, value)| {
                let wrong = error.as_ref().and_then(|error| error.field(name));
                view! { <ValueField name=format!("typed[{name}]") label=label value=value wrong=wrong /> }
            }).collect_view()}
        </div>
    }
}

#[component]
fn Rules(rules: Vec<Rule>, categories: Vec<String>, error: Option<ApiError>) -> impl IntoView {
    let there = rules.len();
    // One more, empty, to be filled in; an empty rule does not count.
    let rules = rules.into_iter().chain((there < MOST).then(|| Rule {
        category: categories.first().cloned().unwrap_or_else(|| "General".to_owned()),
        ..Rule::default()
    }));
    view! {
        <p class="answer">"A ticket alerts when it fits all conditions of a rule; the first rule that fits names the category. Empty a rule to remove it."</p>
        <datalist id="rule-categories">{categories.into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
        {rules.enumerate().map(|(at, rule)| view! { <RuleFields at=at rule=rule fresh=at == there error=error.clone() /> }).collect_view()}
        <details class="issues">
            <summary>"How conditions are written"</summary>
            <ul>
                <li><code>"board/name = \"Service Desk\" and priority/name = \"Priority 1 - Critical\""</code></li>
                <li><code>"status/name in (\"New\", \"New (not responded)\")"</code>" one of several"</li>
                <li><code>"summary contains \"down\""</code>" and "<code>"company/identifier != \"XYZ\""</code></li>
                <li>"Dates stand in brackets: "<code>"dateEntered > [2026-11-25T00:00:00Z]"</code></li>
            </ul>
        </details>
    }
}

#[component]
fn RuleFields(at: usize, rule: Rule, fresh: bool, error: Option<ApiError>) -> impl IntoView {
    let name = |field: &str| format!("typed[rules][{at}][{field}]");
    let id = |field: &str| format!("rule-{at}-{field}");
    let wrong = |field: &str| error.as_ref().and_then(|error| error.field(&format!("rules[{at}].{field}")));
    let text = |field: &'static str, label: &'static str, value: String| {
        let (wrong, note) = (wrong(field), id(&format!("{field}-note")));
        view! {
            <div class="field">
                <label for=id(field)>{label}</label>
                <TextArea id=id(field) name=name(field) value=value rows=2 required=false described_by=note.clone() />
                {wrong.map(|wrong| view! { <p id=note class="field-note field-wrong">{wrong}</p> })}
            </div>
        }
    };
    let title = if fresh { "Another rule".to_owned() } else { format!("Rule {}", at + 1) };
    let more = !rule.child_conditions.is_empty() || !rule.custom_field_conditions.is_empty();
    view! {
        <fieldset class="rule">
            <legend>{title}</legend>
            {text("conditions", "Conditions", rule.conditions)}
            <details class="issues" open=more>
                <summary>"Conditions on children and custom fields"</summary>
                {text("child_conditions", "Child conditions", rule.child_conditions)}
                {text("custom_field_conditions", "Custom field conditions", rule.custom_field_conditions)}
            </details>
            <div class="field">
                <label for=id("category")>"Category of its alerts"</label>
                <input id=id("category") name=name("category") value=rule.category list="rule-categories" autocomplete="off" maxlength="100" />
                {wrong("category").map(|wrong| view! { <p class="field-note field-wrong">{wrong}</p> })}
            </div>
        </fieldset>
    }
}

/// `These 14 of the last 200 tickets would have alerted`
#[component]
fn Found(found: DryRun) -> impl IntoView {
    let words = match (found.would_alert, found.looked_at) {
        (_, 0) => "Manage shows no ticket to try them on.".to_owned(),
        (0, looked) => format!("None of the last {looked} tickets would have alerted."),
        (1, looked) => format!("This 1 of the last {looked} tickets would have alerted:"),
        (many, looked) => format!("These {many} of the last {looked} tickets would have alerted:"),
    };
    let (chosen, others): (Vec<_>, Vec<_>) =
        found.tickets.into_iter().partition(|ticket| ticket.chosen_by.is_some());
    let mode = found.mode;
    let quiet = others.len();
    view! {
        <section class="card dry-run" aria-label="What these rules would have done">
            <h2>{words}</h2>
            <ul class="edges" tabindex="0" aria-label="Tickets that would have alerted">{chosen.into_iter().map(|ticket| tried(ticket, mode)).collect_view()}</ul>
            {(quiet > 0).then(|| view! {
                <details class="issues"><summary>{format!("{quiet} would not")}</summary><ul class="edges">{others.into_iter().map(|ticket| tried(ticket, mode)).collect_view()}</ul></details>
            })}
            <p class="answer">"Nothing was saved and nothing was alerted."</p>
        </section>
    }
}

fn tried(ticket: DryRunTicket, mode: Mode) -> impl IntoView {
    let by = ticket.chosen_by.map(|by| match (mode, by.parse::<usize>()) {
        (Mode::Rules, Ok(at)) => format!("rule {}", at + 1),
        _ => by,
    });
    let facts = [ticket.board, ticket.status, by, ticket.category];
    view! {
        <li><span class="facts">{format!("#{}", ticket.id)}</span><span class="grow">{ticket.summary}</span><span class="facts">{facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }).collect_view()}</span></li>
    }
}
