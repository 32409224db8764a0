//! The island that brings a page to life, and the line that says what it is doing.

use leptos::prelude::*;

/// What the status line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// A page or an answer is on its way.
    Working,
    /// The server does not answer.
    Unreachable,
    /// What became of a command: shown on the page, announced here.
    Said(String),
}

impl Told {
    fn state(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Working => "working",
            Self::Unreachable => "unreachable",
            Self::Said(_) => "said",
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Working => "Working …".to_owned(),
            Self::Unreachable => {
                "Tandem cannot be reached. Nothing was lost: check the connection and try again.".to_owned()
            }
            Self::Said(words) => words.clone(),
        }
    }
}

/// Starts what WebAssembly adds, and tells how it goes. One for the whole document.
#[island]
pub fn Live() -> impl IntoView {
    let told = RwSignal::new(Told::Nothing);
    #[cfg(feature = "hydrate")]
    Effect::new(move |started: Option<()>| {
        if started.is_none() {
            crate::live::start(told);
        }
    });
    view! {
        <p class="live" role="status" aria-live="polite" data-state=move || told.with(Told::state)>
            {move || told.with(Told::words)}
        </p>
    }
}
