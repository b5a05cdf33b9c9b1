//! A visit to a page, and what is found wrong there.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::list::Page;
use super::world::World;
use crate::browser::Browser;

/// Asks axe-core, and says of each violation its rule and where it is.
const ASK_AXE: &str = "axe.run(document, { resultTypes: ['violations'] }).then( \
    ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map( \
        ({ target, any, all, none }) => `${id}: ${target}: ${[...any, ...all, ...none].map((it) => it.message).join('; ')}`))), \
    (error) => done([`axe: ${error}`]));";

/// More than anybody sees move (Layout Instability, 2.3, in parts of what is in view).
const STILL: f64 = 0.001;

/// The program that looks for what keeps people out of a page; nothing where it is not installed.
pub(super) fn axe() -> Option<String> {
    let Some(modules) = std::env::var_os("TEST_NODE_PATH") else {
        let told = writeln!(std::io::stderr(), "no axe-core: `cargo xtask test` installs it");
        told.unwrap();
        return None;
    };
    Some(std::fs::read_to_string(Path::new(&modules).join("axe-core/axe.min.js")).unwrap())
}

/// Somebody who goes from page to page.
pub(super) struct Visit<'v> {
    pub(super) browser: &'v Browser,
    pub(super) world: &'v World<'v>,
    pub(super) axe: Option<String>,
}

impl Visit<'_> {
    /// Comes to a page as people do.
    pub(super) fn open(&self, page: &Page) {
        let browser = self.browser;
        browser.go(&self.world.path(page.path));
        if let Some(link) = page.link {
            let link = self.world.path(link);
            browser.run(&format!(
                "document.querySelector('a[data-dialog][href$=\"{link}\"]').click();"
            ));
            browser.text("dialog h1");
        }
        if let Some((fields, awaited)) = page.sent {
            let fields = serde_json::to_string(fields).unwrap();
            browser.run(&format!("const fields = {fields}; {SEND}"));
            browser.text(awaited);
        }
        if let Some(css) = page.pressed {
            browser.click(&self.world.path(css));
        }
    }

    /// What is wrong with the page that is shown.
    pub(super) fn faults(&self, page: &Page) -> Vec<String> {
        let browser = self.browser;
        let mut faults = Vec::new();
        let shift = browser.layout_shift();
        // What comes in the place of a form that was sent is what was asked for.
        if page.sent.is_none() && shift >= STILL {
            faults.push(format!("things move by {shift}"));
        }
        if let Some(axe) = &self.axe {
            let told = browser.run_until_done(&format!("{axe}; {ASK_AXE}"));
            faults.extend(texts(&told));
        }
        let [needed, there] = ["scrollWidth", "clientWidth"]
            .map(|size| browser.run(&format!("return document.documentElement.{size};")).as_u64());
        if needed > there {
            faults.push(format!("it is as wide as {needed:?}, and the window as {there:?}"));
        }
        let is_told = |complaint: &String| !self.is_answer(page, complaint);
        faults.extend(browser.complaints().into_iter().filter(is_told));
        faults
    }

    /// Whether that is the status of the page itself, or of the answer to its form: what says that
    /// something is refused, or not there, comes with a status that says so, too.
    fn is_answer(&self, page: &Page, complaint: &str) -> bool {
        let said = " - Failed to load resource: the server responded with a status of 4";
        complaint.split_once(said).is_some_and(|(url, _)| {
            url == self.browser.url() || page.sent.is_some() && !url.contains("/assets/")
        })
    }
}

/// Fills in the form of a page or dialog, and sends it.
const SEND: &str = "const form = document.querySelector('dialog form.fields, form.fields'); \
    let submitter; \
    for (const [name, value] of fields) { \
      const field = form.querySelector(`[name='${name}']:not(button), [name='${name}'][value='${value}']`); \
      if (field.localName === 'button') submitter = field; else field.value = value; \
    } \
    form.requestSubmit(submitter);";

fn texts(list: &Value) -> impl Iterator<Item = String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned())
}
