//! What `tandem receiver` prints for people.

use domain::diff::{DiffRow, DiffSection, LineOp};
use receiver::{ItemStatus, SyncResult, ThreeWay};

/// One item and its state.
pub(super) fn status(row: &ItemStatus) -> String {
    let kept_out = if row.mass_sync { "" } else { "  (not in mass sync)" };
    format!(
        "{:<17} {:<17} {:>4} -> {:<4} {}  {}{kept_out}",
        row.state.as_str(),
        row.content_type.as_str(),
        version(row.installed_version),
        version(row.offered_version),
        row.guid,
        row.name
    )
}

fn version(number: Option<u32>) -> String {
    number.map_or("-".to_owned(), |number| number.to_string())
}

/// What was done with an item; in a dry run also which rows and columns that would touch.
pub(super) fn done(result: &SyncResult, planned: bool) -> Vec<String> {
    let word = result.action.word(planned);
    let mut lines =
        vec![format!("{word} {} {} {}", result.content_type.singular(), result.guid, result.name)];
    if planned {
        let effects = result.effects.iter().map(ToString::to_string);
        lines.extend(effects.flat_map(|text| text.lines().map(indented).collect::<Vec<_>>()));
    }
    lines.extend(result.notes.iter().map(|note| indented(note)));
    lines
}

fn indented(text: &str) -> String {
    format!("  {text}")
}

/// An item three ways.
pub(super) fn three_way(item: &ThreeWay) -> Vec<String> {
    let (installed, offered) = (version(item.installed_version), version(item.offered_version));
    let name = item.offered.as_ref().or(item.here.as_ref()).or(item.installed.as_ref());
    let mut lines: Vec<String> = name
        .map(|item| format!("{} {} {}", item.content_type.singular(), item.guid, item.name))
        .into_iter()
        .collect();
    if item.installed.is_some() {
        lines.extend(part(&format!("changed here since version {installed}"), &item.changed_here()));
        lines.extend(part(
            &format!("changed by the server, version {installed} -> {offered}"),
            &item.changed_there(),
        ));
    } else {
        lines.push("what was installed before is not known".into());
        lines.extend(part(&format!("here -> version {offered}"), &item.to_come()));
    }
    lines.push("== belongs to this side and stays".into());
    match item.kept() {
        Ok(kept) if kept.is_empty() => lines.push("  nothing differs".into()),
        Ok(kept) => lines.extend(
            kept.iter().map(|kept| format!("  {}: {} (offered: {})", kept.member, kept.local, kept.offered)),
        ),
        Err(message) => lines.push(format!("  {message}")),
    }
    lines
}

fn part(title: &str, sections: &[DiffSection]) -> Vec<String> {
    let mut lines = vec![format!("== {title}")];
    if sections.is_empty() {
        lines.push("  no difference".into());
    }
    for section in sections {
        lines.push(format!("  {}", section.title));
        lines.extend(section.rows.iter().map(line));
    }
    lines
}

fn line(row: &DiffRow) -> String {
    match row {
        DiffRow::Fold { count } => format!("    … {count} lines"),
        DiffRow::Line(line) => {
            let sign = match line.op {
                LineOp::Same => ' ',
                LineOp::Added => '+',
                LineOp::Removed => '-',
            };
            let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
            let indent = " ".repeat(usize::from(line.indent) * 2);
            // Control characters in content must not reach the terminal.
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            format!("  {sign} {indent}{text}")
        }
    }
}
