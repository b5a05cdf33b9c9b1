//! The clockwork: what becomes due is done, by the same door as everything else.
//!
//! It looks at the store twice a second, so that whatever other processes wrote, whatever was missed
//! while none was running, and a clock that was put forward are all the same to it. Two that run on
//! one store do everything once: the second finds nothing due.

use std::time::Duration;

use keys::{Command, KeyCommand, KeyId, Refusal};
use tokio::time::{MissedTickBehavior, interval};

use crate::control::{Control, ControlError};

/// How often it looks.
const PERIOD: Duration = Duration::from_millis(500);

impl Control {
    /// Does what becomes due, for as long as it is polled.
    pub async fn keep_time(self) {
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.due().await {
                Ok(due) => {
                    for key in due {
                        self.advance(key).await;
                    }
                }
                Err(error) => tracing::error!(%error, "cannot learn what is due"),
            }
        }
    }

    async fn advance(&self, key: KeyId) {
        match self.by_itself(Command::Key(key, KeyCommand::Advance)).await {
            Ok(()) => tracing::info!(%key, "what was due for a key is done"),
            // Another process was first.
            Err(ControlError::Refused(Refusal::NothingDue)) => {}
            Err(error) => tracing::error!(%key, %error, "what is due for a key cannot be done"),
        }
    }
}
