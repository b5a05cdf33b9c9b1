//! Invitations to become a member.

use jiff::Timestamp;
use keys::{
    Difference, EmailAddress, Entropy, INVITATION_GOOD_FOR, InvitationId, InvitationToken, Limited,
    PeopleAct, Realm, Refusal, Role, TooMany, UserId,
};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::doing::deed_in;
use super::{Doing, Member, MemberError, NewUser, after, members, run, users};
use crate::page::Pages;
use crate::row::Row;
use crate::store::Inner;
use crate::{Beside, Store, StoreError};

const ADD: &str = "INSERT INTO invitations (id, email, organization, account, sandbox, role, \
     invited_by, digest, created_at, expires_at, standing) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open')";
macro_rules! open {
    ($which:literal) => {
        concat!(
            "SELECT id, email, place, role, invited_by, created_at, expires_at FROM invitations \
             WHERE standing = 'open' AND expires_at > $1 AND ",
            $which
        )
    };
}
const OPEN_OF_TOKEN: &str = open!("digest IN ($2, $3)");
const OPEN_OF_ID: &str = open!("id = $2");
const OPEN_IN: &str = open!("place = $2 ORDER BY created_at DESC, id DESC");
/// Some of those to a place, that come before or after one of them, which may have ended since.
macro_rules! page_of_open {
    ($beyond:literal, $order:literal) => {
        concat!(
            open!("place = $2"),
            " AND (CAST($3 AS text) IS NULL OR (created_at, id) ",
            $beyond,
            " (SELECT i.created_at, i.id FROM invitations i WHERE i.place = $2 AND i.id = $3)) \
             ORDER BY created_at ",
            $order,
            ", id ",
            $order,
            " LIMIT $4"
        )
    };
}
const PAGE_OF_OPEN: Pages =
    Pages { forwards: page_of_open!("<", "DESC"), backwards: page_of_open!(">", "ASC") };
const END: &str = "UPDATE invitations SET standing = $2, ended_at = $3 \
     WHERE id = $1 AND standing = 'open'";
const CONFIRM_EMAIL: &str = "UPDATE users SET email_confirmed_at = $2 \
     WHERE id = $1 AND email_confirmed_at IS NULL";

/// An invitation that waits to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for.
    pub email: EmailAddress,
    /// Where.
    pub realm: Realm,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// Somebody to be invited.
pub struct NewInvitation {
    /// The email address.
    pub email: EmailAddress,
    /// Where.
    pub realm: Realm,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: UserId,
}

/// Why nobody is invited, or an invitation not accepted.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// It was never made, or was accepted or withdrawn, or its time is over.
    #[error("this invitation is no longer good; ask for a new one")]
    NotGood,
    /// It was sent to another email address than this person's.
    #[error("this invitation was sent to another email address; sign in with that one")]
    ForSomebodyElse,
    /// A rule of members speaks against it.
    #[error(transparent)]
    Member(#[from] MemberError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why somebody who is new does not become a member.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// Whoever has the address has shown to read its mail, and has a password.
    #[error("somebody signs in with this email address already; sign in, and accept it then")]
    SignInFirst,
    /// The name is none.
    #[error(transparent)]
    BadName(#[from] Refusal),
    /// A rule of invitations speaks against it.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
}

impl From<StoreError> for JoinError {
    fn from(error: StoreError) -> Self {
        Self::Invitation(error.into())
    }
}

impl Store {
    /// Invites somebody; the token goes to the email address and nowhere else.
    ///
    /// # Errors
    /// When the role is above those of whoever invites or does not fit the place, the place or the
    /// address is none, or the store fails.
    pub async fn invite(
        &self,
        new: NewInvitation,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(Invitation, InvitationToken), InvitationError> {
        self.limited(async move {
            let NewInvitation { email, realm, role, invited_by } = new;
            if !role.fits(realm) {
                return Err(MemberError::DoesNotFit(role).into());
            }
            let (id, created_at) = (InvitationId::mint(entropy), doing.at());
            let expires_at = Timestamp::from_microsecond(after(created_at, INVITATION_GOOD_FOR));
            let expires_at = expires_at.unwrap_or(Timestamp::MAX);
            let made = Invitation { id, email, realm, role, invited_by, created_at, expires_at };
            let token = InvitationToken::mint(entropy);
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            members::must_exist(&mut transaction, realm).await?;
            must_be_grantable(&mut transaction, &made).await?;
            let digest = token.digest(self.inner.secrets.peppers.current());
            add(&mut transaction, &made, digest.to_bytes().to_vec()).await?;
            let deed = deed_in(&mut transaction, PeopleAct::Invite, realm).await?.about(id);
            doing.done(&mut transaction, deed, vec![invited(&made)]).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok((made, token))
        })
        .await
    }

    /// Counts an invitation before it is made, for whoever sends it and for whoever gets it.
    ///
    /// # Errors
    /// The inner one when there were too many, the outer one when the store fails.
    pub async fn count_invitation(
        &self,
        by: UserId,
        to: &EmailAddress,
        now: Timestamp,
    ) -> Result<Result<(), TooMany>, StoreError> {
        // Whoever sends none any more keeps nobody else from it.
        match self.count(Limited::InvitationsBy(by), now).await? {
            Ok(()) => self.count(Limited::InvitationsTo(to), now).await,
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The invitation of that id, if it can still be accepted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_invitation(
        &self,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Option<Invitation>, StoreError> {
        let query = sqlx::query(OPEN_OF_ID).bind(now.as_microsecond()).bind(id.to_string());
        self.row(query).await?.as_ref().map(read).transpose()
    }

    /// The invitation of that token, if it can still be accepted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn invitation(
        &self,
        token: &InvitationToken,
        now: Timestamp,
    ) -> Result<Option<Invitation>, StoreError> {
        let [one, other] = self.inner.digests(|pepper| token.digest(pepper));
        let query = sqlx::query(OPEN_OF_TOKEN).bind(now.as_microsecond()).bind(one).bind(other);
        self.row(query).await?.as_ref().map(read).transpose()
    }

    /// The invitations to a place that can still be accepted, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn invitations(
        &self,
        realm: Realm,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, StoreError> {
        let query = sqlx::query(OPEN_IN).bind(now.as_microsecond()).bind(realm.to_string());
        self.rows(query).await?.iter().map(read).collect()
    }

    /// Some of them, in the same order; beside what was no invitation to that place there is nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page_of_invitations(
        &self,
        realm: Realm,
        beside: Beside<InvitationId>,
        most: u16,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, StoreError> {
        let (statement, one) = PAGE_OF_OPEN.beside(beside);
        let query = sqlx::query(statement)
            .bind(now.as_microsecond())
            .bind(realm.to_string())
            .bind(one.map(|id| id.to_string()))
            .bind(i64::from(most));
        Ok(beside.in_order(self.all(query, read).await?))
    }

    /// Makes the person a member, who has shown by the token to read the mail of that address.
    ///
    /// Whoever invited must still be able to give the role.
    ///
    /// # Errors
    /// When the invitation is no longer good or was sent to somebody else, the person has the role
    /// already, or the store fails.
    pub async fn accept_invitation(
        &self,
        token: &InvitationToken,
        user: UserId,
        doing: Doing,
    ) -> Result<Member, InvitationError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let invitation = self.inner.open(&mut transaction, token, doing.at()).await?;
            let person = users::find(&mut transaction, user).await?;
            if person.is_none_or(|person| person.email != invitation.email) {
                return Err(InvitationError::ForSomebodyElse);
            }
            let member = accept(&mut transaction, &invitation, user, doing).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(member)
        })
        .await
    }

    /// Makes somebody a member who was invited and is new: with the name and password that they
    /// choose, or nothing of it. Whoever signed up and never showed to read the mail of the address
    /// is new, too, and what was said of them then counts for nothing.
    ///
    /// # Errors
    /// When the invitation is no longer good or is for another address, somebody signs in with the
    /// address already, the name is none, or the store fails.
    pub async fn join(
        &self,
        token: &InvitationToken,
        person: NewUser,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<Member, JoinError> {
        self.limited(async move {
            let name = person.name.as_deref().map(keys::checked_name).transpose()?;
            let person = users::new(NewUser { name, ..person }, doing.at(), entropy);
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let invitation = self.inner.open(&mut transaction, token, doing.at()).await?;
            if invitation.email != person.email {
                return Err(InvitationError::ForSomebodyElse.into());
            }
            let user = match users::find_by_email(&mut transaction, &person.email).await? {
                Some(known) if known.email_confirmed_at.is_some() => {
                    return Err(JoinError::SignInFirst);
                }
                Some(unconfirmed) => {
                    users::begin_anew(&mut transaction, unconfirmed.id, &person).await?;
                    unconfirmed.id
                }
                None => {
                    users::add(&mut transaction, &person).await?;
                    person.id
                }
            };
            let member = accept(&mut transaction, &invitation, user, doing).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(member)
        })
        .await
    }

    /// Withdraws an invitation.
    ///
    /// # Errors
    /// When it is no longer good, its role is above those of whoever asks, or the store fails.
    pub async fn withdraw_invitation(
        &self,
        id: InvitationId,
        doing: Doing,
    ) -> Result<(), InvitationError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let query =
                sqlx::query(OPEN_OF_ID).bind(doing.at().as_microsecond()).bind(id.to_string());
            let found = query.fetch_optional(&mut *transaction).await.map_err(StoreError::from)?;
            let invitation = read(found.as_ref().ok_or(InvitationError::NotGood)?)?;
            let rights =
                members::rights_to_take(&mut transaction, &doing, invitation.realm).await?;
            if !rights.may_grant(invitation.role) {
                return Err(MemberError::AboveOnesOwn.into());
            }
            end(&mut transaction, id, "withdrawn", doing.at()).await?;
            let act = PeopleAct::WithdrawInvitation;
            let deed = deed_in(&mut transaction, act, invitation.realm).await?.about(id);
            doing.done(&mut transaction, deed, vec![withdrawn(&invitation)]).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(())
        })
        .await
    }
}

impl Inner {
    /// The invitation of that token, as this transaction sees it.
    async fn open(
        &self,
        on: &mut Transaction<'static, Any>,
        token: &InvitationToken,
        now: Timestamp,
    ) -> Result<Invitation, InvitationError> {
        let [one, other] = self.digests(|pepper| token.digest(pepper));
        let query = sqlx::query(OPEN_OF_TOKEN).bind(now.as_microsecond()).bind(one).bind(other);
        let found = query.fetch_optional(&mut **on).await.map_err(StoreError::from)?;
        Ok(read(found.as_ref().ok_or(InvitationError::NotGood)?)?)
    }
}

/// Makes the person a member, and the address one whose mail they read.
async fn accept(
    on: &mut Transaction<'static, Any>,
    invitation: &Invitation,
    user: UserId,
    doing: Doing,
) -> Result<Member, InvitationError> {
    // A sandbox may have been deleted since.
    members::must_exist(on, invitation.realm).await?;
    must_be_grantable(on, invitation).await?;
    let Invitation { id, realm, role, .. } = *invitation;
    let member = Member { user, realm, role, since: doing.at() };
    members::give(on, &member).await?;
    end(on, id, "accepted", doing.at()).await?;
    let confirm = sqlx::query(CONFIRM_EMAIL).bind(user.to_string());
    run(on, confirm.bind(doing.at().as_microsecond())).await?;
    let deed = deed_in(on, PeopleAct::AcceptInvitation, realm).await?.about(id);
    let changes = vec![members::difference(user, (None, Some(role)))];
    doing.done_as(user, on, deed, changes).await?;
    Ok(member)
}

/// What is said of an invitation that was made.
fn invited(made: &Invitation) -> Difference {
    let Invitation { id, email, realm, role, .. } = made;
    let text = |text: String| Some(text.into());
    Difference::of(
        id,
        [
            ("email", None, text(email.to_string())),
            ("realm", None, text(realm.to_string())),
            ("role", None, text(role.as_str().to_owned())),
        ],
    )
}

/// What is said of one that is no more.
fn withdrawn(gone: &Invitation) -> Difference {
    let Invitation { id, email, role, .. } = gone;
    let text = |text: String| Some(text.into());
    Difference::of(
        id,
        [("email", text(email.to_string()), None), ("role", text(role.as_str().to_owned()), None)],
    )
}

async fn must_be_grantable(
    on: &mut Transaction<'static, Any>,
    invitation: &Invitation,
) -> Result<(), MemberError> {
    let rights = members::rights(on, invitation.invited_by, invitation.realm).await?;
    if rights.may_grant(invitation.role) { Ok(()) } else { Err(MemberError::AboveOnesOwn) }
}

async fn add(
    on: &mut Transaction<'static, Any>,
    invitation: &Invitation,
    digest: Vec<u8>,
) -> Result<(), StoreError> {
    let [organization, account, sandbox] = members::columns(invitation.realm);
    let insert = sqlx::query(ADD)
        .bind(invitation.id.to_string())
        .bind(invitation.email.to_string())
        .bind(organization)
        .bind(account)
        .bind(sandbox)
        .bind(invitation.role.as_str())
        .bind(invitation.invited_by.to_string())
        .bind(digest)
        .bind(invitation.created_at.as_microsecond())
        .bind(invitation.expires_at.as_microsecond());
    run(on, insert).await.map(drop)
}

async fn end(
    on: &mut Transaction<'static, Any>,
    id: InvitationId,
    standing: &'static str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let end = sqlx::query(END).bind(id.to_string()).bind(standing).bind(now.as_microsecond());
    run(on, end).await.map(drop)
}

fn read(columns: &AnyRow) -> Result<Invitation, StoreError> {
    let row = Row::new("invitations", columns);
    Ok(Invitation {
        id: row.parse("id")?,
        email: row.parse("email")?,
        realm: row.parse("place")?,
        role: row.parse("role")?,
        invited_by: row.parse("invited_by")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
    })
}
