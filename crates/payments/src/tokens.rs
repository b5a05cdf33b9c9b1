//! Tokens: what a page hands to a server in the place of something that the server should not see.
//!
//! Limits: one type, `pii`, for a number of identity. The number itself is not kept anywhere, as nothing
//! here has a use for it.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::call::{Answer, Call};
use crate::fault::Fault;
use crate::params::{Change, TEXT};
use crate::problem::Problem;
use crate::store::{self, Resource, Store};

/// A token, as it is kept and shown.
#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    id: String,
    object: String,
    client_ip: Option<String>,
    created: i64,
    livemode: bool,
    #[serde(rename = "type")]
    kind: String,
    used: bool,
}

impl Resource for Token {
    const NOUN: &'static str = "token";

    fn id(&self) -> &str {
        &self.id
    }
}

/// The parameter of a token for a number of identity, and the type of the token.
pub(crate) const PII: &str = "pii";

/// `POST /v1/tokens`
pub(crate) async fn create(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    let mut params = call.take_params();
    let mut pii = match params.hash(PII)? {
        Change::Set(pii) => pii,
        Change::Clear => return Err(params.error(PII, Fault::Empty).into()),
        Change::Keep => return Err(params.error(PII, Fault::Missing).into()),
    };
    pii.needed_text("id_number", TEXT)?;
    pii.finish()?;
    params.finish()?;
    let token = Token {
        id: call.world.id("tok_", 24),
        object: Token::NOUN.to_owned(),
        client_ip: None,
        created: call.world.now_s(),
        livemode: call.place().is_live(),
        kind: PII.to_owned(),
        used: false,
    };
    if !store::insert(on, call.place(), &token).await? {
        return Err(Problem::Exists { noun: Token::NOUN, id: token.id });
    }
    Answer::of(&token)
}

/// `GET /v1/tokens/{token}`
pub(crate) async fn retrieve(mut call: Call, store: &Store) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    Answer::of(&call.object::<Token>(&mut *store.read().await?).await?)
}
