//! What can be done now. On a desk the buttons stand below the head, on a phone at the foot of the screen.

use super::Actions;
use crate::{
    components::{field::TextArea, icon::Icon},
    pages::alerts::rows::version,
};
use domain::alert::{Alert, AlertState, LONGEST_ANNOTATION};
use leptos::{form::ActionForm, prelude::*};

/// The buttons: the next step first, then a note, then everything else.
#[component]
pub fn Steps(
    /// The alert.
    alert: Alert,
    /// Whom it can be given to.
    people: Vec<(String, String)>,
    /// The id of the person who looks.
    me: String,
    /// The ticket's page in Manage.
    url: Option<String>,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let id = alert.id.to_string();
    let version = version(&alert);
    let (for_note, for_assign) = (id.clone(), id.clone());
    let (main, other) = match alert.state {
        AlertState::Open => {
            (("acknowledge", "a", "hand", "Acknowledge"), Some(("close", "c", "close", "Close")))
        }
        AlertState::Acknowledged => (("close", "c", "close", "Close"), None),
        AlertState::Closed => (("reopen", "a", "reopen", "Reopen"), None),
    };
    let assigned = alert.assignee.as_ref().map(|assignee| assignee.user_id.to_string());
    let people = people.into_iter().map(|(person, name)| {
        let words = if person == me { format!("{name} (you)") } else { name };
        view! { <option selected=assigned.as_deref() == Some(person.as_str()) value=person>{words}</option> }
    });
    let people = people.collect_view();
    view! {
        <section class="steps" aria-label="What to do">
            <div class="steps-now" data-fresh="steps" data-version=version>
                <StepButton id=id.clone() step=main primary=true actions=actions />
                {other.map(|other| view! { <StepButton id=id.clone() step=other primary=false actions=actions /> })}
            </div>
            <details class="sheet" name="steps">
                <summary class="button"><Icon name="note" /><span>"Note"</span></summary>
                <ActionForm action=actions.annotate>
                    <input type="hidden" name="id" value=for_note />
                    <label for="note">"Note for the timeline and the ticket"</label>
                    <TextArea id="note" name="text" rows=4 most=LONGEST_ANNOTATION press="n" />
                    <button type="submit" class="button primary" data-busy="Sending …"><Icon name="send" /><span data-label-text="">"Add note"</span></button>
                </ActionForm>
            </details>
            <details class="sheet" name="steps">
                <summary class="button"><Icon name="more" /><span>"More"</span></summary>
                <div class="sheet-body">
                    <ActionForm action=actions.assign>
                        <input type="hidden" name="id" value=for_assign />
                        <label for="assign">"Give it to"</label>
                        <select id="assign" name="user_id">
                            {people}
                        </select>
                        <button type="submit" class="button" data-busy="Sending …"><Icon name="user" /><span data-label-text="">"Assign"</span></button>
                    </ActionForm>
                    {url.map(|url| view! { <a class="button" href=url target="_blank" rel="noopener noreferrer"><Icon name="link" />"Open the ticket in Manage"</a> })}
                </div>
            </details>
        </section>
    }
}

#[component]
fn StepButton(
    id: String,
    step: (&'static str, &'static str, &'static str, &'static str),
    primary: bool,
    actions: Actions,
) -> impl IntoView {
    let (act, key, icon, word) = step;
    view! {
        <ActionForm action=actions.step>
            <input type="hidden" name="id" value=id /><input type="hidden" name="act" value=act />
            <button type="submit" class="button step" class:primary=primary data-press=key data-busy="Sending …">
                <Icon name=icon /><span data-label-text="">{word}</span>
            </button>
        </ActionForm>
    }
}
