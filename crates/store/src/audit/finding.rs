//! Finding events: a statement asks only about what is wanted, so that an index answers it.
//!
//! What is left out of it would be a condition that holds for all, and an engine that plans before it
//! knows the values would read the whole audit for it.

use jiff::Timestamp;
use keys::{AccountId, EventId, Mode, OrganizationId, UserId};
use sqlx::AssertSqlSafe;

use super::{Recorded, recorded};
use crate::row::Row;
use crate::{Store, StoreError};

const ABOUT_KEYS: &str = "(object LIKE 'key\\_%' ESCAPE '\\' \
     OR (object IS NULL AND kind LIKE 'api\\_key.%' ESCAPE '\\'))";

/// Which events are asked for. What is not named is not asked about.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of that account.
    pub account: Option<AccountId>,
    /// Of that mode alone.
    pub mode: Option<Mode>,
    /// Beside those of that mode those that have none, as all that is about the account itself.
    pub without_mode: bool,
    /// Of that organization itself, and none of its accounts.
    pub organization: Option<OrganizationId>,
    /// Of that person: what they did, and what was done about how they sign in.
    pub person: Option<UserId>,
    /// About how that person signs in, and nothing else.
    pub sign_in_of: Option<UserId>,
    /// About the thing of that id.
    pub object: Option<String>,
    /// Of the actor of that id.
    pub actor: Option<String>,
    /// From that time on.
    pub from: Option<Timestamp>,
    /// Before that time.
    pub until: Option<Timestamp>,
    /// About keys alone.
    pub keys_only: bool,
    /// Of that kind alone, such as `api_key.rotated`.
    pub kind: Option<String>,
    /// Before the event of that id.
    pub before: Option<EventId>,
    /// The most that are answered.
    pub most: u16,
}

impl Store {
    /// Audit events, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn events(&self, wanted: Wanted) -> Result<Vec<Recorded>, StoreError> {
        let Statement { text, values } = Statement::of(wanted);
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        let rows = self.rows(query).await?;
        rows.iter().map(|columns| recorded(Row::new("events", columns))).collect()
    }
}

/// A statement that is made of constant texts, and what is bound to its places.
#[derive(Default)]
struct Statement {
    text: String,
    values: Vec<Value>,
}

enum Value {
    Text(String),
    Number(i64),
}

impl Statement {
    fn of(wanted: Wanted) -> Self {
        let mut statement = Self::default();
        // The events of one thing are few: no other index is to be tried.
        let (account, mode, actor, kind) = match wanted.object {
            Some(_) => ("account || ''", "mode || ''", "actor || ''", "kind || ''"),
            None => ("account", "mode", "actor", "kind"),
        };
        let mut all = Vec::new();
        let texts = [
            (account, wanted.account.map(|id| id.to_string())),
            ("organization", wanted.organization.map(|id| id.to_string())),
            ("person", wanted.sign_in_of.map(|id| id.to_string())),
            ("object", wanted.object),
            (actor, wanted.actor),
            (kind, wanted.kind),
        ];
        for (column, text) in texts {
            all.extend(
                text.map(|text| format!("{column} = {}", statement.bind(Value::Text(text)))),
            );
        }
        for (of, time) in [("at >=", wanted.from), ("at <", wanted.until)] {
            let bind = |time: Timestamp| statement.bind(Value::Number(time.as_microsecond()));
            all.extend(time.map(bind).map(|place| format!("{of} {place}")));
        }
        if let Some(before) = wanted.before {
            let place = statement.bind(Value::Text(before.to_string()));
            all.push(format!("number < (SELECT e.number FROM events e WHERE e.id = {place})"));
        }
        if wanted.keys_only {
            all.push(ABOUT_KEYS.to_owned());
        }
        // Each of them is in order by itself, which no "or" would be.
        let mut modes = Vec::new();
        if let Some(only) = wanted.mode {
            modes.push(format!("{mode} = {}", statement.bind(Value::Text(only.to_string()))));
            modes.extend(wanted.without_mode.then(|| format!("{mode} IS NULL")));
        }
        let mut people = Vec::new();
        if let Some(person) = wanted.person {
            let place = statement.bind(Value::Text(person.to_string()));
            people.extend(["actor", "person"].map(|column| format!("{column} = {place}")));
        }
        let most = statement.bind(Value::Number(wanted.most.into()));
        statement.text = written(&all, [&modes, &people], &most);
        statement
    }

    /// The place of a value in the text.
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

/// What holds of all that is found, and for each of the others one of its conditions.
fn written(all: &[String], either: [&[String]; 2], most: &str) -> String {
    let [modes, people] = either.map(|conditions| match conditions {
        [] => vec![None],
        some => some.iter().map(Some).collect(),
    });
    let mut arms = Vec::new();
    for mode in modes {
        for person in &people {
            let conditions: Vec<&str> =
                all.iter().chain(mode).chain(*person).map(String::as_str).collect();
            let conditions =
                if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" AND ") };
            arms.push(format!(
                "SELECT number, id, said FROM (SELECT number, id, said FROM events \
                 WHERE {conditions} ORDER BY number DESC LIMIT {most}) AS arm"
            ));
        }
    }
    format!("{} ORDER BY number DESC LIMIT {most}", arms.join(" UNION "))
}
