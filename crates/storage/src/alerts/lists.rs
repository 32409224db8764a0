//! The conditions of lists.

use super::{rows::listed, texts};
use crate::dynamic::{Statement, Value, containing};
use domain::alert::{AlertFilter, MOST_COUNTED};

/// Where a list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// At the newest alert, or the newest of a person; one after the other until the page is full.
    Listed,
    /// At the few alerts that SQLite's index of texts names.
    Named,
}

/// The start of a list.
pub(super) fn page_of(filter: &AlertFilter, way: Way) -> Statement {
    let start = match (way, filter.mine) {
        (Way::Named, _) => {
            listed!("SELECT", " FROM alerts_index i CROSS JOIN alerts a WHERE a.number = i.rowid")
        }
        (Way::Listed, Some(_)) => {
            listed!("SELECT", " FROM alert_people p CROSS JOIN alerts a WHERE a.id = p.alert_id")
        }
        (Way::Listed, None) => listed!("SELECT", " FROM alerts a WHERE 1 = 1"),
    };
    filtered(Statement::new(start), filter, way)
}

/// How many there are, counted one by one, up to [`MOST_COUNTED`].
pub(super) fn count_of(filter: &AlertFilter, way: Way) -> Statement {
    let start = match (way, filter.mine) {
        (Way::Named, _) => {
            "SELECT COUNT(*) FROM (SELECT 1 FROM alerts_index i CROSS JOIN alerts a WHERE a.number = i.rowid"
        }
        (Way::Listed, Some(_)) => {
            "SELECT COUNT(*) FROM (SELECT 1 FROM alert_people p CROSS JOIN alerts a WHERE a.id = p.alert_id"
        }
        (Way::Listed, None) => "SELECT COUNT(*) FROM (SELECT 1 FROM alerts a WHERE 1 = 1",
    };
    let mut statement = filtered(Statement::new(start), filter, way);
    let most = i64::try_from(MOST_COUNTED).unwrap_or(i64::MAX);
    statement.bind(" LIMIT ?) AS counted", [Value::Number(most)]);
    statement
}

/// How many there are in each state, from the tallies, which know neither people nor texts.
pub(super) fn tallies_of(filter: &AlertFilter) -> Statement {
    let mut statement = Statement::new(
        "SELECT a.state, CAST(SUM(a.number) AS BIGINT) FROM alert_tallies a WHERE a.number > 0",
    );
    narrowed(&mut statement, filter);
    statement.push(" GROUP BY a.state");
    statement
}

/// The order of every list, after the cursor's id.
pub(super) fn ordered(
    statement: &mut Statement,
    filter: &AlertFilter,
    way: Way,
    behind: Option<Value>,
    limit: u32,
) {
    let of_person = way == Way::Listed && filter.mine.is_some();
    if let Some(id) = behind {
        statement.bind(if of_person { " AND p.alert_id < ?" } else { " AND a.id < ?" }, [id]);
    }
    let order = if of_person { " ORDER BY p.alert_id DESC LIMIT ?" } else { " ORDER BY a.id DESC LIMIT ?" };
    statement.bind(order, [Value::Number(i64::from(limit) + 1)]);
}

fn filtered(mut statement: Statement, filter: &AlertFilter, way: Way) -> Statement {
    if way == Way::Named {
        let words = filter.text().and_then(texts::words).unwrap_or_default();
        statement.bind(" AND i.alerts_index MATCH ?", [Value::from(words)]);
    }
    if let Some(person) = filter.mine {
        let whose = match way {
            Way::Listed => " AND p.user_id = ?",
            Way::Named => {
                " AND EXISTS (SELECT 1 FROM alert_people p WHERE p.user_id = ? AND p.alert_id = a.id)"
            }
        };
        statement.bind(whose, [Value::from(person.to_string())]);
    }
    narrowed(&mut statement, filter);
    // An index names the alerts that hold the parts of a text; whether they hold the whole is seen in the text.
    if let Some(text) = filter.text() {
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
