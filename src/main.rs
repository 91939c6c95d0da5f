//! The `seriesbook` program.

use std::process::ExitCode;

use clap::Parser;
use seriesbook::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => {
            eprintln!("{}", exit.message);
            ExitCode::from(exit.status)
        }
    }
}
