//! Who may ask: tokens with an end, their refresh, the second factor, and the header `ClientId`.

use super::faults::Faults;
use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha1::Sha1;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// The user that may sign in.
pub const USERNAME: &str = "tandem";
/// That user's password.
pub const PASSWORD: &str = "plover hinge 77";
/// The registered integration.
pub const CLIENT_ID: &str = "5f0e9a52-6a1d-4f6e-9c59-0f3f3f5f7a10";

/// Tokens that were given out.
#[derive(Debug, Default)]
pub(super) struct Access {
    tokens: BTreeMap<String, Token>,
    used_codes: BTreeSet<String>,
    given: u64,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    ends: Instant,
    ends_for_good: Instant,
}

impl Access {
    /// Whether a data request carries a token that counts, and the header `ClientId`.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let known = bearer.and_then(|bearer| self.tokens.get(bearer));
        known.is_some_and(|token| token.ends > Instant::now()) && text("clientid") == Some(CLIENT_ID)
    }

    /// Makes every token count no more.
    pub(super) fn revoke(&mut self) {
        self.tokens.clear();
    }

    pub(super) fn sign_in(&mut self, sent: &Value, faults: &Faults) -> Result<Value, StatusCode> {
        let member = |names: [&str; 2]| names.iter().find_map(|name| sent[name].as_str()).unwrap_or_default();
        if member(["UserName", "Username"]) != USERNAME || member(["Password", "password"]) != PASSWORD {
            return Err(StatusCode::UNAUTHORIZED);
        }
        if let Some(key) = &faults.second_factor {
            let Some(code) = sent["TwoFactorPasscode"].as_str() else {
                return Ok(json!({ "IsTwoFactorRequired": true, "AccessToken": null }));
            };
            // A code counts once.
            if !codes(key).contains(&code.to_owned()) || !self.used_codes.insert(code.to_owned()) {
                return Err(StatusCode::UNAUTHORIZED);
            }
        }
        let ends_for_good = Instant::now() + Duration::from_secs(faults.token_seconds.saturating_mul(10));
        Ok(self.give(faults, ends_for_good))
    }

    pub(super) fn refresh(&mut self, bearer: &str, faults: &Faults) -> Result<Value, StatusCode> {
        let token = self.tokens.remove(bearer).filter(|token| token.ends > Instant::now());
        let token = token.filter(|_| !faults.refuses_refresh).ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(self.give(faults, token.ends_for_good))
    }

    fn give(&mut self, faults: &Faults, ends_for_good: Instant) -> Value {
        self.given += 1;
        let bearer = format!("token-{}", self.given);
        let ends = (Instant::now() + Duration::from_secs(faults.token_seconds)).min(ends_for_good);
        self.tokens.insert(bearer.clone(), Token { ends, ends_for_good });
        let date = |end: Instant| {
            let left = SignedDuration::try_from(end.saturating_duration_since(Instant::now()));
            (now() + left.unwrap_or_default()).to_string()
        };
        json!({
            "AccessToken": bearer,
            "TokenType": "Bearer",
            "ExpirationDate": date(ends),
            "AbsoluteExpirationDate": date(ends_for_good),
            "UserId": "42",
            "IsTwoFactorRequired": false,
            "IsInternalTwoFactorRequired": false,
        })
    }
}

/// The codes of an authenticator app that count now: of this half minute and of its neighbours.
fn codes(key: &str) -> Vec<String> {
    let step = now().as_second() / 30;
    (step - 1..=step + 1).filter_map(|step| code(key, u64::try_from(step).ok()?)).collect()
}

fn code(key: &str, step: u64) -> Option<String> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String =
        key.chars().filter_map(|c| LETTERS.find(c)).map(|value| format!("{value:05b}")).collect();
    let byte = |at: usize| u8::from_str_radix(bits.get(at * 8..at * 8 + 8)?, 2).ok();
    let bytes: Vec<u8> = (0..bits.len() / 8).filter_map(byte).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&bytes).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let start = usize::from(digest.last()? & 15);
    let four = digest.get(start..start + 4)?.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    Some(format!("{:06}", (four & 0x7fff_ffff) % 1_000_000))
}

#[expect(clippy::disallowed_methods, reason = "a server's token ends by the clock of its machine")]
fn now() -> Timestamp {
    Timestamp::now()
}
