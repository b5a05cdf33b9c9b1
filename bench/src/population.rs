//! Accounts and keys as a gateway knows them, made without a store.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context, Result};
use fastrand::Rng;
use gateway::{Directory, DirectoryMaker};
use jiff::Timestamp;
use keys::{
    AccountFact, AccountId, Admission, Api, Catalog, ContextHeaders, Denial, Fact, Form, Home,
    IpRestriction, KeyFact, KeyId, KeyValue, Kind, Livemode, Mask, Mode, Pepper, Place, Presented,
    RequestFacts, SandboxId, Sent, Standing, Transport, Unwrapped, Version, Versions, admit,
    read_credential,
};

/// How many keys there are, and how many of them each account has.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// All keys.
    pub keys: usize,
    /// Keys of one account, all of one sandbox.
    pub per_account: usize,
}

/// The pepper of all that is made here.
#[must_use]
pub fn pepper() -> Pepper {
    Pepper::new(1, &[7; 32])
}

/// The one version of the API.
///
/// # Errors
/// Never: it is well-formed.
pub fn version() -> Result<Version> {
    Ok("2026-06-24.dahlia".parse()?)
}

/// Makes accounts with secret keys of their sandboxes; `told` sees each value.
///
/// # Errors
/// When the version of the API is none.
pub fn populate(shape: Shape, mut told: impl FnMut(KeyValue)) -> Result<Directory> {
    let (pepper, version) = (pepper(), version()?);
    let mut random = Rng::with_seed(2026);
    let mut entropy = |room: &mut [u8]| random.fill(room);
    let mut maker = DirectoryMaker::new();
    let mut collector = maker.collect();
    let accounts = shape.keys.div_ceil(shape.per_account);
    for account in 0..accounts {
        let place = open(&mut entropy);
        collector.take(Fact::Account(place.fact(&version)));
        let missing = shape.keys - account * shape.per_account;
        for _ in 0..shape.per_account.min(missing) {
            let value = KeyValue::mint(SANDBOX_SECRET, &mut entropy);
            collector.take(Fact::Key(KeyFact {
                origin: keys::Origin::Minted,
                id: KeyId::mint(&mut entropy),
                digest: value.digest(&pepper),
                kind: Kind::Secret,
                home: Home::Account(place.place()),
                standing: Standing::Active,
                restriction: IpRestriction::Anywhere,
            }));
            told(value);
        }
    }
    Ok(collector.finish())
}

/// What a secret key of a sandbox looks like.
const SANDBOX_SECRET: Form = Form { kind: Kind::Secret, livemode: Livemode::Test };

/// The `Authorization` header that presents a key (RFC 6750, section 2.1).
#[must_use]
pub fn bearer(text: &str) -> Vec<u8> {
    format!("Bearer {text}").into_bytes()
}

/// A well-formed value that no account has.
#[must_use]
pub fn stranger() -> KeyValue {
    let mut random = Rng::with_seed(1);
    KeyValue::mint(SANDBOX_SECRET, &mut |room: &mut [u8]| random.fill(room))
}

struct Opened {
    id: AccountId,
    sandbox: SandboxId,
}

fn open(entropy: &mut dyn keys::Entropy) -> Opened {
    Opened { id: AccountId::mint(entropy), sandbox: SandboxId::mint(entropy) }
}

impl Opened {
    fn place(&self) -> Place {
        Place { account: self.id, mode: Mode::Sandbox(self.sandbox) }
    }

    fn fact(&self, version: &Version) -> AccountFact {
        AccountFact {
            id: self.id,
            organization: None,
            platform: None,
            first_sandbox: self.sandbox,
            version: version.clone(),
        }
    }
}

/// What decides about requests.
pub struct Door {
    directory: Directory,
    pepper: Pepper,
    api: Api,
    now: Timestamp,
}

impl Door {
    /// A door that knows these keys.
    ///
    /// # Errors
    /// Never: the version of the API is well-formed.
    pub fn new(directory: Directory) -> Result<Self> {
        let versions = Versions::new(vec![version()?]).context("a version")?;
        let api = Api { versions, catalog: Catalog::default() };
        Ok(Self { directory, pepper: pepper(), api, now: Timestamp::UNIX_EPOCH })
    }

    /// From the `Authorization` header to the answer: scheme, checksum, digest, look-up, rules.
    ///
    /// # Errors
    /// The denial.
    pub fn pass(&self, header: &[u8]) -> Result<Admission, Denial> {
        let mut room = Unwrapped::room();
        let credential =
            read_credential([header].into_iter(), &mut room).map_err(Denial::Credential)?;
        let text = credential.expose();
        let mask = Mask::of(text);
        let presented = Presented::parse(text).map_err(|_malformed| Denial::KeyInvalid(mask))?;
        let key = self.directory.find(&presented.digest(&self.pepper));
        let key = key.ok_or(Denial::KeyInvalid(mask))?;
        let request = RequestFacts {
            method: "GET",
            path: "/v1/balance",
            transport: Transport::Secure,
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            context: ContextHeaders::default(),
            version: Sent::Not,
            mask,
        };
        admit(&key, &request, &self.api, &self.directory, self.now)
    }
}
