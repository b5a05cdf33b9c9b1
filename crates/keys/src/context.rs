//! The account that a request acts on, when it is not the key's own: `acct_a` or `acct_a/acct_b`.

use std::fmt;

use crate::AccountId;

/// A path of accounts, as the context header gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// `acct_a`: an account of the organization, or one connected to the key's own.
    Account(AccountId),
    /// `acct_a/acct_b`: the second is connected to the first.
    Connected(AccountId, AccountId),
}

impl Context {
    /// Reads the value of a `Stripe-Context` header.
    ///
    /// # Errors
    /// When it is not one or two account ids with a slash between them.
    pub fn parse(value: &[u8]) -> Result<Self, ContextError> {
        let mut segments = value.split(|byte| *byte == b'/');
        let first = segments.next().map(account).transpose()?.ok_or(ContextError::Malformed)?;
        let second = segments.next().map(account).transpose()?;
        let deepest = segments.try_fold(None, |_, segment| account(segment).map(Some))?;
        if let Some(account) = deepest {
            return Err(ContextError::TooDeep { account });
        }
        Ok(second.map_or(Self::Account(first), |second| Self::Connected(first, second)))
    }

    /// The account at its end: the one acted on.
    #[must_use]
    pub fn target(self) -> AccountId {
        match self {
            Self::Account(account) | Self::Connected(_, account) => account,
        }
    }
}

fn account(segment: &[u8]) -> Result<AccountId, ContextError> {
    AccountId::from_bytes(segment).map_err(|_cause| ContextError::Malformed)
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => account.fmt(f),
            Self::Connected(platform, account) => write!(f, "{platform}/{account}"),
        }
    }
}

/// Why the context headers of a request name no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// Not account ids.
    #[error("write it as `acct_…` or `acct_…/acct_…`")]
    Malformed,
    /// More than two accounts: no account lies so deep.
    #[error("it names more than two accounts")]
    TooDeep {
        /// The account at its end.
        account: AccountId,
    },
    /// The same header twice.
    #[error("the header stands there more than once")]
    Repeated,
    /// Two headers that say different things.
    #[error("the two context headers name different accounts; send only one of them")]
    Differ,
}

/// A header that has a meaning only where it stands once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sent<'a> {
    /// It was not sent.
    #[default]
    Not,
    /// It was sent with this value.
    Once(&'a [u8]),
    /// It was sent more than once: that is a refusal, but only when its turn comes.
    Repeatedly,
}

impl<'a> Sent<'a> {
    /// What the values of a header say.
    pub fn of(mut values: impl Iterator<Item = &'a [u8]>) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::Not,
            (Some(value), None) => Self::Once(value),
            (Some(_), Some(_)) => Self::Repeatedly,
        }
    }

    fn value(self) -> Result<Option<&'a [u8]>, ContextError> {
        match self {
            Self::Not => Ok(None),
            Self::Once(value) => Ok(Some(value)),
            Self::Repeatedly => Err(ContextError::Repeated),
        }
    }
}

/// The context headers of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContextHeaders<'a> {
    /// `Stripe-Context`.
    pub context: Sent<'a>,
    /// `Stripe-Account`, the older form.
    pub account: Sent<'a>,
}

impl ContextHeaders<'_> {
    /// Whether there are none, as in most requests.
    #[must_use]
    pub fn say_nothing(self) -> bool {
        (self.context, self.account) == (Sent::Not, Sent::Not)
    }

    /// What the two say together.
    ///
    /// # Errors
    /// When one is repeated or malformed, or both are there and differ.
    pub fn read(self) -> Result<Option<Context>, ContextError> {
        let context = self.context.value()?.map(Context::parse).transpose()?;
        let older = self.account.value()?.map(account).transpose()?.map(Context::Account);
        match (context, older) {
            (Some(context), Some(older)) if context != older => Err(ContextError::Differ),
            (context, older) => Ok(context.or(older)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "acct_1R3fqDP6919yCiFv";
    const B: &str = "acct_1032D82eZvKYlo2C";

    #[test]
    fn one_account_or_two_are_read() {
        assert_eq!(Context::parse(A.as_bytes()).unwrap().to_string(), A);
        let both = format!("{A}/{B}");
        let context = Context::parse(both.as_bytes()).unwrap();
        assert_eq!(context.to_string(), both);
        assert_eq!(context.target().to_string(), B);
    }

    #[test]
    fn anything_else_is_malformed_or_too_deep() {
        for text in [
            "",
            "/",
            "acct_",
            "acct_1R3fqDP6919yCiFv/",
            "/acct_1R3fqDP6919yCiFv",
            " acct_1R3fqDP6919yCiFv",
        ] {
            assert_eq!(Context::parse(text.as_bytes()), Err(ContextError::Malformed), "{text}");
        }
        let deep = format!("{A}/{B}/{A}");
        assert_eq!(
            Context::parse(deep.as_bytes()),
            Err(ContextError::TooDeep { account: A.parse().unwrap() })
        );
        for odd in [format!("{A}/{B}/{A}/"), format!("{A}/{B}/x/{A}")] {
            assert_eq!(Context::parse(odd.as_bytes()), Err(ContextError::Malformed), "{odd}");
        }
    }

    #[test]
    fn both_headers_must_say_the_same() {
        let read = |context: Option<&'static str>, account: Option<&'static str>| {
            let sent = |value: Option<&'static str>| Sent::of(value.map(str::as_bytes).into_iter());
            let headers = ContextHeaders { context: sent(context), account: sent(account) };
            headers.read().map(|context| context.map(|context| context.to_string()))
        };
        assert_eq!(read(None, None), Ok(None));
        assert_eq!(read(Some(A), Some(A)), Ok(Some(A.to_owned())));
        assert_eq!(read(Some(A), Some(B)), Err(ContextError::Differ));
        assert_eq!(read(None, Some("acct_a/acct_b")), Err(ContextError::Malformed));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_back_as_it_came(text in "(acct_[0-9A-Za-z]{15,17}/?){0,3}") {
            if let Ok(context) = Context::parse(text.as_bytes()) {
                prop_assert_eq!(context.to_string(), text);
            }
        }
    }
}
