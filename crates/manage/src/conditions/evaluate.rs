//! Whether a JSON record of Manage fits a condition.
//!
//! Text is compared without regard to case, as Manage's database does. A field that is missing is null; null
//! differs from every value and contains nothing. `lastUpdated`, `updatedBy`, `dateEntered` and `enteredBy` are
//! found in `_info` by their bare names.

use super::ast::{Comparison, Expr, Field, Literal, Moment, Predicate, Test};
use jiff::Timestamp;
use serde_json::Value;
use std::cmp::Ordering;

/// Whether `record` fits `conditions`.
pub fn fits(expr: &Expr, record: &Value) -> bool {
    holds(expr, &|field| lookup(record, field.names()))
}

/// Whether one element of an array in `record` fits `childConditions`: every field begins with the array's name.
pub fn fits_child(expr: &Expr, record: &Value) -> bool {
    let array = expr.predicates().first().and_then(|predicate| predicate.field.names().first().cloned());
    let elements = array.map_or(&Value::Null, |array| lookup(record, &[array]));
    elements.as_array().is_some_and(|elements| {
        elements
            .iter()
            .any(|element| holds(expr, &|field| lookup(element, field.names().get(1..).unwrap_or_default())))
    })
}

/// Whether one custom field of `record` fits `customFieldConditions` (`caption`, `value` and the like).
pub fn fits_custom_field(expr: &Expr, record: &Value) -> bool {
    let fields = record["customFields"].as_array().map(Vec::as_slice).unwrap_or_default();
    fields.iter().any(|field| fits(expr, field))
}

fn holds<'a>(expr: &Expr, value: &dyn Fn(&Field) -> &'a Value) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| holds(part, value)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, value)),
        Expr::Test(predicate) => passes(predicate, value(&predicate.field)),
    }
}

/// The value at a path, without regard to case; null when there is none.
pub fn lookup<'a>(record: &'a Value, names: &[String]) -> &'a Value {
    let mut here = record;
    for (depth, name) in names.iter().enumerate() {
        let Some(object) = here.as_object() else { return &Value::Null };
        let found = object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let info = || object.get("_info").filter(|_| depth == 0).and_then(|info| entry(info, name));
        match found.or_else(info) {
            Some(value) => here = value,
            None => return &Value::Null,
        }
    }
    here
}

fn entry<'a>(info: &'a Value, name: &str) -> Option<&'a Value> {
    info.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn passes(predicate: &Predicate, value: &Value) -> bool {
    match &predicate.test {
        Test::Compare(how, literal) => compare(*how, value, literal),
        Test::Contains { not, text } => {
            *not != plain(value).is_some_and(|value| value.contains(&text.to_lowercase()))
        }
        Test::Like { not, pattern } => {
            let pattern = Piece::of(&pattern.to_lowercase());
            *not != plain(value).is_some_and(|value| like(&value.chars().collect::<Vec<_>>(), &pattern))
        }
        Test::In { not, values } => {
            *not != values.iter().any(|literal| compare(Comparison::Equal, value, literal))
        }
    }
}

fn compare(how: Comparison, value: &Value, literal: &Literal) -> bool {
    let order = order(value, literal);
    match how {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// How the value stands to the literal; none when they cannot be compared.
fn order(value: &Value, literal: &Literal) -> Option<Ordering> {
    match literal {
        Literal::Null => value.is_null().then_some(Ordering::Equal),
        Literal::Bool(wanted) => value.as_bool().map(|value| value.cmp(wanted)),
        Literal::Number(wanted) => value.as_f64().and_then(|value| value.partial_cmp(&wanted.value())),
        Literal::Text(wanted) => plain(value).map(|value| value.cmp(&wanted.to_lowercase())),
        Literal::Time(moment) => {
            instant(value).zip(moment.instant()).map(|(value, wanted)| value.cmp(&wanted))
        }
    }
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(Moment::parse).and_then(Moment::instant)
}

/// Text for comparing; numbers and booleans have none, as in Manage.
fn plain(value: &Value) -> Option<String> {
    value.as_str().map(str::to_lowercase)
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Anything,
    One(char),
}

impl Piece {
    /// `%` and `*` stand for anything; `[[]` is a bracket.
    fn of(pattern: &str) -> Vec<Self> {
        let plain = |text: &str| -> Vec<Self> {
            text.chars().map(|c| if matches!(c, '%' | '*') { Self::Anything } else { Self::One(c) }).collect()
        };
        let mut pieces = Vec::new();
        for (index, part) in pattern.split("[[]").enumerate() {
            if index > 0 {
                pieces.push(Self::One('['));
            }
            pieces.extend(plain(part));
        }
        pieces
    }
}

/// Matches with one point of return, so that no pattern takes more than value times pattern steps.
fn like(value: &[char], pattern: &[Piece]) -> bool {
    let (mut at, mut piece) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while at < value.len() {
        match pattern.get(piece) {
            Some(Piece::One(wanted)) if value.get(at) == Some(wanted) => {
                at += 1;
                piece += 1;
            }
            Some(Piece::Anything) => {
                back = Some((piece, at));
                piece += 1;
            }
            _ => match &mut back {
                Some((star, from)) => {
                    *from += 1;
                    at = *from;
                    piece = *star + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(piece).all(|rest| *rest == Piece::Anything)
}

#[cfg(test)]
mod tests;
