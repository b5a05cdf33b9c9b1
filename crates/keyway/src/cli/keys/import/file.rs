//! The lines of a file: what each says of a key, or what is wrong with it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::csv::records;

/// What a line says of a key, as the API wants it said.
pub(super) struct Line {
    /// The number of the line, from one.
    pub(super) number: usize,
    pub(super) key: Value,
}

/// What can be said of a key.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    hash: String,
    algorithm: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connect_permissions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_allowlist: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last4: Option<String>,
}

/// The columns that hold several words.
const LISTS: [&str; 3] = ["permissions", "connect_permissions", "ip_allowlist"];

/// The good lines and, by their numbers, the bad ones. JSON begins with a brace, as no header row does.
pub(super) fn read(text: &str) -> (Vec<Line>, Vec<(usize, String)>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = if text.trim_start().starts_with('{') { json(text) } else { csv(text) };
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (number, line) in read {
        match line {
            Ok(key) => good.push(Line { number, key }),
            Err(fault) => bad.push((number, fault)),
        }
    }
    (good, bad)
}

type Read = Vec<(usize, Result<Value, String>)>;

fn json(text: &str) -> Read {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(number, line)| {
        let read = serde_json::from_str::<Entry>(line).and_then(serde_json::to_value);
        (number + 1, read.map_err(|error| error.to_string()))
    });
    read.collect()
}

fn csv(text: &str) -> Read {
    let mut records = records(text).into_iter();
    let header = match records.next() {
        Some((_, Ok(header))) => header,
        Some((number, Err(fault))) => return vec![(number, Err(fault.to_owned()))],
        None => return Vec::new(),
    };
    let read = records.map(|(number, fields)| {
        let read = fields.map_err(str::to_owned).and_then(|fields| named(&header, fields));
        (number, read)
    });
    read.collect()
}

/// The fields of a row by the names of their columns; an empty one says nothing.
fn named(header: &[String], fields: Vec<String>) -> Result<Value, String> {
    if fields.len() != header.len() {
        return Err(format!("{} fields where the header has {}", fields.len(), header.len()));
    }
    let mut key = Map::new();
    for (name, field) in header.iter().map(|name| name.trim()).zip(fields) {
        let value = match field.trim() {
            "" => continue,
            list if LISTS.contains(&name) => {
                list.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect()
            }
            text => Value::from(text),
        };
        key.insert(name.to_owned(), value);
    }
    let read = serde_json::from_value::<Entry>(Value::Object(key)).and_then(serde_json::to_value);
    read.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let (good, bad) = read(text);
        let good = good.iter().map(|line| format!("{} {}", line.number, line.key));
        let bad = bad.iter().map(|(number, fault)| format!("{number} bad: {fault}"));
        good.chain(bad).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        insta::assert_snapshot!(told(
            "name,hash,algorithm,permissions,note\n\
             \"Shop, Rome\",ab,sha256,,\"two\nlines\"\n\
             Till,cd,hmac_sha256,customer_read charge_write,\n\
             Short,ef\n\
             ,ef,sha256,,\n"
        ), @r#"
        2 {"name":"Shop, Rome","hash":"ab","algorithm":"sha256","note":"two\nlines"}
        4 {"name":"Till","hash":"cd","algorithm":"hmac_sha256","permissions":["customer_read","charge_write"]}
        5 bad: 2 fields where the header has 5
        6 bad: missing field `name`
        "#);
    }

    #[test]
    fn lines_of_json_are_told_by_their_first_brace() {
        insta::assert_snapshot!(told(
            "{\"name\": \"Shop\", \"hash\": \"ab\", \"algorithm\": \"sha256\"}\n\n\
             {\"name\": \"Till\", \"hash\": 7, \"algorithm\": \"sha256\"}\n\
             {\"name\": \"Till\", \"value\": \"x\"}\n"
        ), @r#"
        1 {"name":"Shop","hash":"ab","algorithm":"sha256"}
        3 bad: invalid type: integer `7`, expected a string at line 1 column 26
        4 bad: unknown field `value`, expected one of `name`, `hash`, `algorithm`, `note`, `type`, `permissions`, `connect_permissions`, `ip_allowlist`, `expires_at`, `last4` at line 1 column 24
        "#);
    }
}
