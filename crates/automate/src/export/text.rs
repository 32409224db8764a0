//! Bytes to text: UTF-8 or UTF-16, with or without a byte order mark.

use super::Wrong;

pub(super) fn decode(bytes: &[u8]) -> Result<String, Wrong> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        rest => utf8(rest),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Wrong> {
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let good = &bytes[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Wrong::at(u32::try_from(line).unwrap_or(u32::MAX), "is not UTF-8 text: export it again")
    })
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<String, Wrong> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).map_err(|_| Wrong::at(1, "is not UTF-16 text: export it again"))?;
    // The XML declaration may name the encoding that is no more.
    Ok(text.replacen("utf-16", "utf-8", 1).replacen("UTF-16", "utf-8", 1))
}
