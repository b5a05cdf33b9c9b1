//! The rules of a key's life: what may be changed, and what follows from it. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Account, AccountId, Belonging, Change, Command, Ending, Entropy, Form, IpRestriction, Keep,
    Key, KeyId, KeyValue, Kind, Livemode, Minted, Mode, Organization, OrganizationId, Place,
    Refusal, Sandbox, SandboxId, Standing, Version, holds_key_value,
};

/// The most characters of a name.
const NAME: usize = 200;
/// The most characters of a note.
const NOTE: usize = 2_000;
/// The longest time that a rotated key may go on.
const OVERLAP_DAYS: i64 = 7;

/// What a command may look at: the things that it names, as they are in its transaction.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The organizations it names.
    pub organizations: Vec<OrganizationId>,
    /// The accounts it names.
    pub accounts: Vec<Account>,
    /// The sandboxes of those accounts.
    pub sandboxes: Vec<Sandbox>,
    /// The keys it names.
    pub keys: Vec<Key>,
    /// The version that new accounts start with.
    pub version: Version,
}

/// Decides about a command.
///
/// # Errors
/// The reason why it is not carried out.
pub fn decide(
    command: Command,
    scope: &Scope,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Change>, Refusal> {
    match command {
        Command::OpenOrganization { name } => open_organization(&name, now, entropy),
        Command::OpenAccount { name, belonging } => {
            open_account(&name, belonging, scope, Birth { now, entropy })
        }
        Command::CreateSecretKey { place, name, note } => {
            scope.place(place)?;
            let (name, note) = (checked_name(&name)?, checked_note(note)?);
            let keep = keep_created(place.mode);
            let mut birth = Birth { now, entropy };
            let mut minted = birth.key(Kind::Secret, place, name, keep);
            minted.key.note = note;
            Ok(vec![Change::KeyMade(minted)])
        }
        Command::RotateKey { key, ending } => {
            rotate(scope.living_key(key, now)?, ending, Birth { now, entropy })
        }
        Command::RestrictKey { key, restriction } => {
            restrict(scope.living_key(key, now)?, restriction)
        }
        Command::DeleteKey { key } => delete(scope.living_key(key, now)?, now),
    }
}

impl Scope {
    fn account(&self, id: AccountId) -> Result<&Account, Refusal> {
        let found = self.accounts.iter().find(|account| account.id == id);
        found.ok_or(Refusal::UnknownAccount(id))
    }

    fn place(&self, place: Place) -> Result<(), Refusal> {
        let account = self.account(place.account)?;
        let has = |id| {
            self.sandboxes.iter().any(|sandbox| sandbox.id == id && sandbox.account == account.id)
        };
        match place.mode {
            Mode::Sandbox(id) if !has(id) => Err(Refusal::UnknownSandbox),
            Mode::Sandbox(_) | Mode::Live => Ok(()),
        }
    }

    fn living_key(&self, id: KeyId, now: Timestamp) -> Result<&Key, Refusal> {
        let key = self.keys.iter().find(|key| key.id == id).ok_or(Refusal::UnknownKey(id))?;
        if key.standing.is_alive(now) { Ok(key) } else { Err(Refusal::KeyIsDead) }
    }
}

fn open_organization(
    name: &str,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Change>, Refusal> {
    let name = checked_name(name)?;
    let id = OrganizationId::mint(entropy);
    Ok(vec![Change::OrganizationOpened(Organization { id, name, created_at: now })])
}

/// An account is born with one sandbox and four keys: secret and publishable, live and sandbox.
fn open_account(
    name: &str,
    belonging: Belonging,
    scope: &Scope,
    mut birth: Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    let (organization, platform) = match belonging {
        Belonging::Nobody => (None, None),
        Belonging::Organization(id) if scope.organizations.contains(&id) => (Some(id), None),
        Belonging::Organization(id) => return Err(Refusal::UnknownOrganization(id)),
        Belonging::Platform(id) => match scope.account(id)?.platform {
            Some(_) => return Err(Refusal::NotAPlatform),
            None => (None, Some(id)),
        },
    };
    let id = AccountId::mint(birth.entropy);
    let sandbox = Sandbox {
        id: SandboxId::mint(birth.entropy),
        account: id,
        name: "Sandbox".to_owned(),
        created_at: birth.now,
    };
    let account = Account {
        id,
        organization,
        platform,
        first_sandbox: sandbox.id,
        version: scope.version.clone(),
        name: checked_name(name)?,
        created_at: birth.now,
    };
    let modes = [Mode::Sandbox(sandbox.id), Mode::Live];
    let mut changes = vec![Change::AccountOpened(account), Change::SandboxOpened(sandbox)];
    for mode in modes {
        let place = Place { account: id, mode };
        for kind in [Kind::Secret, Kind::Publishable] {
            let name = standard_name(kind).to_owned();
            changes.push(Change::KeyMade(birth.key(kind, place, name, Keep::Sealed)));
        }
    }
    Ok(changes)
}

/// The replacement works at once, of the same kind and restriction; the old key ends when asked.
fn rotate(old: &Key, ending: Ending, mut birth: Birth<'_>) -> Result<Vec<Change>, Refusal> {
    let standing = match ending {
        Ending::Now => Standing::Deleted { at: birth.now },
        Ending::At(at) if at <= birth.now => return Err(Refusal::EndingInThePast),
        Ending::At(at)
            if at.duration_since(birth.now) > SignedDuration::from_hours(24 * OVERLAP_DAYS) =>
        {
            return Err(Refusal::EndingTooFar { days: OVERLAP_DAYS });
        }
        // An ending that was set before is never put off.
        Ending::At(at) => match old.standing {
            Standing::Expiring { at: before } => Standing::Expiring { at: at.min(before) },
            Standing::Active | Standing::Deleted { .. } => Standing::Expiring { at },
        },
    };
    let name = match old.kind {
        Kind::Publishable | Kind::Secret => standard_name(old.kind).to_owned(),
        Kind::Restricted | Kind::Organization => old.name.clone(),
    };
    let keep = match old.kind {
        Kind::Publishable => Keep::Sealed,
        Kind::Secret | Kind::Restricted | Kind::Organization => keep_created(old.place.mode),
    };
    let mut minted = birth.key(old.kind, old.place, name, keep);
    minted.key.restriction = old.restriction.clone();
    let retired = Key { standing, ..old.clone() };
    Ok(vec![Change::KeyMade(minted), Change::KeyChanged(retired)])
}

fn restrict(key: &Key, restriction: IpRestriction) -> Result<Vec<Change>, Refusal> {
    match key.kind {
        Kind::Publishable => Err(Refusal::PublishableIsUnrestricted),
        Kind::Secret | Kind::Restricted | Kind::Organization => {
            Ok(vec![Change::KeyChanged(Key { restriction, ..key.clone() })])
        }
    }
}

fn delete(key: &Key, now: Timestamp) -> Result<Vec<Change>, Refusal> {
    match key.kind {
        Kind::Publishable => Err(Refusal::PublishableStays),
        Kind::Secret | Kind::Restricted | Kind::Organization => {
            let standing = Standing::Deleted { at: now };
            Ok(vec![Change::KeyChanged(Key { standing, ..key.clone() })])
        }
    }
}

/// What new things take from the world: the time, and chance.
struct Birth<'e> {
    now: Timestamp,
    entropy: &'e mut dyn Entropy,
}

impl Birth<'_> {
    fn key(&mut self, kind: Kind, place: Place, name: String, keep: Keep) -> Minted {
        let form = Form { kind, livemode: place.mode.livemode() };
        let value = KeyValue::mint(form, self.entropy);
        let key = Key {
            id: KeyId::mint(self.entropy),
            place,
            kind,
            name,
            note: None,
            tail: value.mask().tail().unwrap_or_default(),
            restriction: IpRestriction::Anywhere,
            standing: Standing::Active,
            created_at: self.now,
        };
        Minted { key, value, keep }
    }
}

/// Sandbox keys can be revealed any number of times; a live one that a person makes, never.
fn keep_created(mode: Mode) -> Keep {
    match mode.livemode() {
        Livemode::Live => Keep::ShownOnce,
        Livemode::Test => Keep::Sealed,
    }
}

fn standard_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Publishable => "Publishable key",
        Kind::Secret => "Secret key",
        Kind::Restricted => "Restricted key",
        Kind::Organization => "Organization key",
    }
}

fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    refuse_key_value(name)?;
    let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(Refusal::BadName { most: NAME }) }
}

fn checked_note(note: Option<String>) -> Result<Option<String>, Refusal> {
    refuse_key_value(note.as_deref().unwrap_or_default())?;
    let fits = note.as_deref().is_none_or(|note| {
        note.chars().count() <= NOTE
            && !note.chars().any(|letter| letter.is_control() && letter != '\n')
    });
    if fits { Ok(note) } else { Err(Refusal::BadNote { most: NOTE }) }
}

fn refuse_key_value(text: &str) -> Result<(), Refusal> {
    if holds_key_value(text.as_bytes()) { Err(Refusal::KeyValueInText) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
