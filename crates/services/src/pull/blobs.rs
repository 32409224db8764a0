//! Contents by their hash, kept while they are asked for: receivers of one ring fetch the same ones one after another.

use super::cache::bounded;
use crate::ports::store::production::Published;
use domain::{content::ContentHash, ids::RingId};
use std::{collections::HashMap, sync::Arc};

/// Answers about where a content was published that are kept at most.
const MOST: usize = 16_384;
/// Bytes of contents kept at most.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What is kept. Contents never change; where they were published hangs on the epochs.
#[derive(Default)]
pub(super) struct KeptBlobs {
    contents: HashMap<ContentHash, Arc<[u8]>>,
    bytes: usize,
    published: HashMap<(Option<RingId>, ContentHash), Arc<Published>>,
}

impl KeptBlobs {
    pub(super) fn content(&self, hash: &ContentHash) -> Option<Arc<[u8]>> {
        self.contents.get(hash).cloned()
    }

    pub(super) fn keep_content(&mut self, hash: &ContentHash, content: Arc<[u8]>) {
        if self.bytes + content.len() > MOST_BYTES {
            self.contents.clear();
            self.bytes = 0;
        }
        if content.len() <= MOST_BYTES && !self.contents.contains_key(hash) {
            self.bytes += content.len();
            self.contents.insert(hash.clone(), content);
        }
    }

    pub(super) fn published(&self, ring: Option<RingId>, hash: &ContentHash) -> Option<Arc<Published>> {
        self.published.get(&(ring, hash.clone())).cloned()
    }

    pub(super) fn keep_published(&mut self, ring: Option<RingId>, hash: &ContentHash, found: Arc<Published>) {
        bounded(&mut self.published, MOST).insert((ring, hash.clone()), found);
    }

    /// An epoch moved: something may be published that was not.
    pub(super) fn forget_published(&mut self) {
        self.published.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_bounded_by_their_bytes() {
        let mut kept = KeptBlobs::default();
        for number in 0..40u8 {
            let content: Arc<[u8]> = vec![number; 1024 * 1024].into();
            kept.keep_content(&ContentHash::of(&content), content.clone());
            assert!(kept.bytes <= MOST_BYTES);
            assert_eq!(kept.content(&ContentHash::of(&content)), Some(content));
        }
        let large: Arc<[u8]> = vec![0; MOST_BYTES + 1].into();
        kept.keep_content(&ContentHash::of(&large), large.clone());
        assert_eq!(kept.content(&ContentHash::of(&large)), None);
    }
}
