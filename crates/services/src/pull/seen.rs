//! When clients were seen and what they had then, written down now and then for all of them together: a poll that finds
//! nothing new waits for no disk. A process that is killed forgets the last second of it.

use super::{Pull, cache::bounded};
use crate::{Result, ports::store::Lane};
use domain::ids::ClientId;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Clients that are remembered at most; when there are more, all are news once again.
const MOST: usize = 4096;
/// How old what is written down may be while a client has the same revision.
const EVERY: SignedDuration = SignedDuration::from_secs(60);

/// A revision, and when a client had it.
type Sight = (i64, Timestamp);

#[derive(Default)]
struct Sights {
    /// What was written down, or is about to be.
    known: HashMap<ClientId, Sight>,
    /// What is about to be.
    news: HashMap<ClientId, Sight>,
}

/// When clients were seen.
#[derive(Default)]
pub(super) struct Seen(Mutex<Sights>);

impl Seen {
    fn sights(&self) -> MutexGuard<'_, Sights> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client was seen: news when it has another revision, or was not written down for a minute.
    pub(super) fn note(&self, id: ClientId, revision: i64, now: Timestamp) {
        let mut sights = self.sights();
        let known = sights.known.get(&id);
        if known.is_none_or(|(known, at)| *known != revision || now.duration_since(*at) > EVERY) {
            bounded(&mut sights.known, MOST).insert(id, (revision, now));
            bounded(&mut sights.news, MOST).insert(id, (revision, now));
        }
    }

    fn take(&self) -> HashMap<ClientId, Sight> {
        std::mem::take(&mut self.sights().news)
    }

    /// What could not be written down stays news, unless something newer came meanwhile.
    fn give_back(&self, news: HashMap<ClientId, Sight>) {
        let mut sights = self.sights();
        for (id, sight) in news {
            sights.news.entry(id).or_insert(sight);
        }
    }
}

impl Pull<'_> {
    /// Writes down which clients were seen; a job calls it every second, and once at the end.
    pub async fn keep_seen(&self) -> Result<()> {
        let news = self.core.pull.seen.take();
        if news.is_empty() {
            return Ok(());
        }
        let kept = self.write_down(&news).await;
        if kept.is_err() {
            self.core.pull.seen.give_back(news);
        }
        kept
    }

    async fn write_down(&self, news: &HashMap<ClientId, Sight>) -> Result<()> {
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        let seen: Vec<_> = news.iter().map(|(id, (revision, at))| (*id, *at, Some(*revision))).collect();
        tx.touch_clients(&seen).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_news_once_a_minute_and_another_revision_at_once() {
        let (seen, id) = (Seen::default(), "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap());
        let at = |second| Timestamp::from_second(second).unwrap();
        seen.note(id, 1, at(0));
        seen.note(id, 1, at(10));
        assert_eq!(seen.take(), HashMap::from([(id, (1, at(0)))]));
        seen.note(id, 1, at(60));
        assert!(seen.take().is_empty());
        seen.note(id, 2, at(60));
        seen.note(id, 2, at(121));
        let news = seen.take();
        assert_eq!(news, HashMap::from([(id, (2, at(121)))]));
        // The disk was full; what came since is newer.
        seen.note(id, 3, at(122));
        seen.give_back(news.clone());
        assert_eq!(seen.take(), HashMap::from([(id, (3, at(122)))]));
        seen.give_back(news.clone());
        assert_eq!(seen.take(), news);
    }
}
