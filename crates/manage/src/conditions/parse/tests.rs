//! Reading and printing are each other's inverse; what is wrong is named with its place.

use super::{ConditionError, Expr};
use crate::conditions::{Comparison, Field, Literal, Moment, Number, Predicate, Test, field};
use jiff::{Timestamp, civil::Date};
use proptest::prelude::*;

fn read(text: &str) -> Expr {
    text.parse().unwrap_or_else(|error: ConditionError| panic!("{text}: {error}"))
}

fn refused(text: &str) -> ConditionError {
    text.parse::<Expr>().unwrap_err()
}

#[test]
fn the_examples_of_the_guide_are_read() {
    for text in [
        "summary = \"phone\"",
        "board/name='Integration' AND summary = \"x\"",
        "lastUpdated > [2016-08-20T18:04:26Z]",
        "lastUpdated >= [2016-08-20]",
        "id in (1,2,3) or closedFlag = False",
        "summary NOT CONTAINS 'test' and summary not like \"%phone*\"",
        "communicationItems/value like \"john@x.com\" AND communicationItems/communicationType=\"Email\"",
        "caption=\"TandemStatus_c\" AND value != null",
        "budgetHours <= -1.5",
    ] {
        let printed = read(text).to_string();
        assert_eq!(read(&printed).to_string(), printed, "{text}");
    }
}

#[test]
fn what_is_printed_is_canonical() {
    let built = field("status/name").equals("New").and(field("id").one_of(&[1, 2]));
    assert_eq!(built.to_string(), "status/name = \"New\" and id in (1,2)");
    assert_eq!(read("a=1 or b=2 and c=3").to_string(), "a = 1 or (b = 2 and c = 3)");
    assert_eq!(read("((a = 'x\\'y'))").to_string(), "a = \"x'y\"");
    assert_eq!(read(r#"a = "say \"hi\" \\ there""#).to_string(), r#"a = "say \"hi\" \\ there""#);
}

#[test]
fn mistakes_are_named_with_place_and_remedy() {
    for (text, at, remedy) in [
        ("", 1, "write one such as"),
        ("status/name = New", 15, "double quotes"),
        ("status == \"x\"", 8, "write one `=`"),
        ("status <> \"x\"", 8, "write `!=`"),
        ("a = 1 && b = 2", 7, "write `and`"),
        ("a = 1 || b = 2", 7, "write `or`"),
        ("a = \"x", 5, "quote"),
        ("a > [yesterday]", 5, "UTC moment"),
        ("(a = 1", 7, "add `)`"),
        ("a = 1)", 6, "remove it"),
        ("a = 1 b = 2", 7, "join the two tests"),
        ("a", 2, "contains, like or in"),
        ("a contains 5", 12, "double quotes"),
        ("a in 5", 6, "list"),
        ("a in (1 2)", 9, "list"),
        ("a in ()", 7, "write \"text\""),
        ("and = 1", 1, "name of a field"),
        ("a/ = 1", 4, "name of a field"),
        ("a = 12x", 5, "digits"),
        ("ä = 1", 1, "double quotes"),
        ("summary = \"ä\" ; drop", 15, "double quotes"),
    ] {
        let error = refused(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.remedy.contains(remedy), "{text}: {error}");
    }
}

#[test]
fn hostile_sizes_are_refused() {
    assert!(refused(&"(".repeat(9_000)).message.contains("too deep"));
    assert!(refused(&"a".repeat(20_000)).message.contains("too long"));
    let deep = format!("{}a = 1{}", "(".repeat(32), ")".repeat(32));
    assert_eq!(read(&deep).to_string(), "a = 1");
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<String>().prop_map(Literal::Text),
        "-?[0-9]{1,12}(\\.[0-9]{1,6})?".prop_map(|text| Literal::Number(Number::parse(&text).unwrap())),
        any::<bool>().prop_map(Literal::Bool),
        Just(Literal::Null),
        (0i64..4_000_000_000).prop_map(|at| Literal::Time(Moment::At(Timestamp::from_second(at).unwrap()))),
        (1i16..9999, 1i8..13, 1i8..28)
            .prop_map(|(year, month, day)| Literal::Time(Moment::Day(Date::new(year, month, day).unwrap()))),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    prop_oneof![
        (prop::sample::select(Comparison::ALL.to_vec()), literal())
            .prop_map(|(how, value)| Test::Compare(how, value)),
        (any::<bool>(), any::<String>()).prop_map(|(not, text)| Test::Contains { not, text }),
        (any::<bool>(), any::<String>()).prop_map(|(not, pattern)| Test::Like { not, pattern }),
        (any::<bool>(), prop::collection::vec(literal(), 1..5))
            .prop_map(|(not, values)| Test::In { not, values }),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let names = prop::collection::vec("[A-Za-z_][A-Za-z0-9_]{0,9}", 1..3);
    let leaf = (names, test()).prop_filter_map("a keyword is no name", |(names, test)| {
        Some(Expr::Test(Predicate { field: Field::new(names)?, test }))
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner, 2..4).prop_map(Expr::Or),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back_as_the_same_tree(expr in expr()) {
        let printed = expr.to_string();
        prop_assume!(printed.len() <= super::LONGEST);
        let again = read(&printed);
        prop_assert_eq!(again.to_string(), printed);
        prop_assert_eq!(again, expr);
    }

    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _either = text.parse::<Expr>();
    }

    #[test]
    fn no_soup_of_words_panics(words in prop::collection::vec(
        prop::sample::select(vec!["a", "/", "=", "!=", "and", "or", "not", "in", "(", ")", ",", "\"x\"", "'", "1", "[2026-01-01]", "\\"]), 0..20)) {
        if let Ok(expr) = words.join(" ").parse::<Expr>() {
            prop_assert_eq!(read(&expr.to_string()), expr);
        }
    }
}
