//! A small immutable hash table with open addressing, exactly as large as its keys need.

use keys::{Digest, KeyId};

use super::line::Line;

/// Some of the keys. Slots are five for each four keys, probed one after the other.
#[derive(Default)]
pub(super) struct Shard {
    slots: Box<[Option<Line>]>,
    keys: usize,
}

impl Shard {
    /// A shard of these keys; of two lines for one key the later one holds.
    pub(super) fn of(lines: Vec<Line>) -> Self {
        let slots = (lines.len() * 5).div_ceil(4);
        let mut shard = Self { slots: vec![None; slots].into(), keys: 0 };
        for line in lines {
            shard.put(line);
        }
        shard
    }

    /// A copy with one key more, or changed.
    pub(super) fn with(&self, line: Line) -> Self {
        let mut lines = Vec::with_capacity(self.keys + 1);
        lines.extend(self.slots.iter().flatten().cloned());
        match lines.iter_mut().find(|known| known.digest() == line.digest()) {
            Some(known) => *known = line,
            None => lines.push(line),
        }
        Self::of(lines)
    }

    pub(super) fn holds(&self, id: KeyId) -> bool {
        self.slots.iter().flatten().any(|line| line.id() == id)
    }

    /// A copy without one key.
    pub(super) fn without(&self, id: KeyId) -> Self {
        Self::of(self.slots.iter().flatten().filter(|line| line.id() != id).cloned().collect())
    }

    pub(super) fn find(&self, digest: &Digest) -> Option<&Line> {
        let (before, after) = self.slots.split_at_checked(self.start(digest))?;
        let probed = after.iter().chain(before);
        // An empty slot ends the search; there is always one.
        probed.map_while(Option::as_ref).find(|line| line.digest() == digest)
    }

    pub(super) fn len(&self) -> usize {
        self.keys
    }

    fn put(&mut self, line: Line) {
        let start = self.start(line.digest());
        let Some((before, after)) = self.slots.split_at_mut_checked(start) else { return };
        for slot in after.iter_mut().chain(before) {
            match slot {
                Some(known) if known.digest() != line.digest() => {}
                Some(known) => {
                    *known = line;
                    return;
                }
                None => {
                    *slot = Some(line);
                    self.keys += 1;
                    return;
                }
            }
        }
    }

    /// Where the search begins: the low half of the prefix, scaled to the number of slots.
    fn start(&self, digest: &Digest) -> usize {
        let low = digest.prefix() & u64::from(u32::MAX);
        let scaled = low * u64::try_from(self.slots.len()).unwrap_or(0);
        usize::try_from(scaled >> 32).unwrap_or(0)
    }
}
