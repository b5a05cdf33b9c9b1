//! What is wrong, in one sentence.

/// An error with its causes, each said once: some say theirs themselves.
pub(crate) fn of(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.is_empty() {
            said = cause;
        } else if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        let error = anyhow!("EOF").context("no JSON: EOF").context("openapi");
        assert_eq!(super::of(&error), "openapi: no JSON: EOF");
    }
}
