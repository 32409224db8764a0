//! The interface's packaging for the browser: brings the server-rendered page to life.
#![recursion_limit = "512"]

/// Called by the page once the WebAssembly is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
