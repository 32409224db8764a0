//! The second factor: a code that was typed, or the code of this half minute from the key of an authenticator app
//! (RFC 6238 with its usual six digits, thirty seconds and SHA-1).

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

/// Seconds that a code counts.
const STEP: i64 = 30;

/// The code to send at `now` of the server's clock; none when the text is neither a code nor a key.
pub(super) fn code(kept: &str, now: Timestamp) -> Option<String> {
    let kept: String = kept.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if (6..=8).contains(&kept.len()) && kept.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(kept);
    }
    let step = u64::try_from(now.as_second() / STEP).ok()?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&base32(&kept)?).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0xf);
    let bytes: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000))
}

fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6238, cut to six digits.
    #[test]
    fn codes_follow_the_standard() {
        let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        for (second, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(code(key, now).as_deref(), Some(expected), "{second}");
        }
    }

    #[test]
    fn a_code_is_sent_as_it_was_typed_without_blanks() {
        assert_eq!(code("123 456", Timestamp::UNIX_EPOCH).as_deref(), Some("123456"));
        assert_eq!(code("no key at all!", Timestamp::UNIX_EPOCH), None);
    }
}
