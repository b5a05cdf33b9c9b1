//! The rules of a verification code: how somebody who is signed in proves that it is still them,
//! before something that cannot be taken back.
//!
//! Six digits are few, so that all rests on counting: five tries for a code, fifteen a day for a
//! person whatever is sent again. A guesser gets in fifteen times in a million a day.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use crate::{Digest, Entropy, Pepper, UserId};

/// How long a code is good.
pub const CODE_GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long to wait before another code is sent.
pub const CODE_RESENT_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// How often one code may be tried.
pub const CODE_TRIES: i64 = 5;
/// How often a person may try in a day that begins with the first try, whatever is sent again.
pub const CODE_TRIES_A_DAY: i64 = 15;
/// That day.
pub const CODE_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Digits of a code.
const DIGITS: usize = 6;
/// As many codes as there are.
const CODES: u32 = 1_000_000;

/// Six digits that were sent to somebody.
///
/// It has no `Debug`, `Display` or `Serialize`, and its memory is wiped when dropped; the one way to
/// its digits is [`VerificationCode::expose`].
pub struct VerificationCode(Zeroizing<String>);

impl VerificationCode {
    /// A new code, each equally likely.
    pub fn mint(entropy: &mut dyn Entropy) -> Self {
        // What is left over above the last whole million would favour the first codes.
        let fair = u32::MAX - u32::MAX % CODES;
        loop {
            let mut bytes = Zeroizing::new([0u8; 4]);
            entropy.fill(bytes.as_mut());
            let number = u32::from_be_bytes(*bytes);
            if number < fair {
                let width = DIGITS;
                return Self(Zeroizing::new(format!("{:0width$}", number % CODES)));
            }
        }
    }

    /// The digits, for the one message that tells them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it: of the same digits for another purpose it is another.
    #[must_use]
    pub fn digest(&self, purpose: &Purpose, pepper: &Pepper) -> Digest {
        let Purpose { user, action } = purpose;
        pepper.digest_of("verification code", &[&user.body(), action, self.0.as_bytes()])
    }
}

impl FromStr for VerificationCode {
    type Err = CodeRefusal;

    fn from_str(text: &str) -> Result<Self, CodeRefusal> {
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS));
        for c in text.chars().filter(|c| !c.is_ascii_whitespace()) {
            if digits.len() == DIGITS || !c.is_ascii_digit() {
                return Err(CodeRefusal::NotSixDigits);
            }
            digits.push(c);
        }
        if digits.len() == DIGITS { Ok(Self(digits)) } else { Err(CodeRefusal::NotSixDigits) }
    }
}

/// Who proves it, and for what: a code for one action opens no other, nor the same one with other
/// parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose {
    user: UserId,
    action: [u8; 32],
}

impl Purpose {
    /// What a person wants to do. `action` names it, `parameters` are all that decide what comes of
    /// it, in an order that is always the same.
    #[must_use]
    pub fn new(user: UserId, action: &str, parameters: &[&str]) -> Self {
        use sha2::{Digest as _, Sha256};
        let mut state = Sha256::new();
        for part in std::iter::once(&action).chain(parameters) {
            state.update((part.len() as u64).to_be_bytes());
            state.update(part);
        }
        Self { user, action: state.finalize().into() }
    }

    /// Who.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The digest of the action and its parameters.
    #[must_use]
    pub fn action(&self) -> &[u8; 32] {
        &self.action
    }
}

/// Whether a code can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeStanding {
    /// It was sent and waits.
    Open,
    /// It was used, which it can be once.
    Used,
}

/// What is known of the last code that was sent to somebody, but for its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentCode {
    /// For what.
    pub action: [u8; 32],
    /// When.
    pub sent_at: Timestamp,
    /// Whether it can still be used.
    pub standing: CodeStanding,
    /// How often it was tried.
    pub tries: i64,
    /// When the day began that tries are counted for.
    pub day_began_at: Timestamp,
    /// How often the person tried on that day, with this code and those before.
    pub tries_that_day: i64,
}

/// Why no code is sent, or why one does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// The text cannot be a code; this costs no try.
    #[error("a verification code is six digits")]
    NotSixDigits,
    /// One was sent just now.
    #[error("a code was just sent; a new one can be sent {} seconds after it", CODE_RESENT_AFTER.as_secs())]
    TooSoon,
    /// None was sent for this.
    #[error("no code was sent for this; ask for a new one")]
    NoneSent,
    /// It was used.
    #[error("this code was used already; ask for a new one")]
    Used,
    /// Its time is over.
    #[error("this code has expired after {} minutes; ask for a new one", CODE_GOOD_FOR.as_mins())]
    Expired,
    /// It was tried too often.
    #[error("this code was tried {CODE_TRIES} times; ask for a new one")]
    NoTriesLeft,
    /// The person tried too often, whatever the code.
    #[error("codes were tried {CODE_TRIES_A_DAY} times in a day; try again tomorrow")]
    NoTriesLeftToday,
    /// It is another code.
    #[error("this is not the code that was sent")]
    Wrong,
}

impl SentCode {
    /// Whether another code may be sent after this one.
    ///
    /// # Errors
    /// When this one was sent just now, or the day's tries are used up.
    pub fn may_send_another(&self, now: Timestamp) -> Result<(), CodeRefusal> {
        if now.duration_since(self.sent_at) < CODE_RESENT_AFTER {
            return Err(CodeRefusal::TooSoon);
        }
        self.has_tries_today(now)
    }

    /// Whether a try of this code would be compared. The store counts by the same rule, in one
    /// statement; this tells why it did not.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_try(&self, purpose: &Purpose, now: Timestamp) -> Result<(), CodeRefusal> {
        if self.action != purpose.action {
            return Err(CodeRefusal::NoneSent);
        }
        match self.standing {
            CodeStanding::Used => return Err(CodeRefusal::Used),
            CodeStanding::Open => {}
        }
        if now.duration_since(self.sent_at) >= CODE_GOOD_FOR {
            return Err(CodeRefusal::Expired);
        }
        if self.tries >= CODE_TRIES {
            return Err(CodeRefusal::NoTriesLeft);
        }
        self.has_tries_today(now)
    }

    fn has_tries_today(&self, now: Timestamp) -> Result<(), CodeRefusal> {
        let that_day = now.duration_since(self.day_began_at) < CODE_DAY;
        if that_day && self.tries_that_day >= CODE_TRIES_A_DAY {
            return Err(CodeRefusal::NoTriesLeftToday);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> UserId {
        "usr_0123456789abcdef".parse().unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn sent(purpose: &Purpose) -> SentCode {
        SentCode {
            action: *purpose.action(),
            sent_at: at(0),
            standing: CodeStanding::Open,
            tries: 0,
            day_began_at: at(0),
            tries_that_day: 0,
        }
    }

    #[test]
    fn numbers_that_would_favour_some_codes_are_thrown_away() {
        let mut draws = [u32::MAX, 4_294_000_000, 4_293_999_999].into_iter();
        let mut source = |room: &mut [u8]| {
            room.copy_from_slice(&draws.next().unwrap().to_be_bytes());
        };
        assert_eq!(VerificationCode::mint(&mut source).expose(), "999999");
        assert_eq!(VerificationCode::mint(&mut |room: &mut [u8]| room.fill(0)).expose(), "000000");
    }

    #[test]
    fn a_code_is_kept_for_its_user_its_action_and_its_parameters() {
        let other_user: UserId = "usr_0123456789abcdeX".parse().unwrap();
        let code: VerificationCode = "012 345".parse().unwrap();
        let pepper = Pepper::new(1, &[1; 32]);
        let kept = |purpose: Purpose| code.digest(&purpose, &pepper).to_bytes();
        let purposes = [
            Purpose::new(user(), "create key", &["a", "bc"]),
            Purpose::new(user(), "create key", &["ab", "c"]),
            Purpose::new(user(), "create key", &["abc"]),
            Purpose::new(user(), "rotate key", &["a", "bc"]),
            Purpose::new(other_user, "create key", &["a", "bc"]),
        ];
        let different: std::collections::BTreeSet<_> = purposes.map(kept).into_iter().collect();
        assert_eq!(different.len(), purposes.len());
        assert_eq!(kept(purposes[0]), kept(Purpose::new(user(), "create key", &["a", "bc"])));
    }

    #[test]
    fn a_code_is_six_digits() {
        for text in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            let read = text.parse::<VerificationCode>().map(|_code| ());
            assert_eq!(read, Err(CodeRefusal::NotSixDigits));
        }
    }

    #[test]
    fn a_new_code_is_sent_every_thirty_seconds() {
        let sent = sent(&Purpose::new(user(), "a", &[]));
        assert_eq!(sent.may_send_another(at(29)), Err(CodeRefusal::TooSoon));
        assert_eq!(sent.may_send_another(at(30)), Ok(()));
    }

    #[test]
    fn a_code_is_tried_for_its_purpose_in_time_unused_and_five_times() {
        let purpose = Purpose::new(user(), "a", &[]);
        let sent = sent(&purpose);
        assert_eq!(sent.may_try(&purpose, at(599)), Ok(()));
        assert_eq!(sent.may_try(&purpose, at(600)), Err(CodeRefusal::Expired));
        let other = Purpose::new(user(), "a", &["b"]);
        assert_eq!(sent.may_try(&other, at(1)), Err(CodeRefusal::NoneSent));
        let used = SentCode { standing: CodeStanding::Used, ..sent };
        assert_eq!(used.may_try(&purpose, at(1)), Err(CodeRefusal::Used));
        let tried = |tries| SentCode { tries, ..sent }.may_try(&purpose, at(1));
        assert_eq!(tried(4), Ok(()));
        assert_eq!(tried(5), Err(CodeRefusal::NoTriesLeft));
    }

    #[test]
    fn fifteen_tries_are_all_of_a_day_whatever_is_sent_again() {
        let purpose = Purpose::new(user(), "a", &[]);
        let sent = SentCode { tries_that_day: 15, ..sent(&purpose) };
        assert_eq!(sent.may_try(&purpose, at(1)), Err(CodeRefusal::NoTriesLeftToday));
        assert_eq!(sent.may_send_another(at(86_399)), Err(CodeRefusal::NoTriesLeftToday));
        assert_eq!(sent.may_send_another(at(86_400)), Ok(()));
    }

    #[test]
    fn this_is_what_people_are_told() {
        use CodeRefusal::{
            Expired, NoTriesLeft, NoTriesLeftToday, NoneSent, NotSixDigits, TooSoon, Used, Wrong,
        };
        let told =
            [NotSixDigits, TooSoon, NoneSent, Used, Expired, NoTriesLeft, NoTriesLeftToday, Wrong];
        insta::assert_snapshot!(told.map(|refusal| refusal.to_string()).join("\n"), @r"
        a verification code is six digits
        a code was just sent; a new one can be sent 30 seconds after it
        no code was sent for this; ask for a new one
        this code was used already; ask for a new one
        this code has expired after 10 minutes; ask for a new one
        this code was tried 5 times; ask for a new one
        codes were tried 15 times in a day; try again tomorrow
        this is not the code that was sent
        ");
    }
}
