//! The operations of the API behind the gateway, read from its OpenAPI document.

use std::collections::HashMap;

use serde_json::Value;

/// The extension of an operation that says whether publishable keys may call it.
const PUBLISHABLE: &str = "x-keyway-publishable";

/// One operation: a method on a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name: `operationId`, or method and template where there is none.
    pub id: Box<str>,
    /// Whether publishable keys may call it.
    pub publishable: bool,
}

/// All operations, found by method and path.
#[derive(Default)]
pub struct Catalog {
    by_method: HashMap<Box<str>, matchit::Router<Operation>>,
}

/// Why a document gives no catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Not JSON.
    #[error("the OpenAPI document is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// No `paths`.
    #[error("the OpenAPI document has no `paths`")]
    NoPaths,
    /// The extension is no boolean.
    #[error("{method} {template}: `{PUBLISHABLE}` must be true or false")]
    NotBoolean {
        /// The method of the operation.
        method: String,
        /// Its path template.
        template: String,
    },
    /// Two templates that match the same path, or one that cannot be read.
    #[error("{method} {template}: {cause}")]
    Template {
        /// The method of the operation.
        method: String,
        /// Its path template.
        template: String,
        /// What the router says of it.
        cause: matchit::InsertError,
    },
}

impl Catalog {
    /// Reads an OpenAPI 3 document in JSON.
    ///
    /// # Errors
    /// When it is not such a document, or two of its templates cannot be told apart.
    pub fn from_openapi(document: &str) -> Result<Self, CatalogError> {
        let document: Value = serde_json::from_str(document)?;
        let paths =
            document.get("paths").and_then(Value::as_object).ok_or(CatalogError::NoPaths)?;
        let mut catalog = Self::default();
        for (template, item) in paths {
            let operations = item.as_object().into_iter().flatten();
            for (method, operation) in operations.filter(|(name, _)| is_method(name)) {
                catalog.insert(&method.to_ascii_uppercase(), template, operation)?;
            }
        }
        Ok(catalog)
    }

    fn insert(&mut self, method: &str, template: &str, stated: &Value) -> Result<(), CatalogError> {
        let place = || (method.to_owned(), template.to_owned());
        let publishable = match stated.get(PUBLISHABLE) {
            None => false,
            Some(Value::Bool(publishable)) => *publishable,
            Some(_) => {
                let (method, template) = place();
                return Err(CatalogError::NotBoolean { method, template });
            }
        };
        let id = match stated.get("operationId").and_then(Value::as_str) {
            Some(id) => id.into(),
            None => format!("{method} {template}").into(),
        };
        let router = self.by_method.entry(method.into()).or_default();
        router.insert(template, Operation { id, publishable }).map_err(|cause| {
            let (method, template) = place();
            CatalogError::Template { method, template, cause }
        })
    }

    /// The operation that a request calls; `HEAD` asks for what `GET` gives.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let method = if method == "HEAD" { "GET" } else { method };
        match self.by_method.get(method)?.at(path) {
            Ok(found) => Some(found.value),
            Err(matchit::MatchError::NotFound) => None,
        }
    }
}

/// The fixed fields of a path item that are operations (OpenAPI 3.1, section 4.8.9).
fn is_method(field: &str) -> bool {
    matches!(field, "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"openapi": "3.1.0", "paths": {
        "/v1/tokens": {"parameters": [], "post": {"operationId": "createToken", "x-keyway-publishable": true}},
        "/v1/tokens/{id}": {"get": {"x-keyway-publishable": true}, "delete": {}},
        "/v1/customers/{id}": {"get": {"operationId": "retrieveCustomer"}}
    }}"#;

    #[test]
    fn operations_are_found_by_method_and_template() {
        let catalog = Catalog::from_openapi(DOCUMENT).unwrap();
        let found = |method, path| {
            catalog
                .operation(method, path)
                .map(|operation| format!("{} {}", operation.id, operation.publishable))
        };
        assert_eq!(found("POST", "/v1/tokens").as_deref(), Some("createToken true"));
        assert_eq!(found("GET", "/v1/tokens/tok_1").as_deref(), Some("GET /v1/tokens/{id} true"));
        assert_eq!(found("HEAD", "/v1/tokens/tok_1"), found("GET", "/v1/tokens/tok_1"));
        assert_eq!(
            found("DELETE", "/v1/tokens/tok_1").as_deref(),
            Some("DELETE /v1/tokens/{id} false")
        );
        assert_eq!(found("GET", "/v1/customers/cus_1").as_deref(), Some("retrieveCustomer false"));
        assert_eq!(found("PATCH", "/v1/tokens"), None);
        assert_eq!(found("POST", "/v1/tokens/"), None);
        assert_eq!(found("POST", "/V1/tokens"), None);
    }

    #[test]
    fn a_document_that_cannot_be_trusted_is_refused() {
        let refused = |document: &str| match Catalog::from_openapi(document) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        insta::assert_snapshot!(refused("{}"), @"the OpenAPI document has no `paths`");
        insta::assert_snapshot!(
            refused(r#"{"paths": {"/a": {"get": {"x-keyway-publishable": "yes"}}}}"#),
            @"GET /a: `x-keyway-publishable` must be true or false"
        );
        assert!(
            refused(r#"{"paths": {"/{a}": {"get": {}}, "/{b}": {"get": {}}}}"#)
                .starts_with("GET /{b}: ")
        );
    }
}
