//! What receivers ask, answered from memory alone: it waits for nothing, and takes no turn.

use super::{ManifestAnswer, Pull, cache::Question};
use crate::tokens::sha256_hex;
use domain::content::ContentType;

impl Pull<'_> {
    /// What the bearer of a token is served, where memory knows it and that it is current. None where anything would
    /// have to be read, made or refused: [`Self::client`] and [`Self::manifest`] say what then.
    pub fn from_memory(
        &self,
        token: &str,
        only: Option<ContentType>,
        since: Option<i64>,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<ManifestAnswer> {
        let now = self.core.now();
        let cache = &self.core.pull;
        let epochs = self.core.epochs_in_memory()?;
        let bearer = cache.bearer(epochs, &sha256_hex(token))?;
        let client = &bearer.client;
        let has_ended = bearer.has_ended(now) || bearer.outlived_an_exception(now);
        let is_refused = only.is_some_and(|kind| !client.reads(kind)) || since.is_some_and(|since| since < 0);
        if has_ended || is_refused {
            return None;
        }
        let question = Question::of(&bearer, only, cache.ring(epochs, bearer.ring)?.revision, since);
        let kept = cache.manifest(epochs, &question)?;
        let answer = match is_known(&kept.etag) {
            true => ManifestAnswer::Unchanged(kept.etag),
            false => ManifestAnswer::Manifest(kept.served?),
        };
        cache.seen.note(client.id, question.revision, now);
        self.core.renew_epochs();
        Some(answer)
    }
}
