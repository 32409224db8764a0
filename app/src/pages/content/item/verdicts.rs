//! What a reviewer can say about an item: approve, refuse with a reason, accept what looks like secrets.

use super::Actions;
use crate::{
    components::{icon::Icon, time::Moment},
    text::write_seen,
};
use domain::content::{
    Approval, Change, ItemKey, Status,
    view::{ItemDetail, ItemRow, ShownSecret},
};
use leptos::{form::ActionForm, prelude::*};

/// What approving and syncing an item would do to production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// It comes.
    Add,
    /// It changes.
    Change,
    /// It goes to another folder.
    Move,
    /// It goes, because it is gone at the source.
    Delete,
    /// It goes, because it left the published folders.
    Withdraw,
}

/// What would become of an item.
pub fn change(row: &ItemRow) -> Effect {
    match (row.status, row.change) {
        (Status::Unchanged, _) | (_, None) => Effect::None,
        (_, Some(Change::Added)) => Effect::Add,
        (_, Some(Change::Changed)) => Effect::Change,
        (_, Some(Change::Deleted)) => Effect::Delete,
        (_, Some(Change::Moved)) if row.candidate_hash.is_none() => Effect::Withdraw,
        (_, Some(Change::Moved)) => Effect::Move,
    }
}

/// What is said once it is approved.
pub fn approved(row: &ItemRow) -> &'static str {
    match change(row) {
        Effect::Delete | Effect::Withdraw => "Approved. The next sync removes it.",
        Effect::Move => "Approved. The next sync moves it.",
        _ => "Approved. Sync publishes it.",
    }
}

/// What the button says: nobody approves a deletion unawares.
fn approve_words(row: &ItemRow) -> &'static str {
    match change(row) {
        Effect::Delete => "Approve deletion",
        Effect::Withdraw => "Approve removal",
        Effect::Move => "Approve move",
        _ => "Approve",
    }
}

/// The buttons beside the name.
#[component]
pub fn Verdicts(
    /// The item.
    row: ItemRow,
    /// Its actions.
    actions: Actions,
) -> impl IntoView {
    let kind = row.content_type;
    let seen = write_seen(&row.guid, row.candidate_hash.as_ref());
    let (back, refused) = (seen.clone(), seen.clone());
    let given = matches!(row.approval, Approval::ChangeApproved | Approval::MoveDeleteApproved);
    let waits = row.approval == Approval::NeedsApproval && !row.held;
    let approve = approve_words(&row);
    view! {
        <div class="commands verdicts">
            {(given || row.approvals_given > 0).then(|| view! {
                <ActionForm action=actions.unapprove>
                    <input type="hidden" name="kind" value=kind.as_str() /><input type="hidden" name="seen" value=back />
                    <button type="submit" class="button">"Take approval back"</button>
                </ActionForm>
            })}
            {(waits || given).then(|| view! {
                <details class="confirm reject">
                    <summary class="button">"Refuse …"</summary>
                    <ActionForm action=actions.reject>
                        <input type="hidden" name="kind" value=kind.as_str() /><input type="hidden" name="seen" value=refused />
                        <label for="reject-note">"Why? It stands here until the item is edited."</label>
                        <input id="reject-note" name="note" required=true maxlength="1000" />
                        <button type="submit" class="button danger">"Refuse this change"</button>
                    </ActionForm>
                </details>
            })}
            {waits.then(|| view! {
                <ActionForm action=actions.approve>
                    <input type="hidden" name="kind" value=kind.as_str() /><input type="hidden" name="only" value=seen />
                    <button type="submit" class="button primary" disabled=row.secrets><Icon name="check" />{approve}</button>
                </ActionForm>
            })}
            {row.held.then(|| view! {
                <ActionForm action=actions.lift>
                    <KeyInputs key=ItemKey::new(kind, row.guid.clone()) />
                    <button type="submit" class="button">"Lift the hold"</button>
                </ActionForm>
            })}
        </div>
    }
}

/// The key of an item in a form.
#[component]
pub fn KeyInputs(
    /// The item.
    key: ItemKey,
) -> impl IntoView {
    view! {
        <input type="hidden" name="key[type]" value=key.content_type.as_str() />
        <input type="hidden" name="key[guid]" value=key.guid.to_string() />
    }
}

/// What stands in the way: a refusal, and what looks like secrets.
#[component]
pub fn Remarks(
    /// The item.
    item: ItemDetail,
    /// Whether the person may accept secrets.
    may_approve: bool,
    /// Its actions.
    actions: Actions,
) -> impl IntoView {
    let refusal = item.rejection.clone().map(|rejection| view! {
        <section class="banner refusal">
            <Icon name="alert" />
            <p><strong>"Refused by "{rejection.by}</strong>", "<Moment at=rejection.at />": "{rejection.note}</p>
        </section>
    });
    let open: Vec<ShownSecret> =
        item.secret_findings.iter().filter(|finding| !finding.accepted).cloned().collect();
    let accepted =
        item.accepted_secrets.clone().filter(|_| open.is_empty() && !item.secret_findings.is_empty());
    view! {
        {refusal}
        {(!open.is_empty()).then(|| view! { <Secrets row=item.row.clone() open=open may_approve=may_approve actions=actions /> })}
        {accepted.map(|accepted| view! {
            <p class="answer">"Holds what looks like secrets; accepted by "{accepted.by}", "<Moment at=accepted.at />": "{accepted.reason}</p>
        })}
    }
}

#[component]
fn Secrets(row: ItemRow, open: Vec<ShownSecret>, may_approve: bool, actions: Actions) -> impl IntoView {
    let key = ItemKey::new(row.content_type, row.guid.clone());
    let count = open.len();
    let told = if count == 1 {
        "One text looks like a secret".to_owned()
    } else {
        format!("{count} texts look like secrets")
    };
    let lines = open.into_iter().map(|finding| view! { <li>{finding.kind.label()}" · "{finding.place}</li> });
    view! {
        <section class="banner secrets" aria-label="Secrets">
            <Icon name="key" />
            <div>
                <p><strong>{told}</strong>". Every receiver would get them. They are hidden on all screens; take them out at the source, or accept them with a reason. Until then the item cannot be approved."</p>
                <ul>{lines.collect_view()}</ul>
                {row.candidate_hash.filter(|_| may_approve).map(|hash| view! {
                    <details class="confirm">
                        <summary class="button small">"Accept …"</summary>
                        <ActionForm action=actions.accept>
                            <KeyInputs key=key />
                            <input type="hidden" name="seen" value=hash.to_string() />
                            <label for="accept-reason">"Why may they go to every receiver? Do not write the secret here."</label>
                            <input id="accept-reason" name="reason" required=true maxlength="1000" />
                            <button type="submit" class="button danger">"Accept these secrets"</button>
                        </ActionForm>
                    </details>
                })}
            </div>
        </section>
    }
}
