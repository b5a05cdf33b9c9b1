//! Every page, looked at in light, in dark and on a telephone: nobody is kept out of it, nothing goes
//! wrong in it, nothing moves by itself, and its HTML is valid.
//!
//! `PICTURES` names a folder: pictures of the main pages are written there as they are first seen, and into
//! its folder `tall` those of every page, as long as it is. `cargo xtask screenshots` does that.

mod html;
mod list;
mod visit;
mod world;

use std::path::PathBuf;

use self::list::{DOCS, KEYS, ORGANIZATION, Page, SETTINGS, STRANGERS};
use self::visit::Visit;
use self::world::World;
use crate::browser::{Browser, Look, Scripts};
use crate::keyway::{Keyway, folder};

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Stranger,
    Owner,
}

/// Looks at pages in every way, and finds nothing wrong.
fn look_through(reader: Reader, pages: &[Page]) {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let world = World::make(&keyway);
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let pictures = std::env::var_os("PICTURES").map(PathBuf::from);
    let visit = Visit { browser: &browser, world: &world, axe: visit::axe() };
    if reader == Reader::Owner {
        super::dashboard::sign_in(&browser, &keyway, &world.owner);
        browser.complaints();
    }
    let mut faults = Vec::new();
    for look in Look::ALL {
        browser.look(look);
        for page in pages {
            visit.open(page);
            let found = visit.faults(page);
            faults.extend(
                found.into_iter().map(|it| format!("{}, {}: {it}", page.name, look.name())),
            );
            if let Some(folder) = &pictures {
                let file = format!("{}-{}.png", page.name, look.name());
                if page.is_main {
                    browser.take_picture(&folder.join(&file));
                }
                browser.take_tall_picture(look, &folder.join("tall").join(file));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_wrong_with_what_strangers_see() {
    look_through(Reader::Stranger, STRANGERS);
}

#[test]
fn nothing_is_wrong_with_the_docs() {
    look_through(Reader::Stranger, DOCS);
}

#[test]
fn nothing_is_wrong_with_the_docs_of_whoever_has_signed_in() {
    look_through(Reader::Owner, &DOCS[..1]);
}

#[test]
fn nothing_is_wrong_with_the_pages_of_keys() {
    look_through(Reader::Owner, KEYS);
}

#[test]
fn nothing_is_wrong_with_the_pages_of_an_organization() {
    look_through(Reader::Owner, ORGANIZATION);
}

#[test]
fn nothing_is_wrong_with_the_settings() {
    look_through(Reader::Owner, SETTINGS);
}
