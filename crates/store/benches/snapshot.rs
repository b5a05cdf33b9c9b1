//! How long a gateway waits for a million keys in an SQLite file.
//!
//! Two shapes: many accounts with few keys each, as accounts are born, and few with many.

use std::error::Error;
use std::hint::black_box;

use criterion::Criterion;
use keys::{Pepper, Peppers};
use sqlx::ConnectOptions;
use sqlx::any::AnyConnectOptions;
use store::{SealingKey, Secrets, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Names four keys for each account and makes a million of them; `$1` is the number of accounts.
const FILL_ACCOUNTS: &str = "INSERT INTO accounts \
     (born, id, first_sandbox, version, name, created_at) \
     WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1) \
     SELECT i * 5 + 1, printf('acct_%016d', i), printf('sbx_%016d', i), '2026-06-24.dahlia', \
     'Account', 1700000000000000 FROM n";
const FILL_KEYS: &str = "INSERT INTO keys \
     (born, id, account, mode, kind, name, tail, digest, pepper_version, restriction, standing, \
     created_at) \
     WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 1000000) \
     SELECT i / 4 * 5 + i % 4 + 2, printf('key_%016d', i), printf('acct_%016d', i / 4 % $1), \
     iif(i % 4 < 2, 'live', printf('sbx_%016d', i / 4 % $1)), \
     iif(i % 2 = 0, 'secret', 'publishable'), 'Secret key', 'abcd', randomblob(32), 1, \
     iif(i % 10 = 0, '1.2.3.4,100.10.38.0/24', 'anywhere'), 'active', 1700000000000000 FROM n";

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for accounts in [250_000, 1_000] {
        let folder = tempfile::tempdir()?;
        let store = runtime.block_on(filled(&folder, accounts))?;
        let name = format!("snapshot of 1000000 keys of {accounts} accounts");
        criterion.bench_function(&name, |bencher| {
            let take = |fact| drop(black_box(fact));
            bencher.iter(|| black_box(runtime.block_on(store.snapshot(take))));
        });
    }
    criterion.final_summary();
    Ok(())
}

async fn filled(folder: &TempDir, accounts: i64) -> Result<Store, Box<dyn Error>> {
    let file = folder.path().join("keyway.db");
    let url = format!("sqlite:{}", file.display());
    let open = async || {
        let peppers = Peppers::new(Pepper::new(1, &[1; 32]), None);
        let secrets = Secrets { peppers, sealing: SealingKey::new(1, &[2; 32]) };
        Store::open(&url, secrets, "2026-06-24.dahlia".parse::<keys::Version>()?)
            .await
            .map_err(Box::<dyn Error>::from)
    };
    open().await?.close().await;
    let mut raw = url.parse::<AnyConnectOptions>()?.connect().await?;
    sqlx::raw_sql("PRAGMA foreign_keys = OFF").execute(&mut raw).await?;
    sqlx::query(FILL_ACCOUNTS).bind(accounts).execute(&mut raw).await?;
    sqlx::query(FILL_KEYS).bind(accounts).execute(&mut raw).await?;
    let counted = "UPDATE counter SET sequence = 1250000; PRAGMA wal_checkpoint(TRUNCATE)";
    sqlx::raw_sql(counted).execute(&mut raw).await?;
    open().await
}
