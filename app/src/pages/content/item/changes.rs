//! What changed in an item: in words, then line by line, page by page.

use super::{history::Compare, verdicts::Effect};
use crate::pages::content::diff::{Differences, Reading};
use domain::diff::{DiffSide, ItemDiff, Outline};
use leptos::prelude::*;

/// The differences; how the item reads where there are none.
#[component]
pub fn Changed(
    /// The differences.
    diff: ItemDiff,
    /// The reading, and where its next page starts.
    reading: Option<(Outline, Option<String>)>,
    /// The numbers of the versions.
    versions: Vec<u32>,
    /// What would become of the item.
    change: Effect,
    /// The item's address.
    base: String,
    /// The old side that was chosen.
    from: Option<u32>,
    /// The new side that was chosen.
    to: Option<u32>,
    /// Whether this is a later page.
    paged: bool,
) -> impl IntoView {
    let sides = [from.map(|number| format!("from={number}")), to.map(|number| format!("to={number}"))];
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    let address = {
        let base = base.clone();
        move |cursor: Option<String>| {
            let pairs =
                [sides.clone(), cursor.map(|cursor| format!("cursor={cursor}")).into_iter().collect()]
                    .concat();
            if pairs.is_empty() { base.clone() } else { format!("{base}?{}", pairs.join("&")) }
        }
    };
    let effect = effect(change).filter(|_| from.is_none() && to.is_none());
    let intro = effect.map_or_else(|| intro(&diff, change), ToOwned::to_owned);
    let next = diff.next_cursor.clone().or_else(|| reading.as_ref().and_then(|(_, next)| next.clone()));
    let choice =
        (!versions.is_empty()).then(|| view! { <Compare action=base versions=versions from=from to=to /> });
    view! {
        <p class="answer">{intro}</p>
        {choice}
        {(!diff.words.is_empty()).then(|| view! {
            <ul class="words">{diff.words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()}</ul>
        })}
        <Differences sections=diff.sections />
        {reading.map(|(outline, _)| view! { <Reading outline=outline /> })}
        {(paged || next.is_some()).then(|| view! {
            <nav class="pager" aria-label="Pages of this comparison">
                {(diff.total_rows > 0).then(|| view! { <span>{format!("{} rows in all", diff.total_rows)}</span> })}
                {paged.then(|| view! { <a class="button" href=address(None)>"From the start"</a> })}
                {next.map(|next| view! { <a class="button" href=address(Some(next))>"Next rows"</a> })}
            </nav>
        })}
    }
}

/// What a comparison with production comes to, where it is more than lines that differ.
fn effect(change: Effect) -> Option<&'static str> {
    match change {
        Effect::Add => Some("New: not in production yet."),
        Effect::Delete => Some("Deleted at the source; a sync removes it from every receiver."),
        Effect::Withdraw => Some("It left the published folders; a sync removes it from every receiver."),
        Effect::None | Effect::Change | Effect::Move => None,
    }
}

fn intro(diff: &ItemDiff, change: Effect) -> String {
    let label =
        |side: &Option<DiffSide>| side.as_ref().map_or("nothing".to_owned(), |side| side.label.clone());
    if diff.total_rows > 0 {
        format!("From {} to {}.", label(&diff.from), label(&diff.to))
    } else if change == Effect::None {
        "Unchanged: this is what production serves.".to_owned()
    } else {
        "No difference between the two.".to_owned()
    }
}
