//! From the headers of a request to its admission, or to its denial.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use keys::{
    Admission, Adoption, ContextHeaders, Denial, ForeignValue, KnownKey, Mask, Presented,
    RequestFacts, Sent, Transport, Unwrapped, admit, read_credential,
};

use crate::directory::Directory;
use crate::headers::{ACCOUNT, CONTEXT, VERSION};
use crate::journal::Entry;
use crate::phases::Peer;
use crate::target::Target;
use crate::worker::Worker;

/// Finds the key that is presented, and asks whether the request may pass.
///
/// # Errors
/// The denial, whatever its reason.
pub(crate) fn present(
    worker: &Worker,
    peer: Peer,
    parts: &Parts,
    target: &Target,
    entry: &Entry,
) -> Result<Admission, Denial> {
    let values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let mut room = Unwrapped::room();
    let credential = read_credential(values.map(HeaderValue::as_bytes), &mut room)
        .map_err(Denial::Credential)?;
    let mask = Mask::of(credential.expose());
    let view = worker.views.load();
    let presented = Presented::parse(credential.expose());
    // What has the form of no key costs no hash, unless keys of other forms were imported.
    if presented.is_err() && !view.directory.has_imported() {
        return Err(Denial::KeyInvalid(mask));
    }
    if !view.is_believed(worker.settings.clocks.boot) {
        return Err(Denial::Unavailable);
    }
    let own = presented.map_or(None, |presented| own(worker, &view.directory, presented));
    let found = match own {
        Some(key) => Some((key, None)),
        None if view.directory.has_imported() => {
            imported(worker, &view.directory, credential.expose())
        }
        None => None,
    };
    let (key, adoption) = found.ok_or(Denial::KeyInvalid(mask))?;

    let facts = RequestFacts {
        method: parts.method.as_str(),
        path: target.path(),
        transport: transport(worker, peer),
        client: entry.client(),
        context: ContextHeaders {
            context: sent(&parts.headers, &CONTEXT),
            account: sent(&parts.headers, &ACCOUNT),
        },
        version: sent(&parts.headers, &VERSION),
        mask,
    };
    let admission = admit(&key, &facts, &worker.api, &view.directory, entry.at())?;
    if let Some(adoption) = adoption {
        worker.uses.note_adopted(key.id, adoption);
    }
    Ok(admission)
}

/// The key that was made here and has this value.
fn own<'d>(
    worker: &Worker,
    directory: &'d Directory,
    presented: Presented<'_>,
) -> Option<KnownKey<'d>> {
    let mut digests = worker.peppers.iter().map(|pepper| presented.digest(pepper));
    let key = digests.find_map(|digest| directory.find(&digest))?;
    let form = presented.form();
    if key.kind == form.kind && key.home.livemode() == form.livemode {
        Some(key)
    } else {
        // The text of a key and its row say the same, or the row was tampered with.
        tracing::error!(key = %key.id, "a key is not of the form that its value says");
        None
    }
}

/// The key that was imported and has this value, of which nothing can be read; and what becomes of it
/// if it is still known by the hash of another system.
fn imported<'d>(
    worker: &Worker,
    directory: &'d Directory,
    text: &[u8],
) -> Option<(KnownKey<'d>, Option<Adoption>)> {
    let value = ForeignValue::of(text)?;
    let mut digests = worker.peppers.iter().map(|pepper| value.digest(pepper));
    if let Some(key) = digests.find_map(|digest| directory.find_imported(&digest)) {
        return Some((key, None));
    }
    let mut foreign = value.foreign(&worker.peppers);
    let key = foreign.find_map(|foreign| directory.find_imported(&foreign.digest))?;
    Some((key, Some(value.adoption(worker.peppers.current()))))
}

fn transport(worker: &Worker, peer: Peer) -> Transport {
    if peer.tls {
        Transport::Secure
    } else {
        worker.settings.plain_http.transport(peer.address.ip())
    }
}

fn sent<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Sent<'h> {
    Sent::of(headers.get_all(name).iter().map(HeaderValue::as_bytes))
}
