//! List options in both spellings: the published one (`options.pageSize`) and the one that clients send
//! (`pagesize`).

use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Rows of a page when nothing is asked for.
const USUAL_PAGE: usize = 100;

/// What a request asks for.
#[derive(Debug, Default)]
pub(super) struct Options {
    size: Option<i64>,
    /// The page, from 1.
    pub(super) page: usize,
    order: Option<(String, bool)>,
    included: Vec<String>,
    excluded: Vec<String>,
    expanded: Vec<String>,
    ids: Vec<String>,
    condition: Option<String>,
}

impl Options {
    pub(super) fn read(query: &str) -> Result<Self, String> {
        let mut options = Self { page: 1, ..Self::default() };
        let (mut name, mut direction) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decoded(key).to_ascii_lowercase(), decoded(value));
            let parts = || value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
            match key.trim_end_matches("[]") {
                "pagesize" | "options.pagesize" => options.size = Some(whole(&key, &value)?),
                "page" | "options.page" => {
                    options.page =
                        usize::try_from(whole(&key, &value)?).ok().filter(|page| *page > 0).ok_or("page")?;
                }
                "orderby" => {
                    let (field, way) = value.split_once(' ').unwrap_or((&value, "asc"));
                    (name, direction) = (Some(field.to_owned()), Some(way.to_owned()));
                }
                "options.orderby.name" => name = Some(value),
                "options.orderby.type" => direction = Some(value),
                "includefields" | "options.includedfields" => options.included.extend(parts()),
                "excludefields" | "options.excludedfields" => options.excluded.extend(parts()),
                "expand" | "options.expands" => options.expanded.extend(parts()),
                "ids" | "options.ids" => options.ids.extend(parts()),
                "condition" | "options.condition" => options.condition = Some(value),
                "options.timeout" => {}
                other => return Err(format!("unknown option {other}")),
            }
        }
        let down = direction.is_some_and(|way| way.to_ascii_lowercase().starts_with("desc"));
        options.order = name.map(|name| (name, down));
        Ok(options)
    }

    pub(super) fn expands(&self, field: &str) -> bool {
        self.expanded.iter().any(|name| name.eq_ignore_ascii_case(field))
    }

    pub(super) fn includes(&self, field: &str) -> bool {
        self.included.iter().any(|name| name.eq_ignore_ascii_case(field))
    }

    /// The page that is asked for, of at most `largest` rows.
    pub(super) fn apply(&self, rows: Vec<Value>, largest: Option<usize>) -> Result<Vec<Value>, String> {
        let mut kept = Vec::new();
        for row in rows {
            let named = self.ids.is_empty() || self.ids.contains(&text(&row["Id"]));
            let meets = self.condition.as_deref().map_or(Ok(true), |condition| meets(&row, condition))?;
            if named && meets {
                kept.push(row);
            }
        }
        if let Some((name, down)) = &self.order {
            kept.sort_by(|one, other| {
                let order = compare(&one[name], &other[name]);
                if *down { order.reverse() } else { order }
            });
        }
        let size = match self.size {
            Some(-1) => kept.len().max(1),
            Some(size) => usize::try_from(size).map_err(|_| "pagesize must be positive")?,
            None => USUAL_PAGE,
        };
        let size = largest.map_or(size, |largest| size.min(largest)).max(1);
        let page = kept.into_iter().skip((self.page - 1) * size).take(size);
        Ok(page.map(|row| self.trimmed(row)).collect())
    }

    /// Always the first page.
    pub(super) fn first_page(&self, rows: Vec<Value>) -> Vec<Value> {
        let size = self.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(USUAL_PAGE);
        rows.into_iter().take(size).map(|row| self.trimmed(row)).collect()
    }

    fn trimmed(&self, row: Value) -> Value {
        let Value::Object(members) = row else { return row };
        let wanted = |name: &String| {
            (self.included.is_empty() || self.includes(name))
                && !self.excluded.iter().any(|excluded| excluded.eq_ignore_ascii_case(name))
        };
        Value::Object(members.into_iter().filter(|(name, _)| wanted(name)).collect::<Map<_, _>>())
    }
}

fn whole(key: &str, value: &str) -> Result<i64, String> {
    value.parse().map_err(|_| format!("{key} is no number"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Numbers by value, also when they are written as texts; everything else by text.
fn compare(one: &Value, other: &Value) -> Ordering {
    let number = |value: &Value| text(value).parse::<i64>().ok();
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => text(one).cmp(&text(other)),
    }
}

/// `Field operator value`, joined by `and`.
fn meets(row: &Value, condition: &str) -> Result<bool, String> {
    for part in condition.split(" and ") {
        let words: Vec<&str> = part.trim().splitn(3, ' ').collect();
        let [field, operator, value] = words[..] else {
            return Err(format!("cannot read the condition {part}"));
        };
        let wanted = Value::String(value.trim_matches(['\'', '"']).to_owned());
        let found = field.split(['.', '/']).fold(row, |value, name| &value[name]);
        let order = compare(found, &wanted);
        let holds = match operator {
            "=" | "eq" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "contains" => text(found).contains(&text(&wanted)),
            other => return Err(format!("unknown operator {other}")),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `%20` and `+`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.filter(|_| *first == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        rest = if byte.is_some() { &after[2..] } else { after };
        bytes.push(byte.unwrap_or(if *first == b'+' { b' ' } else { *first }));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows() -> Vec<Value> {
        (1..=5).map(|id| json!({ "Id": id.to_string(), "Name": format!("n{id}"), "On": id > 2 })).collect()
    }

    #[test]
    fn both_spellings_ask_for_the_same() {
        for (short, published) in [
            ("pagesize=2&page=2", "options.pageSize=2&options.page=2"),
            (
                "orderby=Id%20desc&pagesize=1",
                "options.orderBy.name=Id&options.orderBy.type=Descending&options.pageSize=1",
            ),
            ("includefields=Id", "options.includedFields[]=Id"),
            ("excludefields=Name,On", "options.excludedFields=Name&options.excludedFields=On"),
            ("condition=On+%3D+true+and+Id+%3C+5", "options.condition=On%20%3D%20true%20and%20Id%20%3C%205"),
            ("ids=1,4", "options.ids=1&options.ids=4"),
        ] {
            let ask = |query| Options::read(query).unwrap().apply(rows(), None).unwrap();
            assert_eq!(ask(short), ask(published), "{short}");
            assert_ne!(ask(short), rows(), "{short}");
        }
        assert!(Options::read("$select=Id").is_err());
    }

    #[test]
    fn pages_end_with_an_empty_one() {
        let page = |number: usize| {
            Options::read(&format!("pagesize=4&page={number}")).unwrap().apply(rows(), Some(3)).unwrap().len()
        };
        assert_eq!((page(1), page(2), page(3)), (3, 2, 0));
    }
}
