//! A store with one busy place in it: many keys of one account's mode, and a long history of them.
//!
//! All of it is made by the commands that the product itself carries out, one after the other, as over
//! three months: so the audit is a chain that can be verified.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use console::Password;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use keys::{
    Actor, AllowList, Asker, Authority, Belonging, Change, Command, Edit, Ending, Grants, Home,
    IpRestriction, Key, KeyCommand, KeyId, Kind, Livemode, OrganizationId, Permissions, Place,
    UserId, Version,
};
use store::{NewOwner, Store};

use crate::clock;
use crate::device::fresh;
use crate::world::secrets;

/// Who signs in.
pub const EMAIL: &str = "owner@keyway.localhost";
/// With what.
pub const PASSWORD: &str = "a password of the benchmark";

/// How long ago it all began.
const AGE: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many keys live beside each other: of so many, one is deleted in the end.
const ONE_DELETED_OF: usize = 10;
/// Of so many, one is rotated in the end, and its old value goes on for a while.
const ONE_ROTATED_OF: usize = 25;

/// A busy place.
pub struct Busy {
    /// The folder: `pepper`, `sealing`, and `keyway.db` where that is the store.
    pub folder: PathBuf,
    /// The address of the store.
    pub url: String,
    /// The account and the mode.
    pub place: Place,
    /// Who owns it, and did most of it.
    pub owner: UserId,
    /// The keys, oldest first.
    pub keys: Vec<KeyId>,
}

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Keys of one place, living and dead.
    pub keys: usize,
    /// Events of the audit.
    pub events: usize,
}

impl Busy {
    /// Makes a store at that address, or in the folder itself.
    ///
    /// # Errors
    /// When it cannot be made, or more keys are asked for than events.
    pub fn make(folder: PathBuf, url: Option<String>, size: Size) -> Result<Self> {
        let folder = fresh(folder)?;
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.join("keyway.db").display()));
        let mut random = Rng::with_seed(2026);
        let secrets = secrets(&folder, &mut random)?;
        tokio::runtime::Runtime::new()?.block_on(async {
            let newest: Version = "2026-06-24.dahlia".parse()?;
            let store = Store::open(&url, secrets, newest).await?;
            let mut maker = Maker::begin(&store, random, size).await?;
            maker.fill(size).await?;
            let Maker { place, owner, keys, .. } = maker;
            store.close().await;
            anyhow::Ok(Self { folder, url, place, owner, keys })
        })
    }
}

/// What does one thing after the other.
struct Maker<'s> {
    store: &'s Store,
    random: Rng,
    now: Timestamp,
    step: SignedDuration,
    done: usize,
    place: Place,
    owner: UserId,
    keys: Vec<KeyId>,
}

impl<'s> Maker<'s> {
    async fn begin(store: &'s Store, mut random: Rng, size: Size) -> Result<Self> {
        let now = clock::time_of_day() - AGE;
        let mut entropy = |room: &mut [u8]| random.fill(room);
        let found = Command::OpenOrganization { name: "Rocket Rides".to_owned() };
        let founded = store.carry_out(&Asker::system(), found, now, &mut entropy).await?.changes;
        let organization: OrganizationId =
            founded.iter().find_map(Change::organization).context("no organization")?.id;
        let belonging = Belonging::Organization(organization);
        let open = Command::OpenAccount { name: "Rocket Rides".to_owned(), belonging };
        let opened = store.carry_out(&Asker::system(), open, now, &mut entropy).await?.changes;
        let born: Vec<Key> =
            opened.into_iter().filter_map(Change::into_made).map(|minted| minted.key).collect();
        let of_sandbox = |key: &&Key| key.home.livemode() == Livemode::Test;
        let place =
            born.iter().find(of_sandbox).and_then(|key| key.home.place()).context("no sandbox")?;
        let world = console::World { now: clock::time_of_day, random: fastrand_bytes };
        let password_hash = Password::new(PASSWORD.to_owned().into()).hash(world)?;
        let owner = NewOwner { organization, email: EMAIL.parse()?, password_hash };
        let owner = store.add_owner(owner, now, &mut entropy).await?.id;
        let step = AGE / i32::try_from(size.events)?;
        // A publishable one is not deleted, nor edited as the others are.
        let keys = born
            .iter()
            .filter(|key| key.home == Home::Account(place) && key.kind != Kind::Publishable);
        let keys = keys.map(|key| key.id).collect();
        Ok(Self { store, random, now, step, done: 2, place, owner, keys })
    }

    /// Creates keys, edits them again and again, and in the end lets some of them end.
    async fn fill(&mut self, Size { keys, events }: Size) -> Result<()> {
        while self.keys.len() < keys - keys / ONE_ROTATED_OF {
            self.create().await?;
        }
        let living = self.keys.clone();
        let ends = living.len() / ONE_DELETED_OF + keys / ONE_ROTATED_OF;
        if self.done + ends > events {
            bail!("{events} events are too few for {keys} keys");
        }
        for (turn, key) in living.iter().cycle().take(events - ends - self.done).enumerate() {
            let note = Some(format!("Password manager, shelf {turn}"));
            self.carry_out(Command::Key(*key, KeyCommand::Edit(Edit { note, ..Edit::default() })))
                .await?;
        }
        for (number, key) in living.iter().enumerate() {
            if number % ONE_DELETED_OF == 1 {
                self.carry_out(Command::Key(*key, KeyCommand::Delete)).await?;
            } else if number % ONE_ROTATED_OF == 2 && self.keys.len() < keys {
                let ending = Ending::At(self.now + SignedDuration::from_hours(48));
                let rotated =
                    self.carry_out(Command::Key(*key, KeyCommand::Rotate(ending))).await?;
                self.keys.extend(made(rotated));
            }
        }
        Ok(())
    }

    async fn create(&mut self) -> Result<()> {
        let (number, place) = (self.keys.len(), self.place);
        let name = format!("Terminal {number}");
        let command = if number.is_multiple_of(3) {
            let own = Permissions::parse(["charge_write", "customer_read", "refund_read"])?;
            let grants = Grants { own, connect: Permissions::default() };
            Command::CreateRestrictedKey { place, name, note: None, grants }
        } else {
            Command::CreateSecretKey { place, name, note: None }
        };
        let created = made(self.carry_out(command).await?);
        if let Some(key) = created.first()
            && number.is_multiple_of(4)
        {
            let list = AllowList::parse(["203.0.113.7", "198.51.100.0/24"])?;
            let restriction = Some(IpRestriction::Only(list));
            let edit = Edit { restriction, ..Edit::default() };
            self.carry_out(Command::Key(*key, KeyCommand::Edit(edit))).await?;
        }
        self.keys.extend(created);
        Ok(())
    }

    /// Most is done by the owner, and some by Keyway itself.
    async fn carry_out(&mut self, command: Command) -> Result<Vec<Change>> {
        let asker = if self.done.is_multiple_of(50) {
            Asker::system()
        } else {
            Asker {
                actor: Actor::User(self.owner),
                authority: Authority::everything(),
                from: Some([203, 0, 113, 7].into()),
                program: Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0)".to_owned()),
                idempotency: None,
            }
        };
        (self.now, self.done) = (self.now + self.step, self.done + 1);
        let Self { store, random, now, .. } = self;
        let mut entropy = |room: &mut [u8]| random.fill(room);
        Ok(store.carry_out(&asker, command, *now, &mut entropy).await?.changes)
    }
}

fn made(changes: Vec<Change>) -> Vec<KeyId> {
    changes.into_iter().filter_map(Change::into_made).map(|minted| minted.key.id).collect()
}

fn fastrand_bytes(room: &mut [u8]) {
    Rng::with_seed(7).fill(room);
}
