//! Bringing together what was done to an alert here and to its ticket in Manage.
//!
//! `base` is the state that both sides had when they last agreed. What only one side changed is carried over to
//! the other; when both changed it differently, the connector's setting says who wins, and the conflict is shown.

use super::AlertState;
use crate::connector::Winner;

/// What both sides end up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// The state that both shall have.
    pub state: AlertState,
    /// Whether the alert must change.
    pub change_alert: bool,
    /// Whether the ticket must change.
    pub change_ticket: bool,
    /// Whether both sides had changed it differently.
    pub conflict: bool,
}

/// Merges. A state that a side does not tell (its switch is off, or the ticket cannot be seen) is passed as `base`:
/// absence never changes anything.
pub fn merge(base: AlertState, alert: AlertState, ticket: AlertState, winner: Winner) -> Merged {
    let conflict = alert != base && ticket != base && alert != ticket;
    let state = match (alert == base, ticket == base) {
        (_, true) => alert,
        (true, false) => ticket,
        (false, false) => match winner {
            Winner::Manage => ticket,
            Winner::Tandem => alert,
        },
    };
    Merged { state, change_alert: state != alert, change_ticket: state != ticket, conflict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlertState::{Acknowledged, Closed, Open};

    #[test]
    fn the_usual_cases() {
        let merged = |base, alert, ticket| merge(base, alert, ticket, Winner::Manage);
        let only = |state, change_alert, change_ticket| Merged {
            state,
            change_alert,
            change_ticket,
            conflict: false,
        };
        assert_eq!(merged(Open, Open, Open), only(Open, false, false));
        assert_eq!(merged(Open, Acknowledged, Open), only(Acknowledged, false, true));
        assert_eq!(merged(Open, Open, Closed), only(Closed, true, false));
        assert_eq!(merged(Acknowledged, Closed, Closed), only(Closed, false, false), "both did the same");
        assert_eq!(merged(Closed, Closed, Open), only(Open, true, false), "reopened in Manage");
        let conflict = merged(Open, Acknowledged, Closed);
        assert_eq!(
            conflict,
            Merged { state: Closed, change_alert: true, change_ticket: false, conflict: true }
        );
        let ours = merge(Open, Acknowledged, Closed, Winner::Tandem);
        assert_eq!(
            ours,
            Merged { state: Acknowledged, change_alert: false, change_ticket: true, conflict: true }
        );
    }

    #[test]
    fn every_case_keeps_the_promises() {
        for base in AlertState::ALL {
            for alert in AlertState::ALL {
                for ticket in AlertState::ALL {
                    for winner in [Winner::Manage, Winner::Tandem] {
                        let merged = merge(base, alert, ticket, winner);
                        assert!(merged.state == alert || merged.state == ticket, "nothing is made up");
                        assert!(!(merged.change_alert && merged.change_ticket), "one side always stands");
                        let settled = merge(merged.state, merged.state, merged.state, winner);
                        assert!(
                            !settled.change_alert && !settled.change_ticket,
                            "merging again changes nothing"
                        );
                        if !merged.conflict {
                            let other = merge(base, alert, ticket, Winner::Tandem);
                            assert_eq!(
                                other.state,
                                merge(base, alert, ticket, Winner::Manage).state,
                                "no winner is needed"
                            );
                        }
                        if ticket == base {
                            assert_eq!(merged.state, alert, "absence changes nothing");
                        }
                    }
                }
            }
        }
    }
}
