//! The file of settings: what can be set, and what it means.

mod fields;
mod overlay;
mod plan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use keys::Versions;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use store::Store;

pub(crate) use fields::Settings;

use crate::secrets::SecretFiles;

/// Where errors are explained until the console has the pages itself.
pub(crate) const DEFAULT_DOCS: &str = "https://keyway.dev/docs/errors";
/// The versions of the sample API.
const VERSIONS: [&str; 3] = ["2025-03-31.basil", "2026-03-25.dahlia", "2026-06-24.dahlia"];

/// Reads a file of settings, with what the environment says in its stead.
pub(crate) fn load(file: &Path) -> Result<Settings> {
    let named = || format!("in {}", file.display());
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut table: toml::Table = toml::from_str(&text).with_context(named)?;
    overlay::check_names(&table).with_context(named)?;
    overlay::lay_environment(&mut table, std::env::vars())?;
    let settings = toml::Value::Table(table).try_into::<Settings>();
    settings.with_context(named)
}

/// Says what a file of settings would do; every fault is named.
pub(crate) fn tell(settings: &Settings) -> Result<()> {
    use std::io::Write;
    let text = plan::tell(settings)?;
    std::io::stdout().write_all(text.as_bytes()).context("cannot write to standard output")
}

/// The versions of the sample API.
pub(crate) fn default_versions() -> Result<Versions> {
    versions(&VERSIONS.map(str::to_owned))
}

fn versions(texts: &[String]) -> Result<Versions> {
    let parsed = texts
        .iter()
        .map(|text| text.parse().with_context(|| format!("`{text}` in [api] versions")));
    let parsed = parsed.collect::<Result<Vec<_>>>()?;
    Versions::new(parsed).ok_or_else(|| anyhow!("[api] versions must name at least one version"))
}

/// Who is trusted when an upstream speaks TLS: the public authorities, and one more if it is given.
pub(crate) fn client_tls(more: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    for certificate in more.map(certificates).transpose()?.unwrap_or_default() {
        roots.add(certificate).context("a certificate in [gateway.upstream] ca_file")?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS")?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let read = || format!("cannot read certificates from {}", file.display());
    let certificates = CertificateDer::pem_file_iter(file).with_context(read)?;
    let certificates = certificates.collect::<Result<Vec<_>, _>>().with_context(read)?;
    if certificates.is_empty() {
        bail!("{} holds no certificate in PEM", file.display());
    }
    Ok(certificates)
}

impl Settings {
    /// Where the secrets are.
    fn secret_files(&self) -> SecretFiles<'_> {
        SecretFiles {
            pepper: &self.secrets.pepper_file,
            previous_pepper: self.secrets.previous_pepper_file.as_deref(),
            sealing: &self.secrets.sealing_key_file,
        }
    }

    fn versions(&self) -> Result<Versions> {
        match &self.api.versions {
            Some(texts) => versions(texts),
            None => default_versions(),
        }
    }

    /// Opens the store.
    pub(crate) async fn open_store(&self) -> Result<Store> {
        let version = self.versions()?.newest().clone();
        let secrets = self.secret_files().read()?;
        Store::open(&self.store.url, secrets, version).await.context("cannot open the store")
    }

    fn payments_database(&self) -> Option<PathBuf> {
        self.gateway.upstream.is_none().then(|| self.payments.database.clone())
    }
}
