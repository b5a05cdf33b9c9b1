//! What the audit keeps of what is done about people: who may sign in, and who may do what.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::{Asker, Deed, Difference, Event};
use crate::{AccountId, EventId, Mode, Realm, UserId};

/// What is done about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleAct {
    /// Somebody is invited.
    Invite,
    /// An invitation is accepted.
    AcceptInvitation,
    /// An invitation is taken back.
    WithdrawInvitation,
    /// A member gets another role.
    ChangeRole,
    /// A role is taken away, or given up.
    RemoveMember,
    /// A person comes to be, who has yet to show to read the mail of the address.
    SignUp,
    /// A link is asked for that shows so.
    AskToConfirmEmail,
    /// It is followed, and a first password chosen.
    ConfirmEmail,
    /// Somebody signs in.
    SignIn,
    /// Somebody ends the session that they ask by.
    SignOut,
    /// Somebody ends another of their sessions.
    EndSession,
    /// Somebody ends all of their sessions but one.
    EndOtherSessions,
    /// A link is asked for by which another password is chosen.
    ForgetPassword,
    /// It is followed.
    ResetPassword,
    /// A password is changed by whoever knows the old one.
    ChangePassword,
    /// An authenticator app is begun with.
    BeginAuthenticator,
    /// A first code of it is shown, so that it counts.
    AddAuthenticator,
    /// Other recovery codes take the place of those that there were.
    RenewRecoveryCodes,
    /// It is removed.
    RemoveAuthenticator,
    /// A recovery code takes the place of one of the app.
    UseRecoveryCode,
    /// A telephone is named.
    NamePhone,
    /// It is confirmed, so that it counts.
    ConfirmPhone,
    /// It is removed.
    RemovePhone,
    /// Somebody chooses of what they are told by mail.
    ChangeNotifications,
}

impl PeopleAct {
    /// The type of its events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invitation.created",
            Self::AcceptInvitation => "invitation.accepted",
            Self::WithdrawInvitation => "invitation.withdrawn",
            Self::ChangeRole => "member.updated",
            Self::RemoveMember => "member.removed",
            Self::SignUp => "user.signed_up",
            Self::AskToConfirmEmail => "user.confirmation_asked",
            Self::ConfirmEmail => "user.email_confirmed",
            Self::SignIn => "user.signed_in",
            Self::SignOut => "user.signed_out",
            Self::EndSession => "session.ended",
            Self::EndOtherSessions => "session.others_ended",
            Self::ForgetPassword => "password.forgotten",
            Self::ResetPassword => "password.reset",
            Self::ChangePassword => "password.changed",
            Self::BeginAuthenticator => "authenticator.begun",
            Self::AddAuthenticator => "authenticator.added",
            Self::RenewRecoveryCodes => "recovery_codes.renewed",
            Self::RemoveAuthenticator => "authenticator.removed",
            Self::UseRecoveryCode => "recovery_code.used",
            Self::NamePhone => "phone.named",
            Self::ConfirmPhone => "phone.confirmed",
            Self::RemovePhone => "phone.removed",
            Self::ChangeNotifications => "notifications.updated",
        }
    }
}

impl Deed {
    /// What is done about members: it is part of no history yet.
    #[must_use]
    pub fn of_members(act: PeopleAct) -> Self {
        Self::named(act.as_str())
    }

    /// What is done about how a person signs in: they read of it, and nobody else does.
    #[must_use]
    pub fn of_person(act: PeopleAct, user: UserId) -> Self {
        Self { object: Some(user.to_string()), user: Some(user), ..Self::named(act.as_str()) }
    }

    /// The same, about the thing of that id.
    #[must_use]
    pub fn about(self, id: impl fmt::Display) -> Self {
        Self { object: Some(id.to_string()), ..self }
    }

    /// The same, as part of the history of a place; that of a sandbox is part of its account's.
    #[must_use]
    pub fn in_realm(self, realm: Realm, account_of_sandbox: Option<AccountId>) -> Self {
        match realm {
            Realm::Organization(id) => Self { organization: Some(id), ..self },
            Realm::Account(id) => Self { account: Some(id), ..self },
            Realm::Sandbox(id) => {
                Self { account: account_of_sandbox, mode: Some(Mode::Sandbox(id)), ..self }
            }
        }
    }

    /// The event of it once it is done.
    #[must_use]
    pub fn done(
        self,
        known_by: (EventId, Timestamp),
        asker: &Asker,
        changes: Vec<Difference>,
    ) -> Event {
        self.told(known_by, asker, Ok(changes))
    }
}

impl Difference {
    /// What is another now of the thing of that id: each field before, and after. What was not there
    /// or is not there any more is left out.
    #[must_use]
    pub fn of(
        id: impl fmt::Display,
        fields: impl IntoIterator<Item = (&'static str, Option<Value>, Option<Value>)>,
    ) -> Self {
        let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
        for (field, before, after) in fields {
            old.extend(before.map(|value| (field, value)));
            new.extend(after.map(|value| (field, value)));
        }
        Self { id: id.to_string(), old, new }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Actor;

    fn user() -> UserId {
        "usr_0123456789abcdef".parse().unwrap()
    }

    fn told(deed: Deed, asker: &Asker, changes: Vec<Difference>) -> String {
        let id = "evt_0123456789abcdefghijklmn".parse().unwrap();
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        serde_json::to_string_pretty(&deed.done((id, at), asker, changes)).unwrap()
    }

    #[test]
    fn what_is_done_about_a_member_is_part_of_the_history_of_the_place() {
        let asker = Asker { actor: Actor::User(user()), ..Asker::system() };
        let changes = Difference::of(
            user(),
            [("role", Some("developer".into()), Some("analyst".into())), ("note", None, None)],
        );
        let sandbox = "sbx_0123456789abcdef".parse().unwrap();
        let account = "acct_0123456789abcdef".parse().unwrap();
        let deed = Deed::of_members(PeopleAct::ChangeRole).about(user());
        let deed = deed.in_realm(Realm::Sandbox(sandbox), Some(account));
        insta::assert_snapshot!(told(deed.clone(), &asker, vec![changes]), @r#"
        {
          "id": "evt_0123456789abcdefghijklmn",
          "created": "2027-01-15T08:00:00Z",
          "type": "member.updated",
          "actor": "usr_0123456789abcdef",
          "object_id": "usr_0123456789abcdef",
          "account": "acct_0123456789abcdef",
          "mode": "sbx_0123456789abcdef",
          "ip_address": null,
          "user_agent": null,
          "outcome": "done",
          "changes": [
            {
              "id": "usr_0123456789abcdef",
              "old": {
                "role": "developer"
              },
              "new": {
                "role": "analyst"
              }
            }
          ]
        }
        "#);
        assert_eq!(deed.nowhere(), Deed::of_members(PeopleAct::ChangeRole).about(user()));
    }

    #[test]
    fn what_a_stranger_does_about_a_person_is_part_of_that_persons_history() {
        let asker = Asker::stranger([192, 0, 2, 7].into(), Some("curl/8".into()));
        let deed = Deed::of_person(PeopleAct::ForgetPassword, user());
        insta::assert_snapshot!(told(deed, &asker, Vec::new()), @r#"
        {
          "id": "evt_0123456789abcdefghijklmn",
          "created": "2027-01-15T08:00:00Z",
          "type": "password.forgotten",
          "actor": "stranger",
          "object_id": "usr_0123456789abcdef",
          "account": null,
          "mode": null,
          "user": "usr_0123456789abcdef",
          "ip_address": "192.0.2.7",
          "user_agent": "curl/8",
          "outcome": "done",
          "changes": []
        }
        "#);
    }
}
