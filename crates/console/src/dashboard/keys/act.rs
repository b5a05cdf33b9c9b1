//! `/{owner}/{side}/apikeys/{key}/{act}`: what is done to a key by a form of a line or two, or by
//! saying yes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::{Command, Edit, Key, KeyCommand, Reveal};
use serde::Deserialize;

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::panel::{Field, FieldKind, Panel};
use super::super::place::{AtKey, Path};
use super::super::visit::Visit;
use super::super::words::Words;
use super::verb::Verb;
use super::{found, panel_of, value};
use crate::console::Shared;

#[derive(Deserialize)]
pub(super) struct Asked {
    act: Act,
}

/// What is done in such a way.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Edit,
    Cancel,
    Reveal,
    Expire,
    Delete,
}

#[derive(Deserialize)]
pub(super) struct Answers {
    name: Option<String>,
    note: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
    Path(Asked { act }): Path<Asked>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &visit, at).await?;
    Ok(act.panel(&key, visit.words()).page(&frame, None))
}

pub(super) async fn act(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    Path(Asked { act }): Path<Asked>,
    form: Csrf<Answers>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &form.visit, at).await?;
    let panel = act.panel(&key, form.visit.words());
    let command = Command::Key(key.id, act.command(&form.fields));
    value::carry_out(&shared, &frame, (Some(act.verb()), panel), form, command).await
}

impl Act {
    fn verb(self) -> Verb {
        match self {
            Self::Edit => Verb::Edit,
            Self::Cancel => Verb::Cancel,
            Self::Reveal => Verb::Reveal,
            Self::Expire => Verb::Expire,
            Self::Delete => Verb::Delete,
        }
    }

    fn panel(self, key: &Key, words: &'static Words) -> Panel {
        let texts = &words.panel;
        let (title, text, submit) = match self {
            Self::Edit => (texts.edit_title, "", texts.save),
            Self::Cancel => (texts.schedule_cancel, texts.cancel_text, texts.schedule_cancel),
            Self::Reveal if key.reveal == Reveal::Always => {
                (words.keys.reveal_test, texts.reveal_test_text, texts.reveal_submit)
            }
            Self::Reveal => (texts.reveal_title, texts.reveal_text, texts.reveal_submit),
            Self::Expire => (texts.expire_title, texts.expire_text, texts.expire_title),
            Self::Delete => (texts.delete_title, texts.delete_text, texts.delete_title),
        };
        let is_grave = matches!(self, Self::Delete | Self::Expire);
        let fields = if let Self::Edit = self { said_of(key, words) } else { Vec::new() };
        let panel = panel_of(key, self.verb(), (title, submit));
        Panel { text: text.to_owned(), is_grave, fields, ..panel }
    }

    fn command(self, answers: &Answers) -> KeyCommand {
        match self {
            Self::Edit => KeyCommand::Edit(Edit {
                name: answers.name.clone(),
                note: answers.note.clone(),
                ..Edit::default()
            }),
            Self::Cancel => KeyCommand::CancelSchedule,
            Self::Reveal => KeyCommand::Reveal,
            Self::Expire => KeyCommand::Expire,
            Self::Delete => KeyCommand::Delete,
        }
    }
}

/// Its name and its note.
fn said_of(key: &Key, words: &'static Words) -> Vec<Field> {
    let texts = &words.panel;
    let name = Field {
        name: "name",
        label: words.keys.name,
        hint: texts.name_hint,
        value: key.name.clone(),
        kind: FieldKind::Line,
    };
    let note = Field {
        name: "note",
        label: texts.note,
        hint: texts.note_hint,
        value: key.note.clone().unwrap_or_default(),
        kind: FieldKind::Lines,
    };
    vec![name, note]
}
