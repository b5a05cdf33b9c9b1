//! The proof that whoever has signed in is still there: a code, shown with the request again.

use keys::{
    CODE_GOOD_FOR, CodeRefusal, Command, EmailAddress, Key, KeyCommand, PhoneNumber, Purpose,
    RecoveryCode, VerificationCode,
};
use store::{AuthenticatorStanding, Verified};

use super::{Caller, Control, ControlError, Person, ProofError};
use crate::World;
use crate::delivery::Message;

/// The way in which a person proves it.
pub(super) enum Way {
    /// By the codes of an app, or a recovery code.
    Authenticator,
    /// By a code that is sent there.
    Code(Reach),
}

/// Where a code is sent.
pub(super) enum Reach {
    /// To a telephone.
    Sms(PhoneNumber),
    /// By mail.
    Email(EmailAddress),
}

impl Control {
    /// Whether the person has shown the right code for exactly this command. Where none was shown,
    /// one is sent.
    pub(super) async fn prove(
        &self,
        caller: &Caller,
        command: &Command,
        key: Option<&Key>,
        shown: Option<&str>,
    ) -> Result<Verified, ControlError> {
        let purpose = Purpose::of(caller.person()?.user.id, command);
        self.prove_for(caller, &purpose, &wanted(command, key), shown).await
    }

    /// The same for anything: `action` says what a code allows, as in "someone wants to …".
    pub(super) async fn prove_for(
        &self,
        caller: &Caller,
        purpose: &Purpose,
        action: &str,
        shown: Option<&str>,
    ) -> Result<Verified, ControlError> {
        let way = self.way_of(caller.person()?).await?;
        self.prove_by(caller, way, (purpose, action), shown).await
    }

    /// An app before a telephone, a telephone before mail.
    async fn way_of(&self, person: &Person) -> Result<Way, ControlError> {
        let user = person.user.id;
        match self.store.authenticator(user).await? {
            AuthenticatorStanding::On { .. } => return Ok(Way::Authenticator),
            AuthenticatorStanding::Off | AuthenticatorStanding::Pending => {}
        }
        Ok(Way::Code(match self.store.phones(user).await?.confirmed {
            Some(number) if self.delivery.has_sms() => Reach::Sms(number),
            Some(_) | None => Reach::Email(person.user.email.clone()),
        }))
    }

    /// The same by a way that is given.
    pub(super) async fn prove_by(
        &self,
        caller: &Caller,
        way: Way,
        (purpose, action): (&Purpose, &str),
        shown: Option<&str>,
    ) -> Result<Verified, ControlError> {
        let now = (self.world.now)();
        match (&way, shown) {
            (Way::Authenticator, None) => Err(ProofError::AskTheApp.into()),
            (Way::Authenticator, Some(text)) => match text.parse::<RecoveryCode>() {
                Ok(code) => {
                    let doing = self.doing(caller.asker());
                    Ok(self.store.try_recovery_code(purpose, &code, doing).await?)
                }
                Err(_other) => Ok(self.store.try_authenticator(purpose, text, now).await?),
            },
            (Way::Code(reach), None) => Err(self.send(reach, purpose, action).await?.into()),
            (Way::Code(_), Some(text)) => {
                let code: VerificationCode =
                    text.parse().map_err(|refusal: CodeRefusal| ProofError::Code(refusal))?;
                Ok(self.store.try_code(purpose, &code, now).await?)
            }
        }
    }

    /// Sends a code; what the person is told then. One that cannot be delivered is taken back.
    async fn send(
        &self,
        reach: &Reach,
        purpose: &Purpose,
        action: &str,
    ) -> Result<ProofError, ControlError> {
        let World { now, mut random } = self.world;
        let code = self.store.send_code(purpose, now(), &mut random).await?;
        let minutes = u32::try_from(CODE_GOOD_FOR.as_mins()).unwrap_or(u32::MAX);
        let message = Message::VerificationCode { code, action: action.to_owned(), minutes };
        let (to, sent) = match reach {
            Reach::Sms(number) => (number.to_string(), self.delivery.sms(number, &message).await),
            Reach::Email(email) => (email.to_string(), self.delivery.email(email, &message).await),
        };
        match sent {
            Ok(()) => Ok(ProofError::Sent(to)),
            Err(error) => {
                self.store.void_code(purpose).await?;
                Ok(error.into())
            }
        }
    }
}

/// What a code allows, in words.
fn wanted(command: &Command, key: Option<&Key>) -> String {
    let named = || match key {
        Some(key) => format!("the live key \"{}\" ({})", key.name, key.mask()),
        None => "a live key".to_owned(),
    };
    match command {
        Command::CreateSecretKey { name, .. } => format!("create the live secret key \"{name}\""),
        Command::CreateRestrictedKey { name, .. } => {
            format!("create the live restricted key \"{name}\"")
        }
        Command::CreateOrganizationKey { name, .. } => {
            format!("create the live organization key \"{name}\"")
        }
        Command::ImportKeys { keys, .. } => match keys.len() {
            1 => "import a live key of another system".to_owned(),
            many => format!("import {many} live keys of another system"),
        },
        Command::Key(_, KeyCommand::Duplicate { .. }) => format!("duplicate {}", named()),
        Command::Key(_, KeyCommand::Reveal) => format!("reveal {}", named()),
        Command::Key(_, KeyCommand::Rotate(_)) => format!("rotate {}", named()),
        Command::Key(_, KeyCommand::Schedule(_)) => format!("schedule the rotation of {}", named()),
        Command::Key(_, KeyCommand::Edit(_)) => {
            format!("change from where {} may be used, or what it may do", named())
        }
        Command::Key(
            _,
            KeyCommand::CancelSchedule
            | KeyCommand::Expire
            | KeyCommand::Delete
            | KeyCommand::Advance
            | KeyCommand::NoteFirstUse
            | KeyCommand::Adopt(_),
        ) => format!("change {}", named()),
        Command::DeleteAccount { account } => {
            format!("delete the account {account} with all of its keys")
        }
        Command::OpenOrganization { .. }
        | Command::OpenAccount { .. }
        | Command::ChangeAccount { .. }
        | Command::AddSandbox { .. }
        | Command::RenameSandbox { .. }
        | Command::DeleteSandbox { .. } => "change an account".to_owned(),
    }
}
