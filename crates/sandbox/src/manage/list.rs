//! Lists: conditions, fields, order, pages.

use super::{
    answer::{Answer, bad_condition, refusal},
    collections::Collection,
    world::{Request, World},
};
use manage::conditions::{Comparison, Expr, Literal, Test, evaluate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const INFO: &[&str] = &["lastUpdated", "updatedBy", "dateEntered", "enteredBy"];
const ENUMS: &[(&str, &[&str])] = &[
    ("severity", &["Low", "Medium", "High"]),
    ("impact", &["Low", "Medium", "High"]),
    ("chargeToType", &["Company", "ServiceTicket", "ProjectTicket", "ChargeCode", "Activity"]),
    ("recordType", &["ServiceTicket", "ProjectTicket", "ProjectIssue"]),
];

/// The filters of a request.
pub(super) struct Filters {
    conditions: Option<Expr>,
    child: Option<Expr>,
    custom: Option<Expr>,
    /// The only ids that the conditions allow: a database goes by its key, and looks at nothing else.
    named: Option<BTreeSet<i64>>,
}

impl Filters {
    /// Reads them; `conditions` and the others as given.
    pub(super) fn read(
        collection: &Collection,
        rows: &[&Value],
        [conditions, child, custom]: [Option<&str>; 3],
    ) -> Result<Self, Answer> {
        let conditions = parse(conditions)?;
        if let Some(expr) = &conditions {
            check(collection, rows, expr)?;
        }
        let (child, custom) = (parse(child)?, parse(custom)?);
        let lists =
            |expr: &Expr| expr.predicates().iter().any(|predicate| matches!(predicate.test, Test::In { .. }));
        if [&child, &custom].into_iter().flatten().any(lists) {
            return Err(bad_condition("The in operator is not supported here."));
        }
        let named = conditions.as_ref().and_then(named);
        Ok(Self { conditions, child, custom, named })
    }

    pub(super) fn hold(&self, row: &Value) -> bool {
        let allowed = |ids: &BTreeSet<i64>| row["id"].as_i64().is_some_and(|id| ids.contains(&id));
        self.named.as_ref().is_none_or(allowed)
            && self.conditions.as_ref().is_none_or(|expr| evaluate::fits(expr, row))
            && self.child.as_ref().is_none_or(|expr| evaluate::fits_child(expr, row))
            && self.custom.as_ref().is_none_or(|expr| evaluate::fits_custom_field(expr, row))
    }
}

fn parse(text: Option<&str>) -> Result<Option<Expr>, Answer> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|error: manage::conditions::ConditionError| bad_condition(&error.message))
}

/// The ids that a row must have one of, where conditions say it outright.
fn named(expr: &Expr) -> Option<BTreeSet<i64>> {
    let predicate = match expr {
        Expr::And(parts) => return parts.iter().find_map(named),
        Expr::Or(_) => return None,
        Expr::Test(predicate) => predicate,
    };
    let [field] = predicate.field.names() else { return None };
    let values = match &predicate.test {
        Test::Compare(Comparison::Equal, literal) => std::slice::from_ref(literal),
        Test::In { not: false, values } => values.as_slice(),
        _ => return None,
    };
    let id = |literal: &Literal| match literal {
        Literal::Number(number) => number.as_str().parse().ok(),
        _ => None,
    };
    if field.eq_ignore_ascii_case("id") { values.iter().map(id).collect() } else { None }
}

/// Only known names, no arrays, the right kinds of values.
fn check(collection: &Collection, rows: &[&Value], expr: &Expr) -> Result<(), Answer> {
    for predicate in expr.predicates() {
        let names = predicate.field.names();
        let first = names.first().map(String::as_str).unwrap_or_default();
        let unknown = || bad_condition(&format!("{} is not a recognized name.", predicate.field.path()));
        let known = collection.knows(first) || INFO.iter().any(|info| info.eq_ignore_ascii_case(first));
        let path = [first.to_owned()];
        let kind = rows.iter().map(|row| evaluate::lookup(row, &path)).find(|value| !value.is_null());
        let deeper = names.len() == 1
            || names.get(1).is_some_and(|second| {
                ["id", "name", "identifier", "level"].iter().any(|one| one.eq_ignore_ascii_case(second))
            });
        if !known || !deeper || kind.is_some_and(Value::is_array) {
            return Err(unknown());
        }
        let literals: Vec<&Literal> = match &predicate.test {
            Test::Compare(_, literal) => vec![literal],
            Test::In { values, .. } => values.iter().collect(),
            Test::Contains { .. } | Test::Like { .. } => Vec::new(),
        };
        let is_flag = first.to_lowercase().ends_with("flag");
        if is_flag && literals.iter().any(|literal| !matches!(literal, Literal::Bool(_) | Literal::Null)) {
            return Err(bad_condition(
                "Expected a boolean value, not a numeric or string value. String values should be surrounded by quotes, boolean values are True or False.",
            ));
        }
        let allowed =
            ENUMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(first)).map(|(_, allowed)| *allowed);
        let strange = |literal: &&Literal| matches!((literal, allowed), (Literal::Text(text), Some(allowed)) if !allowed.iter().any(|one| one.eq_ignore_ascii_case(text)));
        if literals.iter().any(strange) {
            return Err(bad_condition("Enum value supplied was invalid"));
        }
    }
    Ok(())
}

/// One page of `rows`, with the `Link` that belongs to it.
pub(super) fn page(
    world: &World,
    collection: &Collection,
    request: &Request,
    mut rows: Vec<Value>,
) -> Result<Answer, Answer> {
    let number = |name: &str| request.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("pageSize").filter(|size| *size > 0).unwrap_or(25).min(1_000);
    let knows_page_id = !world.quirks.without_page_id.contains(collection.table);
    if request.forward_only && knows_page_id {
        if request.parameter("orderBy").is_some() {
            return Err(refusal(
                400,
                "InvalidRequest",
                "orderBy is not supported with forward-only pagination.",
            ));
        }
        let last = request.parameter("pageId").and_then(|id| id.parse::<i64>().ok()).unwrap_or(i64::MIN);
        rows.retain(|row| row["id"].as_i64().is_some_and(|id| id > last));
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().and_then(|row| row["id"].as_i64()).filter(|_| more);
        // The host is the one that people use, with a doubled slash, as seen on real instances.
        let link = next.map(|id| format!("<https://na.myconnectwise.net/v2025_1//apis/3.0/{}?pageSize={size}&pageId={id}>; rel=\"next\"", collection.path));
        return Ok(Answer::ok(shown(world, request, rows)).with("link", link.unwrap_or_default()));
    }
    if !knows_page_id {
        // The newest first unless asked otherwise.
        rows.reverse();
    }
    order(&mut rows, request.parameter("orderBy"));
    let (all, page) = (rows.len(), number("page").unwrap_or(1).max(1));
    let some: Vec<Value> = rows.into_iter().skip((page - 1) * size).take(size).collect();
    let last = all.div_ceil(size).max(1);
    let address = |page: usize, rel: &str| {
        format!(
            "<https://na.myconnectwise.net/v2025_1//apis/3.0/{}?pageSize={size}&page={page}>; rel=\"{rel}\"",
            collection.path
        )
    };
    let mut links = Vec::new();
    if page < last {
        links.extend([address(page + 1, "next"), address(last, "last")]);
    }
    if page > 1 {
        links.extend([address(1, "first"), address(page - 1, "prev")]);
    }
    let answer = Answer::ok(shown(world, request, some));
    Ok(if links.is_empty() { answer } else { answer.with("link", links.join(", ")) })
}

fn order(rows: &mut [Value], by: Option<&str>) {
    let Some(by) = by else { return };
    let mut words = by.split_whitespace();
    let path: Vec<String> = words.next().unwrap_or("id").split('/').map(str::to_owned).collect();
    let key = |row: &Value| {
        let value = evaluate::lookup(row, &path);
        (value.as_i64().unwrap_or_default(), value.as_str().unwrap_or_default().to_lowercase())
    };
    rows.sort_by_key(key);
    if words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc")) {
        rows.reverse();
    }
}

fn shown(world: &World, request: &Request, rows: Vec<Value>) -> Value {
    rows.into_iter().map(|row| show(world, request.parameter("fields"), row)).collect()
}

/// A record as it is sent: nulls are left out, and with `fields` only what was asked for.
pub(super) fn show(world: &World, fields: Option<&str>, row: Value) -> Value {
    let Value::Object(mut row) = row else { return row };
    // What begins with an underscore is the simulator's own.
    row.retain(|name, value| !value.is_null() && (name == "_info" || !name.starts_with('_')));
    if world.quirks.without_info {
        row.remove("_info");
    }
    let Some(fields) = fields else { return Value::Object(row) };
    let mut out = Map::new();
    for wanted in fields.split(',').map(str::trim) {
        let mut names = wanted.splitn(2, '/');
        let (first, second) = (names.next().unwrap_or_default(), names.next());
        let Some((key, value)) = row.iter().find(|(key, _)| key.eq_ignore_ascii_case(first)) else {
            continue;
        };
        match second {
            None => drop(out.insert(key.clone(), value.clone())),
            Some(second) => {
                let entry = out.entry(key.clone()).or_insert_with(|| json!({}));
                entry[second] = evaluate::lookup(value, &[second.to_owned()]).clone();
            }
        }
    }
    Value::Object(out)
}
