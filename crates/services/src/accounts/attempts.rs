//! Slowing down those who guess, and nobody else. Counted in the database, so that all replicas agree.
//!
//! - A name from one place: five free tries, then each further one waits, twice as long every time, up to five
//!   minutes. A try is counted before its password is looked at and forgotten when it was right, so that many at once
//!   gain nothing. A stranger slows down their own place only: a person who knows the password gets in from any other.
//! - A place, whatever the names: fifty, because it may stand for a whole office. Counted when a try has failed.
//! - A person from anywhere: a hundred, against many places that guess together. This one holds up only places where
//!   the person is not signed in already: nobody on duty is locked out by it. API clients have none, because nobody
//!   guesses their secrets, and a receiver must get in whatever strangers do.
//!
//! Who guessed nothing for an hour begins anew. All of it together is bounded by the line before the hashing of
//! passwords ([`crate::passwords`]).

use super::places::place_of;
use crate::{
    Core, Error, Result,
    passwords::Turn,
    ports::store::{Lane, Transaction, accounts::Attempts},
    work::Line,
};
use domain::{account::Actor, ids::SessionId};
use jiff::{SignedDuration, Timestamp};

const FREE: u32 = 5;
const FREE_FROM_A_PLACE: u32 = 50;
const FREE_FOR_A_PERSON: u32 = 100;
const LONGEST_WAIT: u64 = 300;
/// Failures count while the last of them is not older than this.
const FORGIVEN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Something that is counted, and how much of it is free.
struct Guard {
    key: String,
    free: u32,
}

impl Guard {
    /// Refuses a try that comes too early after these failures.
    fn check(&self, failed: Option<Attempts>, now: Timestamp) -> Result<()> {
        let Some(failed) = failed.filter(|failed| failed.last_at >= forgiven(now)) else { return Ok(()) };
        // A clock that was set back must not make anybody wait longer.
        let waited = u64::try_from(now.duration_since(failed.last_at).as_secs()).unwrap_or(0);
        match wait_seconds(self.free, failed.count).saturating_sub(waited) {
            0 => Ok(()),
            left => Err(Error::TooMany { retry_after_seconds: left }),
        }
    }
}

/// A person whom many places may guess at together.
struct Person {
    guard: Guard,
    folded: String,
    place: Option<String>,
}

/// What someone tries to get into, and from where.
pub(crate) struct Attempted {
    own: Guard,
    place: Option<Guard>,
    person: Option<Person>,
}

impl Attempted {
    /// A person who signs in.
    pub(crate) fn person(folded: &str, address: Option<&str>) -> Self {
        let guard = Guard { key: format!("user:{folded}"), free: FREE_FOR_A_PERSON };
        let person = Person { guard, folded: folded.to_owned(), place: address.map(place_of) };
        Self { person: Some(person), ..Self::new("user", folded, address) }
    }

    /// An API client that asks for an access token.
    pub(crate) fn client(folded: &str, address: Option<&str>) -> Self {
        Self::new("client", folded, address)
    }

    /// Somebody who types the code of the first start.
    pub(crate) fn set_up(address: Option<&str>) -> Self {
        Self::new("setup", "code", address)
    }

    /// A person who is signed in and types their password once more: only this session is slowed down.
    pub(crate) fn again(session: SessionId) -> Self {
        Self::new("session", &session.to_string(), None)
    }

    fn new(kind: &str, name: &str, address: Option<&str>) -> Self {
        let place = address.map(place_of);
        // A place holds no blank, so that no name can be made up that looks like another one elsewhere.
        let own = format!("{kind}-at:{} {name}", place.as_deref().unwrap_or("-"));
        let place = place.map(|place| Guard { key: format!("{kind}-from:{place}"), free: FREE_FROM_A_PLACE });
        Self { own: Guard { key: own, free: FREE }, place, person: None }
    }
}

impl Core {
    /// Counts a try, or refuses one that comes too early. Who holds the turn may have passwords hashed.
    pub(crate) async fn begin_attempt(&self, attempted: &Attempted) -> Result<Turn> {
        self.refuse_early(attempted).await?;
        let turn = self.passwords.line_up()?;
        let (now, own) = (self.now(), &attempted.own);
        let mut tx = self.store.begin(Lane::Accounts).await?;
        own.check(tx.attempts(&own.key).await?, now)?;
        tx.record_attempt(&own.key, now, forgiven(now)).await?;
        tx.commit().await?;
        Ok(turn)
    }

    /// Only reads: a flood of refused tries does not hold up those who write.
    async fn refuse_early(&self, attempted: &Attempted) -> Result<()> {
        let now = self.now();
        for guard in [Some(&attempted.own), attempted.place.as_ref()].into_iter().flatten() {
            guard.check(self.store.attempts(&guard.key).await?, now)?;
        }
        let Some(person) = &attempted.person else { return Ok(()) };
        let told = person.guard.check(self.store.attempts(&person.guard.key).await?, now);
        if told.is_err() && self.is_signed_in_there(person, now).await? {
            return Ok(());
        }
        told
    }

    async fn is_signed_in_there(&self, person: &Person, now: Timestamp) -> Result<bool> {
        let Some((user, _)) = self.store.user_by_email(&person.folded).await? else { return Ok(false) };
        let sessions = self.store.sessions_of(user.id).await?;
        let open = sessions.iter().filter(|session| session.expires_at > now);
        let mut places = open.filter_map(|session| session.address.as_deref().map(place_of));
        Ok(places.any(|place| Some(place) == person.place))
    }

    /// Keeps that a try failed, with its line in the audit log.
    pub(crate) async fn fail_attempt(&self, attempted: &Attempted, actor: &Actor, line: Line) -> Result<()> {
        let now = self.now();
        let person = attempted.person.as_ref().map(|person| &person.guard);
        let mut tx = self.store.begin(Lane::Accounts).await?;
        for guard in [attempted.place.as_ref(), person].into_iter().flatten() {
            tx.record_attempt(&guard.key, now, forgiven(now)).await?;
        }
        self.audit(&mut *tx, actor, line).await?;
        Ok(tx.commit().await?)
    }
}

/// Forgets the failures of a name from a place after a try that was right, and those of the place: people get in there.
pub(crate) async fn end_attempt(tx: &mut dyn Transaction, attempted: &Attempted) -> Result<()> {
    for guard in [Some(&attempted.own), attempted.place.as_ref()].into_iter().flatten() {
        tx.clear_attempts(&guard.key).await?;
    }
    Ok(())
}

/// Failures before this no longer count.
pub(super) fn forgiven(now: Timestamp) -> Timestamp {
    now - FORGIVEN_AFTER
}

fn wait_seconds(free: u32, failures: u32) -> u64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(beyond) => 2u64.saturating_pow(beyond.min(12) + 1).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_ends() {
        assert_eq!([4, 5, 6, 7, 30].map(|n| wait_seconds(5, n)), [0, 2, 4, 8, 300]);
        assert_eq!([5, 49, 50].map(|n| wait_seconds(50, n)), [0, 0, 2]);
    }

    #[test]
    fn no_name_looks_like_another_elsewhere() {
        let plain = Attempted::client("acme", Some("203.0.113.7"));
        for name in ["acme from 203.0.113.7", "203.0.113.7 acme"] {
            let made_up = Attempted::client(name, Some("198.51.100.1"));
            assert_ne!(made_up.own.key, plain.own.key);
        }
    }
}
