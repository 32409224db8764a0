//! Script bodies as the database holds them: base64 of gzip of XML, the inverse of `export::body`.

use super::ApplyError;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::content::script::{OS_LIMIT_DISABLED_BIT, Section, Step};
use flate2::{Compression, GzBuilder};
use serde_json::Value;
use std::{fmt::Write as _, io::Write as _};

/// The parameters that Automate always writes.
const PARAMS: usize = 5;
/// gzip's code for FAT file systems, which Automate writes.
const FAT: u8 = 0;

/// What goes into a body beside its steps.
pub(super) struct Head<'a> {
    /// The script's GUID.
    pub(super) guid: &'a str,
    /// Its version counter.
    pub(super) version: i64,
    /// `ExtraDataFields`.
    pub(super) extra_data_fields: &'a Value,
    /// `Parameters`, where they are more than names.
    pub(super) parameters: &'a Value,
    /// `Globals`.
    pub(super) globals: &'a Value,
}

/// The XML of a body.
pub(super) fn xml(head: &Head<'_>, steps: &[Step]) -> String {
    let mut out = String::from("<ScriptData>\r\n  <Scripts>\r\n");
    for (name, value) in [
        ("ExtraDataFields", head.extra_data_fields),
        ("Parameters", head.parameters),
        ("Globals", head.globals),
    ] {
        element(&mut out, 4, name, value);
    }
    leaf(&mut out, 4, "ScriptVersion", &head.version.to_string());
    leaf(&mut out, 4, "ScriptGuid", head.guid);
    out.push_str("  </Scripts>\r\n");
    let mut sort = [0u32; 3];
    for one in steps {
        let place = &mut sort[section(one.section) - 1];
        step(&mut out, one, *place);
        *place += 1;
    }
    out.push_str("</ScriptData>");
    out
}

/// Packs XML as the columns `ScriptData` and `LicenseData` hold it.
pub(super) fn pack(xml: &str) -> Result<String, ApplyError> {
    let mut packer = GzBuilder::new().mtime(0).operating_system(FAT).write(Vec::new(), Compression::fast());
    let packed = packer.write_all(xml.as_bytes()).and_then(|()| packer.finish());
    let bytes = packed.map_err(|error| ApplyError::Item(format!("its body cannot be packed: {error}")))?;
    Ok(STANDARD.encode(bytes))
}

/// The licence of a script that anybody may run for ever.
pub(super) fn licence(guid: &str) -> String {
    format!(
        "<LicenseData><Type>1</Type><RunCounter>0</RunCounter><ExpireDate></ExpireDate><ScriptVersion>0</ScriptVersion><ScriptGuid>{}</ScriptGuid></LicenseData>",
        escape(guid)
    )
}

fn section(section: Section) -> usize {
    match section {
        Section::If => 1,
        Section::Then => 2,
        Section::Else => 3,
    }
}

fn step(out: &mut String, step: &Step, sort: u32) {
    out.push_str("  <ScriptSteps>\r\n");
    leaf(out, 4, "Action", &section(step.section).to_string());
    leaf(out, 4, "FunctionId", &step.function.to_string());
    for index in 0..step.params.len().max(PARAMS) {
        let param = step.params.get(index).map_or("", String::as_str);
        leaf(out, 4, &format!("Param{}", index + 1), param);
    }
    leaf(out, 4, "Sort", &sort.to_string());
    leaf(out, 4, "Continue", if step.continue_on_failure { "1" } else { "0" });
    leaf(out, 4, "OsLimit", &os_limit(step).to_string());
    leaf(out, 4, "Indentation", &step.indentation.to_string());
    out.push_str("  </ScriptSteps>\r\n");
}

/// The inverse of `read_os_limit`: 24 alone means disabled, every other limit is disabled by a bit.
fn os_limit(step: &Step) -> i64 {
    match (step.enabled, step.os_limit) {
        (true, limit) | (false, limit @ 24) => limit,
        (false, limit) => limit - OS_LIMIT_DISABLED_BIT,
    }
}

/// An element of text, of nothing, or of a list of `{name: value}` members.
fn element(out: &mut String, indent: usize, name: &str, value: &Value) {
    match value {
        Value::Array(members) if !members.is_empty() => {
            let _ = write!(out, "{:indent$}<{name}>\r\n", "");
            for (inner, value) in members.iter().filter_map(Value::as_object).flatten() {
                element(out, indent + 2, inner, value);
            }
            let _ = write!(out, "{:indent$}</{name}>\r\n", "");
        }
        Value::String(text) => leaf(out, indent, name, text),
        _ => leaf(out, indent, name, ""),
    }
}

fn leaf(out: &mut String, indent: usize, name: &str, text: &str) {
    // Writing to a String cannot fail.
    let _ = if text.is_empty() {
        write!(out, "{:indent$}<{name} />\r\n", "")
    } else {
        write!(out, "{:indent$}<{name}>{}</{name}>\r\n", "", escape(&text.replace('\n', "\r\n")))
    };
}

/// Text between tags.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::body::{Allowance, decode};
    use proptest::prelude::*;
    use serde_json::json;

    fn any_step() -> impl Strategy<Value = Step> {
        let section = prop_oneof![Just(Section::If), Just(Section::Then), Just(Section::Else)];
        let params = proptest::collection::vec("[ -~é\n]{0,12}", 0..6);
        (
            section,
            1..260i64,
            params,
            any::<bool>(),
            prop_oneof![Just(0i64), Just(17), Just(24)],
            any::<bool>(),
        )
            .prop_map(|(section, function, params, continue_on_failure, os_limit, enabled)| {
                let clean = domain::content::canonical::clean_text;
                let mut params: Vec<String> = params.iter().map(|param| clean(param)).collect();
                while params.last().is_some_and(String::is_empty) {
                    params.pop();
                }
                let enabled = enabled && os_limit != 24;
                Step { section, function, params, continue_on_failure, os_limit, enabled, indentation: 1 }
            })
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read_back(mut steps in proptest::collection::vec(any_step(), 0..8)) {
            steps.sort_by_key(|step| step.section);
            let globals = json!([{"Global": [{"Name": "a<b"}]}]);
            let head = Head {
                guid: "g", version: 3, extra_data_fields: &json!("4|5"), parameters: &json!(null), globals: &globals,
            };
            let packed = pack(&xml(&head, &steps)).unwrap();
            prop_assert!(packed.starts_with("H4sIAAAAAAAEA"), "{}", packed);
            let body = decode(&packed, 1, &Allowance::default()).unwrap();
            prop_assert_eq!(body.steps, steps);
            prop_assert_eq!(body.globals, globals);
            prop_assert_eq!(body.extra_data_fields, json!("4|5"));
        }
    }
}
