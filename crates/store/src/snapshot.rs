//! Everything that a gateway must know, at one sequence.

use futures_util::TryStreamExt;
use keys::Fact;
use sqlx::AnyConnection;

use crate::changes::no_counter;
use crate::command::sequence;
use crate::packed::{self, packed_account, packed_key};
use crate::row::Row;
use crate::{Sequence, Store, StoreError};

const NOW: &str = "SELECT sequence FROM counter";

/// Pages of a thousand numbers up to the counter's.
macro_rules! pages {
    ($packed:expr, $from:literal) => {
        concat!(
            "WITH RECURSIVE pages (lowest) AS (SELECT CAST(1 AS bigint) \
             UNION ALL SELECT lowest + 1000 FROM pages WHERE lowest + 1000 <= $1) \
             SELECT (SELECT string_agg(",
            $packed,
            ", ';') FROM ",
            $from,
            " WHERE born >= lowest AND born < lowest + 1000) AS page FROM pages"
        )
    };
}
const ACCOUNTS: &str = pages!(packed_account!(), "accounts a");
const KEYS: &str = pages!(packed_key!(), "keys k");

impl Store {
    /// Hands over all accounts, then all keys, living and dead, as they are at one sequence.
    ///
    /// A row that cannot be read is left out, logged and counted ([`Store::unreadable_rows`]), so
    /// that it is denied and the rest goes on.
    ///
    /// # Errors
    /// When the store fails; what was handed over until then is worth nothing.
    pub async fn snapshot(
        &self,
        mut take: impl FnMut(Fact) + Send,
    ) -> Result<Sequence, StoreError> {
        let mut transaction = self.inner.begin_scan().await?;
        let now = sqlx::query(NOW).fetch_optional(&mut *transaction).await?;
        let now = sequence(Row::new("counter", now.as_ref().ok_or_else(no_counter)?), "sequence")?;
        let account = |text: &str| match packed::account(text) {
            Ok(account) => take(Fact::Account(account)),
            Err(unreadable) => self.inner.left_out("accounts", &unreadable),
        };
        each(&mut transaction, ACCOUNTS, now, account).await?;
        let key = |text: &str| match packed::key(text) {
            Ok(key) => take(Fact::Key(key)),
            Err(unreadable) => self.inner.left_out("keys", &unreadable),
        };
        each(&mut transaction, KEYS, now, key).await?;
        Ok(now)
    }
}

/// Hands over each packed thing of each page, while the database makes the next page.
async fn each(
    on: &mut AnyConnection,
    pages: &'static str,
    now: Sequence,
    mut take: impl FnMut(&str) + Send,
) -> Result<(), StoreError> {
    let mut rows = sqlx::query(pages).bind(now.to_column()).fetch(on);
    while let Some(columns) = rows.try_next().await? {
        let page: Option<&str> = Row::new("pages", &columns).get("page")?;
        page.into_iter().flat_map(packed::things).for_each(&mut take);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use keys::{Pepper, Peppers, Version};
    use sqlx::Row as _;

    use super::*;
    use crate::{SealingKey, Secrets};

    #[tokio::test]
    async fn sqlite_reads_what_it_packed_when_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("keyway.db").display());
        let peppers = Peppers::new(Pepper::new(1, &[1; 32]), None);
        let secrets = Secrets { peppers, sealing: SealingKey::new(1, &[2; 32]) };
        let version: Version = "2026-06-24.dahlia".parse().unwrap();
        let store = Store::open(&url, secrets, version).await.unwrap();
        let mut transaction = store.inner.begin_read().await.unwrap();
        let mut steps = Vec::new();
        for statement in [
            concat!("EXPLAIN QUERY PLAN ", pages!(packed_account!(), "accounts a")),
            concat!("EXPLAIN QUERY PLAN ", pages!(packed_key!(), "keys k")),
        ] {
            let plan = sqlx::query(statement).bind(1_i64).fetch_all(&mut *transaction).await;
            let last = plan.unwrap().pop().unwrap();
            steps.push(last.get::<String, _>("detail"));
        }
        insta::assert_snapshot!(steps.join("\n"), @"
        SEARCH a USING COVERING INDEX accounts_packed (born>? AND born<?)
        SEARCH k USING COVERING INDEX keys_packed (born>? AND born<?)
        ");
    }
}
