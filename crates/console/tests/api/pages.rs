//! What a browser is shown.

use crate::world::World;

#[test]
fn the_home_page_says_what_is_running_and_lets_nothing_else_in() {
    let world = World::new();
    let page = world.ask("GET /", &[]);
    assert_eq!(page.status(), 200);
    assert!(page.body.contains("http://127.0.0.1:12111"));
    insta::assert_snapshot!(page.header("content-security-policy").unwrap(), @"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let style = world.ask("GET /console.css", &[]);
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(page.body.contains("href=\"/console.css\""));
}

#[test]
fn whoever_watches_over_it_learns_that_it_lives() {
    let health = World::new().ask("GET /healthz", &[]);
    assert_eq!((health.status(), health.body.as_str()), (200, "alive\n"));
    assert!(health.header("request-id").unwrap().starts_with("req_"));
}
