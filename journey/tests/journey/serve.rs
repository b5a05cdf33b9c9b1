//! `keyway serve` and `keyway check`, with a file of settings.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::http::Ask;
use crate::keyway::{folder, output, program};

/// An API that answers each request with its own head.
fn mirror() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).unwrap() == 0 {
                    break;
                }
            }
            let length = head.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{head}"
            );
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

fn write_config(folder: &Path, upstream: &str) -> std::path::PathBuf {
    for name in ["pepper", "sealing"] {
        let (code, secret, _) = output(Command::new(program()).arg("secret"));
        assert_eq!(code, Some(0));
        let path = folder.join(name);
        std::fs::write(&path, secret).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
    }
    let folder_name = folder.display();
    let config = format!(
        r#"
[store]
url = "sqlite:{folder_name}/keyway.db"
[secrets]
pepper_file = "{folder_name}/pepper"
sealing_key_file = "{folder_name}/sealing"
[gateway]
listen = "127.0.0.1:0"
[gateway.upstream]
live = "{upstream}"
sandbox = "{upstream}"
[console]
listen = "127.0.0.1:0"
[operations]
listen = "127.0.0.1:0"
"#
    );
    let path = folder.join("keyway.toml");
    std::fs::write(&path, config).unwrap();
    path
}

/// The same with a store that several nodes share.
fn write_shared_config(folder: &Path, database: &str) -> std::path::PathBuf {
    let config = write_config(folder, &mirror());
    let sqlite = format!("sqlite:{}/keyway.db", folder.display());
    let text = std::fs::read_to_string(&config).unwrap().replace(&sqlite, database);
    std::fs::write(&config, text.replace("[gateway]\n", "[gateway]\nlease_s = 1.0\n")).unwrap();
    config
}

/// A running `keyway serve`. It is killed when dropped.
struct Served {
    child: Child,
    gateway: String,
    console: String,
}

impl Served {
    fn start(config: &Path) -> Self {
        let mut serve = Command::new(program());
        serve.args(["serve", "--config"]).arg(config).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = serve.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("gateway=") {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before it served");
        }
        let address = |name: &str| {
            let (_, rest) = line.split_once(name).unwrap();
            format!("http://{}", rest.split_whitespace().next().unwrap())
        };
        let (gateway, console) = (address("gateway="), address("console="));
        std::thread::spawn(move || {
            let mut rest = Vec::new();
            log.read_to_end(&mut rest).map(|_| rest)
        });
        Self { child, gateway, console }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Opens an account and gives its sandbox secret key.
fn open_account(config: &Path) -> String {
    let open = ["open-account", "--name", "Rocket", "--json", "--config"];
    let (code, opened, errors) = output(Command::new(program()).args(open).arg(config));
    assert_eq!(code, Some(0), "{errors}");
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    opened["sandbox"]["secret"].as_str().unwrap().to_owned()
}

#[test]
fn a_real_api_is_served_with_real_keys() {
    let folder = folder();
    let config = write_config(folder.path(), &mirror());
    let (code, said, errors) =
        output(Command::new(program()).args(["check", "--config"]).arg(&config));
    assert_eq!(code, Some(0), "{said}{errors}");
    let secret = open_account(&config);
    let served = Served::start(&config);
    let answer = Ask::get(&served.gateway, "/anything").bearer(&secret).send();
    assert_eq!(answer.status, 200);
    let told = answer.body.to_ascii_lowercase();
    assert!(told.contains("keyway-account: acct_") && !told.contains("sk_test_"), "{told}");
    let refused = Ask::get(&served.gateway, "/anything").send();
    assert_eq!(refused.error(), "401 invalid_request_error api_key_missing");
}

#[test]
fn what_one_node_revokes_no_other_admits() {
    let Some(database) = std::env::var_os("TEST_DATABASE_URL") else {
        return writeln!(std::io::stderr(), "no PostgreSQL: `cargo xtask test` starts one")
            .unwrap();
    };
    let folder = folder();
    let config = write_shared_config(folder.path(), database.to_str().unwrap());
    let own = open_account(&config);
    let (one, other) = (Served::start(&config), Served::start(&config));
    let manage = |method: &str, path: &str| Ask::new(&one.console, method, path).bearer(&own);
    let created = manage("POST", "/api/v1/keys").json(&serde_json::json!({"name": "Shop"})).send();
    let key = created.json();
    let (id, value) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
    let ask = |node: &Served| Ask::get(&node.gateway, "/anything").bearer(value).send();
    assert_eq!(ask(&one).status, 200);
    let admitted = std::iter::repeat_with(|| ask(&other).status).find(|status| *status == 200);
    assert_eq!(admitted, Some(200));
    assert_eq!(manage("DELETE", &format!("/api/v1/keys/{id}")).send().status, 200);
    for node in [&one, &other] {
        assert_eq!(ask(node).error(), "401 authentication_error api_key_deleted");
    }
}

#[test]
fn what_is_due_is_done_once_though_two_nodes_look_for_it() {
    let Some(database) = std::env::var_os("TEST_DATABASE_URL") else {
        return writeln!(std::io::stderr(), "no PostgreSQL: `cargo xtask test` starts one")
            .unwrap();
    };
    let folder = folder();
    let config = write_shared_config(folder.path(), database.to_str().unwrap());
    let own = open_account(&config);
    let (one, other) = (Served::start(&config), Served::start(&config));
    let manage = |method: &str, path: &str| Ask::new(&one.console, method, path).bearer(&own);
    let scheduled: Vec<Value> = (0..10)
        .map(|number| {
            let body = json!({"name": format!("Shop {number}")});
            let key = manage("POST", "/api/v1/keys").json(&body).send().json();
            let created: Timestamp = key["created"].as_str().unwrap().parse().unwrap();
            let at = created + SignedDuration::from_secs(3);
            let path = format!("/api/v1/keys/{}/rotation", key["id"].as_str().unwrap());
            assert_eq!(manage("POST", &path).json(&json!({"next_at": at})).send().status, 200);
            key
        })
        .collect();
    // Both nodes look twice a second; each key is gone once one of them has rotated it.
    let refused = |key: &Value| {
        let value = key["secret"].as_str().unwrap();
        Ask::get(&other.gateway, "/anything").bearer(value).send().status == 401
    };
    for key in &scheduled {
        assert!(std::iter::repeat_with(|| refused(key)).any(|refused| refused));
    }
    for key in &scheduled {
        let path = format!("/api/v1/events?object_id={}", key["id"].as_str().unwrap());
        let events = manage("GET", &path).send().json();
        let types = events["data"].as_array().unwrap().iter().map(|event| &event["type"]);
        let rotated = types.filter(|name| **name == "api_key.rotated").count();
        assert_eq!(rotated, 1, "{events}");
    }
    let list = manage("GET", "/api/v1/keys?limit=100").send().json();
    let alive = list["data"].as_array().unwrap().iter();
    let alive = alive.filter(|key| key["type"] == "secret" && key["status"] == "active").count();
    assert_eq!(alive, 11, "the account's own, and one for each of ten");
}

#[test]
fn an_unknown_setting_is_an_error_with_the_nearest_name() {
    let folder = folder();
    let config = write_config(folder.path(), "http://127.0.0.1:9");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("[console]\nlisten", "[console]\nlissten")).unwrap();
    let (code, _, errors) =
        output(Command::new(program()).args(["check", "--config"]).arg(&config));
    assert_eq!(code, Some(1));
    assert!(errors.contains("lissten") && errors.contains("listen"), "{errors}");
    std::fs::write(&config, text).unwrap();
    let (code, _, errors) = output(
        Command::new(program())
            .args(["check", "--config"])
            .arg(&config)
            .env("KEYWAY_GATEWAY_LISSEN", "x"),
    );
    assert_eq!(code, Some(1));
    assert!(errors.contains("KEYWAY_GATEWAY_LISTEN"), "{errors}");
}
