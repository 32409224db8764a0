//! Script bodies (`automate-api.md` section 4.1): base64 of gzip of XML.

use super::Wrong;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::content::{
    canonical::clean_text,
    script::{Section, Step, read_os_limit},
};
use flate2::read::GzDecoder;
use roxmltree::{Document, Node};
use std::io::Read as _;

/// The largest body after unpacking, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A decoded body.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The steps in running order, section by section.
    pub steps: Vec<Step>,
    /// The texts of `Parameters`.
    pub parameters: Vec<String>,
    /// The texts of `Globals`.
    pub globals: Vec<String>,
    /// The texts of `ExtraDataFields`.
    pub extra_data_fields: Vec<String>,
}

/// Decodes a body. An empty column is a script without steps.
pub fn decode(column: &str, line: u32) -> Result<Body, Wrong> {
    let packed: String = column.chars().filter(|c| !c.is_whitespace()).collect();
    if packed.is_empty() {
        return Ok(Body::default());
    }
    let xml = if column.trim_start().starts_with('<') { column.to_owned() } else { unpack(&packed, line)? };
    let xml = xml.trim_start_matches('\u{feff}').trim_start();
    super::check_depth(xml).map_err(|wrong| Wrong::at(line, wrong.message))?;
    let document = Document::parse(xml)
        .map_err(|error| Wrong::at(line, format!("has a body that is not XML ({error}): export it again")))?;
    Ok(read(document.root_element()))
}

fn unpack(packed: &str, line: u32) -> Result<String, Wrong> {
    let wrong = |what: &str| Wrong::at(line, format!("has a body that {what}: export it again"));
    let bytes = STANDARD.decode(packed).map_err(|_| wrong("is not base64"))?;
    let mut text = Vec::new();
    // One byte more than allowed tells a large body from one that is too large.
    let read = GzDecoder::new(bytes.as_slice()).take(LARGEST + 1).read_to_end(&mut text);
    read.map_err(|_| wrong("is not gzip"))?;
    if text.len() as u64 > LARGEST {
        return Err(wrong("is larger than 64 MB when unpacked"));
    }
    String::from_utf8(text).map_err(|_| wrong("is not UTF-8"))
}

fn read(root: Node<'_, '_>) -> Body {
    let mut steps: Vec<(i64, Step)> = children(root, "ScriptSteps").map(|node| step(node)).collect();
    // `Sort` only numbers the steps of a section; the order is what counts.
    steps.sort_by_key(|(sort, step)| (step.section, *sort));
    let head = children(root, "Scripts").next();
    let texts = |name: &'static str| -> Vec<String> {
        let node = head.and_then(|head| children(head, name).next());
        node.map(|node| leaves(node)).unwrap_or_default()
    };
    Body {
        steps: steps.into_iter().map(|(_, step)| step).collect(),
        parameters: texts("Parameters"),
        globals: texts("Globals"),
        extra_data_fields: texts("ExtraDataFields"),
    }
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

/// The texts below a node, in order.
fn leaves(node: Node<'_, '_>) -> Vec<String> {
    node.descendants()
        .filter(|node| node.is_text())
        .map(|node| clean_text(node.text().unwrap_or_default()).trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}

fn step(node: Node<'_, '_>) -> (i64, Step) {
    let text =
        |name: &'static str| children(node, name).next().and_then(|node| node.text()).unwrap_or_default();
    let number = |name| text(name).trim().parse::<i64>().unwrap_or(0);
    let mut params: Vec<String> = ["Param1", "Param2", "Param3", "Param4", "Param5"]
        .into_iter()
        .map(|name| clean_text(text(name)))
        .collect();
    while params.last().is_some_and(String::is_empty) {
        params.pop();
    }
    let (os_limit, enabled) = read_os_limit(number("OsLimit"));
    let step = Step {
        section: Section::of_action(number("Action")),
        function: number("FunctionId"),
        params,
        continue_on_failure: number("Continue") != 0,
        os_limit,
        enabled,
        indentation: number("Indentation"),
    };
    (number("Sort"), step)
}
