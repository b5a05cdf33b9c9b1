//! A hash table in shards: a change copies one shard, and its copy shares all others.

use super::shard::{Shard, Slot, put};

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
/// How much the first piece of a heap holds, and how much one holds at most.
const PIECES: std::ops::RangeInclusive<usize> = 16..=16_384;

/// Takes what a table will hold, before it is known how much that is.
///
/// It lies in a few large heaps, each freed before the next is sorted: so the shards take the place
/// of the heaps, where many small buffers would leave their memory full of holes. A heap grows by
/// pieces: memory that is touched for the first time is dear, and a buffer that grows leaves as much
/// of it behind as it holds.
pub(super) struct Heaps<S> {
    heaps: Vec<Vec<Vec<S>>>,
    shards: usize,
}

impl<S: Slot> Heaps<S> {
    /// Heaps for a table of that many shards.
    pub(super) fn new(shards: usize) -> Self {
        Self { heaps: (0..HEAPS).map(|_| Vec::new()).collect(), shards }
    }

    pub(super) fn take(&mut self, one: S) {
        let heap = part(S::spread(one.key()), HEAPS);
        let Some(pieces) = self.heaps.get_mut(heap) else { return };
        match pieces.last_mut() {
            Some(piece) if piece.len() < piece.capacity() => piece.push(one),
            last => {
                let twice = last.map_or(0, |full| full.len() * 2);
                let room = twice.clamp(*PIECES.start(), *PIECES.end());
                let mut piece = Vec::with_capacity(room);
                piece.push(one);
                pieces.push(piece);
            }
        }
    }

    /// The table of all that was taken; of two with one key the later one holds.
    pub(super) fn sort(self) -> Table<S> {
        let each = self.shards / HEAPS;
        let shards: Box<[Shard<S>]> =
            self.heaps.into_iter().flat_map(|pieces| sorted(pieces, each, self.shards)).collect();
        let len = shards.iter().map(Shard::len).sum();
        Table { shards, len }
    }
}

/// The shards of one heap.
fn sorted<S: Slot>(pieces: Vec<Vec<S>>, each: usize, shards: usize) -> Vec<Shard<S>> {
    let shard_of = |one: &S| part(S::spread(one.key()), shards) % each;
    let mut lens = vec![0usize; each];
    for one in pieces.iter().flatten() {
        if let Some(len) = lens.get_mut(shard_of(one)) {
            *len += 1;
        }
    }
    let mut shards: Vec<_> = lens.into_iter().map(Shard::with_room).collect();
    let mut slots: Vec<_> = shards.iter_mut().map(Shard::slots).collect();
    for one in pieces.into_iter().flatten() {
        if let Some(slots) = slots.get_mut(shard_of(&one)) {
            put(slots, one);
        }
    }
    shards
}

/// Which of that many parts, a power of two: by the high bits.
fn part(spread: u64, parts: usize) -> usize {
    let high = spread.checked_shr(64 - parts.trailing_zeros()).unwrap_or(0);
    usize::try_from(high).unwrap_or(0)
}
