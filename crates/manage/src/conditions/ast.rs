//! The tree of a condition, and how it is built in code:
//! `field("board/name").equals("Service Desk").and(field("closedFlag").equals(false))`.

use jiff::{Timestamp, civil::Date};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// All of them hold; two or more.
    And(Vec<Expr>),
    /// At least one of them holds; two or more.
    Or(Vec<Expr>),
    /// One test of one field.
    Test(Predicate),
}

impl Expr {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Expr) -> Expr {
        match self {
            Expr::And(mut all) => {
                all.push(other);
                Expr::And(all)
            }
            one => Expr::And(vec![one, other]),
        }
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Expr) -> Expr {
        match self {
            Expr::Or(mut any) => {
                any.push(other);
                Expr::Or(any)
            }
            one => Expr::Or(vec![one, other]),
        }
    }

    /// Every test in it, from left to right.
    pub fn predicates(&self) -> Vec<&Predicate> {
        match self {
            Expr::And(parts) | Expr::Or(parts) => parts.iter().flat_map(Expr::predicates).collect(),
            Expr::Test(predicate) => vec![predicate],
        }
    }
}

/// One test of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// What is looked at.
    pub field: Field,
    /// What must hold.
    pub test: Test,
}

/// A field, by its path: `status/name` is the names `status` and `name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field(Vec<String>);

impl Field {
    /// A field from its names; none when a name is empty, is a keyword, or has characters that names do not have.
    pub fn new(names: Vec<String>) -> Option<Self> {
        let fits = |name: &String| {
            let mut characters = name.chars();
            characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
                && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !super::token::is_keyword(name)
        };
        (!names.is_empty() && names.iter().all(fits)).then_some(Self(names))
    }

    /// The names on the way.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The path with slashes.
    pub fn path(&self) -> String {
        self.0.join("/")
    }
}

/// What must hold for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `field = literal` and its kin.
    Compare(Comparison, Literal),
    /// `field [not] contains "text"`.
    Contains {
        /// Whether it must not.
        not: bool,
        /// The part.
        text: String,
    },
    /// `field [not] like "pattern"` with the wildcards `%` and `*`.
    Like {
        /// Whether it must not.
        not: bool,
        /// The pattern.
        pattern: String,
    },
    /// `field [not] in (a, b)`.
    In {
        /// Whether it must not.
        not: bool,
        /// The values; one or more.
        values: Vec<Literal>,
    },
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A value in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Text in quotes.
    Text(String),
    /// A number without quotes.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A moment or a day in square brackets.
    Time(Moment),
}

/// A number as it was written, so that nothing is rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Reads digits with an optional sign and point.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) =
            digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (plain(whole) && part.is_none_or(plain)).then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value, for comparing.
    pub fn value(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

/// A point in time, or a whole day (midnight UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// To the second, in UTC.
    At(Timestamp),
    /// A day.
    Day(Date),
}

impl Moment {
    /// Reads `2016-08-20T18:04:26Z` or `2016-08-20`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        text.parse().map(Self::At).or_else(|_| text.parse().map(Self::Day)).ok()
    }

    /// The instant; a day begins at midnight UTC.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Day(day) => day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp()),
        }
    }
}

macro_rules! literal {
    ($($from:ty => |$value:ident| $made:expr),+ $(,)?) => {$(
        impl From<$from> for Literal {
            fn from($value: $from) -> Self {
                $made
            }
        }
    )+};
}

literal! {
    &str => |value| Literal::Text(value.to_owned()),
    String => |value| Literal::Text(value),
    bool => |value| Literal::Bool(value),
    i64 => |value| Literal::Number(Number(value.to_string())),
    Timestamp => |value| Literal::Time(Moment::At(value)),
    Date => |value| Literal::Time(Moment::Day(value)),
}

/// Begins a test of a field of Manage. The path is written by us, not typed by a person: what is not a path is
/// left for Manage to refuse by name.
pub fn field(path: &str) -> Subject {
    Subject(Field(path.split('/').map(str::to_owned).collect()))
}

/// A field that waits for its test.
#[derive(Debug, Clone)]
pub struct Subject(Field);

impl Subject {
    fn is(self, test: Test) -> Expr {
        Expr::Test(Predicate { field: self.0, test })
    }

    /// Compares.
    pub fn compares(self, how: Comparison, value: impl Into<Literal>) -> Expr {
        self.is(Test::Compare(how, value.into()))
    }

    /// `=`
    pub fn equals(self, value: impl Into<Literal>) -> Expr {
        self.compares(Comparison::Equal, value)
    }

    /// `!=`
    pub fn differs(self, value: impl Into<Literal>) -> Expr {
        self.compares(Comparison::NotEqual, value)
    }

    /// `>`
    pub fn after(self, value: impl Into<Literal>) -> Expr {
        self.compares(Comparison::Greater, value)
    }

    /// Holds a part.
    pub fn contains(self, text: impl Into<String>) -> Expr {
        self.is(Test::Contains { not: false, text: text.into() })
    }

    /// Does not hold a part; what is null holds none.
    pub fn lacks(self, text: impl Into<String>) -> Expr {
        self.is(Test::Contains { not: true, text: text.into() })
    }

    /// Is one of `texts`.
    pub fn among(self, texts: &[&str]) -> Expr {
        self.is(Test::In { not: false, values: texts.iter().map(|text| Literal::from(*text)).collect() })
    }

    /// Is one of `ids`.
    pub fn one_of(self, ids: &[i64]) -> Expr {
        self.is(Test::In { not: false, values: ids.iter().map(|id| Literal::from(*id)).collect() })
    }
}
