//! Whoever is invited and has not come yet.

use anyhow::Result;
use keys::{EmailAddress, InvitationId, Realm, Role};
use serde_json::Value;

use crate::cli::reach::Api;
use crate::client::Call;
use crate::print::{moment, table, text};

pub(super) fn invite(api: &Api, realm: Realm, email: &EmailAddress, role: Role) -> Result<()> {
    let call = Call::post("/invitations")
        .with("email", email.to_string())
        .with("realm", realm.to_string())
        .with("role", role.as_str());
    let invitation = api.ask(call)?;
    let until = moment(&invitation, "expires_at");
    let id = text(&invitation, "id");
    api.tell_done(&invitation, &format!("Invited {email} until {until} ({id})."))
}

pub(super) fn list(api: &Api, realm: Realm) -> Result<()> {
    let call = Call::get("/invitations").about("realm", Some(realm));
    let list = api.pages(call, usize::MAX)?;
    api.tell_list(&list, |invitations| {
        let names = ["id", "email", "role", "invited by", "created", "ends"];
        let row = |invitation: &Value| {
            let said = |field| text(invitation, field);
            let [created, ends] = ["created", "expires_at"].map(|field| moment(invitation, field));
            [said("id"), said("email"), said("role"), said("invited_by"), created, ends]
        };
        table(names, invitations.iter().map(row))
    })
}

pub(super) fn withdraw(api: &Api, invitation: InvitationId) -> Result<()> {
    let said = api.ask(Call::delete(format!("/invitations/{invitation}")))?;
    api.tell_done(&said, &format!("Took {invitation} back."))
}
