//! One request: who asks, what proves it, and what answers.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::Timestamp;
use keys::Command;

use crate::console::Shared;
use crate::control::{Caller, Control, Done, Person, RightError};
use crate::door;
use crate::problem::Problem;

/// Where a verification code is shown.
const PROOF: &str = "verification-code";

/// A request of somebody who was let in.
pub(crate) struct Call {
    shared: Arc<Shared>,
    caller: Caller,
    /// The verification code that came with it.
    shown: Option<String>,
}

impl FromRequestParts<Arc<Shared>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Problem> {
        Self::of(parts, shared).await
    }
}

impl Call {
    /// The call that a request is. Whoever was let in before is not asked again.
    pub(crate) async fn of(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Problem> {
        let caller = match parts.extensions.remove::<Caller>() {
            Some(caller) => caller,
            None => door::enter(shared, parts).await?,
        };
        let mut values = parts.headers.get_all(PROOF).iter();
        let shown = match (values.next(), values.next()) {
            (None, _) => None,
            (Some(value), None) => match value.to_str() {
                Ok(text) => Some(text.to_owned()),
                Err(_unprintable) => return Err(Problem::ProofUnreadable),
            },
            (Some(_), Some(_)) => return Err(Problem::ProofUnreadable),
        };
        Ok(Self { shared: Arc::clone(shared), caller, shown })
    }

    /// Who asks.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The verification code that came with it.
    pub(crate) fn shown(&self) -> Option<&str> {
        self.shown.as_deref()
    }

    /// The person who asks.
    pub(crate) fn person(&self) -> Result<&Person, RightError> {
        self.caller.person()
    }

    pub(crate) fn control(&self) -> &Control {
        &self.shared.control
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.world.now)()
    }

    pub(crate) async fn carry_out(&self, command: Command) -> Result<Done, Problem> {
        let done = self.shared.control.carry_out(&self.caller, command, self.shown.as_deref());
        Ok(done.await?)
    }
}
