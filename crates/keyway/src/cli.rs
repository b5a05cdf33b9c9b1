//! What the program can be told on the command line.

mod accounts;
mod audit;
mod completions;
mod consent;
mod keys;
mod login;
mod logout;
mod members;
mod place;
mod reach;
mod sandboxes;
mod when;
mod whoami;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// API keys for any HTTP API: a gateway that checks them, a console to manage them.
///
/// Exit codes: 0 when done, 1 when something is wrong (one sentence on standard error says what), 2
/// when the command line cannot be understood, 3 when nobody is signed in or the credential is
/// refused, 4 when it is not known whether something was done. The log goes to standard error;
/// `KEYWAY_LOG` sets its level, as in `KEYWAY_LOG=debug` or `KEYWAY_LOG=gateway=trace`.
///
/// Commands that manage things ask the console of a running server. They open it with the key or the
/// session token in `KEYWAY_API_KEY`, or else with the session that `keyway login` has begun. The value
/// of a key goes to standard output alone; everything else that is told beside it, to standard error.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Task {
    /// Start everything on this machine, with a small world and keys to try
    Dev(DevTask),
    /// Start the gateway and the console in front of your API
    Serve {
        /// The file of settings
        #[arg(long)]
        config: PathBuf,
    },
    /// Validate a file of settings and say what it would do
    Check {
        /// The file of settings
        #[arg(long)]
        config: PathBuf,
    },
    /// Open an account and print its keys, once; the server must be stopped if its store is SQLite
    OpenAccount(OpenAccountTask),
    /// Read the audit, or find out whether it can be believed
    #[command(subcommand)]
    Audit(AuditTask),
    /// Sign in; the session is kept in a file for you alone
    Login(login::Login),
    /// Sign out
    Logout(logout::Logout),
    /// Tell who is signed in
    Whoami(whoami::WhoAmI),
    /// List, create, rotate and end keys
    Keys(keys::Keys),
    /// List, open and rename accounts
    Accounts(accounts::Accounts),
    /// List, add, rename and delete sandboxes
    Sandboxes(sandboxes::Sandboxes),
    /// List, invite and remove members, and give them other roles
    Members(members::Members),
    /// Print a script that completes commands in a shell
    Completions(completions::Completions),
    /// Print 32 random bytes in hex, for a pepper or sealing key file
    Secret,
}

/// Settings of `dev`.
#[derive(Args)]
pub(crate) struct DevTask {
    /// Where everything is kept
    #[arg(long, default_value = ".keyway")]
    pub(crate) data: PathBuf,
    /// Where the gateway listens
    #[arg(long, default_value = "127.0.0.1:12111")]
    pub(crate) gateway: SocketAddr,
    /// Where the console listens
    #[arg(long, default_value = "127.0.0.1:4242")]
    pub(crate) console: SocketAddr,
    /// Where health and metrics are told
    #[arg(long, default_value = "127.0.0.1:12119")]
    pub(crate) operations: SocketAddr,
    /// Let keys be restricted to IPv6 addresses, too
    #[arg(long)]
    pub(crate) ipv6_restrictions: bool,
}

/// What to do with the audit.
#[derive(Subcommand)]
pub(crate) enum AuditTask {
    /// List events over the management API, newest first
    List(Box<audit::List>),
    /// Read all events; a changed, missing or cut-off one is found. The server must be stopped if its
    /// store is SQLite
    Verify {
        /// The file of settings
        #[arg(long)]
        config: PathBuf,
        /// A checkpoint that was kept elsewhere, so that an audit that was written anew is found too
        #[arg(long)]
        checkpoint: Option<PathBuf>,
    },
    /// Verify, and print a signed checkpoint to keep elsewhere. The server must be stopped if its store
    /// is SQLite
    Checkpoint {
        /// The file of settings
        #[arg(long)]
        config: PathBuf,
    },
}

/// Settings of `open-account`.
#[derive(Args)]
pub(crate) struct OpenAccountTask {
    /// The file of settings
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// What people call the account
    #[arg(long)]
    pub(crate) name: String,
    /// The organization that owns it, by its name; it is founded if there is none
    #[arg(long)]
    pub(crate) organization: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Cli {
    /// Starts the log on standard error.
    ///
    /// # Errors
    /// When `KEYWAY_LOG` says something that is no level.
    pub(crate) fn start_log(&self) -> Result<()> {
        let filter = match std::env::var_os("KEYWAY_LOG") {
            Some(asked) => {
                let asked = asked.to_string_lossy();
                EnvFilter::try_new(&asked).with_context(|| {
                    format!("KEYWAY_LOG is `{asked}`; write a level, as info, or parts with theirs, as gateway=trace")
                })?
            }
            None => EnvFilter::new(match self.task {
                // Its welcome says what there is to say; codes come after.
                Task::Dev(_) => "warn,console::delivery=info",
                Task::Serve { .. }
                | Task::Check { .. }
                | Task::OpenAccount(_)
                | Task::Audit(_)
                | Task::Secret => "info",
                Task::Login(_)
                | Task::Logout(_)
                | Task::Whoami(_)
                | Task::Keys(_)
                | Task::Accounts(_)
                | Task::Sandboxes(_)
                | Task::Members(_)
                | Task::Completions(_) => "warn",
            }),
        };
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .init();
        Ok(())
    }
}
