use super::*;
use crate::settings::names::SECTIONS;

const EXAMPLE: &str = include_str!("../../../keyway.example.toml");

fn read_with(text: &str, environment: &[(&str, &str)]) -> Result<Settings> {
    let environment = environment.iter().map(|(name, value)| (name.into(), value.into()));
    read(Path::new("keyway.toml"), text, environment)
}

fn faults(text: &str, environment: &[(&str, &str)]) -> String {
    read_with(text, environment).unwrap_err().to_string()
}

/// The example with every setting that it only mentions.
fn example_in_full() -> String {
    let mentioned = |line: &str| {
        let line = line.strip_prefix("# ").unwrap_or(line);
        let name = line.split(" = ").next().unwrap_or_default();
        let setting = line.contains(" = ") && all().any(|(_, field)| field == name);
        if setting || line.starts_with('[') { line.to_owned() } else { String::new() }
    };
    EXAMPLE.lines().map(mentioned).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_says_the_defaults() {
    assert_eq!(read_with(EXAMPLE, &[]).unwrap(), Settings::default());
    assert_eq!(read_with("", &[]).unwrap(), Settings::default());
}

#[test]
fn the_example_names_every_setting_and_no_other() {
    let full: Table = toml::from_str(&example_in_full()).unwrap();
    for (section, field) in all() {
        let mut place = Some(&full);
        for part in section.split('.') {
            place = place.and_then(|table| table.get(part)).and_then(Value::as_table);
        }
        assert!(place.is_some_and(|table| table.contains_key(field)), "[{section}] {field}");
    }
    read_with(&example_in_full(), &[]).unwrap();
}

#[test]
fn the_list_of_names_is_that_of_the_fields() {
    for (section, fields) in SECTIONS {
        let fault = fits(section, "zzz", Value::Boolean(true)).unwrap_err();
        let below = SECTIONS.iter().filter_map(|(name, _)| name.strip_prefix(section));
        let below = below.filter_map(|name| name.strip_prefix('.'));
        let mut known: Vec<_> =
            fields.iter().copied().chain(below).map(|name| format!("`{name}`")).collect();
        let (_, expected) = fault.split_once("expected ").unwrap();
        let mut expected: Vec<_> =
            expected.split('`').skip(1).step_by(2).map(|name| format!("`{name}`")).collect();
        known.sort();
        expected.sort();
        assert_eq!(known, expected, "[{section}]");
    }
}

#[test]
fn every_fault_is_told_with_its_line() {
    let text = "[gateway]\nlisten = \"localhost\"\n\n[gateway.limits]\nhead_byte = 1\nhead_lines = \"many\"\n[gatway]\nlisten = 1\n";
    insta::assert_snapshot!(faults(text, &[]), @r#"
keyway.toml, line 2: [gateway] listen: invalid socket address syntax
keyway: keyway.toml, line 5: there is no setting `head_byte` in [gateway.limits]; did you mean `head_bytes`?
keyway: keyway.toml, line 6: [gateway.limits] head_lines: invalid type: string "many", expected usize
keyway: keyway.toml, line 7: there is no section [gatway]; did you mean [gateway]?
"#);
    insta::assert_snapshot!(faults("[console]\nlissten = 1", &[]), @"keyway.toml, line 2: there is no setting `lissten` in [console]; did you mean `listen`?");
    insta::assert_snapshot!(faults("listen = 1", &[]), @r#"keyway.toml, line 1: `listen` stands outside of a section; the sections are [store], [secrets], [keys], [gateway], [gateway.upstream], [gateway.timeouts], [gateway.limits], [console], [operations], [api], [payments], [mail], [sms]"#);
    insta::assert_snapshot!(faults("[store]\nurl = sqlite", &[]), @"keyway.toml, line 2: string values must be quoted, expected literal string");
    insta::assert_snapshot!(faults("[gateway]\nplain_http = \"yes\"", &[]), @"keyway.toml, line 2: [gateway] plain_http: unknown variant `yes`, expected one of `refuse-live`, `live-from-loopback`, `tls-ends-before`");
    insta::assert_snapshot!(faults("[gateway.upstream]\nlive = \"http://x\"", &[]), @"keyway.toml: missing field `sandbox` in `gateway.upstream`");
}

#[test]
fn a_section_that_is_not_there_is_told_with_the_nearest_one() {
    for (text, expected) in [
        (
            "[gateway.timeout]\nhead_s = 1",
            "there is no section [gateway.timeout]; did you mean [gateway.timeouts]?",
        ),
        (
            "[gateway.upsteam]",
            "there is no section [gateway.upsteam]; did you mean [gateway.upstream]?",
        ),
        (
            "[gatway.limits]\nhead_bytes = 1",
            "there is no section [gatway.limits]; did you mean [gateway.limits]?",
        ),
        (
            "[gatway]\nworkers = 1\n[gatway.limits]",
            "there is no section [gatway]; did you mean [gateway]?",
        ),
        (
            "gateway.limit = { head_bytes = 1 }",
            "there is no section [gateway.limit]; did you mean [gateway.limits]?",
        ),
        ("[gateway]\nlimits = 1", "`limits` is no setting but the section [gateway.limits]"),
        ("gateway = 1", "`gateway` is no setting but the section [gateway]"),
        ("[[gateway]]", "`gateway` is no setting but the section [gateway]"),
        (
            "[gateway]\nhead_bytes = 1",
            "there is no setting `head_bytes` in [gateway]; it belongs into [gateway.limits]",
        ),
        ("[store]\nlisten = 1", "there is no setting `listen` in [store]; did you mean `url`?"),
        (
            "[gateway.timeouts]\nhead = 1",
            "there is no setting `head` in [gateway.timeouts]; did you mean `head_s`?",
        ),
    ] {
        let fault = faults(text, &[]);
        let (_, fault) = fault.split_once(": ").unwrap();
        assert_eq!(fault, expected, "{text}");
    }
}

#[test]
fn a_subsection_of_the_environment_is_told_with_the_nearest_name() {
    let environment = [("KEYWAY_GATEWAY_TIMEOUT_HEAD_S", "1")];
    insta::assert_snapshot!(faults("", &environment), @"there is no setting KEYWAY_GATEWAY_TIMEOUT_HEAD_S in the environment; did you mean KEYWAY_GATEWAY_TIMEOUTS_HEAD_S?");
}

#[test]
fn the_environment_stands_above_the_file() {
    let text = "[gateway]\nlisten = \"127.0.0.1:1\"\nworkers = 3";
    let environment = [
        ("KEYWAY_GATEWAY_LISTEN", "127.0.0.1:2"),
        ("KEYWAY_GATEWAY_LIMITS_HEAD_BYTES", "8192"),
        ("KEYWAY_GATEWAY_TRUSTED_PROXIES", r#"["10.0.0.0/8"]"#),
        ("KEYWAY_SECRETS_PEPPER_FILE", "1"),
        ("KEYWAY_LOG", "debug"),
        ("KEYWAY_API_KEY", "x"),
        ("KEYWAY_URL", "x"),
        ("KEYWAY_CONFIG_DIR", "x"),
        ("PATH", "/bin"),
    ];
    let settings = read_with(text, &environment).unwrap();
    assert_eq!(settings.gateway.listen.port(), 2);
    assert_eq!(settings.gateway.workers, std::num::NonZeroUsize::new(3));
    assert_eq!(settings.gateway.limits.head_bytes, 8192);
    assert_eq!(settings.gateway.trusted_proxies.len(), 1);
    assert_eq!(settings.secrets.pepper_file, Path::new("1"));
}

#[test]
fn every_fault_of_the_environment_is_told() {
    let environment = [
        ("KEYWAY_GATEWAY_LISSEN", "x"),
        ("KEYWAY_SECRETS_PEPER", "x"),
        ("KEYWAY_GATEWAY_WORKERS", "many"),
    ];
    insta::assert_snapshot!(faults("", &environment), @r#"
there is no setting KEYWAY_GATEWAY_LISSEN in the environment; did you mean KEYWAY_GATEWAY_LISTEN?
keyway: there is no setting KEYWAY_SECRETS_PEPER in the environment; did you mean KEYWAY_SECRETS_PEPPER?
keyway: KEYWAY_GATEWAY_WORKERS: invalid type: string "many", expected a nonzero usize
"#);
}

#[test]
fn what_is_no_text_is_a_fault_only_where_it_is_ours() {
    use std::os::unix::ffi::OsStringExt;
    let no_text = OsString::from_vec(vec![0xff]);
    let of = |name: &str| [(OsString::from(name), no_text.clone())].into_iter();
    assert!(read(Path::new("x"), "", of("LS_COLORS")).is_ok());
    let fault = read(Path::new("x"), "", of("KEYWAY_GATEWAY_LISTEN")).unwrap_err();
    insta::assert_snapshot!(fault, @"KEYWAY_GATEWAY_LISTEN is no UTF-8 text");
}

#[test]
fn a_secret_in_the_environment_is_taken_and_never_printed() {
    let hex = "00112233445566778899aabbccddeeff".repeat(2);
    let settings = read_with("", &[(PEPPER, &hex)]).unwrap();
    assert!(settings.secrets.variables.pepper.is_some());
    assert!(!format!("{settings:?}").contains("0011"));
}
