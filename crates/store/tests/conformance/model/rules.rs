//! The rules of a key's life once more, in other words than those of `keys`: plain lists, and all
//! the reasons that there are against a command.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use keys::{
    Account, AccountId, Belonging, Command, Digest, Edit, Ending, Grants, ImportFault, ImportedKey,
    Key, KeyCommand, KeyId, Kind, Mode, OrganizationId, Origin, Permissions, Place, Realm, Reveal,
    Role, Sandbox, SandboxId, Schedule, Standing, UserId,
};

use super::who::Who;

/// The codes of all reasons that speak against a command.
pub(crate) type Reasons = BTreeSet<&'static str>;

/// What is true, as far as commands go.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) organizations: Vec<OrganizationId>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) sandboxes: Vec<Sandbox>,
    /// The people who ask, whether they have a role anywhere or not.
    pub(crate) people: Vec<UserId>,
    /// Who has which role where.
    pub(crate) members: Vec<(UserId, Realm, Role)>,
    /// In the order of their births.
    pub(crate) keys: Vec<Life>,
}

/// A key, and the value that its first answer gave, or that it was imported with.
pub(crate) struct Life {
    pub(crate) key: Key,
    pub(crate) value: String,
    /// By what a gateway finds it, if that was imported or took the place of it.
    pub(crate) found_by: Option<Digest>,
}

/// What chance makes of a command: ids and values, in the order of the answer.
#[derive(Default)]
pub(crate) struct Born {
    pub(crate) organization: Option<OrganizationId>,
    pub(crate) account: Option<AccountId>,
    pub(crate) sandbox: Option<SandboxId>,
    pub(crate) keys: Vec<(KeyId, String)>,
    /// Who opened it, and owns it if it is nobody's.
    pub(crate) founder: Option<UserId>,
}

/// A name has 1 to 200 characters in one line, a note up to 2,000; neither holds a key value.
fn says(reasons: &mut Reasons, name: Option<&str>, note: Option<&str>) {
    let holds_value = |text: &str| text.split(' ').any(|word| word.contains("sk_test_"));
    let bad_name =
        |name: &str| name.trim().is_empty() || name.len() > 200 || name.contains(['\n', '\t']);
    let bad_note = |note: &str| note.len() > 2_000 || note.contains('\t');
    let bad = name.is_some_and(bad_name)
        || note.is_some_and(bad_note)
        || name.is_some_and(holds_value)
        || note.is_some_and(holds_value);
    against(reasons, bad, "parameter_invalid");
}

pub(super) fn against(reasons: &mut Reasons, holds: bool, code: &'static str) {
    reasons.extend(holds.then_some(code));
}

/// A key works until it is deleted, or until its time is there.
pub(crate) fn lives(key: &Key, now: Timestamp) -> bool {
    match key.standing {
        Standing::Active => true,
        Standing::Expiring { at } => at > now,
        Standing::Expired { .. } | Standing::Deleted { .. } => false,
    }
}

fn covers(own: &Permissions, wanted: &Permissions) -> bool {
    wanted.iter().all(|wanted| {
        own.iter().any(|own| own.resource() == wanted.resource() && own.level() >= wanted.level())
    })
}

/// Whoever holds only some permissions hands out no others.
pub(super) fn can_give(own: &Grants, grants: &Grants) -> bool {
    covers(&own.own, &grants.own) && covers(&own.connect, &grants.connect)
}

/// Of the others nobody asks whether they may.
pub(super) fn has_permissions(key: &Key) -> bool {
    matches!(key.kind, Kind::Restricted | Kind::Organization)
}

pub(super) fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

impl Model {
    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id && account.deleted_at.is_none())
    }

    pub(crate) fn life(&self, id: KeyId) -> Option<&Life> {
        self.keys.iter().find(|life| life.key.id == id)
    }

    /// A sandbox that is there and was not deleted.
    fn sandbox(&self, id: SandboxId) -> Option<&Sandbox> {
        self.sandboxes.iter().find(|sandbox| sandbox.id == id && sandbox.deleted_at.is_none())
    }

    pub(crate) fn is_first(&self, id: SandboxId) -> bool {
        self.accounts.iter().any(|account| account.first_sandbox == id)
    }

    /// The sandboxes that an account has beside its first one.
    fn further(&self, account: AccountId) -> usize {
        let its = self.sandboxes.iter().filter(|sandbox| sandbox.account == account);
        its.filter(|sandbox| sandbox.deleted_at.is_none() && !self.is_first(sandbox.id)).count()
    }

    /// Whether accounts are connected to that one, which were not deleted.
    fn has_connected(&self, platform: AccountId) -> bool {
        let mut living = self.accounts.iter().filter(|account| account.deleted_at.is_none());
        living.any(|account| account.platform == Some(platform))
    }

    fn is_place(&self, place: Place) -> bool {
        self.account(place.account).is_some()
            && match place.mode {
                Mode::Live => true,
                Mode::Sandbox(id) => {
                    self.sandbox(id).is_some_and(|sandbox| sandbox.account == place.account)
                }
            }
    }

    /// Every reason against a command; it is carried out when there is none.
    pub(crate) fn reasons(&self, by: &Who, command: &Command, now: Timestamp) -> Reasons {
        let mut no = Reasons::new();
        match command {
            Command::OpenOrganization { name } => says(&mut no, Some(name), None),
            Command::OpenAccount { name, belonging } => {
                says(&mut no, Some(name), None);
                if let Belonging::Organization(id) = belonging {
                    against(&mut no, !self.organizations.contains(id), "resource_missing");
                }
                if let Belonging::Platform(id) = belonging {
                    let platform = self.account(*id);
                    against(&mut no, platform.is_none(), "resource_missing");
                    let connected = platform.is_some_and(|account| account.platform.is_some());
                    against(&mut no, connected, "account_invalid");
                }
            }
            Command::ChangeAccount { account, name, version: _ } => {
                says(&mut no, name.as_deref(), None);
                against(&mut no, self.account(*account).is_none(), "resource_missing");
            }
            Command::DeleteAccount { account } => {
                against(&mut no, self.account(*account).is_none(), "resource_missing");
                against(&mut no, self.has_connected(*account), "account_has_connected");
            }
            Command::AddSandbox { account, name } => {
                says(&mut no, Some(name), None);
                against(&mut no, self.account(*account).is_none(), "resource_missing");
                against(&mut no, self.further(*account) >= 5, "sandbox_limit");
            }
            Command::RenameSandbox { sandbox, name } => {
                says(&mut no, Some(name), None);
                against(&mut no, self.sandbox(*sandbox).is_none(), "resource_missing");
            }
            Command::DeleteSandbox { sandbox } => {
                against(&mut no, self.sandbox(*sandbox).is_none(), "resource_missing");
                against(&mut no, self.is_first(*sandbox), "first_sandbox_stays");
            }
            Command::CreateSecretKey { place, name, note } => {
                says(&mut no, Some(name), note.as_deref());
                against(&mut no, !by.can_give(None), "more_than_own");
                against(&mut no, !self.is_place(*place), "resource_missing");
            }
            Command::CreateRestrictedKey { place, name, note, grants } => {
                says(&mut no, Some(name), note.as_deref());
                against(&mut no, !by.can_give(Some(grants)), "more_than_own");
                against(&mut no, !self.is_place(*place), "resource_missing");
            }
            Command::CreateOrganizationKey { organization, name, note, .. } => {
                says(&mut no, Some(name), note.as_deref());
                let unknown = !self.organizations.contains(organization);
                against(&mut no, unknown, "resource_missing");
            }
            Command::ImportKeys { place, keys } => {
                against(&mut no, !self.is_place(*place), "resource_missing");
                self.against_import(&mut no, by, keys, now);
            }
            Command::Key(id, command) => match self.life(*id) {
                None => against(&mut no, true, "resource_missing"),
                Some(life) => {
                    no = reasons_on(&life.key, by, command, now);
                    if let KeyCommand::Adopt(adoption) = command {
                        // Whoever sends that value is another key already.
                        let known = Some(adoption.digest);
                        let is_there = self.keys.iter().any(|life| life.found_by == known);
                        against(&mut no, is_there, "nothing_due");
                    }
                }
            },
        }
        self.hinders(by, command, &mut no);
        no
    }

    /// The reasons against an import: a value that is there or stands twice, a name that is none, a
    /// time that has passed, and whatever the one who asks could not hand out.
    fn against_import(
        &self,
        no: &mut Reasons,
        by: &Who,
        keys: &[Result<ImportedKey, ImportFault>],
        now: Timestamp,
    ) {
        let mut seen: Vec<_> = self.keys.iter().map(|life| life.found_by).collect();
        against(no, keys.is_empty(), "parameter_invalid");
        for key in keys.iter().flatten() {
            let gives = by.can_give(key.grants.as_ref()) && by.can_give_addresses(&key.restriction);
            against(no, !gives, "more_than_own");
            let is_known = seen.contains(&Some(key.foreign.digest));
            let is_over = key.expires_at.is_some_and(|at| at <= now);
            let mut words = Reasons::new();
            says(&mut words, Some(&key.name), None);
            against(no, is_known || is_over || !words.is_empty(), "import_invalid");
            seen.push(Some(key.foreign.digest));
        }
    }
}

/// The reasons against doing something with a key that there is.
fn reasons_on(key: &Key, by: &Who, command: &KeyCommand, now: Timestamp) -> Reasons {
    let mut no = Reasons::new();
    // The system asks for these, of dead keys, too.
    let late =
        matches!(command, KeyCommand::Advance | KeyCommand::NoteFirstUse | KeyCommand::Adopt(_));
    against(&mut no, !late && !lives(key, now), "key_ended");
    // Ending a key gives nobody anything.
    let ends =
        matches!(command, KeyCommand::Expire | KeyCommand::Delete | KeyCommand::NoteFirstUse);
    against(&mut no, !ends && !by.can_give_key(key), "more_than_own");
    let too_long = |length: SignedDuration| length > days(7) || length < SignedDuration::ZERO;
    match command {
        KeyCommand::Duplicate { name, note } => {
            says(&mut no, name.as_deref(), note.as_deref());
            against(&mut no, !has_permissions(key), "key_not_restricted");
        }
        KeyCommand::Edit(Edit { name, note, restriction, permissions, connect_permissions }) => {
            says(&mut no, name.as_deref(), note.as_deref());
            let restricts = restriction.is_some() && key.kind == Kind::Publishable;
            against(&mut no, restricts, "publishable_key_unrestricted");
            let grants = permissions.is_some() || connect_permissions.is_some();
            against(&mut no, grants && !has_permissions(key), "key_not_restricted");
            let own = permissions.clone().unwrap_or(key.grants.own.clone());
            let connect = connect_permissions.clone().unwrap_or(key.grants.connect.clone());
            let grants = grants.then_some(Grants { own, connect });
            let gives = grants.is_none_or(|grants| by.can_give(Some(&grants)));
            let opens = restriction.as_ref().is_none_or(|wanted| by.can_give_addresses(wanted));
            against(&mut no, !gives || !opens, "more_than_own");
        }
        KeyCommand::Reveal => against(&mut no, key.reveal == Reveal::Never, "value_not_kept"),
        KeyCommand::Rotate(Ending::At(at)) => {
            against(&mut no, *at == now || too_long(at.duration_since(now)), "parameter_invalid");
        }
        KeyCommand::Rotate(Ending::Now | Ending::AtFirstUse) => {}
        KeyCommand::Schedule(Schedule { next, grace, .. }) => {
            against(&mut no, key.standing != Standing::Active, "key_already_rotated");
            let far = *next <= now || next.duration_since(now) > days(366);
            against(&mut no, far || too_long(*grace), "parameter_invalid");
        }
        KeyCommand::CancelSchedule => against(&mut no, key.schedule.is_none(), "schedule_missing"),
        KeyCommand::Expire => {
            let expiring = matches!(key.standing, Standing::Expiring { .. });
            against(&mut no, !expiring, "key_not_expiring");
        }
        KeyCommand::Delete => {
            against(&mut no, key.kind == Kind::Publishable, "publishable_key_stays");
        }
        KeyCommand::Advance => against(&mut no, due_since(key, now).is_none(), "nothing_due"),
        KeyCommand::NoteFirstUse => against(&mut no, key.retires.is_none(), "nothing_due"),
        KeyCommand::Adopt(_) => {
            let is_deleted = matches!(key.standing, Standing::Deleted { .. });
            let is_foreign = matches!(key.origin, Origin::Imported(_));
            against(&mut no, is_deleted || !is_foreign, "nothing_due");
        }
    }
    no
}

/// Since when the system has something to do with a key: to let it expire, or to rotate it.
pub(crate) fn due_since(key: &Key, now: Timestamp) -> Option<Timestamp> {
    next_event(key).filter(|at| *at <= now)
}

/// When the system will have something to do with a key.
pub(crate) fn next_event(key: &Key) -> Option<Timestamp> {
    match key.standing {
        Standing::Active => key.schedule.map(|schedule| schedule.next),
        Standing::Expiring { at } => Some(at),
        Standing::Expired { .. } | Standing::Deleted { .. } => None,
    }
}
