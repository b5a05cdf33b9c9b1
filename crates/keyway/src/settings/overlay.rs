//! Names: an unknown one is an error that names the nearest, in the file and in the environment.

use anyhow::{Result, anyhow, bail};
use toml::{Table, Value};

/// Each section with its fields.
pub(super) const NAMES: [(&str, &[&str]); 10] = [
    ("store", &["url"]),
    ("secrets", &["pepper_file", "previous_pepper_file", "sealing_key_file"]),
    (
        "gateway",
        &[
            "listen",
            "workers",
            "tls_certificate",
            "tls_key",
            "plain_http",
            "trusted_proxies",
            "docs_url",
            "journal",
            "lease_s",
        ],
    ),
    ("gateway.upstream", &["live", "sandbox", "ca_file"]),
    (
        "gateway.timeouts",
        &[
            "head_s",
            "handshake_s",
            "body_idle_s",
            "connect_s",
            "upstream_s",
            "upstream_idle_s",
            "drain_s",
        ],
    ),
    ("gateway.limits", &["head_bytes", "head_lines", "body_bytes", "connections", "upstream_idle"]),
    ("console", &["listen"]),
    ("operations", &["listen"]),
    ("api", &["openapi", "versions"]),
    ("payments", &["database"]),
];

/// Variables that are no settings.
const OTHERS: [&str; 4] =
    ["KEYWAY_LOG", "KEYWAY_TEST_PYTHON", "KEYWAY_TEST_PYTHONPATH", "KEYWAY_TEST_NODE_PATH"];

/// Checks every name in a file.
pub(super) fn check_names(table: &Table) -> Result<()> {
    for (section, value) in table {
        let Value::Table(fields) = value else {
            bail!("`{section}` stands outside of a section; the sections are {}", sections());
        };
        check_section(section, fields)?;
    }
    Ok(())
}

fn check_section(section: &str, fields: &Table) -> Result<()> {
    let Some((_, known)) = NAMES.iter().find(|(name, _)| *name == section) else {
        let nearest = nearest(section, NAMES.iter().map(|(name, _)| *name));
        bail!("there is no section [{section}]; did you mean [{nearest}]?");
    };
    for (field, value) in fields {
        let below = format!("{section}.{field}");
        let is_section = NAMES.iter().any(|(name, _)| *name == below);
        if let (true, Value::Table(fields)) = (is_section, value) {
            check_section(&below, fields)?;
        } else if !known.contains(&field.as_str()) {
            let nearest = nearest(field, known.iter().copied());
            bail!("there is no setting `{field}` in [{section}]; did you mean `{nearest}`?");
        }
    }
    Ok(())
}

/// Puts what the environment says in the place of what the file says.
pub(super) fn lay_environment(
    table: &mut Table,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<()> {
    let all = || {
        NAMES.iter().flat_map(|(section, fields)| fields.iter().map(move |field| (section, field)))
    };
    let ours = variables
        .filter(|(name, _)| name.starts_with("KEYWAY_") && !OTHERS.contains(&name.as_str()));
    for (name, text) in ours {
        let found = all().find(|(section, field)| variable(section, field) == name);
        let Some((section, field)) = found else {
            let known: Vec<String> =
                all().map(|(section, field)| variable(section, field)).collect();
            let nearest = nearest(&name, known.iter().map(String::as_str));
            bail!("there is no setting {name} in the environment; did you mean {nearest}?");
        };
        let mut place = &mut *table;
        for part in section.split('.') {
            let below = place.entry(part).or_insert_with(|| Value::Table(Table::new()));
            place = below.as_table_mut().ok_or_else(|| anyhow!("[{section}] is no section"))?;
        }
        place.insert((*field).to_owned(), value(&text));
    }
    Ok(())
}

/// `[gateway.limits] head_bytes` as `KEYWAY_GATEWAY_LIMITS_HEAD_BYTES`.
fn variable(section: &str, field: &str) -> String {
    format!("KEYWAY_{section}_{field}").replace('.', "_").to_ascii_uppercase()
}

/// Numbers and lists are written as in the file; everything else is text.
fn value(text: &str) -> Value {
    match toml::from_str::<Table>(&format!("value = {text}")) {
        Ok(mut table) => table.remove("value").unwrap_or_else(|| Value::String(text.to_owned())),
        Err(_) => Value::String(text.to_owned()),
    }
}

fn sections() -> String {
    NAMES.map(|(name, _)| format!("[{name}]")).join(", ")
}

fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> &'n str {
    known.min_by_key(|known| strsim::damerau_levenshtein(name, known)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        check_names(&toml::from_str(text).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest() {
        insta::assert_snapshot!(refused("[gatway]"), @"there is no section [gatway]; did you mean [gateway]?");
        insta::assert_snapshot!(refused("[console]\nlissten = 1"), @"there is no setting `lissten` in [console]; did you mean `listen`?");
        insta::assert_snapshot!(refused("[gateway.limits]\nhead_byte = 1"), @"there is no setting `head_byte` in [gateway.limits]; did you mean `head_bytes`?");
        assert!(refused("listen = 1").starts_with("`listen` stands outside of a section"));
    }

    #[test]
    fn the_environment_stands_above_the_file() {
        let mut table: Table = toml::from_str("[gateway]\nlisten = \"127.0.0.1:1\"").unwrap();
        let set = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let variables = [
            set("KEYWAY_GATEWAY_LISTEN", "127.0.0.1:2"),
            set("KEYWAY_GATEWAY_LIMITS_HEAD_BYTES", "8192"),
            set("KEYWAY_GATEWAY_TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
            set("KEYWAY_LOG", "debug"),
            set("PATH", "/bin"),
        ];
        lay_environment(&mut table, variables.into_iter()).unwrap();
        insta::assert_debug_snapshot!(table.get("gateway").unwrap(), @r#"
        Table({
            "limits": Table({
                "head_bytes": Integer(
                    8192,
                ),
            }),
            "listen": String(
                "127.0.0.1:2",
            ),
            "trusted_proxies": Array([
                String(
                    "10.0.0.0/8",
                ),
            ]),
        })
        "#);
    }

    #[test]
    fn an_unknown_variable_is_refused_with_the_nearest() {
        let variables = [("KEYWAY_GATEWAY_LISSEN".to_owned(), "x".to_owned())];
        let error = lay_environment(&mut Table::new(), variables.into_iter()).unwrap_err();
        insta::assert_snapshot!(error, @"there is no setting KEYWAY_GATEWAY_LISSEN in the environment; did you mean KEYWAY_GATEWAY_LISTEN?");
    }
}
