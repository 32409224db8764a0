//! Personal tokens that were read a moment ago: a program that raises a thousand alerts a second has its token read
//! once. Only where nobody else writes to the database ([`crate::ports::Store::is_shared`]).
//!
//! A token that ends, or whose person may do something else from now on, is forgotten before whoever changed that is
//! answered, and whatever was read meanwhile does not count. What is known is read anew after a second all the same.

use crate::ports::store::accounts::ApiToken;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How long what was read counts.
const FRESH: SignedDuration = SignedDuration::from_secs(1);
/// The most tokens that are kept; then it starts anew.
const MOST: usize = 4_096;

/// Tokens by the hash of their text.
#[derive(Default)]
pub struct KnownTokens(Mutex<State>);

#[derive(Default)]
struct State {
    tokens: HashMap<String, (ApiToken, Timestamp)>,
    /// Rises whenever everything is forgotten.
    round: u64,
}

/// Tokens may be ending: whatever becomes of that, they are all forgotten when this is dropped.
pub(super) struct Ending<'a>(&'a KnownTokens);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.tokens.clear();
        state.round += 1;
    }
}

impl KnownTokens {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hold it while tokens are ended.
    pub(super) fn ending(&self) -> Ending<'_> {
        Ending(self)
    }

    pub(super) fn get(&self, hash: &str, now: Timestamp) -> Option<ApiToken> {
        let state = self.state();
        let (token, read_at) = state.tokens.get(hash)?;
        (now.duration_since(*read_at).abs() < FRESH).then(|| token.clone())
    }

    /// What to hand to [`KnownTokens::keep`], taken before the token is read.
    pub(super) fn round(&self) -> u64 {
        self.state().round
    }

    pub(super) fn keep(&self, round: u64, hash: &str, token: &ApiToken, now: Timestamp) {
        let mut state = self.state();
        if state.round != round {
            return;
        }
        if state.tokens.len() >= MOST {
            state.tokens.clear();
        }
        state.tokens.insert(hash.to_owned(), (token.clone(), now));
    }

    /// Notes that a token was used; false when that was noted already since `token` was read.
    pub(super) fn note_use(&self, hash: &str, token: &ApiToken, now: Timestamp) -> bool {
        match self.state().tokens.get_mut(hash) {
            Some((known, _)) if known.last_used_at != token.last_used_at => false,
            Some((known, _)) => {
                known.last_used_at = Some(now);
                true
            }
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{account::Role, ids::TokenId};

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap()
    }

    fn token() -> ApiToken {
        let id: TokenId = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap();
        let (name, role) = ("probe".to_owned(), Role::Responder);
        ApiToken { id, name, role, user_id: None, created_at: at(0), last_used_at: None }
    }

    #[test]
    fn what_was_read_counts_for_a_second() {
        let known = KnownTokens::default();
        known.keep(known.round(), "hash", &token(), at(10_000));
        assert_eq!(known.get("hash", at(10_999)), Some(token()));
        assert_eq!(known.get("hash", at(11_000)), None);
        assert_eq!(known.get("hash", at(9_000)), None, "a clock that was put back");
        assert_eq!(known.get("other", at(10_000)), None);
    }

    #[test]
    fn what_ends_is_forgotten_and_a_reading_from_before_does_not_count() {
        let known = KnownTokens::default();
        let before = known.round();
        known.keep(before, "hash", &token(), at(0));
        drop(known.ending());
        assert_eq!(known.get("hash", at(0)), None);
        known.keep(before, "hash", &token(), at(0));
        assert_eq!(known.get("hash", at(0)), None, "it was read before the end");
    }

    #[test]
    fn many_who_use_a_token_at_once_note_it_once() {
        let known = KnownTokens::default();
        known.keep(known.round(), "hash", &token(), at(0));
        let noted = (0..50).filter(|_| known.note_use("hash", &token(), at(1))).count();
        assert_eq!(noted, 1);
        assert!(known.note_use("unknown", &token(), at(1)));
    }
}
