//! The operations of an API, read from its OpenAPI document: of the one behind the gateway, and of
//! Keyway's own management API.

use std::collections::HashMap;
use std::fmt;

use serde_json::Value;

use crate::{Level, Permission, PermissionError};

/// The extension of an operation that says whether publishable keys may call it.
const PUBLISHABLE: &str = "x-keyway-publishable";
/// The extension of an operation that names the permissions of which a restricted key needs one.
const PERMISSIONS: &str = "x-keyway-permissions";
/// The extension of the document that says what people call the resources of permissions.
const RESOURCES: &str = "x-keyway-resources";

/// One operation: a method on a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name: `operationId`, or method and template where there is none.
    pub id: Box<str>,
    /// Whether publishable keys may call it.
    pub publishable: bool,
    /// The permissions of which a restricted key needs one; without any it is closed to such keys.
    pub permissions: Box<[NamedPermission]>,
}

/// A permission, and what people call its resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPermission {
    /// The permission.
    pub permission: Permission,
    /// What people call its resource, such as `Customers`.
    pub resource: Box<str>,
}

/// As people and programs know it: `"Customers Read" ('customer_read')`.
impl fmt::Display for NamedPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { permission, resource } = self;
        let level = match permission.level() {
            Level::None => "None",
            Level::Read => "Read",
            Level::Write => "Write",
        };
        write!(f, "\"{resource} {level}\" ('{permission}')")
    }
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
    /// The extension is no list of permissions.
    #[error("{method} {template}: `{PERMISSIONS}` must be a list of permissions: {cause}")]
    Permissions {
        /// The method of the operation.
        method: String,
        /// Its path template.
        template: String,
        /// What is wrong with the first that is none.
        cause: PermissionError,
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
        let labels = Labels(document.get(RESOURCES));
        let mut catalog = Self::default();
        for (template, item) in paths {
            let operations = item.as_object().into_iter().flatten();
            for (method, stated) in operations.filter(|(name, _)| is_method(name)) {
                let method = method.to_ascii_uppercase();
                let operation = operation((&method, template), stated, &labels)?;
                catalog.insert(method, template, operation)?;
            }
        }
        Ok(catalog)
    }

    fn insert(
        &mut self,
        method: String,
        template: &str,
        operation: Operation,
    ) -> Result<(), CatalogError> {
        let router = self.by_method.entry(method.as_str().into()).or_default();
        let template = template.to_owned();
        router.insert(template.clone(), operation).map_err(|cause| CatalogError::Template {
            method,
            template,
            cause,
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

/// What the document says that people call resources.
struct Labels<'d>(Option<&'d Value>);

impl Labels<'_> {
    /// The permission with what people call its resource: the id where nothing is said.
    fn named(&self, permission: Permission) -> NamedPermission {
        let label = self.0.and_then(|labels| labels.get(permission.resource())?.as_str());
        let resource = label.unwrap_or(permission.resource()).into();
        NamedPermission { permission, resource }
    }
}

fn operation(
    (method, template): (&str, &str),
    stated: &Value,
    labels: &Labels<'_>,
) -> Result<Operation, CatalogError> {
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
    let permissions = permissions(stated.get(PERMISSIONS), labels).map_err(|cause| {
        let (method, template) = place();
        CatalogError::Permissions { method, template, cause }
    })?;
    Ok(Operation { id, publishable, permissions })
}

fn permissions(
    stated: Option<&Value>,
    labels: &Labels<'_>,
) -> Result<Box<[NamedPermission]>, PermissionError> {
    let malformed = |stated: &Value| PermissionError::Malformed(stated.to_string());
    let list = match stated {
        None => return Ok(Box::default()),
        Some(stated) => stated.as_array().ok_or_else(|| malformed(stated))?,
    };
    let named = list.iter().map(|one| {
        let text = one.as_str().ok_or_else(|| malformed(one))?;
        Ok(labels.named(text.parse()?))
    });
    named.collect()
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
    fn an_operation_names_the_permissions_of_which_one_is_needed() {
        let document = r#"{"x-keyway-resources": {"plan": "Prices"}, "paths": {"/v1/prices": {
            "get": {"x-keyway-permissions": ["plan_read", "product_write"]}, "post": {}}}}"#;
        let catalog = Catalog::from_openapi(document).unwrap();
        let named = |method| {
            let permissions = &catalog.operation(method, "/v1/prices").unwrap().permissions;
            permissions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        insta::assert_snapshot!(named("GET"), @r#""Prices Read" ('plan_read'), "product Write" ('product_write')"#);
        assert_eq!(named("POST"), "");
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
        insta::assert_snapshot!(
            refused(r#"{"paths": {"/a": {"get": {"x-keyway-permissions": "a_read"}}}}"#),
            @r#"GET /a: `x-keyway-permissions` must be a list of permissions: `"a_read"` is no permission; one is written like `customer_read` or `charge_write`"#
        );
        insta::assert_snapshot!(
            refused(r#"{"paths": {"/a": {"get": {"x-keyway-permissions": ["customers"]}}}}"#),
            @"GET /a: `x-keyway-permissions` must be a list of permissions: `customers` is no permission; one is written like `customer_read` or `charge_write`"
        );
        assert!(
            refused(r#"{"paths": {"/{a}": {"get": {}}, "/{b}": {"get": {}}}}"#)
                .starts_with("GET /{b}: ")
        );
    }
}
