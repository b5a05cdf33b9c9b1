//! No context header breaks its reader; what is read is written back as it came; two headers that
//! differ are never read as one of them.

#![no_main]

use keys::{Context, ContextHeaders, Sent};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|headers: (Option<Vec<u8>>, Option<Vec<u8>>)| {
    let (context, account) = &headers;
    if let Some(Ok(read)) = context.as_deref().map(Context::parse) {
        assert_eq!(Some(read.to_string().as_bytes()), context.as_deref());
    }
    let both =
        ContextHeaders { context: sent(context.as_deref()), account: sent(account.as_deref()) };
    if let Ok(read) = both.read() {
        let written = read.map(|read| read.to_string().into_bytes());
        assert!(context.is_none() || *context == written);
        assert!(account.is_none() || *account == written);
    }
});

fn sent(header: Option<&[u8]>) -> Sent<'_> {
    Sent::of(header.into_iter())
}
