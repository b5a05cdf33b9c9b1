//! The program: reads what it is told, starts the gateway and the console, and stops them in order.

mod audit;
mod cli;
mod client;
mod dev;
mod folder;
mod open_account;
mod parts;
mod print;
mod run;
mod secrets;
mod sentence;
mod session;
mod settings;
mod signals;
mod terminal;
mod world;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Task};
use client::Failure;
use keys::holds_key_value;

/// Its small blocks come and go faster than with the system's allocator: about a microsecond of a
/// request through the gateway.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if std::env::args_os().any(|argument| holds_key_value(argument.as_encoded_bytes())) {
        print::tell(KEY_ON_COMMAND_LINE);
        return 2.into();
    }
    let cli = Cli::parse();
    let done = cli.start_log().and_then(|()| carry_out(cli.task));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::tell(&format!("keyway: {}", sentence::of(&error)));
            error.downcast_ref().map_or(ExitCode::FAILURE, Failure::exit_code)
        }
    }
}

/// Where the command line is explained, what was typed would be said again.
const KEY_ON_COMMAND_LINE: &str = "keyway: a key stands on the command line, where other users and the history of the shell see it; rotate it. Keys are named by their id, key_…, and your own goes into KEYWAY_API_KEY";

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
        Task::Login(task) => task.run(),
        Task::Logout(task) => task.run(),
        Task::Whoami(task) => task.run(),
        Task::Accounts(task) => task.run(),
        Task::Sandboxes(task) => task.run(),
        Task::Members(task) => task.run(),
        Task::Keys(task) => task.run(),
        Task::Completions(task) => task.run(),
        Task::Secret => secrets::print_new(),
    }
}
