//! The HTML of every page, as the server sends it: scripts or not, it is the same.

use std::path::Path;

use super::list::{DOCS, KEYS, ORGANIZATION, Page, SETTINGS, STRANGERS};
use super::world::World;
use crate::client_libraries::{node, run};
use crate::keyway::{Keyway, folder};

/// Says of each file in the folder what is wrong with it.
const VALIDATE: &str = "
const { HtmlValidate, StaticConfigLoader } = require('html-validate');
const { readdirSync, readFileSync } = require('fs');
const loader = new StaticConfigLoader({
  extends: ['html-validate:recommended'],
  rules: {
    // Both cases are the same (13.1.1).
    'doctype-style': 'off',
    // Blank lines of templates.
    'no-trailing-whitespace': 'off',
    // What a field or button is that does not say it, HTML says (4.10.5, 4.10.6).
    'no-implicit-button-type': 'off',
    'no-implicit-input-type': 'off',
    // A list of addresses has fields of one name.
    'form-dup-name': 'off',
    // People call their accounts as they like.
    'long-title': 'off',
    // Lists, too, have names.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
    // What is scrolled has a name and no frame, which a section has.
    'prefer-native-element': ['error', { exclude: ['region'] }],
  },
});
(async () => {
  for (const name of readdirSync(process.env.PAGES).sort()) {
    const text = readFileSync(`${process.env.PAGES}/${name}`, 'utf8');
    const { results } = await new HtmlValidate(loader).validateString(text);
    for (const { messages } of results) {
      for (const { line, ruleId, message } of messages) console.log(`${name}:${line}: ${ruleId}: ${message}`);
    }
  }
})();
";

/// Somebody who asks for pages without a browser.
struct Client<'c> {
    keyway: &'c Keyway,
    world: &'c World<'c>,
    /// The session, of somebody who has signed in.
    cookie: Option<String>,
}

impl Client<'_> {
    fn ask(&self, method: &str, path: &str, form: Option<&str>) -> String {
        let mut ask = self.keyway.manage(method, path).header("Sec-Fetch-Site", "same-origin");
        if let Some(cookie) = &self.cookie {
            ask = ask.header("Cookie", cookie);
        }
        if let Some(form) = form {
            ask = ask.form(form);
        }
        ask.header("Accept", "text/html").send().body
    }

    fn get(&self, path: &str) -> String {
        self.ask("GET", path, None)
    }

    /// The HTML of a page.
    fn read(&self, page: &Page) -> String {
        let mut path = self.world.path(page.path);
        let mut html = self.get(&path);
        if let Some(link) = page.link {
            href_of(&html, &self.world.path(link)).clone_into(&mut path);
            html = self.get(&path);
        }
        let Some((fields, _)) = page.sent else { return html };
        let csrf = html.split_once("name=\"csrf\" value=\"").map_or("", |(_, rest)| rest);
        let (csrf, _) = csrf.split_once('"').unwrap_or_default();
        let pairs =
            fields.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
        let form = pairs.chain([format!("csrf={csrf}")]).collect::<Vec<_>>().join("&");
        self.ask("POST", &path, Some(&form))
    }

    /// Writes pages down.
    fn keep(&self, folder: &Path, pages: &[Page]) {
        for page in pages {
            let name = format!("{}.html", page.name);
            std::fs::write(folder.join(name), self.read(page)).unwrap();
        }
    }
}

/// The address of a link that ends so.
fn href_of<'h>(html: &'h str, end: &str) -> &'h str {
    let mut addresses = html.split("href=\"").filter_map(|rest| Some(rest.split_once('"')?.0));
    addresses.find(|address| address.ends_with(end)).unwrap_or_else(|| panic!("no {end} in {html}"))
}

#[test]
fn the_html_of_every_page_is_valid() {
    let Some(mut interpreter) = node() else { return };
    let (data, pages) = (folder(), folder());
    let keyway = Keyway::dev(data.path());
    let world = World::make(&keyway);
    let cookie = Some(format!("__Host-keyway={}", world.owner.token()));
    let stranger = Client { keyway: &keyway, world: &world, cookie: None };
    let owner = Client { keyway: &keyway, world: &world, cookie };
    for part in [STRANGERS, DOCS] {
        stranger.keep(pages.path(), part);
    }
    for part in [KEYS, ORGANIZATION, SETTINGS] {
        owner.keep(pages.path(), part);
    }
    let kept = std::fs::read_dir(pages.path()).unwrap().count();
    assert_eq!(kept, [STRANGERS, DOCS, KEYS, ORGANIZATION, SETTINGS].concat().len());
    interpreter.env("PAGES", pages.path());
    let told = run(interpreter, VALIDATE);
    assert!(told.is_empty(), "{told}");
}
