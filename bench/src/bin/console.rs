//! How long the pages of the dashboard take and what they weigh, where there is much to show.
//!
//! `cargo xtask bench console` builds the product and starts this.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bench::busy::{Busy, EMAIL, PASSWORD, Size};
use bench::clock;
use bench::device::{Program, folder_of, free_address};
use bench::page::Browser;
use bench::processor::{DEVICE, LOAD, settle, stay_on};
use clap::Parser;

/// What half of the answers may take at most, in milliseconds.
const MOST_MS: f64 = 50.0;
/// What a page may weigh at most with its files, in bytes.
const MOST_BYTES: usize = 100_000;

/// The pages of the dashboard.
#[derive(Parser)]
struct Options {
    /// The program to measure
    #[arg(long)]
    keyway: PathBuf,
    /// An empty PostgreSQL database, to measure with that as well
    #[arg(long)]
    postgres: Option<String>,
    /// Keys of one account and mode
    #[arg(long, default_value_t = 10_000)]
    keys: usize,
    /// Events in the audit
    #[arg(long, default_value_t = 100_000)]
    events: usize,
    /// How often each page is asked for
    #[arg(long, default_value_t = 50)]
    rounds: usize,
    /// How many seconds to wait for an idle machine
    #[arg(long, default_value_t = 10)]
    settle: u64,
    /// Only pages whose names hold one of these
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Where things are kept meanwhile
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

/// A page that is asked for.
struct Page {
    name: String,
    path: String,
    weight: usize,
    with_files: usize,
    took_ms: Vec<f64>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    stay_on(LOAD)?;
    std::fs::create_dir_all(&options.folder)?;
    let folder = options.folder.canonicalize()?;
    let stores = [("SQLite", None), ("PostgreSQL", options.postgres.clone())];
    for (name, url) in stores.into_iter().filter(|(name, url)| *name == "SQLite" || url.is_some()) {
        let Options { keys, events, .. } = options;
        let start = clock::now();
        let busy = Busy::make(folder.join("busy"), url, Size { keys, events })?;
        let took = start.elapsed().as_secs();
        say(&format!("\n{name}: {keys} keys of one place, {events} events, made in {took} s\n"))?;
        say(&measure(&options, &busy)?)?;
    }
    Ok(())
}

fn measure(options: &Options, busy: &Busy) -> Result<String> {
    let (console, _program) = start(&options.keyway, busy)?;
    clock::until(|| Browser::new(console).page("/signin"))?;
    let mut browser = Browser::new(console);
    browser.sign_in(EMAIL, PASSWORD)?;
    let mut pages = Vec::new();
    for (name, path) in paths(busy, &browser)? {
        if options.only.is_empty() || options.only.iter().any(|part| name.contains(part)) {
            let (text, _) = browser.page(&path)?;
            let with_files = browser.weight(&text)?;
            pages.push(Page { name, path, weight: text.len(), with_files, took_ms: Vec::new() });
        }
    }
    settle(std::time::Duration::from_secs(options.settle))?;
    for _ in 0..options.rounds {
        for page in &mut pages {
            page.took_ms.push(browser.page(&page.path)?.1.as_secs_f64() * 1e3);
        }
    }
    Ok(table(pages))
}

/// Starts `keyway serve`; where its console is.
fn start(program: &Path, busy: &Busy) -> Result<(SocketAddr, Program)> {
    let (own, shared) = (folder_of(&busy.folder, "served")?, busy.folder.display());
    let (gateway, console, operations) = (free_address()?, free_address()?, free_address()?);
    let config = format!(
        r#"
[store]
url = "{}"
[secrets]
pepper_file = "{shared}/pepper"
sealing_key_file = "{shared}/sealing"
[gateway]
listen = "{gateway}"
plain_http = "live-from-loopback"
workers = 1
[gateway.upstream]
live = "http://127.0.0.1:9"
sandbox = "http://127.0.0.1:9"
[console]
listen = "{console}"
[operations]
listen = "{operations}"
"#,
        busy.url
    );
    std::fs::write(own.join("keyway.toml"), config)?;
    let arguments = ["serve", "--config", "keyway.toml"];
    Ok((console, Program::start(&[DEVICE], &own, program, &arguments)?))
}

/// All pages, by what they are called.
fn paths(busy: &Busy, browser: &Browser) -> Result<Vec<(String, String)>> {
    let here = format!("/{}/{}", busy.place.account, busy.place.mode);
    let live = format!("/{}/live", busy.place.account);
    let key_at = |place: usize| busy.keys.get(place).context("too few keys");
    let (middle, old) = (key_at(busy.keys.len() / 2)?, key_at(busy.keys.len() / 100)?);
    let owner = busy.owner;
    let list = format!("{here}/apikeys");
    let key = format!("{list}/{}", key_at(busy.keys.len() / 2 + 2)?);
    let history = format!("{here}/history");
    let then = |days: i64| {
        let day = clock::time_of_day() - jiff::SignedDuration::from_hours(24 * days);
        day.strftime("%Y-%m-%d").to_string()
    };
    let (long_ago, ago, lately, tomorrow) = (then(85), then(60), then(59), then(-1));
    let mut pages: Vec<(String, String)> = [
        ("sign-in", "/signin".to_owned()),
        ("sign-up", "/signup".to_owned()),
        ("docs", "/docs".to_owned()),
        ("docs: authentication", "/docs/authentication".to_owned()),
        ("docs: errors", "/docs/errors".to_owned()),
        ("home", here.clone()),
        ("home, live", live.clone()),
        ("keys", list.clone()),
        ("keys from the middle", format!("{list}?after={middle}")),
        ("keys at the end", format!("{list}?after={old}&ended_after={old}")),
        ("keys, live", format!("{live}/apikeys")),
        ("create a secret key", format!("{list}/create-secret")),
        ("create a restricted key", format!("{list}/create")),
        ("history", history.clone()),
        ("history, live", format!("{live}/history")),
        ("history of a key", format!("{history}?object={middle}")),
        ("history of a person", format!("{history}?actor={owner}")),
        ("history of the system", format!("{history}?actor=system")),
        ("history of deletions", format!("{history}?kind=api_key.deleted")),
        ("history of a kind that is not there", format!("{history}?kind=api_key.imported")),
        ("history since", format!("{history}?from={ago}")),
        ("history since tomorrow", format!("{history}?from={tomorrow}")),
        ("history until", format!("{history}?until={long_ago}")),
        ("history of a day", format!("{history}?from={ago}&until={lately}")),
        (
            "history, all filters",
            format!("{history}?object={middle}&actor={owner}&kind=api_key.updated&from={ago}"),
        ),
    ]
    .map(|(name, path)| (name.to_owned(), path))
    .into();
    pages.extend(dialogs(&key, browser));
    for page in ["profile", "team", "account", "sandboxes", "notifications"] {
        pages.push((format!("settings: {page}"), format!("{here}/settings/{page}")));
    }
    let (newest, _) = browser.page(&history)?;
    if let Some((_, rest)) = newest.split_once("?before=") {
        let id = rest.split('"').next().unwrap_or_default();
        pages.push(("history, next page".to_owned(), format!("{history}?before={id}")));
    }
    Ok(pages)
}

/// The pages about one key. Which are offered depends on its kind.
fn dialogs(key: &str, browser: &Browser) -> Vec<(String, String)> {
    let acts =
        ["edit", "rotate", "schedule", "restrict", "delete", "permissions", "duplicate", "reveal"];
    let pages = acts.map(|act| (format!("key: {act}"), format!("{key}/{act}")));
    pages.into_iter().filter(|(_, path)| browser.page(path).is_ok()).collect()
}

/// A line for each page, the slowest first.
fn table(mut pages: Vec<Page>) -> String {
    for page in &mut pages {
        page.took_ms.sort_unstable_by(f64::total_cmp);
    }
    let slow = |page: &Page| at(&page.took_ms, 0.5) > MOST_MS;
    let heavy = |page: &Page| page.with_files > MOST_BYTES;
    pages.sort_by(|one, other| at(&other.took_ms, 0.5).total_cmp(&at(&one.took_ms, 0.5)));
    let lines = pages.iter().map(|page| {
        let Page { name, weight, with_files, took_ms, .. } = page;
        let (median, p99) = (at(took_ms, 0.5), at(took_ms, 0.99));
        let (slow, heavy) = (mark(slow(page)), mark(heavy(page)));
        format!("| {name} | {median:.1}{slow} | {p99:.1} | {weight} | {with_files}{heavy} |\n")
    });
    let lines: String = lines.collect();
    let count = |too: &dyn Fn(&Page) -> bool| pages.iter().filter(|page| too(page)).count();
    format!(
        "| page | median (ms) | p99 (ms) | bytes | with styles and scripts |\n|---|---|---|---|---|\n\
         {lines}\n{} of {} pages take more than {MOST_MS} ms, {} weigh more than {MOST_BYTES} bytes; \
         nothing is compressed\n",
        count(&slow),
        pages.len(),
        count(&heavy),
    )
}

fn mark(is_too_much: bool) -> &'static str {
    if is_too_much { " **too much**" } else { "" }
}

/// The value below which that part of sorted ones lies.
fn at(sorted: &[f64], part: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place among a few numbers"
    )]
    let place = ((sorted.len() as f64 - 1.0) * part).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output")
}
