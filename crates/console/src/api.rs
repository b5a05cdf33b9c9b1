//! The management API: one file for each thing that can be asked for.

mod body;
mod create;
mod delete;
mod list;
mod object;
mod restrict;
mod rotate;
mod show;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use restrict::restrict;
pub(crate) use rotate::rotate;
pub(crate) use show::show;
