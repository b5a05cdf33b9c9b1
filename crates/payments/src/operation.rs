//! The operations of the API: which there are, where, and who serves them.
//!
//! Purpose: one table that the router is made of and that the OpenAPI document is held against.

use axum::routing::MethodFilter;
use sqlx::SqliteConnection;

use crate::call::{Answer, Call};
use crate::problem::Problem;
use crate::store::Store;
use crate::{accounts, balance, customers, products, tokens};

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// One that changes nothing.
    Read(Read),
    /// One that changes something, in one transaction.
    Write(Write),
}

/// The operations that change nothing. Each is a `GET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    OwnAccount,
    Account,
    Balance,
    Customers,
    Customer,
    Products,
    Product,
    Token,
}

/// The operations that change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    CreateCustomer,
    UpdateCustomer,
    DeleteCustomer,
    CreateProduct,
    UpdateProduct,
    DeleteProduct,
    CreateToken,
}

/// What can be done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Delete,
}

impl Method {
    /// For the router. Whatever takes `GET` takes `HEAD` too.
    pub(crate) fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// All operations, with the templates of their paths.
pub(crate) const OPERATIONS: &[(Method, &str, Operation)] = &[
    (Method::Get, "/v1/account", Operation::Read(Read::OwnAccount)),
    (Method::Get, "/v1/accounts/{account}", Operation::Read(Read::Account)),
    (Method::Get, "/v1/balance", Operation::Read(Read::Balance)),
    (Method::Get, "/v1/customers", Operation::Read(Read::Customers)),
    (Method::Post, "/v1/customers", Operation::Write(Write::CreateCustomer)),
    (Method::Get, "/v1/customers/{customer}", Operation::Read(Read::Customer)),
    (Method::Post, "/v1/customers/{customer}", Operation::Write(Write::UpdateCustomer)),
    (Method::Delete, "/v1/customers/{customer}", Operation::Write(Write::DeleteCustomer)),
    (Method::Get, "/v1/products", Operation::Read(Read::Products)),
    (Method::Post, "/v1/products", Operation::Write(Write::CreateProduct)),
    (Method::Get, "/v1/products/{id}", Operation::Read(Read::Product)),
    (Method::Post, "/v1/products/{id}", Operation::Write(Write::UpdateProduct)),
    (Method::Delete, "/v1/products/{id}", Operation::Write(Write::DeleteProduct)),
    (Method::Post, "/v1/tokens", Operation::Write(Write::CreateToken)),
    (Method::Get, "/v1/tokens/{token}", Operation::Read(Read::Token)),
];

impl Read {
    /// Serves a call.
    pub(crate) async fn run(self, call: Call, store: &Store) -> Result<Answer, Problem> {
        match self {
            Self::OwnAccount => accounts::own(call),
            Self::Account => accounts::retrieve(call),
            Self::Balance => balance::retrieve(call),
            Self::Customers => customers::list(call, store).await,
            Self::Customer => customers::retrieve(call, store).await,
            Self::Products => products::list(call, store).await,
            Self::Product => products::retrieve(call, store).await,
            Self::Token => tokens::retrieve(call, store).await,
        }
    }
}

impl Write {
    /// Serves a call within a transaction, which the caller commits.
    pub(crate) async fn run(
        self,
        call: Call,
        on: &mut SqliteConnection,
    ) -> Result<Answer, Problem> {
        match self {
            Self::CreateCustomer => customers::create(call, on).await,
            Self::UpdateCustomer => customers::update(call, on).await,
            Self::DeleteCustomer => customers::delete(call, on).await,
            Self::CreateProduct => products::create(call, on).await,
            Self::UpdateProduct => products::update(call, on).await,
            Self::DeleteProduct => products::delete(call, on).await,
            Self::CreateToken => tokens::create(call, on).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_document_and_the_router_have_the_same_operations() {
        let document: serde_json::Value = serde_json::from_str(crate::OPENAPI).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
                documented.insert(format!("{method} {path}"));
            }
        }
        let named = |(method, path, _): &(Method, &str, Operation)| {
            format!("{} {path}", format!("{method:?}").to_lowercase())
        };
        let routed: BTreeSet<String> = OPERATIONS.iter().map(named).collect();
        assert_eq!(documented, routed);
    }
}
