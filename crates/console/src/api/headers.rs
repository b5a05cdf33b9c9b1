//! What the document says of the headers that requests may carry.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, Required};

use super::openness::{OF_ORGANIZATIONS, PERMISSIONS};

/// What people do about themselves that takes a verification code.
const PROVED: [&str; 3] =
    ["/api/v1/user/authenticator", "/api/v1/user/phone", "/api/v1/user/phone/confirm"];

const VERSION: &str = "A version of the API behind the gateway: a key of an organization names one each time, and that of others is not read";
const CONTEXT: &str = "The account that a key acts on, where it is not its own: `acct_…`, or `acct_…/acct_…` by way of a platform of its organization";
const ACCOUNT: &str = "The same as `acct_…` in `Stripe-Context`, in its older form";

/// Adds to every operation that changes a thing which headers it reads.
pub(super) fn of_things(document: &mut OpenApi) {
    for path in document.paths.paths.values_mut() {
        path.post.iter_mut().for_each(|post| add(post, idempotency_key()));
        prove(path);
    }
}

/// Adds where somebody proves that it is still them how that is sent.
pub(super) fn of_oneself(document: &mut OpenApi) {
    let paths = document.paths.paths.iter_mut();
    paths.filter(|(name, _)| PROVED.contains(&name.as_str())).for_each(|(_, path)| prove(path));
}

/// Adds to every operation that keys may call by which headers they say on what they act.
pub(super) fn of_keys(document: &mut OpenApi) {
    for (name, path) in &mut document.paths.paths {
        let acts_on_accounts = !name.starts_with(OF_ORGANIZATIONS);
        let operations = [&mut path.get, &mut path.post, &mut path.delete];
        let operations = operations.into_iter().flatten();
        for operation in operations.filter(|operation| is_for_keys(operation)) {
            add(operation, said("Stripe-Version", VERSION));
            if acts_on_accounts {
                add(operation, said("Stripe-Context", CONTEXT));
                add(operation, said("Stripe-Account", ACCOUNT));
            }
        }
    }
}

fn is_for_keys(operation: &Operation) -> bool {
    operation.extensions.as_ref().is_some_and(|all| all.contains_key(PERMISSIONS))
}

fn prove(path: &mut PathItem) {
    for operation in path.post.iter_mut().chain(&mut path.delete) {
        add(operation, verification_code());
    }
}

fn add(operation: &mut Operation, parameter: Parameter) {
    operation.parameters.get_or_insert_default().push(parameter.into());
}

fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[ -~]+$"));
    header("Idempotency-Key", "With the same one a request is carried out once", text)
}

fn verification_code() -> Parameter {
    said("Verification-Code", "What proves that it is still the same person, if asked for")
}

fn said(name: &str, description: &str) -> Parameter {
    header(name, description, ObjectBuilder::new().schema_type(Type::String))
}

fn header(name: &str, description: &str, text: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text))
        .build()
}
