//! The island that brings a page to life, and the line that says what it is doing. What became of a command stands
//! on the page itself, which takes the focus there.

use domain::place::Place;
use leptos::prelude::*;

/// What a page that is kept fresh says of itself in `data-watch`: how far everything had come when it was asked for.
pub fn place() -> String {
    use_context::<Place>().unwrap_or_default().to_string()
}

/// What the status line says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    #[default]
    Nothing,
    /// A page or an answer is on its way.
    Working,
    /// The server does not answer.
    Unreachable,
}

impl Told {
    fn state(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Working => "working",
            Self::Unreachable => "unreachable",
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Working => "Working …",
            Self::Unreachable => {
                "Tandem cannot be reached. Nothing was lost: check the connection and try again."
            }
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
    // The words are set as a whole, so that no mark between nodes is counted when the browser takes this over: a
    // release renders with other marks than the browser's code was compiled for (docs/adr/0011).
    let words = move || told.with(Told::words);
    view! {
        <p
            class="live"
            role="status"
            aria-live="polite"
            data-state=move || told.with(Told::state)
            inner_html=words
        ></p>
    }
}
