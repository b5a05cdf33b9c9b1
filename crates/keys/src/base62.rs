//! Base62, the alphabet of ids and key values: `0-9A-Za-z`.

use crate::Entropy;

/// The digits in ascending order.
pub(crate) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

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

/// Whether every byte is a base62 character.
pub(crate) fn is_base62(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_alphanumeric)
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
    let mut text = [b'0'; 16];
    let (groups, _) = packed.as_chunks::<3>();
    let (rooms, _) = text.as_chunks_mut::<4>();
    for (room, [high, middle, low]) in rooms.iter_mut().zip(groups) {
        let bits = u32::from_be_bytes([0, *high, *middle, *low]);
        *room = [18, 12, 6, 0].map(|shift| digit(bits >> shift & 0x3f));
    }
    text
}

/// The value of a digit.
fn index(letter: u8) -> u32 {
    match letter {
        b'0'..=b'9' => u32::from(letter - b'0'),
        b'A'..=b'Z' => u32::from(letter - b'A') + 10,
        b'a'..=b'z' => u32::from(letter - b'a') + 36,
        _ => 0,
    }
}

fn digit(value: u32) -> u8 {
    let index = usize::try_from(value).unwrap_or_default();
    ALPHABET.get(index).copied().unwrap_or(b'0')
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
