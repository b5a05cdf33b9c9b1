//! Pages of lists that may be long.

/// Where in a list a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside<I> {
    /// It begins the list.
    Nothing,
    /// It comes after that one.
    After(I),
    /// It comes before that one, and ends at it.
    Before(I),
}

/// The statement of a page, for either direction.
pub(crate) struct Pages {
    /// Reads on.
    pub(crate) forwards: &'static str,
    /// Reads back, and gives the nearest first.
    pub(crate) backwards: &'static str,
}

impl Pages {
    /// The statement that reads the page, and the entry that it begins from.
    pub(crate) fn beside<I>(&self, place: Beside<I>) -> (&'static str, Option<I>) {
        match place {
            Beside::Nothing => (self.forwards, None),
            Beside::After(one) => (self.forwards, Some(one)),
            Beside::Before(one) => (self.backwards, Some(one)),
        }
    }
}

impl<I> Beside<I> {
    /// The same, with the entry called otherwise.
    pub fn map<J>(self, call: impl FnOnce(I) -> J) -> Beside<J> {
        match self {
            Self::Nothing => Beside::Nothing,
            Self::After(one) => Beside::After(call(one)),
            Self::Before(one) => Beside::Before(call(one)),
        }
    }

    /// What was read, in the order of the list.
    pub(crate) fn in_order<T>(&self, mut read: Vec<T>) -> Vec<T> {
        match self {
            Self::Nothing | Self::After(_) => {}
            Self::Before(_) => read.reverse(),
        }
        read
    }
}
