//! Hashing what people type: argon2id with the parameters of the OWASP cheat sheet (19 MiB, two passes).
//!
//! One hash takes about 30 ms and 19 MiB, so at most two run at once, away from the async threads. Anybody can ask for
//! one by signing in, so only so many who do may wait: the others are told at once to come again.

use crate::{Error, Result, ports::Random};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

/// Hashes at once.
const PERMITS: usize = 2;
/// Sign-ins that wait for a hash or have one made: the last of them waits about three seconds.
const MOST_IN_LINE: usize = 200;
/// When those beyond may come again: the line has gone by then.
const COME_AGAIN_SECONDS: u64 = 5;

/// A turn of somebody who signs in; it ends when it is dropped.
pub type Turn = OwnedSemaphorePermit;

/// Hashes and verifies passwords and secrets.
pub struct Passwords {
    random: Arc<dyn Random>,
    permits: Arc<Semaphore>,
    line: Arc<Semaphore>,
    decoy: OnceCell<String>,
}

impl Passwords {
    /// With salts from `random`.
    pub fn new(random: Arc<dyn Random>) -> Self {
        let (permits, line) = (Semaphore::new(PERMITS), Semaphore::new(MOST_IN_LINE));
        Self { random, permits: Arc::new(permits), line: Arc::new(line), decoy: OnceCell::new() }
    }

    /// A turn for somebody who signs in, or a refusal when too many wait already.
    pub fn line_up(&self) -> Result<Turn> {
        let full = |_| Error::TooMany { retry_after_seconds: COME_AGAIN_SECONDS };
        self.line.clone().try_acquire_owned().map_err(full)
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let mut salt = [0u8; 16];
        self.random.fill(&mut salt);
        let password = password.to_owned();
        self.run(move || {
            let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await?
        .map_err(|error: argon2::password_hash::Error| Error::internal(error))
    }

    /// Whether `password` is the one behind `kept`. With nothing kept (an unknown name) it takes as long and
    /// says no, so that the time tells nobody which names exist.
    pub async fn verify(&self, password: &str, kept: Option<&str>) -> Result<bool> {
        let known = kept.is_some();
        let phc = match kept {
            Some(phc) => phc.to_owned(),
            None => self.decoy.get_or_try_init(|| self.hash("nobody has this password")).await?.clone(),
        };
        let password = password.to_owned();
        let matches = self
            .run(move || {
                PasswordHash::new(&phc)
                    .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.permits.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl Random for Nothing {
        fn fill(&self, _: &mut [u8]) {}
    }

    #[test]
    fn only_so_many_wait() {
        let passwords = Passwords::new(Arc::new(Nothing));
        let mut line: Vec<Turn> = (0..MOST_IN_LINE).map(|_| passwords.line_up().unwrap()).collect();
        assert!(matches!(passwords.line_up(), Err(Error::TooMany { retry_after_seconds: 5 })));
        line.pop();
        assert!(passwords.line_up().is_ok());
    }
}
