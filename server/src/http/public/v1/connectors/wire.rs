//! The body of a connector: its settings by their fixed keys. What is left out has its default; what nobody knows
//! is refused by name, however deep it stands. An answer may be sent back as it came.

use crate::http::public::problem::Problem;
use domain::{connector::ConnectorInput, secret::Secret};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What an answer has besides the settings.
const ANSWERED: [&str; 5] = ["id", "enabled", "created_at", "made", "has_private_key"];
const PRIVATE_KEY: &str = "private_key";

/// Settings as they were sent.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Settings(Map<String, Value>);

impl Settings {
    /// Whether nothing was sent.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn input(mut self) -> Result<ConnectorInput, Problem> {
        self.0.retain(|name, _| !ANSWERED.contains(&name.as_str()));
        let sent = Value::Object(self.0.clone());
        // By hand: a flattened body would forget where it stood when something is wrong.
        let typed: Option<String> = serde_json::from_value(self.0.remove(PRIVATE_KEY).unwrap_or_default())
            .map_err(|_| Problem::field(422, PRIVATE_KEY, "must be a text"))?;
        let read: Result<ConnectorInput, _> = serde_path_to_error::deserialize(Value::Object(self.0));
        let read = read.map_err(|error| {
            let path = error.path().to_string();
            Problem::field(422, if path == "." { "body" } else { &path }, error.into_inner().to_string())
        })?;
        let input = ConnectorInput { private_key: Secret::typed(typed), ..read };
        let mut known = serde_json::to_value(&input).unwrap_or_default();
        known[PRIVATE_KEY] = Value::Null;
        match unknown(&sent, &known, "") {
            Some(path) => Err(Problem::field(422, &path, "is not a setting of a connector: leave it out")),
            None => Ok(input),
        }
    }
}

/// The first member that was sent and not understood.
fn unknown(sent: &Value, known: &Value, path: &str) -> Option<String> {
    match (sent, known) {
        (Value::Object(sent), Value::Object(known)) => sent.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match known.get(name) {
                Some(known) => unknown(value, known, &path),
                None => Some(path),
            }
        }),
        (Value::Array(sent), Value::Array(known)) => {
            let both = sent.iter().zip(known).enumerate();
            both.map(|(index, (sent, known))| unknown(sent, known, &format!("{path}[{index}]")))
                .find_map(|found| found)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::connector::{Detail, Mode, Winner};
    use serde_json::json;

    fn input(body: Value) -> Result<ConnectorInput, Problem> {
        Settings(body.as_object().unwrap().clone()).input()
    }

    #[test]
    fn a_body_brings_the_key_in_plain_and_what_is_left_out_has_its_default() {
        let read = |body| input(body).unwrap();
        let sent = read(json!({
            "name": "Acme", "private_key": "def", "mode": "rules", "additional_details": ["time_entries"],
            "rules": [{"conditions": "id > 1", "category": "All"}], "conflict_winner": "tandem",
            "status_mapping": {"cw_to_closed": false},
        }));
        assert_eq!(sent.private_key.given(), Some("def"));
        assert_eq!(
            (sent.mode, sent.conflict_winner, sent.poll_interval_seconds),
            (Mode::Rules, Winner::Tandem, 30)
        );
        assert_eq!(sent.additional_details, [Detail::TimeEntries]);
        assert!(!sent.status_mapping.cw_to_closed && sent.status_mapping.cw_to_acknowledged);
        assert_eq!(sent.custom_field_status, "TandemStatus_c");
        assert_eq!(read(json!({"name": "Acme"})).private_key, Secret::Kept);
        assert!(input(json!({"mode": "magic"})).is_err());
    }

    #[test]
    fn an_answer_may_be_sent_back_and_the_key_stays() {
        let mut answer = serde_json::to_value(ConnectorInput::default()).unwrap();
        answer["id"] = json!("x");
        answer["enabled"] = json!(true);
        let read = input(answer).unwrap();
        assert_eq!(read, ConnectorInput { private_key: Secret::Kept, ..ConnectorInput::default() });
        assert_eq!(input(json!({ "private_key": "k" })).unwrap().private_key.given(), Some("k"));
    }

    #[test]
    fn what_nobody_knows_is_named_however_deep() {
        for (body, field) in [
            (json!({ "poll_interval": 5 }), "poll_interval"),
            (json!({ "note_flags": { "internl": true } }), "note_flags.internl"),
            (json!({ "rules": [{ "conditions": "a = 1" }, { "condition": "x" }] }), "rules[1].condition"),
            (json!({ "mode": "both" }), "mode"),
        ] {
            let refused = format!("{:?}", input(body).unwrap_err());
            assert!(refused.contains(field), "{field}: {refused}");
        }
    }
}
