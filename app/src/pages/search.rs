//! Searching the text of all content: which scripts contain this address.

use crate::{
    api::search,
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading},
        pager::Pager,
        status::StatusPill,
    },
    text::encode,
};
use domain::content::{
    ContentType,
    search::{LEAST_QUERY, MOST_QUERY, SearchHit},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What is searched for, as the address says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wanted {
    query: String,
    kind: Option<ContentType>,
    cursor: Option<String>,
}

impl Wanted {
    fn href(&self, cursor: Option<String>) -> String {
        let kind = self.kind.map_or("", ContentType::as_str);
        let cursor = cursor.map(|cursor| format!("&cursor={}", encode(&cursor))).unwrap_or_default();
        format!("/search?q={}&type={kind}{cursor}", encode(&self.query))
    }
}

/// The search page.
#[component]
pub fn SearchPage() -> impl IntoView {
    let address = use_query_map();
    let wanted = Memo::new(move |_| {
        let address = address.read();
        Wanted {
            query: address.get("q").unwrap_or_default().trim().to_owned(),
            kind: address.get("type").and_then(|text| text.parse().ok()),
            cursor: address.get("cursor").filter(|text| !text.is_empty()),
        }
    });
    let found = Resource::new(
        move || wanted.get(),
        |wanted| async move {
            if wanted.query.is_empty() {
                return None;
            }
            Some(search::search(wanted.query, wanted.kind, wanted.cursor).await)
        },
    );
    view! {
        <Title text="Search content" />
        <header class="head"><div>
            <h1>"Search content"</h1>
            <p class="answer">"Every line of every script, search, monitor and the rest, as the source holds it now. Secrets are hidden and cannot be found."</p>
        </div></header>
        <form method="get" action="/search" class="search" role="search">
            <label class="unseen" for="q">"Text"</label>
            <input id="q" type="search" name="q" placeholder="An address, a command, a name" required=true
                minlength=LEAST_QUERY.to_string() maxlength=MOST_QUERY.to_string() value=move || wanted.get().query />
            <label class="unseen" for="type">"Type"</label>
            <select id="type" name="type">
                <option value="">"All types"</option>
                {ContentType::ALL.map(|kind| view! {
                    <option value=kind.as_str() selected=move || wanted.get().kind == Some(kind)>{kind.label()}</option>
                })}
            </select>
            <button type="submit" class="button"><Icon name="search" />"Search"</button>
        </form>
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                let wanted = wanted.get_untracked();
                match found.await {
                    None => view! { <p class="answer">{format!("Type at least {LEAST_QUERY} characters.")}</p> }.into_any(),
                    Some(Err(error)) => view! { <Failed error=error /> }.into_any(),
                    Some(Ok(page)) if page.items.is_empty() => view! {
                        <Empty title="Nothing contains this text">
                            <p>"Upper and lower case do not matter; every other character does."</p>
                        </Empty>
                    }.into_any(),
                    Some(Ok(page)) => {
                        let first = wanted.cursor.as_ref().map(|_| wanted.href(None));
                        let next = page.next_cursor.map(|cursor| wanted.href(Some(cursor)));
                        let shown = page.items.len();
                        view! {
                            <ul class="plan hits">{page.items.into_iter().map(hit).collect_view()}</ul>
                            <Pager shown=shown total=page.total first=first next=next />
                        }.into_any()
                    }
                }
            })}
        </Transition>
    }
}

fn hit(hit: SearchHit) -> impl IntoView {
    let lines = hit.lines.into_iter().map(|line| {
        view! { <p><span class="facts">{line.place}</span><code>{line.text}</code></p> }
    });
    view! {
        <li>
            <p>
                <a href=format!("/content/{}/{}", hit.content_type, hit.guid)>{hit.name}</a>
                <StatusPill status=hit.status />
                <span class="facts">{hit.content_type.label()}{(!hit.path.is_empty()).then(|| format!(" · {}", hit.path))}</span>
            </p>
            {lines.collect_view()}
        </li>
    }
}
