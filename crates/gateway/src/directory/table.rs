//! A hash table in shards: a change copies one shard, and its copy shares all others.

use super::shard::{Shard, Slot};

/// A table of as many shards as it was made with, a power of two.
pub(super) struct Table<S> {
    shards: Box<[Shard<S>]>,
    len: usize,
}

impl<S> Clone for Table<S> {
    fn clone(&self) -> Self {
        Self { shards: self.shards.clone(), len: self.len }
    }
}

impl<S: Slot> Table<S> {
    pub(super) fn empty(shards: usize) -> Self {
        let nothing = Shard::of(std::iter::empty());
        Self { shards: vec![nothing; shards].into(), len: 0 }
    }

    pub(super) fn find(&self, key: S::Key) -> Option<&S> {
        self.shards.get(part(S::spread(key), self.shards.len()))?.find(key)
    }

    /// Puts one in, or in the place of the one with its key.
    pub(super) fn put(&mut self, new: S) {
        let shard = part(S::spread(new.key()), self.shards.len());
        if let Some(shard) = self.shards.get_mut(shard) {
            let with = shard.with(new);
            self.len = self.len - shard.len() + with.len();
            *shard = with;
        }
    }

    /// Drops one, if it is there.
    pub(super) fn remove(&mut self, key: S::Key) {
        let shard = part(S::spread(key), self.shards.len());
        if let Some(shard) = self.shards.get_mut(shard)
            && shard.find(key).is_some()
        {
            *shard = shard.without(|one| one.key() == key);
            self.len -= 1;
        }
    }

    /// Puts others in the place of some, looking at all.
    pub(super) fn change_all(&mut self, change: impl Fn(&S) -> Option<S>) {
        for shard in &mut self.shards {
            let changed: Vec<S> = shard.iter().filter_map(&change).collect();
            for new in changed {
                *shard = shard.with(new);
            }
        }
    }

    /// Drops some, looking at all.
    pub(super) fn drop_all(&mut self, is_dropped: impl Fn(&S) -> bool) {
        for shard in self.shards.iter_mut().filter(|shard| shard.iter().any(&is_dropped)) {
            let without = shard.without(&is_dropped);
            self.len = self.len - shard.len() + without.len();
            *shard = without;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// Heaps that are sorted into shards one after the other.
const HEAPS: usize = 64;

/// Takes what a table will hold, before it is known how much that is.
///
/// It lies in a few large heaps, each freed before the next is sorted: so the shards take the place
/// of the heaps, where many small buffers would leave their memory full of holes.
pub(super) struct Heaps<S> {
    heaps: Vec<Vec<S>>,
    shards: usize,
}

impl<S: Slot> Heaps<S> {
    /// Heaps for a table of that many shards.
    pub(super) fn new(shards: usize) -> Self {
        Self { heaps: (0..HEAPS).map(|_| Vec::new()).collect(), shards }
    }

    pub(super) fn take(&mut self, one: S) {
        let heap = part(S::spread(one.key()), HEAPS);
        if let Some(heap) = self.heaps.get_mut(heap) {
            heap.push(one);
        }
    }

    /// The table of all that was taken; of two with one key the later one holds.
    pub(super) fn sort(self) -> Table<S> {
        let each = self.shards / HEAPS;
        let mut sorted: Vec<Vec<S>> = (0..each).map(|_| Vec::new()).collect();
        let mut shards = Vec::with_capacity(self.shards);
        for heap in self.heaps {
            for one in heap {
                let shard = part(S::spread(one.key()), self.shards) % each;
                if let Some(shard) = sorted.get_mut(shard) {
                    shard.push(one);
                }
            }
            shards.extend(sorted.iter_mut().map(|all| Shard::of(all.drain(..))));
        }
        let len = shards.iter().map(Shard::len).sum();
        Table { shards: shards.into(), len }
    }
}

/// Which of that many parts, a power of two: by the high bits.
fn part(spread: u64, parts: usize) -> usize {
    let high = spread.checked_shr(64 - parts.trailing_zeros()).unwrap_or(0);
    usize::try_from(high).unwrap_or(0)
}
