//! The members of an account that is no more.

use jiff::Timestamp;
use keys::{AccountId, NoticeKind};
use sqlx::{Any, Transaction};

use super::run;
use crate::StoreError;

/// The account and its sandboxes, whose members are none any more.
macro_rules! places {
    () => {
        "IN (SELECT id FROM accounts WHERE id = $1 \
         UNION ALL SELECT id FROM sandboxes WHERE account = $1)"
    };
}
/// The notice that tells of the end was written in the same transaction, and is the last of its kind.
const OWE: &str = concat!(
    r#"INSERT INTO notices_owed (notice, "user") SELECT DISTINCT n.id, m."user"
     FROM members m JOIN notices n ON n.id = (SELECT max(last.id) FROM notices last
     JOIN keys k ON k.id = last.key WHERE k.account = $1 AND last.kind = $2) WHERE m.place "#,
    places!()
);
const REMOVE: &str = concat!("DELETE FROM members WHERE place ", places!());
const WITHDRAW: &str = concat!(
    "UPDATE invitations SET standing = 'withdrawn', ended_at = $2 \
     WHERE standing = 'open' AND place ",
    places!()
);

/// Takes their roles from the members of an account and of its sandboxes, and the invitations back.
/// The notice that tells of it reaches them still.
pub(crate) async fn dissolve(
    on: &mut Transaction<'static, Any>,
    account: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let id = account.to_string();
    run(on, sqlx::query(OWE).bind(id.clone()).bind(NoticeKind::Deleted.as_str())).await?;
    run(on, sqlx::query(REMOVE).bind(id.clone())).await?;
    run(on, sqlx::query(WITHDRAW).bind(id).bind(at.as_microsecond())).await.map(drop)
}
