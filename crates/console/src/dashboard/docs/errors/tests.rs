//! Everything that the gateway and the management API may answer has its page, and the page says how
//! it is answered.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::Method;
use jiff::Timestamp;
use keys::{
    AccountId, AllowListError, BadEntry, CodeRefusal, ContextError, CredentialError, Denial,
    EmailAddressError, IdempotencyError, ImportFault, KeyId, Limited, Mask, OrganizationId,
    PathError, PermissionError, PhoneNumberError, Realm, RealmError, Refusal, Role, TooMany,
    TotpRefusal, UserId, Version,
};
use store::{AuthenticatorError, InvitationError, LinkError, MemberError, StoreError, UserError};

use super::super::english::ENGLISH;
use super::{Answer, FACTS, Face, fact};
use crate::control::{
    ControlError, MembersError, ProofError, RightError, SignInError, SignUpError,
};
use crate::delivery::{Channel, DeliveryError};
use crate::password::PasswordError;
use crate::problem::Problem;

/// A value of each variant: one that is not here does not compile.
macro_rules! every {
    ($kind:ty: $($variant:pat => $value:expr),+ $(,)?) => {{
        let _complete = |one: &$kind| match one { $($variant => {})+ };
        vec![$($value),+]
    }};
}

fn chance(room: &mut [u8]) {
    room.fill(7);
}

fn key() -> KeyId {
    KeyId::mint(&mut chance)
}

fn account() -> AccountId {
    AccountId::mint(&mut chance)
}

fn newest() -> Version {
    "2026-06-24.dahlia".parse().unwrap()
}

fn too_many() -> TooMany {
    Limited::SignInFrom(IpAddr::V4(Ipv4Addr::LOCALHOST)).refusal()
}

fn denials() -> Vec<Denial> {
    let (mask, at) = (Mask::of(b""), Timestamp::UNIX_EPOCH);
    let mut denials = every!(Denial:
        Denial::Credential(_) => Denial::Credential(CredentialError::Missing),
        Denial::KeyInvalid(_) => Denial::KeyInvalid(mask),
        Denial::KeyExpired { .. } => Denial::KeyExpired { mask, key: key() },
        Denial::KeyDeleted { .. } => Denial::KeyDeleted { mask, key: key(), at },
        Denial::KeyInUrl => Denial::KeyInUrl,
        Denial::HttpsRequired => Denial::HttpsRequired,
        Denial::IpNotAllowed(_) => Denial::IpNotAllowed(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        Denial::SecretKeyRequired => Denial::SecretKeyRequired,
        Denial::MorePermissionsRequired { .. } => Denial::MorePermissionsRequired {
            mask,
            account: account(),
            would_do: Box::default(),
        },
        Denial::OrganizationPermissionRequired { .. } => Denial::OrganizationPermissionRequired {
            mask,
            organization: OrganizationId::mint(&mut chance),
            would_do: Box::default(),
        },
        Denial::ContextRequired => Denial::ContextRequired,
        Denial::ContextInvalid(_) => Denial::ContextInvalid(ContextError::Malformed),
        Denial::AccountInvalid { .. } => Denial::AccountInvalid { mask, account: account() },
        Denial::VersionRequired { .. } => Denial::VersionRequired { newest: newest() },
        Denial::VersionUnknown { .. } => Denial::VersionUnknown { newest: newest() },
        Denial::PathAmbiguous(_) => Denial::PathAmbiguous(PathError::Relative),
        Denial::Ambiguous(_) => Denial::Ambiguous("it is two"),
        Denial::MethodNotAllowed => Denial::MethodNotAllowed,
        Denial::ExpectationUnknown => Denial::ExpectationUnknown,
        Denial::HeadTooLarge => Denial::HeadTooLarge,
        Denial::BodyTooLarge => Denial::BodyTooLarge,
        Denial::TooSlow => Denial::TooSlow,
        Denial::ClientGone => Denial::ClientGone,
        Denial::UpstreamUnreachable => Denial::UpstreamUnreachable,
        Denial::UpstreamTimeout => Denial::UpstreamTimeout,
        Denial::Unavailable => Denial::Unavailable,
        Denial::Internal => Denial::Internal,
    );
    let credentials = every!(CredentialError:
        CredentialError::Missing => CredentialError::Missing,
        CredentialError::Several => CredentialError::Several,
        CredentialError::Scheme => CredentialError::Scheme,
        CredentialError::Unreadable => CredentialError::Unreadable,
        CredentialError::Password => CredentialError::Password,
    );
    denials.extend(credentials.into_iter().map(Denial::Credential));
    denials
}

fn refusals() -> Vec<Refusal> {
    let bad = vec![BadEntry { place: 0, fault: ImportFault::Hash }];
    every!(Refusal:
        Refusal::UnknownOrganization(_) => {
            Refusal::UnknownOrganization(OrganizationId::mint(&mut chance))
        },
        Refusal::UnknownAccount(_) => Refusal::UnknownAccount(account()),
        Refusal::UnknownSandbox => Refusal::UnknownSandbox,
        Refusal::UnknownKey(_) => Refusal::UnknownKey(key()),
        Refusal::NotAPlatform => Refusal::NotAPlatform,
        Refusal::KeyIsDead => Refusal::KeyIsDead,
        Refusal::PublishableStays => Refusal::PublishableStays,
        Refusal::PublishableIsUnrestricted => Refusal::PublishableIsUnrestricted,
        Refusal::BadName { .. } => Refusal::BadName { most: 1 },
        Refusal::BadNote { .. } => Refusal::BadNote { most: 1 },
        Refusal::KeyValueInText => Refusal::KeyValueInText,
        Refusal::AllowList(_) => Refusal::AllowList(AllowListError::Empty),
        Refusal::NotRestricted => Refusal::NotRestricted,
        Refusal::MoreThanOwn => Refusal::MoreThanOwn,
        Refusal::ImportSize { .. } => Refusal::ImportSize { most: 1 },
        Refusal::BadImport(_) => Refusal::BadImport(bad),
        Refusal::ValueNotKept => Refusal::ValueNotKept,
        Refusal::NotExpiring => Refusal::NotExpiring,
        Refusal::AlreadyRotated => Refusal::AlreadyRotated,
        Refusal::NoSchedule => Refusal::NoSchedule,
        Refusal::ScheduleInThePast => Refusal::ScheduleInThePast,
        Refusal::ScheduleTooFar { .. } => Refusal::ScheduleTooFar { days: 1 },
        Refusal::NothingDue => Refusal::NothingDue,
        Refusal::HasConnected => Refusal::HasConnected,
        Refusal::TooManyAccounts { .. } => Refusal::TooManyAccounts { most: 1 },
        Refusal::TooManySandboxes { .. } => Refusal::TooManySandboxes { most: 1 },
        Refusal::FirstSandboxStays => Refusal::FirstSandboxStays,
        Refusal::EndingInThePast => Refusal::EndingInThePast,
        Refusal::EndingTooFar { .. } => Refusal::EndingTooFar { days: 1 },
    )
}

fn stores() -> Vec<StoreError> {
    let text = String::new;
    let cause = || "as the database says".into();
    every!(StoreError:
        StoreError::Address { .. } => StoreError::Address { address: text() },
        StoreError::Unreachable { .. } => StoreError::Unreachable { cause: cause() },
        StoreError::Damaged { .. } => StoreError::Damaged { cause: cause() },
        StoreError::InUse { .. } => StoreError::InUse { lock: "lock".into() },
        StoreError::Newer { .. } => StoreError::Newer { migration: 1 },
        StoreError::Full { .. } => StoreError::Full { cause: cause() },
        StoreError::OutcomeUnknown { .. } => StoreError::OutcomeUnknown { cause: cause() },
        StoreError::Inconsistent { .. } => {
            StoreError::Inconsistent { table: "keys", row: text(), column: "id" }
        },
        StoreError::UnknownSealingKey { .. } => StoreError::UnknownSealingKey { id: 1 },
        StoreError::Other { .. } => StoreError::Other { cause: cause() },
    )
}

fn proofs() -> Vec<ProofError> {
    let codes = every!(CodeRefusal:
        CodeRefusal::NotSixDigits => CodeRefusal::NotSixDigits,
        CodeRefusal::TooSoon => CodeRefusal::TooSoon,
        CodeRefusal::NoneSent => CodeRefusal::NoneSent,
        CodeRefusal::Used => CodeRefusal::Used,
        CodeRefusal::Expired => CodeRefusal::Expired,
        CodeRefusal::NoTriesLeft => CodeRefusal::NoTriesLeft,
        CodeRefusal::NoTriesLeftToday => CodeRefusal::NoTriesLeftToday,
        CodeRefusal::Wrong => CodeRefusal::Wrong,
    );
    let mut proofs = every!(ProofError:
        ProofError::Sent(_) => ProofError::Sent("you".to_owned()),
        ProofError::AskTheApp => ProofError::AskTheApp,
        ProofError::Code(_) => ProofError::Code(CodeRefusal::Wrong),
        ProofError::Authenticator(_) => ProofError::Authenticator(AuthenticatorError::Off),
        ProofError::NoPhone => ProofError::NoPhone,
        ProofError::Undelivered(_) => ProofError::Undelivered(undelivered()),
    );
    proofs.extend(codes.into_iter().map(ProofError::Code));
    proofs.extend(authenticators().into_iter().map(ProofError::Authenticator));
    proofs
}

/// What the store says is its own error wherever it comes up, and told once.
fn authenticators() -> Vec<AuthenticatorError> {
    every!(AuthenticatorError:
        AuthenticatorError::AlreadyOn => AuthenticatorError::AlreadyOn,
        AuthenticatorError::Off => AuthenticatorError::Off,
        AuthenticatorError::Refused(_) => AuthenticatorError::Refused(TotpRefusal::Wrong),
        AuthenticatorError::WrongRecoveryCode => AuthenticatorError::WrongRecoveryCode,
        AuthenticatorError::TooMany(_) | AuthenticatorError::Store(_) => {
            AuthenticatorError::TooMany(too_many())
        },
    )
}

fn undelivered() -> DeliveryError {
    DeliveryError::NotConfigured(Channel::Email)
}

fn controls() -> Vec<ControlError> {
    let rights = every!(RightError:
        RightError::Key => RightError::Key,
        RightError::NoConnected => RightError::NoConnected,
        RightError::LiveKeysOnly => RightError::LiveKeysOnly,
        RightError::NoContext => RightError::NoContext,
        RightError::Unprovable => RightError::Unprovable,
        RightError::Role => RightError::Role,
        RightError::PeopleOnly => RightError::PeopleOnly,
        RightError::NoPlace => RightError::NoPlace,
    );
    let mut controls = every!(ControlError:
        ControlError::NotAllowed(_) => ControlError::NotAllowed(RightError::Role),
        ControlError::Proof(_) => ControlError::Proof(ProofError::AskTheApp),
        ControlError::Refused(_) => ControlError::Refused(Refusal::KeyIsDead),
        ControlError::Store(_) => ControlError::Store(StoreError::UnknownSealingKey { id: 1 }),
        ControlError::BrokeOff(_) => ControlError::BrokeOff(fallen()),
    );
    controls.extend(rights.into_iter().map(ControlError::NotAllowed));
    controls.extend(proofs().into_iter().map(ControlError::Proof));
    controls.extend(refusals().into_iter().map(ControlError::Refused));
    controls.extend(stores().into_iter().map(ControlError::Store));
    controls
}

/// What a task that was broken off leaves behind.
fn fallen() -> tokio::task::JoinError {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let task = tokio::spawn(std::future::pending::<()>());
        task.abort();
        task.await.unwrap_err()
    })
}

fn sign_ins() -> Vec<SignInError> {
    let mut sign_ins = every!(SignInError:
        SignInError::Wrong => SignInError::Wrong,
        SignInError::CodeMissing => SignInError::CodeMissing,
        SignInError::Code(_) => SignInError::Code(AuthenticatorError::Off),
        SignInError::Changed => SignInError::Changed,
        SignInError::TooMany(_) | SignInError::Store(_) => SignInError::TooMany(too_many()),
    );
    sign_ins.extend(authenticators().into_iter().map(SignInError::Code));
    sign_ins
}

fn sign_ups() -> Vec<SignUpError> {
    let user = UserId::mint(&mut chance);
    let users = every!(UserError:
        UserError::EmailTaken => UserError::EmailTaken,
        UserError::BadName(_) => UserError::BadName(Refusal::BadName { most: 1 }),
        UserError::Unknown(_) | UserError::Store(_) => UserError::Unknown(user),
    );
    let mut sign_ups = every!(SignUpError:
        SignUpError::Link(_) => SignUpError::Link(LinkError::NotGood),
        SignUpError::Password(_) => SignUpError::Password(PasswordError::Unhashable),
        SignUpError::WrongPassword => SignUpError::WrongPassword,
        SignUpError::NotAllowed(_) => SignUpError::NotAllowed(RightError::PeopleOnly),
        SignUpError::User(_) => SignUpError::User(UserError::EmailTaken),
        SignUpError::Delivery(_) => SignUpError::Delivery(undelivered()),
        SignUpError::TooMany(_) | SignUpError::Store(_) => SignUpError::TooMany(too_many()),
    );
    sign_ups.push(SignUpError::Link(LinkError::TooMany(too_many())));
    sign_ups.push(SignUpError::Password(PasswordError::Length));
    sign_ups.extend(users.into_iter().map(SignUpError::User));
    sign_ups
}

fn members() -> Vec<MembersError> {
    let realm = Realm::Account(account());
    let some = every!(MemberError:
        MemberError::AboveOnesOwn => MemberError::AboveOnesOwn,
        MemberError::DoesNotFit(_) => MemberError::DoesNotFit(Role::SandboxUser),
        MemberError::UnknownRealm(_) => MemberError::UnknownRealm(realm),
        MemberError::NotAMember => MemberError::NotAMember,
        MemberError::AlreadyMember => MemberError::AlreadyMember,
        MemberError::LastOwner | MemberError::Store(_) => MemberError::LastOwner,
    );
    let invited = every!(InvitationError:
        InvitationError::NotGood => InvitationError::NotGood,
        InvitationError::ForSomebodyElse
        | InvitationError::Member(_)
        | InvitationError::Store(_) => InvitationError::ForSomebodyElse,
    );
    let mut members = every!(MembersError:
        MembersError::Control(_) => MembersError::Control(Refusal::KeyIsDead.into()),
        MembersError::Member(_) => MembersError::Member(MemberError::LastOwner),
        MembersError::Invitation(_) => MembersError::Invitation(InvitationError::NotGood),
        MembersError::Undelivered(_) => MembersError::Undelivered(undelivered()),
        MembersError::SignInFirst => MembersError::SignInFirst,
        MembersError::TooMany(_) => MembersError::TooMany(too_many()),
        MembersError::PasswordMissing => MembersError::PasswordMissing,
        MembersError::Password(_) => MembersError::Password(PasswordError::Length),
    );
    members.push(MembersError::Password(PasswordError::Unhashable));
    members.extend(some.into_iter().map(MembersError::Member));
    members.extend(invited.into_iter().map(MembersError::Invitation));
    members
}

fn malformed() -> serde_json::Error {
    serde_json::from_str::<()>("").unwrap_err()
}

/// What says nothing but that a text is none of its kind.
fn unread() -> Vec<Problem> {
    vec![
        Problem::Realm(RealmError),
        Problem::Idempotency(IdempotencyError),
        Problem::Email(EmailAddressError),
        Problem::Phone(PhoneNumberError),
    ]
}

/// A problem of each kind.
pub(in crate::dashboard) fn problems() -> Vec<Problem> {
    let (method, path) = (Method::GET, "/".to_owned());
    let mut problems = every!(Problem:
        Problem::Denied(_) => Problem::Denied(Denial::Internal),
        Problem::NotAllowed(_) => Problem::NotAllowed(RightError::Role),
        Problem::SignedOut => Problem::SignedOut,
        Problem::SignIn(_) => Problem::SignIn(SignInError::Wrong),
        Problem::SignUp(_) => Problem::SignUp(SignUpError::WrongPassword),
        Problem::Members(_) => Problem::Members(MembersError::SignInFirst),
        Problem::Role | Problem::Realm(_) | Problem::Idempotency(_) => Problem::Role,
        Problem::StillRunning => Problem::StillRunning,
        Problem::BrokenOff => Problem::BrokenOff,
        Problem::AnotherRequest => Problem::AnotherRequest,
        Problem::ProofUnreadable => Problem::ProofUnreadable,
        Problem::Control(_) => Problem::Control(Refusal::KeyIsDead.into()),
        Problem::Store(_) => Problem::Store(StoreError::UnknownSealingKey { id: 1 }),
        Problem::Missing { .. } => Problem::missing("key", "key_1"),
        Problem::UnknownUrl { .. } => {
            Problem::UnknownUrl { method: method.clone(), path: path.clone() }
        },
        Problem::WrongMethod { .. } => Problem::WrongMethod { method, path },
        Problem::NotJson => Problem::NotJson,
        Problem::NoObject => Problem::NoObject,
        Problem::Malformed(_) => Problem::Malformed(malformed()),
        Problem::AllowList(_) => Problem::AllowList(AllowListError::Empty),
        Problem::Permission { .. } => {
            Problem::Permission { error: PermissionError::TooMany, param: "permissions" }
        },
        Problem::SecretNeedsNoPermissions => Problem::SecretNeedsNoPermissions,
        Problem::NothingToChange(_) => Problem::NothingToChange("name"),
        Problem::TwoOwners => Problem::TwoOwners,
        Problem::UnknownVersion(_) => Problem::UnknownVersion(newest()),
        Problem::Query(_) => Problem::Query("it cannot be read".to_owned()),
        Problem::Days => Problem::Days,
        Problem::BodyBroken => Problem::BodyBroken,
        Problem::TakesLong => Problem::TakesLong,
        Problem::AnswerTakesLong => Problem::AnswerTakesLong,
        Problem::Unwritable(_) | Problem::Email(_) | Problem::Phone(_) => {
            Problem::Unwritable(malformed())
        },
    );
    problems.extend(unread());
    problems.extend(denials().into_iter().map(Problem::Denied));
    problems.extend(controls().into_iter().map(Problem::Control));
    problems.extend(sign_ins().into_iter().map(Problem::SignIn));
    problems.extend(sign_ups().into_iter().map(Problem::SignUp));
    problems.extend(members().into_iter().map(Problem::Members));
    problems
}

/// Status, type and code of what a problem is answered with.
fn told(problem: &Problem) -> (u16, String, String) {
    let answer = problem.answer("");
    let status = answer.status().as_u16();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(axum::body::to_bytes(answer.into_body(), usize::MAX)).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let text = |name: &str| body["error"][name].as_str().unwrap().to_owned();
    (status, text("type"), text("code"))
}

#[test]
fn every_error_that_is_answered_is_explained_as_it_is_answered() {
    for problem in problems() {
        let (status, kind, code) = told(&problem);
        let fact = fact(&code).unwrap_or_else(|| panic!("`{code}` has no page: {problem}"));
        let stated = |answer: &Answer| {
            answer.status == status && answer.kind == kind && answer.face != Face::Sample
        };
        assert!(fact.answers.iter().any(stated), "`{code}` is answered as {status} {kind}");
    }
}

#[test]
fn every_denial_of_the_gateway_is_said_to_be_one() {
    for denial in denials() {
        let answer = denial.answer();
        let stated =
            Answer { face: Face::Gateway, status: answer.status, kind: answer.error_type.as_str() };
        let fact = fact(answer.code).unwrap();
        assert!(fact.answers.contains(&stated), "{} {stated:?}", answer.code);
    }
}

#[test]
fn every_error_has_one_page_with_cause_and_remedy() {
    let mut codes: Vec<_> = FACTS.iter().map(|fact| fact.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), FACTS.len(), "each stands in the table once");
    let told: usize = ENGLISH.explained.iter().map(|some| some.len()).sum();
    assert_eq!(told, FACTS.len(), "nothing else is explained");
    for fact in FACTS {
        let explained = ENGLISH.explains(fact.code).unwrap_or_else(|| panic!("{}", fact.code));
        for sentence in [explained.cause, explained.remedy] {
            assert!(sentence.ends_with('.') && sentence.len() > 10, "{}: {sentence}", fact.code);
        }
        assert!(!fact.answers.is_empty() && fact.answers.iter().all(|answer| answer.status >= 400));
    }
}
