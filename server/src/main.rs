//! `tandem`: parses the arguments and calls the library.
#![recursion_limit = "512"]

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
