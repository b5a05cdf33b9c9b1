//! Programs that the docs show, with the address of the gateway and a key filled in.

use axum::http::Uri;

use super::language::Language;

/// What a program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// Asks for the balance.
    Balance,
    /// Makes a customer.
    Customer,
    /// Asks for the balance of a connected account.
    Connected,
    /// Asks for what is not there, and tells what it is answered.
    Refused,
}

/// The programs that do a thing, in the order of the languages.
macro_rules! programs {
    ($name:literal) => {
        [
            include_str!(concat!("../../../templates/docs/samples/", $name, ".sh")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".py")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".js")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".rb")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".php")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".java")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".go")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".cs")),
            include_str!(concat!("../../../templates/docs/samples/", $name, ".rs")),
        ]
    };
}

impl Sample {
    /// The word for it in addresses.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Customer => "customer",
            Self::Connected => "connected",
            Self::Refused => "refused",
        }
    }

    /// Each language with its program.
    pub(super) fn programs(self) -> impl Iterator<Item = (Language, &'static str)> {
        let programs = match self {
            Self::Balance => programs!("balance"),
            Self::Customer => programs!("customer"),
            Self::Connected => programs!("connected"),
            Self::Refused => programs!("refused"),
        };
        Language::ALL.into_iter().zip(programs)
    }
}

/// What is filled into programs.
pub(super) struct Filling<'f> {
    /// The value of a key.
    pub(super) key: &'f str,
    /// Where the gateway takes requests.
    pub(super) gateway: &'f str,
    /// Where keys are managed.
    pub(super) console: &'f str,
    /// An account that is connected to that of the key.
    pub(super) connected: &'f str,
}

impl Filling<'_> {
    /// The program, ready to run.
    pub(super) fn fill(&self, program: &str) -> String {
        let (scheme, host, port) = parts(self.gateway);
        let values = [
            ("{{key}}", self.key),
            ("{{url}}", self.gateway),
            ("{{console}}", self.console),
            ("{{connected}}", self.connected),
            ("{{scheme}}", &scheme),
            ("{{host}}", &host),
            ("{{port}}", &port),
        ];
        values
            .iter()
            .fold(program.trim_end().to_owned(), |text, (place, value)| text.replace(place, value))
    }
}

/// Scheme, host and port of an address.
fn parts(url: &str) -> (String, String, String) {
    let uri: Uri = url.parse().unwrap_or_default();
    let scheme = uri.scheme_str().unwrap_or("https").to_owned();
    let port = uri.port_u16().unwrap_or(if scheme == "http" { 80 } else { 443 });
    (scheme, uri.host().unwrap_or_default().to_owned(), port.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_names_the_gateway_and_holds_the_key_and_nothing_is_left_open() {
        let filling = Filling {
            key: "sk_test_1",
            gateway: "https://api.example.com",
            console: "https://keys.example.com",
            connected: "acct_1",
        };
        for sample in [Sample::Balance, Sample::Customer, Sample::Connected, Sample::Refused] {
            for (language, program) in sample.programs() {
                let filled = filling.fill(program);
                assert!(filled.contains("api.example.com"), "{language:?}: {filled}");
                assert_eq!(filled.matches("sk_test_1").count(), 1, "{language:?}: {filled}");
                assert!(!filled.contains("{{"), "{language:?}: {filled}");
                let acts = filled.contains("acct_1");
                assert_eq!(acts, sample == Sample::Connected, "{language:?}: {filled}");
            }
        }
    }

    #[test]
    fn an_address_without_a_port_has_that_of_its_scheme() {
        let text = |url| {
            let (scheme, host, port) = parts(url);
            format!("{scheme} {host} {port}")
        };
        assert_eq!(text("http://127.0.0.1:12111"), "http 127.0.0.1 12111");
        assert_eq!(text("https://api.example.com"), "https api.example.com 443");
        assert_eq!(text("http://api.internal"), "http api.internal 80");
    }
}
