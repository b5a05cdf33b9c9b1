//! What random askers ask for, and when. Numbers choose among the things that there are by then.

use proptest::prelude::*;

/// Somebody asks for something, some time after the step before.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) wait: Wait,
    pub(super) by: By,
    pub(super) wish: Wish,
}

#[derive(Debug, Clone)]
pub(super) enum Wait {
    Seconds(i64),
    /// Until the system has something to do, or for so many microseconds less.
    NextEvent {
        short_of: i64,
    },
}

#[derive(Debug, Clone)]
pub(super) enum By {
    System,
    /// One of the people of the first account and organization.
    Person(usize),
    /// A living key, mostly of the place that the wish is about.
    Key(usize),
}

/// Permissions, as texts.
pub(super) type Levels = Vec<&'static str>;

#[derive(Debug, Clone)]
pub(super) enum Text {
    Plain(u8),
    Padded,
    Empty,
    TwoLines,
    Tab,
    Letters(usize),
    /// One with a key value in it.
    Value,
}

#[derive(Debug, Clone)]
pub(super) enum Wish {
    FoundOrganization {
        name: Text,
    },
    OpenAccount {
        name: Text,
        whose: Whose,
    },
    ChangeAccount {
        account: usize,
        name: Option<Text>,
        version: Option<bool>,
    },
    DeleteAccount {
        account: usize,
    },
    AddSandbox {
        account: usize,
        name: Text,
    },
    RenameSandbox {
        sandbox: usize,
        name: Text,
    },
    DeleteSandbox {
        sandbox: usize,
    },
    Secret {
        place: usize,
        name: Text,
        note: Option<Text>,
    },
    Restricted {
        place: usize,
        name: Text,
        own: Levels,
        connect: Levels,
    },
    OfOrganization {
        organization: usize,
        live: bool,
        name: Text,
        own: Levels,
    },
    Key {
        key: usize,
        what: OnKey,
    },
    Import {
        place: usize,
        keys: Vec<Foreign>,
    },
    /// The system does whatever is due.
    Due,
}

/// A key of another system, by the number of its value.
#[derive(Debug, Clone)]
pub(super) struct Foreign {
    pub(super) number: u8,
    pub(super) name: Text,
    /// Without levels it is a secret key.
    pub(super) levels: Option<(Levels, Levels)>,
    pub(super) addresses: Vec<&'static str>,
    pub(super) seconds: Option<i64>,
}

#[derive(Debug, Clone)]
pub(super) enum Whose {
    Nobody,
    Platform(usize),
    Organization(usize),
}

#[derive(Debug, Clone)]
pub(super) enum OnKey {
    Duplicate { name: Option<Text>, note: Option<Text> },
    Describe { name: Option<Text>, note: Option<Text> },
    Restrict(Vec<&'static str>),
    Permit { own: Option<Levels>, connect: Option<Levels> },
    Reveal,
    RotateNow,
    RotateIn(i64),
    RotateAtFirstUse,
    Schedule { seconds: i64, every: Option<u16>, grace: i64 },
    Cancel,
    Expire,
    Delete,
    Advance,
    NoteFirstUse,
    Adopt,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    (any_wait(), any_by(), any_wish()).prop_map(|(wait, by, wish)| Step { wait, by, wish })
}

fn any_wait() -> impl Strategy<Value = Wait> {
    prop_oneof![
        6 => prop::sample::select(vec![0, 1, HOUR, DAY, 3 * DAY, 8 * DAY]).prop_map(Wait::Seconds),
        2 => Just(Wait::NextEvent { short_of: 0 }),
        1 => Just(Wait::NextEvent { short_of: 1 }),
    ]
}

fn any_by() -> impl Strategy<Value = By> {
    prop_oneof![
        3 => Just(By::System),
        2 => Just(By::Person(0)),
        2 => (0usize..11).prop_map(By::Person),
        4 => (0usize..1_000).prop_map(By::Key),
    ]
}

fn some_levels() -> impl Strategy<Value = Levels> {
    let all = vec!["charge_read", "charge_write", "customer_read", "customer_write"];
    prop::sample::subsequence(all, 0..=2)
}

fn any_text() -> impl Strategy<Value = Text> {
    prop_oneof![
        12 => (0u8..9).prop_map(Text::Plain),
        1 => Just(Text::Padded),
        1 => Just(Text::Empty),
        1 => Just(Text::TwoLines),
        1 => Just(Text::Tab),
        1 => prop::sample::select(vec![200, 201, 2_000, 2_001]).prop_map(Text::Letters),
        1 => Just(Text::Value),
    ]
}

fn maybe_text() -> impl Strategy<Value = Option<Text>> {
    prop::option::of(any_text())
}

fn any_wish() -> impl Strategy<Value = Wish> {
    let which = 0usize..1_000;
    let text = any_text;
    prop_oneof![
        1 => text().prop_map(|name| Wish::FoundOrganization { name }),
        2 => (text(), any_whose()).prop_map(|(name, whose)| Wish::OpenAccount { name, whose }),
        4 => (which.clone(), any::<bool>(), text(), some_levels())
            .prop_map(|(organization, live, name, own)| {
                Wish::OfOrganization { organization, live, name, own }
            }),
        1 => (which.clone(), maybe_text(), any::<Option<bool>>())
            .prop_map(|(account, name, version)| Wish::ChangeAccount { account, name, version }),
        1 => which.clone().prop_map(|account| Wish::DeleteAccount { account }),
        6 => (which.clone(), text()).prop_map(|(account, name)| Wish::AddSandbox { account, name }),
        1 => (which.clone(), text())
            .prop_map(|(sandbox, name)| Wish::RenameSandbox { sandbox, name }),
        2 => which.clone().prop_map(|sandbox| Wish::DeleteSandbox { sandbox }),
        3 => (which.clone(), text(), maybe_text())
            .prop_map(|(place, name, note)| Wish::Secret { place, name, note }),
        5 => (which.clone(), text(), some_levels(), some_levels())
            .prop_map(|(place, name, own, connect)| Wish::Restricted { place, name, own, connect }),
        3 => (which.clone(), prop::collection::vec(any_foreign(), 0..3))
            .prop_map(|(place, keys)| Wish::Import { place, keys }),
        30 => (which, on_key()).prop_map(|(key, what)| Wish::Key { key, what }),
        5 => Just(Wish::Due),
    ]
}

fn any_whose() -> impl Strategy<Value = Whose> {
    prop_oneof![
        1 => Just(Whose::Nobody),
        1 => (0usize..1_000).prop_map(Whose::Platform),
        1 => (0usize..1_000).prop_map(Whose::Organization),
    ]
}

fn any_foreign() -> impl Strategy<Value = Foreign> {
    let levels = prop::option::of((some_levels(), some_levels()));
    let times = prop::option::weighted(0.2, prop::sample::select(vec![0, HOUR, DAY]));
    (0u8..60, any_text(), levels, any_addresses(), times).prop_map(
        |(number, name, levels, addresses, seconds)| Foreign {
            number,
            name,
            levels,
            addresses,
            seconds,
        },
    )
}

fn any_addresses() -> impl Strategy<Value = Vec<&'static str>> {
    let lists: Vec<Vec<_>> = vec![vec![], vec!["10.0.0.0/8"], vec!["192.0.2.7", "10.1.0.0/16"]];
    prop::sample::select(lists)
}

fn on_key() -> impl Strategy<Value = OnKey> {
    let maybe_levels = || prop::option::of(some_levels());
    let moments = vec![-HOUR, 0, 1, HOUR, DAY, 3 * DAY, 7 * DAY, 7 * DAY + 1];
    let graces = vec![-1, 0, 1, HOUR, 3 * DAY, 7 * DAY, 7 * DAY + 1];
    let times = vec![-1, 0, 1, HOUR, DAY, 3 * DAY, 366 * DAY, 366 * DAY + 1];
    let times = (prop::sample::select(times), any_rhythm(), prop::sample::select(graces));
    prop_oneof![
        3 => (maybe_text(), maybe_text())
            .prop_map(|(name, note)| OnKey::Duplicate { name, note }),
        1 => (maybe_text(), maybe_text()).prop_map(|(name, note)| OnKey::Describe { name, note }),
        3 => any_addresses().prop_map(OnKey::Restrict),
        3 => (maybe_levels(), maybe_levels())
            .prop_map(|(own, connect)| OnKey::Permit { own, connect }),
        3 => Just(OnKey::Reveal),
        2 => Just(OnKey::RotateNow),
        4 => prop::sample::select(moments).prop_map(OnKey::RotateIn),
        2 => Just(OnKey::RotateAtFirstUse),
        6 => times.prop_map(|(seconds, every, grace)| OnKey::Schedule { seconds, every, grace }),
        1 => Just(OnKey::Cancel),
        2 => Just(OnKey::Expire),
        2 => Just(OnKey::Delete),
        1 => Just(OnKey::Advance),
        2 => Just(OnKey::NoteFirstUse),
        1 => Just(OnKey::Adopt),
    ]
}

fn any_rhythm() -> impl Strategy<Value = Option<u16>> {
    prop_oneof![Just(None), prop::sample::select(vec![1, 2, 7, 365]).prop_map(Some)]
}
