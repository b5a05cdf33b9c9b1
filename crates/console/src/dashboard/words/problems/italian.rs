//! Problems in Italian.

mod control;
mod denials;
mod people;

use keys::{AllowList, AllowListError, PermissionError, Permissions};

use super::Sentence;
use crate::problem::Problem;
use control::{failed, not_allowed, not_done};
use denials::denied;
use people::{members_stay, not_signed_in, not_signed_up};

const SIGNED_OUT: &str = "La sessione è terminata: accedi di nuovo.";
const EMAIL: &str = "Questo non è un indirizzo email: scrivine uno come jenny@example.com.";
const PHONE: &str =
    "Un numero di telefono comincia con + seguito da 8–15 cifre, per esempio +393331234567.";
const REALM: &str = "Questo non è l’ID di un’organizzazione, di un account o di una sandbox.";
const ROLE: &str = "Questo ruolo non esiste: scegline uno dall’elenco.";
const IDEMPOTENCY: &str = "Una chiave di idempotenza ha da 1 a 255 caratteri ASCII stampabili.";
const STILL_RUNNING: &str =
    "Una richiesta con questa chiave di idempotenza è in corso: riprova tra poco.";
const BROKEN_OFF: &str = "La prima richiesta con questa chiave di idempotenza si è interrotta, e nulla dice che sia stata eseguita: controlla, e se non lo è stata inviala di nuovo con un’altra chiave.";
const ANOTHER_REQUEST: &str = "Questa chiave di idempotenza è già stata inviata con un’altra richiesta: usane una nuova per ciascuna.";
const PROOF_UNREADABLE: &str = "Il codice di verifica deve stare in un’unica intestazione.";
const NOT_JSON: &str = "Il corpo della richiesta deve essere JSON.";
const NO_OBJECT: &str = "Il corpo della richiesta deve essere un oggetto JSON.";
const MALFORMED: &str = "Il corpo della richiesta non si può leggere.";
const NO_PERMISSIONS: &str =
    "Una chiave segreta può fare tutto e non riceve permessi: crea invece una chiave limitata.";
const NOTHING_TO_CHANGE: &str = "Indica che cosa deve cambiare.";
const TWO_OWNERS: &str =
    "Un account appartiene a un’organizzazione o a una piattaforma, e non a entrambe.";
const QUERY: &str = "L’indirizzo contiene parametri che non si possono leggere.";
const DAYS: &str = "Una chiave si ruota ogni 1–365 giorni.";
const BODY_BROKEN: &str = "La richiesta si è interrotta prima della fine: inviala di nuovo.";
const TAKES_LONG: &str = "L’operazione richiede più tempo del previsto e continua: potrebbe ancora essere completata. Controlla se lo è stata prima di ripeterla.";
const ANSWER_TAKES_LONG: &str =
    "La risposta richiede troppo tempo. Nulla è stato modificato: riprova tra poco.";
const INTERNAL: &str = "Qualcosa è andato storto da parte nostra. Riprova tra poco.";

/// A problem as a sentence.
pub(in super::super) fn italian(problem: &Problem) -> Sentence {
    match problem {
        Problem::Denied(denial) => denied(denial),
        Problem::NotAllowed(error) => not_allowed(*error).into(),
        Problem::SignIn(error) => not_signed_in(error),
        Problem::SignUp(error) => not_signed_up(error),
        Problem::Members(error) => members_stay(error),
        Problem::Control(error) => not_done(error),
        Problem::Store(error) => failed(error).into(),
        Problem::AllowList(error) => not_listed(error),
        Problem::Permission { error, .. } => no_permission(error),
        Problem::Missing { id, .. } => missing(id),
        Problem::UnknownUrl { method, path } => {
            format!("Non c’è nulla a questo indirizzo ({method}: {path}).").into()
        }
        Problem::WrongMethod { method, path } => {
            format!("Il metodo {method} non si può usare per {path}.").into()
        }
        Problem::UnknownVersion(newest) => {
            format!("L’API non ha questa versione; la più recente è {newest}.").into()
        }
        Problem::SignedOut => SIGNED_OUT.into(),
        Problem::Email(_) => EMAIL.into(),
        Problem::Phone(_) => PHONE.into(),
        Problem::Realm(_) => REALM.into(),
        Problem::Role => ROLE.into(),
        Problem::Idempotency(_) => IDEMPOTENCY.into(),
        Problem::StillRunning => STILL_RUNNING.into(),
        Problem::BrokenOff => BROKEN_OFF.into(),
        Problem::AnotherRequest => ANOTHER_REQUEST.into(),
        Problem::ProofUnreadable => PROOF_UNREADABLE.into(),
        Problem::NotJson => NOT_JSON.into(),
        Problem::NoObject => NO_OBJECT.into(),
        Problem::Malformed(_) => MALFORMED.into(),
        Problem::SecretNeedsNoPermissions => NO_PERMISSIONS.into(),
        Problem::NothingToChange(_) => NOTHING_TO_CHANGE.into(),
        Problem::TwoOwners => TWO_OWNERS.into(),
        Problem::Query(_) => QUERY.into(),
        Problem::Days => DAYS.into(),
        Problem::BodyBroken => BODY_BROKEN.into(),
        Problem::TakesLong => TAKES_LONG.into(),
        Problem::AnswerTakesLong => ANSWER_TAKES_LONG.into(),
        Problem::Unwritable(_) => INTERNAL.into(),
    }
}

fn missing(id: &str) -> Sentence {
    let id: String = id.chars().take(64).collect();
    format!("Non esiste nulla con l’ID «{id}», o nulla a cui hai accesso.").into()
}

fn not_listed(error: &AllowListError) -> Sentence {
    match error {
        AllowListError::Empty => {
            "L’elenco è vuoto: per consentire ogni indirizzo, rimuovi la restrizione.".into()
        }
        AllowListError::TooLong => format!("L’elenco ha più di {} voci.", AllowList::MOST).into(),
        AllowListError::Malformed(entry) => {
            format!("«{entry}» non è né un indirizzo IPv4 né un intervallo come 100.10.38.0/24.")
                .into()
        }
        AllowListError::Ipv6(range) => {
            format!("«{range}» è un indirizzo IPv6; si possono elencare solo indirizzi IPv4.")
                .into()
        }
        AllowListError::MalformedIpv6(entry) => {
            format!("«{entry}» non è né un indirizzo IPv6 né un intervallo come 2001:db8::/32.")
                .into()
        }
        AllowListError::HostBits { given, boundary } => {
            format!("«{given}» non è l’inizio dell’intervallo: scrivi {boundary}.").into()
        }
    }
}

fn no_permission(error: &PermissionError) -> Sentence {
    match error {
        PermissionError::Malformed(text) => format!(
            "«{text}» non è un permesso: se ne scrive uno come customer_read o charge_write."
        )
        .into(),
        PermissionError::TooMany => {
            format!("Una chiave nomina al massimo {} risorse.", Permissions::MOST).into()
        }
    }
}
