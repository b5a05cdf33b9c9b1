//! The official client libraries, with their base address set to the gateway.
//!
//! `cargo xtask test` installs them and says where they are; without it these journeys have nothing
//! to try and say so.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::keyway::{Keyway, folder, output};

const PYTHON: &str = r#"
import os, stripe
client = stripe.StripeClient(os.environ["KEY"], base_addresses={"api": os.environ["URL"]})
print(client.v1.accounts.retrieve_current().id if hasattr(client.v1.accounts, "retrieve_current") else client.v1.accounts.retrieve().id)
print(client.v1.balance.retrieve().livemode)
customer = client.v1.customers.create({"name": "Jane", "metadata": {"plan": "gold"}, "address": {"city": "Rome"}})
print(client.v1.customers.retrieve(customer.id).metadata["plan"])
print([c.id == customer.id for c in client.v1.customers.list({"limit": 3}).data])
print(client.v1.products.create({"name": "Tea", "images": ["https://example.com/tea.png"]}).images[0])
try:
    stripe.StripeClient(os.environ["KEY"][:-1] + "!", base_addresses={"api": os.environ["URL"]}).v1.balance.retrieve()
except stripe.AuthenticationError as error:
    print(type(error).__name__, error.http_status, error.error.code)
"#;

const NODE: &str = r#"
const Stripe = require("stripe");
const url = new URL(process.env.URL_OF_GATEWAY);
const at = (key) => new Stripe(key, {host: url.hostname, port: url.port, protocol: "http"});
(async () => {
  const stripe = at(process.env.KEY);
  console.log((await stripe.accounts.retrieveCurrent?.() ?? await stripe.accounts.retrieve()).id);
  console.log((await stripe.balance.retrieve()).livemode);
  const customer = await stripe.customers.create({name: "Jane", metadata: {plan: "gold"}, address: {city: "Rome"}});
  console.log((await stripe.customers.retrieve(customer.id)).metadata.plan);
  console.log((await stripe.customers.list({limit: 3})).data.map((c) => c.id === customer.id));
  console.log((await stripe.products.create({name: "Tea", images: ["https://example.com/tea.png"]})).images[0]);
  try {
    await at(process.env.KEY.slice(0, -1) + "!").balance.retrieve();
  } catch (error) {
    console.log(error.type, error.statusCode, error.code);
  }
})();
"#;

/// Python, with the library; nothing where it is not installed.
pub(crate) fn python() -> Option<Command> {
    let Some(python) = std::env::var_os("TEST_PYTHON") else {
        let told = writeln!(std::io::stderr(), "no Python library: `cargo xtask test` installs it");
        told.unwrap();
        return None;
    };
    let mut interpreter = Command::new(python);
    if let Some(path) = std::env::var_os("TEST_PYTHONPATH") {
        interpreter.env("PYTHONPATH", path);
    }
    interpreter.arg("-");
    Some(interpreter)
}

/// Node, with the library; nothing where it is not installed.
pub(crate) fn node() -> Option<Command> {
    let Some(modules) = std::env::var_os("TEST_NODE_PATH") else {
        let told = writeln!(std::io::stderr(), "no Node library: `cargo xtask test` installs it");
        told.unwrap();
        return None;
    };
    let mut interpreter = Command::new("node");
    interpreter.arg("-").env("NODE_PATH", modules);
    Some(interpreter)
}

/// What a program prints that is given to an interpreter.
pub(crate) fn run(mut interpreter: Command, program: &str) -> String {
    let piped = interpreter.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_python_library_works_against_the_gateway() {
    let Some(mut interpreter) = python() else { return };
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    interpreter.env("KEY", keyway.key("sandbox", "secret")).env("URL", keyway.gateway());
    let account = keyway.account("platform")["id"].as_str().unwrap();
    let expected = format!(
        "{account}\nFalse\ngold\n[True]\nhttps://example.com/tea.png\nAuthenticationError 401 api_key_invalid\n"
    );
    assert_eq!(run(interpreter, PYTHON), expected);
}

#[test]
fn the_node_library_works_against_the_gateway() {
    let Some(mut interpreter) = node() else { return };
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    interpreter.env("KEY", keyway.key("sandbox", "secret")).env("URL_OF_GATEWAY", keyway.gateway());
    let account = keyway.account("platform")["id"].as_str().unwrap();
    let expected = format!(
        "{account}\nfalse\ngold\n[ true ]\nhttps://example.com/tea.png\nStripeAuthenticationError 401 api_key_invalid\n"
    );
    assert_eq!(run(interpreter, NODE), expected);
}

#[test]
fn curl_works_where_there_is_one() {
    let mut curl = Command::new("curl");
    if curl.arg("--version").output().is_err() {
        return writeln!(std::io::stderr(), "there is no curl").unwrap();
    }
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let line = keyway.welcome.lines().find(|line| line.trim_start().starts_with("curl ")).unwrap();
    let (code, balance, _) = output(Command::new("sh").args(["-c", line]));
    assert_eq!(code, Some(0));
    assert!(balance.contains("\"balance\""), "{balance}");
}
