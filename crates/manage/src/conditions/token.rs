//! Text to tokens, each with the place where it begins.

use super::{
    ast::{Comparison, Literal, Moment, Number},
    parse::ConditionError,
};
use winnow::{
    LocatingSlice, ModalResult, Parser as _,
    combinator::{alt, delimited, opt, preceded, repeat},
    stream::Location as _,
    token::{any, none_of, one_of, take_till, take_while},
};

/// What a condition is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Comma,
    Slash,
    Compare(Comparison),
    /// A name or a keyword.
    Word(String),
    Value(Literal),
}

/// A token and the byte where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

type Input<'a> = LocatingSlice<&'a str>;

/// Whether a word belongs to the language and so cannot be a name.
pub(super) fn is_keyword(word: &str) -> bool {
    ["and", "or", "not", "contains", "like", "in", "true", "false", "null"]
        .iter()
        .any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// All tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, ConditionError> {
    let mut input = LocatingSlice::new(text);
    let mut found = Vec::new();
    loop {
        blank(&mut input).map_err(|_| unknown(text, input.current_token_start()))?;
        let at = input.current_token_start();
        if at >= text.len() {
            return Ok(found);
        }
        match one(&mut input) {
            Ok(token) => found.push(Placed { token, at }),
            Err(_) => return Err(unknown(text, at)),
        }
    }
}

fn blank(input: &mut Input<'_>) -> ModalResult<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn one(input: &mut Input<'_>) -> ModalResult<Token> {
    alt((
        '('.value(Token::Open),
        ')'.value(Token::Close),
        ','.value(Token::Comma),
        '/'.value(Token::Slash),
        comparison.map(Token::Compare),
        text.map(|text| Token::Value(Literal::Text(text))),
        moment.map(|moment| Token::Value(Literal::Time(moment))),
        number.map(|number| Token::Value(Literal::Number(number))),
        word.map(|word| Token::Word(word.to_owned())),
    ))
    .parse_next(input)
}

fn comparison(input: &mut Input<'_>) -> ModalResult<Comparison> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let sign = alt((
        "!=".value(NotEqual),
        "<=".value(LessOrEqual),
        ">=".value(GreaterOrEqual),
        "=".value(Equal),
        "<".value(Less),
        ">".value(Greater),
    ));
    (sign, winnow::combinator::not(one_of(['=', '<', '>', '!']))).map(|(sign, ())| sign).parse_next(input)
}

fn text(input: &mut Input<'_>) -> ModalResult<String> {
    let inside = |quote: char| {
        let escaped = preceded('\\', any);
        repeat(0.., alt((escaped, none_of([quote, '\\'])))).fold(String::new, |mut text, character: char| {
            text.push(character);
            text
        })
    };
    alt((delimited('"', inside('"'), '"'), delimited('\'', inside('\''), '\''))).parse_next(input)
}

fn moment(input: &mut Input<'_>) -> ModalResult<Moment> {
    delimited('[', take_till(0..40, ']'), ']').verify_map(Moment::parse).parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<Number> {
    let digits = || take_while(1.., |c: char| c.is_ascii_digit());
    let end = winnow::combinator::not(one_of(|c: char| c.is_alphanumeric() || c == '_'));
    (opt('-'), digits(), opt(('.', digits())), end).take().verify_map(numeral).parse_next(input)
}

fn numeral(text: &str) -> Option<Number> {
    Number::parse(text)
}

fn word<'a>(input: &mut Input<'a>) -> ModalResult<&'a str> {
    let first = one_of(|c: char| c.is_ascii_alphabetic() || c == '_');
    (first, take_while(0.., |c: char| c.is_ascii_alphanumeric() || c == '_')).take().parse_next(input)
}

/// Says what is wrong with the first character that begins no token.
fn unknown(text: &str, at: usize) -> ConditionError {
    let rest = text.get(at..).unwrap_or_default();
    let (message, remedy) = match rest.chars().next() {
        Some('"' | '\'') => ("the text has no closing quote", "end it with the quote that it begins with"),
        Some('[') => (
            "this is not a date",
            "write a UTC moment such as [2026-08-20T18:04:26Z], or a day such as [2026-08-20]",
        ),
        Some('=') => ("`==` is not a comparison", "write one `=`"),
        Some('<') => ("`<>` is not a comparison", "write `!=` for not equal"),
        Some('!') => (
            "`!` alone is not a comparison",
            "write `!=` for not equal, or `not contains`, `not like`, `not in`",
        ),
        Some('&') => ("`&` is not a word of the language", "write `and`"),
        Some('|') => ("`|` is not a word of the language", "write `or`"),
        Some('-' | '0'..='9') => {
            ("this is not a number", "write digits with an optional sign and point, without quotes")
        }
        Some(_) => (
            "this character means nothing here",
            "put text in double quotes; names have letters, digits and `_`",
        ),
        None => ("the condition ends too early", "finish it"),
    };
    ConditionError::new(text, at, message, remedy)
}
