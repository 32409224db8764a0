//! `tandem`: parses the arguments and calls the library.
#![recursion_limit = "512"]

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Gives back what a large reading took; the machine's own keeps it (docs/adr/0010).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
