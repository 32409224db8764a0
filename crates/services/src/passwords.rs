//! Hashing what people type: argon2id with the parameters of the OWASP cheat sheet (19 MiB, two passes).
//!
//! One hash takes about 30 ms and 19 MiB, so at most two run at once, away from the async threads.

use crate::{Error, Result, ports::Random};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use tokio::sync::{OnceCell, Semaphore};

/// Hashes at once.
const PERMITS: usize = 2;

/// Hashes and verifies passwords and secrets.
pub struct Passwords {
    random: Arc<dyn Random>,
    permits: Arc<Semaphore>,
    decoy: OnceCell<String>,
}

impl Passwords {
    /// With salts from `random`.
    pub fn new(random: Arc<dyn Random>) -> Self {
        Self { random, permits: Arc::new(Semaphore::new(PERMITS)), decoy: OnceCell::new() }
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
