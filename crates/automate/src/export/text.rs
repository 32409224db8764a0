//! Bytes to text: UTF-8 or UTF-16, with or without a byte order mark.

use super::Wrong;

pub(super) fn decode(bytes: &[u8]) -> Result<String, Wrong> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        // Without a mark, the zero beside the first ASCII character gives UTF-16 away.
        [b'<' | b'-' | b'/' | b'D' | b'I', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<' | b'-' | b'/' | b'D' | b'I', ..] => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Wrong> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Wrong::at(u32::try_from(line).unwrap_or(u32::MAX), "is not UTF-8 text: export it again")
    })?;
    Ok(text.to_owned())
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<String, Wrong> {
    let wrong = |text: &str| {
        let line = text.matches('\n').count() + 1;
        Wrong::at(u32::try_from(line).unwrap_or(u32::MAX), "is not UTF-16 text: export it again")
    };
    let mut text = String::with_capacity(bytes.len() / 2);
    for unit in char::decode_utf16(bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]))) {
        text.push(unit.map_err(|_| wrong(&text))?);
    }
    if bytes.len() % 2 == 1 { Err(wrong(&text)) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "<a>ü\r\n€ 𝄞</a>";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            marked(&[0xff, 0xfe], &little),
            marked(&[0xfe, 0xff], &big),
            little,
            big,
        ] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
    }

    #[test]
    fn broken_text_is_refused_by_line() {
        assert_eq!(decode(b"<a>\n\xff\xff").unwrap_err().line, 2);
        assert_eq!(decode(&[0xff, 0xfe, 10, 0, 0x00, 0xd8, 10, 0]).unwrap_err().line, 2);
        assert_eq!(decode(&[0xff, 0xfe, 60]).unwrap_err().line, 1);
    }
}
