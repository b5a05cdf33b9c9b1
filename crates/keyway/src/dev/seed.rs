//! The small world of a first start. It is made beside its place and moved there when it is whole.

use anyhow::{Context, Result, anyhow, bail};
use console::Password;
use keys::{
    AccountId, Asker, Belonging, Change, Command, Kind, Livemode, Minted, OrganizationId, Version,
};
use serde_json::{Value, json};
use store::{NewOwner, Secrets, Store};

use super::Files;
use crate::folder;
use crate::world::{self, CLOCKS, WORLD};

/// What a first start makes before the world is whole.
const LEFT_OVER: [&str; 4] =
    ["keyway.db.new", "keyway.db.new-wal", "keyway.db.new-shm", "keyway.db.new.lock"];
/// Who can sign in.
const OWNER: &str = "owner@keyway.localhost";

/// Makes the world.
pub(super) async fn seed(files: &Files, secrets: Secrets, version: Version) -> Result<()> {
    let beside = files.at("keyway.db.new");
    clear(files)?;
    // A database that somebody took away may have left its log, which would be played into this one.
    let log = files.at("keyway.db-wal");
    if log.exists() {
        bail!("{} is there without its keyway.db; put that back, or take both away", log.display());
    }
    let url = format!("sqlite:{}", beside.display());
    let store = Store::open(&url, secrets, version).await?;
    let world = world(&store).await?;
    store.close().await;
    folder::write(&files.world(), &serde_json::to_vec_pretty(&world)?)?;
    // With this the world is there; before it there is none.
    folder::put_in_place(&beside, &files.database())?;
    clear(files)
}

/// Removes what was left over, by a first start that was broken off or by this one.
fn clear(files: &Files) -> Result<()> {
    for name in LEFT_OVER {
        match std::fs::remove_file(files.at(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("cannot remove {}", files.at(name).display()));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

async fn world(store: &Store) -> Result<Value> {
    let opened = carry_out(store, Command::OpenOrganization { name: "Rocket Rides".to_owned() });
    let organization = opened_organization(&opened.await?)?;
    let owned = Belonging::Organization(organization);
    let (platform, told_platform) = account(store, "Rocket Rides", owned, "platform").await?;
    let connected = Belonging::Platform(platform);
    let (_, told_connected) = account(store, "Jane's Bikes", connected, "connected").await?;
    let (_, told_standalone) = account(store, "Rocket Deliveries", owned, "standalone").await?;
    Ok(json!({
        "owner": owner(store, organization).await?,
        "organization": organization,
        "accounts": [told_platform, told_connected, told_standalone],
    }))
}

async fn owner(store: &Store, organization: OrganizationId) -> Result<Value> {
    let mut password = [0u8; 12];
    world::random(&mut password);
    let password = password.map(|byte| format!("{byte:02x}")).concat();
    let password_hash = Password::new(password.clone().into()).hash(WORLD)?;
    let owner = NewOwner { organization, email: OWNER.parse()?, password_hash };
    store.add_owner(owner, (CLOCKS.now)(), &mut world::random).await?;
    Ok(json!({"email": OWNER, "password": password}))
}

async fn account(
    store: &Store,
    name: &str,
    belonging: Belonging,
    role: &str,
) -> Result<(AccountId, Value)> {
    let changes =
        carry_out(store, Command::OpenAccount { name: name.to_owned(), belonging }).await?;
    let opened = Opened::of(changes)?;
    let mut told = opened.told();
    if let Some(told) = told.as_object_mut() {
        told.insert("role".to_owned(), role.into());
    }
    Ok((opened.account, told))
}

/// The organization that was founded.
pub(crate) fn opened_organization(changes: &[Change]) -> Result<OrganizationId> {
    let opened = changes.iter().find_map(Change::organization).map(|organization| organization.id);
    opened.ok_or_else(|| anyhow!("no organization was opened"))
}

async fn carry_out(store: &Store, command: Command) -> Result<Vec<Change>> {
    Ok(store
        .carry_out(&Asker::system(), command, (CLOCKS.now)(), &mut world::random)
        .await?
        .changes)
}

/// An account that was just opened, with the values of its keys.
pub(crate) struct Opened {
    account: AccountId,
    /// The organization that owns it.
    pub(crate) organization: Option<OrganizationId>,
    keys: Vec<Minted>,
}

impl Opened {
    /// What opening it changed.
    pub(crate) fn of(changes: Vec<Change>) -> Result<Self> {
        let opened = changes.iter().find_map(Change::account);
        let opened = opened.ok_or_else(|| anyhow!("no account was opened"))?;
        let (account, organization) = (opened.id, opened.organization);
        let keys = changes.into_iter().filter_map(Change::into_made).collect();
        Ok(Self { account, organization, keys })
    }

    /// What people are told of it.
    pub(crate) fn told(&self) -> Value {
        let secret = self.key(Kind::Secret, Livemode::Test);
        let sandbox = secret.and_then(|minted| minted.key.home.place());
        json!({
            "id": self.account,
            "sandbox": {
                "id": sandbox.map(|place| place.mode),
                "secret": self.value(Kind::Secret, Livemode::Test),
                "publishable": self.value(Kind::Publishable, Livemode::Test),
            },
            "live": {
                "secret": self.value(Kind::Secret, Livemode::Live),
                "publishable": self.value(Kind::Publishable, Livemode::Live),
            },
        })
    }

    fn key(&self, kind: Kind, livemode: Livemode) -> Option<&Minted> {
        let wanted = keys::Form { kind, livemode };
        self.keys.iter().find(|minted| minted.key.form() == wanted)
    }

    fn value(&self, kind: Kind, livemode: Livemode) -> Option<&str> {
        self.key(kind, livemode).map(|minted| minted.value.expose())
    }
}
