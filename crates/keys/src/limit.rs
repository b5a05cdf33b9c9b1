//! What may be tried only so often, and how long what lets people in is good.

use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};

use crate::{CODE_DAY, CODE_TRIES_A_DAY, Digest, EmailAddress, KeyId, Pepper, UserId};

/// How long an invitation can be accepted.
pub const INVITATION_GOOD_FOR: SignedDuration = SignedDuration::from_hours(10 * 24);
/// How long a session lasts that nobody uses.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(24);
/// How long a session lasts that is used.
pub const SESSION_LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whether a session that has not been ended lasts yet.
#[must_use]
pub fn session_lasts(created_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(seen_at) < SESSION_IDLE && now.duration_since(created_at) < SESSION_LONGEST
}

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Whoever follows it reads the mail of that address.
    ConfirmEmail,
    /// Whoever follows it sets a new password.
    ResetPassword,
}

impl LinkPurpose {
    /// The word for it in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::ResetPassword => "reset_password",
        }
    }

    /// How long the link can be followed.
    #[must_use]
    pub fn good_for(self) -> SignedDuration {
        match self {
            Self::ConfirmEmail => SignedDuration::from_hours(24),
            Self::ResetPassword => SignedDuration::from_hours(1),
        }
    }
}

/// What may be tried only so often.
#[derive(Debug, Clone, Copy)]
pub enum Limited<'a> {
    /// To sign in as whoever has that email address.
    SignInAs(&'a EmailAddress),
    /// To sign in from that address.
    SignInFrom(IpAddr),
    /// To ask for an account, a link or an invitation from that address.
    StrangerFrom(IpAddr),
    /// To show a code of an authenticator app, or a recovery code.
    Authenticator(UserId),
    /// The same in a day, as with the codes that are sent: whoever has the password guesses at six
    /// digits all day.
    AuthenticatorADay(UserId),
    /// To have a link mailed to that email address.
    MailTo(&'a EmailAddress),
    /// To invite anybody: whoever may invite must not mail the world.
    InvitationsBy(UserId),
    /// To invite whoever has that email address, wherever to.
    InvitationsTo(&'a EmailAddress),
    /// To be told in the audit of a sign-in that failed: strangers must not fill a person's history.
    FailuresToldTo(UserId),
    /// To be told in the audit that no more sign-ins were taken: once for as long as that holds.
    LimitToldTo(UserId),
    /// To be told in the audit that a key was refused something: a program that goes on asking must not
    /// fill the history.
    RefusalsOf(KeyId),
}

/// The no to one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many {}; try again in {}", .what.as_str(), span(*.window))]
pub struct TooMany {
    /// Of what.
    pub what: Tried,
    /// After how long it may be tried again.
    pub window: SignedDuration,
}

/// What was tried too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// Whatever it was.
    Anything,
    /// To invite, whomever.
    Inviting,
    /// To invite whoever has one email address.
    InvitingOne,
}

impl Tried {
    fn as_str(self) -> &'static str {
        match self {
            Self::Anything => "tries",
            Self::Inviting => "invitations were sent by you",
            Self::InvitingOne => "invitations were sent to this address",
        }
    }
}

/// A window in whole hours where it has more than one, and else in minutes.
fn span(window: SignedDuration) -> String {
    match window.as_hours() {
        0 | 1 => format!("{} minutes", window.as_mins()),
        hours => format!("{hours} hours"),
    }
}

impl Limited<'_> {
    /// No window is longer: what began before that counts for nothing any more.
    pub const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(24);

    /// How often, in each window.
    #[must_use]
    pub fn most(self) -> i64 {
        match self {
            Self::SignInAs(_) | Self::Authenticator(_) => 10,
            Self::SignInFrom(_) => 100,
            Self::StrangerFrom(_) | Self::FailuresToldTo(_) | Self::RefusalsOf(_) => 20,
            Self::MailTo(_) | Self::InvitationsTo(_) => 5,
            Self::AuthenticatorADay(_) => CODE_TRIES_A_DAY,
            Self::InvitationsBy(_) => 50,
            Self::LimitToldTo(_) => 1,
        }
    }

    /// How long a window is; it begins with the first try.
    #[must_use]
    pub fn window(self) -> SignedDuration {
        match self {
            Self::SignInAs(_)
            | Self::SignInFrom(_)
            | Self::StrangerFrom(_)
            | Self::Authenticator(_)
            | Self::LimitToldTo(_) => SignedDuration::from_mins(15),
            Self::MailTo(_) => SignedDuration::from_hours(1),
            Self::AuthenticatorADay(_) => CODE_DAY,
            Self::InvitationsBy(_)
            | Self::InvitationsTo(_)
            | Self::FailuresToldTo(_)
            | Self::RefusalsOf(_) => SignedDuration::from_hours(24),
        }
    }

    /// The no to one more.
    #[must_use]
    pub fn refusal(self) -> TooMany {
        let what = match self {
            Self::SignInAs(_)
            | Self::SignInFrom(_)
            | Self::StrangerFrom(_)
            | Self::Authenticator(_)
            | Self::AuthenticatorADay(_)
            | Self::MailTo(_)
            | Self::FailuresToldTo(_)
            | Self::LimitToldTo(_)
            | Self::RefusalsOf(_) => Tried::Anything,
            Self::InvitationsBy(_) => Tried::Inviting,
            Self::InvitationsTo(_) => Tried::InvitingOne,
        };
        TooMany { what, window: self.window() }
    }

    /// What is kept of who tries.
    #[must_use]
    pub fn subject(self, pepper: &Pepper) -> Digest {
        match self {
            Self::SignInAs(email) => pepper.digest_of("sign in as", &[email.as_str().as_bytes()]),
            Self::SignInFrom(address) => {
                pepper.digest_of("sign in from", &[network(address).to_string().as_bytes()])
            }
            Self::StrangerFrom(address) => {
                pepper.digest_of("stranger from", &[network(address).to_string().as_bytes()])
            }
            Self::Authenticator(user) => pepper.digest_of("authenticator", &[&user.body()]),
            Self::AuthenticatorADay(user) => {
                pepper.digest_of("authenticator a day", &[&user.body()])
            }
            Self::MailTo(email) => pepper.digest_of("mail to", &[email.as_str().as_bytes()]),
            Self::InvitationsBy(user) => pepper.digest_of("invitations by", &[&user.body()]),
            Self::InvitationsTo(email) => {
                pepper.digest_of("invitations to", &[email.as_str().as_bytes()])
            }
            Self::FailuresToldTo(user) => pepper.digest_of("failures told to", &[&user.body()]),
            Self::LimitToldTo(user) => pepper.digest_of("limit told to", &[&user.body()]),
            Self::RefusalsOf(key) => pepper.digest_of("refusals of", &[&key.body()]),
        }
    }
}

/// Whoever has one IPv6 address has the 2^64 beside it, too.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lasts_a_day_unused_and_a_month_used() {
        let at = |hours: i64| Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap();
        assert!(session_lasts(at(0), at(0), at(23)));
        assert!(!session_lasts(at(0), at(0), at(24)));
        assert!(session_lasts(at(0), at(719), at(719)));
        assert!(!session_lasts(at(0), at(719), at(720)));
    }

    #[test]
    fn addresses_of_one_network_are_counted_as_one() {
        let pepper = Pepper::new(1, &[1; 32]);
        let subject = |address: &str| {
            Limited::SignInFrom(address.parse().unwrap()).subject(&pepper).to_bytes()
        };
        assert_eq!(subject("2001:db8::1"), subject("2001:db8::ffff:1"));
        assert_ne!(subject("2001:db8::1"), subject("2001:db8:0:1::1"));
        assert_eq!(subject("192.0.2.1"), subject("::ffff:192.0.2.1"));
        assert_ne!(subject("192.0.2.1"), subject("192.0.2.2"));
    }

    #[test]
    fn what_is_counted_apart_has_subjects_of_its_own() {
        let pepper = Pepper::new(1, &[1; 32]);
        let email = "jenny@example.com".parse().unwrap();
        let sign_in = Limited::SignInAs(&email).subject(&pepper);
        assert!(sign_in != Limited::MailTo(&email).subject(&pepper));
        let told = Limited::SignInAs(&email).refusal().to_string();
        insta::assert_snapshot!(told, @"too many tries; try again in 15 minutes");
    }

    #[test]
    fn this_is_what_is_tried_how_often() {
        let (user, email) = ("usr_0123456789abcdef".parse().unwrap(), "jenny@example.com".parse());
        let email = email.unwrap();
        let from = [192, 0, 2, 1].into();
        let table = [
            Limited::SignInAs(&email),
            Limited::SignInFrom(from),
            Limited::StrangerFrom(from),
            Limited::Authenticator(user),
            Limited::AuthenticatorADay(user),
            Limited::MailTo(&email),
            Limited::InvitationsBy(user),
            Limited::InvitationsTo(&email),
            Limited::FailuresToldTo(user),
            Limited::RefusalsOf("key_0123456789abcdef".parse().unwrap()),
        ]
        .map(|limited| {
            assert!(limited.window() <= Limited::LONGEST_WINDOW);
            format!("{:3} {}\n", limited.most(), limited.refusal())
        });
        insta::assert_snapshot!(table.concat(), @"
         10 too many tries; try again in 15 minutes
        100 too many tries; try again in 15 minutes
         20 too many tries; try again in 15 minutes
         10 too many tries; try again in 15 minutes
         15 too many tries; try again in 24 hours
          5 too many tries; try again in 60 minutes
         50 too many invitations were sent by you; try again in 24 hours
          5 too many invitations were sent to this address; try again in 24 hours
         20 too many tries; try again in 24 hours
         20 too many tries; try again in 24 hours
        ");
    }
}
