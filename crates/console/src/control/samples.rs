//! Which key stands in samples that are shown to its own reader.

use keys::{Command, Key, KeyCommand, KeyValue, Kind, Livemode, Reveal};

use super::{Caller, Control, ControlError};

impl Control {
    /// The value of a key for samples that only its reader sees: of a living secret key of a sandbox,
    /// for whoever could reveal it at any time. To look at it is no event: a page of documents that
    /// wrote one each time would hide those that matter, and such a key opens nothing that is real.
    ///
    /// # Errors
    /// When the caller may not see it, or the store fails.
    pub(crate) async fn in_samples(
        &self,
        caller: &Caller,
        key: &Key,
    ) -> Result<Option<KeyValue>, ControlError> {
        let reveal = Command::Key(key.id, KeyCommand::Reveal);
        self.must_have(caller.person()?, reveal.needs(Some(key))?, None).await?;
        let is_test = key.kind == Kind::Secret && key.home.livemode() == Livemode::Test;
        let is_shown = key.reveal == Reveal::Always && key.standing.is_alive((self.world.now)());
        if is_test && is_shown { Ok(self.store.unseal(key.id).await?) } else { Ok(None) }
    }
}
