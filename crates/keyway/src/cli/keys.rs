//! `keyway keys`: everything that can be done with keys.

mod create;
mod delete;
mod duplicate;
mod edit;
mod expire;
mod import;
mod list;
mod named;
mod restrict;
mod reveal;
mod rotate;
mod schedule;
mod show;
mod value;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::reach::Reach;

/// Keys, and what is done with them.
#[derive(Args)]
pub(crate) struct Keys {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// List the keys of an account and mode, or of an organization, living and dead, newest first
    List(list::List),
    /// Show one key; never its value
    Show(show::Show),
    /// Create a key; its value is printed on standard output, alone
    Create(create::Create),
    /// Take keys of another system by the hashes of their values, so that callers keep those
    Import(import::Import),
    /// Create a restricted or organization key with the permissions of another
    Duplicate(duplicate::Duplicate),
    /// Change the name, the note or the permissions of a key
    Edit(edit::Edit),
    /// Print the value of a key, where it can still be revealed
    Reveal(reveal::Reveal),
    /// Say from which IPv4 addresses a key may be used
    Restrict(restrict::Restrict),
    /// Make the replacement of a key, and say when the old one stops
    Rotate(rotate::Rotate),
    /// Let the system rotate a key at a time to come
    Schedule(schedule::ScheduleRotation),
    /// End an expiring key before its time
    Expire(expire::Expire),
    /// End a key at once
    Delete(delete::Delete),
}

impl Keys {
    /// Does it.
    pub(crate) fn run(&self) -> Result<()> {
        let api = self.reach.api()?;
        match &self.task {
            Task::List(task) => task.run(&api),
            Task::Show(task) => task.run(&api),
            Task::Create(task) => task.run(&api),
            Task::Import(task) => task.run(&api),
            Task::Duplicate(task) => task.run(&api),
            Task::Edit(task) => task.run(&api),
            Task::Reveal(task) => task.run(&api),
            Task::Restrict(task) => task.run(&api),
            Task::Rotate(task) => task.run(&api),
            Task::Schedule(task) => task.run(&api),
            Task::Expire(task) => task.run(&api),
            Task::Delete(task) => task.run(&api),
        }
    }
}
