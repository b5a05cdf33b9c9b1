//! Keys.

mod cancel;
mod create;
mod delete;
mod duplicate;
mod edit;
mod expire;
mod list;
mod object;
mod permissions;
mod reveal;
mod rotate;
mod schedule;
mod show;

pub(crate) use cancel::cancel;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use duplicate::duplicate;
pub(crate) use edit::edit;
pub(crate) use expire::expire;
pub(crate) use list::list;
pub(crate) use reveal::reveal;
pub(crate) use rotate::rotate;
pub(crate) use schedule::schedule;
pub(crate) use show::show;
