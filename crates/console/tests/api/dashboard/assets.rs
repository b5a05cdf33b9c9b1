//! The files that stand around pages: where they are, and how long browsers keep them.

use super::{Browser, key_of, keys_path, new_key, owner};
use crate::world::World;

/// The addresses that a page names for its files, in their order.
fn files(page: &str) -> Vec<&str> {
    let addresses = page.split("\"/assets/").skip(1);
    addresses.map(|rest| rest.split_once('"').unwrap().0).collect()
}

/// What a module imports.
fn imports(module: &str) -> impl Iterator<Item = &str> {
    module.split("from \"./").skip(1).map(|rest| rest.split_once('"').unwrap().0)
}

#[test]
fn every_file_of_a_page_is_kept_for_good_and_named_by_the_page_itself() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (list, key) = new_key(&ada, &account);
    let here = list.strip_suffix("/apikeys").unwrap();
    for path in [
        "/docs",
        here,
        &list,
        &format!("{list}/create"),
        &format!("{key}/restrict"),
        &format!("{key}/rotate"),
        &format!("{here}/history"),
        &format!("{here}/settings/profile"),
        &format!("{here}/settings/team"),
    ] {
        let page = ada.get(path);
        assert_eq!(page.status(), 200, "{path}");
        let files = files(&page.body);
        assert!(files.len() > 3, "{path}: {files:?}");
        for file in &files {
            let answer = people.world.ask(&format!("GET /assets/{file}"), &[]);
            assert_eq!(answer.status(), 200, "{file}");
            let kept = answer.header("cache-control");
            assert_eq!(kept, Some("public, max-age=31536000, immutable"), "{file}");
            let (folder, _) = file.split_once('/').unwrap();
            for import in imports(&answer.body) {
                let import = format!("{folder}/{import}");
                assert!(files.contains(&import.as_str()), "{path}: {file} needs {import}");
            }
        }
    }
}

#[test]
fn a_file_says_what_it_is() {
    let world = World::new();
    let page = world.ask("GET /signin", &[]).body;
    let told: Vec<_> = files(&page)
        .into_iter()
        .map(|file| {
            let answer = world.ask(&format!("GET /assets/{file}"), &[]);
            let name = file.rsplit_once('/').unwrap().1;
            format!("{name} {}", answer.header("content-type").unwrap())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    dashboard.css text/css; charset=utf-8
    icon.svg image/svg+xml
    sending.js text/javascript; charset=utf-8
    fragment.js text/javascript; charset=utf-8
    ");
}

#[test]
fn styles_are_sent_without_what_only_their_writers_read() {
    let world = World::new();
    for (page, name) in [("/signin", "dashboard.css"), ("/docs", "docs.css")] {
        let page = world.ask(&format!("GET {page}"), &[]).body;
        let file = files(&page).into_iter().find(|file| file.ends_with(name)).unwrap().to_owned();
        let sheet = world.ask(&format!("GET /assets/{file}"), &[]).body;
        assert!(sheet.starts_with(":root{--"), "{name}: {}", &sheet[..40]);
        for needless in ["/*", "*/", "\n", "  ", ": ", " {"] {
            assert!(!sheet.contains(needless), "{name} holds {needless:?}");
        }
        assert_eq!(sheet.matches('{').count(), sheet.matches('}').count(), "{name}");
    }
}

#[test]
fn a_page_of_another_version_is_given_files_that_are_kept_by_nobody() {
    let world = World::new();
    let answer = world.ask("GET /assets/0123456789abcdef/dashboard.css", &[]);
    assert_eq!((answer.status(), answer.header("cache-control")), (200, Some("no-store")));
    let page = world.ask("GET /signin", &[]).body;
    let (folder, _) = files(&page)[0].split_once('/').unwrap().to_owned();
    assert_eq!(world.ask(&format!("GET /assets/{folder}/other.js"), &[]).status(), 404);
}

#[test]
fn a_page_with_its_files_weighs_less_than_100_kb() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let live = keys_path(&account, "live");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    for count in 0..40 {
        let made = ada.post(&format!("{list}/create-secret"), &format!("name=Key+{count}"));
        if count % 3 == 0 {
            ada.post(&format!("{}/delete", key_of(&made)), "");
        }
    }
    for path in [&list, &format!("{live}/create"), "/docs/errors"] {
        let page = ada.get(path).body;
        let length = |file: &str| people.world.ask(&format!("GET /assets/{file}"), &[]).body.len();
        let weight = page.len() + files(&page).into_iter().map(length).sum::<usize>();
        assert!(weight < 100_000, "{path}: {weight}");
    }
}
