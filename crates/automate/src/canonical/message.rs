//! Alert messages: subject and text for success and failure in one string, separated by `~~~` and `!!!`.

use super::Builder;

/// Splits an alert message into its four parts.
pub(super) fn set(item: &mut Builder, text: &str) {
    let (success, failure) = text.split_once("!!!").unwrap_or((text, ""));
    for (part, subject, body) in
        [(success, "success_subject", "success_message"), (failure, "failure_subject", "failure_message")]
    {
        let (first, second) = part.split_once("~~~").unwrap_or(("", part));
        item.set(subject, first.trim());
        item.set(body, second.trim());
    }
}
