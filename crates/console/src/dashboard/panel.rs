//! A form: a page of its own, and the dialog that a script makes of it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::failure::{Failure, Wrong};
use super::form::Pairs;
use super::frame::Frame;
use super::page;
use super::words::PanelWords;
use crate::control::{ControlError, ProofError};

/// What somebody fills in before something is done.
pub(super) struct Panel {
    /// What will be done.
    pub(super) title: &'static str,
    /// What it is done to.
    pub(super) about: Option<String>,
    /// What comes of it.
    pub(super) text: String,
    /// Where it is sent.
    pub(super) action: String,
    /// Where one goes who does not want it.
    pub(super) back: String,
    /// What the button says.
    pub(super) submit: &'static str,
    /// Whether it cannot be undone.
    pub(super) is_grave: bool,
    pub(super) fields: Vec<Field>,
}

/// A question.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: String,
    pub(super) kind: FieldKind,
}

/// How it is answered.
pub(super) enum FieldKind {
    /// With a line.
    Line,
    /// With a few lines.
    Lines,
    /// With a line whose meaning browsers know.
    Input(Input),
    /// With one of these, which are told of at length.
    Offers(Vec<Offer>),
    /// With one of these texts.
    Select(Vec<String>),
}

/// A line whose meaning browsers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// An email address of somebody else.
    Email,
    /// The password of this session's person.
    Password,
    /// A password that is chosen.
    NewPassword,
    /// The number of a telephone.
    Phone,
    /// Digits that are good for a moment.
    Code,
}

impl Input {
    fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password | Self::NewPassword => "password",
            Self::Phone => "tel",
            Self::Code => "text",
        }
    }

    /// What a browser may fill in (HTML, section 4.10.18.7).
    fn autocomplete(self) -> &'static str {
        match self {
            Self::Email => "off",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Phone => "tel",
            Self::Code => "one-time-code",
        }
    }

    /// Whether what was typed stands in no page.
    fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword | Self::Code)
    }
}

/// One of several answers.
pub(super) struct Offer {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    /// What comes of it, or why it cannot be chosen.
    pub(super) text: &'static str,
    pub(super) is_open: bool,
}

/// What somebody fills in, whatever it looks like.
pub(super) trait Ask: Send {
    /// What will be done, where it is sent, and what is told of it.
    fn panel(&self) -> &Panel;

    /// The same again with the answers, and with what is wrong with them.
    fn again(self, frame: &Frame, pairs: &Pairs, wrong: &Wrong) -> Response;
}

impl Ask for Panel {
    fn panel(&self) -> &Panel {
        self
    }

    fn again(self, frame: &Frame, pairs: &Pairs, wrong: &Wrong) -> Response {
        self.answered(pairs).page(frame, Some(wrong))
    }
}

#[derive(Template)]
#[template(path = "panel.html")]
struct PanelPage<'p> {
    frame: &'p Frame,
    words: &'p PanelWords,
    panel: &'p Panel,
    error: Option<&'p str>,
}

#[derive(Template)]
#[template(path = "proof.html")]
struct ProofPage<'p> {
    frame: &'p Frame,
    words: &'p PanelWords,
    panel: &'p Panel,
    pairs: &'p Pairs,
    sent: &'p Sent,
    error: Option<&'p str>,
}

/// Where the code is that is asked for.
enum Sent {
    /// It was sent there just now.
    To(String),
    /// An app tells it.
    App,
    /// None was sent just now.
    Before,
}

impl Panel {
    /// The form, with what is wrong with what was sent.
    pub(super) fn page(&self, frame: &Frame, wrong: Option<&Wrong>) -> Response {
        let (status, error) = split(wrong);
        page(status, &PanelPage { frame, words: &frame.words.panel, panel: self, error })
    }

    /// The same form again with its answers, and a question for a verification code.
    fn proof_page(
        &self,
        frame: &Frame,
        pairs: &Pairs,
        sent: &Sent,
        wrong: Option<&Wrong>,
    ) -> Response {
        let (status, error) = split(wrong);
        let words = &frame.words.panel;
        page(status, &ProofPage { frame, words, panel: self, pairs, sent, error })
    }

    /// The same with the answers that were given.
    fn answered(mut self, pairs: &Pairs) -> Self {
        for field in &mut self.fields {
            if let Some((_, value)) = pairs.iter().find(|(name, _)| *name == field.name) {
                value.clone_into(&mut field.value);
            }
        }
        self
    }
}

/// What is shown where a command was not carried out: a question for a verification code, or the form
/// again with what is wrong.
pub(super) fn not_done(
    frame: &Frame,
    ask: impl Ask,
    pairs: &Pairs,
    error: ControlError,
) -> Result<Response, Failure> {
    let ControlError::Proof(proof) = error else {
        return Ok(ask.again(frame, pairs, &Wrong::of(frame.words, error)?));
    };
    let (sent, wrong) = match proof {
        ProofError::Sent(to) => (Sent::To(to), None),
        ProofError::AskTheApp => (Sent::App, None),
        wrong @ ProofError::Code(_) => (Sent::Before, Some(wrong)),
        wrong @ ProofError::Authenticator(_) => (Sent::App, Some(wrong)),
        wrong @ (ProofError::NoPhone | ProofError::Undelivered(_)) => {
            return Ok(ask.again(
                frame,
                pairs,
                &Wrong::of(frame.words, ControlError::from(wrong))?,
            ));
        }
    };
    let wrong = wrong.map(|wrong| Wrong::of(frame.words, ControlError::from(wrong))).transpose()?;
    Ok(ask.panel().proof_page(frame, pairs, &sent, wrong.as_ref()))
}

fn split(wrong: Option<&Wrong>) -> (StatusCode, Option<&str>) {
    let status = wrong.map_or(StatusCode::OK, |wrong| wrong.status);
    (status, wrong.map(|wrong| wrong.text.as_str()))
}
