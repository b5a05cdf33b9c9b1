//! People and their passwords.

use jiff::Timestamp;
use keys::{Deed, EmailAddress, Entropy, OrganizationId, PeopleAct, Realm, Refusal, Role, UserId};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::{Doing, Member, links, members, run};
use crate::reads::ORGANIZATION;
use crate::row::{Row, kept};
use crate::{AddOwnerError, Store, StoreError};

macro_rules! user_columns {
    () => {
        "id, email, name, password_hash, email_confirmed_at, password_changed_at, created_at"
    };
}
pub(super) use user_columns;

const ADD_USER: &str = "INSERT INTO users (id, email, name, password_hash, password_changed_at, \
     created_at) VALUES ($1, $2, $3, $4, $5, $5)";
const USER: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE id = $1");
const USER_BY_EMAIL: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE email = $1");
const SET_PASSWORD: &str =
    "UPDATE users SET password_hash = $2, password_changed_at = $3 WHERE id = $1";
const SET_NAME: &str = "UPDATE users SET name = $2 WHERE id = $1";
const END_SESSIONS: &str =
    r#"UPDATE sessions SET ended_at = $2 WHERE "user" = $1 AND ended_at IS NULL"#;
const VOID_RESETS: &str = r#"UPDATE mailed_links SET used_at = $2 WHERE "user" = $1
     AND purpose = 'reset_password' AND used_at IS NULL"#;

/// A person who signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its email address.
    pub email: EmailAddress,
    /// What it is called, if it was said.
    pub name: Option<String>,
    /// The hash of its password, in the form of its algorithm.
    pub password_hash: String,
    /// When it was first shown that it reads the mail of that address.
    pub email_confirmed_at: Option<Timestamp>,
    /// When the password was last set.
    pub password_changed_at: Timestamp,
    /// When it was added.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User {}", self.id)
    }
}

/// A person to be added as an owner.
pub struct NewOwner {
    /// The organization.
    pub organization: OrganizationId,
    /// The email address.
    pub email: EmailAddress,
    /// The hash of the password.
    pub password_hash: String,
}

/// A person to be added.
pub struct NewUser {
    /// The email address.
    pub email: EmailAddress,
    /// What the person is called, if it was said.
    pub name: Option<String>,
    /// The hash of the password.
    pub password_hash: String,
}

/// Why a person was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// Somebody signs in with that address already.
    #[error("somebody signs in with this email address already")]
    EmailTaken,
    /// The name is none.
    #[error(transparent)]
    BadName(#[from] Refusal),
    /// There is no such person.
    #[error("there is no user `{0}`")]
    Unknown(UserId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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
        self.limited(async move {
            let NewOwner { organization, email, password_hash } = owner;
            let user = new(NewUser { email, name: None, password_hash }, now, entropy);
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            if exists(&mut transaction, USER_BY_EMAIL, user.email.to_string()).await? {
                return Err(AddOwnerError::EmailTaken);
            }
            if !exists(&mut transaction, ORGANIZATION, organization.to_string()).await? {
                return Err(AddOwnerError::UnknownOrganization(organization));
            }
            add(&mut transaction, &user).await?;
            // Whoever starts Keyway says whose address it is.
            links::confirm(&mut transaction, user.id, &user.email, now).await?;
            let user = User { email_confirmed_at: Some(user.created_at), ..user };
            let realm = Realm::Organization(organization);
            let member = Member { user: user.id, realm, role: Role::Owner, since: user.created_at };
            members::add(&mut transaction, &member).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(user)
        })
        .await
    }

    /// Adds a person, who is a member of nothing yet and whose email address is not confirmed.
    ///
    /// # Errors
    /// When somebody has that email address already, the name is none, or the store fails.
    pub async fn add_user(
        &self,
        person: NewUser,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<User, UserError> {
        self.limited(async move {
            let name = person.name.as_deref().map(keys::checked_name).transpose()?;
            let user = new(NewUser { name, ..person }, doing.at(), entropy);
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            if exists(&mut transaction, USER_BY_EMAIL, user.email.to_string()).await? {
                return Err(UserError::EmailTaken);
            }
            add(&mut transaction, &user).await?;
            let deed = Deed::of_person(PeopleAct::SignUp, user.id);
            doing.done(&mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(user)
        })
        .await
    }

    /// A person.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let query = sqlx::query(USER).bind(id.to_string());
        let found = self.row(query).await?;
        found.as_ref().map(user).transpose()
    }

    /// The person who signs in with that email address.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        let query = sqlx::query(USER_BY_EMAIL).bind(email.to_string());
        let found = self.row(query).await?;
        found.as_ref().map(user).transpose()
    }

    /// Sets a new password and ends all sessions of the person; links that would reset it die.
    ///
    /// # Errors
    /// When there is no such person, or the store fails.
    pub async fn change_password(
        &self,
        user: UserId,
        password_hash: &str,
        doing: Doing,
    ) -> Result<(), UserError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            if set_password(&mut transaction, user, password_hash, doing.at()).await? != 1 {
                return Err(UserError::Unknown(user));
            }
            let deed = Deed::of_person(PeopleAct::ChangePassword, user);
            doing.done(&mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(())
        })
        .await
    }
}

/// Sets a password, with all that follows from it; how many people that was.
pub(super) async fn set_password(
    on: &mut Transaction<'static, Any>,
    user: UserId,
    password_hash: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let (user, now) = (user.to_string(), now.as_microsecond());
    let set = sqlx::query(SET_PASSWORD).bind(user.clone()).bind(password_hash.to_owned()).bind(now);
    let people = run(on, set).await?;
    run(on, sqlx::query(END_SESSIONS).bind(user.clone()).bind(now)).await?;
    run(on, sqlx::query(VOID_RESETS).bind(user).bind(now)).await?;
    Ok(people)
}

/// The person of that id, as this transaction sees it.
pub(super) async fn find(
    on: &mut Transaction<'static, Any>,
    id: UserId,
) -> Result<Option<User>, StoreError> {
    let found = sqlx::query(USER).bind(id.to_string()).fetch_optional(&mut **on).await?;
    found.as_ref().map(user).transpose()
}

/// The person who has that email address, as this transaction sees it.
pub(super) async fn find_by_email(
    on: &mut Transaction<'static, Any>,
    email: &EmailAddress,
) -> Result<Option<User>, StoreError> {
    let found =
        sqlx::query(USER_BY_EMAIL).bind(email.to_string()).fetch_optional(&mut **on).await?;
    found.as_ref().map(user).transpose()
}

/// Gives somebody who never showed to read the mail of the address another name and password.
pub(super) async fn begin_anew(
    on: &mut Transaction<'static, Any>,
    id: UserId,
    person: &User,
) -> Result<(), StoreError> {
    set_password(on, id, &person.password_hash, person.created_at).await?;
    let name = sqlx::query(SET_NAME).bind(id.to_string()).bind(person.name.clone());
    run(on, name).await.map(drop)
}

pub(super) fn new(person: NewUser, now: Timestamp, entropy: &mut dyn Entropy) -> User {
    let NewUser { email, name, password_hash } = person;
    let now = kept(now);
    User {
        id: UserId::mint(entropy),
        email,
        name,
        password_hash,
        email_confirmed_at: None,
        password_changed_at: now,
        created_at: now,
    }
}

async fn exists(
    on: &mut Transaction<'static, Any>,
    query: &'static str,
    id: String,
) -> Result<bool, StoreError> {
    Ok(sqlx::query(query).bind(id).fetch_optional(&mut **on).await?.is_some())
}

pub(super) async fn add(on: &mut Transaction<'static, Any>, user: &User) -> Result<(), StoreError> {
    let insert = sqlx::query(ADD_USER)
        .bind(user.id.to_string())
        .bind(user.email.to_string())
        .bind(user.name.clone())
        .bind(user.password_hash.clone())
        .bind(user.created_at.as_microsecond());
    run(on, insert).await.map(drop)
}

pub(super) fn user(columns: &AnyRow) -> Result<User, StoreError> {
    let row = Row::new("users", columns);
    Ok(User {
        id: row.parse("id")?,
        email: row.parse("email")?,
        name: row.get("name")?,
        password_hash: row.get("password_hash")?,
        email_confirmed_at: row.optional_time("email_confirmed_at")?,
        password_changed_at: row.time("password_changed_at")?,
        created_at: row.time("created_at")?,
    })
}
