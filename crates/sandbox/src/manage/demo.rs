//! The instance of `tandem demo`: its own time, tickets of all kinds, and a member for the person who looks.

use super::{clock::Clock, world::World};
use jiff::Timestamp;
use serde_json::json;

/// What differs from the seeded tickets, one after another: priority, and whether it stands on the second board.
const TICKETS: [(i64, bool); 6] = [(1, false), (2, false), (4, false), (2, true), (3, false), (1, false)];
/// A note as people write them, with Markdown.
const NOTE: &str = "**Outlook** shows *Disconnected* on every desk since 7:40.\n\n- the service `MSExchangeTransport` is stopped\n- the certificate on EX01 ran out last night\n\nSee the [status page](https://status.example.com/exchange).";

impl World {
    /// An instance whose clock shows `now`, in which the person of this name and mail address works.
    pub fn demo(now: Timestamp, first: &str, last: &str, email: &str) -> Self {
        let mut world = Self::seeded_at(Clock::starting_at(now));
        let identifier = format!("{}{}", first.chars().take(1).collect::<String>(), last).to_lowercase();
        world.add("members", json!({"identifier": identifier, "firstName": first, "lastName": last, "officeEmail": email, "inactiveFlag": false, "licenseClass": "F"}));
        // The second board's first status is new, as the first board's is.
        let own: Vec<i64> = world
            .rows("statuses")
            .iter()
            .filter(|status| status["board"]["id"] == 2 && status["defaultFlag"] == true)
            .filter_map(|status| status["id"].as_i64())
            .collect();
        for (ticket, (priority, second)) in (1..).zip(TICKETS) {
            let priority = world.reference("priorities", priority);
            let board = world.reference("boards", 2);
            let status = own.first().map(|status| world.reference("statuses", *status));
            let Some(row) = world.row_mut("tickets", ticket) else { continue };
            row["priority"] = priority;
            if let (true, Some(status)) = (second, status) {
                row["board"] = board;
                row["status"] = status;
            }
        }
        let member = world.reference("members", 2);
        world.add("notes", json!({"ticketId": 1, "text": NOTE, "detailDescriptionFlag": false, "internalAnalysisFlag": true, "resolutionFlag": false, "member": member}));
        world
    }
}
