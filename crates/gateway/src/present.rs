//! From the headers of a request to its admission, or to its denial.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use keys::{
    Admission, ContextError, ContextHeaders, Denial, Mask, Presented, RequestFacts, Transport,
    admit, read_credential,
};

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
    let credential =
        read_credential(values.map(HeaderValue::as_bytes)).map_err(Denial::Credential)?;
    let mask = Mask::of(credential.expose());
    let presented =
        Presented::parse(credential.expose()).map_err(|_malformed| Denial::KeyInvalid(mask))?;

    let view = worker.views.load();
    if !view.is_believed(entry.started()) {
        return Err(Denial::Unavailable);
    }
    let mut digests = worker.peppers.iter().map(|pepper| presented.digest(pepper));
    let key = digests.find_map(|digest| view.directory.find(&digest));
    let key = key.ok_or(Denial::KeyInvalid(mask))?;
    if key.kind != presented.form().kind || key.mode.livemode() != presented.form().livemode {
        // The text of a key and its row say the same, or the row was tampered with.
        tracing::error!(key = %key.id, "a key is not of the form that its value says");
        return Err(Denial::KeyInvalid(mask));
    }

    let facts = RequestFacts {
        method: parts.method.as_str(),
        path: target.path(),
        transport: transport(worker, peer),
        client: entry.client(),
        context: context(&parts.headers)?,
        version: single(&parts.headers, &VERSION)
            .map_err(|Repeated| Denial::Ambiguous("there is more than one version header"))?,
        mask,
    };
    admit(&key, &facts, &worker.api, &view.directory, entry.at())
}

fn transport(worker: &Worker, peer: Peer) -> Transport {
    if peer.tls {
        Transport::Secure
    } else {
        worker.settings.plain_http.transport(peer.address.ip())
    }
}

fn context(headers: &HeaderMap) -> Result<ContextHeaders<'_>, Denial> {
    let read = |name| {
        let repeated = |Repeated| Denial::ContextInvalid(ContextError::Repeated);
        single(headers, name).map_err(repeated)
    };
    Ok(ContextHeaders { context: read(&CONTEXT)?, account: read(&ACCOUNT)? })
}

/// A header that stands there twice where once has a meaning.
struct Repeated;

fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h [u8]>, Repeated> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(HeaderValue::as_bytes);
    if values.next().is_some() { Err(Repeated) } else { Ok(value) }
}
