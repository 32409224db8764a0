//! What goes wrong on purpose. Each fault names the requests that it hits, how many pass before it, and how often.

use serde::Deserialize;
use std::time::Duration;

/// A fault that waits for its request.
#[derive(Debug, Clone, Deserialize)]
pub struct Fault {
    /// Only this method; none means any.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths that hold this text, without regard to case; empty means any.
    #[serde(default)]
    pub path: String,
    /// How many such requests pass before.
    #[serde(default)]
    pub skip: u32,
    /// How many are hit; none means all from then on.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Kind {
    /// Answered with this status and Manage's envelope; nothing is done.
    Status {
        /// The status.
        status: u16,
    },
    /// 502 with a gateway's page; nothing is done.
    BadGateway,
    /// 200 with a page of HTML; nothing is done.
    HtmlSuccess,
    /// 429; nothing is done.
    Throttle {
        /// `Retry-After`.
        seconds: u64,
    },
    /// A redirect to somewhere else; nothing is done.
    Redirect {
        /// Where.
        to: String,
    },
    /// Done and answered, but late.
    Slow {
        /// How late.
        milliseconds: u64,
    },
    /// Done at once, and answered late.
    Late {
        /// How late.
        milliseconds: u64,
    },
    /// Never answered; nothing is done.
    Stall,
    /// The connection is dropped; nothing is done.
    DropBefore,
    /// Done, and then the connection is dropped without an answer.
    DropAfter,
    /// Done, and the answer breaks off in the middle.
    CutAnswer,
}

impl Fault {
    /// A fault that hits every request whose path holds `path`.
    pub fn on(path: &str, kind: Kind) -> Self {
        Self { method: None, path: path.to_owned(), skip: 0, times: None, kind }
    }

    /// Only this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only after `skip` such requests passed.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Only so often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.to_lowercase().contains(&self.path.to_lowercase())
            && self.times != Some(0)
    }
}

/// The fault that hits this request, if any; it is used up by one.
pub(super) fn strike(faults: &mut [Fault], method: &str, path: &str) -> Option<Kind> {
    for fault in faults.iter_mut().filter(|fault| fault.fits(method, path)) {
        if fault.skip > 0 {
            fault.skip -= 1;
            continue;
        }
        if let Some(times) = &mut fault.times {
            *times -= 1;
        }
        return Some(fault.kind.clone());
    }
    None
}

impl Kind {
    /// How long before anything is done, and how long before it is answered.
    pub(super) fn delays(&self) -> (Duration, Duration) {
        match self {
            Self::Slow { milliseconds } => (Duration::from_millis(*milliseconds), Duration::ZERO),
            Self::Late { milliseconds } => (Duration::ZERO, Duration::from_millis(*milliseconds)),
            _ => (Duration::ZERO, Duration::ZERO),
        }
    }

    /// Whether the request is carried out all the same.
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Slow { .. } | Self::Late { .. } | Self::DropAfter | Self::CutAnswer)
    }
}
