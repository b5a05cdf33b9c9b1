//! Keys.

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod duplicate;
pub(crate) mod edit;
pub(crate) mod expire;
pub(crate) mod import;
pub(crate) mod list;
mod object;
pub(crate) mod organization;
mod permissions;
pub(crate) mod reveal;
pub(crate) mod rotate;
pub(crate) mod schedule;
pub(crate) mod show;
