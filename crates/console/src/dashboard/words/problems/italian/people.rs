//! What somebody is told who is not signed in, does not come to be, or stays as they are.

use keys::{TooMany, Tried};
use store::{InvitationError, LinkError, MemberError, UserError};

use super::super::super::ITALIAN;
use super::super::Sentence;
use super::INTERNAL;
use super::control::{authenticator, failed, not_allowed, not_done, refused};
use crate::control::{MembersError, SignInError, SignUpError};
use crate::password::{FEWEST, MOST, PasswordError};

const NO_MAIL: &str = "Non è stato possibile inviare l’email, e nulla è stato modificato. Riprova più tardi, o rivolgiti a chi gestisce questo server.";
const SIGN_IN_FIRST: &str =
    "Qualcuno accede già con questo indirizzo email: accedi, e poi accetta l’invito.";

pub(super) fn not_signed_in(error: &SignInError) -> Sentence {
    match error {
        SignInError::Wrong => {
            "L’email o la password è errata, o l’indirizzo non è ancora stato confermato.".into()
        }
        SignInError::CodeMissing => {
            "Inserisci il codice della tua app di autenticazione, o un codice di recupero.".into()
        }
        SignInError::Code(error) => authenticator(error),
        SignInError::Changed => {
            "La password è appena stata cambiata: accedi con quella nuova.".into()
        }
        SignInError::TooMany(error) => too_many(*error),
        SignInError::Store(error) => failed(error).into(),
    }
}

pub(super) fn not_signed_up(error: &SignUpError) -> Sentence {
    match error {
        SignUpError::Link(LinkError::NotGood) => {
            "Questo link non vale più: richiedine uno nuovo.".into()
        }
        SignUpError::Link(LinkError::TooMany(error)) | SignUpError::TooMany(error) => {
            too_many(*error)
        }
        SignUpError::Password(error) => no_password(*error),
        SignUpError::WrongPassword => "Questa non è la tua password.".into(),
        SignUpError::User(UserError::EmailTaken) => {
            "Qualcuno accede già con questo indirizzo email.".into()
        }
        SignUpError::User(UserError::BadName(refusal)) => refused(refusal),
        SignUpError::User(UserError::Unknown(id)) => {
            format!("La persona «{id}» non esiste.").into()
        }
        SignUpError::Delivery(_) => NO_MAIL.into(),
        SignUpError::NotAllowed(error) => not_allowed(*error).into(),
        SignUpError::Link(LinkError::Store(error))
        | SignUpError::User(UserError::Store(error))
        | SignUpError::Store(error) => failed(error).into(),
    }
}

pub(super) fn members_stay(error: &MembersError) -> Sentence {
    match error {
        MembersError::Control(error) => not_done(error),
        MembersError::Member(error) | MembersError::Invitation(InvitationError::Member(error)) => {
            member_stays(error)
        }
        MembersError::Invitation(InvitationError::NotGood) => {
            "Questo invito non vale più: chiedine uno nuovo.".into()
        }
        MembersError::Invitation(InvitationError::ForSomebodyElse) => {
            "Questo invito è stato inviato a un altro indirizzo email: accedi con quello.".into()
        }
        MembersError::Invitation(InvitationError::Store(error)) => failed(error).into(),
        MembersError::TooMany(error) => too_many(*error),
        MembersError::Undelivered(_) => NO_MAIL.into(),
        MembersError::SignInFirst => SIGN_IN_FIRST.into(),
        MembersError::PasswordMissing => "Scegli una password.".into(),
        MembersError::Password(error) => no_password(*error),
    }
}

fn member_stays(error: &MemberError) -> Sentence {
    match error {
        MemberError::AboveOnesOwn => {
            "Nessuno può dare o togliere un ruolo superiore al proprio: chiedi al proprietario."
                .into()
        }
        MemberError::DoesNotFit(role) => {
            let (role, _) = ITALIAN.settings.of_team.roles.of(*role);
            format!("Il ruolo «{role}» qui non si può avere.").into()
        }
        MemberError::UnknownRealm(realm) => format!("«{realm}» non esiste.").into(),
        MemberError::NotAMember => "Questa persona qui non ha quel ruolo.".into(),
        MemberError::AlreadyMember => "Questa persona qui ha già quel ruolo.".into(),
        MemberError::LastOwner => "L’ultimo proprietario non si può rimuovere né può cambiare ruolo: prima nomina un altro proprietario.".into(),
        MemberError::Store(error) => failed(error).into(),
    }
}

fn no_password(error: PasswordError) -> Sentence {
    match error {
        PasswordError::Length => {
            format!("Una password ha almeno {FEWEST} caratteri, e al massimo {MOST} byte.").into()
        }
        PasswordError::Unhashable => INTERNAL.into(),
    }
}

pub(super) fn too_many(TooMany { what, window }: TooMany) -> Sentence {
    let what = match what {
        Tried::Anything => "Troppi tentativi",
        Tried::Inviting => "Hai inviato troppi inviti",
        Tried::InvitingOne => "A questo indirizzo sono stati inviati troppi inviti",
    };
    match window.as_hours() {
        0 | 1 => format!("{what}: riprova tra {} minuti.", window.as_mins()),
        hours => format!("{what}: riprova tra {hours} ore."),
    }
    .into()
}
