//! What the door says, of which a page says the least: most of it concerns keys.

use keys::{CredentialError, Denial, Mask, NamedPermission};

use super::super::Sentence;
use super::INTERNAL;

const KEY_MISSING: &str = "Non è stata inviata nessuna chiave API.";
const KEY_UNREADABLE: &str = "La chiave API non si può leggere dall’intestazione Authorization.";
const KEY_IN_URL: &str = "Nell’indirizzo di questa richiesta c’è una chiave API. Gli indirizzi finiscono nei log: considera la chiave esposta, ruotala, e invia quella nuova nell’intestazione Authorization.";
const HTTPS_REQUIRED: &str =
    "Qui serve HTTPS: ciò che è stato inviato su HTTP semplice è da considerare esposto.";
const SECRET_KEY_REQUIRED: &str = "Questa operazione non si può chiamare con una chiave pubblicabile: usa una chiave segreta o limitata, sul tuo server.";
const CONTEXT_REQUIRED: &str = "Una chiave di un’organizzazione richiede nell’intestazione Stripe-Context l’account su cui agire.";
const CONTEXT_INVALID: &str = "L’account su cui agire non si può leggere.";
const AMBIGUOUS: &str =
    "Questa richiesta si può leggere in più di un modo, e non è stata inoltrata.";
const METHOD_NOT_ALLOWED: &str = "I metodi CONNECT e TRACE non vengono inoltrati.";
const EXPECTATION_UNKNOWN: &str =
    "Questa richiesta attende qualcosa di diverso da 100-continue nell’intestazione Expect.";
const HEAD_TOO_LARGE: &str =
    "L’intestazione di questa richiesta è più grande di quanto si accetta.";
const BODY_TOO_LARGE: &str = "Questa richiesta è più grande di quanto si accetta.";
const TOO_SLOW: &str = "Questa richiesta non è arrivata in tempo: inviala di nuovo.";
const CLIENT_GONE: &str = "Il client se n’è andato prima della risposta.";
const UPSTREAM_UNREACHABLE: &str = "In questo momento l’API non è raggiungibile.";
const UPSTREAM_TIMEOUT: &str = "L’API ha impiegato troppo tempo a rispondere.";
const UNAVAILABLE: &str =
    "In questo momento il gateway non può decidere sulle richieste: riprova tra un secondo.";

pub(super) fn denied(denial: &Denial) -> Sentence {
    match denial {
        Denial::Credential(error) => unread(*error).into(),
        Denial::KeyInvalid(mask) => told("Chiave API non valida", *mask),
        Denial::KeyExpired { mask, .. } => told("Chiave API scaduta", *mask),
        Denial::KeyDeleted { mask, .. } => told("Chiave API eliminata", *mask),
        Denial::KeyInUrl => KEY_IN_URL.into(),
        Denial::HttpsRequired => HTTPS_REQUIRED.into(),
        Denial::IpNotAllowed(address) => {
            format!("Questa chiave API non si può usare dal tuo indirizzo, {address}.").into()
        }
        Denial::SecretKeyRequired => SECRET_KEY_REQUIRED.into(),
        Denial::MorePermissionsRequired { would_do, .. }
        | Denial::OrganizationPermissionRequired { would_do, .. } => lacking(would_do),
        Denial::ContextRequired => CONTEXT_REQUIRED.into(),
        Denial::ContextInvalid(_) => CONTEXT_INVALID.into(),
        Denial::AccountInvalid { account, .. } => {
            format!("La chiave non ha accesso all’account «{account}», o l’account non esiste.")
                .into()
        }
        Denial::VersionRequired { newest } => format!(
            "Serve una versione dell’API nell’intestazione Stripe-Version; la più recente è {newest}."
        )
        .into(),
        Denial::VersionUnknown { newest } => format!(
            "La versione dell’API nell’intestazione Stripe-Version non esiste; la più recente è {newest}."
        )
        .into(),
        Denial::PathAmbiguous(_) | Denial::Ambiguous(_) => AMBIGUOUS.into(),
        Denial::MethodNotAllowed => METHOD_NOT_ALLOWED.into(),
        Denial::ExpectationUnknown => EXPECTATION_UNKNOWN.into(),
        Denial::HeadTooLarge => HEAD_TOO_LARGE.into(),
        Denial::BodyTooLarge => BODY_TOO_LARGE.into(),
        Denial::TooSlow => TOO_SLOW.into(),
        Denial::ClientGone => CLIENT_GONE.into(),
        Denial::UpstreamUnreachable => UPSTREAM_UNREACHABLE.into(),
        Denial::UpstreamTimeout => UPSTREAM_TIMEOUT.into(),
        Denial::Unavailable => UNAVAILABLE.into(),
        Denial::Internal => INTERNAL.into(),
    }
}

fn unread(error: CredentialError) -> &'static str {
    match error {
        CredentialError::Missing => KEY_MISSING,
        CredentialError::Several
        | CredentialError::Scheme
        | CredentialError::Unreadable
        | CredentialError::Password => KEY_UNREADABLE,
    }
}

fn told(what: &str, mask: Mask) -> Sentence {
    format!("{what}: {}", mask.starred()).into()
}

fn lacking(would_do: &[NamedPermission]) -> Sentence {
    if would_do.is_empty() {
        return "La chiave non ha permessi per questa operazione.".into();
    }
    let would_do: Vec<String> = would_do.iter().map(NamedPermission::to_string).collect();
    let would_do = would_do.join(" o ");
    format!("Alla chiave manca un permesso per questa operazione: basterebbe {would_do}.").into()
}
