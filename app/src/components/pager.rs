//! First page and next page of a list, as links.

use leptos::prelude::*;

/// The foot of a list.
#[component]
pub fn Pager(
    /// Rows on this page.
    shown: usize,
    /// Rows on all pages.
    total: u64,
    /// Where the first page is; none on the first page.
    first: Option<String>,
    /// Where the next page is; none on the last.
    next: Option<String>,
    /// How far rows are counted, where they are not all counted.
    #[prop(default = u64::MAX)]
    counted_to: u64,
) -> impl IntoView {
    let total = counted(total, counted_to);
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{format!("{shown} of {total}")}</span>
            {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
            {next.map(|href| view! { <a class="button" href=href>"Next page"</a> })}
        </nav>
    }
}

/// A number that was counted so far and no further: `1000+`.
pub fn counted(number: u64, to: u64) -> String {
    if number < to { number.to_string() } else { format!("{to}+") }
}
