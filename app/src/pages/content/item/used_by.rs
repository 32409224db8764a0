//! What an item needs and what needs it, all the way, with circles marked; and who is served it differently.

use crate::{
    api::content::ServedClient,
    components::{icon::Icon, status::StatusPill},
};
use domain::{
    client::ExceptionKind,
    content::{
        ItemKey,
        tree::{DependencyTree, Mark, TreeNode},
    },
    diff::unnamed,
};
use leptos::prelude::*;

/// Both trees.
#[component]
pub fn Trees(
    /// What it needs.
    uses: DependencyTree,
    /// What needs it.
    used_by: DependencyTree,
) -> impl IntoView {
    view! {
        <div class="two">
            <section><h2>"Uses"</h2><Tree tree=uses none="It needs nothing else." /></section>
            <section><h2>"Used by"</h2><Tree tree=used_by none="Nothing that Tandem knows uses it." /></section>
        </div>
    }
}

/// How each API client is served the item, with the way to an exception.
#[component]
pub fn Clients(
    /// The clients; none shows nothing.
    clients: Vec<ServedClient>,
    /// The item.
    key: ItemKey,
) -> impl IntoView {
    let rows = clients.into_iter().map(|client| {
        let served = match &client.exception {
            None => "as its ring serves it".to_owned(),
            Some(exception) => {
                let how = match exception.kind {
                    ExceptionKind::KeepOut => "kept out",
                    ExceptionKind::Pin => "pinned to a version",
                    ExceptionKind::Hold => "held",
                };
                format!("{how}: {}", exception.reason)
            }
        };
        let href = format!("/clients/{}?item={key}#exceptions", client.id);
        let label = format!("Exception for {}", client.name);
        view! { <li><strong>{client.name}</strong>" "<span>{served}</span>" "<a class="button small" href=href aria-label=label>"Exception …"</a></li> }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section><h2>"API clients"</h2><ul class="edges">{rows}</ul></section>
        }
    })
}

#[component]
fn Tree(tree: DependencyTree, none: &'static str) -> impl IntoView {
    if tree.nodes.is_empty() {
        return view! { <p class="answer">{none}</p> }.into_any();
    }
    let rows = tree.nodes.into_iter().map(node);
    view! {
        <ul class="edges tree">{rows.collect_view()}</ul>
        {tree.is_cut.then(|| view! { <p class="answer">"There is more than this page shows."</p> })}
    }
    .into_any()
}

fn node(node: TreeNode) -> impl IntoView {
    let name = node.name.clone().unwrap_or_else(|| unnamed(&node.reference));
    let place = node.reference.key().filter(|_| node.name.is_some());
    let name = match place {
        Some(key) => {
            view! { <a href=format!("/content/{}/{}", key.content_type, key.guid)>{name}</a> }.into_any()
        }
        None => view! { <span>{name}</span> }.into_any(),
    };
    let mark = node.mark.map(|mark| match mark {
        Mark::Cycle => {
            view! { <span class="pill approval-none"><Icon name="refresh" />"goes in a circle"</span> }
                .into_any()
        }
        Mark::Repeated => view! { <span class="pill approval-none">"shown above"</span> }.into_any(),
        Mark::Missing => {
            view! { <span class="pill status-removed"><Icon name="alert" />"no source holds it"</span> }
                .into_any()
        }
    });
    let absent = (!node.in_production && node.mark != Some(Mark::Missing))
        .then(|| view! { <span class="pill status-changed"><Icon name="alert" />"not in production"</span> });
    view! {
        <li data-depth=node.depth.min(8).to_string()>
            <span class="unseen">{format!("level {}: ", node.depth)}</span>
            {name}{node.status.map(|status| view! { <StatusPill status=status /> })}{absent}{mark}
        </li>
    }
}
