//! Telephones. One is named with a proof by what counts until then, and counts once a code was shown
//! that was sent to it.

use keys::{PhoneNumber, Purpose};

use super::proof::{Reach, Way};
use super::{Caller, Control, ControlError, ProofError};
use crate::delivery::{Channel, DeliveryError};

impl Control {
    /// Notes the number of a telephone.
    pub(crate) async fn begin_phone(
        &self,
        caller: &Caller,
        number: &PhoneNumber,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        if !self.delivery.has_sms() {
            let none = DeliveryError::NotConfigured(Channel::Sms);
            return Err(ProofError::Undelivered(none).into());
        }
        let purpose = Purpose::new(person.user.id, "name a telephone", &[&number.to_string()]);
        let action = format!("have your verification codes sent to {number}");
        self.prove_for(person, &purpose, &action, shown).await?;
        Ok(self.store.begin_phone(person.user.id, number).await?)
    }

    /// Sends a code to the telephone that was named, and takes it.
    pub(crate) async fn confirm_phone(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        let user = person.user.id;
        let pending = self.store.phones(user).await?.pending.ok_or(ProofError::NoPhone)?;
        let purpose = Purpose::new(user, "confirm a telephone", &[&pending.to_string()]);
        let action = "have your verification codes sent to this telephone";
        self.prove_by(Way::Code(Reach::Sms(pending.clone())), (&purpose, action), shown).await?;
        if self.store.confirm_phone(user, &pending).await? {
            Ok(())
        } else {
            Err(ProofError::NoPhone.into())
        }
    }

    /// Has codes sent to no telephone any more.
    pub(crate) async fn remove_phone(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        let purpose = Purpose::new(person.user.id, "remove telephone", &[]);
        self.prove_for(person, &purpose, "remove your telephone", shown).await?;
        Ok(self.store.remove_phone(person.user.id).await?)
    }
}
