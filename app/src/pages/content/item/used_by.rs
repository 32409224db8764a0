//! What an item needs and what needs it, all the way, with circles marked.

use crate::components::{icon::Icon, status::StatusPill};
use domain::content::tree::{DependencyTree, Mark, TreeNode};
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
    let name = node.name.clone().unwrap_or_else(|| node.reference.to_string());
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
