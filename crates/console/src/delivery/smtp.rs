//! Email over SMTP: a connection for each message, and one try.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keys::EmailAddress;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message as Letter};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{Address, AsyncTransport, Tokio1Executor};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::text::line;
use super::{Channel, DeliveryError, Message, hex};
use crate::World;

/// A certificate in DER whose signatures are believed beside those of the public authorities.
pub type Authority = rustls::pki_types::CertificateDer<'static>;

/// How a mail server is reached.
#[derive(Debug)]
pub struct SmtpSettings {
    /// Its name, which its certificate must bear, or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What keeps others from reading along.
    pub security: Security,
    /// Who we say that we are, if it asks.
    pub login: Option<Login>,
    /// Whom messages come from: `keys@example.com`, or `Keyway <keys@example.com>`.
    pub from: String,
    /// How long sending one message may take, all in all.
    pub timeout: Duration,
    /// Authorities that are believed beside the public ones.
    pub authorities: Vec<Authority>,
}

/// What keeps others from reading along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after asking for it; where the server has none, nothing is sent.
    Starttls,
    /// Nothing; towards this machine alone.
    PlainToLoopback,
    /// Nothing, wherever the server is: the operator answers for the network.
    PlainAnywhere,
}

/// A name and its password.
pub struct Login {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login")
    }
}

/// A mail server that takes our messages.
#[derive(Clone)]
pub struct Smtp {
    transport: Arc<AsyncSmtpTransport<Tokio1Executor>>,
    from: Mailbox,
    timeout: Duration,
}

/// Tells other programs not to answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Smtp {
    /// A mail server by its settings; it is not asked for anything yet.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: SmtpSettings) -> Result<Self, DeliveryError> {
        let from: Mailbox = settings.from.parse().map_err(|_cause| {
            DeliveryError::Settings(format!("`{}` is no sender of email", settings.from))
        })?;
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(parameters(&settings)?),
            Security::Starttls => Tls::Required(parameters(&settings)?),
            Security::PlainToLoopback if !is_loopback(&settings.host) => {
                return Err(DeliveryError::Settings(format!(
                    "{} is not this machine: mail must not go there without TLS",
                    settings.host
                )));
            }
            Security::PlainToLoopback | Security::PlainAnywhere => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(settings.timeout));
        if let Some(Login { username, password }) = settings.login {
            builder = builder.credentials(Credentials::new(username, password.to_string()));
        }
        Ok(Self { transport: Arc::new(builder.build()), from, timeout: settings.timeout })
    }

    /// Sends a message to one person; when this fails, the server has not confirmed anything.
    pub(super) async fn send(
        &self,
        to: &EmailAddress,
        message: &Message,
        world: World,
    ) -> Result<(), DeliveryError> {
        let letter = self.letter(to, message, world)?;
        match timeout(self.timeout, self.transport.send(letter)).await {
            Ok(Ok(_taken)) => Ok(()),
            Ok(Err(error)) => Err(self.failure(&error)),
            Err(_elapsed) => Err(self.timed_out()),
        }
    }

    fn letter(
        &self,
        to: &EmailAddress,
        message: &Message,
        world: World,
    ) -> Result<Letter, DeliveryError> {
        let mut id = [0; 16];
        (world.random)(&mut id);
        Letter::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address(to)?))
            .subject(message.subject())
            .date(SystemTime::from((world.now)()))
            .message_id(Some(format!("<{}@{}>", hex(&id), self.from.email.domain())))
            .header(MIME_VERSION_1_0)
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(message.body().to_string())
            .map_err(|error| DeliveryError::Settings(line(&error.to_string())))
    }

    fn failure(&self, error: &SmtpError) -> DeliveryError {
        let channel = Channel::Email;
        if error.is_timeout() {
            self.timed_out()
        } else if let Some(code) = error.status() {
            let text = std::error::Error::source(error).map(ToString::to_string);
            let answer = line(&format!("{code} {}", text.unwrap_or_default()));
            DeliveryError::Refused { channel, answer: answer.trim_end().to_owned() }
        } else {
            DeliveryError::Unreachable { channel, cause: line(&error.to_string()) }
        }
    }

    fn timed_out(&self) -> DeliveryError {
        DeliveryError::TimedOut { channel: Channel::Email, within: self.timeout }
    }
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, DeliveryError> {
    let unusable = |error: SmtpError| DeliveryError::Settings(line(&error.to_string()));
    let mut builder = TlsParameters::builder(settings.host.clone())
        .certificate_store(CertificateStore::WebpkiRoots);
    for authority in &settings.authorities {
        let authority = Certificate::from_der(authority.to_vec()).map_err(unusable)?;
        builder = builder.add_root_certificate(authority);
    }
    builder.build_rustls().map_err(unusable)
}

fn address(to: &EmailAddress) -> Result<Address, DeliveryError> {
    let parsed = to.as_str().parse();
    parsed.map_err(|_cause| DeliveryError::Settings(format!("no mail can be sent to {to}")))
}

/// Whether a name or address is that of this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}
