//! Mails about keys: what the store keeps to be told is worded and sent, once to each person.
//!
//! A mail that was taken by the server is never sent again, with one exception: when the process or
//! the store ends in the moment between that and its note. To mail somebody twice is better than to
//! be silent.

mod words;

use std::time::Duration;

use keys::{Home, Notice};
use store::{DeadUse, Store, StoreError, TakenNotice};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::World;
use crate::delivery::{Delivery, DeliveryError, Message};

/// How often it looks.
const PERIOD: Duration = Duration::from_millis(500);

/// Tells the people of accounts and organizations what happens to their live keys.
pub struct Notices {
    store: Store,
    delivery: Delivery,
    world: World,
}

/// A notice in words, and where the key lives, whose people are told.
struct Worded {
    home: Home,
    message: Message,
    /// The uses that it tells of, if it does.
    dead_use: Option<DeadUse>,
}

/// What came of sending a notice.
enum Sent {
    /// It has reached all who are to be told.
    ToAll,
    /// Somebody was not reached.
    NotToAll,
    /// It was asked to stop before it had reached all.
    Stopped,
    /// It took so long that it is another's by now.
    TooSlowly,
}

impl Notices {
    /// Of what the store keeps, by these ways.
    #[must_use]
    pub fn new(store: Store, delivery: Delivery, world: World) -> Self {
        Self { store, delivery, world }
    }

    /// Sends what is due until `stop` holds true; what is being sent then is sent.
    pub async fn send(self, mut stop: watch::Receiver<bool>) {
        if !self.delivery.has_email() {
            tracing::info!("no mail server is set: nobody is told what happens to keys");
        }
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _tick = ticks.tick() => {}
                // An end of the sender is a stop, too.
                _stopped = stop.wait_for(|stop| *stop) => return,
            }
            while self.send_next(&stop).await {}
        }
    }

    /// Whether there may be more.
    async fn send_next(&self, stop: &watch::Receiver<bool>) -> bool {
        if *stop.borrow() {
            return false;
        }
        let taken = match self.store.take_notice((self.world.now)()).await {
            Ok(Some(taken)) => taken,
            Ok(None) => return false,
            Err(error) => {
                tracing::error!(%error, "cannot learn what is to be told of keys");
                return false;
            }
        };
        if let Err(error) = self.deal_with(&taken, stop).await {
            // It is found again when its time has passed.
            tracing::error!(key = %taken.key, what = %taken.notice.kind(), %error, "a notice cannot be dealt with");
        }
        true
    }

    async fn deal_with(
        &self,
        taken: &TakenNotice,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), StoreError> {
        let Some(worded) = self.worded(taken).await? else {
            return self.store.remove_notice(taken).await;
        };
        match (self.tell(taken, &worded, stop).await?, &worded.dead_use) {
            (Sent::ToAll, Some(told)) => {
                self.store.remove_told(taken, told, (self.world.now)()).await
            }
            (Sent::ToAll, None) => self.store.remove_notice(taken).await,
            (Sent::NotToAll, _) => self.try_again(taken).await,
            (Sent::Stopped, _) => self.store.put_notice_off(taken, (self.world.now)()).await,
            (Sent::TooSlowly, _) => Ok(()),
        }
    }

    /// Nothing, where there is nothing to be told any more.
    async fn worded(&self, taken: &TakenNotice) -> Result<Option<Worded>, StoreError> {
        let Some(key) = self.store.key(taken.key).await? else { return Ok(None) };
        let now = (self.world.now)();
        if !self.delivery.has_email() || !taken.notice.still_holds(&key, now) {
            return Ok(None);
        }
        let Some(owner) = self.owner(key.home).await? else { return Ok(None) };
        let name = words::name(&key, owner.clone());
        let (message, dead_use) = if taken.notice == Notice::DeadKeyUsed {
            let Some(dead_use) = self.store.dead_use(key.id).await? else { return Ok(None) };
            (words::dead_key(name, &dead_use), Some(dead_use))
        } else if let Some(message) = self.of_many(&taken.notice, (key.home, &owner)).await? {
            (message, None)
        } else {
            let Some(event) = self.event(&taken.notice, &key).await? else { return Ok(None) };
            (Message::Key { key: name, event }, None)
        };
        Ok(Some(Worded { home: key.home, message, dead_use }))
    }

    async fn tell(
        &self,
        taken: &TakenNotice,
        worded: &Worded,
        stop: &watch::Receiver<bool>,
    ) -> Result<Sent, StoreError> {
        let (key, what) = (taken.key, taken.notice.kind());
        let mut sent = Sent::ToAll;
        for recipient in self.store.notice_recipients(taken, worded.home).await? {
            if *stop.borrow() {
                return Ok(Sent::Stopped);
            }
            let user = recipient.user;
            match self.delivery.email(&recipient.email, &worded.message).await {
                Ok(()) => {
                    tracing::info!(%key, %what, %user, "somebody was told");
                    let now = (self.world.now)();
                    if !self.store.note_told(taken, &recipient, now).await? {
                        return Ok(Sent::TooSlowly);
                    }
                }
                Err(error) => {
                    tracing::warn!(%key, %what, %user, %error, "somebody could not be told");
                    sent = Sent::NotToAll;
                    if !answers(&error) {
                        break;
                    }
                }
            }
        }
        Ok(sent)
    }

    async fn try_again(&self, taken: &TakenNotice) -> Result<(), StoreError> {
        let now = (self.world.now)();
        if let Some(next) = keys::next_try(taken.made_at, taken.tries, now) {
            return self.store.put_notice_off(taken, next).await;
        }
        let (key, what, tries) = (taken.key, taken.notice.kind(), taken.tries);
        tracing::error!(%key, %what, tries, "a notice was given up: not all were told");
        self.store.give_notice_up(taken, now).await
    }
}

/// Whether the server is there, so that others may be reached.
fn answers(error: &DeliveryError) -> bool {
    match error {
        DeliveryError::Refused { .. } => true,
        DeliveryError::NotConfigured(_)
        | DeliveryError::Settings(_)
        | DeliveryError::Unreachable { .. }
        | DeliveryError::TimedOut { .. } => false,
    }
}
