//! The brake on mass deletion: a scan that suddenly lost many items of a type is held for a person to release.

use serde::{Deserialize, Serialize};

/// When a drop counts as sudden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropGuard {
    /// Hold when a type goes from two or more to none.
    pub hold_when_emptied: bool,
    /// Hold when more than this share is lost, in percent.
    pub percent: u8,
    /// ... but only when at least this many items are lost.
    pub least_items: u64,
}

impl Default for DropGuard {
    fn default() -> Self {
        Self { hold_when_emptied: true, percent: 10, least_items: 5 }
    }
}

impl DropGuard {
    /// Whether a scan that found `after` of `before` items must be held.
    pub fn holds(&self, before: u64, after: u64) -> bool {
        let lost = before.saturating_sub(after);
        let emptied = self.hold_when_emptied && before >= 2 && after == 0;
        let sudden = lost >= self.least_items && lost * 100 > before * u64::from(self.percent);
        emptied || sudden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_as_written() {
        let guard = DropGuard::default();
        for (before, after, held) in [
            (2, 0, true),
            (1, 0, false),
            (0, 0, false),
            (5, 1, false),
            (5, 0, true),
            (10, 5, true),
            (10, 6, false),
            (50, 45, false),
            (49, 44, true),
            (1000, 900, false),
            (1000, 899, true),
            (10, 20, false),
        ] {
            assert_eq!(guard.holds(before, after), held, "{before} to {after}");
        }
    }

    #[test]
    fn both_settings_can_be_switched_off() {
        let guard = DropGuard { hold_when_emptied: false, percent: 100, least_items: 5 };
        assert!(!guard.holds(1000, 0));
    }
}
