//! Authenticator apps. Whoever added one by a stolen session would prove everything by it afterwards,
//! so that to add one and to remove one take a proof by what counts until then.

use keys::{Purpose, RecoveryCode, TotpSecret};

use super::{Caller, Control, ControlError};
use crate::World;

impl Control {
    /// Makes a secret for an app; it counts for nothing until a code of it was shown.
    pub(crate) async fn begin_authenticator(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<TotpSecret, ControlError> {
        let person = caller.person()?;
        let purpose = Purpose::new(person.user.id, "add authenticator", &[]);
        self.prove_for(person, &purpose, "add an authenticator app", shown).await?;
        let World { now, mut random } = self.world;
        Ok(self.store.begin_authenticator(person.user.id, now(), &mut random).await?)
    }

    /// Takes the first code of an app; the recovery codes are shown in this answer alone.
    pub(crate) async fn confirm_authenticator(
        &self,
        caller: &Caller,
        code: &str,
    ) -> Result<[RecoveryCode; RecoveryCode::COUNT], ControlError> {
        let user = caller.person()?.user.id;
        let World { now, mut random } = self.world;
        Ok(self.store.confirm_authenticator(user, code, now(), &mut random).await?)
    }

    /// Removes the app and the recovery codes.
    pub(crate) async fn remove_authenticator(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        let purpose = Purpose::new(person.user.id, "remove authenticator", &[]);
        self.prove_for(person, &purpose, "remove your authenticator app", shown).await?;
        Ok(self.store.remove_authenticator(person.user.id).await?)
    }
}
