//! HTTP/1.1 and HTTP/2, in the clear and over TLS.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use keys::{Kind, Livemode};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::forwarding::api::EchoApi;
use crate::world::World;

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// A client that trusts nobody.
pub(crate) fn client_config() -> Arc<ClientConfig> {
    Arc::new(trusting(RootCertStore::empty()))
}

fn trusting(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn certificate() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    (cert.der().clone(), PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap())
}

thread_local! {
    static CERTIFICATE: (CertificateDer<'static>, PrivateKeyDer<'static>) = certificate();
}

/// A server that is `localhost`, and speaks these protocols.
pub(crate) fn server_config(protocols: &[&[u8]]) -> Arc<ServerConfig> {
    let (certificate, key) = CERTIFICATE.with(|(cert, key)| (cert.clone(), key.clone_key()));
    let mut server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    server.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Arc::new(server)
}

/// A client that trusts it.
pub(crate) fn trusting_client() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CERTIFICATE.with(|(cert, _)| cert.clone())).unwrap();
    trusting(roots)
}

/// A gateway that speaks TLS, and a client configuration that trusts it.
fn tls_world() -> (World, ClientConfig) {
    tls_world_with(|_settings| {})
}

pub(crate) fn tls_world_with(adjust: impl FnOnce(&mut gateway::Settings)) -> (World, ClientConfig) {
    let world = World::with(|settings| {
        settings.tls = Some(server_config(&[b"h2", b"http/1.1"]));
        adjust(settings);
    });
    (world, trusting_client())
}

#[test]
fn an_api_is_reached_over_tls_if_it_is_who_it_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let api = runtime.block_on(EchoApi::start_with(Some(server_config(&[]))));
    PORT.set(api.address.port());
    let trusted = World::with(|settings| {
        settings.upstreams.sandbox = format!("https://localhost:{}", PORT.get()).parse().unwrap();
        settings.upstream_tls = Arc::new(trusting_client());
    });
    let seen = trusted.ask_admitted("GET /v1/balance", &[]).seen();
    assert_eq!(seen.header("host"), Some(format!("localhost:{}", PORT.get()).as_str()));
    let strange = World::with(|settings| {
        settings.upstreams.sandbox = format!("https://localhost:{}", PORT.get()).parse().unwrap();
    });
    let refused = strange.ask_admitted("GET /v1/balance", &[]);
    assert_eq!(refused.error(), "502 api_error upstream_unreachable");
}

thread_local! {
    /// The port of an API that settings are made for.
    static PORT: std::cell::Cell<u16> = const { std::cell::Cell::new(0) };
}

fn request(key: &str, authority: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("{authority}/v1/balance"))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {key}"))
        .body(Empty::new())
        .unwrap()
}

async fn over_http2<S>(stream: S, key: &str) -> (StatusCode, serde_json::Value)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut request = request(key, "https://localhost");
    request.headers_mut().remove("host");
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[test]
fn http2_in_the_clear_is_understood() {
    let world = World::new();
    let (status, seen) = world.runtime.block_on(async {
        let stream = TcpStream::connect(world.address()).await.unwrap();
        over_http2(stream, world.platform.secret()).await
    });
    assert_eq!((status, seen["target"].as_str()), (StatusCode::OK, Some("/v1/balance")));
}

#[test]
fn tls_speaks_what_the_client_chooses_and_opens_live_mode() {
    let (world, client) = tls_world();
    let key = world.platform.key(Kind::Secret, Livemode::Live).value.expose();
    for protocol in [b"h2".as_slice(), b"http/1.1"] {
        let mut client = client.clone();
        client.alpn_protocols = vec![protocol.to_vec()];
        let (status, seen) = world.runtime.block_on(async {
            let stream = TcpStream::connect(world.address()).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let stream = TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap();
            if protocol == b"h2" {
                return over_http2(stream, key).await;
            }
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            let response = sender.send_request(request(key, "")).await.unwrap();
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, serde_json::from_slice(&body).unwrap())
        });
        assert_eq!(
            (status, seen["headers"]["keyway-mode"].as_str()),
            (StatusCode::OK, Some("live"))
        );
        assert_eq!(seen["headers"]["x-forwarded-proto"], "https");
    }
}

#[test]
fn plain_http_to_a_tls_listener_is_no_request() {
    let (world, _client) = tls_world();
    let answer = world.send(b"GET /v1/balance HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
}
