//! From the file's text and the environment to settings. Every fault is found, each with its place,
//! and an unknown name with the nearest known one.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::Settings;
use super::names::{SECTIONS, all, below, fields, is_section, nearest, variable};
use crate::secrets::Hex;

/// What the environment may hold beside settings: how much is logged, and what the commands of people
/// read.
const OTHERS: [&str; 4] = ["KEYWAY_LOG", "KEYWAY_API_KEY", "KEYWAY_URL", "KEYWAY_CONFIG_DIR"];
/// Secrets in the environment, in the stead of their files.
pub(crate) const PEPPER: &str = "KEYWAY_SECRETS_PEPPER";
/// The pepper before.
pub(crate) const PREVIOUS_PEPPER: &str = "KEYWAY_SECRETS_PREVIOUS_PEPPER";
/// The pepper of the system that keys are imported from.
pub(crate) const IMPORT_PEPPER: &str = "KEYWAY_SECRETS_IMPORT_PEPPER";
/// The sealing key.
pub(crate) const SEALING_KEY: &str = "KEYWAY_SECRETS_SEALING_KEY";

/// Reads the text of a file, and lays over it what the environment says.
pub(super) fn read(
    file: &Path,
    text: &str,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Settings> {
    let mut reading = Reading { file, text, table: Table::new(), faults: Vec::new() };
    reading.file()?;
    let mut settings = Settings::default();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| is_ours(name)) else { continue };
        match value.to_str() {
            Some(value) => reading.variable(name, value, &mut settings),
            None => reading.faults.push((usize::MAX, format!("{name} is no UTF-8 text"))),
        }
    }
    let Reading { table, mut faults, .. } = reading;
    if !faults.is_empty() {
        faults.sort_by_key(|(line, _)| *line);
        let faults: Vec<_> = faults.into_iter().map(|(_, fault)| fault).collect();
        bail!("{}", faults.join("\nkeyway: "));
    }
    let secrets = settings.secrets.variables;
    let named = |error: toml::de::Error| {
        anyhow!("{}: {}", file.display(), error.to_string().trim_end().replace('\n', " "))
    };
    settings = Value::Table(table).try_into().map_err(named)?;
    settings.secrets.variables = secrets;
    Ok(settings)
}

fn is_ours(name: &str) -> bool {
    name.starts_with("KEYWAY_") && !OTHERS.contains(&name)
}

struct Reading<'r> {
    file: &'r Path,
    text: &'r str,
    /// What was found without fault.
    table: Table,
    /// Each with its line; what has none stands last.
    faults: Vec<(usize, String)>,
}

impl Reading<'_> {
    fn file(&mut self) -> Result<()> {
        let broken = |error: toml::de::Error| {
            let line = self.line(error.span().map_or(0, |span| span.start));
            anyhow!("{}: {}", self.place(line), error.message())
        };
        let spanned = DeTable::parse(self.text).map_err(broken)?;
        let values = toml::from_str(self.text).map_err(broken)?;
        self.section("", spanned.get_ref(), &values);
        Ok(())
    }

    fn section(&mut self, section: &str, spanned: &DeTable<'_>, values: &Table) {
        for (name, value) in spanned {
            let line = self.line(name.span().start);
            let place = self.place(line);
            let name: &str = name.get_ref();
            let below = below(section, name);
            match (value.get_ref(), values.get(name)) {
                (DeValue::Table(spanned), Some(Value::Table(values))) if is_section(&below) => {
                    self.section(&below, spanned, values);
                }
                (_, Some(value)) if fields(section).contains(&name) => {
                    if let Err(fault) = self.lay(section, name, value.clone()) {
                        self.faults.push((line, format!("{place}: [{section}] {name}: {fault}")));
                    }
                }
                (value, _) => {
                    let fault = unknown(section, name, value);
                    self.faults.push((line, format!("{place}: {fault}")));
                }
            }
        }
    }

    fn variable(&mut self, name: &str, text: &str, settings: &mut Settings) {
        let secrets = &mut settings.secrets.variables;
        let secret = match name {
            PEPPER => &mut secrets.pepper,
            PREVIOUS_PEPPER => &mut secrets.previous_pepper,
            IMPORT_PEPPER => &mut secrets.import_pepper,
            SEALING_KEY => &mut secrets.sealing_key,
            _ => return self.setting(name, text),
        };
        *secret = Some(Hex::new(text));
    }

    fn setting(&mut self, name: &str, text: &str) {
        let Some((section, field)) =
            all().find(|(section, field)| variable(section, field) == name)
        else {
            let known = all().map(|(section, field)| variable(section, field));
            let secrets = [PEPPER, PREVIOUS_PEPPER, IMPORT_PEPPER, SEALING_KEY];
            let known: Vec<_> = known.chain(secrets.map(str::to_owned)).collect();
            let nearest = nearest(name, known.iter().map(String::as_str));
            let fault =
                format!("there is no setting {name} in the environment; did you mean {nearest}?");
            return self.faults.push((usize::MAX, fault));
        };
        // What a field takes decides how its text is read: as it stands, or as in the file.
        if let Err(fault) = self.lay(section, field, Value::String(text.to_owned()))
            && as_in_the_file(text).is_none_or(|value| self.lay(section, field, value).is_err())
        {
            self.faults.push((usize::MAX, format!("{name}: {fault}")));
        }
    }

    /// Takes a value, if its field does.
    fn lay(&mut self, section: &str, field: &str, value: Value) -> Result<(), String> {
        fits(section, field, value.clone())?;
        let mut place = &mut self.table;
        for part in section.split('.') {
            let below = place.entry(part).or_insert_with(|| Value::Table(Table::new()));
            place = below.as_table_mut().ok_or("it is no section")?;
        }
        place.insert(field.to_owned(), value);
        Ok(())
    }

    fn line(&self, offset: usize) -> usize {
        self.text.get(..offset).unwrap_or_default().matches('\n').count() + 1
    }

    fn place(&self, line: usize) -> String {
        format!("{}, line {line}", self.file.display())
    }
}

/// Whether settings of this field alone can be read.
fn fits(section: &str, field: &str, value: Value) -> Result<(), String> {
    let mut table = Table::new();
    if section == "gateway.upstream" {
        // The two that go together.
        table.extend(
            ["live", "sandbox"].map(|name| (name.to_owned(), Value::String(String::new()))),
        );
    }
    table.insert(field.to_owned(), value);
    for part in section.split('.').rev() {
        table = Table::from_iter([(part.to_owned(), Value::Table(table))]);
    }
    match Value::Table(table).try_into::<Settings>() {
        Ok(_) => Ok(()),
        Err(error) => Err(error.message().to_owned()),
    }
}

fn as_in_the_file(text: &str) -> Option<Value> {
    match toml::from_str::<Table>(&format!("value = {text}")) {
        Ok(mut table) => table.remove("value"),
        Err(_) => None,
    }
}

fn unknown(section: &str, name: &str, value: &DeValue<'_>) -> String {
    let path = below(section, name);
    if is_section(&path) {
        return format!("`{name}` is no setting but the section [{path}]");
    }
    if let DeValue::Table(table) = value {
        let path = header(path, table);
        let nearest = nearest(&path, SECTIONS.iter().map(|(name, _)| *name));
        return format!("there is no section [{path}]; did you mean [{nearest}]?");
    }
    if section.is_empty() {
        let sections: Vec<_> = SECTIONS.iter().map(|(name, _)| format!("[{name}]")).collect();
        return format!(
            "`{name}` stands outside of a section; the sections are {}",
            sections.join(", ")
        );
    }
    let mut elsewhere = all().filter(|(_, field)| *field == name);
    if let (Some((home, _)), None) = (elsewhere.next(), elsewhere.next()) {
        return format!("there is no setting `{name}` in [{section}]; it belongs into [{home}]");
    }
    let nearest = nearest(name, fields(section).iter().copied());
    format!("there is no setting `{name}` in [{section}]; did you mean `{nearest}`?")
}

/// The header that a section was written under: one that holds nothing but another was not written.
fn header(mut path: String, mut table: &DeTable<'_>) -> String {
    while table.len() == 1
        && let Some((name, value)) = table.iter().next()
        && let DeValue::Table(inner) = value.get_ref()
    {
        path = below(&path, name.get_ref());
        table = inner;
    }
    path
}

#[cfg(test)]
mod tests;
