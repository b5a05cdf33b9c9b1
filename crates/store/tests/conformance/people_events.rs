//! What is done about people is in the audit: of whom it was, in whose history, and nothing secret.

use std::collections::BTreeSet;

use keys::{
    Actor, Command, Deed, KeyId, LinkPurpose, NoticeKind, PeopleAct, Purpose, Realm, Role,
    SessionToken, TotpSecret, UserId,
};
use store::{NewInvitation, NewSession, NewUser, Rejection, Session, User, Wanted};

use crate::authenticator::shown;
use crate::members::{account, join};
use crate::people::{owned, person};
use crate::world::{Asker, World, by, by_stranger, hours, on_both_engines};

on_both_engines!(
    what_is_done_to_members_is_in_the_history_of_the_place,
    what_a_person_does_about_how_they_sign_in_is_in_their_own_history,
    what_is_refused_about_a_person_is_there_too_and_strangers_do_not_fill_it,
    what_a_key_is_refused_is_noted_twenty_times_a_day,
    what_was_not_done_leaves_no_event,
    nothing_secret_is_in_an_event,
    those_whom_events_name_are_found_at_once_by_their_ids,
);

/// The events that are asked for, the oldest first: type, actor, what has changed.
async fn told(asker: &Asker, wanted: Wanted, names: &[(&str, String)]) -> String {
    let events = asker.store.events(Wanted { most: 100, ..wanted }).await.unwrap();
    let line = |said: &str| {
        let event: serde_json::Value = serde_json::from_str(said).unwrap();
        let text = |field: &str| event[field].as_str().unwrap_or("-").to_owned();
        let fields = ["type", "outcome", "actor", "object_id", "account", "mode"].map(text);
        format!("{} {}\n", fields.join(" "), event["changes"])
    };
    let mut lines: Vec<_> = events.iter().map(|event| line(&event.said)).collect();
    lines.reverse();
    names.iter().fold(lines.concat(), |text, (name, id)| text.replace(id, name))
}

/// The types of the events of that person, the oldest first.
async fn types(asker: &Asker, user: UserId) -> Vec<String> {
    let told = told(asker, Wanted { person: Some(user), ..Wanted::default() }, &[]).await;
    told.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

async fn what_is_done_to_members_is_in_the_history_of_the_place(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let (id, sandbox) = account(&mut asker, keys::Belonging::Organization(organization)).await;
    asker.now += hours(1);
    let before = asker.now;
    let realm = Realm::Organization(organization);
    let analyst = join(&mut asker, owner.user, (realm, Role::Analyst), "analyst").await;
    let here = (Realm::Account(id), Role::Developer);
    let developer = join(&mut asker, owner.user, here, "developer").await;
    let store = asker.store.clone();
    let doing = by(owner.user, asker.now);
    let viewer = store.change_role(&developer, Role::ViewOnly, doing).await.unwrap();
    store.remove_member(&viewer, by(viewer.user, asker.now)).await.unwrap();
    let email = "tester@example.com".parse().unwrap();
    let (realm, role) = (Realm::Sandbox(sandbox), Role::SandboxUser);
    let new = NewInvitation { email, realm, role, invited_by: owner.user };
    let invited = store.invite(new, by(owner.user, asker.now), &mut asker.entropy).await;
    let invitation = invited.unwrap().0.id;
    store.withdraw_invitation(invitation, by(owner.user, asker.now)).await.unwrap();
    let names = [
        ("ACCOUNT", id.to_string()),
        ("SANDBOX", sandbox.to_string()),
        ("OWNER", owner.user.to_string()),
        ("ANALYST", analyst.user.to_string()),
        ("DEVELOPER", developer.user.to_string()),
        ("INVITATION", invitation.to_string()),
        ("ORGANIZATION", organization.to_string()),
    ];
    // The invitations that were accepted have ids of their own.
    let ids = |text: String| {
        let rest = text.split("inv_").map(|rest| rest.get(16..).unwrap_or_default());
        let first = text.split("inv_").next().unwrap_or_default().to_owned();
        std::iter::once(first).chain(rest.skip(1).map(|rest| format!("ACCEPTED{rest}"))).collect()
    };
    let from = Some(before);
    let of_account = Wanted { account: Some(id), from, ..Wanted::default() };
    let of_account: String = ids(told(&asker, of_account, &names).await);
    let of_organization = Wanted { organization: Some(organization), from, ..Wanted::default() };
    let of_organization: String = ids(told(&asker, of_organization, &names).await);
    insta::allow_duplicates! {
        insta::assert_snapshot!(of_account, @r#"
        invitation.created done OWNER ACCEPTED ACCOUNT - [{"id":"ACCEPTED","new":{"email":"developer@example.com","realm":"ACCOUNT","role":"developer"}}]
        invitation.accepted done DEVELOPER ACCEPTED ACCOUNT - [{"id":"DEVELOPER","new":{"role":"developer"}}]
        member.updated done OWNER DEVELOPER ACCOUNT - [{"id":"DEVELOPER","old":{"role":"developer"},"new":{"role":"view_only"}}]
        member.removed done DEVELOPER DEVELOPER ACCOUNT - [{"id":"DEVELOPER","old":{"role":"view_only"},"new":{}}]
        invitation.created done OWNER INVITATION ACCOUNT SANDBOX [{"id":"INVITATION","new":{"email":"tester@example.com","realm":"SANDBOX","role":"sandbox_user"}}]
        invitation.withdrawn done OWNER INVITATION ACCOUNT SANDBOX [{"id":"INVITATION","old":{"email":"tester@example.com","role":"sandbox_user"},"new":{}}]
        "#);
        insta::assert_snapshot!(of_organization, @r#"
        invitation.created done OWNER ACCEPTED - - [{"id":"ACCEPTED","new":{"email":"analyst@example.com","realm":"ORGANIZATION","role":"analyst"}}]
        invitation.accepted done ANALYST ACCEPTED - - [{"id":"ANALYST","new":{"role":"analyst"}}]
        "#);
    }
    let mine = Wanted { person: Some(analyst.user), ..Wanted::default() };
    let mine: String = ids(told(&asker, mine, &names).await);
    insta::allow_duplicates! {
        insta::assert_snapshot!(mine, @r#"
        user.signed_up done stranger ANALYST - - []
        invitation.accepted done ANALYST ACCEPTED - - [{"id":"ANALYST","new":{"role":"analyst"}}]
        "#);
    }
    store.verify_audit(None).await.unwrap().unwrap();
}

async fn sign_in(asker: &mut Asker, user: &User) -> (Session, SessionToken) {
    let user = asker.store.user(user.id).await.unwrap().unwrap();
    let new = NewSession { user: &user, address: [192, 0, 2, 1].into(), user_agent: "Firefox" };
    asker.store.start_session(new, by_stranger(asker.now), &mut asker.entropy).await.unwrap()
}

/// Adds an authenticator app, uses one of its recovery codes, and removes it.
async fn use_an_app(asker: &mut Asker, id: UserId) {
    let (now, store) = (asker.now, asker.store.clone());
    let begun = store.begin_authenticator(id, by(id, now), &mut asker.entropy);
    let secret: TotpSecret = begun.await.unwrap();
    let code = shown(&secret, now);
    let added = store.confirm_authenticator(id, &code, by(id, now), &mut asker.entropy);
    let recovery = added.await.unwrap();
    let purpose = Purpose::new(id, "sign in", &[]);
    store.try_recovery_code(&purpose, &recovery[0], by_stranger(now)).await.unwrap();
    store.remove_authenticator(id, by(id, now)).await.unwrap();
}

async fn what_a_person_does_about_how_they_sign_in_is_in_their_own_history(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let sam = person(&mut asker, "sam").await.id;
    let jenny = person(&mut asker, "jenny").await;
    let (id, now, store) = (jenny.id, asker.now, asker.store.clone());
    for purpose in [LinkPurpose::ConfirmEmail, LinkPurpose::ResetPassword] {
        let mailed = store.mail_link(&jenny, purpose, by_stranger(now), &mut asker.entropy);
        let link = mailed.await.unwrap();
        match purpose {
            LinkPurpose::ConfirmEmail => store.confirm_email(&link, "$1$", by_stranger(now)).await,
            LinkPurpose::ResetPassword => {
                store.reset_password(&link, "$2$", by_stranger(now)).await
            }
        }
        .unwrap();
    }
    let (one, _) = sign_in(&mut asker, &jenny).await;
    let (two, _) = sign_in(&mut asker, &jenny).await;
    let (three, _) = sign_in(&mut asker, &jenny).await;
    store.end_session(id, (two.id, one.id), by(id, now)).await.unwrap();
    store.end_other_sessions(id, one.id, by(id, now)).await.unwrap();
    store.end_session(id, (one.id, one.id), by(id, now)).await.unwrap();
    assert_ne!(three.id, one.id);
    use_an_app(&mut asker, id).await;
    let number = "+393331234567".parse().unwrap();
    store.begin_phone(id, &number, by(id, now)).await.unwrap();
    assert!(store.confirm_phone(id, &number, by(id, now)).await.unwrap());
    store.remove_phone(id, by(id, now)).await.unwrap();
    let choices = [(NoticeKind::Created, false)];
    store.set_notice_preferences(id, &choices, by(id, now)).await.unwrap();
    store.change_password(id, "$3$", by(id, now)).await.unwrap();

    let names = [
        ("JENNY", id.to_string()),
        ("ONE", one.id.to_string()),
        ("TWO", two.id.to_string()),
        ("THREE", three.id.to_string()),
    ];
    let history = told(&asker, Wanted { person: Some(id), ..Wanted::default() }, &names).await;
    insta::allow_duplicates! {
        insta::assert_snapshot!(history, @r#"
        user.signed_up done stranger JENNY - - []
        user.confirmation_asked done stranger JENNY - - []
        user.email_confirmed done JENNY JENNY - - []
        password.forgotten done stranger JENNY - - []
        password.reset done JENNY JENNY - - []
        user.signed_in done JENNY JENNY - - [{"id":"ONE","new":{"user":"JENNY"}}]
        user.signed_in done JENNY JENNY - - [{"id":"TWO","new":{"user":"JENNY"}}]
        user.signed_in done JENNY JENNY - - [{"id":"THREE","new":{"user":"JENNY"}}]
        session.ended done JENNY TWO - - []
        session.others_ended done JENNY ONE - - []
        user.signed_out done JENNY ONE - - []
        authenticator.begun done JENNY JENNY - - []
        authenticator.added done JENNY JENNY - - []
        recovery_code.used done JENNY JENNY - - []
        authenticator.removed done JENNY JENNY - - []
        phone.named done JENNY JENNY - - [{"id":"JENNY","new":{"pending":"…4567"}}]
        phone.confirmed done JENNY JENNY - - [{"id":"JENNY","new":{"number":"…4567"}}]
        phone.removed done JENNY JENNY - - []
        notifications.updated done JENNY JENNY - - [{"id":"JENNY","new":{"key_created":false}}]
        password.changed done JENNY JENNY - - []
        "#);
    }
    assert_eq!(types(&asker, sam).await, ["user.signed_up done"], "nobody else reads of it");
    store.verify_audit(None).await.unwrap().unwrap();
}

async fn what_is_refused_about_a_person_is_there_too_and_strangers_do_not_fill_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "jenny").await.id;
    let stranger = keys::Asker::stranger([192, 0, 2, 66].into(), None);
    let failed = async |asker: &mut Asker, now| {
        let deed = Deed::of_person(PeopleAct::SignIn, jenny);
        let rejection = Rejection { asker: &stranger, deed, code: "credentials_invalid" };
        let noted = asker.store.note_failed_sign_in(jenny, rejection, now, &mut asker.entropy);
        noted.await.unwrap();
    };
    let now = asker.now;
    for _ in 0..30 {
        failed(&mut asker, now).await;
    }
    let told = types(&asker, jenny).await;
    assert_eq!(told.len(), 21, "she signed up, and twenty times somebody had a wrong password");
    assert_eq!(told[20], "user.signed_in credentials_invalid");
    failed(&mut asker, now + hours(24)).await;
    assert_eq!(types(&asker, jenny).await.len(), 22);
}

async fn what_a_key_is_refused_is_noted_twenty_times_a_day(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, born) = asker.account().await;
    let refused = async |asker: &mut Asker, id: KeyId, now| {
        let key = keys::Asker { actor: Actor::Key(id), ..keys::Asker::system() };
        let deed = Deed::tried("api_key.created").in_home(asker.key(id).await.home);
        let rejection = Rejection { asker: &key, deed, code: "more_permissions_required" };
        let noted = asker.store.note_refused_key(id, rejection, now, &mut asker.entropy);
        noted.await.unwrap();
        let actor = Some(id.to_string());
        let wanted = Wanted { account: Some(account.id), actor, most: 100, ..Wanted::default() };
        asker.store.events(wanted).await.unwrap().len()
    };
    let (one, other, now) = (born[0].key.id, born[1].key.id, asker.now);
    for time in 1..=25 {
        assert_eq!(refused(&mut asker, one, now).await, time.min(20));
    }
    assert_eq!(refused(&mut asker, other, now).await, 1);
    assert_eq!(refused(&mut asker, one, now + hours(24)).await, 21);
}

async fn what_was_not_done_leaves_no_event(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, owner) = owned(&mut asker).await;
    let before = asker.store.verify_audit(None).await.unwrap().unwrap();
    let (store, now) = (asker.store.clone(), asker.now);
    // The last owner stays: nothing of it was done.
    assert!(store.remove_member(&owner, by(owner.user, now)).await.is_err());
    let number = "+393331234567".parse().unwrap();
    assert!(!store.confirm_phone(owner.user, &number, by(owner.user, now)).await.unwrap());
    store.remove_phone(owner.user, by(owner.user, now)).await.unwrap();
    let nobody = keys::SessionId::mint(&mut asker.entropy);
    store.end_session(owner.user, (nobody, nobody), by(owner.user, now)).await.unwrap();
    assert_eq!(store.verify_audit(None).await.unwrap(), Ok(before));
}

async fn nothing_secret_is_in_an_event(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    let email: keys::EmailAddress = "new@example.com".parse().unwrap();
    let role = Role::Analyst;
    let new = NewInvitation { email: email.clone(), realm, role, invited_by: owner.user };
    let (store, now) = (asker.store.clone(), asker.now);
    let invited = store.invite(new, by(owner.user, now), &mut asker.entropy).await;
    let (_, token) = invited.unwrap();
    let person = NewUser { email, name: Some("New".into()), password_hash: "$secret$".into() };
    let joined = store.join(&token, person, by_stranger(now), &mut asker.entropy);
    let user = joined.await.unwrap().user;
    let user = store.user(user).await.unwrap().unwrap();
    let (_, session) = sign_in(&mut asker, &user).await;
    let number = "+393331234567".parse().unwrap();
    store.begin_phone(user.id, &number, by(user.id, now)).await.unwrap();
    asker.get(Command::OpenOrganization { name: "Another".into() }).await;
    let all = told(&asker, Wanted::default(), &[]).await;
    assert!(all.contains("invitation.accepted") && all.contains("\"…4567\""), "{all}");
    for secret in [token.expose(), session.expose(), "$secret$", "+393331234567"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

async fn those_whom_events_name_are_found_at_once_by_their_ids(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let here = (Realm::Organization(organization), Role::Analyst);
    let other = join(&mut asker, owner.user, here, "other").await;
    let (_, born) = asker.account().await;
    let store = &asker.store;
    let nobody = "usr_0000000000000000".parse().unwrap();
    let ids = [owner.user, other.user].into();
    let found = store.users_among(&[owner.user, other.user, nobody].into()).await.unwrap();
    assert_eq!(found.iter().map(|user| user.id).collect::<BTreeSet<_>>(), ids);
    let keys: BTreeSet<KeyId> = born.iter().map(|made| made.key.id).collect();
    let found = store.keys_among(&keys).await.unwrap();
    assert_eq!(found.iter().map(|key| key.id).collect::<BTreeSet<_>>(), keys);
    assert_eq!(store.keys_among(&BTreeSet::new()).await.unwrap(), []);
}
