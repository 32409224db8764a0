//! MySQL's tokens, as far as exports use them.

use crate::export::Wrong;

/// A file with more tokens is no export; a monitor has about 130.
const MOST_TOKENS: usize = 1_000_000;

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, bare or in backticks; with dots where it is qualified.
    Word(String),
    /// A string literal.
    Text(String),
    /// A number.
    Number(String),
    /// One character of punctuation.
    Mark(char),
    /// A comment.
    Comment(String),
}

/// A token and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: u32,
}

/// Cuts SQL into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Wrong> {
    let mut tokens: Vec<Placed> = Vec::new();
    let mut cutter = Cutter { rest: text, line: 1 };
    while let Some(first) = cutter.rest.chars().next() {
        let line = cutter.line;
        if first.is_whitespace() {
            cutter.take(first.len_utf8());
            continue;
        }
        if tokens.len() == MOST_TOKENS {
            return Err(Wrong::at(line, "holds more SQL than any export and was not read"));
        }
        let token = cutter.token(first)?;
        match (tokens.last_mut().map(|placed| &mut placed.token), &token) {
            // `labtech`.`agents` is one name.
            (Some(Token::Word(word)), Token::Word(more)) if word.ends_with('.') => word.push_str(more),
            (Some(Token::Word(word)), Token::Mark('.')) => word.push('.'),
            _ => tokens.push(Placed { token, line }),
        }
    }
    Ok(tokens)
}

struct Cutter<'a> {
    rest: &'a str,
    line: u32,
}

impl<'a> Cutter<'a> {
    /// Cuts off some bytes and counts their lines.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        let ends = taken.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.rest = rest;
        taken
    }

    fn run(&mut self, part: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn until(&mut self, end: &str) -> &'a str {
        let length = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.take(length)
    }

    fn token(&mut self, first: char) -> Result<Token, Wrong> {
        let second = self.rest[first.len_utf8()..].chars().next();
        Ok(match (first, second) {
            ('-', Some('-')) | ('#', _) => Token::Comment(self.until("\n").to_owned()),
            ('/', Some('*')) => Token::Comment(self.until("*/").to_owned()),
            ('\'' | '"', _) => Token::Text(self.quoted(first)?),
            ('`', _) => Token::Word(self.quoted('`')?),
            ('-', Some(digit)) if digit.is_ascii_digit() => {
                self.take(1);
                Token::Number(format!("-{}", self.run(is_number)))
            }
            _ if first.is_ascii_digit() => Token::Number(self.run(is_number).to_owned()),
            _ if is_word(first) => Token::Word(self.run(is_word).to_owned()),
            _ => {
                self.take(first.len_utf8());
                Token::Mark(first)
            }
        })
    }

    /// A quoted literal: doubled quotes and backslash escapes as MySQL reads them.
    fn quoted(&mut self, quote: char) -> Result<String, Wrong> {
        let start = self.line;
        let mut text = String::new();
        self.take(1);
        loop {
            text.push_str(self.run(|c| c != quote && (c != '\\' || quote == '`')));
            let mut ahead = self.rest.chars();
            match (ahead.next(), ahead.next()) {
                (Some('\\'), Some(escaped)) => {
                    self.take(1 + escaped.len_utf8());
                    escape(escaped, &mut text);
                }
                (Some(end), Some(next)) if end == quote && next == quote => {
                    self.take(2);
                    text.push(quote);
                }
                (Some(end), _) if end == quote => {
                    self.take(1);
                    return Ok(text);
                }
                _ => {
                    return Err(Wrong::at(
                        start,
                        "has a text that begins here and never ends: export it again",
                    ));
                }
            }
        }
    }
}

/// MySQL 8.0, "String Literals": `\%` and `\_` keep their backslash.
fn escape(escaped: char, text: &mut String) {
    match escaped {
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'b' => text.push('\u{8}'),
        '0' => text.push('\0'),
        'Z' => text.push('\u{1a}'),
        '%' | '_' => text.extend(['\\', escaped]),
        other => text.push(other),
    }
}

fn is_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.'
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(sql: &str) -> Token {
        let tokens = tokens(sql).unwrap();
        assert_eq!(tokens.len(), 1, "{tokens:?}");
        tokens[0].token.clone()
    }

    #[test]
    fn literals_are_read_as_mysql_reads_them() {
        for (sql, text) in [
            (r"'it''s'", "it's"),
            (r"'it\'s'", "it's"),
            (r"'C:\\temp\\'", r"C:\temp\"),
            (r"'a\nb\rc\td'", "a\nb\rc\td"),
            (r"'LIKE \'100\%\_\''", r"LIKE '100\%\_'"),
            (r#""say ""x""""#, "say \"x\""),
            ("'ü\n€'", "ü\n€"),
            ("''", ""),
            (r"'\q'", "q"),
        ] {
            assert_eq!(only(sql), Token::Text(text.to_owned()), "{sql}");
        }
        assert_eq!(only("-17.5"), Token::Number("-17.5".into()));
        assert_eq!(only("`Wh``ere`"), Token::Word("Wh`ere".into()));
        assert_eq!(only("`labtech` . `agents`"), Token::Word("labtech.agents".into()));
    }

    #[test]
    fn lines_are_counted_inside_literals() {
        let tokens = tokens("-- a\n'b\nc'\n/* d\n e */ f").unwrap();
        assert_eq!(tokens.iter().map(|placed| placed.line).collect::<Vec<_>>(), [1, 2, 4, 5]);
    }

    #[test]
    fn a_text_without_end_is_refused_where_it_begins() {
        assert_eq!(tokens("a\n'b\nc").unwrap_err().line, 2);
        assert_eq!(tokens("'b\\").unwrap_err().line, 1);
    }
}
