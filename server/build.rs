//! The folder of the built browser files must exist for them to be embedded, even while it is empty. What is shipped is
//! linked for size (docs/adr/0011).

use std::env::var;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if var("PROFILE").is_ok_and(|profile| profile == "release") && is_linked_by_lld() {
        // The same code under many names is kept once, and addresses to be moved at start are packed.
        for option in ["--icf=all", "-zpack-relative-relocs"] {
            println!("cargo::rustc-link-arg-bins=-Wl,{option}");
        }
    }
    std::fs::create_dir_all("../target/site")
}

/// Where Rust brings its own linker, which knows both options.
fn is_linked_by_lld() -> bool {
    let is = |name: &str, value: &str| var(name).is_ok_and(|found| found == value);
    is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
}
