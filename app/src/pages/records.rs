//! Activity: who did what, when.

use crate::{
    api::records,
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading},
        pager::Pager,
        time::Moment,
    },
    text::encode,
};
use domain::audit::{AuditLine, Outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The audit log.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let query = use_query_map();
    let text = Memo::new(move |_| query.read().get("q").filter(|text| !text.is_empty()));
    let cursor = Memo::new(move |_| query.read().get("cursor"));
    let page =
        Resource::new(move || (text.get(), cursor.get()), |(text, cursor)| records::activity(text, cursor));
    let address = move |cursor: Option<String>| {
        let q = text.get_untracked().map(|text| format!("q={}", encode(&text)));
        let cursor = cursor.map(|cursor| format!("cursor={}", encode(&cursor)));
        format!("/activity?{}", [q, cursor].into_iter().flatten().collect::<Vec<_>>().join("&"))
    };
    view! {
        <Title text="Activity" />
        <header class="head"><div><h1>"Activity"</h1><p class="answer">"Every change, by whom and when."</p></div></header>
        <form method="get" class="search" role="search">
            <label class="unseen" for="q">"Search"</label>
            <input id="q" type="search" name="q" placeholder="Who, what or which item" value=move || text.get() />
            <button type="submit" class="button"><Icon name="search" />"Search"</button>
        </form>
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) if page.items.is_empty() => view! { <Empty title="Nothing to show"><p>"No line fits."</p></Empty> }.into_any(),
                    Ok(page) => {
                        let (shown, total) = (page.items.len(), page.total);
                        let first = cursor.get_untracked().map(|_| address(None));
                        let next = page.next_cursor.map(|cursor| address(Some(cursor)));
                        view! {
                            <ol class="activity">{page.items.into_iter().map(line).collect_view()}</ol>
                            <Pager shown=shown total=total first=first next=next />
                        }.into_any()
                    }
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn line(line: AuditLine) -> impl IntoView {
    let icon = match line.outcome {
        Outcome::Ok => "check",
        Outcome::Refused => "minus",
        Outcome::Failed => "alert",
    };
    let kind = line.content_type.map(|kind| view! { <span>{kind.label()}</span> });
    view! {
        <li>
            <Icon name=icon />
            <span><strong>{line.actor_name}</strong>" "{line.summary}</span>
            <span class="facts">{kind}<span>{line.outcome.as_str()}</span><Moment at=line.at /></span>
        </li>
    }
}
