//! Internal-monitor exports: `DELETE FROM Agents …; INSERT INTO Agents (…) VALUES (…)`.
//!
//! Read with a small tokenizer that knows MySQL's strings, comments and calls; nothing is ever executed.

use super::{Export, Row, Wrong};
use crate::canonical::internal_monitor;

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A word, bare or in backticks.
    Word(String),
    /// A string literal.
    Text(String),
    /// A number.
    Number(String),
    /// One character of punctuation.
    Mark(char),
}

/// Reads every monitor of a file.
pub(super) fn monitors(name: &str, text: &str, export: &mut Export) {
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(wrong) => {
            export.report(name, wrong.line, wrong.message, true);
            return;
        }
    };
    let header = header(text);
    let mut found = 0;
    for start in inserts(&tokens) {
        found += 1;
        match insert(&tokens[start..]) {
            Ok(rows) => {
                for row in rows {
                    let what = format!("the monitor {}", row.text("Name"));
                    export.take(name, &what, internal_monitor::read(&row, &header), false);
                }
            }
            Err(wrong) => export.report(name, wrong.line, wrong.message, true),
        }
    }
    if found == 0 {
        export.report(name, 1, "holds no monitor (INSERT INTO Agents) and was left out".into(), false);
    }
}

/// The comment lines above the statements, as `name: value`.
fn header(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim().trim_start_matches(['-', '#', '*', '/', ' ']);
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_lowercase(), value.trim().trim_end_matches("*/").trim().to_owned()))
        })
        .take(40)
        .collect()
}

fn inserts(tokens: &[(Token, u32)]) -> Vec<usize> {
    let is = |at: usize, word: &str| matches!(tokens.get(at), Some((Token::Word(found), _)) if found.eq_ignore_ascii_case(word));
    (0..tokens.len())
        .filter(|at| is(*at, "insert"))
        .filter_map(|at| (at + 1..at + 4).find(|next| is(*next, "agents")).map(|next| next + 1))
        .collect()
}

/// `(columns) VALUES (values), (values) …` behind the table's name.
fn insert(tokens: &[(Token, u32)]) -> Result<Vec<Row>, Wrong> {
    let line = tokens.first().map_or(1, |(_, line)| *line);
    let (columns, mut at) = group(tokens, 0)?;
    if !matches!(tokens.get(at), Some((Token::Word(word), _)) if word.eq_ignore_ascii_case("values")) {
        return Err(Wrong::at(line, "has an INSERT without VALUES and was not read"));
    }
    at += 1;
    let mut rows = Vec::new();
    loop {
        let (values, next) = group(tokens, at)?;
        if values.len() != columns.len() {
            let (wanted, got) = (columns.len(), values.len());
            return Err(Wrong::at(line, format!("has an INSERT with {wanted} columns but {got} values")));
        }
        rows.push(Row::new(line, columns.iter().cloned().zip(values)));
        match tokens.get(next) {
            Some((Token::Mark(','), _)) => at = next + 1,
            _ => return Ok(rows),
        }
    }
}

/// The comma-separated values of a parenthesis, and where it ends. NULL and calls such as `NOW()` are empty.
fn group(tokens: &[(Token, u32)], start: usize) -> Result<(Vec<String>, usize), Wrong> {
    let line = tokens.get(start).map_or(1, |(_, line)| *line);
    let broken = || Wrong::at(line, "has a parenthesis that does not end and was not read");
    if !matches!(tokens.get(start), Some((Token::Mark('('), _))) {
        return Err(Wrong::at(line, "has an INSERT without a list of columns and was not read"));
    }
    let (mut values, mut value, mut depth) = (Vec::new(), String::new(), 1usize);
    for (offset, (token, _)) in tokens[start + 1..].iter().enumerate() {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') if depth == 1 => {
                values.push(value);
                return Ok((values, start + offset + 2));
            }
            Token::Mark(')') => {
                depth -= 1;
                value.clear();
            }
            Token::Mark(',') if depth == 1 => values.push(std::mem::take(&mut value)),
            Token::Word(word) if depth == 1 && !word.eq_ignore_ascii_case("null") => value.clone_from(word),
            Token::Text(text) | Token::Number(text) if depth == 1 => value.push_str(text),
            _ => {}
        }
    }
    Err(broken())
}

/// Cuts SQL into tokens, each with its line.
fn tokens(text: &str) -> Result<Vec<(Token, u32)>, Wrong> {
    let mut tokens = Vec::new();
    let mut rest = Cutter { chars: text.chars().collect(), at: 0, line: 1 };
    while let Some(next) = rest.peek(0) {
        let line = rest.line;
        match (next, rest.peek(1)) {
            (c, _) if c.is_whitespace() => rest.skip(1),
            ('-', Some('-')) | ('#', _) => rest.skip_until("\n"),
            ('/', Some('*')) => rest.skip_until("*/"),
            ('\'' | '"', _) => tokens.push((Token::Text(rest.quoted(next)?), line)),
            ('`', _) => tokens.push((Token::Word(rest.quoted('`')?), line)),
            (c, _) if c.is_ascii_digit() => {
                tokens.push((Token::Number(rest.run(|c| c.is_ascii_alphanumeric() || c == '.')), line))
            }
            ('-', Some(c)) if c.is_ascii_digit() => {
                rest.skip(1);
                let digits = rest.run(|c| c.is_ascii_digit() || c == '.');
                tokens.push((Token::Number(format!("-{digits}")), line));
            }
            (c, _) if c.is_alphanumeric() || c == '_' || c == '@' => {
                tokens.push((
                    Token::Word(rest.run(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '.'))),
                    line,
                ));
            }
            (c, _) => {
                rest.skip(1);
                tokens.push((Token::Mark(c), line));
            }
        }
    }
    Ok(tokens)
}

struct Cutter {
    chars: Vec<char>,
    at: usize,
    line: u32,
}

impl Cutter {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.at += 1;
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn skip(&mut self, count: usize) {
        (0..count).for_each(|_| {
            self.next();
        });
    }

    fn skip_until(&mut self, end: &str) {
        let end: Vec<char> = end.chars().collect();
        while self.at < self.chars.len() && !self.chars[self.at..].starts_with(&end) {
            self.next();
        }
        self.skip(end.len());
    }

    fn run(&mut self, part: impl Fn(char) -> bool) -> String {
        let mut run = String::new();
        while let Some(c) = self.peek(0).filter(|c| part(*c)) {
            run.push(c);
            self.next();
        }
        run
    }

    /// A quoted literal: doubled quotes and backslash escapes as MySQL reads them.
    fn quoted(&mut self, quote: char) -> Result<String, Wrong> {
        let start = self.line;
        let mut text = String::new();
        self.next();
        while let Some(c) = self.next() {
            match c {
                '\\' if quote != '`' => text.push(match self.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some(other) => other,
                    None => break,
                }),
                c if c == quote && self.peek(0) == Some(quote) => {
                    self.next();
                    text.push(quote);
                }
                c if c == quote => return Ok(text),
                c => text.push(c),
            }
        }
        Err(Wrong::at(start, "has a text that begins here and never ends: export it again"))
    }
}
