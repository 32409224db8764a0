//! The rows of a table, in one form: what is checked is what was shown.

use super::links::TableState;
use crate::{
    api::content::Approve,
    components::{
        icon::Icon,
        status::{ApprovalPill, Flags, StatusPill},
    },
    text::write_seen,
};
use domain::content::{
    Approval, ContentType, Status,
    view::{ItemRow, ItemSort},
};
use leptos::{form::ActionForm, prelude::*};

/// The rows with their check boxes and buttons.
#[component]
pub fn Rows(
    /// The type.
    kind: ContentType,
    /// The rows.
    items: Vec<ItemRow>,
    /// The state of the table, for the headings' links.
    state: TableState,
    /// Whether the person may approve.
    may_approve: bool,
    /// The action that approves.
    approve: ServerAction<Approve>,
) -> impl IntoView {
    let heading = move |label: &'static str, sort: ItemSort| {
        let order = (state.filter.sort == sort).then_some(if state.filter.descending {
            "descending"
        } else {
            "ascending"
        });
        view! { <th scope="col" aria-sort=order><a href=state.sorted(sort).href(kind)>{label}</a></th> }
    };
    view! {
        <ActionForm action=approve>
            <input type="hidden" name="kind" value=kind.as_str() />
            <div class="table-frame">
                <table class="items">
                    <thead>
                        <tr>
                            <th scope="col" class="check">
                                <input type="checkbox" aria-label="Check all shown that wait for approval" disabled=!may_approve data-check-all="" />
                            </th>
                            {heading("ID", ItemSort::LocalId)}
                            {heading("Name", ItemSort::Name)}
                            {heading("Version", ItemSort::Version)}
                            {heading("Status", ItemSort::Status)}
                            {heading("Approved", ItemSort::Approval)}
                            <th scope="col">"Approve"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {items.into_iter().map(|row| view! { <Row kind=kind row=row may_approve=may_approve /> }).collect_view()}
                    </tbody>
                </table>
            </div>
            {may_approve.then(|| view! {
                <div class="selection">
                    <button type="submit" class="button primary">
                        <Icon name="check-check" />
                        <span data-count="Approve checked rows|Approve this 1|Approve these {}">"Approve checked rows"</span>
                    </button>
                </div>
            })}
        </ActionForm>
    }
}

fn waits(row: &ItemRow) -> bool {
    row.approval == Approval::NeedsApproval && !row.held && !row.secrets
}

/// What happened to an item, where its status does not say the same already.
pub(super) fn change_word(row: &ItemRow) -> Option<&'static str> {
    let word = row.change.filter(|_| row.status != Status::Unchanged)?.as_str();
    (!row.status.as_str().eq_ignore_ascii_case(word)).then_some(word)
}

fn value(row: &ItemRow) -> String {
    write_seen(&row.guid, row.candidate_hash.as_ref())
}

#[component]
fn Row(kind: ContentType, row: ItemRow, may_approve: bool) -> impl IntoView {
    let (seen, waiting) = (value(&row), waits(&row));
    let inert = !may_approve || !waiting;
    let why = match (row.status, row.approval) {
        _ if !may_approve => "Your role does not approve",
        (Status::Unchanged, _) => "Nothing to approve: unchanged",
        _ if row.held => "Held after a rollback: lift the hold first",
        _ if row.secrets => "Holds what looks like secrets: open it",
        (_, Approval::NeedsApproval) => "Approve what is shown",
        _ => "Approved already: Sync publishes it",
    };
    let label = format!("Approve {}", row.name);
    let given = matches!(row.approval, Approval::ChangeApproved | Approval::MoveDeleteApproved);
    let back =
        (may_approve && given).then(|| (seen.clone(), format!("Take back the approval of {}", row.name)));
    let partly = (row.approvals_required > 1 && row.approval == Approval::NeedsApproval)
        .then(|| format!("{} of {} approvals", row.approvals_given, row.approvals_required));
    let told = change_word(&row);
    view! {
        <tr data-row="">
            <td class="check">
                <input type="checkbox" name="seen[]" value=seen.clone() disabled=inert aria-label=format!("Check {}", row.name) />
            </td>
            <td class="id" data-label="ID">{row.local_id.map(|id| id.to_string()).unwrap_or_else(|| "–".into())}</td>
            <td class="name" data-label="Name">
                <a data-open="" href=format!("/content/{kind}/{}", row.guid)>{row.name}</a>
                <span class="path">{row.path}</span>
            </td>
            <td class="version" data-label="Version">{row.version.map(|number| number.to_string()).unwrap_or_else(|| "–".into())}</td>
            <td data-label="Status"><StatusPill status=row.status />{told.map(|told| view! { <span class="change">{told}</span> })}</td>
            <td data-label="Approved">
                <ApprovalPill approval=row.approval /><Flags secrets=row.secrets rejected=row.rejected />
                {partly.map(|partly| view! { <span class="change">{partly}</span> })}
            </td>
            <td class="act">
                {match back {
                    Some((seen, label)) => view! { <button type="submit" name="back" value=seen class="button small" aria-label=label>"Take back"</button> }.into_any(),
                    None => view! { <button type="submit" name="only" value=seen class="button small" data-press="a" disabled=inert title=why aria-label=label>"Approve"</button> }.into_any(),
                }}
            </td>
        </tr>
    }
}
