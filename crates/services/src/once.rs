//! What is asked for under an `Idempotency-Key` is done once, whatever happens to the process in between.
//!
//! A use case that would do harm if it were done twice, or whose second answer would mislead, asks [`Once::done`]
//! before it begins and calls [`Once::keep`] in the unit of work that does it. It comes to them by its room:
//! `services.alerts().once(once)`. All other use cases may be repeated: they say what shall be, not what shall be added.

use crate::{
    Error, Result,
    ports::store::{Transaction, idempotency::ClaimedKey},
};
use std::{fmt::Display, str::FromStr};

/// What is told of a secret under a key that was used already.
pub const SECRET_IS_GONE: &str = "This was done already; its secret was shown once and is not kept.";

/// The key that a request came under, if it came under one, and what came of it before.
#[derive(Debug, Clone, Default)]
pub struct Once(Option<Under>);

#[derive(Debug, Clone)]
struct Under {
    claimed: ClaimedKey,
    effect: Option<String>,
}

impl Once {
    /// Under a key that was claimed; `effect` when it was done already and only its answer was lost.
    pub fn under(claimed: ClaimedKey, effect: Option<String>) -> Self {
        Self(Some(Under { claimed, effect }))
    }

    /// What came of it, if it was done already: what [`Once::keep`] was given.
    pub(crate) fn done<T: FromStr<Err: Display>>(&self) -> Result<Option<T>> {
        let effect = self.0.as_ref().and_then(|under| under.effect.as_deref());
        effect.map(|effect| effect.parse().map_err(Error::internal)).transpose()
    }

    /// Refuses to show a secret a second time.
    pub(crate) fn refuse_secret(&self) -> Result<()> {
        match self.done::<String>()? {
            Some(_) => Err(Error::Conflict(SECRET_IS_GONE.into())),
            None => Ok(()),
        }
    }

    /// Writes down what comes of it, in the unit of work that does it. Refused when another request took the key over
    /// because this one took so long: then nothing of it may stay.
    pub(crate) async fn keep(&self, tx: &mut dyn Transaction, effect: impl Display) -> Result<()> {
        let Some(under) = &self.0 else { return Ok(()) };
        if tx.keep_effect(&under.claimed, &effect.to_string()).await? {
            return Ok(());
        }
        Err(Error::Unavailable("Another request with this Idempotency-Key is being done: try again.".into()))
    }
}

/// Lets a room do what it is asked for under a key.
macro_rules! once {
    ($($room:path),*) => {$(
        impl $room {
            /// What is done through it is done once, under this key.
            pub fn once(mut self, once: Once) -> Self {
                self.once = once;
                self
            }
        }
    )*};
}

once!(
    crate::accounts::Accounts<'_>,
    crate::alerts::Alerts<'_>,
    crate::clients::Clients<'_>,
    crate::connectors::Connectors<'_>,
    crate::pull::Pull<'_>,
    crate::rings::Rings<'_>,
    crate::sources::Sources<'_>
);
