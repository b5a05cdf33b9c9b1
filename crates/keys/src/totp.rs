//! Codes of an authenticator app: TOTP as RFC 6238 has it (SHA-1, 30 seconds, six digits), and the
//! recovery codes for when the app is lost.
//!
//! SHA-1, because apps know nothing else for certain; within HMAC it is sound.

use std::fmt::Write as _;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::{Digest, Entropy, Pepper, UserId};

/// How long a code is shown.
const STEP_S: i64 = 30;
/// How far the clocks of the app and ours may be apart, in steps.
const DRIFT: i64 = 1;
/// Bytes of a secret: what SHA-1 puts out, as RFC 4226 advises.
const SECRET: usize = 20;
/// Digits of a code.
const DIGITS: usize = 6;

/// The number of a half minute since 1970. What was used is kept, so that no code works twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotpStep(i64);

impl TotpStep {
    /// Before the first step of all.
    pub const NEVER: Self = Self(0);

    /// The step of that number.
    #[must_use]
    pub fn new(number: i64) -> Self {
        Self(number)
    }

    /// The step of a moment.
    #[must_use]
    pub fn at(moment: Timestamp) -> Self {
        Self(moment.as_second().div_euclid(STEP_S))
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }
}

/// Why a code of an app does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotpRefusal {
    /// It is not the code of now.
    #[error("this is not the code that the app shows now")]
    Wrong,
    /// It is, and it was used.
    #[error("this code was used already; wait for the next one")]
    Used,
}

/// What an authenticator app and Keyway share.
///
/// It has no `Debug`, `Display` or `Serialize`, and its memory is wiped when dropped. It stays where it
/// lies: bytes that are moved leave a copy behind.
pub struct TotpSecret(Zeroizing<Box<[u8]>>);

impl TotpSecret {
    /// A new secret.
    pub fn mint(entropy: &mut dyn Entropy) -> Self {
        let mut secret = Zeroizing::new(vec![0; SECRET].into_boxed_slice());
        entropy.fill(&mut secret);
        Self(secret)
    }

    /// Takes back the bytes of a secret that was sealed; nothing if they are not twenty.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == SECRET).then(|| Self(Zeroizing::new(bytes.into())))
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Its text for people who type it.
    #[must_use]
    pub fn expose_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// The address that a QR code holds: who issues the codes, and for which account.
    #[must_use]
    pub fn expose_uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = self.expose_text();
        let before = format!("otpauth://totp/{issuer}:{account}?secret=");
        let after = format!("&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}");
        // Room for all of it from the start: a growing string would leave copies behind.
        let length = before.len() + secret.len() + after.len();
        let mut uri = Zeroizing::new(String::with_capacity(length));
        for part in [&before, &*secret, &after] {
            uri.push_str(part);
        }
        uri
    }

    /// The step whose code that is: of now, the one before or the one after, and later than any that
    /// was used. Whoever accepts it must keep it as used before anything else is done.
    ///
    /// # Errors
    /// When it is another code, or one that was used.
    pub fn check(
        &self,
        code: &str,
        now: Timestamp,
        used: TotpStep,
    ) -> Result<TotpStep, TotpRefusal> {
        let code = presented(code).ok_or(TotpRefusal::Wrong)?;
        let TotpStep(now) = TotpStep::at(now);
        // All are compared, so that the time taken tells nothing.
        let matching = (now - DRIFT..=now + DRIFT).map(TotpStep);
        let matching = matching
            .fold(None, |found, step| if self.code(step) ^ code == 0 { Some(step) } else { found });
        match matching {
            None => Err(TotpRefusal::Wrong),
            Some(step) if step <= used => Err(TotpRefusal::Used),
            Some(step) => Ok(step),
        }
    }

    fn code(&self, step: TotpStep) -> u32 {
        // The key block of HMAC-SHA-1 is 64 bytes: padded here, so that no length can be wrong.
        let mut block = Zeroizing::new([0u8; 64]);
        block.iter_mut().zip(&**self.0).for_each(|(to, byte)| *to = *byte);
        let mut state = Hmac::<Sha1>::new((&*block).into());
        state.update(&step.0.to_be_bytes());
        let sum: [u8; 20] = state.finalize().into_bytes().into();
        // RFC 4226, section 5.3: the last four bits say where to read.
        let [.., last] = sum;
        let at = usize::from(last & 0xf);
        let read =
            sum.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |b| u32::from_be_bytes(*b));
        (read & 0x7fff_ffff) % 1_000_000
    }
}

/// The six digits of a text; apps show a gap between three and three.
fn presented(text: &str) -> Option<u32> {
    let digits = text.chars().filter(|c| !c.is_ascii_whitespace());
    let (count, code) = digits.take(DIGITS + 1).try_fold((0, 0), |(count, code), c| {
        c.to_digit(10).map(|digit| (count + 1, code * 10 + digit))
    })?;
    (count == DIGITS).then_some(code)
}

/// What is not a letter or digit is written by its number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            out.push(char::from(byte));
        } else if write!(out, "%{byte:02X}").is_err() {
            return String::new();
        }
    }
    out
}

/// Random bytes of a recovery code, and the characters that they make.
const RECOVERY: usize = 10;
const RECOVERY_TEXT: usize = 16;

/// Opens an account once when the authenticator app is lost. Shown once, kept as a digest.
///
/// It has no `Debug`, `Display` or `Serialize`, and its memory is wiped when dropped.
pub struct RecoveryCode(Zeroizing<String>);

/// Why a text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a recovery code is four groups of four letters and digits")]
pub struct RecoveryCodeError;

impl RecoveryCode {
    /// How many there are at a time.
    pub const COUNT: usize = 10;

    /// Ten new ones, of 80 random bits each.
    pub fn mint(entropy: &mut dyn Entropy) -> [Self; Self::COUNT] {
        std::array::from_fn(|_| {
            let mut bytes = Zeroizing::new([0u8; RECOVERY]);
            entropy.fill(bytes.as_mut());
            Self(Zeroizing::new(BASE32_NOPAD.encode(bytes.as_slice())))
        })
    }

    /// The text for people: four groups of four.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(RECOVERY_TEXT + 3));
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// What is kept of it; of the same code for another person it is another.
    #[must_use]
    pub fn digest(&self, user: UserId, pepper: &Pepper) -> Digest {
        pepper.digest_of("recovery code", &[&user.body(), self.0.as_bytes()])
    }
}

impl FromStr for RecoveryCode {
    type Err = RecoveryCodeError;

    fn from_str(text: &str) -> Result<Self, RecoveryCodeError> {
        let mut read = Zeroizing::new(String::with_capacity(RECOVERY_TEXT));
        for c in text.chars().filter(|c| *c != '-' && !c.is_ascii_whitespace()) {
            if read.len() == RECOVERY_TEXT || !c.is_ascii_alphanumeric() {
                return Err(RecoveryCodeError);
            }
            read.push(c.to_ascii_uppercase());
        }
        match BASE32_NOPAD.decode(read.as_bytes()).map(Zeroizing::new) {
            Ok(bytes) if bytes.len() == RECOVERY => Ok(Self(read)),
            Ok(_) | Err(_) => Err(RecoveryCodeError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The secret of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // The RFC prints eight digits; the last six are ours.
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(secret().code(TotpStep::at(at(second))), code);
            let step = secret().check(&format!("{code:06}"), at(second), TotpStep::NEVER);
            assert_eq!(step, Ok(TotpStep::new(second / 30)));
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_and_a_step_late() {
        let check = |second| secret().check("050 471", at(second), TotpStep::NEVER);
        let step = TotpStep::at(at(1_111_111_111));
        let begins = 1_111_111_110;
        assert_eq!(check(begins - 31), Err(TotpRefusal::Wrong));
        assert_eq!(check(begins - 30), Ok(step));
        assert_eq!(check(begins), Ok(step));
        assert_eq!(check(begins + 59), Ok(step));
        assert_eq!(check(begins + 60), Err(TotpRefusal::Wrong));
    }

    #[test]
    fn a_step_is_used_once_and_none_before_it_after() {
        let now = at(1_111_111_111);
        let TotpStep(step) = TotpStep::at(now);
        let check = |used| secret().check("050471", now, TotpStep::new(used));
        assert_eq!(check(step - 1), Ok(TotpStep::new(step)));
        assert_eq!(check(step), Err(TotpRefusal::Used));
        assert_eq!(check(step + 1), Err(TotpRefusal::Used));
    }

    #[test]
    fn what_is_not_six_digits_is_wrong() {
        for text in ["", "05047", "0504710", "05047x", "٠٥٠٤٧١", "-50471"] {
            let check = secret().check(text, at(1_111_111_111), TotpStep::NEVER);
            assert_eq!(check, Err(TotpRefusal::Wrong));
        }
    }

    #[test]
    fn the_address_for_the_app_says_who_and_for_what() {
        insta::assert_snapshot!(*secret().expose_uri("Key way", "jenny@example.com"), @"otpauth://totp/Key%20way:jenny@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Key%20way&algorithm=SHA1&digits=6&period=30");
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let mut next = 0;
        let codes = RecoveryCode::mint(&mut |room: &mut [u8]| {
            next += 1;
            room.fill(next);
        });
        insta::assert_snapshot!(*codes[0].expose(), @"AEAQ-CAIB-AEAQ-CAIB");
        let pepper = Pepper::new(1, &[1; 32]);
        let user: UserId = "usr_0123456789abcdef".parse().unwrap();
        let other: UserId = "usr_0123456789abcdeX".parse().unwrap();
        let digests = codes.each_ref().map(|code| code.digest(user, &pepper).to_bytes());
        let typed: RecoveryCode =
            codes[3].expose().to_lowercase().replace('-', " ").parse().unwrap();
        assert_eq!(typed.digest(user, &pepper).to_bytes(), digests[3]);
        assert_ne!(typed.digest(other, &pepper).to_bytes(), digests[3]);
        let different: std::collections::BTreeSet<_> = digests.iter().collect();
        assert_eq!(different.len(), RecoveryCode::COUNT);
    }

    #[test]
    fn no_other_text_is_a_recovery_code() {
        for text in ["", "AAAA-AAAA-AAAA-AAA", "AAAA-AAAA-AAAA-AAAAA", "AAAA-AAAA-AAAA-AAA1"] {
            let read = text.parse::<RecoveryCode>().map(|_code| ());
            assert_eq!(read, Err(RecoveryCodeError));
        }
    }
}
