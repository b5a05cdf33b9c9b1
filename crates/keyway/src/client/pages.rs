//! Lists, whose pages are followed.

use serde_json::Value;

use super::{Call, Client, Failure};

/// The most that the API answers at a time.
const A_PAGE: usize = 100;

impl Client {
    /// The list, up to that many entries, as if it were one page. Whether there are more is said in
    /// its `has_more`, as the API does.
    pub(crate) fn pages(&self, call: Call, most: usize) -> Result<Value, Failure> {
        let mut call = call.page(most.min(A_PAGE), None);
        let mut whole = self.send(&call)?;
        loop {
            let entries = entries(&mut whole)?;
            let missing = most.saturating_sub(entries.len());
            let last = entries.last().and_then(|entry| entry.get("id")).and_then(Value::as_str);
            let last = last.map(str::to_owned);
            let (Some(last), true, 1..) = (last, has_more(&whole), missing) else {
                return Ok(whole);
            };
            call = call.page(missing.min(A_PAGE), Some(last));
            append(&mut whole, self.send(&call)?)?;
        }
    }
}

/// Puts the next page behind what there is.
fn append(whole: &mut Value, mut page: Value) -> Result<(), Failure> {
    let more = std::mem::take(entries(&mut page)?);
    // A page without an entry would be asked for again and again.
    let goes_on = !more.is_empty() && has_more(&page);
    entries(whole)?.extend(more);
    if let Some(said) = whole.get_mut("has_more") {
        *said = goes_on.into();
    }
    Ok(())
}

fn has_more(list: &Value) -> bool {
    list.get("has_more").and_then(Value::as_bool) == Some(true)
}

fn entries(list: &mut Value) -> Result<&mut Vec<Value>, Failure> {
    let entries = list.get_mut("data").and_then(Value::as_array_mut);
    entries.ok_or_else(|| Failure::BrokeOff("a list without entries".to_owned()))
}
