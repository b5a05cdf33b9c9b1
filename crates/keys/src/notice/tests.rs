use super::*;
use crate::{
    Authority, Belonging, Command, Edit, Ending, ForeignDigest, Form, ImportedKey, IpRestriction,
    KeyCommand, Mode, Place, Scheme, decide,
};

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn entropy() -> impl FnMut(&mut [u8]) {
    let mut next = 0u8;
    move |room: &mut [u8]| {
        room.fill_with(|| {
            next = next.wrapping_add(7);
            next
        });
    }
}

fn changes(command: Command, scope: &Scope) -> Vec<Change> {
    decide(command, &Authority::everything(), scope, NOW, &mut entropy()).unwrap()
}

/// An account that was just opened.
fn opened() -> Scope {
    let mut scope = Scope {
        organizations: Vec::new(),
        accounts: Vec::new(),
        sandboxes: Vec::new(),
        keys: Vec::new(),
        digests: Vec::new(),
        rules: "2026-06-24.dahlia".parse::<crate::Version>().unwrap().into(),
    };
    let open = Command::OpenAccount { name: "Rocket".to_owned(), belonging: Belonging::Nobody };
    let changes = changes(open, &scope);
    assert_eq!(notices(Actor::System, &scope, &changes, NOW), []);
    for change in changes {
        scope.accounts.extend(change.account().cloned());
        scope.sandboxes.extend(change.sandbox().cloned());
        scope.keys.extend(change.key().cloned());
    }
    scope
}

fn key(scope: &Scope, kind: Kind, livemode: Livemode) -> Key {
    let wanted = Form { kind, livemode };
    scope.keys.iter().find(|key| key.form() == wanted).unwrap().clone()
}

/// What is told of a command, each in a line: the kind, and in how many hours.
fn told(command: Command, scope: &Scope) -> String {
    let due = notices(Actor::System, scope, &changes(command, scope), NOW);
    let line = |due: &DueNotice| {
        format!("{} {}", due.notice.kind(), due.at.duration_since(NOW).as_hours())
    };
    due.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// All that is told of a command.
fn told_by(scope: &Scope, command: Command) -> Vec<DueNotice> {
    notices(Actor::System, scope, &changes(command, scope), NOW)
}

/// The same, of a command with that key alone in view.
fn told_of(key: &Key, command: KeyCommand) -> String {
    let scope = Scope { keys: vec![key.clone()], ..opened() };
    told(Command::Key(key.id, command), &scope)
}

fn hours(number: i64) -> SignedDuration {
    SignedDuration::from_hours(number)
}

#[test]
fn what_happens_to_a_live_key_is_told() {
    let scope = opened();
    let live = key(&scope, Kind::Secret, Livemode::Live);
    let name = || "Shop".to_owned();
    let create = |mode| {
        let place = Place { account: scope.accounts[0].id, mode };
        told(Command::CreateSecretKey { place, name: name(), note: None }, &scope)
    };
    assert_eq!(create(Mode::Live), "key_created 0");
    assert_eq!(told_of(&live, KeyCommand::Reveal), "key_revealed 0");
    assert_eq!(told_of(&live, KeyCommand::Delete), "key_deleted 0");
    assert_eq!(told_of(&live, KeyCommand::Rotate(Ending::Now)), "key_rotated 0");
    let renamed = KeyCommand::Edit(Edit { name: Some(name()), ..Edit::default() });
    assert_eq!(told_of(&live, renamed), "");
    let publishable = key(&scope, Kind::Publishable, Livemode::Live);
    assert_eq!(told_of(&publishable, KeyCommand::Rotate(Ending::Now)), "key_rotated 0");
    assert_eq!(told_of(&publishable, KeyCommand::Reveal), "", "it is always in view");
}

#[test]
fn of_the_keys_of_a_sandbox_nothing_is_told() {
    let scope = opened();
    let secret = key(&scope, Kind::Secret, Livemode::Test);
    let ending = Ending::At(NOW + hours(100));
    for command in [KeyCommand::Reveal, KeyCommand::Delete, KeyCommand::Rotate(ending)] {
        assert_eq!(told_of(&secret, command), "");
    }
    let (place, name) = (secret.home.place().unwrap(), "Shop".to_owned());
    assert_eq!(told(Command::CreateSecretKey { place, name, note: None }, &scope), "");
    let add = Command::AddSandbox { account: place.account, name: "Two".to_owned() };
    assert_eq!(told(add, &scope), "");
}

#[test]
fn a_key_that_expires_is_warned_of_a_week_and_a_day_before_as_far_as_that_is_ahead() {
    let live = key(&opened(), Kind::Secret, Livemode::Live);
    let rotated = |ending| told_of(&live, KeyCommand::Rotate(ending));
    let at = |hours| rotated(Ending::At(NOW + self::hours(hours)));
    assert_eq!(at(1), "key_rotated 0");
    assert_eq!(at(24), "key_rotated 0, key_expiring 0");
    assert_eq!(at(72), "key_rotated 0, key_expiring 48");
    assert_eq!(at(168), "key_rotated 0, key_expiring 0, key_expiring 144");
    assert_eq!(rotated(Ending::AtFirstUse), at(168));
    // It was chosen a moment ago.
    let chosen = NOW + hours(168) - SignedDuration::from_secs(9);
    assert_eq!(rotated(Ending::At(chosen)), "key_rotated 0, key_expiring 0, key_expiring 143");
}

#[test]
fn an_ending_that_stays_is_warned_of_once() {
    let standing = Standing::Expiring { at: NOW + hours(100) };
    let expiring = Key { standing, ..key(&opened(), Kind::Secret, Livemode::Live) };
    let note = Some("Vault".to_owned());
    let edited = KeyCommand::Edit(Edit { note, ..Edit::default() });
    assert_eq!(told_of(&expiring, edited), "");
    assert_eq!(told_of(&expiring, KeyCommand::Delete), "key_deleted 0");
    let sooner = KeyCommand::Rotate(Ending::At(NOW + hours(50)));
    assert_eq!(told_of(&expiring, sooner), "key_rotated 0, key_expiring 26");
}

#[test]
fn a_warning_holds_while_its_end_is_ahead_and_the_key_in_use() {
    let at = NOW + hours(100);
    let used = |hours_ago| Key {
        standing: Standing::Expiring { at },
        last_used_at: Some(NOW - hours(hours_ago)),
        ..key(&opened(), Kind::Secret, Livemode::Live)
    };
    let seven = Notice::Expiring { at, warning: Warning::SevenDays };
    let one = Notice::Expiring { at, warning: Warning::OneDay };
    assert!(seven.still_holds(&used(167), NOW));
    assert!(!seven.still_holds(&used(168), NOW), "not used in the last seven days");
    assert!(!seven.still_holds(&Key { last_used_at: None, ..used(0) }, NOW));
    // Nothing ran for a while: the nearer one tells it.
    assert!(!seven.still_holds(&used(0), NOW + hours(76)));
    assert!(one.still_holds(&used(0), NOW + hours(99)));
    assert!(!one.still_holds(&used(0), at), "it has ended");
    let sooner = Standing::Expiring { at: NOW + hours(50) };
    for standing in [sooner, Standing::Active, Standing::Deleted { at: NOW }] {
        assert!(!one.still_holds(&Key { standing, ..used(0) }, NOW), "{standing:?}");
    }
    let gone = Key { standing: Standing::Deleted { at: NOW }, ..used(0) };
    assert!(Notice::Deleted { by: Actor::System }.still_holds(&gone, at));
}

#[test]
fn a_notice_is_tried_for_a_day_with_growing_pauses() {
    let (mut now, mut pauses) = (NOW, Vec::new());
    while let Some(next) = next_try(NOW, u32::try_from(pauses.len()).unwrap() + 1, now) {
        pauses.push(next.duration_since(now).as_mins());
        now = next;
    }
    let minutes = [1, 2, 4, 8, 16, 32, 64].into_iter().chain([120; 11]).collect::<Vec<_>>();
    assert_eq!(pauses, minutes);
    assert_eq!(next_try(NOW, u32::MAX, NOW), Some(NOW + LONGEST_PAUSE));
}

#[test]
fn notices_and_kinds_are_read_as_they_are_written() {
    let by = Actor::Key("key_0123456789abcdef".parse().unwrap());
    let replacement = "key_0000000000000000".parse().unwrap();
    let all = [
        Notice::Created { by: Actor::System },
        Notice::Revealed { by: Actor::User("usr_0123456789abcdef".parse().unwrap()) },
        Notice::Rotated { by, replacement, until: Some(NOW) },
        Notice::Expiring { at: NOW, warning: Warning::OneDay },
        Notice::Deleted { by },
        Notice::DeadKeyUsed,
    ];
    for (notice, kind) in all.into_iter().zip(NoticeKind::ALL) {
        let text = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&text).unwrap(), notice, "{text}");
        assert_eq!((notice.kind(), kind.as_str().parse()), (kind, Ok(kind)));
    }
    insta::assert_snapshot!(serde_json::to_string(&all[2]).unwrap(), @r#"{"what":"rotated","by":"key_0123456789abcdef","replacement":"key_0000000000000000","until":"2027-01-15T08:00:00Z"}"#);
    assert_eq!("nothing".parse::<NoticeKind>(), Err(NoticeKindError));
}

#[test]
fn of_an_account_that_ends_people_are_told_once_and_not_of_each_key() {
    let scope = opened();
    let delete = Command::DeleteAccount { account: scope.accounts[0].id };
    let told = told_by(&scope, delete);
    let [DueNotice { notice: Notice::AccountDeleted { by: Actor::System, keys: 2 }, .. }] =
        told[..]
    else {
        panic!("{told:?}")
    };
}

#[test]
fn of_an_import_people_are_told_once_and_not_of_each_key() {
    let scope = opened();
    let place = Place { account: scope.accounts[0].id, mode: Mode::Live };
    let imported = |hex: &str, expires_at| {
        let foreign = ForeignDigest::from_hex(Scheme::Sha256, &hex.repeat(32)).unwrap();
        let restriction = IpRestriction::Anywhere;
        let (name, note, tail, grants) = ("Old".into(), None, None, None);
        Ok(ImportedKey { name, note, foreign, tail, grants, restriction, expires_at })
    };
    let keys =
        vec![imported("ab", None), imported("cd", None), imported("ef", Some(NOW + hours(100)))];
    let told = told_by(&scope, Command::ImportKeys { place, keys });
    let [
        DueNotice { notice: Notice::Imported { keys: 3, .. }, .. },
        // That one of them ends is still told a day before.
        DueNotice { notice: Notice::Expiring { .. }, .. },
    ] = told[..]
    else {
        panic!("{told:?}")
    };
    let sandbox = Place { mode: Mode::Sandbox(scope.sandboxes[0].id), ..place };
    let keys = vec![imported("ab", None)];
    assert_eq!(told_by(&scope, Command::ImportKeys { place: sandbox, keys }), []);
}
