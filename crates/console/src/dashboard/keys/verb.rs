//! What can be done to a key: the form for it, and the command that comes of its answers.

use std::net::IpAddr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use keys::{AllowList, Days, Edit, Ending, IpRestriction, Key, KeyCommand, Reveal, Schedule};
use serde::Deserialize;

use super::super::panel::{Field, FieldKind, Panel};
use super::super::place::keys_path;
use super::super::words::{DoneWords, PanelWords, Words};

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verb {
    Edit,
    Duplicate,
    Rotate,
    Schedule,
    Cancel,
    Restrict,
    Reveal,
    Expire,
    Delete,
}

/// The answers of all forms; each asks for its own.
#[derive(Deserialize)]
pub(super) struct Fields {
    name: Option<String>,
    note: Option<String>,
    ending: Option<String>,
    /// The moment that an ending has come to mean, once a code was sent for it.
    pub(super) until: Option<Timestamp>,
    when: Option<String>,
    every: Option<String>,
    addresses: Option<String>,
    /// Whether it was said that a list without addresses means anywhere.
    anywhere: Option<String>,
}

impl Verb {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Duplicate => "duplicate",
            Self::Rotate => "rotate",
            Self::Schedule => "schedule",
            Self::Cancel => "cancel",
            Self::Restrict => "restrict",
            Self::Reveal => "reveal",
            Self::Expire => "expire",
            Self::Delete => "delete",
        }
    }

    /// What is told once it is done, where no value is shown.
    pub(super) fn notice(self, texts: &DoneWords) -> Option<&'static str> {
        match self {
            Self::Edit => Some(texts.saved),
            Self::Schedule => Some(texts.scheduled),
            Self::Cancel => Some(texts.cancelled),
            Self::Restrict => Some(texts.restricted),
            Self::Expire => Some(texts.expired),
            Self::Delete => Some(texts.deleted),
            Self::Duplicate | Self::Rotate | Self::Reveal => None,
        }
    }

    /// The form for it. `own` is the address of its reader.
    pub(super) fn panel(self, key: &Key, words: &'static Words, own: IpAddr) -> Panel {
        let texts = &words.panel;
        let (title, text, submit) = self.texts(key.reveal, words);
        let text = match self {
            Self::Restrict => {
                let is_out = !key.restriction.allows(own);
                let told = if is_out { texts.not_listed } else { "" };
                format!("{text} {} {own}. {told}", texts.own_address).trim_end().to_owned()
            }
            Self::Edit
            | Self::Duplicate
            | Self::Rotate
            | Self::Schedule
            | Self::Cancel
            | Self::Reveal
            | Self::Expire
            | Self::Delete => text.to_owned(),
        };
        Panel {
            title,
            about: Some(format!("{} · {}", key.name, key.mask())),
            text,
            action: format!("{}/{}/{}", keys_path(key.place), key.id, self.as_str()),
            back: keys_path(key.place),
            submit,
            is_grave: matches!(self, Self::Delete | Self::Expire),
            fields: self.fields(key, texts, words),
        }
    }

    fn texts(
        self,
        reveal: Reveal,
        words: &'static Words,
    ) -> (&'static str, &'static str, &'static str) {
        let texts = &words.panel;
        match self {
            Self::Edit => (texts.edit_title, "", texts.save),
            Self::Duplicate => {
                (texts.duplicate_title, texts.duplicate_text, texts.duplicate_submit)
            }
            Self::Rotate => (texts.rotate_title, texts.rotate_text, texts.rotate_submit),
            Self::Schedule => (texts.schedule_title, texts.schedule_text, texts.schedule_submit),
            Self::Cancel => (texts.schedule_title, texts.schedule_text, texts.schedule_cancel),
            Self::Restrict => (texts.restrict_title, texts.restrict_text, texts.save),
            Self::Reveal if reveal == Reveal::Always => {
                (words.keys.reveal_test, texts.reveal_test_text, texts.reveal_submit)
            }
            Self::Reveal => (texts.reveal_title, texts.reveal_text, texts.reveal_submit),
            Self::Expire => (texts.expire_title, texts.expire_text, texts.expire_title),
            Self::Delete => (texts.delete_title, texts.delete_text, texts.delete_title),
        }
    }

    fn fields(self, key: &Key, texts: &'static PanelWords, words: &'static Words) -> Vec<Field> {
        let field =
            |name, (label, hint), value: String, kind| Field { name, label, hint, value, kind };
        let name = |value: &str| {
            field("name", (words.keys.name, texts.name_hint), value.to_owned(), FieldKind::Line)
        };
        let note = |value: Option<&str>| {
            let value = value.unwrap_or_default().to_owned();
            field("note", (texts.note, texts.note_hint), value, FieldKind::Lines)
        };
        match self {
            Self::Edit => vec![name(&key.name), note(key.note.as_deref())],
            Self::Duplicate => vec![name(&key.name)],
            Self::Rotate => {
                let choice = FieldKind::Choice(&texts.endings);
                vec![field("ending", (texts.expiration, ""), "now".to_owned(), choice)]
            }
            Self::Schedule => vec![
                field("when", (texts.when, texts.when_hint), String::new(), FieldKind::Moment),
                field("every", (texts.every, texts.every_hint), String::new(), FieldKind::Days),
            ],
            Self::Restrict => {
                let listed = match &key.restriction {
                    IpRestriction::Anywhere => String::new(),
                    IpRestriction::Only(list) => {
                        let ranges: Vec<String> =
                            list.iter().map(|range| range.to_string()).collect();
                        ranges.join(
                            "
",
                        )
                    }
                };
                let anywhere = (texts.anywhere, "");
                vec![
                    field(
                        "addresses",
                        (texts.addresses, texts.addresses_hint),
                        listed,
                        FieldKind::Lines,
                    ),
                    field("anywhere", anywhere, String::new(), FieldKind::Check),
                ]
            }
            Self::Cancel | Self::Reveal | Self::Expire | Self::Delete => Vec::new(),
        }
    }

    /// The command that the answers ask for, or what is wrong with them.
    pub(super) fn command(
        self,
        fields: &Fields,
        texts: &PanelWords,
        now: Timestamp,
    ) -> Result<KeyCommand, String> {
        Ok(match self {
            Self::Duplicate => KeyCommand::Duplicate { name: fields.name.clone(), note: None },
            Self::Edit => KeyCommand::Edit(Edit {
                name: fields.name.clone(),
                note: fields.note.clone(),
                ..Edit::default()
            }),
            Self::Rotate => KeyCommand::Rotate(ending(fields, now)?),
            Self::Schedule => KeyCommand::Schedule(schedule(fields)?),
            Self::Cancel => KeyCommand::CancelSchedule,
            Self::Restrict => KeyCommand::Edit(Edit {
                restriction: Some(restriction(fields, texts)?),
                ..Edit::default()
            }),
            Self::Reveal => KeyCommand::Reveal,
            Self::Expire => KeyCommand::Expire,
            Self::Delete => KeyCommand::Delete,
        })
    }
}

fn ending(fields: &Fields, now: Timestamp) -> Result<Ending, String> {
    if let Some(at) = fields.until {
        return Ok(Ending::At(at));
    }
    let hours = match fields.ending.as_deref() {
        Some("now") => return Ok(Ending::Now),
        Some("1h") => 1,
        Some("24h") => 24,
        Some("3d") => 3 * 24,
        Some("7d") => 7 * 24,
        Some(_) | None => return Err("Choose when the old key expires.".to_owned()),
    };
    let at = now.checked_add(SignedDuration::from_hours(hours));
    Ok(Ending::At(at.unwrap_or(Timestamp::MAX)))
}

fn schedule(fields: &Fields) -> Result<Schedule, String> {
    let when = fields.when.as_deref().unwrap_or_default();
    let next = when.parse::<DateTime>().and_then(|moment| moment.to_zoned(TimeZone::UTC));
    let next = next.map_err(|_cause| "Say a day and a time, as 2026-12-24 08:00.".to_owned())?;
    let every = match fields.every.as_deref().unwrap_or_default().trim() {
        "" => None,
        days => {
            let days = days.parse().map_or(None, Days::new);
            Some(days.ok_or("A key is rotated every 1 to 365 days.")?)
        }
    };
    Ok(Schedule { next: next.timestamp(), every, grace: SignedDuration::ZERO })
}

/// To open a key to all the world by emptying a field would be an accident waiting.
fn restriction(fields: &Fields, texts: &PanelWords) -> Result<IpRestriction, String> {
    let text = fields.addresses.as_deref().unwrap_or_default();
    let entries = text.split(|letter: char| letter.is_whitespace() || letter == ',');
    let mut entries = entries.filter(|entry| !entry.is_empty()).peekable();
    if entries.peek().is_none() {
        return match fields.anywhere {
            Some(_) => Ok(IpRestriction::Anywhere),
            None => Err(texts.anywhere_first.to_owned()),
        };
    }
    let list = AllowList::parse(entries).map_err(|error| format!("{error}."))?;
    Ok(IpRestriction::Only(list))
}
