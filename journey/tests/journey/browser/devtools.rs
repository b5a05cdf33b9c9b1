//! What the tools of a developer know of a page: how it looks, what moved in it, and what went wrong.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Browser;
use crate::http::Ask;

/// The highest picture, in CSS pixels.
const TALLEST: u32 = 2400;

/// How somebody looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Light,
    Dark,
    /// On a narrow telephone, in light.
    Phone,
}

impl Look {
    pub(crate) const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Phone];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Phone => "phone",
        }
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::Light | Self::Phone => "light",
            Self::Dark => "dark",
        }
    }

    /// Width and height in CSS pixels.
    fn size(self) -> (u32, u32) {
        match self {
            Self::Light | Self::Dark => (1280, 900),
            Self::Phone => (360, 740),
        }
    }
}

impl Browser {
    /// Looks at the pages to come in that way.
    pub(crate) fn look(&self, look: Look) {
        // What moves is looked at once it has come to rest.
        let features = json!([
            {"name": "prefers-color-scheme", "value": look.scheme()},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.tell("Emulation.setEmulatedMedia", &json!({"features": features}));
        self.stretch(look, look.size());
    }

    /// Makes the window of that size, in CSS pixels.
    fn stretch(&self, look: Look, (width, height): (u32, u32)) {
        let is_phone = look == Look::Phone;
        let metrics = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": if is_phone { 2 } else { 1 },
            "mobile": is_phone,
        });
        self.tell("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// What went wrong since this was asked last, as the console of the browser has it: errors and
    /// warnings of scripts, of what could not be loaded, and of what the policy of the page refused.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.ask_server("se/log", &json!({"type": "browser"}));
        let entries = log.as_array().unwrap().iter();
        let bad =
            entries.filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Runs a script that calls `done` with what it has to say.
    pub(crate) fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        let ran = self.runtime.block_on(self.driver().execute_async(script, Vec::new()));
        ran.unwrap().json().clone()
    }

    /// By how much things moved by themselves since the page was first seen (Layout Instability, 2.3).
    pub(crate) fn layout_shift(&self) -> f64 {
        let sum = self.run_until_done(
            "let sum = 0; \
             new PerformanceObserver((list) => { \
               for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value; \
             }).observe({ type: 'layout-shift', buffered: true }); \
             requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));",
        );
        sum.as_f64().unwrap()
    }

    /// Takes a picture of what is seen without scrolling.
    pub(crate) fn take_picture(&self, file: &Path) {
        self.run("document.documentElement.style.scrollbarWidth = 'none';");
        let shot = self.tell("Page.captureScreenshot", &json!({"format": "png"}));
        let picture = STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        std::fs::write(file, picture).unwrap();
    }

    /// Takes a picture of all that there is of a page, down to where it gets too long.
    pub(crate) fn take_tall_picture(&self, look: Look, file: &Path) {
        let (width, height) = look.size();
        let needed = self.run("return document.documentElement.scrollHeight;").as_u64().unwrap();
        self.stretch(look, (width, u32::try_from(needed).unwrap().clamp(height, TALLEST)));
        self.take_picture(file);
        self.stretch(look, (width, height));
    }

    /// Tells the browser something in its own protocol.
    fn tell(&self, command: &str, parameters: &Value) -> Value {
        self.ask_server("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    fn ask_server(&self, what: &str, body: &Value) -> Value {
        let path = format!("/session/{}/{what}", self.driver().session_id());
        let answer = Ask::new(&self.server_url, "POST", &path).json(body).send();
        assert_eq!(answer.status, 200, "{what}: {answer:?}");
        answer.json()["value"].take()
    }
}
