//! Where errors are explained, and where samples say that the gateway is.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use payments::ERROR_CODES;
use serde_json::Value;

use crate::program::{ask, configured, with_config};

/// A running `keyway serve`. It is killed when dropped.
struct Served {
    child: Child,
    gateway: String,
    console: String,
    _folder: tempfile::TempDir,
}

impl Served {
    /// With these lines about the gateway and the console.
    fn start(gateway: &str, console: &str) -> Self {
        let free = "listen = \"127.0.0.1:0\"\n";
        let settings =
            format!("[gateway]\n{free}{gateway}[console]\n{free}{console}[operations]\n{free}");
        let folder = configured(&settings);
        let mut command = with_config("serve", folder.path());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("gateway=127.0.0.1:") {
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "{said}");
        }
        let address = |name: &str| {
            let (_, rest) = said.split_once(name).unwrap();
            format!("http://{}", rest.split_whitespace().next().unwrap())
        };
        let (gateway, console) = (address("gateway="), address("console="));
        std::thread::spawn(move || log.read_to_end(&mut Vec::new()).map(drop));
        Self { child, gateway, console, _folder: folder }
    }

    /// Where a request without a key is explained.
    fn doc_url(&self) -> String {
        let (status, body) = ask(&self.gateway, "GET /v1/balance", "", "");
        assert_eq!(status, 401, "{body}");
        let error: Value = serde_json::from_str(&body).unwrap();
        error["error"]["doc_url"].as_str().unwrap().to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[test]
fn an_error_is_explained_by_the_console_where_nothing_else_is_set() {
    let served = Served::start("", "");
    let doc_url = served.doc_url();
    let path = doc_url.strip_prefix(&served.console).unwrap();
    let (status, page) = ask(&served.console, &format!("GET {path}"), "", "");
    assert_eq!(status, 200);
    assert!(page.contains("<h1><code>api_key_missing</code></h1>"), "{page}");
    for code in ERROR_CODES {
        let (status, page) = ask(&served.console, &format!("GET /docs/errors/{code}"), "", "");
        assert_eq!(status, 200, "{code}");
        assert!(page.contains("Sample API"), "{code} is one of the sample API");
        assert!(page.contains("id=\"cause\"") && page.contains("id=\"remedy\""), "{code}");
    }
    let (_, docs) = ask(&served.console, "GET /docs", "", "");
    assert!(docs.contains(&format!("curl {}/v1/balance", served.gateway)), "{docs}");
}

#[test]
fn people_are_told_the_addresses_that_the_operator_has_set() {
    let served = Served::start(
        "public_url = \"https://api.example.com\"\n",
        "public_url = \"https://keys.example.com/\"\n",
    );
    assert_eq!(served.doc_url(), "https://keys.example.com/docs/errors/api_key_missing");
    let (_, docs) = ask(&served.console, "GET /docs", "", "");
    assert!(docs.contains("curl https://api.example.com/v1/balance"), "{docs}");
    let elsewhere = Served::start("docs_url = \"https://example.com/errors/\"\n", "");
    assert_eq!(elsewhere.doc_url(), "https://example.com/errors/api_key_missing");
}
