//! Who has which role where.

use jiff::Timestamp;
use keys::{Actor, Difference, PeopleAct, Realm, Rights, Role, UserId};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::doing::deed_in;
use super::users::{User, user, user_columns};
use super::{Doing, run};
use crate::page::Pages;
use crate::row::Row;
use crate::{Beside, Store, StoreError};

const ADD_MEMBER: &str = r#"INSERT INTO members ("user", organization, account, sandbox, role,
     since) VALUES ($1, $2, $3, $4, $5, $6)"#;
const REMOVE_MEMBER: &str = r#"DELETE FROM members WHERE "user" = $1 AND place = $2 AND role = $3"#;
const MEMBERSHIPS: &str = r#"SELECT "user" AS id, place, role, since FROM members
     WHERE "user" = $1 ORDER BY place, role"#;
const MEMBERS: &str = concat!(
    "SELECT ",
    user_columns!(),
    r#", place, role, since FROM members JOIN users ON id = "user"
     WHERE place = $1 ORDER BY since, "user", role"#
);
/// Some of the members of a place, that come before or after one of them.
macro_rules! page_of_members {
    ($beyond:literal, $order:literal) => {
        concat!(
            "SELECT ",
            user_columns!(),
            r#", place, role, since FROM members JOIN users ON id = "user"
             WHERE place = $1 AND (CAST($2 AS text) IS NULL OR (since, "user", role) "#,
            $beyond,
            r#" (SELECT m.since, m."user", m.role FROM members m
             WHERE m.place = $1 AND m."user" = $2 AND m.role = $3))
             ORDER BY since "#,
            $order,
            r#", "user" "#,
            $order,
            ", role ",
            $order,
            " LIMIT $4"
        )
    };
}
const PAGE_OF_MEMBERS: Pages =
    Pages { forwards: page_of_members!(">", "ASC"), backwards: page_of_members!("<", "DESC") };
/// A place and all that it belongs to: a sandbox to its account, an account to its platform, both to
/// their organization.
macro_rules! realms_above {
    ($place:literal) => {
        concat!(
            "WITH account AS (SELECT id, platform, organization FROM accounts WHERE id = ",
            $place,
            " OR id IN (SELECT account FROM sandboxes WHERE id = ",
            $place,
            ")), platform AS (SELECT id, organization FROM accounts
             WHERE id IN (SELECT platform FROM account)),
             realms AS (SELECT CAST(",
            $place,
            " AS text) AS id UNION SELECT id FROM account
             UNION SELECT organization FROM account UNION SELECT id FROM platform
             UNION SELECT organization FROM platform) "
        )
    };
}
pub(crate) use realms_above;
/// The roles of a person in a place and in all that it belongs to.
const ROLES: &str = concat!(
    realms_above!("$2"),
    r#"SELECT m."user" AS id, m.role FROM members m
     WHERE m."user" = $1 AND m.place IN (SELECT id FROM realms)"#
);
/// The owners of a place; those of what it belongs to own it, too.
const OWNERS: &str = concat!(
    realms_above!("$1"),
    r#"SELECT m."user" AS id FROM members m
     WHERE m.role = 'owner' AND m.place IN (SELECT id FROM realms) LIMIT 1"#
);
const REALM: &str = "SELECT id FROM organizations WHERE id = $1 \
     UNION ALL SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL \
     UNION ALL SELECT id FROM sandboxes WHERE id = $1 AND deleted_at IS NULL";

/// A person's place in an organization, an account or a sandbox. A person may have several, and
/// has the rights of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// Where.
    pub realm: Realm,
    /// What the person may do there.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
}

/// Why members stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Whoever asks does not have all that the role gives, or may not manage members.
    #[error("nobody can give or take a role that is above their own; ask the owner")]
    AboveOnesOwn,
    /// A sandbox role outside a sandbox, or another one in it.
    #[error("the role `{}` cannot be had there", .0.as_str())]
    DoesNotFit(Role),
    /// There is no such organization, account or sandbox.
    #[error("there is no organization, account or sandbox `{0}`")]
    UnknownRealm(Realm),
    /// The person does not have that role there.
    #[error("this person does not have that role there")]
    NotAMember,
    /// The person has that role there already.
    #[error("this person has that role there already")]
    AlreadyMember,
    /// Somebody must be left who may do everything.
    #[error(
        "the last owner cannot be removed or given another role; make somebody else owner first"
    )]
    LastOwner,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// What a person may do, and where.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Member>, StoreError> {
        let query = sqlx::query(MEMBERSHIPS).bind(user.to_string());
        self.rows(query).await?.iter().map(member).collect()
    }

    /// Who has a role in exactly that place, each with the person, the longest there first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn members(&self, realm: Realm) -> Result<Vec<(Member, User)>, StoreError> {
        let query = sqlx::query(MEMBERS).bind(realm.to_string());
        let found = self.rows(query).await?;
        found.iter().map(|columns| Ok((member(columns)?, user(columns)?))).collect()
    }

    /// Some of the members of exactly that place, each with the person, in the order of all of them.
    /// Beside whoever is none there is nobody.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page_of_members(
        &self,
        realm: Realm,
        beside: Beside<(UserId, Role)>,
        most: u16,
    ) -> Result<Vec<(Member, User)>, StoreError> {
        let (statement, one) = PAGE_OF_MEMBERS.beside(beside);
        let query = sqlx::query(statement)
            .bind(realm.to_string())
            .bind(one.map(|(user, _)| user.to_string()))
            .bind(one.map(|(_, role)| role.as_str()))
            .bind(i64::from(most));
        let read = |columns: &AnyRow| Ok((member(columns)?, user(columns)?));
        Ok(beside.in_order(self.all(query, read).await?))
    }

    /// What a person may do in that place, by all roles there and in what it belongs to.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rights(&self, user: UserId, realm: Realm) -> Result<Rights, StoreError> {
        let query = sqlx::query(ROLES).bind(user.to_string()).bind(realm.to_string());
        self.rows(query).await?.iter().map(role).collect()
    }

    /// Gives a member another role in the same place.
    ///
    /// # Errors
    /// When one of the two roles is above those of whoever asks, the last owner would be gone, the
    /// member is none or the new role does not fit; when the store fails.
    pub async fn change_role(
        &self,
        member: &Member,
        role: Role,
        doing: Doing,
    ) -> Result<Member, MemberError> {
        self.limited(async move {
            if !role.fits(member.realm) {
                return Err(MemberError::DoesNotFit(role));
            }
            let changed = Member { role, since: doing.at(), ..*member };
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let rights = rights_of(&mut transaction, doing.user(), member.realm).await?;
            if !rights.may_grant(member.role) || !rights.may_grant(role) {
                return Err(MemberError::AboveOnesOwn);
            }
            take_away(&mut transaction, member).await?;
            give(&mut transaction, &changed).await?;
            owned_still(&mut transaction, member).await?;
            let roles = (Some(member.role), Some(role));
            note(&mut transaction, PeopleAct::ChangeRole, (member, roles), doing).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(changed)
        })
        .await
    }

    /// Takes a role away from a member. Everybody may leave; a key takes away any role but an owner's.
    ///
    /// # Errors
    /// When the role is above those of whoever asks, it is the last owner's, the member is none, or
    /// the store fails.
    pub async fn remove_member(&self, member: &Member, doing: Doing) -> Result<(), MemberError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let rights = rights_to_take(&mut transaction, &doing, member.realm).await?;
            if doing.user() != Some(member.user) && !rights.may_grant(member.role) {
                return Err(MemberError::AboveOnesOwn);
            }
            take_away(&mut transaction, member).await?;
            owned_still(&mut transaction, member).await?;
            let roles = (Some(member.role), None);
            note(&mut transaction, PeopleAct::RemoveMember, (member, roles), doing).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(())
        })
        .await
    }
}

/// The role of a member before and after.
type Roles = (Option<Role>, Option<Role>);

/// Appends the event of what was done to a member.
async fn note(
    on: &mut Transaction<'static, Any>,
    act: PeopleAct,
    (member, roles): (&Member, Roles),
    doing: Doing,
) -> Result<(), StoreError> {
    let deed = deed_in(on, act, member.realm).await?.about(member.user);
    doing.done(on, deed, vec![difference(member.user, roles)]).await
}

/// What has changed for somebody whose role is another now.
pub(super) fn difference(user: UserId, (before, after): Roles) -> Difference {
    let word = |role: Option<Role>| role.map(|role| role.as_str().into());
    Difference::of(user, [("role", word(before), word(after))])
}

/// What whoever asks may do in that place; whoever is no person may do nothing to its members.
async fn rights_of(
    on: &mut Transaction<'static, Any>,
    user: Option<UserId>,
    realm: Realm,
) -> Result<Rights, StoreError> {
    match user {
        Some(user) => rights(on, user, realm).await,
        None => Ok(Rights::NONE),
    }
}

/// What whoever asks may do in that place, as far as it takes something away. A key that manages
/// members there, of which whoever lets it ask is sure, takes away what an administrator does.
pub(super) async fn rights_to_take(
    on: &mut Transaction<'static, Any>,
    doing: &Doing,
    realm: Realm,
) -> Result<Rights, StoreError> {
    match doing.actor() {
        Actor::Key(_) => Ok(Rights::of(Role::Administrator)),
        Actor::User(user) => rights(on, user, realm).await,
        Actor::System | Actor::Stranger => Ok(Rights::NONE),
    }
}

/// What a person may do in that place, as this transaction sees it.
pub(super) async fn rights(
    on: &mut Transaction<'static, Any>,
    user: UserId,
    realm: Realm,
) -> Result<Rights, StoreError> {
    let query = sqlx::query(ROLES).bind(user.to_string()).bind(realm.to_string());
    query.fetch_all(&mut **on).await?.iter().map(role).collect()
}

/// Whether there is such a place.
pub(super) async fn must_exist(
    on: &mut Transaction<'static, Any>,
    realm: Realm,
) -> Result<(), MemberError> {
    let found = sqlx::query(REALM).bind(realm.to_string()).fetch_optional(&mut **on).await;
    match found.map_err(StoreError::from)? {
        Some(_) => Ok(()),
        None => Err(MemberError::UnknownRealm(realm)),
    }
}

/// Makes somebody a member who may be one already.
pub(super) async fn give(
    on: &mut Transaction<'static, Any>,
    member: &Member,
) -> Result<(), MemberError> {
    let query = sqlx::query(MEMBERSHIPS).bind(member.user.to_string());
    for columns in &query.fetch_all(&mut **on).await.map_err(StoreError::from)? {
        let has = self::member(columns)?;
        if (has.realm, has.role) == (member.realm, member.role) {
            return Err(MemberError::AlreadyMember);
        }
    }
    Ok(add(on, member).await?)
}

/// Makes somebody a member.
pub(crate) async fn add(
    on: &mut Transaction<'static, Any>,
    member: &Member,
) -> Result<(), StoreError> {
    let [organization, account, sandbox] = columns(member.realm);
    let insert = sqlx::query(ADD_MEMBER)
        .bind(member.user.to_string())
        .bind(organization)
        .bind(account)
        .bind(sandbox)
        .bind(member.role.as_str())
        .bind(member.since.as_microsecond());
    run(on, insert).await.map(drop)
}

/// In which of its three columns a place stands.
pub(super) fn columns(realm: Realm) -> [Option<String>; 3] {
    match realm {
        Realm::Organization(id) => [Some(id.to_string()), None, None],
        Realm::Account(id) => [None, Some(id.to_string()), None],
        Realm::Sandbox(id) => [None, None, Some(id.to_string())],
    }
}

async fn take_away(on: &mut Transaction<'static, Any>, member: &Member) -> Result<(), MemberError> {
    let remove = sqlx::query(REMOVE_MEMBER)
        .bind(member.user.to_string())
        .bind(member.realm.to_string())
        .bind(member.role.as_str());
    match run(on, remove).await? {
        0 => Err(MemberError::NotAMember),
        _ => Ok(()),
    }
}

/// Whether somebody owns the place still, now that this member does not.
async fn owned_still(on: &mut Transaction<'static, Any>, gone: &Member) -> Result<(), MemberError> {
    if gone.role != Role::Owner {
        return Ok(());
    }
    let owner = sqlx::query(OWNERS).bind(gone.realm.to_string()).fetch_optional(&mut **on).await;
    match owner.map_err(StoreError::from)? {
        Some(_) => Ok(()),
        None => Err(MemberError::LastOwner),
    }
}

fn role(columns: &AnyRow) -> Result<Role, StoreError> {
    Row::new("members", columns).parse("role")
}

fn member(columns: &AnyRow) -> Result<Member, StoreError> {
    let row = Row::new("members", columns);
    Ok(Member {
        user: row.parse("id")?,
        realm: row.parse("place")?,
        role: row.parse("role")?,
        since: row.time("since")?,
    })
}
