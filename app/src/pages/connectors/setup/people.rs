//! Fifth step: who is who in Manage. People without a match stand first, because their tickets get no owner.

use super::Actions;
use crate::{
    api::ApiError,
    components::{icon::Icon, notice::Failed},
};
use domain::connector::{Connector, MemberMatch};
use leptos::{form::ActionForm, prelude::*};

/// Everybody with their member.
#[component]
pub fn PeopleStep(
    /// The connector.
    connector: Connector,
    /// Everybody with their member.
    people: Result<Vec<MemberMatch>, ApiError>,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let id = connector.id.to_string();
    let next = format!("/connectors/{id}/details");
    view! {
        {match people {
            Ok(mut people) => {
                people.sort_by_key(|one| one.member.is_some());
                let without = people.iter().filter(|one| one.member.is_none()).count();
                let words = match without {
                    0 => "Everybody is known in Manage.".to_owned(),
                    1 => "One person is not known in Manage: they can act, but do not become owner of a ticket.".to_owned(),
                    many => format!("{many} people are not known in Manage: they can act, but do not become owner of a ticket."),
                };
                view! {
                    <section class="card">
                        <p class="answer">"People are matched by their office mail address in Manage. Where that does not fit, type the member's id."</p>
                        <p><strong>{words}</strong></p>
                        <ul class="edges people">{people.into_iter().map(|one| view! { <Person id=id.clone() one=one actions=actions /> }).collect_view()}</ul>
                    </section>
                }.into_any()
            }
            Err(error) => view! { <Failed error=error /> }.into_any(),
        }}
        <div class="commands"><a class="button primary" href=next>"Go on"</a></div>
    }
}

#[component]
fn Person(id: String, one: MemberMatch, actions: Actions) -> impl IntoView {
    let MemberMatch { user_id, name, email, member, by_hand } = one;
    let (icon, class, words) = match (&member, by_hand) {
        (Some((identifier, name)), true) => {
            ("check", "pill status-unchanged", format!("{identifier} ({name}), by hand"))
        }
        (Some((identifier, name)), false) => {
            ("check", "pill status-unchanged", format!("{identifier} ({name})"))
        }
        (None, _) => ("alert", "pill status-changed", "No member with this address".to_owned()),
    };
    let typed = member.filter(|_| by_hand).map(|(identifier, _)| identifier);
    let label = format!("member-{user_id}");
    view! {
        <li>
            <span class="grow"><strong>{name.clone()}</strong>" "<span class="facts">{email}</span></span>
            <span class=class><Icon name=icon />{words}</span>
            <ActionForm action=actions.member attr:class="inline-form">
                <input type="hidden" name="id" value=id /><input type="hidden" name="user_id" value=user_id.to_string() />
                <label class="unseen" for=label.clone()>{format!("Member of {name}")}</label>
                <input id=label name="member" value=typed placeholder="Member id" autocomplete="off" maxlength="50" />
                <button type="submit" class="button small" aria-label=format!("Save the member of {name}")>"Save"</button>
            </ActionForm>
        </li>
    }
}
