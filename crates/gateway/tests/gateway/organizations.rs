//! Keys of an organization: known, and refused everywhere as long as nothing says what they open.

use keys::{
    AccountId, Belonging, Change, Command, Grants, KeyCommand, Livemode, Minted, OrganizationId,
    Permissions,
};

use crate::world::World;

/// An organization with an account in it.
fn founded(world: &mut World) -> (OrganizationId, AccountId) {
    let found = Command::OpenOrganization { name: "Rocket Rides".to_owned() };
    let organization = world.carry_out(found)[0].organization().unwrap().id;
    let belonging = Belonging::Organization(organization);
    let open = Command::OpenAccount { name: "One".to_owned(), belonging };
    let account = world.carry_out(open).iter().find_map(Change::account).unwrap().id;
    (organization, account)
}

fn made(world: &mut World, organization: OrganizationId, livemode: Livemode) -> Minted {
    let all = || Permissions::parse(["balance_write", "token_write"]).unwrap();
    let grants = Grants { own: all(), connect: all() };
    let name = "Reports".to_owned();
    let create =
        Command::CreateOrganizationKey { organization, livemode, name, note: None, grants };
    world.carry_out(create).into_iter().find_map(Change::into_made).unwrap()
}

#[test]
fn an_organization_key_is_known_and_refused_whatever_it_says() {
    let mut world = World::new();
    let (organization, account) = founded(&mut world);
    let key = made(&mut world, organization, Livemode::Test);
    let own = format!("Stripe-Context: {account}");
    let foreign = format!("Stripe-Context: {}", world.platform.place.account);
    let version = "Stripe-Version: 2026-06-24.dahlia";
    let bearer = format!("Authorization: Bearer {}", key.value.expose());
    let mut told = Vec::new();
    let sayings: [&[&str]; 4] = [&[], &[&own], &[&foreign, version], &[&own, version]];
    for lines in sayings {
        for first in ["GET /v1/balance", "POST /v1/tokens", "GET /v1/nowhere"] {
            let lines: Vec<&str> =
                [bearer.as_str()].into_iter().chain(lines.iter().copied()).collect();
            told.push(format!("{} {}: {first}", lines.len() - 1, world.ask(first, &lines).error()));
        }
    }
    insta::assert_snapshot!(told.join("\n"), @"
    0 400 invalid_request_error context_required: GET /v1/balance
    0 400 invalid_request_error context_required: POST /v1/tokens
    0 400 invalid_request_error context_required: GET /v1/nowhere
    1 400 invalid_request_error version_required: GET /v1/balance
    1 400 invalid_request_error version_required: POST /v1/tokens
    1 400 invalid_request_error version_required: GET /v1/nowhere
    2 403 invalid_request_error account_invalid: GET /v1/balance
    2 403 invalid_request_error account_invalid: POST /v1/tokens
    2 403 invalid_request_error account_invalid: GET /v1/nowhere
    2 403 invalid_request_error more_permissions_required: GET /v1/balance
    2 403 invalid_request_error more_permissions_required: POST /v1/tokens
    2 403 invalid_request_error more_permissions_required: GET /v1/nowhere
    ");
}

#[test]
fn a_live_one_needs_a_secure_way_and_a_dead_one_is_told_apart_from_an_unknown_one() {
    let mut world = World::new();
    let (organization, _) = founded(&mut world);
    let live = made(&mut world, organization, Livemode::Live);
    let ask = |world: &World| {
        let bearer = format!("Authorization: Bearer {}", live.value.expose());
        world.ask("GET /v1/balance", &[&bearer]).error()
    };
    assert_eq!(ask(&world), "403 invalid_request_error https_required");
    world.carry_out(Command::Key(live.key.id, KeyCommand::Delete));
    assert_eq!(ask(&world), "401 authentication_error api_key_deleted");
}
