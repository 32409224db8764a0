//! Adding and changing a source: fields by kind, a test before saving, secrets that need not be typed again.

use super::check::CheckLines;
use crate::{
    api::{
        ApiError,
        sources::{self, SaveSource, Typed},
    },
    components::{
        icon::Icon,
        notice::{Failed, Loading, Said},
        types::TypeChoices,
    },
};
use domain::source::{Connection, Source};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The kinds: name on the wire, label, what it is for.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "automate_rest",
        "REST interface",
        "Scripts, groups and internal monitors, with nothing to install on the server.",
    ),
    ("automate_mysql", "Database", "All content, read-only; the database must be reachable from here."),
    ("folder", "Folder of exports", "Files that Automate exported, on the machine that Tandem runs on."),
];

/// The fields that say themselves what is wrong with them.
const MARKED: &[&str] = &["name", "path", "url", "username", "password", "client_id", "passcode", "folders"];

/// The page that adds a source.
#[component]
pub fn NewSourcePage() -> impl IntoView {
    let query = use_query_map();
    let asked = query.read_untracked().get("kind").unwrap_or_default();
    let kind = KINDS.iter().map(|kind| kind.0).find(|kind| *kind == asked).unwrap_or(KINDS[0].0);
    let typed = Typed { kind: kind.to_owned(), ..Typed::default() };
    view! {
        <Title text="Add a source" />
        <p class="crumbs"><a href="/sources">"Connections"</a>" / Add"</p>
        <h1>"Add a source"</h1>
        <nav class="tabs" aria-label="Kind of source">
            {KINDS.iter().map(|(name, label, _)| view! {
                <a href=format!("/sources/new?kind={name}") aria-current=(*name == kind).then_some("page")>{*label}</a>
            }).collect_view()}
        </nav>
        <SourceForm typed=typed kept=Kept::default() />
    }
}

/// The page that changes a source.
#[component]
pub fn EditSourcePage() -> impl IntoView {
    let params = use_params_map();
    let id = params.read_untracked().get("id").unwrap_or_default();
    let source = Resource::new(move || id.clone(), sources::source);
    view! {
        <Title text="Edit a source" />
        <p class="crumbs"><a href="/sources">"Connections"</a>" / Edit"</p>
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match source.await {
                    Ok(source) => view! {
                        <h1>{format!("Edit {}", source.input.name)}</h1>
                        <SourceForm kept=Kept::of(&source) typed=typed(source) />
                    }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Which secrets are kept already.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    password: bool,
    passcode: bool,
}

impl Kept {
    fn of(source: &Source) -> Self {
        let secrets = source.input.connection.secrets();
        let has = |column| secrets.iter().any(|(name, secret)| *name == column && secret.is_there());
        Self { password: has("password"), passcode: has("passcode") }
    }
}

fn typed(source: Source) -> Typed {
    let (kind, id) = (source.input.connection.kind().to_owned(), source.id.to_string());
    let typed = Typed {
        id,
        kind,
        name: source.input.name,
        folders: source.input.folders.join("; "),
        content_types: source.input.content_types,
        ..Typed::default()
    };
    match source.input.connection {
        Connection::Folder { path } => Typed { path, ..typed },
        Connection::AutomateRest { url, username, client_id, .. } => {
            Typed { url, username, client_id, ..typed }
        }
        Connection::AutomateMysql { url, .. } => Typed { url, ..typed },
    }
}

#[component]
fn SourceForm(typed: Typed, kept: Kept) -> impl IntoView {
    let save: ServerAction<SaveSource> = crate::api::action();
    let tried = save.value().get_untracked().and_then(Result::ok);
    // What comes back from a test or a refusal stands in the form again.
    let back = tried.clone().filter(|tried| (&tried.typed.id, &tried.typed.kind) == (&typed.id, &typed.kind));
    let typed = back.as_ref().map_or(typed, |tried| tried.typed.clone());
    let outcome = back.map(|tried| tried.outcome);
    let error = outcome.clone().and_then(Result::err);
    let check = outcome.clone().and_then(Result::ok);
    let answer = outcome.map(|outcome| outcome.map(|check| check.summary));
    let about = KINDS.iter().find(|(name, ..)| *name == typed.kind).map_or("", |(_, _, about)| about);
    let words = help(&typed.kind);
    view! {
        <Said answer=Signal::derive(move || answer.clone()) marked=MARKED />
        {check.map(|check| view! { <div data-keep-typed=""><CheckLines check=check /></div> })}
        <section class="card">
            <p class="answer">{about}</p>
            <ActionForm action=save attr:class="row-form">
                <input type="hidden" name="typed[id]" value=typed.id.clone() />
                <input type="hidden" name="typed[kind]" value=typed.kind.clone() />
                <Input field=("name", "Name") value=typed.name.clone() hint="What people call this master" error=error.clone() />
                {fields(&typed, kept, &error)}
                <Input field=("folders", "Published folders") value=typed.folders.clone() hint="Optional: only these Automate folders, for example ProVal / Maintenance; separate several with ;" required=false error=error.clone() />
                <TypeChoices name="typed[content_types][]" chosen=typed.content_types.clone() />
                <div class="buttons">
                    <button type="submit" name="act" value="test" class="button" data-busy="Testing …"><span data-label-text="">"Test"</span></button>
                    <button type="submit" name="act" value="save" class="button primary" data-busy="Saving …"><Icon name="check" /><span data-label-text="">"Save"</span></button>
                </div>
            </ActionForm>
            {words}
        </section>
    }
}

/// The fields of a kind.
fn fields(typed: &Typed, kept: Kept, error: &Option<ApiError>) -> AnyView {
    let password_hint = if kept.password {
        "Kept; type it only to change it"
    } else {
        "Sealed before it is stored, and never shown again"
    };
    match typed.kind.as_str() {
        "folder" => view! {
            <Input field=("path", "Folder") value=typed.path.clone() hint="An absolute path on the machine that Tandem runs on" error=error.clone() />
        }.into_any(),
        "automate_rest" => view! {
            <Input field=("url", "Address") value=typed.url.clone() hint="For example https://automate.example.com" error=error.clone() />
            <Input field=("username", "User name") value=typed.username.clone() hint="Best a user of its own, with Integrator ticked" error=error.clone() />
            <SecretInput field=("password", "Password") hint=password_hint required=!kept.password error=error.clone() />
            <Input field=("client_id", "Client id") value=typed.client_id.clone() hint="The GUID of your registered integration" error=error.clone() />
            <SecretInput field=("passcode", "Second factor") required=false error=error.clone()
                hint=if kept.passcode { "Kept; type it only to change it" } else { "Only without Integrator: the key of the authenticator app" } />
            {kept.passcode.then(|| view! {
                <label class="choice field"><input type="checkbox" name="typed[forget_passcode]" value="true" checked=typed.forget_passcode />" Forget the second factor that is kept"</label>
            })}
        }.into_any(),
        _ => view! {
            <Input field=("url", "Address") value=typed.url.clone() hint="mysql://user@host:3306/labtech" error=error.clone() />
            <SecretInput field=("password", "Password") hint=password_hint required=false error=error.clone() />
        }.into_any(),
    }
}

#[component]
fn Input(
    /// The name in the form and its label.
    field: (&'static str, &'static str),
    value: String,
    hint: &'static str,
    error: Option<ApiError>,
    #[prop(default = true)] required: bool,
) -> impl IntoView {
    let (name, label) = field;
    let (id, note) = (format!("field-{name}"), format!("field-{name}-note"));
    let wrong = error.and_then(|error| error.field(name));
    let invalid = wrong.is_some();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=format!("typed[{name}]") value=value required=required autocomplete="off"
                aria-describedby=note.clone() aria-invalid=invalid.then_some("true") />
            <p id=note class="field-note" class:field-wrong=invalid>{wrong.unwrap_or_else(|| hint.to_owned())}</p>
        </div>
    }
}

#[component]
fn SecretInput(
    /// The name in the form and its label.
    field: (&'static str, &'static str),
    hint: &'static str,
    error: Option<ApiError>,
    required: bool,
) -> impl IntoView {
    let (name, label) = field;
    let (id, note) = (format!("field-{name}"), format!("field-{name}-note"));
    let wrong = error.and_then(|error| error.field(name));
    let invalid = wrong.is_some();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="with-button">
                <input id=id.clone() name=name type="password" required=required autocomplete="new-password"
                    aria-describedby=note.clone() aria-invalid=invalid.then_some("true") />
                <button type="button" class="quiet" aria-pressed="false" data-reveal=id>
                    <Icon name="eye" /><span class="unseen">{format!("Show {}", label.to_lowercase())}</span>
                </button>
            </div>
            <p id=note class="field-note" class:field-wrong=invalid>{wrong.unwrap_or_else(|| hint.to_owned())}</p>
        </div>
    }
}

/// Words that are not obvious.
fn help(kind: &str) -> Option<AnyView> {
    let reached = "A server that is not public (10.…, 192.168.…, this machine) must be named in the setting security.allowed_networks.";
    match kind {
        "automate_rest" => Some(view! {
            <details class="issues">
                <summary>"What these words mean"</summary>
                <ul>
                    <li><strong>"Client id"</strong>" ConnectWise gives each registered integration a GUID (developer.connectwise.com); Automate refuses requests without it."</li>
                    <li><strong>"Integrator"</strong>" A box on the user in Automate: such users sign in without a second factor. Reading needs Scripts: Read and Groups: Show All in the user's class."</li>
                    <li><strong>"Second factor"</strong>" The key (letters and digits) that the authenticator app was set up with; Tandem makes the codes from it. One code alone would count once."</li>
                    <li><strong>"Address"</strong>" "{reached}</li>
                </ul>
            </details>
        }.into_any()),
        "automate_mysql" => Some(view! {
            <details class="issues">
                <summary>"What these words mean"</summary>
                <ul>
                    <li><strong>"Address"</strong>" The user needs SELECT on the schema labtech only. "{reached}</li>
                </ul>
            </details>
        }.into_any()),
        _ => None,
    }
}
