//! Categories: which tickets belong together, how they look, how urgent they are.

use crate::{
    api::{
        ApiError,
        categories::{self, Categories, MoveCategory, RemoveCategory, SaveCategory},
    },
    components::{
        alert::{SeverityMark, category_icon},
        field::TextArea,
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
    },
};
use domain::alert::{
    Severity,
    category::{COLOURS, Category, CategoryInput, ICONS},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveCategory>,
    shift: ServerAction<MoveCategory>,
    remove: ServerAction<RemoveCategory>,
}

impl Actions {
    fn said(&self) -> Option<Result<String, ApiError>> {
        let moved =
            self.shift.value().get().map(|answer| answer.map(|()| "The order is changed.".to_owned()));
        let removed = self.remove.value().get();
        let removed = removed.map(|answer| answer.map(|()| "Removed. Its alerts keep its name.".to_owned()));
        self.save.value().get().or(moved).or(removed)
    }
}

/// The page of the categories.
#[component]
pub fn CategoriesPage() -> impl IntoView {
    let actions =
        Actions { save: crate::api::action(), shift: crate::api::action(), remove: crate::api::action() };
    let screen = Resource::new(|| (), |()| categories::categories());
    view! {
        <Title text="Categories" />
        <p class="crumbs"><a href="/alerts">"Alerts"</a>" / Categories"</p>
        <header class="head"><div>
            <h1>"Categories"</h1>
            <p class="answer">"An alert belongs to the first category that fits its ticket; what none fits is General. Alerts that are there already keep theirs."</p>
        </div></header>
        <Said answer=Signal::derive(move || actions.said()) />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => view! { <List screen=screen actions=actions /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn List(screen: Categories, actions: Actions) -> impl IntoView {
    let Categories { list, may_manage } = screen;
    let count = list.len();
    let rows = list.into_iter().enumerate().map(|(at, category)| {
        view! { <Card category=category at=at last=at + 1 == count may_manage=may_manage actions=actions /> }
    });
    let rows = rows.collect_view();
    view! {
        {if count == 0 {
            view! { <Empty title="No category yet"><p>"All alerts are General. A category gives alerts of a board, a type, a priority or a customer a colour, an icon and an urgency."</p></Empty> }.into_any()
        } else {
            view! { <ol class="category-list">{rows}</ol> }.into_any()
        }}
        {may_manage.then(|| view! {
            <section class="card"><h2>"Add a category"</h2><CategoryForm id=String::new() input=fresh() prefix="new".to_owned() actions=actions /></section>
        })}
    }
}

fn fresh() -> CategoryInput {
    CategoryInput { colour: "blue".into(), icon: "bell".into(), ..CategoryInput::default() }
}

#[component]
fn Card(category: Category, at: usize, last: bool, may_manage: bool, actions: Actions) -> impl IntoView {
    let Category { id, input, .. } = category;
    let (id, name) = (id.to_string(), input.name.clone());
    let picks = picks(&input);
    let shift = |to: usize, icon: &'static str, words: &'static str| {
        view! { <Shift id=id.clone() to=to icon=icon words=format!("{words} {name}") actions=actions /> }
    };
    let up = (may_manage && at > 0).then(|| shift(at.saturating_sub(1), "up", "Move up"));
    let down = (may_manage && !last).then(|| shift(at + 1, "down", "Move down"));
    view! {
        <li class="card">
            <div class="owed-head">
                <span class="category" data-colour=input.colour.clone()><Icon name=category_icon(&input.icon) />{name.clone()}</span>
                {input.severity.map(|severity| view! { <SeverityMark severity=severity /> })}
                <span class="grow answer">{picks}</span>
                <span class="shifts">{up}{down}</span>
            </div>
            {may_manage.then(|| view! {
                <details class="issues">
                    <summary>{format!("Change {name}")}</summary>
                    <CategoryForm id=id.clone() input=input prefix=id.clone() actions=actions />
                    <details class="confirm">
                        <summary class="button small">{format!("Remove {name} …")}</summary>
                        <ActionForm action=actions.remove>
                            <input type="hidden" name="id" value=id.clone() />
                            <p>"Its alerts keep the name; new ones go to the next category that fits."</p>
                            <button type="submit" class="button danger">{format!("Remove {name}")}</button>
                        </ActionForm>
                    </details>
                </details>
            })}
        </li>
    }
}

#[component]
fn Shift(id: String, to: usize, icon: &'static str, words: String, actions: Actions) -> impl IntoView {
    view! {
        <ActionForm action=actions.shift>
            <input type="hidden" name="id" value=id /><input type="hidden" name="position" value=to.to_string() />
            <button type="submit" class="quiet" title=words.clone()><Icon name=icon /><span class="unseen">{words.clone()}</span></button>
        </ActionForm>
    }
}

/// `Board Service Desk; priority Priority 1`
fn picks(input: &CategoryInput) -> String {
    let lists = [
        ("board", &input.boards),
        ("type", &input.types),
        ("priority", &input.priorities),
        ("company", &input.companies),
    ];
    let named: Vec<String> = lists
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(word, list)| format!("{word} {}", list.join(" or ")))
        .collect();
    if named.is_empty() { "Only for rules that name it".to_owned() } else { named.join("; ") }
}

#[component]
fn CategoryForm(id: String, input: CategoryInput, prefix: String, actions: Actions) -> impl IntoView {
    let of = move |name: &str| format!("{prefix}-{name}");
    let (name_id, severity_id) = (of("name"), of("severity"));
    let severities = [("", "As the ticket's priority says")]
        .into_iter()
        .map(|(value, words)| (value.to_owned(), words.to_owned()));
    let severities = severities.chain(
        Severity::ALL
            .into_iter()
            .rev()
            .map(|severity| (severity.as_str().to_owned(), severity.as_str().to_owned())),
    );
    let chosen = input.severity.map_or("", Severity::as_str).to_owned();
    let lists = [
        ("boards", "Boards", input.boards),
        ("types", "Types", input.types),
        ("priorities", "Priorities", input.priorities),
        ("companies", "Companies", input.companies),
    ];
    let lists = lists.map(|(name, label, list)| view! {
        <div class="field"><label for=of(name)>{label}</label>
            <TextArea id=of(name) name=format!("typed[{name}]") rows=2 value=list.join("\n") required=false />
            <p class="field-note">"One name a line; empty fits all"</p>
        </div>
    }).into_iter().collect_view();
    view! {
        <ActionForm action=actions.save attr:class="row-form">
            <input type="hidden" name="typed[id]" value=id />
            <div class="field"><label for=name_id.clone()>"Name"</label><input id=name_id name="typed[name]" value=input.name required=true maxlength="60" autocomplete="off" /></div>
            <fieldset class="field"><legend>"Colour"</legend><div class="swatches">
                {COLOURS.into_iter().map(|colour| view! {
                    <label class="category" data-colour=colour><input type="radio" name="typed[colour]" value=colour checked=input.colour == colour />{colour}</label>
                }).collect_view()}
            </div></fieldset>
            <fieldset class="field"><legend>"Icon"</legend><div class="swatches">
                {ICONS.into_iter().map(|icon| view! {
                    <label class="category" data-colour="grey"><input type="radio" name="typed[icon]" value=icon checked=input.icon == icon /><Icon name=category_icon(icon) />{icon}</label>
                }).collect_view()}
            </div></fieldset>
            <div class="field"><label for=severity_id.clone()>"Urgency"</label>
                <select id=severity_id name="typed[severity]">
                    {severities.map(|(value, words)| view! { <option selected=value == chosen value=value.clone()>{words}</option> }).collect_view()}
                </select>
            </div>
            {lists}
            <button type="submit" class="button primary" data-busy="Saving …"><Icon name="check" /><span data-label-text="">"Save"</span></button>
        </ActionForm>
    }
}
