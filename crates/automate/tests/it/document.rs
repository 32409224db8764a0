//! The worked example of `docs/content-format.md` is what the code gives.

use crate::room::only;
use sandbox::exports::{Script, ScriptStep};

const DOCUMENT: &str = include_str!("../../../../docs/content-format.md");

fn example() -> Script {
    Script { guid: "7c0e2f7e-0d4b-4a8e-8f3c-1f6f0f6b9a10".into(), ..Script::new("Reset print spooler") }
        .folder("Printing")
        .notes("Clears a stuck queue.")
        .step(ScriptStep::new(1, &[]).in_section(1))
        .step(ScriptStep::powershell("Stop-Service Spooler\r\nStart-Service Spooler").only_on(17))
        .step(ScriptStep::new(17, &["88DFAF30-AEA8-11E7-AECA-005056A37E1B", "1"]))
}

#[test]
fn the_worked_example_is_true() {
    let item = only("example.xml", example().to_xml());
    let bytes = String::from_utf8(item.to_bytes()).unwrap();
    let facets = item.facets();
    for wanted in [
        bytes.as_str(),
        item.hash().as_str(),
        facets.body.as_str(),
        facets.placement.as_str(),
        facets.switches.as_str(),
    ] {
        assert!(DOCUMENT.contains(wanted), "docs/content-format.md lacks:\n{wanted}");
    }
}
