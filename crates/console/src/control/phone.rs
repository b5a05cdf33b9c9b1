//! Telephones. One is named with a proof by what counts until then, and counts once a code was shown
//! that was sent to it.

use keys::{Deed, PeopleAct, PhoneNumber, Purpose};

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
        let deed = Deed::of_person(PeopleAct::NamePhone, caller.person()?.user.id);
        let begun = self.try_begin_phone(caller, number, shown).await;
        self.noted(caller, deed, begun).await
    }

    async fn try_begin_phone(
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
        self.prove_for(caller, &purpose, &action, shown).await?;
        let doing = self.doing(caller.asker());
        Ok(self.store.begin_phone(person.user.id, number, doing).await?)
    }

    /// Sends a code to the telephone that was named, and takes it.
    pub(crate) async fn confirm_phone(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let deed = Deed::of_person(PeopleAct::ConfirmPhone, caller.person()?.user.id);
        let confirmed = self.try_confirm_phone(caller, shown).await;
        self.noted(caller, deed, confirmed).await
    }

    async fn try_confirm_phone(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        let user = person.user.id;
        let pending = self.store.phones(user).await?.pending.ok_or(ProofError::NoPhone)?;
        let purpose = Purpose::new(user, "confirm a telephone", &[&pending.to_string()]);
        let action = "have your verification codes sent to this telephone";
        let way = Way::Code(Reach::Sms(pending.clone()));
        self.prove_by(caller, way, (&purpose, action), shown).await?;
        if self.store.confirm_phone(user, &pending, self.doing(caller.asker())).await? {
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
        let deed = Deed::of_person(PeopleAct::RemovePhone, caller.person()?.user.id);
        let removed = self.try_remove_phone(caller, shown).await;
        self.noted(caller, deed, removed).await
    }

    async fn try_remove_phone(
        &self,
        caller: &Caller,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let person = caller.person()?;
        let purpose = Purpose::new(person.user.id, "remove telephone", &[]);
        self.prove_for(caller, &purpose, "remove your telephone", shown).await?;
        Ok(self.store.remove_phone(person.user.id, self.doing(caller.asker())).await?)
    }
}
