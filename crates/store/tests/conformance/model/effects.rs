//! What a command makes true.

use jiff::{SignedDuration, Timestamp};
use keys::{
    Account, AccountId, Belonging, Command, Edit, Ending, Grants, Home, ImportedKey, IpRestriction,
    Key, KeyCommand, KeyId, Kind, Mask, Mode, OrganizationId, Origin, Place, Realm, Reveal, Role,
    Sandbox, SandboxId, Schedule, Standing, UserId,
};

use super::rules::{Born, Life, Model, days, lives};
use super::who::Who;

impl Model {
    /// What the command makes true. Each new thing takes its id, and each new key its value, from
    /// what was born.
    pub(crate) fn carry_out(&mut self, by: &Who, command: &Command, now: Timestamp, born: Born) {
        let organization = born.organization;
        let mut born = Birth {
            now,
            keys: born.keys.into_iter(),
            place: (born.account, born.sandbox),
            founder: born.founder,
            from: by.addresses(),
        };
        match command {
            Command::OpenOrganization { .. } => self.found(organization.unwrap(), born.founder),
            Command::OpenAccount { name, belonging } => self.open(name, *belonging, &mut born),
            Command::ChangeAccount { account, name, version } => {
                let its = self.accounts.iter_mut().find(|its| its.id == *account).unwrap();
                let name = name.as_deref().map(str::trim).map(str::to_owned);
                its.name = name.unwrap_or(its.name.clone());
                its.version = version.clone().unwrap_or(its.version.clone());
            }
            Command::DeleteAccount { account } => self.delete_account(*account, now),
            Command::AddSandbox { account, name } => {
                self.add_sandbox(*account, name, &mut born);
            }
            Command::RenameSandbox { sandbox, name } => {
                let its = self.sandboxes.iter_mut().find(|its| its.id == *sandbox).unwrap();
                name.trim().clone_into(&mut its.name);
            }
            Command::DeleteSandbox { sandbox } => {
                let its = self.sandboxes.iter_mut().find(|its| its.id == *sandbox).unwrap();
                its.deleted_at = Some(now);
                for Life { key, .. } in &mut self.keys {
                    if key.home.side() == sandbox.to_string() && lives(key, now) {
                        end(key, Standing::Deleted { at: now });
                    }
                }
            }
            Command::CreateSecretKey { place, name, note } => {
                let restriction = born.from.clone();
                let new = New::named(Kind::Secret, Home::Account(*place), name);
                let made = New { note: note.clone(), restriction, ..new };
                self.keys.push(born.key(made));
            }
            Command::CreateRestrictedKey { place, name, note, grants } => {
                let (note, grants) = (note.clone(), grants.clone());
                let restriction = born.from.clone();
                let new = New::named(Kind::Restricted, Home::Account(*place), name);
                self.keys.push(born.key(New { note, restriction, grants, ..new }));
            }
            Command::CreateOrganizationKey { organization, livemode, name, note, grants } => {
                let (note, grants) = (note.clone(), grants.clone());
                let home = Home::Organization { id: *organization, livemode: *livemode };
                let made = New { note, grants, ..New::named(Kind::Organization, home, name) };
                self.keys.push(born.key(made));
            }
            Command::ImportKeys { place, keys } => {
                for imported in keys.iter().flatten() {
                    self.keys.push(born.imported(*place, imported));
                }
            }
            Command::Key(id, command) => self.on_key(*id, command, &mut born),
        }
        assert!(born.keys.next().is_none(), "no other key was made");
    }

    fn found(&mut self, id: OrganizationId, founder: Option<UserId>) {
        self.organizations.push(id);
        let owner = |founder| (founder, Realm::Organization(id), Role::Owner);
        self.members.extend(founder.map(owner));
    }

    /// One sandbox and four keys.
    fn open(&mut self, name: &str, belonging: Belonging, born: &mut Birth) {
        let (id, first_sandbox) = (born.place.0.unwrap(), born.place.1.unwrap());
        self.accounts.push(Account {
            id,
            organization: match belonging {
                Belonging::Organization(organization) => Some(organization),
                Belonging::Nobody | Belonging::Platform(_) => None,
            },
            platform: match belonging {
                Belonging::Platform(platform) => Some(platform),
                Belonging::Nobody | Belonging::Organization(_) => None,
            },
            first_sandbox,
            version: crate::world::version(),
            name: name.trim().to_owned(),
            created_at: born.now,
            deleted_at: None,
        });
        if let (Some(founder), Belonging::Nobody) = (born.founder, belonging) {
            self.members.push((founder, Realm::Account(id), Role::Owner));
        }
        self.add_sandbox(id, "Sandbox", born);
        self.add_defaults(Place { account: id, mode: Mode::Live }, born);
    }

    fn delete_account(&mut self, account: AccountId, now: Timestamp) {
        let its = self.accounts.iter_mut().find(|its| its.id == account).unwrap();
        its.deleted_at = Some(now);
        let own = self.sandboxes.iter().filter(|its| its.account == account);
        let gone: Vec<Realm> =
            own.map(|its| Realm::Sandbox(its.id)).chain([Realm::Account(account)]).collect();
        self.members.retain(|(_, realm, _)| !gone.contains(realm));
        for its in self.sandboxes.iter_mut().filter(|its| its.account == account) {
            its.deleted_at = its.deleted_at.or(Some(now));
        }
        for Life { key, .. } in &mut self.keys {
            if key.home.place().is_some_and(|of| of.account == account) && lives(key, now) {
                end(key, Standing::Deleted { at: now });
            }
        }
    }

    fn add_sandbox(&mut self, account: AccountId, name: &str, born: &mut Birth) {
        let id = born.place.1.unwrap();
        let name = name.trim().to_owned();
        let (created_at, deleted_at) = (born.now, None);
        self.sandboxes.push(Sandbox { id, account, name, created_at, deleted_at });
        self.add_defaults(Place { account, mode: Mode::Sandbox(id) }, born);
    }

    /// Nobody has seen the values of default keys.
    fn add_defaults(&mut self, place: Place, born: &mut Birth) {
        for (kind, name) in [(Kind::Secret, "Secret key"), (Kind::Publishable, "Publishable key")] {
            let made =
                born.key(New { seen: false, ..New::named(kind, Home::Account(place), name) });
            self.keys.push(made);
        }
    }

    fn on_key(&mut self, id: KeyId, command: &KeyCommand, born: &mut Birth) {
        let now = born.now;
        let place = self.keys.iter().position(|life| life.key.id == id).unwrap();
        let found_by = &mut self.keys[place].found_by;
        if let KeyCommand::Adopt(adoption) = command {
            *found_by = Some(adoption.digest);
        }
        let key = &mut self.keys[place].key;
        match command {
            KeyCommand::Duplicate { name, note } => {
                let name = name.clone().unwrap_or(key.name.clone());
                let (note, grants) = (note.clone(), key.grants.clone());
                let restriction = born.from.clone();
                let new = New::named(key.kind, key.home, &name);
                let new = New { note, restriction, grants, ..new };
                self.keys.push(born.key(new));
            }
            KeyCommand::Edit(wanted) => edit(key, wanted),
            KeyCommand::Reveal => {
                if key.reveal == Reveal::Once {
                    key.reveal = Reveal::Never;
                }
            }
            KeyCommand::Rotate(ending) => {
                let mut new = New::replacing(key);
                new.schedule = key.schedule.filter(|schedule| schedule.every.is_some());
                new.retires = (*ending == Ending::AtFirstUse).then_some(id);
                match ending {
                    Ending::Now => end(key, Standing::Deleted { at: now }),
                    Ending::At(at) => end_later(key, *at),
                    Ending::AtFirstUse => end_later(key, now + days(7)),
                }
                self.keys.push(born.key(new));
            }
            KeyCommand::Schedule(schedule) => key.schedule = Some(*schedule),
            KeyCommand::CancelSchedule => key.schedule = None,
            KeyCommand::Expire => end(key, Standing::Expired { at: now }),
            KeyCommand::Delete => end(key, Standing::Deleted { at: now }),
            KeyCommand::Advance => {
                if let Standing::Expiring { at } = key.standing {
                    return end(key, Standing::Expired { at });
                }
                let schedule = key.schedule.unwrap();
                let new = New::replacing(key);
                if schedule.grace == SignedDuration::ZERO {
                    end(key, Standing::Deleted { at: now });
                } else {
                    end_later(key, now + schedule.grace);
                }
                let made = New { seen: false, schedule: next(schedule, now), ..new };
                self.keys.push(born.key(made));
            }
            KeyCommand::NoteFirstUse => {
                let old = key.retires.take();
                let old = self.keys.iter_mut().find(|life| Some(life.key.id) == old).unwrap();
                if lives(&old.key, now) {
                    end(&mut old.key, Standing::Expired { at: now });
                }
            }
            KeyCommand::Adopt(adoption) => {
                (key.origin, key.tail) = (Origin::Adopted, adoption.tail.unwrap());
            }
        }
    }
}

/// The first time of the rhythm that is still ahead.
fn next(schedule: Schedule, now: Timestamp) -> Option<Schedule> {
    let every = days(i64::from(schedule.every?.count()));
    let mut next = schedule.next;
    while next <= now {
        next += every;
    }
    Some(Schedule { next, ..schedule })
}

/// A dead key has no value, no future, and ends no other.
fn end(key: &mut Key, standing: Standing) {
    (key.standing, key.reveal) = (standing, Reveal::Never);
    (key.schedule, key.retires) = (None, None);
}

/// An end that was set is never put off.
fn end_later(key: &mut Key, at: Timestamp) {
    let before = if let Standing::Expiring { at } = key.standing { at } else { Timestamp::MAX };
    let at = at.min(before);
    (key.standing, key.schedule) = (Standing::Expiring { at }, None);
}

fn edit(key: &mut Key, Edit { name, note, restriction, permissions, connect_permissions }: &Edit) {
    if let Some(name) = name {
        name.trim().clone_into(&mut key.name);
    }
    if let Some(note) = note {
        key.note = Some(note.clone()).filter(|note| !note.trim().is_empty());
    }
    key.restriction = restriction.clone().unwrap_or(key.restriction.clone());
    key.grants.own = permissions.clone().unwrap_or(key.grants.own.clone());
    key.grants.connect = connect_permissions.clone().unwrap_or(key.grants.connect.clone());
}

/// What chance and the clock bring to a command.
struct Birth {
    now: Timestamp,
    keys: std::vec::IntoIter<(KeyId, String)>,
    place: (Option<AccountId>, Option<SandboxId>),
    founder: Option<UserId>,
    /// From where a key can be used that is created or duplicated.
    from: IpRestriction,
}

/// What is known of a new key before chance makes it.
struct New {
    kind: Kind,
    home: Home,
    name: String,
    note: Option<String>,
    restriction: IpRestriction,
    grants: Grants,
    /// Whether somebody is shown its value now.
    seen: bool,
    schedule: Option<Schedule>,
    retires: Option<KeyId>,
}

impl New {
    fn named(kind: Kind, home: Home, name: &str) -> Self {
        Self {
            kind,
            home,
            name: name.trim().to_owned(),
            note: None,
            restriction: IpRestriction::Anywhere,
            grants: Grants::none(),
            seen: true,
            schedule: None,
            retires: None,
        }
    }

    /// A replacement has permissions and restriction of the old key; one that has permissions its name,
    /// too.
    fn replacing(old: &Key) -> Self {
        let name = match old.kind {
            Kind::Publishable => "Publishable key",
            Kind::Secret => "Secret key",
            Kind::Restricted | Kind::Organization => &old.name,
        };
        let (restriction, grants) = (old.restriction.clone(), old.grants.clone());
        Self { restriction, grants, ..Self::named(old.kind, old.home, name) }
    }
}

impl Birth {
    fn key(&mut self, new: New) -> Life {
        let New { kind, home, name, note, restriction, grants, seen, schedule, retires } = new;
        let (id, value) = self.keys.next().expect("a key was made");
        let live = home.side() == "live";
        let beginning = match (kind, live) {
            (Kind::Publishable, true) => "pk_live_",
            (Kind::Publishable, false) => "pk_test_",
            (Kind::Secret, true) => "sk_live_",
            (Kind::Secret, false) => "sk_test_",
            (Kind::Restricted, true) => "rk_live_",
            (Kind::Restricted, false) => "rk_test_",
            (Kind::Organization, true) => "sk_org_live_",
            (Kind::Organization, false) => "sk_org_test_",
        };
        assert!(value.starts_with(beginning), "a {kind:?} key of {home:?}");
        let key = Key {
            id,
            home,
            kind,
            origin: Origin::Minted,
            name,
            note: note.filter(|note| !note.trim().is_empty()),
            tail: *value.as_bytes().last_chunk().unwrap(),
            restriction,
            grants,
            standing: Standing::Active,
            reveal: match (kind, live, seen) {
                (Kind::Publishable, _, _) | (_, false, _) => Reveal::Always,
                (_, true, false) => Reveal::Once,
                (_, true, true) => Reveal::Never,
            },
            schedule,
            retires,
            last_used_at: None,
            created_at: self.now,
        };
        Life { key, value, found_by: None }
    }

    /// A key with the value that it had before.
    fn imported(&mut self, place: Place, imported: &ImportedKey) -> Life {
        let (id, value) = self.keys.next().expect("a key was imported");
        let kind = if imported.grants.is_some() { Kind::Restricted } else { Kind::Secret };
        let key = Key {
            id,
            home: Home::Account(place),
            kind,
            origin: Origin::Imported(imported.foreign.scheme),
            name: imported.name.trim().to_owned(),
            note: None,
            tail: Mask::NO_TAIL,
            restriction: imported.restriction.clone(),
            grants: imported.grants.clone().unwrap_or_default(),
            standing: imported.expires_at.map_or(Standing::Active, |at| Standing::Expiring { at }),
            reveal: Reveal::Never,
            schedule: None,
            retires: None,
            last_used_at: None,
            created_at: self.now,
        };
        Life { key, value, found_by: Some(imported.foreign.digest) }
    }
}
