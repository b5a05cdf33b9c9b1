//! The texts of the settings.

mod english;
mod italian;

use keys::{NoticeKind, Role};

pub(super) use english::ENGLISH;
pub(super) use italian::ITALIAN;

/// What something is called, and what it is.
pub(in super::super) type Called = (&'static str, &'static str);

/// What a form says: its title, what comes of it, and its button.
pub(in super::super) struct FormWords {
    pub(in super::super) title: &'static str,
    pub(in super::super) text: &'static str,
    pub(in super::super) submit: &'static str,
}

pub(in super::super) struct SettingsWords {
    pub(in super::super) title: &'static str,
    pub(in super::super) profile: &'static str,
    pub(in super::super) security: &'static str,
    pub(in super::super) team: &'static str,
    pub(in super::super) account: &'static str,
    pub(in super::super) sandboxes: &'static str,
    pub(in super::super) notifications: &'static str,
    /// Whom somebody asks whose role does not allow something.
    pub(in super::super) ask_owner: &'static str,
    pub(in super::super) of_profile: ProfileWords,
    pub(in super::super) of_security: SecurityWords,
    pub(in super::super) of_sessions: SessionsWords,
    pub(in super::super) of_team: TeamWords,
    pub(in super::super) of_account: AccountWords,
    pub(in super::super) of_sandboxes: SandboxesWords,
    pub(in super::super) of_notifications: NotificationsWords,
    pub(in super::super) done: SettingsDoneWords,
}

pub(in super::super) struct ProfileWords {
    pub(in super::super) lead: &'static str,
    pub(in super::super) sign_in: &'static str,
    pub(in super::super) email: &'static str,
    pub(in super::super) password: &'static str,
    pub(in super::super) password_since: &'static str,
    pub(in super::super) change_password: FormWords,
    pub(in super::super) present_password: &'static str,
    pub(in super::super) app: &'static str,
    pub(in super::super) app_off: &'static str,
    pub(in super::super) app_pending: &'static str,
    pub(in super::super) app_on: &'static str,
    pub(in super::super) codes_left: (&'static str, &'static str),
    pub(in super::super) add_app: FormWords,
    pub(in super::super) scan: FormWords,
    pub(in super::super) picture: &'static str,
    pub(in super::super) cannot_scan: &'static str,
    pub(in super::super) cannot_scan_text: &'static str,
    pub(in super::super) first_code: FormWords,
    pub(in super::super) app_code: &'static str,
    pub(in super::super) app_code_hint: &'static str,
    pub(in super::super) codes: FormWords,
    pub(in super::super) codes_file: &'static str,
    pub(in super::super) download: &'static str,
    pub(in super::super) new_codes: FormWords,
    pub(in super::super) remove_app: FormWords,
    pub(in super::super) phone: &'static str,
    pub(in super::super) phone_none: &'static str,
    pub(in super::super) phone_unavailable: &'static str,
    pub(in super::super) phone_on: &'static str,
    pub(in super::super) phone_pending: &'static str,
    pub(in super::super) name_phone: FormWords,
    pub(in super::super) number: &'static str,
    pub(in super::super) number_hint: &'static str,
    pub(in super::super) confirm_phone: FormWords,
    pub(in super::super) remove_phone: FormWords,
    pub(in super::super) language: &'static str,
    pub(in super::super) language_text: &'static str,
}

pub(in super::super) struct SecurityWords {
    pub(in super::super) title: &'static str,
    pub(in super::super) lead: &'static str,
    pub(in super::super) nothing: &'static str,
    /// Each kind of event, and what has happened.
    pub(in super::super) kinds: [(&'static str, &'static str); 19],
}

pub(in super::super) struct SessionsWords {
    pub(in super::super) title: &'static str,
    pub(in super::super) text: &'static str,
    pub(in super::super) program: &'static str,
    pub(in super::super) unknown_program: &'static str,
    pub(in super::super) address: &'static str,
    pub(in super::super) last_seen: &'static str,
    pub(in super::super) since: &'static str,
    pub(in super::super) this: &'static str,
    pub(in super::super) end: FormWords,
    pub(in super::super) end_others: FormWords,
    pub(in super::super) alone: &'static str,
}

pub(in super::super) struct TeamWords {
    pub(in super::super) in_account: Called,
    pub(in super::super) in_sandbox: Called,
    pub(in super::super) in_organization: Called,
    pub(in super::super) nobody: &'static str,
    pub(in super::super) unseen: &'static str,
    pub(in super::super) person: &'static str,
    pub(in super::super) role: &'static str,
    pub(in super::super) since: &'static str,
    pub(in super::super) you: &'static str,
    pub(in super::super) above: &'static str,
    pub(in super::super) open: &'static str,
    pub(in super::super) until: &'static str,
    pub(in super::super) invite: FormWords,
    pub(in super::super) change_role: FormWords,
    pub(in super::super) remove: FormWords,
    pub(in super::super) leave: FormWords,
    pub(in super::super) withdraw: FormWords,
    pub(in super::super) choose_role: &'static str,
    pub(in super::super) email_hint: &'static str,
    pub(in super::super) each_role: &'static str,
    pub(in super::super) roles: RolesWords,
}

/// What each role is called, and what it may do.
pub(in super::super) struct RolesWords {
    pub(in super::super) owner: Called,
    pub(in super::super) administrator: Called,
    pub(in super::super) developer: Called,
    pub(in super::super) iam_administrator: Called,
    pub(in super::super) analyst: Called,
    pub(in super::super) view_only: Called,
    pub(in super::super) sandbox_administrator: Called,
    pub(in super::super) sandbox_user: Called,
}

impl RolesWords {
    pub(in super::super) fn of(&self, role: Role) -> Called {
        match role {
            Role::Owner => self.owner,
            Role::Administrator => self.administrator,
            Role::Developer => self.developer,
            Role::IamAdministrator => self.iam_administrator,
            Role::Analyst => self.analyst,
            Role::ViewOnly => self.view_only,
            Role::SandboxAdministrator => self.sandbox_administrator,
            Role::SandboxUser => self.sandbox_user,
        }
    }
}

pub(in super::super) struct AccountWords {
    pub(in super::super) lead: &'static str,
    pub(in super::super) name: &'static str,
    pub(in super::super) id: &'static str,
    pub(in super::super) version: &'static str,
    pub(in super::super) version_text: &'static str,
    pub(in super::super) organization: &'static str,
    pub(in super::super) platform: &'static str,
    pub(in super::super) created: &'static str,
    pub(in super::super) rename: FormWords,
    pub(in super::super) name_hint: &'static str,
    pub(in super::super) change_version: FormWords,
    pub(in super::super) connected: &'static str,
    pub(in super::super) connected_text: &'static str,
    pub(in super::super) none_connected: &'static str,
    pub(in super::super) is_connected: &'static str,
    pub(in super::super) connect: FormWords,
    pub(in super::super) ending: &'static str,
    pub(in super::super) ending_text: &'static str,
    pub(in super::super) only_owners: &'static str,
    pub(in super::super) connected_first: &'static str,
    pub(in super::super) delete: FormWords,
    pub(in super::super) confirm: &'static str,
    pub(in super::super) confirm_hint: &'static str,
    pub(in super::super) not_its_name: &'static str,
}

pub(in super::super) struct SandboxesWords {
    pub(in super::super) lead: &'static str,
    pub(in super::super) none_beside: &'static str,
    pub(in super::super) name: &'static str,
    pub(in super::super) id: &'static str,
    pub(in super::super) created: &'static str,
    pub(in super::super) first: &'static str,
    pub(in super::super) first_stays: &'static str,
    pub(in super::super) here: &'static str,
    pub(in super::super) create: FormWords,
    pub(in super::super) name_hint: &'static str,
    pub(in super::super) rename: FormWords,
    pub(in super::super) delete: FormWords,
    pub(in super::super) confirm: &'static str,
    pub(in super::super) confirm_hint: &'static str,
    pub(in super::super) not_its_name: &'static str,
    pub(in super::super) deleted: &'static str,
    pub(in super::super) deleted_on: &'static str,
}

pub(in super::super) struct NotificationsWords {
    pub(in super::super) lead: &'static str,
    pub(in super::super) mailed_to: &'static str,
    pub(in super::super) created: Called,
    pub(in super::super) revealed: Called,
    pub(in super::super) rotated: Called,
    pub(in super::super) expiring: Called,
    pub(in super::super) deleted: Called,
    pub(in super::super) dead_key_used: Called,
}

impl NotificationsWords {
    pub(in super::super) fn of(&self, kind: NoticeKind) -> Called {
        match kind {
            NoticeKind::Created => self.created,
            NoticeKind::Revealed => self.revealed,
            NoticeKind::Rotated => self.rotated,
            NoticeKind::Expiring => self.expiring,
            NoticeKind::Deleted => self.deleted,
            NoticeKind::DeadKeyUsed => self.dead_key_used,
        }
    }
}

/// What is told after a change.
pub(in super::super) struct SettingsDoneWords {
    pub(in super::super) app_removed: &'static str,
    pub(in super::super) phone_confirmed: &'static str,
    pub(in super::super) phone_removed: &'static str,
    pub(in super::super) session_ended: &'static str,
    pub(in super::super) sessions_ended: &'static str,
    pub(in super::super) language_chosen: &'static str,
    pub(in super::super) invited: &'static str,
    pub(in super::super) role_changed: &'static str,
    pub(in super::super) member_removed: &'static str,
    pub(in super::super) withdrawn: &'static str,
    pub(in super::super) saved: &'static str,
    pub(in super::super) connected: &'static str,
    pub(in super::super) account_added: &'static str,
    pub(in super::super) sandbox_added: &'static str,
    pub(in super::super) sandbox_deleted: &'static str,
}
