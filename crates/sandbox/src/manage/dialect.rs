//! The language of workflow events. Nobody outside the vendor knows it, so it can be exchanged.

use jiff::Timestamp;
use manage::conditions::{Expr, evaluate};
use serde_json::{Value, json};

/// Decides whether an event's condition holds for a ticket.
pub trait Dialect: Send {
    /// Whether it holds; text for people when the condition cannot be understood.
    fn holds(&self, condition: &str, ticket: &Value, now: Timestamp) -> Result<bool, String>;
}

/// The conditions language of lists, with custom fields by their caption and `ageMinutes` beside a ticket's fields.
#[derive(Debug, Clone, Copy)]
pub struct Conditions;

impl Dialect for Conditions {
    fn holds(&self, condition: &str, ticket: &Value, now: Timestamp) -> Result<bool, String> {
        let expr: Expr = condition.parse().map_err(|error| format!("{error}"))?;
        let mut flat = ticket.clone();
        for field in ticket["customFields"].as_array().map(Vec::as_slice).unwrap_or_default() {
            if let Some(caption) = field["caption"].as_str() {
                // A checkbox that was never set is false to a workflow.
                let unset = field["type"] == "Checkbox" && field["value"].is_null();
                flat[caption] = if unset { json!(false) } else { field["value"].clone() };
            }
        }
        let entered = ticket["_info"]["dateEntered"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
        flat["ageMinutes"] = json!(entered.map_or(0, |entered| now.duration_since(entered).as_mins()));
        Ok(evaluate::fits(&expr, &flat))
    }
}
