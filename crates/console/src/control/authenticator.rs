//! Authenticator apps. Whoever added one by a stolen session would prove everything by it afterwards,
//! so that to add one and to remove one take a proof by what counts until then.

use keys::{Deed, PeopleAct, Purpose, RecoveryCode, TotpSecret};
use store::{AuthenticatorError, AuthenticatorStanding};

use super::{Caller, Control, ControlError, ProofError};

/// The recovery codes of an app.
type RecoveryCodes = [RecoveryCode; RecoveryCode::COUNT];

impl Control {
    /// Makes a secret for an app; it counts for nothing until a code of it was shown.
    pub(crate) async fn begin_authenticator(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<TotpSecret, ControlError> {
        let deed = Deed::of_person(PeopleAct::BeginAuthenticator, caller.person()?.user.id);
        let begun = self.try_begin_authenticator(caller, shown).await;
        self.noted(caller, deed, begun).await
    }

    async fn try_begin_authenticator(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<TotpSecret, ControlError> {
        let person = caller.person()?;
        let purpose = Purpose::new(person.user.id, "add authenticator", &[]);
        self.prove_for(caller, &purpose, "add an authenticator app", shown).await?;
        let (doing, mut random) = (self.doing(caller.asker()), self.world.random);
        Ok(self.store.begin_authenticator(person.user.id, doing, &mut random).await?)
    }

    /// Takes the first code of an app; the recovery codes are shown in this answer alone.
    pub(crate) async fn confirm_authenticator(
        &self,
        caller: &Caller,
        code: &str,
    ) -> Result<RecoveryCodes, ControlError> {
        let user = caller.person()?.user.id;
        let (doing, mut random) = (self.doing(caller.asker()), self.world.random);
        let added = self.store.confirm_authenticator(user, code, doing, &mut random).await;
        let deed = Deed::of_person(PeopleAct::AddAuthenticator, user);
        self.noted(caller, deed, added.map_err(ControlError::from)).await
    }

    /// Makes other recovery codes; those that there were are good for nothing any more.
    pub(crate) async fn renew_recovery_codes(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<RecoveryCodes, ControlError> {
        let deed = Deed::of_person(PeopleAct::RenewRecoveryCodes, caller.person()?.user.id);
        let renewed = self.try_renew_recovery_codes(caller, shown).await;
        self.noted(caller, deed, renewed).await
    }

    async fn try_renew_recovery_codes(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<RecoveryCodes, ControlError> {
        let user = caller.person()?.user.id;
        match self.store.authenticator(user).await? {
            AuthenticatorStanding::On { .. } => {}
            // Nobody is asked to prove who they are for what is refused anyway.
            AuthenticatorStanding::Off | AuthenticatorStanding::Pending => {
                return Err(ProofError::Authenticator(AuthenticatorError::Off).into());
            }
        }
        let purpose = Purpose::new(user, "renew recovery codes", &[]);
        self.prove_for(caller, &purpose, "make new recovery codes", shown).await?;
        let (doing, mut random) = (self.doing(caller.asker()), self.world.random);
        Ok(self.store.renew_recovery_codes(user, doing, &mut random).await?)
    }

    /// Removes the app and the recovery codes.
    pub(crate) async fn remove_authenticator(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let deed = Deed::of_person(PeopleAct::RemoveAuthenticator, caller.person()?.user.id);
        let removed = self.try_remove_authenticator(caller, shown).await;
        self.noted(caller, deed, removed).await
    }

    async fn try_remove_authenticator(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        let purpose = Purpose::new(person.user.id, "remove authenticator", &[]);
        self.prove_for(caller, &purpose, "remove your authenticator app", shown).await?;
        let doing = self.doing(caller.asker());
        Ok(self.store.remove_authenticator(person.user.id, doing).await?)
    }
}
