//! The names of all settings, in the file and in the environment.

/// Each section with its fields.
pub(super) const SECTIONS: [(&str, &[&str]); 13] = [
    ("store", &["url"]),
    ("secrets", &["pepper_file", "previous_pepper_file", "import_pepper_file", "sealing_key_file"]),
    ("keys", &["longest_overlap_days", "ipv6_restrictions"]),
    (
        "gateway",
        &[
            "listen",
            "public_url",
            "workers",
            "tls_certificate",
            "tls_key",
            "plain_http",
            "trusted_proxies",
            "docs_url",
            "journal",
            "lease_s",
        ],
    ),
    ("gateway.upstream", &["live", "sandbox", "ca_file"]),
    (
        "gateway.timeouts",
        &[
            "head_s",
            "handshake_s",
            "body_idle_s",
            "connect_s",
            "upstream_s",
            "upstream_idle_s",
            "drain_s",
        ],
    ),
    ("gateway.limits", &["head_bytes", "head_lines", "body_bytes", "connections", "upstream_idle"]),
    ("console", &["listen", "public_url", "trusted_proxies"]),
    ("operations", &["listen"]),
    ("api", &["openapi", "versions"]),
    ("payments", &["database"]),
    (
        "mail",
        &[
            "from",
            "host",
            "port",
            "security",
            "username",
            "password_file",
            "ca_file",
            "allow_plain",
            "timeout_s",
        ],
    ),
    ("sms", &["webhook", "secret_file", "ca_file", "allow_plain", "timeout_s"]),
];

/// The name of what stands below a section, or at the top.
pub(super) fn below(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}

/// Whether a section has that name.
pub(super) fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(known, _)| *known == name)
}

/// The fields of a section; of one that is not known, none.
pub(super) fn fields(section: &str) -> &'static [&'static str] {
    SECTIONS.iter().find(|(name, _)| *name == section).map_or(&[], |(_, fields)| fields)
}

/// Every setting: its section and its field.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SECTIONS.iter().flat_map(|(section, fields)| fields.iter().map(|field| (*section, *field)))
}

/// `[gateway.limits] head_bytes` as `KEYWAY_GATEWAY_LIMITS_HEAD_BYTES`.
pub(super) fn variable(section: &str, field: &str) -> String {
    format!("KEYWAY_{section}_{field}").replace('.', "_").to_ascii_uppercase()
}

/// The known name that is most like this one.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> &'n str {
    known.min_by_key(|known| strsim::damerau_levenshtein(name, known)).unwrap_or_default()
}
