//! The management API: one file for each thing that can be asked for.

pub(crate) mod accounts;
pub(crate) mod answer;
mod body;
pub(crate) mod call;
mod events;
pub(crate) mod invitations;
pub(crate) mod keys;
pub(crate) mod members;
pub(crate) mod organizations;
mod page;
pub(crate) mod sandboxes;
pub(crate) mod sessions;
pub(crate) mod user;
pub(crate) mod users;

pub(crate) use events::events;
