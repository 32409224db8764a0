//! The forms in which a text holds a secret.

use super::{
    Hit, SecretKind, commands,
    names::{Class, class},
    value::{self, Quote, is_literal, looks_random, looks_strong},
};
use std::ops::Range;

/// Tokens that are known by how they begin, and how many characters follow at least.
const BEGINNINGS: [(&str, usize); 21] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxa-", 10),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxs-", 10),
    ("sk_live_", 10),
    ("rk_live_", 10),
    ("sk-", 20),
    ("SG.", 20),
    ("npm_", 30),
    ("tdm_", 20),
    ("tcs_", 20),
    ("hooks.slack.com/services/", 20),
];
/// Letters and digits that the block of a key has at least.
const LEAST_KEY: usize = 24;

/// Every secret of a text, in order, none overlapping another.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    // Only ASCII letters change, so that places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    let mut hits = key_blocks(text, &lower);
    beginnings(text, &mut hits);
    web_tokens(text, &mut hits);
    bearers(text, &lower, &mut hits);
    addresses(text, &mut hits);
    assignments(text, &mut hits);
    commands::hits(text, &lower, &mut hits);
    merged(hits)
}

/// Sorted; what overlaps becomes one.
fn merged(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.range.is_empty());
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut merged: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match merged.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => merged.push(hit),
        }
    }
    merged
}

/// Where `needle` stands in `text`.
pub(super) fn places<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(needle).map(|(at, _)| at)
}

fn starts_word(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric())
}

/// The characters from `start` on that fit.
pub(super) fn run(text: &str, start: usize, fits: impl Fn(char) -> bool) -> Range<usize> {
    let length = text[start..].find(|c| !fits(c)).unwrap_or(text.len() - start);
    start..start + length
}

/// `-----BEGIN … PRIVATE KEY-----` up to its end, or to the end of the text.
fn key_blocks(text: &str, lower: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for begin in places(lower, "-----begin ") {
        let Some(head) = lower[begin + 11..].find("-----") else { continue };
        let body = begin + 11 + head + 5;
        if !lower[begin..body].contains("private key") {
            continue;
        }
        let end = lower[body..].find("-----end").map_or(text.len(), |length| body + length);
        if text[body..end].chars().filter(char::is_ascii_alphanumeric).count() >= LEAST_KEY {
            let start = body + (text[body..end].len() - text[body..end].trim_start().len());
            let end = start + text[start..end].trim_end().len();
            hits.push(Hit { range: start..end, kind: SecretKind::PrivateKey });
        }
    }
    hits
}

fn is_token_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '=')
}

fn beginnings(text: &str, hits: &mut Vec<Hit>) {
    for (beginning, least) in BEGINNINGS {
        for at in places(text, beginning).filter(|at| starts_word(text, *at) || beginning.contains('/')) {
            let rest = run(text, at + beginning.len(), is_token_letter);
            if rest.len() >= least && looks_random(&text[rest.clone()]) {
                // What tells whose token it is stays readable.
                hits.push(Hit { range: rest, kind: SecretKind::Token });
            }
        }
    }
}

/// JSON web tokens: three parts, of which the first two begin as JSON does in base64. Also the signatures in
/// addresses of storage and functions.
fn web_tokens(text: &str, hits: &mut Vec<Hit>) {
    for at in places(text, "eyJ").filter(|at| starts_word(text, *at)) {
        let range = run(text, at, is_token_letter);
        let parts = text[range.clone()].split('.').filter(|part| part.len() >= 4).count();
        if parts >= 3 {
            hits.push(Hit { range, kind: SecretKind::Token });
        }
    }
    for name in ["?sig=", "&sig=", "?code=", "&code="] {
        for at in places(text, name) {
            let range = run(text, at + name.len(), |c| is_token_letter(c) || c == '%');
            if range.len() >= 20 && looks_random(&text[range.clone()]) {
                hits.push(Hit { range, kind: SecretKind::Token });
            }
        }
    }
}

/// `Bearer …` anywhere, `Basic …` after `Authorization`.
fn bearers(text: &str, lower: &str, hits: &mut Vec<Hit>) {
    for at in places(lower, "bearer ").filter(|at| starts_word(text, *at)) {
        token_after(text, at + 7, hits);
    }
    for at in places(lower, "basic ") {
        let line = lower[..at].rfind('\n').map_or(0, |line| line + 1);
        if lower[line..at].contains("authorization") {
            token_after(text, at + 6, hits);
        }
    }
}

fn token_after(text: &str, start: usize, hits: &mut Vec<Hit>) {
    let start = start + (text[start..].len() - text[start..].trim_start_matches(' ').len());
    let range = run(text, start, |c| is_token_letter(c) || c == '~');
    let token = &text[range.clone()];
    if token.len() >= 8 && (looks_random(token) || looks_strong(token)) {
        hits.push(Hit { range, kind: SecretKind::Token });
    }
}

/// `scheme://user:password@host`.
fn addresses(text: &str, hits: &mut Vec<Hit>) {
    for at in places(text, "://") {
        let whole = run(text, at + 3, |c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<' | '>' | '/'));
        let Some(end) = text[whole.clone()].rfind('@') else { continue };
        let Some(colon) = text[whole.start..whole.start + end].find(':') else { continue };
        let range = whole.start + colon + 1..whole.start + end;
        if is_literal(&text[range.clone()], Quote::Bare) {
            hits.push(Hit { range, kind: SecretKind::Password });
        }
    }
}

/// `name = value`, `name: value`, `"name": "value"`, `name => value`, `<name>value</name>`, `'name', 'value'`.
fn assignments(text: &str, hits: &mut Vec<Hit>) {
    for (at, sign) in text.char_indices().filter(|(_, c)| matches!(c, '=' | ':' | '>' | ',')) {
        let Some(name) = name_before(text, at, sign) else { continue };
        let Some(found) = class(name.text) else { continue };
        let Some((range, quote)) = value_after(text, at, sign, &name) else { continue };
        let value = &text[range.clone()];
        let bare = quote == Quote::Bare;
        let fits = match sign {
            // Words in prose and lists of names look the same; only what looks made up counts there.
            ':' if bare => looks_strong(value) && value.chars().any(|c| c.is_ascii_digit()),
            ',' => looks_strong(value) && value.chars().any(|c| c.is_ascii_digit()),
            _ => true,
        };
        if fits && value::counts(value, quote, found) {
            let kind = if found == Class::Key { SecretKind::Token } else { SecretKind::Password };
            hits.push(Hit { range, kind });
        }
    }
}

struct Name<'a> {
    text: &'a str,
    quoted: bool,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | ':')
}

/// The name left of a sign.
fn name_before(text: &str, at: usize, sign: char) -> Option<Name<'_>> {
    let left = text[..at].trim_end_matches(['=', '!', '<', '+', ' ', '\t', ']', '`']);
    let bare = left.trim_end_matches(['"', '\'']);
    let quoted = bare.len() < left.len();
    let start =
        bare.char_indices().rev().find(|(_, c)| !is_name(*c)).map_or(0, |(index, c)| index + c.len_utf8());
    let name = &bare[start..];
    let fits = match sign {
        '>' => bare[..start].ends_with('<') && left.len() == at,
        ',' => quoted && left.len() == at,
        _ => true,
    };
    (fits && !name.is_empty()).then_some(Name { text: name, quoted })
}

/// The value right of a sign, without its quotes.
fn value_after(text: &str, at: usize, sign: char, name: &Name<'_>) -> Option<(Range<usize>, Quote)> {
    let mut start = at + sign.len_utf8();
    start += text[start..].len() - text[start..].trim_start_matches(['=', '>', ' ', '\t']).len();
    if sign == '>' {
        let range = run(text, at + 1, |c| c != '<' && c != '\n');
        return text[range.end..].starts_with("</").then_some((range, Quote::Bare));
    }
    if let Some((range, quote)) = quoted(text, start) {
        return Some((range, quote));
    }
    // PowerShell has no literals without quotes, and a list of quoted things none either.
    if sign == ','
        || name.text.starts_with('$')
        || (name.quoted && sign == '=') && text[start..].starts_with('$')
    {
        return None;
    }
    let range =
        run(text, start, |c| !c.is_whitespace() && !matches!(c, ';' | '"' | '\'' | '<' | '&' | '(' | '['));
    let trimmed = text[range.clone()].trim_end_matches([',', ')', '}']).len();
    let range = range.start..range.start + trimmed;
    let calls = text[range.end..].starts_with(['(', '[']);
    (!range.is_empty() && !calls).then_some((range, Quote::Bare))
}

/// The inside of a quoted text that begins at `start` (`N'…'` as well); up to the end of the line when the quote
/// is never closed. A doubled or escaped quote does not close it.
pub(super) fn quoted(text: &str, start: usize) -> Option<(Range<usize>, Quote)> {
    let rest = &text[start..];
    let skip = usize::from(rest.starts_with("N'") || rest.starts_with("n'"));
    let quote = rest[skip..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let begin = start + skip + 1;
    let mut letters = text[begin..].char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '\n' => return Some((begin..begin + at, kind_of(quote))),
            '\\' | '`' if letters.peek().is_some_and(|(_, next)| *next == quote) && quote == '"' => {
                letters.next();
            }
            c if c == quote && letters.peek().is_some_and(|(_, next)| *next == quote) && at > 0 => {
                letters.next();
            }
            c if c == quote => return Some((begin..begin + at, kind_of(quote))),
            _ => {}
        }
    }
    Some((begin..text.len(), kind_of(quote)))
}

fn kind_of(quote: char) -> Quote {
    if quote == '\'' { Quote::Single } else { Quote::Double }
}
