//! Who signs in to the dashboard.

use jiff::Timestamp;
use keys::{Entropy, OrganizationId, UserId};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::reads::ORGANIZATION;
use crate::row::Row;
use crate::{AddOwnerError, Store, StoreError};

const ADD_USER: &str =
    "INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)";
const ADD_MEMBER: &str = r#"INSERT INTO members ("user", organization, role) VALUES ($1, $2, $3)"#;
const USER_BY_EMAIL: &str =
    "SELECT id, email, password_hash, created_at FROM users WHERE email = $1";
const MEMBERSHIPS: &str = r#"SELECT "user" AS id, organization, role FROM members WHERE "user" = $1 ORDER BY organization"#;

/// A person who signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its email address, in lower case.
    pub email: String,
    /// The hash of its password, in the form of its algorithm.
    pub password_hash: String,
    /// When it was added.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User {}", self.id)
    }
}

/// What a person may do in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Owner,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
        }
    }
}

/// A person's place in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// The organization.
    pub organization: OrganizationId,
    /// What the person may do there.
    pub role: Role,
}

/// A person to be added as an owner.
pub struct NewOwner {
    /// The organization.
    pub organization: OrganizationId,
    /// The email address, in any case.
    pub email: String,
    /// The hash of the password.
    pub password_hash: String,
}

impl Store {
    /// Adds a person as an owner of an organization.
    ///
    /// # Errors
    /// When somebody has that email address already, there is no such organization, or the store
    /// fails.
    pub async fn add_owner(
        &self,
        owner: NewOwner,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<User, AddOwnerError> {
        let NewOwner { organization, email, password_hash } = owner;
        let user = User {
            id: UserId::mint(entropy),
            email: email.to_lowercase(),
            password_hash,
            created_at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
        };
        let mut transaction = self.inner.begin_write().await?;
        self.inner.lock(&mut transaction).await?;
        if exists(&mut transaction, USER_BY_EMAIL, user.email.clone()).await? {
            return Err(AddOwnerError::EmailTaken);
        }
        if !exists(&mut transaction, ORGANIZATION, organization.to_string()).await? {
            return Err(AddOwnerError::UnknownOrganization(organization));
        }
        let member = Member { user: user.id, organization, role: Role::Owner };
        add(&mut transaction, &user, member).await?;
        transaction.commit().await.map_err(StoreError::of_commit)?;
        Ok(user)
    }

    /// The person who signs in with that email address, in any case.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        let query = sqlx::query(USER_BY_EMAIL).bind(email.to_lowercase());
        let found = query.fetch_optional(self.inner.readers()).await?;
        found.as_ref().map(user).transpose()
    }

    /// What a person may do, and where.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Member>, StoreError> {
        let query = sqlx::query(MEMBERSHIPS).bind(user.to_string());
        query.fetch_all(self.inner.readers()).await?.iter().map(member).collect()
    }
}

async fn exists(
    on: &mut Transaction<'static, Any>,
    query: &'static str,
    id: String,
) -> Result<bool, StoreError> {
    Ok(sqlx::query(query).bind(id).fetch_optional(&mut **on).await?.is_some())
}

async fn add(
    on: &mut Transaction<'static, Any>,
    user: &User,
    member: Member,
) -> Result<(), StoreError> {
    let add_user = sqlx::query(ADD_USER)
        .bind(user.id.to_string())
        .bind(user.email.clone())
        .bind(user.password_hash.clone())
        .bind(user.created_at.as_microsecond());
    add_user.execute(&mut **on).await?;
    let add_member = sqlx::query(ADD_MEMBER)
        .bind(member.user.to_string())
        .bind(member.organization.to_string())
        .bind(member.role.as_str());
    add_member.execute(&mut **on).await?;
    Ok(())
}

fn user(columns: &AnyRow) -> Result<User, StoreError> {
    let row = Row::new("users", columns);
    Ok(User {
        id: row.parse("id")?,
        email: row.get("email")?,
        password_hash: row.get("password_hash")?,
        created_at: row.time("created_at")?,
    })
}

fn member(columns: &AnyRow) -> Result<Member, StoreError> {
    let row = Row::new("members", columns);
    let role = match row.get("role")? {
        "owner" => Role::Owner,
        _ => return Err(row.inconsistent("role")),
    };
    Ok(Member { user: row.parse("id")?, organization: row.parse("organization")?, role })
}
