//! Internal-monitor exports: `DELETE FROM Agents …; INSERT INTO Agents (…) VALUES (…)`.
//!
//! Read with a small tokenizer that knows MySQL's strings, comments and calls; nothing is ever executed.

mod token;

use super::{Export, Row, Wrong};
use crate::canonical::internal_monitor;
use token::{Placed, Token};

/// Reads every monitor of a file.
pub(super) fn monitors(place: &str, text: &str, export: &mut Export) {
    let tokens = match token::tokens(text) {
        Ok(tokens) => tokens,
        Err(wrong) => return export.report(place, wrong.line, wrong.message, true),
    };
    let (comments, tokens): (Vec<Placed>, Vec<Placed>) =
        tokens.into_iter().partition(|placed| matches!(placed.token, Token::Comment(_)));
    let (mut above, mut found) = (0, false);
    for statement in tokens.split(|placed| placed.token == Token::Mark(';')) {
        let Some(insert) = insert(statement) else { continue };
        let line = statement.first().map_or(above, |placed| placed.line);
        let header = header(&comments, above, line);
        (above, found) = (line, true);
        match read(insert) {
            Ok(rows) => rows.iter().for_each(|row| take(place, row, &header, export)),
            Err(wrong) => export.report(place, wrong.line, wrong.message, true),
        }
    }
    if !found {
        export.report(place, 1, "holds no monitor (INSERT INTO Agents) and was ignored".into(), false);
    }
}

fn take(place: &str, row: &Row, header: &[(String, String)], export: &mut Export) {
    let name = row.name("Name").unwrap_or_else(|_| "without a usable name".into());
    if row.id("ComputerID").is_some() {
        let message = format!("holds {name} on one computer, which is no internal monitor, and was ignored");
        return export.report(place, row.line, message, false);
    }
    export.take(place, &format!("the internal monitor {name}"), internal_monitor::read(row, header), false);
}

/// The comment lines above a statement, as `name: value`.
fn header(comments: &[Placed], after: u32, before: u32) -> Vec<(String, String)> {
    let from = comments.partition_point(|placed| placed.line < after);
    let to = comments.partition_point(|placed| placed.line <= before).max(from);
    comments[from..to]
        .iter()
        .filter_map(|placed| match &placed.token {
            Token::Comment(text) => Some(text),
            _ => None,
        })
        .flat_map(|text| text.lines())
        .filter_map(|line| {
            let line = line.trim().trim_matches(['-', '#', '*', '/', ' ', '\t']);
            let (name, value) = line.split_once([':', '='])?;
            Some((name.trim().to_lowercase(), value.trim().to_owned()))
        })
        .take(40)
        .collect()
}

/// The part of a statement behind `INSERT INTO agents`, if it is one.
fn insert(statement: &[Placed]) -> Option<&[Placed]> {
    let is = |at: usize, wanted: &str| match statement.get(at).map(|placed| &placed.token) {
        // The database's name may stand in front.
        Some(Token::Word(word)) => word.rsplit('.').next().is_some_and(|w| w.eq_ignore_ascii_case(wanted)),
        _ => false,
    };
    let verb = (0..statement.len()).find(|at| is(*at, "insert") || is(*at, "replace"))?;
    let table = (verb + 1..verb + 5).find(|at| is(*at, "agents"))?;
    let rest = statement.get(table + 1..)?;
    matches!(rest.first()?.token, Token::Mark('(')).then_some(rest)
}

/// `(columns) VALUES (values), (values) …`.
fn read(tokens: &[Placed]) -> Result<Vec<Row>, Wrong> {
    let line = tokens.first().map_or(1, |placed| placed.line);
    let (columns, mut at) = group(tokens, 0)?;
    let is_values = |word: &str| ["values", "value"].iter().any(|known| word.eq_ignore_ascii_case(known));
    if !matches!(tokens.get(at).map(|placed| &placed.token), Some(Token::Word(word)) if is_values(word)) {
        return Err(Wrong::at(line, "has an INSERT without VALUES and was not read"));
    }
    at += 1;
    let mut rows = Vec::new();
    loop {
        let (values, next) = group(tokens, at)?;
        let line = tokens.get(at).map_or(line, |placed| placed.line);
        if values.len() != columns.len() {
            let (wanted, got) = (columns.len(), values.len());
            return Err(Wrong::at(line, format!("has an INSERT with {wanted} columns but {got} values")));
        }
        let names = columns.iter().map(|(name, _)| name.clone());
        rows.push(Row::new(line, names.zip(values).map(|(name, (value, line))| (name, value, line))));
        match tokens.get(next).map(|placed| &placed.token) {
            Some(Token::Mark(',')) => at = next + 1,
            _ => return Ok(rows),
        }
    }
}

type Values = Vec<(String, u32)>;

/// The comma-separated values of a parenthesis, and where it ends. NULL and calls such as `NOW()` are empty.
fn group(tokens: &[Placed], start: usize) -> Result<(Values, usize), Wrong> {
    let line = tokens.get(start).or(tokens.last()).map_or(1, |placed| placed.line);
    if !matches!(tokens.get(start).map(|placed| &placed.token), Some(Token::Mark('('))) {
        return Err(Wrong::at(line, "has an INSERT whose lists are not in parentheses and was not read"));
    }
    let (mut values, mut value, mut depth) = (Vec::new(), (String::new(), line), 1usize);
    for (offset, placed) in tokens[start + 1..].iter().enumerate() {
        if value.0.is_empty() {
            value.1 = placed.line;
        }
        match &placed.token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') if depth == 1 => {
                values.push(value);
                return Ok((values, start + offset + 2));
            }
            Token::Mark(')') => {
                depth -= 1;
                value.0.clear();
            }
            Token::Mark(',') if depth == 1 => values.push((std::mem::take(&mut value.0), value.1)),
            // `_utf8'text'` names the text's character set.
            Token::Word(word)
                if depth == 1 && !word.eq_ignore_ascii_case("null") && !word.starts_with('_') =>
            {
                value.0.clone_from(word);
            }
            Token::Text(text) | Token::Number(text) if depth == 1 => value.0.push_str(text),
            _ => {}
        }
    }
    Err(Wrong::at(line, "has a parenthesis that begins here and never ends: export it again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(sql: &str) -> Vec<Row> {
        let tokens = token::tokens(sql).unwrap();
        let statements = tokens.split(|placed| placed.token == Token::Mark(';'));
        statements.filter_map(insert).flat_map(|found| read(found).unwrap()).collect()
    }

    #[test]
    fn calls_and_nulls_are_empty() {
        let sql = "INSERT INTO `labtech`.`agents` (`AgentID`, Name, LastScan, `Where`, Flags) VALUES (NULL, _utf8'a\\'b''c\\\\', NOW(), CONCAT('a', LOWER('b')), -1), (2,\n'd', NULL, '', 0);";
        let rows = rows(sql);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].raw("name"), "a'b'c\\");
        assert_eq!((rows[0].raw("AgentID"), rows[0].raw("LastScan"), rows[0].raw("Where")), ("", "", ""));
        assert_eq!((rows[0].number("flags"), rows[1].number("AgentID")), (-1, 2));
        assert_eq!((rows[1].line, rows[1].line_of("name")), (1, 2));
    }

    #[test]
    fn other_statements_are_passed_over() {
        assert!(rows("INSERT INTO groupdagents (AgentID) SELECT agentid FROM agents; DELETE FROM Agents WHERE GUID='x';").is_empty());
        assert!(
            rows("-- INSERT INTO agents (a) VALUES (1)\nSELECT 'INSERT INTO agents (a) VALUES (1)'")
                .is_empty()
        );
    }

    #[test]
    fn broken_statements_are_refused_by_line() {
        for (sql, line) in [
            ("\nINSERT INTO agents (a, b) VALUES\n(1)", 3),
            ("INSERT INTO agents (a, b)\n SELECT 1", 1),
            ("\n\nINSERT INTO agents (a, b", 3),
            ("INSERT INTO agents (a) VALUES\n", 1),
        ] {
            let tokens = token::tokens(sql).unwrap();
            assert_eq!(read(insert(&tokens).unwrap()).unwrap_err().line, line, "{sql}");
        }
    }
}
