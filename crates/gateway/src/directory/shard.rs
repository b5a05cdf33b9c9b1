//! A small immutable hash table with open addressing, exactly as large as what it holds needs.

use std::iter::repeat_n;
use std::sync::Arc;

/// What a table holds: something that is found by its key.
pub(super) trait Slot: Clone {
    /// What it is found by.
    type Key: PartialEq + Copy;

    fn key(&self) -> Self::Key;

    /// A number that is spread evenly: its high bits choose the shard, its low half the place in it.
    fn spread(key: Self::Key) -> u64;
}

/// Some of what a table holds. Slots are five or more for each four, probed one after the other.
///
/// It is nothing but a pointer to them: each step on the way to a key is a miss of the cache.
pub(super) struct Shard<S>(Arc<[Option<S>]>);

impl<S> Clone for Shard<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Slot> Shard<S> {
    /// A shard of these; of two with one key the later one holds.
    pub(super) fn of(all: impl ExactSizeIterator<Item = S>) -> Self {
        let mut shard = Self::with_room(all.len());
        let slots = shard.slots();
        all.for_each(|one| put(slots, one));
        shard
    }

    /// An empty shard with room for so many.
    pub(super) fn with_room(len: usize) -> Self {
        Self(repeat_n(None, room::<S>(len)).collect())
    }

    /// The slots of a shard that is not shared yet; none of one that is.
    pub(super) fn slots(&mut self) -> &mut [Option<S>] {
        Arc::get_mut(&mut self.0).unwrap_or_default()
    }

    /// A copy with one more, or with another in its place.
    pub(super) fn with(&self, new: S) -> Self {
        let mut all: Vec<S> = self.iter().cloned().collect();
        match all.iter_mut().find(|known| known.key() == new.key()) {
            Some(known) => *known = new,
            None => all.push(new),
        }
        Self::of(all.into_iter())
    }

    /// A copy without some.
    pub(super) fn without(&self, is_dropped: impl Fn(&S) -> bool) -> Self {
        let left: Vec<S> = self.iter().filter(|one| !is_dropped(one)).cloned().collect();
        Self::of(left.into_iter())
    }

    pub(super) fn find(&self, key: S::Key) -> Option<&S> {
        let (before, after) = self.0.split_at_checked(start::<S>(key, self.0.len()))?;
        let probed = after.iter().chain(before);
        // An empty slot ends the search; there is always one.
        probed.map_while(Option::as_ref).find(|one| one.key() == key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &S> {
        self.0.iter().flatten()
    }

    pub(super) fn len(&self) -> usize {
        self.iter().count()
    }
}

/// How many slots there are for so many: as many as the memory holds that is taken anyway.
///
/// Allocators know four sizes for each doubling, and to align a block they take one more alignment.
fn room<S>(filled: usize) -> usize {
    let counts = (2 * size_of::<usize>()).max(align_of::<S>()) + align_of::<S>();
    let needed = counts + (filled * 5).div_ceil(4) * size_of::<Option<S>>();
    let step = (needed.next_power_of_two() / 8).max(1);
    (needed.next_multiple_of(step) - counts) / size_of::<Option<S>>()
}

/// Puts one into slots that have room for it; of two with one key the later one holds.
pub(super) fn put<S: Slot>(slots: &mut [Option<S>], new: S) {
    let start = start::<S>(new.key(), slots.len());
    let Some((before, after)) = slots.split_at_mut_checked(start) else { return };
    for slot in after.iter_mut().chain(before) {
        if slot.as_ref().is_none_or(|known| known.key() == new.key()) {
            *slot = Some(new);
            return;
        }
    }
}

/// Where the search begins: the low half of the spread, scaled to the number of slots.
fn start<S: Slot>(key: S::Key, slots: usize) -> usize {
    let low = S::spread(key) & u64::from(u32::MAX);
    let scaled = low * u64::try_from(slots).unwrap_or(0);
    usize::try_from(scaled >> 32).unwrap_or(0)
}
