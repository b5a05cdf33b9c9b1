//! What is sent, as a server at the other end reads it.

pub(crate) mod capture;
pub(crate) mod email;
mod hostile;
mod outbox;
mod sms;

use std::sync::Arc;

use console::Message;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::runtime::Runtime;

use crate::world::{now, random};

fn run<T>(task: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(task)
}

fn world() -> console::World {
    console::World { now, random }
}

fn code() -> Message {
    let action = "create a key named “Zoë”".to_owned();
    Message::VerificationCode { code: "123456".parse().unwrap(), action, minutes: 10 }
}

/// A self-made certificate for this name, and a server that bears it.
fn certified(name: &str) -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    (cert.der().clone(), Arc::new(server))
}

/// A client that believes this certificate alone.
fn believing(authority: CertificateDer<'static>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = ClientConfig::builder_with_provider(provider);
    let client = client.with_safe_default_protocol_versions().unwrap();
    Arc::new(client.with_root_certificates(roots).with_no_client_auth())
}
