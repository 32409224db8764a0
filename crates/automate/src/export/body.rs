//! Script bodies (`automate-api.md` section 4.1): base64 of gzip of XML.

use super::Wrong;
use crate::xml::{self, Limits, children, text_of};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::content::{
    canonical::clean_text,
    script::{Section, Step, read_os_limit},
};
use flate2::read::GzDecoder;
use roxmltree::Node;
use serde_json::{Map, Value};
use std::{
    io::Read as _,
    sync::atomic::{AtomicU64, Ordering},
};

/// The largest body after unpacking, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// What all bodies of one file may take together after unpacking.
const LARGEST_TOGETHER: u64 = 4 * LARGEST;
/// The most parameters that a step is read with; Automate has five.
const MOST_PARAMS: usize = 10;

/// How much the bodies of one file may still unpack to: a file of many small bombs is a bomb.
#[derive(Debug)]
pub struct Allowance(AtomicU64);

impl Default for Allowance {
    fn default() -> Self {
        Self(AtomicU64::new(LARGEST_TOGETHER))
    }
}

impl Allowance {
    /// Starts anew, for the next file or row.
    pub(crate) fn refill(&self) {
        self.0.store(LARGEST_TOGETHER, Ordering::Relaxed);
    }
}

impl Clone for Allowance {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

/// A decoded body.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The steps in running order, section by section.
    pub steps: Vec<Step>,
    /// `Parameters`, as text or as what its elements hold.
    pub parameters: Value,
    /// `Globals`.
    pub globals: Value,
    /// `ExtraDataFields`.
    pub extra_data_fields: Value,
}

/// Decodes a body; `line` is where it stands. An empty column is a script without steps.
pub fn decode(column: &str, line: u32, allowance: &Allowance) -> Result<Body, Wrong> {
    let column = column.trim().trim_start_matches('\u{feff}');
    if column.is_empty() {
        return Ok(Body::default());
    }
    let text = if column.starts_with('<') { column.to_owned() } else { unpack(column, line, allowance)? };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let document = xml::parse(text, Limits::BODY).map_err(|wrong| {
        Wrong::at(line, format!("has a body that, at its line {}, {}", wrong.line, wrong.message))
    })?;
    let root = document.root_element();
    if !root.has_tag_name("ScriptData") {
        let name = root.tag_name().name();
        return Err(Wrong::at(
            line,
            format!("has a body of <{name}> where <ScriptData> belongs: export it again"),
        ));
    }
    Ok(read(root))
}

fn unpack(column: &str, line: u32, allowance: &Allowance) -> Result<String, Wrong> {
    let wrong = |what: &str| Wrong::at(line, format!("has a body that {what}: export it again"));
    let packed: Vec<u8> = column.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(packed).map_err(|_| wrong("is not base64"))?;
    let limit = LARGEST.min(allowance.0.load(Ordering::Relaxed));
    let mut text = Vec::new();
    // One byte more than allowed tells a large body from one that is too large.
    let read = GzDecoder::new(bytes.as_slice()).take(limit + 1).read_to_end(&mut text);
    let size = text.len() as u64;
    let left = allowance.0.load(Ordering::Relaxed).saturating_sub(size);
    allowance.0.store(left, Ordering::Relaxed);
    read.map_err(|_| wrong("is not gzip or is cut short"))?;
    if size > limit {
        return Err(Wrong::at(line, "has a body that is larger than 64 MB when unpacked and was left out"));
    }
    String::from_utf8(text).map_err(|_| wrong("is not UTF-8"))
}

fn read(root: Node<'_, '_>) -> Body {
    let mut steps: Vec<(i64, Step)> = children(root, "ScriptSteps").map(step).collect();
    // `Sort` only numbers the steps of a section; the order is what counts.
    steps.sort_by_key(|(sort, step)| (step.section, *sort));
    let head = children(root, "Scripts").next();
    let part = |name: &'static str| {
        let node = head.and_then(|head| children(head, name).next());
        node.map(value).unwrap_or_default()
    };
    Body {
        steps: steps.into_iter().map(|(_, step)| step).collect(),
        parameters: part("Parameters"),
        globals: part("Globals"),
        extra_data_fields: part("ExtraDataFields"),
    }
}

/// An element whose inner form nobody has documented: its text, or a list of its elements.
fn value(node: Node<'_, '_>) -> Value {
    let elements: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    if elements.is_empty() {
        return Value::String(clean_text(&text_of(node)).trim().to_owned());
    }
    let member = |child: Node<'_, '_>| {
        let mut member = Map::new();
        member.insert(child.tag_name().name().to_owned(), value(child));
        Value::Object(member)
    };
    Value::Array(elements.into_iter().map(member).collect())
}

fn step(node: Node<'_, '_>) -> (i64, Step) {
    let mut params = vec![String::new(); MOST_PARAMS];
    let (mut sort, mut os_limit) = (0, 0);
    let mut step = Step {
        section: Section::Then,
        function: 0,
        params: Vec::new(),
        continue_on_failure: false,
        os_limit: 0,
        enabled: true,
        indentation: 0,
    };
    for column in node.children().filter(Node::is_element) {
        let text = text_of(column);
        let number = text.trim().parse::<i64>().unwrap_or(0);
        match column.tag_name().name() {
            "Action" => step.section = Section::of_action(number),
            "FunctionId" => step.function = number,
            "Sort" => sort = number,
            "Continue" => step.continue_on_failure = number != 0,
            "OsLimit" => os_limit = number,
            "Indentation" => step.indentation = number,
            name => {
                let index = name.strip_prefix("Param").and_then(|digits| digits.parse::<usize>().ok());
                if let Some(param) = index.and_then(|index| params.get_mut(index.checked_sub(1)?)) {
                    *param = clean_text(&text);
                }
            }
        }
    }
    (step.os_limit, step.enabled) = read_os_limit(os_limit);
    let last = params.iter().rposition(|param| !param.is_empty()).map_or(0, |last| last + 1);
    params.truncate(last);
    step.params = params;
    (sort, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use serde_json::json;
    use std::io::Write as _;

    const PLAIN: &str = "<ScriptData><Scripts><Globals><Global><Name>a</Name></Global></Globals><Parameters> x </Parameters></Scripts>\
        <ScriptSteps><Action>2</Action><FunctionId>139</FunctionId><Param1>second</Param1><Param2 /><Sort>2</Sort></ScriptSteps>\
        <ScriptSteps><Action>2</Action><FunctionId>139</FunctionId><Param1>first</Param1><Sort>1</Sort><OsLimit>-2147483631</OsLimit></ScriptSteps>\
        <ScriptSteps><Action>1</Action><FunctionId>1</FunctionId><Sort>9</Sort></ScriptSteps></ScriptData>";

    fn pack(bytes: &[u8]) -> String {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(bytes).unwrap();
        STANDARD.encode(packer.finish().unwrap())
    }

    fn decode_once(column: &str) -> Result<Body, Wrong> {
        decode(column, 5, &Allowance::default())
    }

    #[test]
    fn steps_run_section_by_section() {
        let packed = pack(PLAIN.as_bytes());
        let wrapped = format!("\r\n   {}\r\n   {}\r\n", &packed[..20], &packed[20..]);
        for column in [PLAIN, &packed, &wrapped] {
            let body = decode_once(column).unwrap();
            assert_eq!(body.steps.iter().map(|step| step.function).collect::<Vec<_>>(), [1, 139, 139]);
            assert_eq!(body.steps[1].params, ["first"]);
            assert_eq!((body.steps[1].os_limit, body.steps[1].enabled), (17, false));
            assert_eq!(body.parameters, json!("x"));
            assert_eq!(body.globals, json!([{"Global": [{"Name": "a"}]}]));
        }
    }

    #[test]
    fn broken_bodies_are_refused_at_their_line() {
        let packed = pack(PLAIN.as_bytes());
        for (column, what) in [
            ("H4s!IAAA", "base64"),
            ("SGVsbG8=", "gzip"),
            (&packed[..packed.len() / 2 / 4 * 4], "gzip"),
            (pack(b"<ScriptData>").as_str(), "well-formed"),
            (pack(b"\xff\xfe").as_str(), "UTF-8"),
            (pack(b"<html />").as_str(), "<html>"),
            (pack(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a/>").as_str(), "DTD"),
            (pack("<a>".repeat(100_000).as_bytes()).as_str(), "deep"),
        ] {
            let wrong = decode_once(column).unwrap_err();
            assert!(wrong.line == 5 && wrong.message.contains(what), "{what}: {wrong:?}");
        }
        assert!(decode_once("").unwrap().steps.is_empty());
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let bomb = pack(&vec![b' '; 65 * 1024 * 1024]);
        assert!(bomb.len() < 200_000);
        assert!(decode_once(&bomb).unwrap_err().message.contains("64 MB"));
        let allowance = Allowance(AtomicU64::new(100));
        let small = pack(&[b'x'; 90]);
        assert!(decode(&small, 1, &allowance).unwrap_err().message.contains("XML"));
        assert!(decode(&small, 1, &allowance).unwrap_err().message.contains("unpacked"));
    }
}
