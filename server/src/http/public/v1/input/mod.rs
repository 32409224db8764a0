//! Reading requests strictly: what is misspelt, too large or of another kind is refused by name.
//!
//! [`body`] reads JSON, [`query`] the part after `?`, [`path`] the names in the address, [`words`] single
//! values. A handler takes one of their extractors; all of them refuse with a problem document.

pub(super) mod body;
pub(super) mod path;
pub(super) mod query;
mod refusal;
pub(super) mod words;
