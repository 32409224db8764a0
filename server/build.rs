//! The folder of the built browser files must exist for them to be embedded, even while it is empty.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    std::fs::create_dir_all("../target/site")
}
