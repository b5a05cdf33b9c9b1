//! The commands that the steps of a script are, as things are by then.

use jiff::{SignedDuration, Timestamp};
use keys::{
    AccountId, AllowList, Belonging, Command, Days, Edit, Ending, Entropy, ForeignDigest,
    ForeignValue, Form, Grants, Home, ImportedKey, IpRestriction, Key, KeyCommand, KeyId, KeyValue,
    Kind, Livemode, Mode, OrganizationId, Origin, Permissions, Place, Sandbox, SandboxId, Schedule,
    Standing,
};

use super::rules::{Model, has_permissions, lives, next_event};
use super::script::{By, Foreign, Levels, OnKey, Text, Wait, Whose, Wish};
use super::who::Who;
use crate::world::{Seeded, pepper, secrets};

fn permissions(levels: &Levels) -> Permissions {
    Permissions::parse(levels.iter().copied()).unwrap()
}

impl By {
    /// Who that is, for a command as things are by then. A key of an account asks for what is in its own
    /// place, now and then for something elsewhere; where no key lives, the system asks.
    pub(super) fn who(&self, command: &Command, model: &Model, now: Timestamp) -> Who {
        match self {
            Self::System => Who::System,
            Self::Person(number) => pick(&model.people, *number).map_or(Who::System, Who::Person),
            Self::Key(number) => {
                let there = if number.is_multiple_of(5) { None } else { model.home_of(command) };
                let can_ask = |key: &&Key| {
                    let asks = matches!(key.kind, Kind::Secret | Kind::Restricted);
                    asks && lives(key, now) && there.is_none_or(|there| there == key.home)
                };
                let keys = model.keys.iter().map(|life| &life.key).filter(can_ask);
                let limited = |key: &&Key| {
                    key.kind == Kind::Restricted || key.restriction != IpRestriction::Anywhere
                };
                let few: Vec<&Key> = keys.clone().filter(limited).collect();
                let all: Vec<&Key> = keys.collect();
                let from = if number.is_multiple_of(2) && !few.is_empty() { few } else { all };
                let chosen = pick(&from, number / 2);
                chosen.map_or(Who::System, |key| Who::Key(Box::new(key.clone())))
            }
        }
    }
}

impl Wait {
    pub(super) fn after(&self, now: Timestamp, model: &Model) -> Timestamp {
        match self {
            Self::Seconds(seconds) => now + SignedDuration::from_secs(*seconds),
            Self::NextEvent { short_of } => {
                let events = model.keys.iter().filter_map(|life| next_event(&life.key));
                let next = events.filter(|at| *at > now).min().unwrap_or(now);
                now.max(next - SignedDuration::from_micros(*short_of))
            }
        }
    }
}

impl Text {
    fn text(&self) -> String {
        match self {
            Self::Plain(number) => format!("Name {number}"),
            Self::Padded => "  Billing ".to_owned(),
            Self::Empty => " ".to_owned(),
            Self::TwoLines => "In the\nvault".to_owned(),
            Self::Tab => "In the\tvault".to_owned(),
            Self::Letters(number) => "x".repeat(*number),
            Self::Value => {
                let form = Form { kind: Kind::Secret, livemode: Livemode::Test };
                let entropy: &mut dyn Entropy = &mut Seeded(0);
                format!("this is {}", KeyValue::mint(form, entropy).expose())
            }
        }
    }
}

fn texts(text: Option<&Text>) -> Option<String> {
    text.map(Text::text)
}

impl Wish {
    /// The command; none where the system is to do what is due.
    pub(super) fn command(&self, model: &Model, now: Timestamp) -> Option<Command> {
        Some(match self {
            Self::FoundOrganization { name } => Command::OpenOrganization { name: name.text() },
            Self::OpenAccount { name, whose } => {
                let belonging = match whose {
                    Whose::Nobody => Belonging::Nobody,
                    Whose::Platform(number) => Belonging::Platform(account(model, *number)),
                    Whose::Organization(number) => {
                        Belonging::Organization(organization(model, *number))
                    }
                };
                Command::OpenAccount { name: name.text(), belonging }
            }
            Self::ChangeAccount { account: number, name, version } => Command::ChangeAccount {
                account: account(model, *number),
                name: texts(name.as_ref()),
                version: version.map(|newer| {
                    let text = if newer { "2026-06-24.dahlia" } else { "2025-03-31.basil" };
                    text.parse().unwrap()
                }),
            },
            Self::DeleteAccount { account: number } => {
                // Any of them, so that most scripts keep the first one.
                Command::DeleteAccount { account: account(model, 3 * number) }
            }
            Self::AddSandbox { account: number, name } => {
                Command::AddSandbox { account: account(model, *number), name: name.text() }
            }
            Self::RenameSandbox { sandbox: number, name } => {
                Command::RenameSandbox { sandbox: sandbox(model, *number), name: name.text() }
            }
            Self::DeleteSandbox { sandbox: number } => {
                Command::DeleteSandbox { sandbox: sandbox(model, *number) }
            }
            Self::Secret { place: number, name, note } => Command::CreateSecretKey {
                place: place(model, *number),
                name: name.text(),
                note: texts(note.as_ref()),
            },
            Self::Restricted { place: number, name, own, connect } => {
                let grants = Grants { own: permissions(own), connect: permissions(connect) };
                let (place, name) = (place(model, *number), name.text());
                Command::CreateRestrictedKey { place, name, note: None, grants }
            }
            Self::OfOrganization { organization: number, live, name, own } => {
                let grants = Grants { own: permissions(own), connect: Permissions::none() };
                let livemode = if *live { Livemode::Live } else { Livemode::Test };
                let (organization, name) = (organization(model, *number), name.text());
                Command::CreateOrganizationKey { organization, livemode, name, note: None, grants }
            }
            Self::Key { key: number, what } => {
                let id = key(model, *number, (what, now));
                let value = model.life(id).map_or("", |life| life.value.as_str());
                Command::Key(id, what.command(now, value))
            }
            Self::Import { place: number, keys } => Command::ImportKeys {
                place: place(model, *number),
                keys: keys.iter().map(|key| Ok(key.imported(now))).collect(),
            },
            Self::Due => return None,
        })
    }
}

impl OnKey {
    /// Whether there is a point in asking for it.
    fn fits(&self, key: &Key) -> bool {
        match self {
            Self::Duplicate { .. } | Self::Permit { .. } => has_permissions(key),
            Self::Cancel | Self::Advance => key.schedule.is_some(),
            Self::Expire => key.standing != Standing::Active,
            Self::NoteFirstUse => key.retires.is_some(),
            Self::Adopt => matches!(key.origin, Origin::Imported(_)),
            Self::Describe { .. }
            | Self::Restrict(_)
            | Self::Reveal
            | Self::RotateNow
            | Self::RotateIn(_)
            | Self::RotateAtFirstUse
            | Self::Schedule { .. }
            | Self::Delete => key.kind != Kind::Publishable,
        }
    }

    fn command(&self, now: Timestamp, value: &str) -> KeyCommand {
        let seconds = SignedDuration::from_secs;
        let both =
            |name: &Option<Text>, note: &Option<Text>| (texts(name.as_ref()), texts(note.as_ref()));
        match self {
            Self::Duplicate { name, note } => {
                let (name, note) = both(name, note);
                KeyCommand::Duplicate { name, note }
            }
            Self::Describe { name, note } => {
                let (name, note) = both(name, note);
                KeyCommand::Edit(Edit { name, note, ..Edit::default() })
            }
            Self::Restrict(entries) => {
                let restriction = restriction(entries);
                KeyCommand::Edit(Edit { restriction: Some(restriction), ..Edit::default() })
            }
            Self::Permit { own, connect } => KeyCommand::Edit(Edit {
                permissions: own.as_ref().map(permissions),
                connect_permissions: connect.as_ref().map(permissions),
                ..Edit::default()
            }),
            Self::Reveal => KeyCommand::Reveal,
            Self::RotateNow => KeyCommand::Rotate(Ending::Now),
            Self::RotateIn(time) => KeyCommand::Rotate(Ending::At(now + seconds(*time))),
            Self::RotateAtFirstUse => KeyCommand::Rotate(Ending::AtFirstUse),
            Self::Schedule { seconds: time, every, grace } => KeyCommand::Schedule(Schedule {
                next: now + seconds(*time),
                every: every.map(|days| Days::new(days).unwrap()),
                grace: seconds(*grace),
            }),
            Self::Cancel => KeyCommand::CancelSchedule,
            Self::Expire => KeyCommand::Expire,
            Self::Delete => KeyCommand::Delete,
            Self::Advance => KeyCommand::Advance,
            Self::NoteFirstUse => KeyCommand::NoteFirstUse,
            Self::Adopt => {
                let value = ForeignValue::of(value.as_bytes());
                let value = value.unwrap_or(ForeignValue::of(b"nobody-knows-this-value").unwrap());
                KeyCommand::Adopt(value.adoption(&pepper()))
            }
        }
    }
}

impl Foreign {
    fn imported(&self, now: Timestamp) -> ImportedKey {
        let value = foreign_value(self.number);
        let foreign =
            ForeignValue::of(value.as_bytes()).unwrap().foreign(&secrets().peppers).next();
        let grants = self.levels.as_ref();
        ImportedKey {
            name: self.name.text(),
            note: None,
            foreign: foreign.unwrap(),
            tail: None,
            grants: grants.map(|(own, connect)| Grants {
                own: permissions(own),
                connect: permissions(connect),
            }),
            restriction: restriction(&self.addresses),
            expires_at: self.seconds.map(|seconds| now + SignedDuration::from_secs(seconds)),
        }
    }
}

/// The value that a key of another system has.
fn foreign_value(number: u8) -> String {
    format!("shop-{number:04}-QyZ0vV2Jm8")
}

/// The value of an imported key, found by trying them all.
pub(super) fn value_of(foreign: &ForeignDigest) -> String {
    let peppers = secrets().peppers;
    let is_it = |value: &String| {
        let value = ForeignValue::of(value.as_bytes()).unwrap();
        value.foreign(&peppers).any(|digest| digest == *foreign)
    };
    (0..=u8::MAX).map(foreign_value).find(is_it).expect("a value of a script")
}

fn restriction(entries: &[&'static str]) -> IpRestriction {
    let list = AllowList::parse(entries.iter().copied());
    list.map_or(IpRestriction::Anywhere, IpRestriction::Only)
}

impl Model {
    /// Where the keys live that a command is about, if it is about some.
    fn home_of(&self, command: &Command) -> Option<Home> {
        match command {
            Command::CreateSecretKey { place, .. }
            | Command::CreateRestrictedKey { place, .. }
            | Command::ImportKeys { place, .. } => Some(Home::Account(*place)),
            Command::CreateOrganizationKey { organization: id, livemode, .. } => {
                Some(Home::Organization { id: *id, livemode: *livemode })
            }
            Command::Key(id, _) => self.life(*id).map(|life| life.key.home),
            Command::OpenOrganization { .. }
            | Command::OpenAccount { .. }
            | Command::ChangeAccount { .. }
            | Command::DeleteAccount { .. }
            | Command::AddSandbox { .. }
            | Command::RenameSandbox { .. }
            | Command::DeleteSandbox { .. } => None,
        }
    }
}

fn pick<T: Copy>(from: &[T], number: usize) -> Option<T> {
    from.get(number.checked_rem(from.len())?).copied()
}

/// Mostly the first one, so that things come together there.
fn account(model: &Model, number: usize) -> AccountId {
    let all: Vec<_> = model.accounts.iter().map(|account| account.id).collect();
    let unknown = || "acct_0000000000000000".parse().unwrap();
    pick(&all, if number.is_multiple_of(3) { number / 3 } else { 0 }).unwrap_or_else(unknown)
}

/// Mostly the first one.
fn organization(model: &Model, number: usize) -> OrganizationId {
    let unknown = || "org_00000000000000000000000".parse().unwrap();
    match number % 5 {
        0 => unknown(),
        1 => pick(&model.organizations, number / 5).unwrap_or_else(unknown),
        _ => model.organizations.first().copied().unwrap_or_else(unknown),
    }
}

/// Mostly one that is there and can be deleted.
fn sandbox(model: &Model, number: usize) -> SandboxId {
    let any = number.is_multiple_of(4);
    let there = |sandbox: &&Sandbox| sandbox.deleted_at.is_none() && !model.is_first(sandbox.id);
    let all = model.sandboxes.iter().filter(|sandbox| any || there(sandbox));
    let all: Vec<_> = all.map(|sandbox| sandbox.id).collect();
    pick(&all, number / 4).unwrap_or_else(|| "sbx_0000000000000000".parse().unwrap())
}

/// A mode of an account; now and then a sandbox that was deleted, or is another account's.
fn place(model: &Model, number: usize) -> Place {
    let live = Place { account: account(model, number / 3), mode: Mode::Live };
    let its: Vec<_> = model.sandboxes.iter().collect();
    match (number % 3, pick(&its, number / 3)) {
        (0, _) | (_, None) => live,
        (_, Some(sandbox)) => {
            let strange = number.is_multiple_of(17);
            let account = if strange { live.account } else { sandbox.account };
            Place { account, mode: Mode::Sandbox(sandbox.id) }
        }
    }
}

/// Mostly a living one with which that can be done.
fn key(model: &Model, number: usize, (what, now): (&OnKey, Timestamp)) -> KeyId {
    let class = number % 5;
    let keys = model.keys.iter().map(|life| &life.key);
    let living: Vec<_> = keys.clone().filter(|key| lives(key, now)).collect();
    let fitting: Vec<_> = living.iter().copied().filter(|key| what.fits(key)).collect();
    let from = match class {
        0 => keys.collect(),
        1 => living,
        _ if fitting.is_empty() => living,
        _ => fitting,
    };
    let unknown = || "key_0000000000000000".parse().unwrap();
    pick(&from, number / 5).map_or_else(unknown, |key| key.id)
}
