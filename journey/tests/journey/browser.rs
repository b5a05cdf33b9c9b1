//! Chromium, as a person uses it.
//!
//! `cargo xtask test` installs it and says where it is; without it these journeys have nothing to try
//! and say so.

mod devtools;
pub(crate) use devtools::Look;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use tokio::runtime::Runtime;

use crate::keyway::{Keyway, folder};

/// How long to wait for what a page shows by itself.
const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(20);

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// A window of a browser. It is closed when dropped.
pub(crate) struct Browser {
    runtime: Runtime,
    driver: Option<WebDriver>,
    server: Child,
    /// Where the server is told what the driver has no words for.
    server_url: String,
    console: String,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window on the console; nothing where there is no browser.
    pub(crate) fn open(keyway: &Keyway, scripts: Scripts) -> Option<Self> {
        Self::open_in(keyway, scripts, "UTC")
    }

    /// The same for somebody who lives in that zone (IANA), such as `Asia/Kolkata`.
    pub(crate) fn open_in(keyway: &Keyway, scripts: Scripts, zone: &str) -> Option<Self> {
        let Some(program) = std::env::var_os("TEST_CHROMEDRIVER") else {
            let told = writeln!(std::io::stderr(), "no Chromium: `cargo xtask test` installs it");
            told.unwrap();
            return None;
        };
        let mut driver = Command::new(program);
        driver.arg("--port=0").env("TZ", zone).stdout(Stdio::piped());
        let mut server = driver.spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').parse::<u16>().unwrap())
        });
        std::thread::spawn(move || lines.for_each(drop));
        let profile = folder();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let url = format!("http://127.0.0.1:{}", port.unwrap());
        let driver =
            runtime.block_on(WebDriver::new(&url, capabilities(&profile, scripts))).unwrap();
        let console = keyway.console().to_owned();
        let driver = Some(driver);
        Some(Self { runtime, driver, server, server_url: url, console, _profile: profile })
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// Goes to a page of the console.
    pub(crate) fn go(&self, path: &str) {
        let url = format!("{}{path}", self.console);
        self.runtime.block_on(self.driver().goto(url)).unwrap();
    }

    /// The address of the page that is shown.
    pub(crate) fn url(&self) -> String {
        self.runtime.block_on(self.driver().current_url()).unwrap().into()
    }

    /// Its path.
    pub(crate) fn path(&self) -> String {
        self.runtime.block_on(self.driver().current_url()).unwrap().path().to_owned()
    }

    /// Waits until a page of that path is shown.
    pub(crate) fn until_path(&self, end: &str) {
        let arrived = (0..100_000).any(|_| self.path().ends_with(end));
        assert!(arrived, "{} is no {end}", self.path());
    }

    /// Does something to the first element that can be seen, once there is one. One that went with
    /// its page meanwhile is looked for again on the next.
    fn with<T>(&self, by: &By, act: &impl AsyncFn(&WebElement) -> WebDriverResult<T>) -> T {
        let acted = self.runtime.block_on(async {
            loop {
                let query = self.driver().query(by.clone()).and_displayed();
                let element = match query.wait(PATIENCE, GLANCE).first().await {
                    Err(error) if has_gone(&error) => continue,
                    element => element?,
                };
                match act(&element).await {
                    Err(error) if has_gone(&error) => {}
                    acted => return acted,
                }
            }
        });
        acted.unwrap_or_else(|error| panic!("{by}: {error}"))
    }

    /// Clicks what that selector finds, away from what stays at an edge of the window.
    pub(crate) fn click(&self, css: &str) {
        self.with(&By::Css(css), &async |element: &WebElement| {
            element.scroll_into_view().await?;
            element.click().await
        });
    }

    /// Clicks what says exactly that.
    pub(crate) fn click_text(&self, text: &str) {
        let kinds = "self::a or self::button or self::summary or self::label";
        let path = format!("//*[{kinds}][normalize-space()='{text}']");
        self.with(&By::XPath(path), &async |element: &WebElement| element.click().await);
    }

    /// Types into a field, in the place of what it says.
    pub(crate) fn fill(&self, css: &str, text: &str) {
        self.with(&By::Css(css), &async |element: &WebElement| {
            element.clear().await?;
            element.send_keys(text).await
        });
    }

    /// Types a moment into a field for one, in UTC and to the minute, as an American does.
    pub(crate) fn fill_moment(&self, css: &str, at: Timestamp) {
        let keys = at.strftime("%m%d%Y\t%I%M%p").to_string();
        self.with(&By::Css(css), &async |element: &WebElement| element.send_keys(&keys).await);
    }

    /// What an element says, once it is shown.
    pub(crate) fn text(&self, css: &str) -> String {
        self.with(&By::Css(css), &async |element: &WebElement| element.text().await)
    }

    /// Waits until something of that selector says that.
    pub(crate) fn until_text(&self, css: &str, text: &str) {
        let says = async || -> WebDriverResult<bool> {
            for element in self.driver().find_all(By::Css(css)).await? {
                if element.text().await?.contains(text) {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let said = (0..5000).any(|_| match self.runtime.block_on(says()) {
            Err(error) if has_gone(&error) => false,
            said => said.unwrap(),
        });
        assert!(said, "{css} never said {text}: {}", self.run("return document.body.innerText"));
    }

    /// Presses keys, wherever the focus is.
    pub(crate) fn press(&self, keys: impl Into<TypingData>) {
        let driver = self.driver();
        self.runtime
            .block_on(async { driver.active_element().await.unwrap().send_keys(keys).await })
            .unwrap();
    }

    /// What a field says.
    pub(crate) fn value(&self, css: &str) -> String {
        self.with(&By::Css(css), &async |element: &WebElement| element.value().await).unwrap()
    }

    /// Whether there is anything of that selector to be seen.
    pub(crate) fn shows(&self, css: &str) -> bool {
        let shown = async || -> WebDriverResult<bool> {
            for element in self.driver().find_all(By::Css(css)).await? {
                if element.is_displayed().await? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        match self.runtime.block_on(shown()) {
            Err(error) if has_gone(&error) => self.shows(css),
            shown => shown.unwrap(),
        }
    }

    /// Waits until there is nothing of that selector to be seen.
    pub(crate) fn until_gone(&self, css: &str) {
        assert!((0..5000).any(|_| !self.shows(css)), "{css} stays");
    }

    /// Runs a script in the page, and gives what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        let ran = self.runtime.block_on(self.driver().execute(script, Vec::new()));
        ran.unwrap().json().clone()
    }

    /// What the element with the focus is called, for whoever does not see it.
    pub(crate) fn focused(&self) -> String {
        let driver = self.driver();
        self.runtime.block_on(async {
            let active = driver.active_element().await.unwrap();
            let name = active.attr("aria-label").await.unwrap();
            match name {
                Some(name) => name,
                None => active.text().await.unwrap(),
            }
        })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // It may have fallen already.
            let _quit = self.runtime.block_on(driver.quit());
        }
        let _killed = self.server.kill();
        let _ended = self.server.wait();
    }
}

/// Whether an element went with its page. Chromium says so in two ways.
fn has_gone(error: &WebDriverError) -> bool {
    let inner = error.as_inner();
    if let WebDriverErrorInner::UnknownError(told) = inner {
        return told.value.message.contains("does not belong to the document");
    }
    matches!(inner, WebDriverErrorInner::StaleElementReference(_))
}

fn capabilities(profile: &TempDir, scripts: Scripts) -> thirtyfour::ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let profile = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en",
        "--window-size=1280,900",
        &profile,
    ];
    for argument in arguments {
        capabilities.add_arg(argument).unwrap();
    }
    if scripts == Scripts::Off {
        let off = json!({"profile.managed_default_content_settings.javascript": 2});
        capabilities.add_experimental_option("prefs", off).unwrap();
    }
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"})).unwrap();
    capabilities
}
