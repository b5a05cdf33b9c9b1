//! What can be wrong with one parameter.

/// A parameter and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ParamError {
    /// Its whole name, as `address[line1]`.
    pub(crate) param: String,
    /// What is wrong with it.
    pub(crate) fault: Fault,
}

impl ParamError {
    /// The same fault, in an element of the list that the parameter is.
    pub(crate) fn at(self, place: usize) -> Self {
        Self { param: format!("{}[{place}]", self.param), fault: self.fault }
    }
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// The operation does not know it.
    Unknown,
    /// The operation needs it.
    Missing,
    /// It is empty, and cannot be unset.
    Empty,
    /// Only white space.
    Blank,
    /// A list or hash where text belongs.
    NotText,
    /// Text or a list where a hash belongs.
    NotHash,
    /// Text or a hash where a list belongs.
    NotList,
    /// Neither `true` nor `false`.
    NotBoolean,
    /// No whole number.
    NotInteger,
    /// No number, or a negative one.
    NotMeasure,
    /// A number below what is allowed.
    TooSmall {
        /// The least that is allowed.
        least: i64,
    },
    /// A number above what is allowed.
    TooLarge {
        /// The most that is allowed.
        most: i64,
    },
    /// More characters than allowed.
    TooLong {
        /// How many are allowed.
        most: usize,
        /// How many there are.
        length: usize,
    },
    /// More elements than allowed.
    TooMany {
        /// How many are allowed.
        most: usize,
    },
    /// None of the words that are allowed.
    NotOneOf {
        /// The words.
        of: &'static [&'static str],
    },
    /// Text of another form than this.
    Malformed {
        /// How it should look.
        wanted: &'static str,
    },
    /// No email address.
    NotEmail,
    /// No URL of a web page.
    NotUrl,
    /// The name of a metadata entry is too long.
    MetadataName {
        /// How many characters are allowed.
        most: usize,
    },
    /// More entries of metadata than allowed.
    MetadataTooMany {
        /// How many are allowed.
        most: usize,
    },
    /// A path to expand has too many parts.
    ExpandTooDeep {
        /// How many are allowed.
        most: usize,
    },
    /// Two parameters that exclude each other.
    Excludes {
        /// The other one.
        other: &'static str,
    },
}

impl Fault {
    /// The code of the error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "parameter_unknown",
            Self::Missing => "parameter_missing",
            Self::Empty => "parameter_invalid_empty",
            Self::Blank => "parameter_invalid_string_blank",
            Self::NotText | Self::TooLong { .. } | Self::Malformed { .. } => {
                "parameter_invalid_string"
            }
            Self::NotHash => "parameter_invalid_hash",
            Self::NotList | Self::TooMany { .. } => "parameter_invalid_array",
            Self::NotBoolean => "parameter_invalid_boolean",
            Self::NotInteger | Self::TooSmall { .. } | Self::TooLarge { .. } => {
                "parameter_invalid_integer"
            }
            Self::NotMeasure => "parameter_invalid_number",
            Self::NotOneOf { .. } => "parameter_invalid_choice",
            Self::NotEmail => "email_invalid",
            Self::NotUrl => "url_invalid",
            Self::MetadataName { .. } | Self::MetadataTooMany { .. } => "metadata_invalid",
            Self::ExpandTooDeep { .. } => "expand_too_deep",
            Self::Excludes { .. } => "parameters_exclusive",
        }
    }

    /// The sentence about the parameter of that name.
    pub(crate) fn message(&self, param: &str) -> String {
        match self {
            Self::Unknown => format!("Received unknown parameter: {param}"),
            Self::Missing => format!("Missing required param: {param}."),
            Self::Empty => format!(
                "'{param}' is empty, which would unset it, and it cannot be unset. Leave it out or give it a value."
            ),
            Self::Blank => format!("'{param}' has only white space in it."),
            Self::NotText => format!("'{param}' must be text, not a list or a hash."),
            Self::NotHash => {
                format!("'{param}' must be a hash; write its values as '{param}[name]'.")
            }
            Self::NotList => {
                format!(
                    "'{param}' must be a list; write its values as '{param}[]' or '{param}[0]'."
                )
            }
            Self::NotBoolean => format!("'{param}' must be true or false."),
            Self::NotInteger => format!("'{param}' must be a whole number."),
            Self::NotMeasure => format!("'{param}' must be a number that is not negative."),
            Self::TooSmall { least } => format!("'{param}' must be at least {least}."),
            Self::TooLarge { most } => format!("'{param}' must be at most {most}."),
            Self::TooLong { most, length } => {
                format!("'{param}' can have up to {most} characters, and has {length}.")
            }
            Self::TooMany { most } => format!("'{param}' can have up to {most} elements."),
            Self::NotOneOf { of } => format!("'{param}' must be one of {}.", of.join(", ")),
            Self::Malformed { wanted } => format!("'{param}' must be {wanted}."),
            Self::NotEmail => format!("'{param}' is no email address."),
            Self::NotUrl => {
                format!("'{param}' must be a URL that begins with http:// or https://.")
            }
            Self::MetadataName { most } => {
                format!("The name of a metadata entry can have up to {most} characters: {param}")
            }
            Self::MetadataTooMany { most } => {
                format!("'{param}' can have up to {most} entries in all.")
            }
            Self::ExpandTooDeep { most } => {
                format!("A path in '{param}' can have up to {most} parts.")
            }
            Self::Excludes { other } => {
                format!("'{param}' and '{other}' cannot be given in one request.")
            }
        }
    }
}
