//! Base62, the alphabet of ids and key values: `0-9A-Za-z`.

use crate::Entropy;

/// Characters that a 32-bit number takes: 62^6 > 2^32.
pub(crate) const U32_DIGITS: usize = 6;

/// Fills `room` with base62 characters, each equally likely.
///
/// Bytes from 248 (4 × 62) up are thrown away, as they would favour the first digits.
pub(crate) fn fill_random(room: &mut [u8], entropy: &mut dyn Entropy) {
    let mut filled = 0;
    while filled < room.len() {
        let mut bytes = [0u8; 64];
        entropy.fill(&mut bytes);
        let digits = bytes.iter().filter(|byte| **byte < 248);
        for (slot, byte) in room.iter_mut().skip(filled).zip(digits) {
            *slot = digit(u32::from(*byte) % 62);
            filled += 1;
        }
    }
}

/// Writes `number` as six digits, most significant first.
pub(crate) fn encode_u32(mut number: u32) -> [u8; U32_DIGITS] {
    let mut digits = [b'0'; U32_DIGITS];
    for slot in digits.iter_mut().rev() {
        *slot = digit(number % 62);
        number /= 62;
    }
    digits
}

/// The number that six digits write; one that no 32 bits hold is itself.
pub(crate) fn decode_u32(digits: [u8; U32_DIGITS]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 62 + u64::from(index(*digit)))
}

/// Whether every byte is a base62 character.
pub(crate) fn is_base62(text: &[u8]) -> bool {
    // All are looked at, many at a time.
    text.iter().fold(true, |all, byte| all & byte.is_ascii_alphanumeric())
}

/// Bytes that sixteen characters take when each is six bits.
pub(crate) const PACKED: usize = 12;

/// Packs sixteen characters, six bits each, as base64 packs them (RFC 4648, section 4).
pub(crate) fn pack(text: &[u8; 16]) -> [u8; PACKED] {
    let mut packed = [0u8; PACKED];
    let (groups, _) = text.as_chunks::<4>();
    let (rooms, _) = packed.as_chunks_mut::<3>();
    for (room, group) in rooms.iter_mut().zip(groups) {
        let bits = group.iter().fold(0u32, |bits, letter| bits << 6 | index(*letter));
        let [_, high, middle, low] = bits.to_be_bytes();
        *room = [high, middle, low];
    }
    packed
}

/// The sixteen characters again.
pub(crate) fn unpack(packed: [u8; PACKED]) -> [u8; 16] {
    let mut text = [0; 16];
    let (halves, _) = packed.as_chunks::<6>();
    let (rooms, _) = text.as_chunks_mut::<8>();
    for (room, [a, b, c, d, e, f]) in rooms.iter_mut().zip(halves) {
        *room = letters(u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]));
    }
    text
}

/// Eight digits at once, of six bits each: every request pays for three ids.
fn letters(packed: u64) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Apart into halves, quarters and eighths, so that each value has a byte of its own.
    let apart = (packed & 0xffff_ff00_0000) << 8 | packed & 0x00ff_ffff;
    let apart = (apart & 0x00ff_f000_00ff_f000) << 4 | apart & 0x0000_0fff_0000_0fff;
    let apart = (apart & 0x0fc0_0fc0_0fc0_0fc0) << 2 | apart & 0x003f_003f_003f_003f;
    // One in each byte whose value is above: the sum reaches its highest bit.
    let above = |value: u64| (apart + (127 - value) * EACH) >> 7 & EACH;
    let upper = above(9) * u64::from(b'A' - b'9' - 1);
    let lower = above(35) * u64::from(b'a' - b'Z' - 1);
    (apart + u64::from(b'0') * EACH + upper + lower).to_be_bytes()
}

/// The value of a digit; without a branch, as the alphabet is three runs of ASCII.
fn index(letter: u8) -> u32 {
    let upper = u8::from(letter > b'9') * (b'A' - b'9' - 1);
    let lower = u8::from(letter > b'Z') * (b'a' - b'Z' - 1);
    u32::from(letter.wrapping_sub(b'0' + upper + lower))
}

/// The digit of a value below 62.
fn letter(value: u8) -> u8 {
    let upper = u8::from(value > 9) * (b'A' - b'9' - 1);
    let lower = u8::from(value > 35) * (b'a' - b'Z' - 1);
    value + b'0' + upper + lower
}

fn digit(value: u32) -> u8 {
    letter(u8::try_from(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_most_significant_digit_first() {
        assert_eq!(&encode_u32(0), b"000000");
        assert_eq!(&encode_u32(61), b"00000z");
        assert_eq!(&encode_u32(62), b"000010");
        assert_eq!(&encode_u32(u32::MAX), b"4gfFC3");
        for number in [0, 1, 61, 62, 12_345_678, u32::MAX] {
            assert_eq!(decode_u32(encode_u32(number)), u64::from(number));
        }
        assert!(decode_u32(*b"4gfFC4") > u64::from(u32::MAX));
        assert!(decode_u32(*b"zzzzzz") > u64::from(u32::MAX));
    }

    #[test]
    fn sixteen_characters_are_packed_into_twelve_bytes_and_back() {
        for text in
            [b"0123456789ABCDEF", b"GHIJKLMNOPQRSTUV", b"WXYZabcdefghijkl", b"mnopqrstuvwxyz0z"]
        {
            assert_eq!(&unpack(pack(text)), text);
        }
    }

    #[test]
    fn bytes_that_would_favour_some_digits_are_thrown_away() {
        let mut calls = 0;
        let mut source = |room: &mut [u8]| {
            calls += 1;
            room.fill(if calls == 1 { 255 } else { 61 });
        };
        let mut text = [0u8; 4];
        fill_random(&mut text, &mut source);
        assert_eq!(&text, b"zzzz");
        assert_eq!(calls, 2);
    }

    #[test]
    fn every_digit_is_equally_likely() {
        let mut state = 1u64;
        let mut source = |room: &mut [u8]| {
            for byte in room {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = (state >> 56) as u8;
            }
        };
        let mut text = vec![0u8; 620_000];
        fill_random(&mut text, &mut source);
        let mut seen = std::collections::BTreeMap::<u8, u32>::new();
        for digit in text {
            *seen.entry(digit).or_default() += 1;
        }
        let misses = seen.values().map(|count| (f64::from(*count) - 10_000.0).powi(2) / 10_000.0);
        let chi_squared: f64 = misses.sum();
        assert_eq!(seen.len(), 62);
        assert!(chi_squared < 120.0, "61 degrees of freedom, chi squared {chi_squared}");
    }
}
