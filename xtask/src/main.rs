//! The task runner. `cargo xtask` alone names the tasks.
//!
//! Purpose: what cargo alone cannot do: install what tests, checks and benchmarks need, start what
//! they talk to, and stop it again. Limits: it tests and measures nothing itself.

mod api_check;
mod bench;
mod deny;
mod fuzz;
mod libraries;
mod packages;
mod postgres;
mod screenshots;
mod shell;
mod test;
mod trained;

use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "\
cargo xtask test                            all tests, with a PostgreSQL and client libraries
cargo xtask api-check [OPTIONS]             the management API against its document (schemathesis)
cargo xtask deny                            licences, bans, sources and advisories of dependencies
cargo xtask fuzz [--seconds N] [TARGET…]    all fuzz targets or these, each N seconds (60)
cargo xtask screenshots                     pictures of the main pages of the dashboard
cargo xtask trained                         a release build that has seen itself at work
cargo xtask bench gateway [--trained] [OPTIONS]
                                            the gateway beside other proxies, in one run; the trained
                                            build as well
cargo xtask bench admit [OPTIONS]           one admission beside its floor
cargo xtask bench memory [OPTIONS]          bytes a key, and the time to be ready
cargo xtask bench console [OPTIONS]         how long the pages of the dashboard take, and their weight
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match carry_out(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            shell::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether all went well.
fn carry_out(arguments: &[&str]) -> Result<bool> {
    match arguments {
        ["test"] => test::test(),
        ["api-check", rest @ ..] => api_check::api_check(rest),
        ["deny"] => deny::deny(),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["screenshots"] => screenshots::screenshots(),
        ["trained"] => trained::trained(),
        ["bench", what, rest @ ..] => bench::bench(what, rest),
        [] => {
            shell::say(USAGE);
            Ok(true)
        }
        _ => {
            shell::say(USAGE);
            Ok(false)
        }
    }
}
