//! Exclusions that people write into a monitor's SQL: `AND computers.ComputerID NOT IN (5, 7)`.
//!
//! They belong to the receiver and must survive an update. They are recognised by their form: a column, `NOT IN`
//! and a list of numbers. Everything else in a changed SQL text is an edit, which an update does not touch.

use std::collections::BTreeSet;

/// How much of the text around a clause says where it belongs.
const ANCHOR: usize = 40;

/// One `column NOT IN (numbers)`, with the `AND` before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clause {
    /// From the `AND` (or the column, where there is none) to the closing bracket.
    start: usize,
    end: usize,
    /// From the first number to the last.
    list: (usize, usize),
    column: String,
    ids: BTreeSet<u64>,
}

impl Clause {
    fn text(&self, all: &str) -> String {
        all[self.start..self.end].trim().to_owned()
    }
}

/// Whether two texts differ in nothing but such clauses.
pub fn same_but_for_exclusions(one: &str, other: &str) -> bool {
    skeleton(one) == skeleton(other)
}

/// `offered` with the exclusions that `local` has beyond `before`; none when they cannot be carried over safely.
pub fn carry(before: &str, local: &str, offered: &str) -> Option<String> {
    if local == before {
        return Some(offered.to_owned());
    }
    if before == offered {
        return Some(local.to_owned());
    }
    let (old, here) = (clauses(before), clauses(local));
    let mut text = offered.to_owned();
    for column in columns(&old, &here) {
        text = carry_column(&text, &column, &old, (local, &here))?;
    }
    Some(text)
}

/// The same for a text that was edited besides, or whose exclusions do not all fit: `offered` with those that have a
/// place in it, and the clauses that have none.
pub fn carry_what_fits(before: &str, local: &str, offered: &str) -> (String, Vec<String>) {
    let (old, here) = (clauses(before), clauses(local));
    let edited = skeleton(before) != skeleton(local);
    let (mut text, mut lost) = (offered.to_owned(), Vec::new());
    for column in columns(&old, &here) {
        let clauses: Vec<&Clause> = here.iter().filter(|clause| clause.column == column).collect();
        // Whoever wrote another text may have left the server's exclusions out with the rest.
        if edited && clauses.is_empty() {
            continue;
        }
        match carry_column(&text, &column, &old, (local, &here)) {
            Some(carried) => text = carried,
            None => lost.extend(clauses.iter().map(|clause| clause.text(local))),
        }
    }
    (text, lost)
}

/// The clauses of `local` that exclude something that `offered` does not.
pub fn beyond(local: &str, offered: &str) -> Vec<String> {
    let (here, there) = (clauses(local), clauses(offered));
    let known = |clause: &Clause, id: &u64| {
        there.iter().any(|other| other.column == clause.column && other.ids.contains(id))
    };
    let more = |clause: &&Clause| clause.ids.iter().any(|id| *id != 0 && !known(clause, id));
    here.iter().filter(more).map(|clause| clause.text(local)).collect()
}

/// `text` with what `here` excludes in one column beyond `old`.
fn carry_column(text: &str, column: &str, old: &[Clause], here: (&str, &[Clause])) -> Option<String> {
    let (local, here) = here;
    let ids = |clauses: &[Clause]| -> Vec<BTreeSet<u64>> {
        let of_column = clauses.iter().filter(|clause| clause.column == column);
        of_column.map(|clause| clause.ids.clone()).collect()
    };
    if ids(old) == ids(here) {
        return Some(text.to_owned());
    }
    let (was, now) = (only(old, column)?, only(here, column)?);
    let was = was.map(|clause| clause.ids.clone()).unwrap_or_default();
    let ids = now.map(|clause| clause.ids.clone()).unwrap_or_default();
    let added: BTreeSet<u64> = ids.difference(&was).copied().collect();
    let dropped: BTreeSet<u64> = was.difference(&ids).copied().collect();
    change(text, column, &added, &dropped, now.map(|clause| (local, clause)))
}

/// Adds and drops numbers in the clause of a column, or brings the clause where it stood.
fn change(
    text: &str,
    column: &str,
    added: &BTreeSet<u64>,
    dropped: &BTreeSet<u64>,
    here: Option<(&str, &Clause)>,
) -> Option<String> {
    let found = clauses(text);
    match only(&found, column)? {
        Some(clause) => {
            let ids: Vec<String> =
                clause.ids.union(added).filter(|id| !dropped.contains(id)).map(u64::to_string).collect();
            let (from, to) = clause.list;
            if ids.is_empty() {
                return Some(format!("{}{}", &text[..clause.start], &text[clause.end..]));
            }
            Some(format!("{}{}{}", &text[..from], ids.join(","), &text[to..]))
        }
        None if added.is_empty() => Some(text.to_owned()),
        None => {
            let (local, clause) = here?;
            let at = anchor(local, clause, text)?;
            Some(format!("{}{}{}", &text[..at], &local[clause.start..clause.end], &text[at..]))
        }
    }
}

/// Where in `text` stands what stood around the clause; only a single place will do.
fn anchor(local: &str, clause: &Clause, text: &str) -> Option<usize> {
    let (mut from, mut to) = (clause.start.saturating_sub(ANCHOR), (clause.end + ANCHOR).min(local.len()));
    while !local.is_char_boundary(from) {
        from += 1;
    }
    while !local.is_char_boundary(to) {
        to -= 1;
    }
    let (before, after) = (&local[from..clause.start], &local[clause.end..to]);
    let single = |part: &str| {
        let mut places = text.match_indices(part).map(|(at, _)| at);
        let first = places.next().filter(|_| !part.is_empty())?;
        places.next().is_none().then_some(first)
    };
    if after.trim().is_empty() {
        // At the end: it goes to the end again, if what it follows is still the end.
        return single(before).map(|at| at + before.len()).filter(|at| text[*at..].trim().is_empty());
    }
    let both = single(&format!("{before}{after}")).map(|at| at + before.len());
    both.or_else(|| single(before).map(|at| at + before.len())).or_else(|| single(after))
}

fn columns(one: &[Clause], other: &[Clause]) -> BTreeSet<String> {
    one.iter().chain(other).map(|clause| clause.column.clone()).collect()
}

/// The one clause of a column; nothing fits when there are several.
#[expect(clippy::option_option, reason = "no clause is an answer, several are none")]
fn only<'a>(clauses: &'a [Clause], column: &str) -> Option<Option<&'a Clause>> {
    let mut of_column = clauses.iter().filter(|clause| clause.column == column);
    let first = of_column.next();
    of_column.next().is_none().then_some(first)
}

/// The text without its clauses, blanks folded.
fn skeleton(text: &str) -> String {
    let mut rest = String::new();
    let mut at = 0;
    for clause in clauses(text) {
        rest.push_str(&text[at..clause.start]);
        rest.push(' ');
        at = clause.end;
    }
    rest.push_str(&text[at..]);
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clauses(text: &str) -> Vec<Clause> {
    // ASCII lower case keeps every position.
    let folded = text.to_ascii_lowercase();
    let mut found: Vec<Clause> = Vec::new();
    let mut from = 0;
    while let Some(at) = folded[from..].find("not").map(|at| at + from) {
        from = at + 3;
        let after = found.last().map_or(0, |last| last.end);
        if let Some(clause) = clause(&folded, at).filter(|clause| clause.start >= after) {
            from = clause.end;
            found.push(clause);
        }
    }
    found
}

/// The clause whose `not` stands at `not`.
fn clause(text: &str, not: usize) -> Option<Clause> {
    let rest = text[not + 3..].trim_start().strip_prefix("in")?.trim_start().strip_prefix('(')?;
    let open = text.len() - rest.len();
    let list = &rest[..rest.find(')')?];
    let ids = list.split(',').map(|id| id.trim().parse().ok()).collect::<Option<BTreeSet<u64>>>()?;
    let head = text[..not].trim_end();
    let gap = head.len() < not;
    let part = |c: char| c.is_ascii_alphanumeric() || "_.`".contains(c);
    let start = head
        .rfind(|c: char| !part(c))
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let column = head[start..].replace('`', "");
    if column.is_empty() || !gap || column == "and" || column == "or" {
        return None;
    }
    let lead = text[..start].trim_end();
    let joined = lead.ends_with("and") && !lead[..lead.len() - 3].ends_with(part) && lead.len() < start;
    // With the blanks before it, so that taking it out leaves what stood there.
    let start = if joined { lead[..lead.len() - 3].trim_end().len() } else { start };
    Some(Clause { start, end: open + list.len() + 1, list: (open, open + list.len()), column, ids })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OLD: &str = "SELECT a FROM computers c WHERE c.Free < 5 AND c.LocationID NOT IN (1,2) GROUP BY a";
    const NEW: &str =
        "SELECT a, b FROM computers c WHERE c.Free < 9 AND c.LocationID NOT IN (1,2,3) GROUP BY a";

    #[test]
    fn numbers_that_were_added_here_stay() {
        let local = OLD.replace("(1,2)", "( 1, 2, 77 )");
        assert!(same_but_for_exclusions(OLD, &local));
        assert_eq!(carry(OLD, &local, NEW).unwrap(), NEW.replace("(1,2,3)", "(1,2,3,77)"));
        let dropped = OLD.replace("(1,2)", "(2)");
        assert_eq!(carry(OLD, &dropped, NEW).unwrap(), NEW.replace("(1,2,3)", "(2,3)"));
    }

    #[test]
    fn a_clause_that_was_added_here_goes_where_it_stood() {
        let local = OLD.replace(" GROUP BY", " and c.ComputerID not in (5, 7) GROUP BY");
        assert!(same_but_for_exclusions(OLD, &local));
        let carried = carry(OLD, &local, &OLD.replace("SELECT a", "SELECT a, count(*)")).unwrap();
        assert!(carried.contains("(1,2) and c.ComputerID not in (5, 7) GROUP BY a"), "{carried}");
        let condition = carry("x = 1", "x = 1 AND ClientID NOT IN (4)", "y = 2 and x = 1").unwrap();
        assert_eq!(condition, "y = 2 and x = 1 AND ClientID NOT IN (4)");
    }

    #[test]
    fn what_has_no_place_any_more_is_not_guessed() {
        assert_eq!(carry("x = 1", "x = 1 AND ClientID NOT IN (4)", "z = 2"), None);
        assert_eq!(carry("x = 1", "x = 1 AND ClientID NOT IN (4)", "x = 1 OR z = 2"), None);
        let twice = "a NOT IN (1) OR a NOT IN (2)";
        assert_eq!(carry(twice, "a NOT IN (1) OR a NOT IN (3)", "b"), None);
    }

    #[test]
    fn of_an_edited_text_the_exclusions_are_carried_and_the_others_are_named() {
        let mine = " AND c.ComputerID NOT IN (5)";
        let edited = format!("{}{mine}", OLD.replace("Free < 5", "Free < 50"));
        assert_eq!(carry_what_fits(OLD, &edited, OLD), (format!("{OLD}{mine}"), vec![]));
        let rewritten = format!("SELECT 1{mine}");
        let lost = vec!["AND c.ComputerID NOT IN (5)".to_owned()];
        assert_eq!(carry_what_fits(OLD, &rewritten, NEW), (NEW.to_owned(), lost));
        // The server's own clauses come back with its text, also where there are several of a column.
        let twice = "a NOT IN (1) OR a NOT IN (2)";
        assert_eq!(carry_what_fits(twice, &format!("{twice} OR 1"), "b"), ("b".to_owned(), vec![]));
        assert_eq!(carry_what_fits(OLD, "SELECT 1", NEW), (NEW.to_owned(), vec![]));
    }

    #[test]
    fn other_changes_are_edits() {
        assert!(!same_but_for_exclusions(OLD, &OLD.replace("5", "6")));
        for text in
            ["a NOT IN ('x')", "a NOT IN (SELECT 1)", "NOT IN (1)", "not", "a not in (", "cannot in (1)"]
        {
            assert!(clauses(text).is_empty(), "{text}");
        }
        assert_eq!(clauses("é AND `c`.`Id`  NOT  IN(1 , 2)x")[0].column, "c.id");
    }

    #[test]
    fn more_exclusions_here_are_seen() {
        assert_eq!(beyond("x AND a NOT IN (1,2)", "a NOT IN (1)"), ["AND a NOT IN (1,2)"]);
        assert!(beyond("a NOT IN (0)", "b").is_empty());
        assert!(beyond("a NOT IN (1)", "a NOT IN (1,2)").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_failing(text in "(AND |or |a|é| |not in |NOT IN|\\(1,|2\\)|`|\\.){0,24}") {
            let _ = clauses(&text);
            prop_assert!(same_but_for_exclusions(&text, &text));
            prop_assert_eq!(carry(&text, &text, "x"), Some("x".to_owned()));
            prop_assert_eq!(carry_what_fits(&text, &text, "x"), ("x".to_owned(), vec![]));
            let _ = carry_what_fits("a NOT IN (1)", &text, "b");
        }
    }
}
