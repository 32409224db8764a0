//! The tree as text. Mixed logic is always bracketed, because Manage does not say which of `and` and `or` binds
//! tighter.

use super::ast::{Expr, Field, Literal, Moment, Number, Predicate, Test};
use std::fmt::{self, Display, Formatter};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::And(parts) => joined(f, parts, " and "),
            Expr::Or(parts) => joined(f, parts, " or "),
            Expr::Test(predicate) => predicate.fmt(f),
        }
    }
}

fn joined(f: &mut Formatter<'_>, parts: &[Expr], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match part {
            Expr::Test(predicate) => predicate.fmt(f)?,
            group => write!(f, "({group})")?,
        }
    }
    Ok(())
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        let negated = |not: bool| if not { "not " } else { "" };
        match &self.test {
            Test::Compare(how, value) => write!(f, "{field} {} {value}", how.sign()),
            Test::Contains { not, text } => write!(f, "{field} {}contains {}", negated(*not), Quoted(text)),
            Test::Like { not, pattern } => write!(f, "{field} {}like {}", negated(*not), Quoted(pattern)),
            Test::In { not, values } => {
                write!(f, "{field} {}in (", negated(*not))?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index > 0 { "," } else { "" })?;
                    value.fmt(f)?;
                }
                f.write_str(")")
            }
        }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(text) => Quoted(text).fmt(f),
            Literal::Number(number) => number.fmt(f),
            Literal::Bool(value) => value.fmt(f),
            Literal::Null => f.write_str("null"),
            Literal::Time(Moment::At(at)) => write!(f, "[{at}]"),
            Literal::Time(Moment::Day(day)) => write!(f, "[{day}]"),
        }
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text in double quotes; a backslash protects quotes and backslashes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{character}")?;
        }
        f.write_str("\"")
    }
}
