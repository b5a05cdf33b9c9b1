//! What the document says of the headers that requests may carry.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, Required};

/// What people do about themselves that takes a verification code.
const PROVED: [&str; 3] =
    ["/api/v1/user/authenticator", "/api/v1/user/phone", "/api/v1/user/phone/confirm"];

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
    let text = ObjectBuilder::new().schema_type(Type::String);
    header("Verification-Code", "What proves that it is still the same person, if asked for", text)
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
