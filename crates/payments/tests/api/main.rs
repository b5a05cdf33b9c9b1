//! The API over real connections, with a real database in a folder of its own.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod api;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod customers;
#[cfg(test)]
mod document;
#[cfg(test)]
mod encodings;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod modes;
#[cfg(test)]
mod products;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod tokens;
