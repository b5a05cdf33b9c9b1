//! The one place through which every change goes: right, rules, commit, in force.

use std::net::IpAddr;
use std::time::Duration;

use keys::{
    Actor, Admission, Asker, Authority, Change, Command, Edit, Key, KeyCommand, KeyId, KeyValue,
    Kind, Livemode, Place, Refusal,
};
use store::{CommandError, KeyUse, Recorded, Rejection, Sequence, Store, StoreError, Wanted};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::World;

/// How long to wait for this process' gateway; it needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who asks for a change: a secret key, which may manage the keys of its own account and mode.
///
/// A witness: there is none but of a request that was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    asker: Asker,
    place: Place,
}

/// Why whoever asks has no right to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RightError {
    /// A key that manages no keys: of another kind, or one that acts on another account.
    #[error("only a secret key manages keys, those of its own account and mode")]
    NotAllowed,
    /// Live keys are managed by whoever proves who they are, and no proof is taken yet.
    #[error("changes to live keys need a verification code")]
    VerificationRequired,
}

impl Admitted {
    /// The actor that an admission makes of its key. `from` and `program` are kept in the audit.
    ///
    /// # Errors
    /// When the key is not secret, acts on another account, or is live.
    pub fn by(
        admission: &Admission,
        from: IpAddr,
        program: Option<String>,
    ) -> Result<Self, RightError> {
        let own = admission.context().is_none();
        match (admission.kind(), admission.place().mode.livemode()) {
            (Kind::Secret, Livemode::Test) if own => {
                let actor = Actor::Key(admission.key());
                let authority = Authority::Everything;
                let asker = Asker { actor, authority, from: Some(from), program };
                Ok(Self { asker, place: admission.place() })
            }
            (Kind::Secret, Livemode::Live) if own => Err(RightError::VerificationRequired),
            (Kind::Secret | Kind::Publishable | Kind::Restricted | Kind::Organization, _) => {
                Err(RightError::NotAllowed)
            }
        }
    }

    /// The one who asks.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// The account and mode whose keys it manages.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }
}

/// Which gateways decide by the store's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateways {
    /// That of this process alone.
    OwnOnly,
    /// Those of other processes as well, each of which hears of a change or goes silent within that
    /// time.
    OthersWithin(Duration),
}

/// Whether a change that was committed holds everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// No request that begins from now on may do what the change took away.
    Everywhere,
    /// This process' gateway was not heard of in time: the change is kept, and holds a little later.
    NotYet,
}

/// A change that was committed.
pub struct Done {
    /// What has changed, with the values of new keys.
    pub changes: Vec<Change>,
    /// The value that was asked for.
    pub revealed: Option<KeyValue>,
    /// Whether it holds everywhere.
    pub force: Force,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// There is no such key, or it is another place's: the two are not told apart.
    #[error("there is no key `{0}` in the account and mode of the one who asks")]
    NoSuchKey(KeyId),
    /// The actor may not ask for this at all.
    #[error(transparent)]
    NotAllowed(#[from] RightError),
    /// A rule speaks against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task that carried it out fell; whether it was committed is not known.
    #[error("the change broke off: {0}")]
    BrokeOff(#[from] tokio::task::JoinError),
}

/// Carries out what actors ask for.
#[derive(Clone)]
pub struct Control {
    store: Store,
    applied: watch::Receiver<Sequence>,
    gateways: Gateways,
    world: World,
}

impl Control {
    /// `applied` tells which change is in force at this process' gateway.
    #[must_use]
    pub fn new(
        store: Store,
        applied: watch::Receiver<Sequence>,
        gateways: Gateways,
        world: World,
    ) -> Self {
        Self { store, applied, gateways, world }
    }

    /// Carries out a command: asks whether the actor may, commits, and waits until it is in force.
    ///
    /// # Errors
    /// When the actor may not, a rule speaks against it, or the store fails.
    pub async fn carry_out(
        &self,
        actor: &Admitted,
        command: Command,
    ) -> Result<Done, ControlError> {
        self.right(actor, &command).await?;
        let narrows = narrows(&command);
        let store::Done { sequence, changes, revealed } =
            self.commit(actor.asker.clone(), command).await?;
        let force = self.in_force(sequence, narrows).await;
        tracing::info!(by = ?actor.asker.actor, %sequence, ?force, "keys were changed");
        Ok(Done { changes, revealed, force })
    }

    /// Carries out what nobody asked for. Nobody waits until it is in force either: what is due next
    /// would be late.
    pub(crate) async fn by_itself(&self, command: Command) -> Result<(), ControlError> {
        self.commit(Asker::system(), command).await.map(drop)
    }

    /// What is due now.
    pub(crate) async fn due(&self) -> Result<Vec<KeyId>, StoreError> {
        self.store.due((self.world.now)()).await
    }

    /// The keys whose first use ends another.
    pub(crate) async fn awaited(&self) -> Result<Vec<KeyId>, StoreError> {
        self.store.awaited().await
    }

    /// Keeps when keys were last used.
    pub(crate) async fn note(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        self.store.note_uses(uses).await
    }

    /// Some of the keys that the actor manages, living and dead: those after that one, the newest
    /// first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keys(
        &self,
        actor: &Admitted,
        after: Option<KeyId>,
        most: u16,
    ) -> Result<Vec<Key>, ControlError> {
        Ok(self.store.page_of_keys(actor.place, after, most).await?)
    }

    /// A key that the actor manages.
    ///
    /// # Errors
    /// When there is none of that id, it is another place's, or the store fails.
    pub async fn key(&self, actor: &Admitted, id: KeyId) -> Result<Key, ControlError> {
        let found = self.store.key(id).await?.filter(|key| key.place == actor.place);
        found.ok_or(ControlError::NoSuchKey(id))
    }

    /// What was asked for concerning the keys that the actor manages, refusals too, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn events(
        &self,
        actor: &Admitted,
        wanted: Wanted,
    ) -> Result<Vec<Recorded>, ControlError> {
        let Place { account, mode } = actor.place;
        let (account, mode) = (Some(account), Some(mode));
        Ok(self.store.events(Wanted { account, mode, ..wanted }).await?)
    }

    /// What the actor may not do is written to the audit as well.
    async fn right(&self, actor: &Admitted, command: &Command) -> Result<(), ControlError> {
        let refused = match command {
            Command::CreateSecretKey { place, .. } | Command::CreateRestrictedKey { place, .. }
                if *place == actor.place =>
            {
                return Ok(());
            }
            Command::Key(_, KeyCommand::Advance | KeyCommand::NoteFirstUse)
            | Command::CreateSecretKey { .. }
            | Command::CreateRestrictedKey { .. }
            | Command::AddSandbox { .. }
            | Command::RenameSandbox { .. }
            | Command::DeleteSandbox { .. }
            | Command::OpenOrganization { .. }
            | Command::OpenAccount { .. }
            | Command::ChangeAccount { .. } => RightError::NotAllowed.into(),
            Command::Key(key, _) => match self.key(actor, *key).await {
                Ok(_key) => return Ok(()),
                Err(refused) => refused,
            },
        };
        let World { now, mut random } = self.world;
        let code = if matches!(refused, ControlError::NoSuchKey(_)) {
            "resource_missing"
        } else {
            "not_allowed"
        };
        let (asker, place) = (&actor.asker, actor.place);
        let rejection = Rejection { asker, place, command, code };
        self.store.note_refused(rejection, now(), &mut random).await?;
        Err(refused)
    }

    /// In a task of its own: a caller who goes away meanwhile does not break it off halfway.
    async fn commit(&self, asker: Asker, command: Command) -> Result<store::Done, ControlError> {
        let (store, World { now, random }) = (self.store.clone(), self.world);
        let carrying = tokio::spawn(async move {
            let mut entropy = random;
            store.carry_out(&asker, command, now(), &mut entropy).await
        });
        carrying.await?.map_err(|error| match error {
            CommandError::Refused(refusal) => ControlError::Refused(refusal),
            CommandError::Store(error) => ControlError::Store(error),
        })
    }

    /// Waits for this process' gateway, and until others that have not heard of it are silent.
    async fn in_force(&self, sequence: Sequence, narrows: bool) -> Force {
        let silence = match self.gateways {
            Gateways::OthersWithin(lease) if narrows => lease,
            Gateways::OthersWithin(_) | Gateways::OwnOnly => Duration::ZERO,
        };
        let mut applied = self.applied.clone();
        let here = async { applied.wait_for(|applied| *applied >= sequence).await.is_ok() };
        match tokio::join!(timeout(PATIENCE, here), sleep(silence)) {
            (Ok(true), ()) => Force::Everywhere,
            (Ok(false) | Err(_), ()) => Force::NotYet,
        }
    }
}

/// Whether a request that was admitted before might be refused after.
fn narrows(command: &Command) -> bool {
    match command {
        Command::DeleteSandbox { .. } => true,
        Command::Key(_, command) => match command {
            KeyCommand::Edit(Edit { restriction, permissions, connect_permissions, .. }) => {
                restriction.is_some() || permissions.is_some() || connect_permissions.is_some()
            }
            KeyCommand::Rotate(_)
            | KeyCommand::Expire
            | KeyCommand::Delete
            | KeyCommand::Advance
            | KeyCommand::NoteFirstUse => true,
            KeyCommand::Duplicate { .. }
            | KeyCommand::Reveal
            | KeyCommand::Schedule(_)
            | KeyCommand::CancelSchedule => false,
        },
        Command::OpenOrganization { .. }
        | Command::OpenAccount { .. }
        | Command::ChangeAccount { .. }
        | Command::AddSandbox { .. }
        | Command::RenameSandbox { .. }
        | Command::CreateSecretKey { .. }
        | Command::CreateRestrictedKey { .. } => false,
    }
}
