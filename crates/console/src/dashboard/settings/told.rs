//! What is told on a page of the settings after something was done. The address says it, and is
//! believed only with what its session alone can say of it.

use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::visit::FormToken;
use super::super::words::{SettingsDoneWords, Words};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Done {
    AppRemoved,
    PhoneConfirmed,
    PhoneRemoved,
    SessionEnded,
    SessionsEnded,
    LanguageChosen,
    Invited,
    RoleChanged,
    MemberRemoved,
    Withdrawn,
    Saved,
    Connected,
    AccountAdded,
    SandboxAdded,
    SandboxDeleted,
}

/// The same, as it is told.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Told {
    pub(in super::super) done: Done,
    /// It is not yet in force everywhere.
    pub(in super::super) later: bool,
}

/// The same, as an address says it.
#[derive(Deserialize)]
pub(in super::super) struct Said {
    done: Option<Done>,
    #[serde(default)]
    later: bool,
    #[serde(default)]
    seal: String,
}

impl Done {
    fn as_str(self) -> &'static str {
        match self {
            Self::AppRemoved => "app_removed",
            Self::PhoneConfirmed => "phone_confirmed",
            Self::PhoneRemoved => "phone_removed",
            Self::SessionEnded => "session_ended",
            Self::SessionsEnded => "sessions_ended",
            Self::LanguageChosen => "language_chosen",
            Self::Invited => "invited",
            Self::RoleChanged => "role_changed",
            Self::MemberRemoved => "member_removed",
            Self::Withdrawn => "withdrawn",
            Self::Saved => "saved",
            Self::Connected => "connected",
            Self::AccountAdded => "account_added",
            Self::SandboxAdded => "sandbox_added",
            Self::SandboxDeleted => "sandbox_deleted",
        }
    }

    fn sentence(self, words: &SettingsDoneWords) -> &'static str {
        match self {
            Self::AppRemoved => words.app_removed,
            Self::PhoneConfirmed => words.phone_confirmed,
            Self::PhoneRemoved => words.phone_removed,
            Self::SessionEnded => words.session_ended,
            Self::SessionsEnded => words.sessions_ended,
            Self::LanguageChosen => words.language_chosen,
            Self::Invited => words.invited,
            Self::RoleChanged => words.role_changed,
            Self::MemberRemoved => words.member_removed,
            Self::Withdrawn => words.withdrawn,
            Self::Saved => words.saved,
            Self::Connected => words.connected,
            Self::AccountAdded => words.account_added,
            Self::SandboxAdded => words.sandbox_added,
            Self::SandboxDeleted => words.sandbox_deleted,
        }
    }

    /// Has it told on a page, to this session.
    pub(in super::super) fn on(self, page: &str, token: &FormToken) -> Response {
        Told { done: self, later: false }.on(page, token)
    }
}

impl Told {
    /// Has it told on a page, to this session.
    pub(in super::super) fn on(self, page: &str, token: &FormToken) -> Response {
        let Self { done, later } = self;
        let (done, seal) = (done.as_str(), self.seal(token));
        Redirect::to(&format!("{page}?done={done}&later={later}&seal={seal}")).into_response()
    }

    /// In a sentence.
    pub(in super::super) fn sentence(self, words: &'static Words) -> &'static str {
        if self.later { words.panel.not_yet } else { self.done.sentence(&words.settings.done) }
    }

    fn seal(self, token: &FormToken) -> String {
        token.seal(&format!("settings {} {}", self.done.as_str(), self.later))
    }
}

impl Said {
    /// Nothing was done.
    pub(super) fn nothing() -> Self {
        Self { done: None, later: false, seal: String::new() }
    }

    /// What was done, if this session was told so.
    pub(in super::super) fn told(self, token: &FormToken) -> Option<Told> {
        let Self { done, later, seal } = self;
        let told = Told { done: done?, later };
        (told.seal(token) == seal).then_some(told)
    }
}
