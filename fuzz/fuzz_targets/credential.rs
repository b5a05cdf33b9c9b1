//! No `Authorization` header breaks the reader of credentials, and none is read that has two
//! readings: what is read is in the header, plainly or in base64, and is one word.

#![no_main]

use keys::{Mask, Presented, Unwrapped, holds_key_value, read_credential};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|headers: Vec<Vec<u8>>| {
    let mut room = Unwrapped::room();
    if let Ok(credential) = read_credential(headers.iter().map(Vec::as_slice), &mut room) {
        assert_eq!(headers.len(), 1);
        let key = credential.expose();
        assert!(!key.is_empty() && key.len() <= 256);
        assert!(!key.iter().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()));
        let shown = Mask::of(key).starred();
        assert!(shown.len() <= "sk_org_live_".len() + 14, "{shown}");
        if Presented::parse(key).is_ok() {
            let target = [b"/v1/x?key=", key].concat();
            assert!(holds_key_value(&target));
        }
    }
    for header in &headers {
        let _found = holds_key_value(header);
    }
});
