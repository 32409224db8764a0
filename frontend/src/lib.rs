//! The interface's packaging for the browser: wakes the islands of server-rendered pages.

// Named so that the islands, which only the page calls, are linked.
use app as _;

/// Called by the page once the WebAssembly is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
