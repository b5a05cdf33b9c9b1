//! `keyway dev`: everything on one machine, with a small world to begin with.

mod refresh;
mod seed;
pub(crate) use seed::{Opened, opened_organization};
mod welcome;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use console::{Delivery, Gateways, Outbox};
use gateway::{Lease, Limits, PlainHttp, Timeouts};
use keys::{Api, Catalog, Ipv6, Rules, Versions};
use store::Store;

use crate::cli::DevTask;
use crate::folder;
use crate::run::{Plan, block_on, run};
use crate::secrets::{self, SecretSource, SecretSources};
use crate::settings::{client_tls, default_versions};
use crate::world::{CLOCKS, WORLD};

/// The files of a world.
struct Files {
    folder: PathBuf,
}

impl Files {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn database(&self) -> PathBuf {
        self.at("keyway.db")
    }

    fn world(&self) -> PathBuf {
        self.at("dev.json")
    }
}

/// Starts everything.
pub(crate) fn dev(task: &DevTask) -> Result<()> {
    folder::make(&task.data)?;
    let _taken = folder::take(&task.data)?;
    let files = Files { folder: task.data.clone() };
    let (pepper, sealing) = (files.at("pepper"), files.at("sealing"));
    let database = files.database();
    let is_new =
        !database.try_exists().with_context(|| format!("cannot see {}", database.display()))?;
    if is_new {
        // Never beside a database that is there: its keys would all be unknown.
        secrets::make([&pepper, &sealing])?;
    }
    let secrets = SecretSources {
        pepper: SecretSource::File(&pepper),
        previous_pepper: None,
        import_pepper: None,
        sealing: SecretSource::File(&sealing),
    };
    let versions = default_versions()?;
    block_on(async {
        if is_new {
            seed::seed(&files, secrets.read()?, versions.newest().clone()).await?;
        }
        let ipv6 = if task.ipv6_restrictions { Ipv6::Accepted } else { Ipv6::Refused };
        let rules = Rules { ipv6, ..versions.newest().clone().into() };
        let store = open(&database, &secrets, rules).await?;
        refresh::refresh(&files.world(), &store).await?;
        let plan = plan(task, &files, store, &secrets, versions)?;
        run(plan, |addresses| welcome::welcome(&files.world(), addresses)).await
    })
}

async fn open(database: &Path, secrets: &SecretSources<'_>, rules: Rules) -> Result<Store> {
    let url = format!("sqlite:{}", database.display());
    let store = Store::open(&url, secrets.read()?, rules).await;
    store.with_context(|| format!("cannot open {}", database.display()))
}

fn plan(
    task: &DevTask,
    files: &Files,
    store: Store,
    secrets: &SecretSources<'_>,
    versions: Versions,
) -> Result<Plan> {
    let nowhere: gateway::UpstreamAddress = "http://127.0.0.1:9".parse()?;
    let gateway = gateway::Settings {
        listen: task.gateway,
        workers: std::thread::available_parallelism().context("cannot count the cores")?,
        tls: None,
        plain_http: PlainHttp::LiveFromLoopback,
        trusted_proxies: Vec::new(),
        upstreams: gateway::Upstreams { live: nowhere.clone(), sandbox: nowhere },
        upstream_tls: client_tls(None)?,
        timeouts: Timeouts::default(),
        limits: Limits::default(),
        docs: String::new(),
        journal: Some(files.at("requests.jsonl")),
        clocks: CLOCKS,
    };
    let catalog = Catalog::from_openapi(payments::OPENAPI)?;
    Ok(Plan {
        store,
        peppers: secrets.read()?.peppers,
        gateway,
        api: Api { versions, catalog },
        lease: Lease::Endless,
        gateways: Gateways::OwnOnly,
        console: task.console,
        console_url: None,
        console_http: console::PlainHttp::LiveFromLoopback,
        console_proxies: Vec::new(),
        gateway_url: None,
        scheme: "http://",
        operations: task.operations,
        docs: None,
        delivery: Delivery::kept_in(Outbox::new(), WORLD),
        payments: Some(files.at("payments.db")),
    })
}
