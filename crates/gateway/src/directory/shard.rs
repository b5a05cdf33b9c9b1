//! A small immutable hash table with open addressing, exactly as large as what it holds needs.

/// What a table holds: something that is found by its key.
pub(super) trait Slot: Clone {
    /// What it is found by.
    type Key: PartialEq;

    fn key(&self) -> &Self::Key;

    /// A number that is spread evenly: its high bits choose the shard, its low half the place in it.
    fn spread(key: &Self::Key) -> u64;
}

/// Some of what a table holds. Slots are five for each four, probed one after the other.
pub(super) struct Shard<S> {
    slots: Box<[Option<S>]>,
    filled: usize,
}

impl<S: Slot> Shard<S> {
    /// A shard of these; of two with one key the later one holds.
    pub(super) fn of(all: impl ExactSizeIterator<Item = S>) -> Self {
        let slots = (all.len() * 5).div_ceil(4);
        let mut shard = Self { slots: vec![None; slots].into(), filled: 0 };
        all.for_each(|one| shard.put(one));
        shard
    }

    /// A copy with one more, or with another in its place.
    pub(super) fn with(&self, new: S) -> Self {
        let mut all = Vec::with_capacity(self.filled + 1);
        all.extend(self.iter().cloned());
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

    pub(super) fn find(&self, key: &S::Key) -> Option<&S> {
        let (before, after) = self.slots.split_at_checked(self.start(key))?;
        let probed = after.iter().chain(before);
        // An empty slot ends the search; there is always one.
        probed.map_while(Option::as_ref).find(|one| one.key() == key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &S> {
        self.slots.iter().flatten()
    }

    pub(super) fn len(&self) -> usize {
        self.filled
    }

    fn put(&mut self, new: S) {
        let start = self.start(new.key());
        let Some((before, after)) = self.slots.split_at_mut_checked(start) else { return };
        for slot in after.iter_mut().chain(before) {
            match slot {
                Some(known) if known.key() != new.key() => {}
                Some(known) => {
                    *known = new;
                    return;
                }
                None => {
                    *slot = Some(new);
                    self.filled += 1;
                    return;
                }
            }
        }
    }

    /// Where the search begins: the low half of the spread, scaled to the number of slots.
    fn start(&self, key: &S::Key) -> usize {
        let low = S::spread(key) & u64::from(u32::MAX);
        let scaled = low * u64::try_from(self.slots.len()).unwrap_or(0);
        usize::try_from(scaled >> 32).unwrap_or(0)
    }
}
