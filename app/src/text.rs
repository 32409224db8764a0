//! Small texts that both sides must read alike.

#[cfg(any(feature = "ssr", test))]
use domain::content::view::Seen;
use domain::content::{ContentHash, Guid, view::Plan};

/// Text as it stands in a query (RFC 3986 section 2.1).
pub fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}

/// A number with its noun: `1 client`, `2 clients`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A sentence that begins as one.
pub(crate) fn first_upper(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A path on this server, or the start page: a link that someone else made must not lead away after sign-in.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn local_path(wanted: &str) -> String {
    let local = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains(['\\', '\n', '\r']);
    if local && !wanted.starts_with("/rpc") { wanted.to_owned() } else { "/".to_owned() }
}

/// What a row's check box sends: `guid|hash`, with an empty hash for an item that is gone.
pub(crate) fn write_seen(guid: &Guid, hash: Option<&ContentHash>) -> String {
    format!("{guid}|{}", hash.map_or("", ContentHash::as_str))
}

/// Reads what [`write_seen`] wrote.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn read_seen(text: &str) -> Option<Seen> {
    let (guid, hash) = text.split_once('|')?;
    let candidate_hash = if hash.is_empty() { None } else { Some(hash.parse().ok()?) };
    Some(Seen { guid: Guid::parse(guid).ok()?, candidate_hash })
}

/// What a plan's form sends of the lines that were shown: `guid|mark`, one after another.
pub(crate) fn write_shown(plan: &Plan) -> String {
    plan.lines().map(|line| format!("{}|{}", line.guid, line.mark())).collect::<Vec<_>>().join(" ")
}

/// Reads what [`write_shown`] wrote.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn read_shown(text: &str) -> Vec<(Guid, String)> {
    let line = |line: &str| {
        let (guid, mark) = line.split_once('|')?;
        Some((Guid::parse(guid).ok()?, mark.to_owned()))
    };
    text.split(' ').filter_map(line).collect()
}

/// The most differences that one sentence names.
#[cfg(any(feature = "ssr", test))]
const MOST_TOLD: usize = 6;

/// What differs between a plan and the one that was shown, in one sentence.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn tell_differences(differs: &[String]) -> String {
    let mut told: Vec<&str> = differs.iter().take(MOST_TOLD).map(String::as_str).collect();
    let more = format!("and {} more", differs.len().saturating_sub(MOST_TOLD));
    if differs.len() > MOST_TOLD {
        told.push(&more);
    }
    format!(
        "Nothing was done, because the plan changed after it was shown: {}. This is the plan as it is now.",
        told.join("; ")
    )
}

/// `type:guid`, as it stands in forms and references.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn read_key(text: &str) -> Option<domain::content::ItemKey> {
    let (kind, guid) = text.trim().split_once(':')?;
    Some(domain::content::ItemKey::new(kind.parse().ok()?, Guid::parse(guid).ok()?))
}

/// `allow Mon, Tue 22:00 to 06:00`
pub(crate) fn tell_window(window: &domain::window::Window) -> String {
    let kind = match window.kind {
        domain::window::WindowKind::Allow => "Allow",
        domain::window::WindowKind::Deny => "Deny",
    };
    let days: Vec<&str> = window.days.iter().map(|day| day.label()).collect();
    format!("{kind} {} {} to {}", days.join(", "), window.from, window.to)
}

/// `Firefox on Linux` from what a browser says of itself; only for people to tell their sessions apart.
#[cfg(feature = "ssr")]
pub(crate) fn browser_name(agent: &str) -> String {
    let first = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser =
        first(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    format!("{} on {}", browser.unwrap_or("A browser"), system.unwrap_or("an unknown system"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_followed() {
        for (wanted, path) in [
            ("/content/scripts?status=Changed", "/content/scripts?status=Changed"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("", "/"),
        ] {
            assert_eq!(local_path(wanted), path);
        }
    }

    #[test]
    fn keys_are_read_from_forms() {
        let key = read_key(" scripts:88dfaf30-aea8-11e7-aeca-005056a37e1b ").unwrap();
        assert_eq!(key.to_string(), "scripts:88dfaf30-aea8-11e7-aeca-005056a37e1b");
        assert!(
            read_key("scripts").is_none()
                && read_key("nothing:88dfaf30-aea8-11e7-aeca-005056a37e1b").is_none()
        );
    }

    #[test]
    fn seen_rows_round_trip() {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        let hash = ContentHash::of(b"x");
        assert_eq!(read_seen(&write_seen(&guid, Some(&hash))).unwrap().candidate_hash, Some(hash));
        assert_eq!(read_seen(&write_seen(&guid, None)).unwrap().candidate_hash, None);
        assert!(read_seen("nonsense").is_none());
    }

    #[test]
    fn shown_plans_are_read_and_told() {
        let text = "88dfaf30-aea8-11e7-aeca-005056a37e1b|added-0123456789 nonsense";
        assert_eq!(read_shown(text)[0].1, "added-0123456789");
        assert_eq!(read_shown(text).len(), 1);
        let many: Vec<String> = (1..=8).map(|number| format!("{number} came in addition")).collect();
        assert!(tell_differences(&many).contains("6 came in addition; and 2 more."));
    }
}
