//! Each language tells every problem, in sentences of its own.

use super::super::{ENGLISH, ITALIAN};
use crate::dashboard::docs::errors::tests::problems;

/// Words of English that are none of Italian.
const GIVEAWAYS: [&str; 12] =
    ["the", "this", "is", "are", "was", "not", "of", "and", "be", "cannot", "again", "key"];

#[test]
fn every_problem_is_told_in_italian() {
    for problem in problems() {
        let (english, italian) = (ENGLISH.tell(&problem), ITALIAN.tell(&problem));
        assert_ne!(italian, english);
        let first = italian.trim_start_matches('«').chars().next().unwrap();
        assert!(first.is_uppercase() || italian.starts_with('«'), "{problem}: {italian}");
        let mut parts = italian.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let english = parts.find(|part| GIVEAWAYS.contains(part));
        assert_eq!(english, None, "{problem}: {italian}");
    }
}
