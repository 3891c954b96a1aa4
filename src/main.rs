//! The binary: hands the command line to `cli` and its answer to the shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(richter::cli::run(std::env::args_os()).code())
}
