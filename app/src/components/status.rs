//! Status and approval: icon, word, colour, in that order of importance.

use super::icon::Icon;
use domain::content::{Approval, Status};
use leptos::prelude::*;

/// A status with its icon.
#[component]
pub fn StatusPill(
    /// The status.
    status: Status,
) -> impl IntoView {
    let (icon, class) = match status {
        Status::Unchanged => ("check", "pill status-unchanged"),
        Status::Changed => ("pencil", "pill status-changed"),
        Status::MovedOrDeleted => ("folder-x", "pill status-removed"),
    };
    view! { <span class=class><Icon name=icon />{status.as_str()}</span> }
}

/// An approval with its icon.
#[component]
pub fn ApprovalPill(
    /// The approval.
    approval: Approval,
) -> impl IntoView {
    let (icon, class) = match approval {
        Approval::NoActionNeeded => ("minus", "pill approval-none"),
        Approval::NeedsApproval => ("alert", "pill approval-needed"),
        Approval::ChangeApproved => ("check-check", "pill approval-given"),
        Approval::MoveDeleteApproved => ("folder-check", "pill approval-given"),
    };
    view! { <span class=class><Icon name=icon />{approval.as_str()}</span> }
}

/// What stands in the way of an approval.
#[component]
pub fn Flags(
    /// Whether it holds what looks like secrets.
    secrets: bool,
    /// Whether somebody refused it.
    rejected: bool,
) -> impl IntoView {
    view! {
        {secrets.then(|| view! { <span class="pill status-removed"><Icon name="key" />"Secrets"</span> })}
        {rejected.then(|| view! { <span class="pill status-removed"><Icon name="alert" />"Refused"</span> })}
    }
}
