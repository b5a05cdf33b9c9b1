//! The texts of the pages, in each language: a text that a language lacks does not compile.

mod english;
mod italian;
mod organization;
mod problems;
mod resources;
mod settings;

use axum::http::{HeaderMap, HeaderValue, header};
use keys::holds_key_value;

use super::docs::Page;

pub(super) use english::ENGLISH;
pub(super) use italian::ITALIAN;
pub(super) use organization::OrganizationWords;
pub(super) use resources::Group;
pub(super) use settings::{
    Called, FormWords, RolesWords, SecurityWords, SessionsWords, SettingsDoneWords, SettingsWords,
};

use super::cookie;
use crate::problem::Problem;
use problems::Sentence;

/// One with its plural.
pub(super) type Unit = (&'static str, &'static str);

/// All texts of a language.
pub(super) struct Words {
    /// Its name in `lang` (BCP 47).
    pub(super) lang: &'static str,
    /// What it is called by those who speak it.
    pub(super) language: &'static str,
    pub(super) failure: FailureWords,
    pub(super) sign_in: SignInWords,
    pub(super) stranger: StrangerWords,
    pub(super) first: FirstWords,
    pub(super) frame: FrameWords,
    pub(super) settings: &'static SettingsWords,
    pub(super) organization: &'static OrganizationWords,
    pub(super) home: HomeWords,
    pub(super) keys: KeysWords,
    pub(super) panel: PanelWords,
    pub(super) restricted: RestrictedWords,
    pub(super) history: HistoryWords,
    pub(super) docs: DocsWords,
    /// What a problem is told as.
    problem: fn(&Problem) -> Sentence,
}

pub(super) struct FailureWords {
    pub(super) missing: &'static str,
    pub(super) missing_text: &'static str,
    pub(super) not_ours: &'static str,
    pub(super) not_ours_text: &'static str,
    pub(super) unreadable: &'static str,
    pub(super) unreadable_text: &'static str,
    pub(super) refused: &'static str,
    pub(super) to_start: &'static str,
    pub(super) lost: &'static str,
    pub(super) lost_text: &'static str,
    pub(super) lost_again: &'static str,
    pub(super) key_in_address: &'static str,
    pub(super) key_in_address_text: &'static str,
    pub(super) key_astray: &'static str,
}

pub(super) struct SignInWords {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) email: &'static str,
    pub(super) password: &'static str,
    pub(super) code: &'static str,
    pub(super) code_hint: &'static str,
    pub(super) submit: &'static str,
    pub(super) bad_email: &'static str,
}

pub(super) struct StrangerWords {
    pub(super) to_sign_in: &'static str,
    pub(super) sign_up: &'static str,
    pub(super) sign_up_text: &'static str,
    pub(super) sign_up_submit: &'static str,
    pub(super) name: &'static str,
    pub(super) name_hint: &'static str,
    pub(super) forgot: &'static str,
    pub(super) forgot_text: &'static str,
    pub(super) forgot_submit: &'static str,
    pub(super) mailed: &'static str,
    pub(super) mailed_text: &'static str,
    pub(super) confirm: &'static str,
    pub(super) confirm_text: &'static str,
    pub(super) reset: &'static str,
    pub(super) reset_text: &'static str,
    pub(super) choose_submit: &'static str,
    pub(super) chosen: &'static str,
    pub(super) chosen_text: &'static str,
    pub(super) link: &'static str,
    pub(super) link_hint: &'static str,
    pub(super) new_password: &'static str,
    pub(super) new_password_hint: &'static str,
    pub(super) invitation: &'static str,
    pub(super) invitation_text: &'static str,
    pub(super) accept_text: &'static str,
    pub(super) invitation_submit: &'static str,
    pub(super) joined: &'static str,
    pub(super) joined_text: &'static str,
}

pub(super) struct FirstWords {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) name: &'static str,
    pub(super) submit: &'static str,
}

pub(super) struct FrameWords {
    pub(super) skip: &'static str,
    pub(super) accounts: &'static str,
    pub(super) modes: &'static str,
    pub(super) live: &'static str,
    pub(super) sandbox: &'static str,
    pub(super) sandbox_text: &'static str,
    pub(super) sandboxes: &'static str,
    pub(super) sandboxes_text: &'static str,
    pub(super) organization: &'static str,
    pub(super) to_live: &'static str,
    pub(super) home: &'static str,
    pub(super) api_keys: &'static str,
    pub(super) navigation: &'static str,
    pub(super) you: &'static str,
    pub(super) sign_out: &'static str,
}

pub(super) struct HomeWords {
    pub(super) title: &'static str,
    pub(super) first_call: &'static str,
    pub(super) first_call_text: &'static str,
    pub(super) only_you: &'static str,
    pub(super) to_docs: &'static str,
    pub(super) live_call_text: &'static str,
    pub(super) attention: &'static str,
    pub(super) all_well: &'static str,
    pub(super) never_used: &'static str,
    pub(super) from_anywhere: &'static str,
    pub(super) look: &'static str,
    pub(super) call_first: &'static str,
    pub(super) more: &'static str,
}

pub(super) struct KeysWords {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) standard: &'static str,
    pub(super) standard_text: &'static str,
    pub(super) restricted: &'static str,
    pub(super) restricted_text: &'static str,
    pub(super) no_standard: &'static str,
    pub(super) no_restricted: &'static str,
    pub(super) ended: &'static str,
    pub(super) create_secret: &'static str,
    pub(super) name: &'static str,
    pub(super) value: &'static str,
    pub(super) last_used: &'static str,
    pub(super) never: &'static str,
    pub(super) created: &'static str,
    pub(super) addresses: &'static str,
    pub(super) anywhere: &'static str,
    pub(super) actions: &'static str,
    pub(super) expires_in: &'static str,
    pub(super) rotates: &'static str,
    pub(super) expired: &'static str,
    pub(super) deleted: &'static str,
    pub(super) reveal_test: &'static str,
    pub(super) reveal_live: &'static str,
    pub(super) hide: &'static str,
    pub(super) edit: &'static str,
    pub(super) permissions: &'static str,
    pub(super) duplicate: &'static str,
    pub(super) rotate: &'static str,
    pub(super) schedule: &'static str,
    pub(super) restrict: &'static str,
    pub(super) history: &'static str,
    pub(super) expire: &'static str,
    pub(super) delete: &'static str,
    pub(super) publishable: &'static str,
    pub(super) secret: &'static str,
    pub(super) units: [Unit; 4],
    pub(super) done: DoneWords,
}

/// What is told after a change.
pub(super) struct DoneWords {
    pub(super) saved: &'static str,
    pub(super) deleted: &'static str,
    pub(super) expired: &'static str,
    pub(super) scheduled: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) restricted: &'static str,
    pub(super) permitted: &'static str,
}

pub(super) struct PanelWords {
    pub(super) cancel: &'static str,
    pub(super) done: &'static str,
    pub(super) save: &'static str,
    pub(super) copy: &'static str,
    pub(super) copied: &'static str,
    pub(super) copy_failed: &'static str,
    pub(super) conceal: &'static str,
    pub(super) unconceal: &'static str,
    pub(super) create_title: &'static str,
    pub(super) create_text: &'static str,
    pub(super) create_submit: &'static str,
    pub(super) name_hint: &'static str,
    pub(super) value_title: &'static str,
    pub(super) value_once: &'static str,
    pub(super) value_again: &'static str,
    pub(super) note: &'static str,
    pub(super) note_hint: &'static str,
    pub(super) edit_title: &'static str,
    pub(super) duplicate_title: &'static str,
    pub(super) duplicate_text: &'static str,
    pub(super) duplicate_submit: &'static str,
    pub(super) rotate_title: &'static str,
    pub(super) rotate_text: &'static str,
    pub(super) rotate_submit: &'static str,
    pub(super) expiration: &'static str,
    pub(super) endings: [(&'static str, &'static str); 5],
    pub(super) own_time: &'static str,
    pub(super) own_time_hint: &'static str,
    pub(super) no_ending: &'static str,
    pub(super) no_moment: &'static str,
    pub(super) schedule_title: &'static str,
    pub(super) schedule_text: &'static str,
    pub(super) schedule_submit: &'static str,
    pub(super) schedule_cancel: &'static str,
    pub(super) cancel_text: &'static str,
    pub(super) present: &'static str,
    pub(super) present_every: &'static str,
    pub(super) when: &'static str,
    pub(super) when_hint: &'static str,
    pub(super) every: &'static str,
    pub(super) every_hint: &'static str,
    pub(super) no_days: &'static str,
    pub(super) grace: &'static str,
    pub(super) graces: [(&'static str, &'static str); 5],
    pub(super) restrict_title: &'static str,
    pub(super) restrict_text: &'static str,
    pub(super) addresses: &'static str,
    pub(super) addresses_hint: &'static str,
    pub(super) separated: &'static str,
    pub(super) ways: &'static str,
    pub(super) one_by_one: &'static str,
    pub(super) bulk: &'static str,
    pub(super) entry: &'static str,
    pub(super) add: &'static str,
    pub(super) remove: &'static str,
    pub(super) faulty: &'static str,
    pub(super) too_many: &'static str,
    pub(super) entry_malformed: &'static str,
    pub(super) entry_ipv6: &'static str,
    pub(super) entry_boundary: &'static str,
    pub(super) own_address: &'static str,
    pub(super) reveal_title: &'static str,
    pub(super) reveal_text: &'static str,
    pub(super) reveal_submit: &'static str,
    pub(super) reveal_test_text: &'static str,
    pub(super) anywhere: &'static str,
    pub(super) anywhere_first: &'static str,
    pub(super) not_listed: &'static str,
    pub(super) shut_out: &'static str,
    pub(super) not_yet: &'static str,
    pub(super) expire_title: &'static str,
    pub(super) expire_text: &'static str,
    pub(super) delete_title: &'static str,
    pub(super) delete_text: &'static str,
    pub(super) proof_title: &'static str,
    pub(super) proof_text: &'static str,
    pub(super) proof_app_text: &'static str,
    pub(super) proof_code: &'static str,
    pub(super) proof_submit: &'static str,
    pub(super) proof_again: &'static str,
    pub(super) proof_again_hint: &'static str,
}

pub(super) struct RestrictedWords {
    pub(super) create: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) change_title: &'static str,
    pub(super) change_text: &'static str,
    pub(super) others: &'static str,
    /// The resources of the API, in groups.
    pub(super) groups: &'static [Group],
    /// The group of what keys may do at Keyway itself, and its resources.
    pub(super) management: &'static str,
    pub(super) api_keys: &'static str,
    pub(super) members: &'static str,
    pub(super) left_out: &'static str,
    pub(super) templates: &'static str,
    pub(super) read_all: &'static str,
    pub(super) none_at_all: &'static str,
    pub(super) granted: &'static str,
    pub(super) search: &'static str,
    pub(super) nothing_found: &'static str,
    pub(super) copy_link: &'static str,
    pub(super) whole_group: &'static str,
    pub(super) resource: &'static str,
    pub(super) own: &'static str,
    pub(super) connect: &'static str,
    pub(super) none: &'static str,
    pub(super) read: &'static str,
    pub(super) write: &'static str,
}

pub(super) struct HistoryWords {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) all: &'static str,
    pub(super) everybody: &'static str,
    pub(super) clear: &'static str,
    pub(super) none: &'static str,
    pub(super) every: &'static str,
    pub(super) kind: &'static str,
    pub(super) object: &'static str,
    pub(super) actor: &'static str,
    pub(super) from: &'static str,
    pub(super) until: &'static str,
    pub(super) apply: &'static str,
    pub(super) nothing: &'static str,
    pub(super) when: &'static str,
    pub(super) what: &'static str,
    pub(super) who: &'static str,
    pub(super) whence: &'static str,
    pub(super) refused: &'static str,
    pub(super) system: &'static str,
    pub(super) older: &'static str,
    /// Each kind of event, and what has happened.
    pub(super) kinds: [(&'static str, &'static str); 24],
    /// Each field that a thing has, and what it is called.
    pub(super) fields: [(&'static str, &'static str); 9],
    /// Each way in which a key stands.
    pub(super) standings: [(&'static str, &'static str); 4],
}

pub(super) struct DocsWords {
    pub(super) title: &'static str,
    pub(super) contents: &'static str,
    /// What each page is called, in their order.
    pub(super) pages: [&'static str; Page::ALL.len()],
    /// Of a page that there is in English alone.
    pub(super) not_translated: &'static str,
    pub(super) on_this_page: &'static str,
    pub(super) section_link: &'static str,
    pub(super) language: &'static str,
    pub(super) terminal: &'static str,
    pub(super) example_key: &'static str,
    pub(super) sign_in_for_key: &'static str,
    pub(super) sign_in: &'static str,
    pub(super) to_dashboard: &'static str,
    pub(super) turn: &'static str,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
}

impl Words {
    /// All languages.
    pub(super) const ALL: [&'static Self; 2] = [&ENGLISH, &ITALIAN];

    /// Those that were chosen, or else those that a browser asks for first (RFC 9110, section
    /// 12.5.4); English where we have none.
    pub(super) fn of(headers: &HeaderMap) -> &'static Self {
        if let Some(chosen) = cookie::language(headers).and_then(Self::named) {
            return chosen;
        }
        let asked = headers.get(header::ACCEPT_LANGUAGE).map(HeaderValue::to_str);
        let Some(Ok(asked)) = asked else { return &ENGLISH };
        let tags = asked.split(',').map(|tag| tag.split(';').next().unwrap_or_default().trim());
        let mut known = tags.filter_map(|tag| Self::named(&tag.get(..2)?.to_ascii_lowercase()));
        known.next().unwrap_or(&ENGLISH)
    }

    /// The sentence for a problem, unless a key value went astray in it.
    pub(super) fn tell(&self, problem: &Problem) -> String {
        let told = (self.problem)(problem);
        let astray = holds_key_value(told.as_bytes());
        if astray { self.failure.key_astray.to_owned() } else { told.into_owned() }
    }

    /// The language of that name in `lang`.
    pub(super) fn named(lang: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|words| words.lang == lang)
    }
}
