//! What a browser is shown.

use crate::world::World;

#[test]
fn a_stranger_is_led_to_the_page_where_people_sign_in() {
    let world = World::new();
    let start = world.ask("GET /", &[]);
    assert_eq!((start.status(), start.header("location")), (303, Some("/signin")));
    let page = world.ask("GET /signin", &[]);
    assert_eq!(page.status(), 200);
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn whoever_watches_over_it_learns_that_it_lives() {
    let health = World::new().ask("GET /healthz", &[]);
    assert_eq!((health.status(), health.body.as_str()), (200, "alive\n"));
    assert!(health.header("request-id").unwrap().starts_with("req_"));
}
