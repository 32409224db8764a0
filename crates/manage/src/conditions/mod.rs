//! Manage's conditions language: what stands in `conditions`, `childConditions` and `customFieldConditions`.
//!
//! - [`ast`]: the tree, and how it is built in code
//! - `print`: the tree as text; what is printed is read back as the same tree
//! - [`parse`]: text to tree, with the place and the remedy when it is wrong
//! - [`evaluate`]: whether a JSON record fits, for dry runs and for the simulator
//!
//! A new kind of test is a variant of [`Test`], a line in each of the three others, and a case in the properties.

pub mod ast;
pub mod evaluate;
pub mod parse;
mod print;
mod token;

pub use ast::{Comparison, Expr, Field, Literal, Moment, Number, Predicate, Test, field};
pub use parse::ConditionError;
