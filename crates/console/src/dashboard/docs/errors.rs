//! What every error is answered with, and by whom; whatever the language. A test compares it with what
//! the program answers, so that no code is without its page.

use super::page::Page;

/// An error, by its code.
pub(super) struct Fact {
    pub(super) code: &'static str,
    pub(super) group: Group,
    pub(super) answers: &'static [Answer],
}

/// How an error is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) face: Face,
    pub(super) status: u16,
    /// The `type` of the body.
    pub(super) kind: &'static str,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// What stands before the API.
    Gateway,
    /// Where keys are managed.
    Management,
    /// The sample API behind the gateway.
    Sample,
}

/// Errors that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// The key, and what it may do.
    Key,
    /// The account acted on, and the version.
    Account,
    /// The request itself.
    Request,
    /// Its parameters, and what they name.
    Parameter,
    /// Requests that are sent twice.
    Twice,
    /// What is done to keys, accounts and sandboxes.
    Life,
    /// People: signing in, proofs, members.
    People,
    /// What callers cannot help.
    Ours,
}

impl Group {
    /// All of them, in the order of the index.
    pub(super) const ALL: [Self; 8] = [
        Self::Key,
        Self::Account,
        Self::Request,
        Self::Parameter,
        Self::Twice,
        Self::Life,
        Self::People,
        Self::Ours,
    ];

    /// What is in it.
    pub(super) fn facts(self) -> impl Iterator<Item = &'static Fact> {
        FACTS.iter().filter(move |fact| fact.group == self)
    }
}

impl Fact {
    /// Each status that it has, once.
    pub(super) fn statuses(&self) -> Vec<u16> {
        let mut statuses: Vec<u16> = self.answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    /// The page that tells more of it.
    pub(super) fn page(&self) -> Option<Page> {
        match self.code {
            "ip_not_allowed" | "publishable_key_unrestricted" => Some(Page::Addresses),
            "more_permissions_required" | "key_not_restricted" | "more_than_own" => {
                Some(Page::Permissions)
            }
            "secret_key_required" | "publishable_key_stays" | "value_not_kept" => Some(Page::Keys),
            "sandbox_limit" | "first_sandbox_stays" => Some(Page::Sandboxes),
            "account_limit" | "account_has_connected" => Some(Page::Organizations),
            "api_key_expired"
            | "api_key_deleted"
            | "key_ended"
            | "key_not_expiring"
            | "key_already_rotated"
            | "schedule_missing"
            | "nothing_due" => Some(Page::Rotation),
            _ => match self.group {
                Group::Key => Some(Page::Authentication),
                Group::Account => Some(Page::Organizations),
                Group::Request
                | Group::Parameter
                | Group::Twice
                | Group::Life
                | Group::People
                | Group::Ours => None,
            },
        }
    }
}

/// The error of a code.
pub(super) fn fact(code: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.code == code)
}

const INVALID: &str = "invalid_request_error";
const AUTHENTICATION: &str = "authentication_error";
const IDEMPOTENCY: &str = "idempotency_error";
const API: &str = "api_error";

const fn gateway(status: u16, kind: &'static str) -> Answer {
    Answer { face: Face::Gateway, status, kind }
}

const fn manage(status: u16, kind: &'static str) -> Answer {
    Answer { face: Face::Management, status, kind }
}

const fn sample(status: u16, kind: &'static str) -> Answer {
    Answer { face: Face::Sample, status, kind }
}

const fn of(group: Group, code: &'static str, answers: &'static [Answer]) -> Fact {
    Fact { code, group, answers }
}

/// Whatever stands before a key is known, and what it may do.
const EACH_400: &[Answer] = &[gateway(400, INVALID), manage(400, INVALID)];
const EACH_401: &[Answer] = &[gateway(401, INVALID), manage(401, INVALID)];
const EACH_403: &[Answer] = &[gateway(403, INVALID), manage(403, INVALID)];
const DEAD: &[Answer] = &[gateway(401, AUTHENTICATION), manage(401, AUTHENTICATION)];
/// What one face answers alone.
const MANAGE_400: &[Answer] = &[manage(400, INVALID)];
const MANAGE_403: &[Answer] = &[manage(403, INVALID)];
const MANAGE_429: &[Answer] = &[manage(429, INVALID)];
const MANAGE_503: &[Answer] = &[manage(503, API)];
const NOBODY: &[Answer] = &[manage(401, AUTHENTICATION)];
const SAMPLE_400: &[Answer] = &[sample(400, INVALID)];
const BODY_400: &[Answer] = &[manage(400, INVALID), sample(400, INVALID)];

/// Every error.
pub(super) const FACTS: &[Fact] = &[
    of(Group::Key, "api_key_missing", EACH_401),
    of(Group::Key, "api_key_invalid", EACH_401),
    of(Group::Key, "api_key_expired", DEAD),
    of(Group::Key, "api_key_deleted", DEAD),
    of(Group::Key, "authorization_invalid", EACH_400),
    of(Group::Key, "api_key_in_url", EACH_400),
    of(Group::Key, "https_required", EACH_403),
    of(Group::Key, "ip_not_allowed", EACH_403),
    of(Group::Key, "secret_key_required", EACH_403),
    of(Group::Key, "more_permissions_required", EACH_403),
    of(
        Group::Account,
        "account_invalid",
        &[gateway(403, INVALID), manage(403, INVALID), manage(400, INVALID), sample(403, INVALID)],
    ),
    of(Group::Account, "context_required", EACH_400),
    of(Group::Account, "context_invalid", EACH_400),
    of(Group::Account, "version_required", EACH_400),
    of(Group::Account, "version_unknown", EACH_400),
    of(Group::Request, "request_ambiguous", EACH_400),
    of(Group::Request, "head_too_large", &[gateway(431, INVALID)]),
    of(
        Group::Request,
        "body_too_large",
        &[gateway(413, INVALID), manage(413, INVALID), sample(413, INVALID)],
    ),
    of(Group::Request, "request_timeout", &[gateway(408, INVALID), manage(408, INVALID)]),
    of(Group::Request, "url_unknown", &[manage(404, INVALID), sample(404, INVALID)]),
    of(Group::Request, "method_not_allowed", &[gateway(405, INVALID), manage(405, INVALID)]),
    of(Group::Request, "expectation_unknown", &[gateway(417, INVALID)]),
    of(Group::Request, "client_closed_request", &[gateway(499, INVALID)]),
    of(Group::Request, "content_type_unknown", BODY_400),
    of(Group::Request, "body_incomplete", BODY_400),
    of(Group::Request, "parameters_malformed", BODY_400),
    of(Group::Parameter, "parameter_missing", BODY_400),
    of(Group::Parameter, "parameter_invalid", MANAGE_400),
    of(Group::Parameter, "parameter_unknown", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_empty", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_string", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_string_blank", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_integer", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_number", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_boolean", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_array", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_hash", SAMPLE_400),
    of(Group::Parameter, "parameter_invalid_choice", SAMPLE_400),
    of(Group::Parameter, "parameters_exclusive", SAMPLE_400),
    of(Group::Parameter, "email_invalid", SAMPLE_400),
    of(Group::Parameter, "url_invalid", SAMPLE_400),
    of(Group::Parameter, "metadata_invalid", SAMPLE_400),
    of(Group::Parameter, "expand_too_deep", SAMPLE_400),
    of(
        Group::Parameter,
        "resource_missing",
        &[manage(404, INVALID), sample(404, INVALID), sample(400, INVALID)],
    ),
    of(Group::Parameter, "resource_already_exists", SAMPLE_400),
    of(Group::Twice, "idempotency_key_invalid", &[manage(400, INVALID), sample(400, IDEMPOTENCY)]),
    of(Group::Twice, "idempotency_key_reused", &[manage(400, INVALID), sample(400, IDEMPOTENCY)]),
    of(Group::Twice, "idempotency_key_in_use", &[manage(409, INVALID), sample(409, IDEMPOTENCY)]),
    of(Group::Twice, "idempotency_outcome_unknown", &[manage(409, INVALID)]),
    of(Group::Life, "key_ended", MANAGE_400),
    of(Group::Life, "publishable_key_stays", MANAGE_400),
    of(Group::Life, "publishable_key_unrestricted", MANAGE_400),
    of(Group::Life, "key_not_restricted", MANAGE_400),
    of(Group::Life, "more_than_own", MANAGE_403),
    of(Group::Life, "value_not_kept", MANAGE_400),
    of(Group::Life, "key_not_expiring", MANAGE_400),
    of(Group::Life, "key_already_rotated", MANAGE_400),
    of(Group::Life, "schedule_missing", MANAGE_400),
    of(Group::Life, "nothing_due", MANAGE_400),
    of(Group::Life, "import_invalid", MANAGE_400),
    of(Group::Life, "account_limit", MANAGE_400),
    of(Group::Life, "account_has_connected", MANAGE_400),
    of(Group::Life, "sandbox_limit", MANAGE_400),
    of(Group::Life, "first_sandbox_stays", MANAGE_400),
    of(Group::People, "not_allowed", MANAGE_403),
    of(Group::People, "person_required", MANAGE_403),
    of(Group::People, "verification_required", MANAGE_403),
    of(Group::People, "verification_failed", &[manage(403, INVALID), manage(400, INVALID)]),
    of(Group::People, "verification_too_soon", MANAGE_429),
    of(Group::People, "verification_tries_used_up", MANAGE_429),
    of(Group::People, "verification_undelivered", MANAGE_503),
    of(Group::People, "phone_missing", MANAGE_400),
    of(Group::People, "session_ended", NOBODY),
    of(Group::People, "credentials_invalid", NOBODY),
    of(Group::People, "authenticator_code_required", NOBODY),
    of(Group::People, "authenticator_code_invalid", NOBODY),
    of(Group::People, "sign_in_required", NOBODY),
    of(Group::People, "password_wrong", MANAGE_403),
    of(Group::People, "link_expired", MANAGE_400),
    of(Group::People, "invitation_expired", MANAGE_400),
    of(Group::People, "member_exists", MANAGE_400),
    of(Group::People, "last_owner", MANAGE_400),
    of(Group::People, "rate_limited", MANAGE_429),
    of(Group::People, "mail_unavailable", MANAGE_503),
    of(Group::Ours, "unavailable", &[gateway(503, API), manage(503, API), sample(503, API)]),
    of(Group::Ours, "upstream_unreachable", &[gateway(502, API)]),
    of(Group::Ours, "upstream_timeout", &[gateway(504, API)]),
    of(Group::Ours, "internal", &[gateway(500, API), manage(500, API)]),
    of(Group::Ours, "outcome_unknown", &[manage(500, API), manage(504, API)]),
    of(Group::Ours, "identity_missing", &[sample(401, INVALID)]),
];

#[cfg(test)]
pub(in crate::dashboard) mod tests;
