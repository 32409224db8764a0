//! Compressed answers: made once for each content, never again in a request, in a cache of bounded size.

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
use flate2::{Compression, write::GzEncoder};
use std::{
    collections::HashMap,
    io::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes that the cache holds at most; a cache that is full starts anew.
const MOST: usize = 32 * 1024 * 1024;
/// Contents below this size are not worth compressing.
const SMALL: usize = 1024;
/// Brotli's quality: 11 would take 27 times as long for a tenth less.
const QUALITY: u32 = 5;

/// How an answer is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// Brotli (RFC 7932).
    Brotli,
    /// gzip (RFC 1952).
    Gzip,
}

impl Encoding {
    /// The name in `Content-Encoding`.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// What tells the strong ETags of two encodings apart.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Brotli => "-br",
            Self::Gzip => "-gz",
        }
    }
}

/// Compressed answers by what they hold.
#[derive(Default)]
pub struct Encodings {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    bytes: usize,
    /// By encoding and name.
    answers: HashMap<Encoding, HashMap<String, Bytes>>,
}

impl Encodings {
    /// `plain` in the wanted encoding; `name` names exactly these bytes.
    pub async fn encode(&self, name: &str, wanted: Encoding, plain: &Arc<[u8]>) -> (Encoding, Bytes) {
        if let Some(ready) = self.ready(name, wanted, plain) {
            return ready;
        }
        let input = plain.clone();
        match tokio::task::spawn_blocking(move || compress(wanted, &input)).await {
            Ok(Some(bytes)) => {
                self.keep(name, wanted, bytes.clone());
                (wanted, bytes)
            }
            _ => (Encoding::Plain, Bytes::from_owner(plain.clone())),
        }
    }

    /// The same without waiting: none where it must be compressed first.
    pub fn ready(&self, name: &str, wanted: Encoding, plain: &Arc<[u8]>) -> Option<(Encoding, Bytes)> {
        if wanted == Encoding::Plain || plain.len() < SMALL {
            return Some((Encoding::Plain, Bytes::from_owner(plain.clone())));
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.answers.get(&wanted)?.get(name).map(|bytes| (wanted, bytes.clone()))
    }

    fn keep(&self, name: &str, encoding: Encoding, bytes: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + bytes.len() > MOST {
            *kept = Kept::default();
        }
        kept.bytes += bytes.len();
        kept.answers.entry(encoding).or_default().insert(name.to_owned(), bytes);
    }
}

fn compress(encoding: Encoding, bytes: &[u8]) -> Option<Bytes> {
    match encoding {
        Encoding::Plain => None,
        Encoding::Brotli => {
            let mut packed = Vec::new();
            let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, QUALITY, 22);
            writer.write_all(bytes).ok()?;
            drop(writer);
            Some(packed.into())
        }
        Encoding::Gzip => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::new(6));
            packer.write_all(bytes).ok()?;
            Some(packer.finish().ok()?.into())
        }
    }
}

/// The best encoding that the caller takes (RFC 9110 section 12.5.3): brotli before gzip at equal weight.
pub(super) fn accepted(headers: &HeaderMap) -> Encoding {
    let text = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight = |wanted: &str| {
        let mut star = 0.0;
        for part in text.split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let name = pieces.next().unwrap_or_default();
            let q = pieces
                .find_map(|piece| piece.strip_prefix("q="))
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            if name.eq_ignore_ascii_case(wanted) {
                return q;
            }
            if name == "*" {
                star = q;
            }
        }
        star
    };
    match (weight("br"), weight("gzip")) {
        (br, gzip) if br > 0.0 && br >= gzip => Encoding::Brotli,
        (_, gzip) if gzip > 0.0 => Encoding::Gzip,
        _ => Encoding::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[tokio::test]
    async fn what_was_compressed_once_is_ready() {
        let (encodings, plain): (_, Arc<[u8]>) = (Encodings::default(), vec![b'x'; 2 * SMALL].into());
        for wanted in [Encoding::Brotli, Encoding::Gzip] {
            assert_eq!(encodings.ready("name", wanted, &plain), None);
            let (encoding, bytes) = encodings.encode("name", wanted, &plain).await;
            assert!(encoding == wanted && bytes.len() < plain.len());
            assert_eq!(encodings.ready("name", wanted, &plain), Some((wanted, bytes)));
            assert_eq!(encodings.ready("another", wanted, &plain), None);
        }
        let small: Arc<[u8]> = vec![b'x'; SMALL - 1].into();
        let ready = encodings.ready("small", Encoding::Gzip, &small);
        assert_eq!(ready.map(|(encoding, _)| encoding), Some(Encoding::Plain));
    }

    #[test]
    fn weights_are_obeyed() {
        for (text, wanted) in [
            ("", Encoding::Plain),
            ("gzip, br", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0.5", Encoding::Gzip),
            ("br;q=0, gzip", Encoding::Gzip),
            ("*", Encoding::Brotli),
            ("identity", Encoding::Plain),
            ("gzip;q=0", Encoding::Plain),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            assert_eq!(accepted(&headers), wanted, "{text}");
        }
    }
}
