//! The one place through which every change and every look goes: right, proof, rules, commit, in
//! force.

mod authenticator;
mod caller;
mod error;
mod force;
mod members;
mod noted;
mod permit;
mod phone;
mod proof;
mod reads;
mod samples;
mod sessions;
mod sign_in;
mod sign_up;
mod tree;

use jiff::Timestamp;
use keys::{Change, Command, KeyId, KeyValue};
use store::{DeadUse, Due, KeyUse, Sequence, Store, StoreError};
use tokio::sync::watch;

use self::permit::Permitted;
use crate::World;
use crate::console::Setup;
use crate::delivery::Delivery;
use crate::password::Hashing;

pub use self::caller::{Caller, Person};
pub use self::error::{ControlError, ProofError, RightError};
pub use self::force::{Force, Gateways};
pub(crate) use self::members::Known;
pub use self::members::MembersError;
pub use self::reads::Which;
pub use self::sign_in::SignInError;
pub(crate) use self::sign_in::{Credentials, SignedIn};
pub use self::sign_up::SignUpError;

/// A change that was committed.
pub struct Done {
    /// What has changed, with the values of new keys.
    pub changes: Vec<Change>,
    /// The value that was asked for.
    pub revealed: Option<KeyValue>,
    /// Whether it holds everywhere.
    pub force: Force,
}

/// Carries out what callers ask for.
#[derive(Clone)]
pub struct Control {
    store: Store,
    applied: watch::Receiver<Sequence>,
    gateways: Gateways,
    delivery: Delivery,
    hashing: Hashing,
    /// Where people find the console.
    url: String,
    world: World,
}

impl Control {
    /// Of the same parts as the console over HTTP.
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            store: setup.store.clone(),
            applied: setup.applied.clone(),
            gateways: setup.gateways,
            delivery: setup.delivery.clone(),
            hashing: Hashing::new(setup.world),
            url: setup.console_url.trim_end_matches('/').to_owned(),
            world: setup.world,
        }
    }

    /// Carries out a command: asks whether the caller may, commits, and waits until it is in force.
    /// `shown` is the verification code that came with it.
    ///
    /// # Errors
    /// When the caller may not or has yet to prove who it is, a rule speaks against it, or the store
    /// fails.
    pub async fn carry_out(
        &self,
        caller: &Caller,
        command: Command,
        shown: Option<&str>,
    ) -> Result<Done, ControlError> {
        let permitted = self.permit(caller, command, shown).await?;
        let narrows = force::narrows(&permitted.command);
        let store::Done { sequence, leases, changes, revealed } = self.commit(permitted).await?;
        let force = self.in_force(sequence, leases, narrows).await;
        tracing::info!(by = ?caller.asker().actor, %sequence, ?force, "a command was carried out");
        Ok(Done { changes, revealed, force })
    }

    /// Carries out what nobody asked for. Nobody waits until it is in force either: what is due next
    /// would be late.
    pub(crate) async fn by_itself(&self, command: Command) -> Result<(), ControlError> {
        self.commit(Permitted::of_the_system(command)).await.map(drop)
    }

    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        (self.world.now)()
    }

    /// What is due at that time, after that one.
    pub(crate) async fn due(
        &self,
        now: Timestamp,
        after: Option<Due>,
    ) -> Result<Vec<Due>, StoreError> {
        self.store.due(now, after).await
    }

    /// Forgets tries, sessions, links and requests that are over.
    pub(crate) async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.purge(now).await
    }

    /// The keys whose first use ends another.
    pub(crate) async fn awaited(&self) -> Result<Vec<KeyId>, StoreError> {
        self.store.awaited().await
    }

    /// Keeps when keys were last used.
    pub(crate) async fn note(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        self.store.note_uses(uses).await
    }

    /// Counts uses of dead keys, and has people told of them.
    pub(crate) async fn note_dead(&self, uses: &[DeadUse]) -> Result<(), StoreError> {
        if uses.is_empty() {
            return Ok(());
        }
        self.store.note_dead_uses(uses, (self.world.now)()).await
    }

    /// In a task of its own: a caller who goes away meanwhile does not break it off halfway. One that
    /// hangs the store gives up.
    async fn commit(&self, permitted: Permitted) -> Result<store::Done, ControlError> {
        let Permitted { asker, command } = permitted;
        let (store, World { now, random }) = (self.store.clone(), self.world);
        let carrying = tokio::spawn(async move {
            let mut entropy = random;
            store.carry_out(&asker, command, now(), &mut entropy).await
        });
        Ok(carrying.await??)
    }
}
