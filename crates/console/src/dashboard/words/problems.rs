//! What each problem is told as, in each language: a problem that a language cannot tell does not
//! compile.

mod italian;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(super) use italian::italian;

use crate::problem::Problem;

/// A sentence about a problem.
pub(super) type Sentence = Cow<'static, str>;

/// In English there is one sentence, whoever is told: a program or somebody at a page.
pub(super) fn english(problem: &Problem) -> Sentence {
    problem.english()
}
