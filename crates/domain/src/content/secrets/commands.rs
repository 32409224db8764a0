//! Secrets in commands: options, PowerShell cmdlets, SQL statements, programs with ways of their own.

use super::{
    Hit, SecretKind,
    names::{Class, class},
    text::{places, quoted, run},
    value::{self, Quote, is_literal, looks_strong},
};
use std::ops::Range;

/// Programs whose option takes a password: the program, the option, whether the value follows without a blank.
const PROGRAMS: [(&str, &str, bool); 15] = [
    ("psexec", "-p", false),
    ("paexec", "-p", false),
    ("plink", "-pw", false),
    ("pscp", "-pw", false),
    ("sqlcmd", "-p", false),
    ("osql", "-p", false),
    ("sshpass", "-p", false),
    ("schtasks", "/rp", false),
    ("schtasks", "/p", false),
    ("7z", "-p", true),
    ("mysql", "-p", true),
    ("mysqldump", "-p", true),
    ("mysqladmin", "-p", true),
    ("wbadmin", "-p", false),
    ("autologon", "/p", false),
];
/// Calls that take a password, with the first and the last of their quoted arguments that may be one.
const CALLS: [(&str, usize, usize); 7] = [
    ("networkcredential(", 1, 1),
    ("identified by ", 0, 0),
    ("password(", 0, 0),
    ("aes_encrypt(", 0, 1),
    ("aes_decrypt(", 0, 1),
    ("encryptbypassphrase(", 0, 0),
    ("decryptbypassphrase(", 0, 0),
];

/// Finds them line by line.
pub(super) fn hits(text: &str, lower: &str, hits: &mut Vec<Hit>) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (text, lower) = (&text[..start + line.len()], &lower[..start + line.len()]);
        let line = Line { text, lower, start };
        options(&line, hits);
        secure_strings(&line, hits);
        calls(&line, hits);
        programs(&line, hits);
        net(&line, hits);
        named_values(&line, hits);
        start += line.text.len() - start;
    }
}

/// A line within its text: places are those of the text.
struct Line<'a> {
    text: &'a str,
    lower: &'a str,
    start: usize,
}

impl Line<'_> {
    fn lower(&self) -> &str {
        &self.lower[self.start..]
    }

    fn find(&self, needle: &str) -> Vec<usize> {
        places(self.lower(), needle).map(|at| self.start + at).collect()
    }

    /// The word or quoted text that begins at `at`, blanks before it skipped.
    fn word(&self, at: usize) -> Option<(Range<usize>, Quote)> {
        let rest = self.text.get(at..)?;
        let at = at + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if let Some(found) = quoted(self.text, at) {
            return Some(found);
        }
        let range = run(self.text, at, |c| !c.is_whitespace());
        let trimmed = self.text[range.clone()].trim_end_matches(['"', '\'', ')', ';', '}']).len();
        (trimmed > 0).then(|| (range.start..range.start + trimmed, Quote::Bare))
    }

    fn keep(&self, found: Option<(Range<usize>, Quote)>, hits: &mut Vec<Hit>) {
        if let Some((range, quote)) = found
            && is_literal(&self.text[range.clone()], quote)
        {
            hits.push(Hit { range, kind: SecretKind::Password });
        }
    }
}

/// `-Password value`, `--token value`, `/pwd value`.
fn options(line: &Line<'_>, hits: &mut Vec<Hit>) {
    for (at, _) in line.lower().match_indices(['-', '/']) {
        let at = line.start + at;
        let begins = !line.text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '-');
        let name = run(line.text, at, |c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
        let Some(found) = class(&line.text[name.clone()]).filter(|_| begins) else { continue };
        if !line.text[name.end..].starts_with([' ', '\t', ':']) {
            continue;
        }
        let Some((range, quote)) = line.word(name.end + 1) else { continue };
        let value = &line.text[range.clone()];
        let another = quote == Quote::Bare && value.starts_with(['-', '(', '[', '|']);
        if !another && value::counts(value, quote, found) {
            let kind = if found == Class::Key { SecretKind::Token } else { SecretKind::Password };
            hits.push(Hit { range, kind });
        }
    }
}

/// `ConvertTo-SecureString "…" -AsPlainText`, in either order, and `"…" | ConvertTo-SecureString`.
fn secure_strings(line: &Line<'_>, hits: &mut Vec<Hit>) {
    for at in line.find("convertto-securestring") {
        let end = line.lower[at..].find(';').map_or(line.lower.len(), |length| at + length);
        if !line.lower[at..].contains("-asp") {
            continue;
        }
        let mut next = at + "convertto-securestring".len();
        let mut found = false;
        while let Some(quote) = line.text[next..end.max(next)].find(['"', '\'']) {
            let Some((range, kind)) = quoted(line.text, next + quote) else { break };
            next = (range.end + 1).min(line.text.len());
            found = true;
            line.keep(Some((range, kind)), hits);
        }
        let word = line.word(at + "convertto-securestring".len());
        if !found
            && word.as_ref().is_some_and(|(range, _)| !line.text[range.clone()].starts_with(['-', '$', '(']))
        {
            line.keep(word, hits);
        }
        let before = line.text[line.start..at].trim_end().strip_suffix('|').map(str::trim_end);
        if let Some(before) = before.filter(|before| before.ends_with(['"', '\''])) {
            let quote = &before[before.len() - 1..];
            let open = before[..before.len() - 1].rfind(quote).map(|open| line.start + open);
            line.keep(open.and_then(|open| quoted(line.text, open)), hits);
        }
    }
}

/// The argument of a call that takes a password.
fn calls(line: &Line<'_>, hits: &mut Vec<Hit>) {
    for (call, first, last) in CALLS {
        for at in line.find(call) {
            let mut next = at + call.len();
            for number in 0..=last {
                let Some(quote) = line.text[next..].find(['"', '\'']) else { break };
                // `IDENTIFIED BY PASSWORD` and the like have one word between; more is another statement.
                let between = line.text[next..next + quote].split_whitespace().count();
                let Some((range, kind)) = quoted(line.text, next + quote).filter(|_| between <= 3) else {
                    break;
                };
                next = (range.end + 1).min(line.text.len());
                if number >= first {
                    line.keep(Some((range, kind)), hits);
                }
            }
        }
    }
}

fn programs(line: &Line<'_>, hits: &mut Vec<Hit>) {
    for (program, option, joined) in PROGRAMS {
        for at in line.find(program) {
            let needle = format!(" {option}");
            for option in places(&line.lower[at..], &needle).map(|place| at + place + needle.len()) {
                let follows = line.lower[option..].starts_with([' ', ':', '"']);
                if joined != follows || line.lower[option..].starts_with('"') {
                    line.keep(line.word(option), hits);
                }
            }
        }
    }
    for at in line.find("curl") {
        for option in [" -u ", " --user "] {
            for place in places(&line.lower[at..], option).map(|place| at + place + option.len()) {
                let Some((range, quote)) = line.word(place) else { continue };
                let Some(colon) = line.text[range.clone()].find(':') else { continue };
                line.keep(Some((range.start + colon + 1..range.end, quote)), hits);
            }
        }
    }
}

/// `net user NAME PASSWORD`, `net use DRIVE SHARE PASSWORD /user:NAME`.
fn net(line: &Line<'_>, hits: &mut Vec<Hit>) {
    for command in ["net user ", "net1 user ", "net.exe user "] {
        for at in line.find(command) {
            let Some((name, _)) = line.word(at + command.len()) else { continue };
            let Some((range, quote)) =
                line.word(name.end + usize::from(line.text[name.end..].starts_with('"')))
            else {
                continue;
            };
            let value = &line.text[range.clone()];
            let meant = looks_strong(value) || line.lower[range.end..].contains("/add");
            if meant && !value.starts_with(['/', '*', '|', '>', '&']) {
                line.keep(Some((range, quote)), hits);
            }
        }
    }
    for at in line.find("net use ").into_iter().filter(|at| line.lower[*at..].contains("/user:")) {
        let mut next = at + "net use ".len();
        for _ in 0..5 {
            let Some((range, quote)) = line.word(next) else { break };
            let word = line.text[range.clone()].to_owned();
            next = (range.end + usize::from(quote != Quote::Bare)).min(line.text.len());
            let harmless = word.starts_with(['/', '\\', '*']) || word.ends_with(':');
            if !harmless {
                line.keep(Some((range, quote)), hits);
            }
        }
    }
}

/// `-Name DefaultPassword -Value …`, `/v DefaultPassword … /d …`.
fn named_values(line: &Line<'_>, hits: &mut Vec<Hit>) {
    for (name, value) in [("-name ", "-value "), ("/v ", "/d ")] {
        for at in line.find(name) {
            let Some((range, _)) = line.word(at + name.len()) else { continue };
            let Some(found) = class(&line.text[range]) else { continue };
            for place in places(&line.lower[at..], value).map(|place| at + place + value.len()) {
                let Some((range, quote)) = line.word(place) else { continue };
                if value::counts(&line.text[range.clone()], quote, found) {
                    hits.push(Hit { range, kind: SecretKind::Password });
                }
            }
        }
    }
}
