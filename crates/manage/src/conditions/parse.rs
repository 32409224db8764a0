//! Text to tree. What is wrong is said with the place and the remedy, so that a person can mend it.

use super::{
    ast::{Expr, Field, Literal, Predicate, Test},
    token::{Placed, Token, tokens},
};
use std::str::FromStr;

/// How deep brackets may be nested.
const DEEPEST: usize = 32;
/// The longest condition, in bytes (Manage takes no longer one even in a body).
const LONGEST: usize = 10_000;

/// A condition that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {message}; {remedy}")]
pub struct ConditionError {
    /// The character where it goes wrong, counted from 1.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub remedy: String,
}

impl ConditionError {
    pub(super) fn new(
        text: &str,
        byte: usize,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let at = text.get(..byte).map_or(0, |before| before.chars().count()) + 1;
        Self { at, message: message.into(), remedy: remedy.into() }
    }
}

impl FromStr for Expr {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST {
            let remedy = format!("shorten it to {LONGEST} bytes, or split it into several rules");
            return Err(ConditionError::new(text, 0, "the condition is too long", remedy));
        }
        let mut reader = Reader { text, tokens: tokens(text)?, next: 0 };
        if reader.tokens.is_empty() {
            return Err(ConditionError::new(
                text,
                0,
                "the condition is empty",
                "write one such as status/name = \"New\"",
            ));
        }
        let expr = reader.any(0)?;
        match reader.peek() {
            None => Ok(expr),
            Some(Token::Close) => Err(reader.wrong("a bracket is closed that was never opened", "remove it")),
            Some(_) => {
                Err(reader.wrong("`and` or `or` is missing here", "join the two tests with `and` or `or`"))
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    tokens: Vec<Placed>,
    next: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += 1;
        token
    }

    /// Takes the keyword if it comes next.
    fn keyword(&mut self, keyword: &str) -> bool {
        let here = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.next += usize::from(here);
        here
    }

    fn wrong(&self, message: &str, remedy: &str) -> ConditionError {
        let at = self.tokens.get(self.next).map_or(self.text.len(), |placed| placed.at);
        ConditionError::new(self.text, at, message, remedy)
    }

    /// `all {or all}`
    fn any(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Or(parts) })
    }

    /// `term {and term}`
    fn all(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        let mut parts = vec![self.term(depth)?];
        while self.keyword("and") {
            parts.push(self.term(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::And(parts) })
    }

    fn term(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        if self.peek() != Some(&Token::Open) {
            return self.predicate().map(Expr::Test);
        }
        if depth == DEEPEST {
            return Err(
                self.wrong("the brackets are nested too deep", "split the condition into several rules")
            );
        }
        self.next += 1;
        let inside = self.any(depth + 1)?;
        match self.peek() {
            Some(Token::Close) => {
                self.next += 1;
                Ok(inside)
            }
            Some(_) => Err(self.wrong("`and`, `or` or a closing bracket is missing here", "add it")),
            None => Err(self.wrong("a bracket is not closed", "add `)`")),
        }
    }

    fn predicate(&mut self) -> Result<Predicate, ConditionError> {
        let field = self.field()?;
        if let Some(Token::Compare(how)) = self.peek().cloned() {
            self.next += 1;
            return Ok(Predicate { field, test: Test::Compare(how, self.literal()?) });
        }
        let not = self.keyword("not");
        let test = if self.keyword("contains") {
            Test::Contains { not, text: self.quoted()? }
        } else if self.keyword("like") {
            Test::Like { not, pattern: self.quoted()? }
        } else if self.keyword("in") {
            Test::In { not, values: self.values()? }
        } else {
            let remedy = "write =, !=, <, <=, >, >=, contains, like or in (with `not` before the last three if wanted)";
            return Err(self.wrong("a comparison is missing here", remedy));
        };
        Ok(Predicate { field, test })
    }

    fn field(&mut self) -> Result<Field, ConditionError> {
        let mut names = vec![self.name()?];
        while self.peek() == Some(&Token::Slash) {
            self.next += 1;
            names.push(self.name()?);
        }
        Field::new(names).ok_or_else(|| self.wrong("this is not a field", "write a name such as status/name"))
    }

    fn name(&mut self) -> Result<String, ConditionError> {
        let remedy = "write the name of a field such as status/name, without quotes";
        match self.peek() {
            Some(Token::Word(word)) if super::token::is_keyword(word) => {
                Err(self.wrong(&format!("`{word}` is a word of the language, not a field"), remedy))
            }
            Some(Token::Word(word)) => {
                let name = word.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.wrong("the name of a field is missing here", remedy)),
        }
    }

    fn literal(&mut self) -> Result<Literal, ConditionError> {
        let value = match self.peek() {
            Some(Token::Value(value)) => value.clone(),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Literal::Bool(true),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Literal::Bool(false),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => Literal::Null,
            Some(Token::Word(word)) => {
                let message = format!("`{word}` is not a value");
                return Err(self.wrong(&message, "put text in double quotes"));
            }
            _ => {
                let remedy = "write \"text\", 12, true, false, null or [2026-08-20T18:04:26Z]";
                return Err(self.wrong("a value is missing here", remedy));
            }
        };
        self.next += 1;
        Ok(value)
    }

    fn quoted(&mut self) -> Result<String, ConditionError> {
        match self.peek().cloned() {
            Some(Token::Value(Literal::Text(text))) => {
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.wrong("text in quotes is missing here", "put what is looked for in double quotes")),
        }
    }

    fn values(&mut self) -> Result<Vec<Literal>, ConditionError> {
        let remedy = "write a list such as (1,2,3) or (\"New\",\"Open\")";
        if self.peek() != Some(&Token::Open) {
            return Err(self.wrong("`in` needs a list in brackets", remedy));
        }
        self.next += 1;
        let mut values = vec![self.literal()?];
        loop {
            match self.take() {
                Some(Token::Comma) => values.push(self.literal()?),
                Some(Token::Close) => return Ok(values),
                _ => {
                    self.next -= 1;
                    return Err(self.wrong("the list goes on wrongly here", remedy));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
