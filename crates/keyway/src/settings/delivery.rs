//! From `[mail]` and `[sms]` to the ways that messages take.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use console::{Delivery, Login, Security, Smtp, SmtpSettings, Webhook, WebhookSettings};

use super::fields::{MailSecurity, MailSettings, SmsSettings};
use super::plan::seconds;
use super::{Settings, certificates, client_tls};
use crate::secrets;
use crate::world::WORLD;

impl Settings {
    /// The ways that are set.
    pub(super) fn delivery(&self) -> Result<Delivery> {
        Ok(Delivery::new(self.mail.smtp()?, self.sms.outlet()?, WORLD))
    }

    /// What is done with email and SMS, each in a sentence.
    pub(super) fn tell_delivery(&self) -> [Result<String>; 2] {
        let MailSettings { host, from, .. } = &self.mail;
        let mail = self.mail.smtp().map(|smtp| match (smtp, from, host) {
            (Some(_), Some(from), Some(host)) => {
                let protected = match self.mail.security {
                    MailSecurity::Starttls => "over STARTTLS",
                    MailSecurity::Tls => "over TLS",
                    MailSecurity::Plain => "without TLS",
                };
                let port = self.mail.port();
                format!("Email is sent by {host}:{port} {protected}, from {from}.")
            }
            _ => "Email is not sent.".to_owned(),
        });
        let sms = self.sms.outlet().map(|outlet| match (outlet, &self.sms.webhook) {
            (Some(_), Some(url)) => format!("SMS are sent by {}.", without_query(url)),
            _ => "SMS are not sent.".to_owned(),
        });
        [mail, sms]
    }
}

impl MailSettings {
    fn smtp(&self) -> Result<Option<Smtp>> {
        let Some(host) = &self.host else {
            let others = [self.from.is_some(), self.username.is_some(), self.port.is_some()];
            if others.contains(&true) || self.password_file.is_some() {
                bail!("[mail] host is not set: no email could be sent");
            }
            return Ok(None);
        };
        let from = self.from.clone().ok_or_else(|| anyhow!("[mail] from is not set"))?;
        let login = match (&self.username, &self.password_file) {
            (None, None) => None,
            (Some(username), Some(file)) => Some(Login {
                username: username.clone(),
                password: secrets::read_text(file).context("[mail] password_file")?,
            }),
            _ => bail!("[mail] username and password_file go together: set both or none"),
        };
        let settings = SmtpSettings {
            host: host.clone(),
            port: self.port(),
            security: match self.security {
                MailSecurity::Starttls => Security::Starttls,
                MailSecurity::Tls => Security::Tls,
                MailSecurity::Plain if self.allow_plain => Security::PlainAnywhere,
                MailSecurity::Plain => Security::PlainToLoopback,
            },
            login,
            from,
            timeout: seconds("[mail] timeout_s", self.timeout_s)?,
            authorities: self.ca_file.as_deref().map_or(Ok(Vec::new()), certificates)?,
        };
        Smtp::new(settings).map(Some).context("[mail]")
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            MailSecurity::Starttls => 587,
            MailSecurity::Tls => 465,
            MailSecurity::Plain => 25,
        })
    }
}

impl SmsSettings {
    fn outlet(&self) -> Result<Option<Webhook>> {
        let (url, file): (_, &Path) = match (&self.webhook, &self.secret_file) {
            (None, None) => return Ok(None),
            (Some(url), Some(file)) => (url, file),
            _ => bail!("[sms] webhook and secret_file go together: set both or none"),
        };
        let secret = secrets::read_text(file).context("[sms] secret_file")?;
        let settings = WebhookSettings {
            url: url.clone(),
            plain_anywhere: self.allow_plain,
            secret: secret.as_bytes().to_vec().into(),
            timeout: seconds("[sms] timeout_s", self.timeout_s)?,
            tls: client_tls(self.ca_file.as_deref())?,
        };
        Webhook::new(settings).map(Some).context("[sms]")
    }
}

/// A query may hold a token.
fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(before, _)| before)
}
