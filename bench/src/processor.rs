//! Who used the processor, as the kernel tells.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rustix::thread::CpuSet;

use crate::clock;

/// The core of whoever asks, and of the API behind the device.
pub const LOAD: usize = 0;
/// The core of the device under test.
pub const DEVICE: usize = 1;

/// Keeps this thread, and what it starts, to a core.
///
/// # Errors
/// When there is no such core.
pub fn stay_on(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    rustix::thread::sched_setaffinity(None, &set).context("two cores are needed")
}

/// This process, and what it starts, come before all others, so that those disturb less. It ends
/// when this is dropped.
pub struct First;

/// Where the kernel keeps the rank of a session among others; within it, nice values count.
const SESSION: &str = "/proc/self/autogroup";

impl First {
    /// Comes first.
    ///
    /// # Errors
    /// When that may not be: root alone may.
    pub fn new() -> Result<Self> {
        rustix::process::setpriority_process(None, -19)?;
        let first = Self;
        if std::path::Path::new(SESSION).exists() {
            std::fs::write(SESSION, "-19")?;
        }
        Ok(first)
    }
}

impl Drop for First {
    fn drop(&mut self) {
        // A session whose rank cannot be set has the one it had.
        let _restored = std::fs::write(SESSION, "0");
    }
}

/// The processor time that processes and their descendants used so far, in seconds.
///
/// # Errors
/// When one of them has ended.
pub fn used_by(roots: &[u32]) -> Result<f64> {
    let mut ticks = 0;
    let family = family(roots)?;
    for id in &family {
        ticks += stat(*id)?.ticks;
    }
    Ok(seconds(ticks))
}

/// The processor time that anybody used on a core so far, in seconds.
///
/// # Errors
/// When the kernel does not tell.
pub fn used_on(core: usize) -> Result<f64> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let name = format!("cpu{core} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&name));
    let numbers = line.ok_or_else(|| anyhow!("there is no core {core}"))?.split_whitespace();
    let numbers: Vec<u64> = numbers.map(str::parse).collect::<Result<_, _>>()?;
    // user nice system idle iowait irq softirq steal: all but the two that wait.
    let busy = numbers.iter().take(8).enumerate().filter(|(place, _)| !matches!(place, 3 | 4));
    Ok(seconds(busy.map(|(_, ticks)| ticks).sum()))
}

/// Waits until the machine is nearly idle, but not longer than told.
///
/// # Errors
/// When the kernel does not tell.
pub fn settle(longest: Duration) -> Result<()> {
    let sample = Duration::from_millis(250);
    let start = clock::now();
    while start.elapsed() < longest {
        let before = used_on(LOAD)? + used_on(DEVICE)?;
        clock::pause(sample);
        let used = used_on(LOAD)? + used_on(DEVICE)? - before;
        if used < 0.15 * sample.as_secs_f64() {
            break;
        }
    }
    Ok(())
}

/// The memory that a process has, in bytes.
///
/// # Errors
/// When it has ended.
pub fn resident(id: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).context("VmRSS")?;
    Ok(kilobytes.parse::<u64>()? * 1024)
}

struct Stat {
    parent: u32,
    ticks: u64,
}

fn stat(id: u32) -> Result<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name stands in parentheses and may hold anything.
    let (_, rest) = text.rsplit_once(") ").context("a line of /proc/PID/stat")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let field = |place: usize| {
        let text = fields.get(place).context("a field of /proc/PID/stat")?;
        text.parse::<u64>().context("a number in /proc/PID/stat")
    };
    Ok(Stat { parent: u32::try_from(field(1)?)?, ticks: field(11)? + field(12)? })
}

fn family(roots: &[u32]) -> Result<BTreeSet<u32>> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let id = name.to_str().map(str::parse::<u32>);
        // Other processes may end while they are looked at.
        if let Some(Ok(id)) = id
            && let Ok(stat) = stat(id)
        {
            parents.push((id, stat.parent));
        }
    }
    let mut family: BTreeSet<u32> = roots.iter().copied().collect();
    loop {
        let before = family.len();
        let children = parents.iter().filter(|(_, parent)| family.contains(parent));
        let children: Vec<u32> = children.map(|(id, _)| *id).collect();
        family.extend(children);
        if family.len() == before {
            return Ok(family);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "ticks are few")]
fn seconds(ticks: u64) -> f64 {
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}
