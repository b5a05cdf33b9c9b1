//! The parameters of a request, taken out one by one.
//!
//! Purpose: each operation takes what it knows, typed and within limits, and [`Params::finish`]
//! refuses what is left. Limits: what the parameters mean is the operations' business.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::fault::{Fault, ParamError};
use crate::form::{Form, Value};

/// Longest text of a parameter that has no limit of its own.
pub(crate) const TEXT: usize = 5000;
/// How many dots deep a path to expand may be.
const EXPAND_DEPTH: usize = 4;
/// How many paths may be expanded.
const EXPANDS: usize = 50;

/// Parameters that nobody has taken yet.
#[derive(Debug, Default)]
pub(crate) struct Params {
    form: Form,
    /// The name of the hash that these are in; empty at the top.
    within: String,
}

/// What a request says of a value that has one already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Change<T> {
    /// Nothing.
    #[default]
    Keep,
    /// Take it away.
    Clear,
    /// Have this one.
    Set(T),
}

impl<T> Change<T> {
    /// Writes the change into a value that may be absent.
    pub(crate) fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *to = None,
            Self::Set(value) => *to = Some(value),
        }
    }

    /// Writes the change into a value that is empty when it is cleared.
    pub(crate) fn apply_or_empty(self, to: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Keep => {}
            Self::Clear => *to = T::default(),
            Self::Set(value) => *to = value,
        }
    }

    /// The same change of something made from the value.
    pub(crate) fn try_map<U, E>(
        self,
        with: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Change<U>, E> {
        match self {
            Self::Keep => Ok(Change::Keep),
            Self::Clear => Ok(Change::Clear),
            Self::Set(value) => with(value).map(Change::Set),
        }
    }
}

impl Params {
    /// The parameters of a whole request.
    pub(crate) fn new(form: Form) -> Self {
        Self { form, within: String::new() }
    }

    /// The form as it is now.
    pub(crate) fn form(&self) -> &Form {
        &self.form
    }

    /// An error about one of these parameters.
    pub(crate) fn error(&self, name: &str, fault: Fault) -> ParamError {
        ParamError { param: self.whole_name(name), fault }
    }

    fn whole_name(&self, name: &str) -> String {
        let within = &self.within;
        if within.is_empty() { name.to_owned() } else { format!("{within}[{name}]") }
    }

    /// Refuses whatever was not taken, but for `expand`, which every operation takes: nothing here
    /// refers to another object yet.
    pub(crate) fn finish(mut self) -> Result<(), ParamError> {
        if self.within.is_empty() {
            let paths = self.texts("expand", EXPANDS)?;
            if let Change::Set(paths) = paths
                && paths.iter().any(|path| path.split('.').count() > EXPAND_DEPTH)
            {
                return Err(self.error("expand", Fault::ExpandTooDeep { most: EXPAND_DEPTH }));
            }
        }
        match self.form.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.error(name, Fault::Unknown)),
        }
    }

    /// Text of up to so many characters; empty clears.
    pub(crate) fn text(&mut self, name: &str, most: usize) -> Result<Change<String>, ParamError> {
        match self.form.remove(name) {
            None => Ok(Change::Keep),
            Some(Value::Text(text)) if text.is_empty() => Ok(Change::Clear),
            Some(Value::Text(text)) => match text_fault(&text, most) {
                None => Ok(Change::Set(text)),
                Some(fault) => Err(self.error(name, fault)),
            },
            Some(Value::List(_) | Value::Hash(_)) => Err(self.error(name, Fault::NotText)),
        }
    }

    /// Text that may be left out, but not be empty.
    pub(crate) fn full_text(
        &mut self,
        name: &str,
        most: usize,
    ) -> Result<Option<String>, ParamError> {
        match self.text(name, most)? {
            Change::Keep => Ok(None),
            Change::Clear => Err(self.error(name, Fault::Empty)),
            Change::Set(text) => Ok(Some(text)),
        }
    }

    /// Text that must be given.
    pub(crate) fn needed_text(&mut self, name: &str, most: usize) -> Result<String, ParamError> {
        self.full_text(name, most)?.ok_or_else(|| self.error(name, Fault::Missing))
    }

    /// One of a few words.
    pub(crate) fn choice(
        &mut self,
        name: &str,
        of: &'static [&'static str],
    ) -> Result<Option<&'static str>, ParamError> {
        let Some(text) = self.full_text(name, TEXT)? else { return Ok(None) };
        match of.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(self.error(name, Fault::NotOneOf { of })),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, ParamError> {
        match self.full_text(name, TEXT)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(self.error(name, Fault::NotBoolean)),
        }
    }

    /// A whole number.
    pub(crate) fn integer(
        &mut self,
        name: &str,
        within: RangeInclusive<i64>,
    ) -> Result<Option<i64>, ParamError> {
        let Some(text) = self.full_text(name, TEXT)? else { return Ok(None) };
        match text.parse() {
            Ok(number) if within.contains(&number) => Ok(Some(number)),
            Ok(number) if number < *within.start() => {
                Err(self.error(name, Fault::TooSmall { least: *within.start() }))
            }
            Ok(_) => Err(self.error(name, Fault::TooLarge { most: *within.end() })),
            Err(_) => Err(self.error(name, Fault::NotInteger)),
        }
    }

    /// A measure: a number that is not negative. Must be given.
    pub(crate) fn measure(&mut self, name: &str) -> Result<f64, ParamError> {
        let text = self.needed_text(name, TEXT)?;
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
            Ok(_) | Err(_) => Err(self.error(name, Fault::NotMeasure)),
        }
    }

    /// Texts, as `name[]=x` or `name[0]=x`; an empty `name=` clears.
    pub(crate) fn texts(
        &mut self,
        name: &str,
        most: usize,
    ) -> Result<Change<Vec<String>>, ParamError> {
        let texts = match self.form.remove(name) {
            None => return Ok(Change::Keep),
            Some(Value::Text(text)) if text.is_empty() => return Ok(Change::Clear),
            Some(Value::List(texts)) => Some(texts),
            Some(Value::Hash(by_place)) => in_order(by_place).and_then(only_texts),
            Some(Value::Text(_)) => None,
        };
        let texts = texts.ok_or_else(|| self.error(name, Fault::NotList))?;
        if texts.len() > most {
            return Err(self.error(name, Fault::TooMany { most }));
        }
        for (place, text) in texts.iter().enumerate() {
            let fault = if text.is_empty() { Some(Fault::Empty) } else { text_fault(text, TEXT) };
            if let Some(fault) = fault {
                return Err(self.error(name, fault).at(place));
            }
        }
        Ok(Change::Set(texts))
    }

    /// Parameters inside of `name[…]`; an empty `name=` clears.
    pub(crate) fn hash(&mut self, name: &str) -> Result<Change<Self>, ParamError> {
        match self.form.remove(name) {
            None => Ok(Change::Keep),
            Some(Value::Text(text)) if text.is_empty() => Ok(Change::Clear),
            Some(Value::Hash(form)) => {
                Ok(Change::Set(Self { form, within: self.whole_name(name) }))
            }
            Some(Value::Text(_) | Value::List(_)) => Err(self.error(name, Fault::NotHash)),
        }
    }

    /// Parameters inside of `name[0][…]`, `name[1][…]`; an empty `name=` clears.
    pub(crate) fn hashes(
        &mut self,
        name: &str,
        most: usize,
    ) -> Result<Change<Vec<Self>>, ParamError> {
        let values = match self.form.remove(name) {
            None => return Ok(Change::Keep),
            Some(Value::Text(text)) if text.is_empty() => return Ok(Change::Clear),
            Some(Value::Hash(by_place)) => in_order(by_place),
            Some(Value::Text(_) | Value::List(_)) => None,
        };
        let values = values.ok_or_else(|| self.error(name, Fault::NotList))?;
        if values.len() > most {
            return Err(self.error(name, Fault::TooMany { most }));
        }
        let hashes = values.into_iter().enumerate().map(|(place, value)| match value {
            Value::Hash(form) => {
                Ok(Self { form, within: format!("{}[{place}]", self.whole_name(name)) })
            }
            Value::Text(_) | Value::List(_) => Err(self.error(name, Fault::NotHash).at(place)),
        });
        Ok(Change::Set(hashes.collect::<Result<_, _>>()?))
    }

    /// Texts by name inside of `name[…]`, each of which may be empty; an empty `name=` clears.
    pub(crate) fn pairs(
        &mut self,
        name: &str,
    ) -> Result<Change<BTreeMap<String, String>>, ParamError> {
        self.hash(name)?.try_map(|inner| {
            let within = Self { form: Form::new(), within: inner.within };
            let pairs = inner.form.into_iter().map(|(key, value)| match value {
                Value::Text(text) => Ok((key, text)),
                Value::List(_) | Value::Hash(_) => Err(within.error(&key, Fault::NotText)),
            });
            pairs.collect()
        })
    }
}

fn text_fault(text: &str, most: usize) -> Option<Fault> {
    if text.trim().is_empty() {
        return Some(Fault::Blank);
    }
    let length = text.chars().count();
    (length > most).then_some(Fault::TooLong { most, length })
}

/// The values of `a[0]`, `a[1]`, … by their numbers, or nothing when a name is no number.
fn in_order(form: Form) -> Option<Vec<Value>> {
    let mut numbered = Vec::with_capacity(form.len());
    for (name, value) in form {
        let Ok(place) = name.parse::<u32>() else { return None };
        numbered.push((place, value));
    }
    numbered.sort_by_key(|(place, _)| *place);
    Some(numbered.into_iter().map(|(_, value)| value).collect())
}

fn only_texts(values: Vec<Value>) -> Option<Vec<String>> {
    let texts = values.into_iter().map(|value| match value {
        Value::Text(text) => Some(text),
        Value::List(_) | Value::Hash(_) => None,
    });
    texts.collect()
}
