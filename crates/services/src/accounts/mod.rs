//! People: first start, signing in and out, passwords, roles, personal tokens.

mod attempts;
mod known;
mod people;
mod personal_tokens;
mod places;
mod sessions;
mod setup;

pub use known::KnownTokens;
pub use people::{NewUser, UserPatch};
pub use personal_tokens::NewToken;
pub use sessions::{NewSession, SessionView, SignedIn};
pub use setup::{SetUp, SetupGate};

pub(crate) use attempts::{Attempted, end_attempt};

use crate::{Core, once::Once};

/// People, sessions and personal tokens.
pub struct Accounts<'a> {
    pub(crate) core: &'a Core,
    pub(crate) once: Once,
}
