//! The file of settings: what can be set, and what it means.

mod delivery;
mod fields;
mod names;
mod overlay;
mod plan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use keys::{Ipv6, Overlap, Rules, Versions};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use store::Store;

use fields::SecretSettings;
pub(crate) use fields::Settings;
use overlay::{IMPORT_PEPPER, PEPPER, PREVIOUS_PEPPER, SEALING_KEY};

use crate::secrets::{SecretSource, SecretSources};

/// The versions of the sample API: those that its client libraries ask for.
const VERSIONS: [&str; 17] = [
    "2025-03-31.basil",
    "2025-04-30.basil",
    "2025-05-28.basil",
    "2025-06-30.basil",
    "2025-07-30.basil",
    "2025-08-27.basil",
    "2025-09-30.clover",
    "2025-10-29.clover",
    "2025-11-17.clover",
    "2025-12-15.clover",
    "2026-01-28.clover",
    "2026-02-25.clover",
    "2026-03-25.dahlia",
    "2026-04-22.dahlia",
    "2026-05-27.dahlia",
    "2026-06-24.dahlia",
    "2026-10-28.endive",
];

/// Reads a file of settings, with what the environment says in its stead.
pub(crate) fn load(file: &Path) -> Result<Settings> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    overlay::read(file, &text, std::env::vars_os())
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

/// Who is trusted when a server speaks TLS: the public authorities, and one more if it is given.
pub(crate) fn client_tls(more: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    if let Some(file) = more {
        for certificate in certificates(file)? {
            let named = || format!("a certificate in {}", file.display());
            roots.add(certificate).with_context(named)?;
        }
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
    /// Where the secrets are: in the environment, or else in files.
    fn secrets(&self) -> SecretSources<'_> {
        let SecretSettings {
            pepper_file,
            previous_pepper_file,
            import_pepper_file,
            sealing_key_file,
            variables,
        } = &self.secrets;
        SecretSources {
            pepper: SecretSource::of(PEPPER, variables.pepper.as_ref(), pepper_file),
            previous_pepper: SecretSource::of_any(
                PREVIOUS_PEPPER,
                variables.previous_pepper.as_ref(),
                previous_pepper_file.as_deref(),
            ),
            import_pepper: SecretSource::of_any(
                IMPORT_PEPPER,
                variables.import_pepper.as_ref(),
                import_pepper_file.as_deref(),
            ),
            sealing: SecretSource::of(
                SEALING_KEY,
                variables.sealing_key.as_ref(),
                sealing_key_file,
            ),
        }
    }

    fn versions(&self) -> Result<Versions> {
        match &self.api.versions {
            Some(texts) => versions(texts),
            None => default_versions(),
        }
    }

    /// What the operator has set of the rules.
    fn rules(&self) -> Result<Rules> {
        let version = self.versions()?.newest().clone();
        let longest_overlap = Overlap::of_days(self.keys.longest_overlap_days)
            .context("[keys] longest_overlap_days")?;
        let ipv6 = if self.keys.ipv6_restrictions { Ipv6::Accepted } else { Ipv6::Refused };
        Ok(Rules { version, longest_overlap, ipv6 })
    }

    /// Opens the store.
    pub(crate) async fn open_store(&self) -> Result<Store> {
        let rules = self.rules()?;
        let secrets = self.secrets().read()?;
        Store::open(&self.store.url, secrets, rules).await.context("cannot open the store")
    }

    fn payments_database(&self) -> Option<PathBuf> {
        self.gateway.upstream.is_none().then(|| self.payments.database.clone())
    }
}
