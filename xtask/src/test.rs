//! All tests, with all that they talk to.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::libraries::{self, Variable};
use crate::packages::Packages;
use crate::postgres::Postgres;
use crate::shell;

/// Runs all tests; the last line of the output counts them.
pub(crate) fn test() -> Result<bool> {
    let packages = Packages::new();
    let mut surroundings = Surroundings::default();
    surroundings.add("the Python library", libraries::python(&packages));
    surroundings.add("the Node packages", libraries::node(&packages));
    surroundings.add("curl", packages.provide(&["curl"], &["curl"]).map(|()| Vec::new()));
    surroundings.add("Chromium", libraries::chromium(&packages));
    // Held until the tests are done.
    let postgres = Postgres::start(&packages);
    let told = |server: &Postgres| vec![("TEST_DATABASE_URL", server.url().into())];
    match &postgres {
        Ok(server) => surroundings.variables.extend(told(server)),
        Err(error) => surroundings.missing.push(format!("PostgreSQL ({error:#})")),
    }
    if !surroundings.missing.is_empty() {
        let missing = surroundings.missing.join("; ");
        shell::say(&format!("xtask: not here, so not tested with: {missing}"));
    }

    let mut count = Count::default();
    let code: &[&str] = &["--no-fail-fast", "--lib", "--bins", "--tests", "--examples"];
    // The journeys start the program itself.
    let mut passed =
        shell::cargo().args(["build", "--workspace", "--bin", "keyway"]).status()?.success();
    for what in [code, &["--no-fail-fast", "--doc"]] {
        let mut cargo = shell::cargo();
        cargo.args(["test", "--workspace"]).args(what);
        cargo.envs(surroundings.variables.iter().cloned());
        passed &= count.run(&mut cargo)?;
    }
    drop(postgres);
    let Count { passed: good, failed: bad } = count;
    if !passed && bad == 0 {
        shell::say("xtask: a run ended before it could count: see above");
    }
    writeln!(std::io::stdout(), "{good} passed, {bad} failed")?;
    // A run that tried nothing has shown nothing.
    Ok(passed && bad == 0 && good > 0)
}

/// What the tests find, and what they do not.
#[derive(Default)]
struct Surroundings {
    variables: Vec<Variable>,
    missing: Vec<String>,
}

impl Surroundings {
    fn add(&mut self, name: &str, variables: Result<Vec<Variable>>) {
        match variables {
            Ok(variables) => self.variables.extend(variables),
            Err(error) => self.missing.push(format!("{name} ({error:#})")),
        }
    }
}

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    /// Runs tests, passes on what they print, and counts. Whether all went well is what cargo says.
    fn run(&mut self, cargo: &mut Command) -> Result<bool> {
        let mut child = cargo.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
        let mut lines = BufReader::new(child.stdout.take().context("the output of cargo")?);
        let mut out = std::io::stdout().lock();
        let mut line = Vec::new();
        // Bytes, not text: a test may print what it likes.
        while lines.read_until(b'\n', &mut line)? != 0 {
            out.write_all(&line)?;
            self.read(&String::from_utf8_lossy(&line));
            line.clear();
        }
        out.flush()?;
        Ok(child.wait()?.success())
    }

    /// Counts what a line like `test result: ok. 3 passed; 1 failed; 0 ignored; …` says.
    fn read(&mut self, line: &str) {
        let Some((_, result)) =
            line.strip_prefix("test result: ").and_then(|it| it.split_once(". "))
        else {
            return;
        };
        for part in result.split("; ") {
            match part.trim().split_once(' ').map(|(number, what)| (number.parse::<u64>(), what)) {
                Some((Ok(number), "passed")) => self.passed += number,
                Some((Ok(number), "failed")) => self.failed += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_added_up_and_other_lines_are_not() {
        let mut count = Count::default();
        for line in [
            "running 4 tests\n",
            "test it_works ... ok\n",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n",
            "the test result: ok. 7 passed; 7 failed\n",
            "test result: \n",
        ] {
            count.read(line);
        }
        assert_eq!(count, Count { passed: 13, failed: 2 });
    }
}
