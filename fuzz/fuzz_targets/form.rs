//! No bytes break the decoder of forms, and what it reads it writes and reads again alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use payments::form::{DEPTH, Form, Value, decode, encode};

fuzz_target!(|encoded: &[u8]| {
    if let Ok(form) = decode(encoded) {
        assert!(depth(&form) <= DEPTH);
        let written = encode(&form);
        assert_eq!(decode(written.as_bytes()), Ok(form));
    }
});

fn depth(form: &Form) -> usize {
    let depths = form.values().map(|value| match value {
        Value::Text(_) | Value::List(_) => 1,
        Value::Hash(inner) => 1 + depth(inner),
    });
    depths.max().unwrap_or_default()
}
