use super::*;
use proptest::prelude::*;

/// Central Europe: forward on the last Sunday of March, back on the last of October.
fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn window(kind: WindowKind, days: &[Day], from: &str, to: &str) -> Window {
    Window { kind, days: days.to_vec(), from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn set(windows: Vec<Window>) -> SyncWindows {
    SyncWindows { time_zone: "Europe/Amsterdam".into(), windows }
}

#[test]
fn without_windows_it_is_always_open() {
    let windows = SyncWindows::default();
    assert!(windows.is_open(at("2026-01-01T00:00:00Z"), &zone()));
    assert_eq!(windows.next_change(at("2026-01-01T00:00:00Z"), &zone()), None);
}

#[test]
fn deny_wins_and_nights_belong_to_their_evening() {
    let windows = set(vec![
        window(WindowKind::Allow, &[Day::Mon, Day::Fri], "22:00", "06:00"),
        window(WindowKind::Deny, &[Day::Sat], "02:00", "03:00"),
    ]);
    // 2026-01-05 is a Monday; local time is one hour ahead.
    for (moment, open) in [
        ("2026-01-05T20:59:00Z", false),
        ("2026-01-05T21:00:00Z", true),
        ("2026-01-06T04:59:00Z", true),
        ("2026-01-06T05:00:00Z", false),
        ("2026-01-06T22:00:00Z", false),
        ("2026-01-10T00:30:00Z", true),
        ("2026-01-10T01:30:00Z", false),
        ("2026-01-10T02:00:00Z", true),
    ] {
        assert_eq!(windows.is_open(at(moment), &zone()), open, "{moment}");
    }
    assert_eq!(windows.next_change(at("2026-01-05T12:00:00Z"), &zone()), Some(at("2026-01-05T21:00:00Z")));
    assert_eq!(windows.next_change(at("2026-01-06T12:00:00Z"), &zone()), Some(at("2026-01-09T21:00:00Z")));
}

#[test]
fn the_clock_put_forward_and_back() {
    let night = set(vec![window(WindowKind::Allow, &[Day::Sun], "02:30", "04:00")]);
    // 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC, so the window opens with the jump.
    assert_eq!(night.next_change(at("2026-03-29T00:00:00Z"), &zone()), Some(at("2026-03-29T01:00:00Z")));
    // 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC, so 02:30 comes twice.
    let twice = set(vec![window(WindowKind::Allow, &[Day::Sun], "02:30", "03:00")]);
    let mut moment = at("2026-10-24T22:00:00Z");
    let mut changes = Vec::new();
    for _ in 0..4 {
        moment = twice.next_change(moment, &zone()).unwrap();
        changes.push(moment.to_string());
    }
    assert_eq!(
        changes,
        ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"]
    );
}

#[test]
fn a_window_in_the_hour_that_does_not_exist_falls_away() {
    let lost = set(vec![window(WindowKind::Allow, &[Day::Sun], "02:10", "02:50")]);
    assert_eq!(lost.next_change(at("2026-03-28T12:00:00Z"), &zone()), Some(at("2026-04-05T00:10:00Z")));
}

#[test]
fn times_and_days_are_read_strictly() {
    for wrong in ["24:00", "1:60", "noon", "1", "-1:00", "+1:00", "001:00", ""] {
        assert!(wrong.parse::<Minute>().is_err(), "{wrong}");
    }
    assert_eq!("7:05".parse::<Minute>().unwrap().to_string(), "07:05");
    assert!("monday".parse::<Day>().is_err());
    let empty = set(vec![window(WindowKind::Deny, &[], "10:00", "11:00")]);
    assert_eq!(empty.check().unwrap_err()[0].field, "windows[0].days");
}

fn windows() -> impl Strategy<Value = SyncWindows> {
    let minute = (0..24u8, 0..4u8).prop_map(|(hour, quarter)| Minute::new(hour, quarter * 15).unwrap());
    let one =
        (any::<bool>(), proptest::sample::subsequence(Day::ALL.to_vec(), 1..=7), minute.clone(), minute)
            .prop_map(|(allow, days, from, to)| {
                let kind = if allow { WindowKind::Allow } else { WindowKind::Deny };
                Window { kind, days, from, to }
            });
    proptest::collection::vec(one, 0..5).prop_map(set)
}

proptest! {
    /// The next change is the first minute at which it is different, around both changes of the clock.
    #[test]
    fn the_next_change_is_the_first(windows in windows(), autumn in any::<bool>(), minutes in 0..2880i64) {
        let day = if autumn { "2026-10-24T00:00:00Z" } else { "2026-03-28T00:00:00Z" };
        let from = at(day) + SignedDuration::from_mins(minutes);
        let now = windows.is_open(from, &zone());
        let told = windows.next_change(from, &zone());
        let limit = told.unwrap_or(from + SignedDuration::from_hours(24 * 7));
        let mut moment = from + SignedDuration::from_mins(1);
        while moment < limit {
            prop_assert_eq!(windows.is_open(moment, &zone()), now, "already at {}", moment);
            moment += SignedDuration::from_mins(1);
        }
        if let Some(told) = told {
            prop_assert_ne!(windows.is_open(told, &zone()), now);
        }
    }

    /// A denied moment is closed, whatever else is set.
    #[test]
    fn deny_always_wins(windows in windows(), minutes in 0..10_080i64) {
        let moment = at("2026-03-26T00:00:00Z") + SignedDuration::from_mins(minutes);
        let local = zone().to_datetime(moment);
        let denied = windows.windows.iter().any(|one| one.kind == WindowKind::Deny && one.holds(local));
        prop_assert!(!(denied && windows.is_open(moment, &zone())));
    }
}
