//! The conditions of lists.

use super::rows::listed;
use crate::dynamic::{Statement, Value, containing};
use domain::alert::AlertFilter;

/// The start of a list: from a person's alerts, or from all.
pub(super) fn page_of(filter: &AlertFilter) -> Statement {
    let start = match filter.mine {
        Some(_) => listed!("SELECT", " FROM alert_people p CROSS JOIN alerts a WHERE a.id = p.alert_id"),
        None => listed!("SELECT", " FROM alerts a WHERE 1 = 1"),
    };
    filtered(Statement::new(start), filter)
}

/// How many there are in each state.
pub(super) fn counts_of(filter: &AlertFilter) -> Statement {
    let start = match filter.mine {
        Some(_) => "SELECT a.state, COUNT(*) FROM alert_people p CROSS JOIN alerts a WHERE a.id = p.alert_id",
        None => "SELECT a.state, COUNT(*) FROM alerts a WHERE 1 = 1",
    };
    let mut statement = filtered(Statement::new(start), filter);
    statement.push(" GROUP BY a.state");
    statement
}

/// The same from the tallies, which know neither people nor texts.
pub(super) fn tallies_of(filter: &AlertFilter) -> Statement {
    let mut statement = Statement::new(
        "SELECT a.state, CAST(SUM(a.number) AS BIGINT) FROM alert_tallies a WHERE a.number > 0",
    );
    narrowed(&mut statement, filter);
    statement.push(" GROUP BY a.state");
    statement
}

/// Whether the tallies can answer.
pub(super) fn is_tallied(filter: &AlertFilter) -> bool {
    filter.mine.is_none() && text(filter).is_none()
}

/// The order of every list, after the cursor's id.
pub(super) fn ordered(statement: &mut Statement, filter: &AlertFilter, behind: Option<Value>, limit: u32) {
    let mine = filter.mine.is_some();
    if let Some(id) = behind {
        statement.bind(if mine { " AND p.alert_id < ?" } else { " AND a.id < ?" }, [id]);
    }
    let order = if mine { " ORDER BY p.alert_id DESC LIMIT ?" } else { " ORDER BY a.id DESC LIMIT ?" };
    statement.bind(order, [Value::Number(i64::from(limit) + 1)]);
}

fn filtered(mut statement: Statement, filter: &AlertFilter) -> Statement {
    if let Some(person) = filter.mine {
        statement.bind(" AND p.user_id = ?", [Value::from(person.to_string())]);
    }
    narrowed(&mut statement, filter);
    if let Some(text) = text(filter) {
        statement.bind(" AND a.search_text LIKE ? ESCAPE '\\'", [containing(text)]);
    }
    statement
}

fn narrowed(statement: &mut Statement, filter: &AlertFilter) {
    if let Some(category) = &filter.category {
        statement.bind(" AND a.category_folded = ?", [Value::from(category.trim().to_lowercase())]);
    }
    if let Some(connector) = filter.connector {
        statement.bind(" AND a.connector_id = ?", [Value::from(connector.to_string())]);
    }
    if let Some(state) = filter.state {
        statement.bind(" AND a.state = ?", [Value::from(state.as_str())]);
    }
}

fn text(filter: &AlertFilter) -> Option<&str> {
    filter.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
