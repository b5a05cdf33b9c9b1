//! In which programming language samples are shown. The last choice is remembered in a cookie, which a
//! link sets by its query, and a script without one.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie. It says nothing of anybody, so that scripts may set it and plain HTTP may carry it.
const NAME: &str = "keyway-language";

/// A programming language, or a program in the case of curl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Curl,
    Python,
    Node,
    Ruby,
    Php,
    Java,
    Go,
    DotNet,
    Rust,
}

impl Language {
    /// All of them, in the order of the tabs.
    pub(super) const ALL: [Self; 9] = [
        Self::Curl,
        Self::Python,
        Self::Node,
        Self::Ruby,
        Self::Php,
        Self::Java,
        Self::Go,
        Self::DotNet,
        Self::Rust,
    ];

    /// The word for it in addresses and in the cookie.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "python",
            Self::Node => "node",
            Self::Ruby => "ruby",
            Self::Php => "php",
            Self::Java => "java",
            Self::Go => "go",
            Self::DotNet => "dotnet",
            Self::Rust => "rust",
        }
    }

    /// Its name, which is the same wherever people speak of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::Node => "Node.js",
            Self::Ruby => "Ruby",
            Self::Php => "PHP",
            Self::Java => "Java",
            Self::Go => "Go",
            Self::DotNet => ".NET",
            Self::Rust => "Rust",
        }
    }

    /// What a remark begins with that goes on to the end of its line.
    pub(super) fn remark(self) -> &'static str {
        match self {
            Self::Curl | Self::Python | Self::Ruby => "#",
            Self::Node | Self::Php | Self::Java | Self::Go | Self::DotNet | Self::Rust => "//",
        }
    }

    /// The language of a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.word() == word)
    }

    /// The language that was chosen last, or the first of all.
    pub(super) fn remembered(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::COOKIE).iter().map(HeaderValue::to_str);
        let pairs = lines.flatten().flat_map(|line| line.split(';'));
        let mut values = pairs.filter_map(|pair| match pair.trim().split_once('=') {
            Some((NAME, value)) => Self::of(value),
            Some(_) | None => None,
        });
        values.next().unwrap_or(Self::Curl)
    }

    /// Has the browser remember it for a year, for the docs alone.
    pub(super) fn remember(self) -> String {
        format!("{NAME}={}; Path=/docs; Max-Age=31536000; SameSite=Lax", self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_choice_is_read_from_its_cookie_and_nothing_else() {
        let remembered = |line: &str| {
            let headers = HeaderMap::from_iter([(header::COOKIE, line.parse().unwrap())]);
            Language::remembered(&headers).name()
        };
        assert_eq!(remembered("a=b; keyway-language=dotnet"), ".NET");
        for line in ["", "keyway-language=cobol", "language=go", "keyway-language"] {
            assert_eq!(remembered(line), "curl", "{line}");
        }
        for language in Language::ALL {
            assert_eq!(remembered(&language.remember()), language.name());
        }
    }
}
