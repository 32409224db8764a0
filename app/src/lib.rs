//! The interface, compiled twice: rendered on the server, brought to life in the browser.
//!
//! - [`api`]: what screens ask of the server
//! - [`pages`]: one screen per file, by area
//! - [`components`]: parts without business
//! - `live`: what WebAssembly adds in the browser
//!
//! Every screen is rendered by the server and works as plain links and forms. The browser gets the islands alone
//! (`docs/adr/0008-islands-instead-of-hydrating-everything.md`): a new screen costs it nothing.
#![recursion_limit = "512"]

pub mod api;
pub mod components;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod pages;
pub mod routes;
mod text;

pub use routes::App;
#[cfg(feature = "ssr")]
pub(crate) use text::browser_name;
pub use text::encode;
#[cfg(feature = "ssr")]
pub(crate) use text::{local_path, read_seen, read_shown, tell_differences};

use components::live::Live;
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use serde::Deserialize;

/// The names of the built browser files, which carry their content's hash.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Assets {
    /// The JavaScript glue.
    pub js: String,
    /// The WebAssembly.
    pub wasm: String,
    /// The styles.
    pub css: String,
}

/// The HTML document around every page.
pub fn shell(_options: LeptosOptions, assets: Assets) -> impl IntoView {
    let start = format!(
        "import('{}').then(m => m.default({{ module_or_path: '{}' }}).then(() => {{ m.hydrate(); \
         window.tandemIslands = root => {{ for (const island of root.querySelectorAll('leptos-island')) {{ \
         if (!island.$$woken) {{ island.$$woken = true; m[island.dataset.component](island); }} }} }}; \
         window.tandemIslands(document); }}));",
        assets.js, assets.wasm
    );
    // Before the first paint, so that a chosen theme does not flash; and before the style sheet, which a script after it
    // would wait for, and everything that follows the script.
    let theme = "const t = localStorage.getItem('theme'); if (t) document.documentElement.dataset.theme = t; \
                 const d = localStorage.getItem('density'); if (d) document.documentElement.dataset.density = d;";
    let built = !assets.js.is_empty();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <script nonce=use_nonce()>{theme}</script>
                <link rel="stylesheet" href=assets.css.clone() />
                {built.then(|| view! {
                    <link rel="modulepreload" href=assets.js.clone() fetchpriority="low" />
                    <link rel="preload" fetchpriority="low" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="" />
                    <script type="module" nonce=use_nonce()>{start.clone()}</script>
                })}
                <MetaTags />
            </head>
            <body>
                <div id="page"><App /></div>
                <Live />
            </body>
        </html>
    }
}
