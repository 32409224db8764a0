//! What serde says about a value, as a refusal that names the field.

use domain::field::FieldError;

/// The refusal behind an error at `path`. `whole` names what was read when the path is empty.
pub(super) fn field_error(path: &str, message: &str, whole: &str) -> FieldError {
    let path = if path == "." { "" } else { path };
    let message = message.split(" at line ").next().unwrap_or(message);
    let (name, told) = match quoted(message) {
        Some((name, "missing field")) => (Some(name), "is missing".to_owned()),
        Some((name, "unknown field")) => (Some(name), unknown(message)),
        Some((name, "duplicate field")) => (Some(name), "stands there twice".to_owned()),
        _ => (None, message.to_owned()),
    };
    FieldError::new(joined(path, name, whole), told)
}

/// The name and the words before it, from messages such as ``missing field `name` ``.
fn quoted(message: &str) -> Option<(&str, &str)> {
    let (words, rest) = message.split_once(" `")?;
    Some((rest.split_once('`')?.0, words))
}

/// `is not known here: use name, path`.
fn unknown(message: &str) -> String {
    let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
    if known.is_empty() { "is not known here".into() } else { format!("is not known here: use {}", known.join(", ")) }
}

fn joined(path: &str, name: Option<&str>, whole: &str) -> String {
    match (path, name) {
        ("", None) => whole.to_owned(),
        ("", Some(name)) => name.to_owned(),
        (path, None) => path.to_owned(),
        // Some errors are found when the path already ends with the field.
        (path, Some(name)) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::field_error;

    #[test]
    fn messages_become_fields() {
        for (path, message, field, told) in [
            (".", "missing field `name` at line 1 column 2", "name", "is missing"),
            ("items[2]", "missing field `guid`", "items[2].guid", "is missing"),
            ("nmae", "unknown field `nmae`, expected `name` or `path`", "nmae", "is not known here: use name, path"),
            (".", "unknown field `x`, there are no fields", "x", "is not known here"),
            (".", "duplicate field `name`", "name", "stands there twice"),
            (".", "invalid type: sequence, expected struct Body", "body", "invalid type: sequence, expected struct Body"),
            ("limit", "must be a whole number", "limit", "must be a whole number"),
        ] {
            let found = field_error(path, message, "body");
            assert_eq!((found.field.as_str(), found.message.as_str()), (field, told), "{path} {message}");
        }
    }
}
