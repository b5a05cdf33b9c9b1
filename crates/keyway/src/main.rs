//! The program: reads what it is told, starts the gateway and the console, and stops them in order.

mod audit;
mod cli;
mod dev;
mod folder;
mod open_account;
mod parts;
mod run;
mod secrets;
mod sentence;
mod settings;
mod signals;
mod world;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Task};

/// Its small blocks come and go faster than with the system's allocator: about a microsecond of a
/// request through the gateway.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = cli.start_log().and_then(|()| carry_out(cli.task));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With nobody left to tell, the exit code must do.
            let _told = writeln!(std::io::stderr(), "keyway: {}", sentence::of(&error));
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Dev(task) => dev::dev(&task),
        Task::Serve { config } => {
            settings::load(&config).and_then(|settings| run::serve(&settings))
        }
        Task::Check { config } => {
            settings::load(&config).and_then(|settings| settings::tell(&settings))
        }
        Task::OpenAccount(task) => open_account::open_account(&task),
        Task::Audit(task) => audit::audit(&task),
        Task::Secret => secrets::print_new(),
    }
}
