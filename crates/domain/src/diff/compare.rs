//! Two outlines side by side: added and removed lines, what differs within a line, unchanged runs folded.

use super::{
    DiffLine, DiffRow, DiffSection, LineOp, Mention, Outline, OutlineLine, OutlineSection, SectionKind, Span,
};
use crate::content::ItemKey;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};
use std::collections::HashMap;

/// Unchanged lines kept around a difference.
const CONTEXT: usize = 3;
/// Lines beyond which the words within a line are no longer compared, to keep large differences quick.
const MOST_WORD_DIFFS: usize = 2_000;

/// The sections that differ. `None` stands for an item that is not there: everything is added or removed.
pub fn compare(old: Option<&Outline>, new: Option<&Outline>) -> Vec<DiffSection> {
    let empty = Outline::default();
    let (old, new) = (old.unwrap_or(&empty), new.unwrap_or(&empty));
    titles(old, new)
        .into_iter()
        .map(|(title, kind)| section(title, kind, find(old, title), find(new, title)))
        .filter(|section| section.added + section.removed > 0)
        .collect()
}

/// Headings in reading order: the new side's, then those that only the old side has.
fn titles<'a>(old: &'a Outline, new: &'a Outline) -> Vec<(&'a str, SectionKind)> {
    let head = |section: &'a OutlineSection| (section.title.as_str(), section.kind);
    let mut titles: Vec<_> = new.sections.iter().map(head).collect();
    for section in &old.sections {
        if find(new, &section.title).is_empty() {
            titles.push(head(section));
        }
    }
    titles
}

fn find<'a>(outline: &'a Outline, title: &str) -> &'a [OutlineLine] {
    outline.sections.iter().find(|section| section.title == title).map_or(&[], |section| &section.lines)
}

fn section(title: &str, kind: SectionKind, old: &[OutlineLine], new: &[OutlineLine]) -> DiffSection {
    let lines = diff_lines(old, new);
    let count = |op| u32::try_from(lines.iter().filter(|line| line.op == op).count()).unwrap_or(u32::MAX);
    DiffSection {
        title: title.to_owned(),
        kind,
        added: count(LineOp::Added),
        removed: count(LineOp::Removed),
        rows: fold(lines),
    }
}

fn diff_lines(old: &[OutlineLine], new: &[OutlineLine]) -> Vec<DiffLine> {
    // Numbers instead of texts: what is compared many times is compared quickly.
    let mut numbers = HashMap::new();
    let (old_keys, new_keys) = (keys(old, &mut numbers), keys(new, &mut numbers));
    let words = old.len() + new.len() <= MOST_WORD_DIFFS;
    let mut lines = Vec::with_capacity(new.len());
    for op in capture_diff_slices(Algorithm::Myers, &old_keys, &new_keys) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => lines.extend(
                (0..len).map(|at| plain(LineOp::Same, old.get(old_index + at), new.get(new_index + at))),
            ),
            DiffOp::Delete { old_index, old_len, .. } => {
                lines.extend(old[old_index..old_index + old_len].iter().map(removed));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                lines.extend(new[new_index..new_index + new_len].iter().map(added));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let (gone, come) =
                    (&old[old_index..old_index + old_len], &new[new_index..new_index + new_len]);
                lines.extend(replaced(gone, come, words));
            }
        }
    }
    lines
}

/// Two items of one name are still two.
type Key<'a> = (u8, &'a str, Option<&'a ItemKey>);

fn keys<'a>(lines: &'a [OutlineLine], numbers: &mut HashMap<Key<'a>, usize>) -> Vec<usize> {
    let key = |line: &'a OutlineLine| {
        let next = numbers.len();
        let about = line.about.as_ref().map(|about| &about.item);
        *numbers.entry((line.indent, line.text.as_str(), about)).or_insert(next)
    };
    lines.iter().map(key).collect()
}

fn removed(line: &OutlineLine) -> DiffLine {
    plain(LineOp::Removed, Some(line), None)
}

fn added(line: &OutlineLine) -> DiffLine {
    plain(LineOp::Added, None, Some(line))
}

fn plain(op: LineOp, old: Option<&OutlineLine>, new: Option<&OutlineLine>) -> DiffLine {
    let shown = new.or(old);
    DiffLine {
        op,
        old_number: old.and_then(|line| line.number),
        new_number: new.and_then(|line| line.number),
        indent: shown.map_or(0, |line| line.indent),
        spans: shown
            .map(|line| named(vec![span(&line.text, false)], line.about.as_ref()))
            .unwrap_or_default(),
    }
}

fn span(text: &str, emphasis: bool) -> Span {
    Span { text: text.to_owned(), emphasis, item: None }
}

/// The spans cut at both ends of the name of another item, which is marked.
fn named(spans: Vec<Span>, about: Option<&Mention>) -> Vec<Span> {
    let Some(about) = about else { return spans };
    let mut cut = Vec::with_capacity(spans.len() + 2);
    let mut at = 0;
    for Span { text, emphasis, .. } in spans {
        let end = at + text.chars().count();
        let mut letters = text.chars();
        for (stop, inside) in [(about.start, false), (about.end, true), (end, false)] {
            let stop = stop.clamp(at, end);
            let text: String = letters.by_ref().take(stop - at).collect();
            at = stop;
            if !text.is_empty() {
                cut.push(Span { text, emphasis, item: inside.then(|| about.item.clone()) });
            }
        }
    }
    cut
}

/// Removed lines, then added ones; where as many came as went, what differs within each pair is emphasised.
fn replaced(gone: &[OutlineLine], come: &[OutlineLine], words: bool) -> Vec<DiffLine> {
    let mut old: Vec<DiffLine> = gone.iter().map(removed).collect();
    let mut new: Vec<DiffLine> = come.iter().map(added).collect();
    if words && gone.len() == come.len() {
        for (index, (before, after)) in gone.iter().zip(come).enumerate() {
            if let Some((old_spans, new_spans)) = emphasise(&before.text, &after.text) {
                old[index].spans = named(old_spans, before.about.as_ref());
                new[index].spans = named(new_spans, after.about.as_ref());
            }
        }
    }
    old.append(&mut new);
    old
}

/// The two texts with their differing words marked; none when they have too little in common to help.
fn emphasise(old: &str, new: &str) -> Option<(Vec<Span>, Vec<Span>)> {
    let diff = TextDiff::from_words(old, new);
    if diff.ratio() < 0.4 {
        return None;
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut left, text, false);
                push(&mut right, text, false);
            }
            ChangeTag::Delete => push(&mut left, text, true),
            ChangeTag::Insert => push(&mut right, text, true),
        }
    }
    Some((left, right))
}

fn push(spans: &mut Vec<Span>, text: &str, emphasis: bool) {
    match spans.last_mut() {
        Some(last) if last.emphasis == emphasis => last.text.push_str(text),
        _ => spans.push(span(text, emphasis)),
    }
}

/// Folds runs of unchanged lines that are far from any difference.
fn fold(lines: Vec<DiffLine>) -> Vec<DiffRow> {
    let near = near_a_difference(&lines);
    let mut rows: Vec<DiffRow> = Vec::new();
    for (line, keep) in lines.into_iter().zip(near) {
        match (keep, rows.last_mut()) {
            (true, _) => rows.push(DiffRow::Line(line)),
            (false, Some(DiffRow::Fold { count })) => *count += 1,
            (false, _) => rows.push(DiffRow::Fold { count: 1 }),
        }
    }
    rows
}

fn near_a_difference(lines: &[DiffLine]) -> Vec<bool> {
    let mut near = vec![false; lines.len()];
    for (index, _) in lines.iter().enumerate().filter(|(_, line)| line.op != LineOp::Same) {
        let end = (index + CONTEXT + 1).min(lines.len());
        near[index.saturating_sub(CONTEXT)..end].fill(true);
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{ContentType, Guid};
    use proptest::prelude::*;

    fn outline(lines: &[String]) -> Outline {
        let lines = lines
            .iter()
            .zip(1..)
            .map(|(text, number)| OutlineLine::new(0, text.clone()).numbered(number))
            .collect();
        Outline { sections: vec![OutlineSection { title: "Then".into(), kind: SectionKind::Steps, lines }] }
    }

    fn words(text: &str) -> Vec<String> {
        text.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn equal_items_have_no_section() {
        let one = outline(&words("a|b"));
        assert!(compare(Some(&one), Some(&one)).is_empty());
    }

    /// Ten thousand lines, of which nothing stayed: the worst that a comparison can meet, and it must end soon.
    #[test]
    fn ten_thousand_lines_that_all_differ_are_compared() {
        let lines = |mark: &str| (0..10_000).map(|number| format!("{mark} {number}")).collect::<Vec<_>>();
        let sections = compare(Some(&outline(&lines("old"))), Some(&outline(&lines("new"))));
        assert_eq!((sections[0].added, sections[0].removed), (10_000, 10_000));
    }

    #[test]
    fn an_inserted_step_does_not_touch_the_others() {
        let sections = compare(Some(&outline(&words("a|b"))), Some(&outline(&words("new|a|b"))));
        assert_eq!((sections[0].added, sections[0].removed), (1, 0));
    }

    #[test]
    fn the_differing_word_is_emphasised() {
        let sections = compare(
            Some(&outline(&words("Wait for 10 seconds then go"))),
            Some(&outline(&words("Wait for 30 seconds then go"))),
        );
        let marked: Vec<String> = sections[0]
            .rows
            .iter()
            .filter_map(|row| match row {
                DiffRow::Line(line) => {
                    line.spans.iter().find(|span| span.emphasis).map(|span| span.text.clone())
                }
                DiffRow::Fold { .. } => None,
            })
            .collect();
        assert_eq!(marked, ["10", "30"]);
    }

    #[test]
    fn long_unchanged_runs_are_folded() {
        let old: Vec<String> = (0..30).map(|n| format!("step {n}")).collect();
        let mut new = old.clone();
        new[0] = "other".into();
        let sections = compare(Some(&outline(&old)), Some(&outline(&new)));
        assert_eq!(sections[0].rows.last(), Some(&DiffRow::Fold { count: 26 }));
    }

    #[test]
    fn the_name_of_another_item_is_marked_whatever_else_differs() {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        let item = ItemKey::new(ContentType::Groups, guid);
        let about = Mention { item: item.clone(), start: 7, end: 18 };
        let marked = |spans: Vec<Span>| -> Vec<(String, bool, bool)> {
            let told = named(spans, Some(&about)).into_iter();
            told.map(|span| (span.text, span.emphasis, span.item.as_ref() == Some(&item))).collect()
        };
        let part = |text: &str, emphasis, item| (text.to_owned(), emphasis, item);
        assert_eq!(
            marked(vec![span("Group: Büro Server (x)", false)]),
            [part("Group: ", false, false), part("Büro Server", false, true), part(" (x)", false, false)]
        );
        assert_eq!(
            marked(vec![span("Group: Büro ", false), span("Server", true)]),
            [part("Group: ", false, false), part("Büro ", false, true), part("Server", true, true)]
        );
    }

    proptest! {
        #[test]
        fn a_comparison_holds_both_sides(old in proptest::collection::vec("[abc]{1,2}", 0..20),
                                         new in proptest::collection::vec("[abc]{1,2}", 0..20)) {
            let lines = diff_lines(
                outline(&old).sections[0].lines.as_slice(),
                outline(&new).sections[0].lines.as_slice(),
            );
            let side = |skip: LineOp| -> Vec<String> {
                lines.iter().filter(|line| line.op != skip)
                    .map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect()
            };
            prop_assert_eq!(side(LineOp::Added), old);
            prop_assert_eq!(side(LineOp::Removed), new);
        }
    }
}
