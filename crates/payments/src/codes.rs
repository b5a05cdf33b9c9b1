//! The codes of errors.

/// Every code that an error of this API may have. What explains errors has a page for each.
pub const ERROR_CODES: [&str; 29] = [
    "account_invalid",
    "body_incomplete",
    "body_too_large",
    "content_type_unknown",
    "email_invalid",
    "expand_too_deep",
    "idempotency_key_in_use",
    "idempotency_key_invalid",
    "idempotency_key_reused",
    "identity_missing",
    "metadata_invalid",
    "parameter_invalid_array",
    "parameter_invalid_boolean",
    "parameter_invalid_choice",
    "parameter_invalid_empty",
    "parameter_invalid_hash",
    "parameter_invalid_integer",
    "parameter_invalid_number",
    "parameter_invalid_string",
    "parameter_invalid_string_blank",
    "parameter_missing",
    "parameter_unknown",
    "parameters_exclusive",
    "parameters_malformed",
    "resource_already_exists",
    "resource_missing",
    "unavailable",
    "url_invalid",
    "url_unknown",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::Method;

    use super::*;
    use crate::fault::{Fault, ParamError};
    use crate::form::FormError;
    use crate::identity::{Mode, Unidentified};
    use crate::problem::{Missing, NamedBy, Problem};
    use crate::store::StoreError;

    /// A value of each variant: one that is not here does not compile.
    macro_rules! every {
        ($kind:ty: $($variant:pat => $value:expr),+ $(,)?) => {{
            let _complete = |one: &$kind| match one { $($variant => {})+ };
            vec![$($value),+]
        }};
    }

    fn faults() -> Vec<Fault> {
        every!(Fault:
            Fault::Unknown => Fault::Unknown,
            Fault::Missing => Fault::Missing,
            Fault::Empty => Fault::Empty,
            Fault::Blank => Fault::Blank,
            Fault::NotText => Fault::NotText,
            Fault::NotHash => Fault::NotHash,
            Fault::NotList => Fault::NotList,
            Fault::NotBoolean => Fault::NotBoolean,
            Fault::NotInteger => Fault::NotInteger,
            Fault::NotMeasure => Fault::NotMeasure,
            Fault::TooSmall { .. } => Fault::TooSmall { least: 1 },
            Fault::TooLarge { .. } => Fault::TooLarge { most: 1 },
            Fault::TooLong { .. } => Fault::TooLong { most: 1, length: 2 },
            Fault::TooMany { .. } => Fault::TooMany { most: 1 },
            Fault::NotOneOf { .. } => Fault::NotOneOf { of: &["a"] },
            Fault::Malformed { .. } => Fault::Malformed { wanted: "a date" },
            Fault::NotEmail => Fault::NotEmail,
            Fault::NotUrl => Fault::NotUrl,
            Fault::MetadataName { .. } => Fault::MetadataName { most: 1 },
            Fault::MetadataTooMany { .. } => Fault::MetadataTooMany { most: 1 },
            Fault::ExpandTooDeep { .. } => Fault::ExpandTooDeep { most: 1 },
            Fault::Excludes { .. } => Fault::Excludes { other: "b" },
        )
    }

    fn param(fault: Fault) -> Problem {
        Problem::Param(ParamError { param: "name".to_owned(), fault })
    }

    fn missing(named_by: NamedBy) -> Problem {
        let id = "cus_1".to_owned();
        let (mode, elsewhere) = (Mode::Live, None);
        Problem::Missing(Missing { noun: "customer", id, named_by, mode, elsewhere })
    }

    fn problems() -> Vec<Problem> {
        let (method, id) = (Method::GET, "prod_1".to_owned());
        let mut problems = every!(Problem:
            Problem::Unidentified(_) => Problem::Unidentified(Unidentified("Keyway-Account")),
            Problem::UnknownUrl { .. } => Problem::UnknownUrl { method, path: "/".to_owned() },
            Problem::BodyTooLarge { .. } => Problem::BodyTooLarge { most: 1 },
            Problem::BodyBroken => Problem::BodyBroken,
            Problem::NotForm => Problem::NotForm,
            Problem::Form(_) => Problem::Form(FormError::TooMany),
            Problem::Param(_) => param(Fault::Unknown),
            Problem::Missing(_) => missing(NamedBy::Path),
            Problem::Exists { .. } => Problem::Exists { noun: "product", id: id.clone() },
            Problem::ForeignAccount { .. } => Problem::ForeignAccount { id },
            Problem::IdempotencyKeyInvalid => Problem::IdempotencyKeyInvalid,
            Problem::IdempotencyKeyReused => Problem::IdempotencyKeyReused,
            Problem::IdempotencyKeyInUse => Problem::IdempotencyKeyInUse,
            Problem::Store(_) => StoreError::Busy(sqlx::Error::PoolTimedOut).into(),
            Problem::Unwritable(_) => sqlx::Error::RowNotFound.into(),
        );
        problems.push(missing(NamedBy::Param("customer")));
        problems.extend(faults().into_iter().map(param));
        problems
    }

    #[tokio::test]
    async fn every_code_is_listed() {
        let mut answered = BTreeSet::new();
        for problem in problems() {
            let body = problem.answer("").into_body();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let told: serde_json::Value = serde_json::from_slice(&body).unwrap();
            answered.extend(told["error"]["code"].as_str().map(str::to_owned));
        }
        assert_eq!(Vec::from_iter(answered), ERROR_CODES);
    }
}
