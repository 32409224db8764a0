//! Differences and outlines, as a person reads them.

use domain::{
    content::ItemKey,
    diff::{DiffLine, DiffRow, DiffSection, GENERAL, LineOp, Mention, Outline, SectionKind, Span},
};
use leptos::prelude::*;

fn class_of(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Fields => "lines lines-fields",
        SectionKind::Steps => "lines lines-steps",
        SectionKind::Code => "lines lines-code",
        SectionKind::Tree => "lines lines-tree",
    }
}

/// Sections of differences.
#[component]
pub fn Differences(
    /// The sections.
    sections: Vec<DiffSection>,
) -> impl IntoView {
    sections
        .into_iter()
        .map(|section| {
            let lines = view! { <ol class=class_of(section.kind)>{section.rows.into_iter().map(row).collect_view()}</ol> };
            let counts = view! {
                <span class="plus">{format!("+{}", section.added)}</span>
                <span class="minus">{format!("−{}", section.removed)}</span>
            };
            // Name, folder and switches stand above in words; the lines themselves are one click away.
            if section.title == GENERAL {
                view! { <details class="diff"><summary>{section.title}" as lines "{counts}</summary>{lines}</details> }.into_any()
            } else {
                view! { <section class="diff"><h2>{section.title}{counts}</h2>{lines}</section> }.into_any()
            }
        })
        .collect_view()
}

fn row(row: DiffRow) -> AnyView {
    match row {
        DiffRow::Fold { count } => {
            let word = if count == 1 { "line" } else { "lines" };
            view! { <li class="fold">{format!("… {count} unchanged {word}")}</li> }.into_any()
        }
        DiffRow::Line(line) => line_view(line),
    }
}

fn line_view(line: DiffLine) -> AnyView {
    let (class, sign, told) = match line.op {
        LineOp::Same => ("same", " ", ""),
        LineOp::Added => ("added", "+", "added: "),
        LineOp::Removed => ("removed", "−", "removed: "),
    };
    let number = line.new_number.or(line.old_number).map(|number| number.to_string()).unwrap_or_default();
    // Spans that name the same item are one link, whatever differs within its name.
    let spans = line.spans.chunk_by(|one, next| one.item.is_some() && one.item == next.item).map(|spans| {
        let shown = spans.iter().cloned().map(span_view).collect_view();
        match spans.first().and_then(|span| span.item.as_ref()) {
            Some(item) => link(item, shown.into_any()),
            None => shown.into_any(),
        }
    });
    view! {
        <li class=class data-indent=line.indent.min(8).to_string()>
            <span class="number">{number}</span>
            <span class="sign" aria-hidden="true">{sign}</span>
            <span class="text"><span class="unseen">{told}</span>{spans.collect_view()}</span>
        </li>
    }
    .into_any()
}

fn span_view(span: Span) -> AnyView {
    if span.emphasis {
        view! { <mark>{span.text}</mark> }.into_any()
    } else {
        view! { <span>{span.text}</span> }.into_any()
    }
}

/// The way to another item; its GUID is for those who look closely.
fn link(item: &ItemKey, name: AnyView) -> AnyView {
    let href = format!("/content/{}/{}", item.content_type, item.guid);
    view! { <a href=href title=item.guid.to_string()>{name}</a> }.into_any()
}

/// A line of an outline, with the way to the item that it names.
fn text_view(text: String, about: Option<Mention>) -> AnyView {
    let Some(about) = about else { return text.into_any() };
    let part = |from: usize, to: usize| text.chars().skip(from).take(to - from).collect::<String>();
    let (before, name) = (part(0, about.start), part(about.start, about.end));
    let after = part(about.end, usize::MAX);
    view! { {before}{link(&about.item, name.into_any())}{after} }.into_any()
}

/// An item as it reads.
#[component]
pub fn Reading(
    /// The sections.
    outline: Outline,
) -> impl IntoView {
    outline
        .sections
        .into_iter()
        .map(|section| {
            let lines = section.lines.into_iter().map(|line| {
                let number = line.number.map(|number| number.to_string()).unwrap_or_default();
                view! {
                    <li class="same" data-indent=line.indent.min(8).to_string()>
                        <span class="number">{number}</span><span class="sign"></span><span class="text">{text_view(line.text, line.about)}</span>
                    </li>
                }
            });
            view! {
                <section class="diff">
                    <h2>{section.title}</h2>
                    <ol class=class_of(section.kind)>{lines.collect_view()}</ol>
                </section>
            }
        })
        .collect_view()
}
