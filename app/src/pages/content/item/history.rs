//! The history of an item: its versions, comparing any two, going back to one.

use super::{Actions, verdicts::KeyInputs};
use crate::components::{icon::Icon, time::Moment};
use domain::content::{ItemKey, view::Version};
use leptos::{form::ActionForm, prelude::*};

/// The versions, newest first.
#[component]
pub fn History(
    /// Them.
    versions: Vec<Version>,
    /// The item.
    key: ItemKey,
    /// Whether the person may roll back.
    may_approve: bool,
    /// The actions of the item.
    actions: Actions,
) -> impl IntoView {
    let base = format!("/content/{}/{}", key.content_type, key.guid);
    if versions.is_empty() {
        return view! { <p class="answer">"No version yet: the first comes with the first sync."</p> }
            .into_any();
    }
    let numbers = versions.iter().map(|version| version.number).collect();
    let action = base.clone();
    let rows = versions.into_iter().map(move |version| {
        view! { <VersionRow version=version base=base.clone() key=key.clone() may=may_approve actions=actions /> }
    });
    view! {
        <Compare action=action versions=numbers from=None to=None />
        <ol class="history">{rows.collect_view()}</ol>
    }
    .into_any()
}

/// Picks any two contents to compare.
#[component]
pub fn Compare(
    /// The address of the item.
    action: String,
    /// The numbers of its versions.
    versions: Vec<u32>,
    /// The old side that is chosen; none for production.
    from: Option<u32>,
    /// The new side that is chosen; none for the source.
    to: Option<u32>,
) -> impl IntoView {
    let options = |none: &'static str, chosen: Option<u32>| {
        let rest = versions.iter().map(|number| {
            view! { <option value=number.to_string() selected=chosen == Some(*number)>{format!("Version {number}")}</option> }
        });
        view! { <option value="" selected=chosen.is_none()>{none}</option>{rest.collect_view()} }
    };
    view! {
        <form method="get" action=action class="compare">
            <label for="compare-from">"Compare"</label>
            <select id="compare-from" name="from">{options("Production", from)}</select>
            <label for="compare-to">"with"</label>
            <select id="compare-to" name="to">{options("The source", to)}</select>
            <button type="submit" class="button small">"Compare"</button>
        </form>
    }
}

#[component]
fn VersionRow(version: Version, base: String, key: ItemKey, may: bool, actions: Actions) -> impl IntoView {
    let number = version.number;
    let before = number.saturating_sub(1);
    let compare = (before > 0).then(|| format!("{base}?from={before}&to={number}"));
    view! {
        <li>
            <p>
                <strong>{format!("Version {number}")}</strong>
                {version.in_production.then(|| view! { <span class="pill status-unchanged"><Icon name="check" />"In production"</span> })}
                <code>{version.content_hash.short().to_owned()}</code>
            </p>
            <p class="facts">
                {version.author.map(|author| view! { <span>"changed by "{author}</span> })}
                <span>"approved by "{version.approved_by}", "<Moment at=version.approved_at /></span>
                <span>"synced by "{version.synced_by}", "<Moment at=version.synced_at /></span>
                {version.note.map(|note| view! { <span>"“"{note}"”"</span> })}
            </p>
            <div class="commands">
                {compare.map(|href| view! { <a class="button small" href=href>{format!("Compare with version {before}")}</a> })}
                {(may && !version.in_production).then(|| view! {
                    <details class="confirm">
                        <summary class="button small">"Roll back to this …"</summary>
                        <ActionForm action=actions.rollback>
                            <KeyInputs key=key.clone() />
                            <input type="hidden" name="version" value=number.to_string() />
                            <label for=format!("reason-{number}")>"Why? Receivers go back with their next sync; the item is held until you lift it."</label>
                            <input id=format!("reason-{number}") name="reason" required=true />
                            <button type="submit" class="button danger">{format!("Roll back to version {number}")}</button>
                        </ActionForm>
                    </details>
                })}
            </div>
        </li>
    }
}
