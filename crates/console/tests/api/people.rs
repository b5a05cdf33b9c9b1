//! People who sign in: by which words, to what, and with which proof.

mod accounts;
mod authenticator;
pub(crate) mod history;
mod importing;
mod joining;
mod members;
mod notifications;
mod organization_keys;
mod phone;
pub(crate) mod proof;
mod refused;
mod roles;
pub(crate) mod sessions;

use console::Password;
use keys::{AccountId, Actor, Asker, Change, Command, OrganizationId, Realm, Role, UserId};
use serde_json::{Value, json};
use store::{Doing, NewInvitation, NewOwner, NewUser};

use crate::world::{Answer, World, now, random};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// An organization with an owner, who has signed in.
pub(crate) struct People {
    pub(crate) world: World,
    pub(crate) organization: OrganizationId,
    pub(crate) owner: UserId,
    /// The owner's session.
    pub(crate) token: String,
}

impl People {
    pub(crate) fn new() -> Self {
        Self::of(World::new())
    }

    pub(crate) fn of(world: World) -> Self {
        let found = Command::OpenOrganization { name: "Rocket Rides".into() };
        let mut chance = random;
        let system = Asker::system();
        let carried = world.store.carry_out(&system, found, now(), &mut chance);
        let done = world.block_on(carried).unwrap();
        let Some(Change::OrganizationOpened(organization)) = done.changes.first() else { panic!() };
        let organization = organization.id;
        let email = "ada@example.com".parse().unwrap();
        let owner = NewOwner { organization, email, password_hash: hash() };
        let owner = world.block_on(world.store.add_owner(owner, now(), &mut chance)).unwrap().id;
        let token = sign_in(&world, "ada@example.com", PASSWORD);
        let token = token.json()["token"].as_str().unwrap().to_owned();
        Self { world, organization, owner, token }
    }

    /// Somebody with that role there, who has signed in.
    pub(crate) fn member(&self, name: &str, realm: Realm, role: Role) -> String {
        let World { store, .. } = &self.world;
        let text = format!("{name}@example.com");
        let email: keys::EmailAddress = text.parse().unwrap();
        let mut chance = random;
        let person = NewUser { email: email.clone(), name: None, password_hash: hash() };
        let added = store.add_user(person, by(self.owner), &mut chance);
        let user = self.world.block_on(added).unwrap().id;
        let invitation = NewInvitation { email, realm, role, invited_by: self.owner };
        let invited = self.world.block_on(store.invite(invitation, by(self.owner), &mut chance));
        let (_, token) = invited.unwrap();
        self.world.block_on(store.accept_invitation(&token, user, by(user))).unwrap();
        self.signed_in(&text)
    }

    /// The token of a new session of that person.
    pub(crate) fn signed_in(&self, email: &str) -> String {
        let answer = sign_in(&self.world, email, PASSWORD);
        answer.json()["token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    /// A new account of the organization.
    pub(crate) fn account(&self) -> Value {
        let body = json!({"name": "Rides", "organization": self.organization});
        let opened = self.world.post("/api/v1/accounts", &self.token, &body.to_string());
        assert!(matches!(opened.status(), 200 | 202), "{opened:?}");
        opened.json()
    }

    /// The keys of an account's mode, as the owner sees them.
    pub(crate) fn keys(&self, account: &Value, mode: &Value) -> Vec<Value> {
        let (account, mode) = (account["id"].as_str().unwrap(), mode.as_str().unwrap());
        let path = format!("/api/v1/keys?account={account}&mode={mode}");
        self.world.get(&path, &self.token).json()["data"].as_array().unwrap().clone()
    }
}

/// That person does something.
pub(crate) fn by(user: UserId) -> Doing {
    let asker = Asker { actor: Actor::User(user), ..Asker::system() };
    let mut chance = random;
    Doing::new(asker, now(), &mut chance)
}

/// The id of an account that was answered.
pub(crate) fn account_id(account: &Value) -> AccountId {
    account["id"].as_str().unwrap().parse().unwrap()
}

pub(crate) fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password}).to_string();
    world.post_as_anybody("/api/v1/sessions", &body)
}

fn hash() -> String {
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let hashed = || Password::new(PASSWORD.to_owned().into()).hash(console::World { now, random });
    HASH.get_or_init(|| hashed().unwrap()).clone()
}

/// The text of the last message to that address, if there is one.
pub(crate) fn last_mail(world: &World, email: &str) -> Option<String> {
    let page = world.send(b"GET /outbox HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let to = format!("To <code>{email}</code>");
    let mut articles = page.body.split("<article>").filter(|article| article.contains(&to));
    let text = articles.next()?.split_once("<pre>").unwrap().1.split_once("</pre>").unwrap().0;
    Some(text.to_owned())
}
