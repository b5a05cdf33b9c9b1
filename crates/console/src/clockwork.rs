//! The clockwork: what becomes due is done, by the same door as everything else.
//!
//! It looks at the store twice a second, so that whatever other processes wrote, whatever was missed
//! while none was running, and a clock that was put forward are all the same to it. Two that run on
//! one store do everything once: the second finds nothing due.
//!
//! A key for which it cannot be done keeps no other waiting: it is told of, and left alone for a while.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use keys::{Command, KeyCommand, KeyId, Refusal};
use store::StoreError;
use tokio::time::{MissedTickBehavior, interval};

use crate::control::{Control, ControlError};

/// How often it looks.
const PERIOD: Duration = Duration::from_millis(500);

/// How long a key is left alone for which it could not be done.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// How often what is over is forgotten.
const FORGETS: SignedDuration = SignedDuration::from_hours(1);

/// The keys that are left alone, and until when.
#[derive(Default)]
struct Failing(HashMap<KeyId, Timestamp>);

impl Control {
    /// Does what becomes due, for as long as it is polled.
    pub async fn keep_time(self) {
        let mut failing = Failing::default();
        let mut forgot = None;
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.do_what_is_due(&mut failing).await {
                tracing::error!(%error, "cannot learn or do what is due");
            }
            let now = self.now();
            if forgot.is_none_or(|last| now.duration_since(last) >= FORGETS) {
                forgot = Some(now);
                self.forget_what_is_over(now).await;
            }
        }
    }

    /// What fails is tried again in an hour.
    async fn forget_what_is_over(&self, now: Timestamp) {
        match self.purge(now).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "what was over is forgotten"),
            Err(error) => tracing::error!(%error, "what is over cannot be forgotten"),
        }
    }

    /// One round, until nothing is due any more but what fails.
    async fn do_what_is_due(&self, failing: &mut Failing) -> Result<(), StoreError> {
        let now = self.now();
        failing.0.retain(|_, until| *until > now);
        let mut last = None;
        loop {
            let page = self.due(now, last).await?;
            last = page.last().copied();
            if last.is_none() {
                return Ok(());
            }
            for due in page {
                if !failing.0.contains_key(&due.key) && !self.advance(due.key).await? {
                    failing.0.insert(due.key, now.saturating_add(PAUSE).unwrap_or(now));
                }
            }
        }
    }

    /// Does what is due for a key; whether it could be done.
    ///
    /// # Errors
    /// When the store is away: it is so for all keys, and the next look is soon enough.
    async fn advance(&self, key: KeyId) -> Result<bool, StoreError> {
        match self.by_itself(Command::Key(key, KeyCommand::Advance)).await {
            Ok(()) => tracing::info!(%key, "what was due for a key is done"),
            // Another process was first.
            Err(ControlError::Refused(Refusal::NothingDue)) => {}
            Err(ControlError::Store(
                away @ (StoreError::Unreachable { .. }
                | StoreError::OutcomeUnknown { .. }
                | StoreError::Full { .. }),
            )) => {
                return Err(away);
            }
            Err(error) => {
                tracing::error!(%key, %error, "what is due for a key cannot be done");
                return Ok(false);
            }
        }
        Ok(true)
    }
}
