//! New keys: by default, by somebody's wish, by duplication.

use jiff::Timestamp;

use crate::words::{checked_name, checked_note};
use crate::{
    Change, Entropy, Form, Grants, Home, IpRestriction, Key, KeyId, KeyValue, Kind, Livemode,
    Minted, OrganizationId, Origin, Place, Refusal, Reveal, Standing,
};

/// What people write at a new key.
pub(crate) struct Words {
    pub(super) name: String,
    pub(super) note: Option<String>,
}

impl Words {
    pub(crate) fn new(name: &str, note: Option<String>) -> Result<Self, Refusal> {
        Ok(Self { name: checked_name(name)?, note: checked_note(note)? })
    }
}

/// Who makes a key, and thereby whether anybody sees its value when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// Somebody who gets the answer.
    Asker,
    /// The system, while nobody looks.
    System,
}

pub(super) fn secret(place: Place, words: Words, birth: &mut Birth<'_>) -> Vec<Change> {
    let home = Home::Account(place);
    vec![Change::KeyMade(birth.worded(Kind::Secret, home, words, Grants::none()))]
}

pub(super) fn restricted(
    place: Place,
    words: Words,
    grants: Grants,
    birth: &mut Birth<'_>,
) -> Vec<Change> {
    let home = Home::Account(place);
    vec![Change::KeyMade(birth.worded(Kind::Restricted, home, words, grants))]
}

pub(super) fn of_organization(
    (id, livemode): (OrganizationId, Livemode),
    words: Words,
    grants: Grants,
    birth: &mut Birth<'_>,
) -> Vec<Change> {
    let home = Home::Organization { id, livemode };
    vec![Change::KeyMade(birth.worded(Kind::Organization, home, words, grants))]
}

/// Name and permissions are carried over, and nothing else.
pub(super) fn duplicate(
    key: &Key,
    words: Words,
    birth: &mut Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    match key.kind {
        Kind::Restricted | Kind::Organization => {
            let minted = birth.worded(key.kind, key.home, words, key.grants.clone());
            Ok(vec![Change::KeyMade(minted)])
        }
        Kind::Publishable | Kind::Secret => Err(Refusal::NotRestricted),
    }
}

/// What new things take from the world: the time, and chance.
pub(super) struct Birth<'e> {
    pub(super) now: Timestamp,
    pub(super) entropy: &'e mut dyn Entropy,
}

impl Birth<'_> {
    /// A key that its mode is born with.
    pub(super) fn default_key(&mut self, kind: Kind, home: Home) -> Minted {
        self.key(kind, home, standard_name(kind).to_owned(), Maker::System)
    }

    fn worded(&mut self, kind: Kind, home: Home, words: Words, grants: Grants) -> Minted {
        let mut minted = self.key(kind, home, words.name, Maker::Asker);
        (minted.key.note, minted.key.grants) = (words.note, grants);
        minted
    }

    pub(super) fn key(&mut self, kind: Kind, home: Home, name: String, maker: Maker) -> Minted {
        let form = Form { kind, livemode: home.livemode() };
        let value = KeyValue::mint(form, self.entropy);
        let key = Key {
            id: KeyId::mint(self.entropy),
            home,
            kind,
            origin: Origin::Minted,
            name,
            note: None,
            tail: value.mask().tail().unwrap_or_default(),
            restriction: IpRestriction::Anywhere,
            grants: Grants::none(),
            standing: Standing::Active,
            reveal: reveal(form, maker),
            schedule: None,
            retires: None,
            last_used_at: None,
            created_at: self.now,
        };
        Minted { key, value }
    }
}

/// Publishable and sandbox keys are always in view. Of the others a value that somebody was shown is
/// shown never again, and one that nobody has seen yet can be seen once.
fn reveal(form: Form, maker: Maker) -> Reveal {
    match (form.kind, form.livemode, maker) {
        (Kind::Publishable, _, _) | (_, Livemode::Test, _) => Reveal::Always,
        (_, Livemode::Live, Maker::System) => Reveal::Once,
        (_, Livemode::Live, Maker::Asker) => Reveal::Never,
    }
}

pub(super) fn standard_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Publishable => "Publishable key",
        Kind::Secret => "Secret key",
        Kind::Restricted => "Restricted key",
        Kind::Organization => "Organization key",
    }
}
