//! What somebody is told whose command is not carried out.

use keys::{
    CODE_GOOD_FOR, CODE_RESENT_AFTER, CODE_TRIES, CODE_TRIES_A_DAY, CodeRefusal, Refusal,
    TotpRefusal,
};
use store::{AuthenticatorError, StoreError};

use super::super::Sentence;
use super::people::too_many;
use super::{INTERNAL, not_listed};
use crate::control::{ControlError, ProofError, RightError};

const UNAVAILABLE: &str = "Il database non risponde. Nulla è stato modificato: riprova tra poco.";
const OUTCOME_UNKNOWN: &str = "La connessione al database si è interrotta durante la modifica, che è stata fatta per intero oppure per niente. Guarda l’elenco delle chiavi per saperlo.";
const UNDELIVERED: &str = "Non è stato possibile inviare un codice di verifica, e nulla è stato modificato. Riprova più tardi, o rivolgiti a chi gestisce questo server.";

const UNKNOWN_SANDBOX: &str = "L’account non ha questa sandbox.";
const NOT_A_PLATFORM: &str = "Un account collegato non può avere a sua volta account collegati.";
const KEY_IS_DEAD: &str = "La chiave è stata eliminata o è scaduta: non si può più modificare.";
const NO_SCHEDULE: &str = "Per questa chiave non è programmata nessuna rotazione.";
const SCHEDULE_IN_THE_PAST: &str = "Una rotazione si programma per un momento futuro.";
const NOTHING_DUE: &str = "Per questa chiave ora non c’è nulla da fare.";
const FIRST_SANDBOX_STAYS: &str = "La prima sandbox di un account non si può eliminare.";
const ENDING_IN_THE_PAST: &str = "La vecchia chiave deve scadere in un momento futuro.";
const PUBLISHABLE_STAYS: &str =
    "Una chiave pubblicabile non si può eliminare: puoi invece ruotarla.";
const PUBLISHABLE_IS_UNRESTRICTED: &str =
    "Una chiave pubblicabile si usa da ovunque e non ammette restrizioni IP.";
const KEY_VALUE_IN_TEXT: &str = "Un nome o una nota non può contenere il valore di una chiave.";
const NOT_RESTRICTED: &str = "Solo le chiavi limitate e quelle di un’organizzazione hanno permessi, che si possono modificare e duplicare.";
const MORE_THAN_OWN: &str = "Nessuno può concedere più di quanto ha.";
const VALUE_NOT_KEPT: &str = "Il valore di questa chiave è già stato mostrato una volta e non è conservato: ruota la chiave per averne uno nuovo.";
const NOT_EXPIRING: &str =
    "La chiave non ha una scadenza che si possa anticipare: puoi invece eliminarla.";
const ALREADY_ROTATED: &str = "La chiave è già stata ruotata e sta per scadere: programma invece la rotazione di quella che la sostituisce.";
const HAS_CONNECTED: &str = "A questo account ne sono collegati altri, che perderebbero la loro piattaforma: elimina prima quelli.";

pub(super) fn not_done(error: &ControlError) -> Sentence {
    match error {
        ControlError::NotAllowed(error) => not_allowed(*error).into(),
        ControlError::Proof(error) => not_proved(error),
        ControlError::Refused(refusal) => refused(refusal),
        ControlError::Store(error) => failed(error).into(),
        ControlError::BrokeOff(_) => OUTCOME_UNKNOWN.into(),
    }
}

pub(super) fn not_allowed(error: RightError) -> &'static str {
    match error {
        RightError::Key => {
            "Una chiave API gestisce solo ciò su cui agisce: un account in una modalità, oppure un’organizzazione."
        }
        RightError::NoConnected => {
            "Questa chiave non vede gli account collegati: tra le sue autorizzazioni Connect manca account_read."
        }
        RightError::LiveKeysOnly => {
            "Non riguarda solo le sandbox, e questa chiave gestisce solo quelle: usa una chiave live."
        }
        RightError::NoContext => {
            "Una chiave di un’organizzazione richiede nell’intestazione Stripe-Context l’account su cui agire: acct_… oppure acct_…/acct_…"
        }
        RightError::Unprovable => {
            "Serve un codice di verifica, che può dare solo una persona che ha fatto l’accesso: accedi e ripeti l’operazione."
        }
        RightError::Role => {
            "Il tuo ruolo non lo permette. Chiedi a un proprietario o a un amministratore."
        }
        RightError::PeopleOnly => {
            "È riservato alle persone che hanno fatto l’accesso, non alle chiavi API."
        }
        RightError::NoPlace => "Indica l’account e la modalità.",
    }
}

fn not_proved(error: &ProofError) -> Sentence {
    match error {
        ProofError::Sent(to) => format!("Abbiamo inviato un codice di verifica a {to}.").into(),
        ProofError::AskTheApp => {
            "Inserisci il codice di verifica che mostra la tua app di autenticazione.".into()
        }
        ProofError::Code(refusal) => code_refused(*refusal),
        ProofError::Authenticator(error) => authenticator(error),
        ProofError::NoPhone => {
            "Nessun telefono è in attesa di conferma: indicane prima il numero.".into()
        }
        ProofError::Undelivered(_) => UNDELIVERED.into(),
    }
}

fn code_refused(refusal: CodeRefusal) -> Sentence {
    match refusal {
        CodeRefusal::NotSixDigits => "Un codice di verifica ha sei cifre.".into(),
        CodeRefusal::TooSoon => format!(
            "Un codice è appena stato inviato: se ne può inviare un altro {} secondi dopo.",
            CODE_RESENT_AFTER.as_secs()
        )
        .into(),
        CodeRefusal::NoneSent => {
            "Per questa operazione non è stato inviato nessun codice: richiedine uno nuovo.".into()
        }
        CodeRefusal::Used => "Questo codice è già stato usato: richiedine uno nuovo.".into(),
        CodeRefusal::Expired => format!(
            "Questo codice è scaduto dopo {} minuti: richiedine uno nuovo.",
            CODE_GOOD_FOR.as_mins()
        )
        .into(),
        CodeRefusal::NoTriesLeft => {
            format!("Questo codice è stato provato {CODE_TRIES} volte: richiedine uno nuovo.")
                .into()
        }
        CodeRefusal::NoTriesLeftToday => {
            format!("In un giorno sono stati provati {CODE_TRIES_A_DAY} codici: riprova domani.")
                .into()
        }
        CodeRefusal::Wrong => "Non è il codice che abbiamo inviato.".into(),
    }
}

pub(super) fn authenticator(error: &AuthenticatorError) -> Sentence {
    match error {
        AuthenticatorError::AlreadyOn => {
            "Un’app di autenticazione è già configurata: prima rimuovila.".into()
        }
        AuthenticatorError::Off => "Nessuna app di autenticazione è configurata.".into(),
        AuthenticatorError::Refused(TotpRefusal::Wrong) => {
            "Non è il codice che l’app mostra ora.".into()
        }
        AuthenticatorError::Refused(TotpRefusal::Used) => {
            "Questo codice è già stato usato: attendi il prossimo.".into()
        }
        AuthenticatorError::WrongRecoveryCode => {
            "Non è un tuo codice di recupero, o è già stato usato.".into()
        }
        AuthenticatorError::TooMany(error) => too_many(*error),
        AuthenticatorError::Store(error) => failed(error).into(),
    }
}

pub(super) fn failed(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unreachable { .. } | StoreError::Full { .. } => UNAVAILABLE,
        StoreError::OutcomeUnknown { .. } => OUTCOME_UNKNOWN,
        StoreError::Address { .. }
        | StoreError::Damaged { .. }
        | StoreError::InUse { .. }
        | StoreError::Newer { .. }
        | StoreError::Inconsistent { .. }
        | StoreError::UnknownSealingKey { .. }
        | StoreError::Other { .. } => INTERNAL,
    }
}

pub(super) fn refused(refusal: &Refusal) -> Sentence {
    match refusal {
        Refusal::UnknownOrganization(id) => format!("L’organizzazione «{id}» non esiste.").into(),
        Refusal::UnknownAccount(id) => format!("L’account «{id}» non esiste.").into(),
        Refusal::UnknownKey(id) => format!("La chiave «{id}» non esiste.").into(),
        Refusal::UnknownSandbox => UNKNOWN_SANDBOX.into(),
        Refusal::NotAPlatform => NOT_A_PLATFORM.into(),
        Refusal::KeyIsDead => KEY_IS_DEAD.into(),
        Refusal::PublishableStays => PUBLISHABLE_STAYS.into(),
        Refusal::PublishableIsUnrestricted => PUBLISHABLE_IS_UNRESTRICTED.into(),
        Refusal::BadName { most } => {
            format!("Un nome ha da 1 a {most} caratteri, senza caratteri di controllo.").into()
        }
        Refusal::BadNote { most } => {
            format!("Una nota ha al massimo {most} caratteri, senza caratteri di controllo.").into()
        }
        Refusal::KeyValueInText => KEY_VALUE_IN_TEXT.into(),
        Refusal::AllowList(error) => not_listed(error),
        Refusal::NotRestricted => NOT_RESTRICTED.into(),
        Refusal::MoreThanOwn => MORE_THAN_OWN.into(),
        Refusal::ImportSize { most } => {
            format!("Si importano da 1 a {most} chiavi alla volta.").into()
        }
        Refusal::BadImport(bad) => {
            format!("Nulla è stato importato. Chiavi da correggere: {}.", bad.len()).into()
        }
        Refusal::ValueNotKept => VALUE_NOT_KEPT.into(),
        Refusal::NotExpiring => NOT_EXPIRING.into(),
        Refusal::AlreadyRotated => ALREADY_ROTATED.into(),
        Refusal::NoSchedule => NO_SCHEDULE.into(),
        Refusal::ScheduleInThePast => SCHEDULE_IN_THE_PAST.into(),
        Refusal::ScheduleTooFar { days } => {
            format!("Una rotazione si può programmare al massimo tra {days} giorni.").into()
        }
        Refusal::NothingDue => NOTHING_DUE.into(),
        Refusal::HasConnected => HAS_CONNECTED.into(),
        Refusal::TooManyAccounts { most } => {
            format!("Un’organizzazione ha al massimo {most} account.").into()
        }
        Refusal::TooManySandboxes { most } => {
            format!("Oltre alla prima, un account ha al massimo {most} sandbox.").into()
        }
        Refusal::FirstSandboxStays => FIRST_SANDBOX_STAYS.into(),
        Refusal::EndingInThePast => ENDING_IN_THE_PAST.into(),
        Refusal::EndingTooFar { days } => {
            format!("La vecchia chiave può valere ancora per {days} giorni al massimo.").into()
        }
    }
}
