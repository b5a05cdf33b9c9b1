//! `keyway serve` and `keyway check`, with a file of settings.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

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

#[test]
fn a_real_api_is_served_with_real_keys() {
    let folder = folder();
    let config = write_config(folder.path(), &mirror());
    let (code, said, errors) =
        output(Command::new(program()).args(["check", "--config"]).arg(&config));
    assert_eq!(code, Some(0), "{said}{errors}");
    let open = ["open-account", "--name", "Rocket", "--json", "--config"];
    let (code, opened, errors) = output(Command::new(program()).args(open).arg(&config));
    assert_eq!(code, Some(0), "{errors}");
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    let secret = opened["sandbox"]["secret"].as_str().unwrap();

    let mut serve = Command::new(program());
    serve.args(["serve", "--config"]).arg(&config).stderr(Stdio::piped()).stdout(Stdio::null());
    let mut child = serve.spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let gateway = loop {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before it served");
        if let Some((_, address)) = line.split_once("gateway=") {
            break format!("http://{}", address.split_whitespace().next().unwrap());
        }
    };
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        log.read_to_end(&mut rest).map(|_| rest)
    });
    let answer = Ask::get(&gateway, "/anything").bearer(secret).send();
    let refused = Ask::get(&gateway, "/anything").send();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.contains("keyway-account: acct_") && !answer.body.contains("sk_test_"),
        "{}",
        answer.body
    );
    assert_eq!(refused.error(), "401 invalid_request_error api_key_missing");
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
