//! An item seen three ways: as it was installed, as it stands here, as it is offered.

use domain::{
    content::{Canonical, secrets::Mask},
    diff::{DiffSection, compare, outline},
    receiving::local::{Kept, merge},
};

/// One item, three ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreeWay {
    /// As it was installed; none when that is not known.
    pub installed: Option<Canonical>,
    /// The version that was installed.
    pub installed_version: Option<u32>,
    /// As it stands here.
    pub here: Option<Canonical>,
    /// As it is offered.
    pub offered: Option<Canonical>,
    /// The version that is offered.
    pub offered_version: Option<u32>,
}

impl ThreeWay {
    /// What was changed here since it was installed.
    pub fn changed_here(&self) -> Vec<DiffSection> {
        differences(self.installed.as_ref(), self.here.as_ref())
    }

    /// What the server changed since it was installed.
    pub fn changed_there(&self) -> Vec<DiffSection> {
        differences(self.installed.as_ref(), self.offered.as_ref())
    }

    /// What a sync would change here.
    pub fn to_come(&self) -> Vec<DiffSection> {
        differences(self.here.as_ref(), self.offered.as_ref())
    }

    /// What belongs to the receiver and stays as it is; the sentence says why nothing can be kept.
    pub fn kept(&self) -> Result<Vec<Kept>, String> {
        let Some(offered) = &self.offered else { return Ok(Vec::new()) };
        let mut mask = Mask::default();
        let mut shown = |item: &Canonical| mask.hide(item);
        let (installed, here) = (self.installed.as_ref().map(&mut shown), self.here.as_ref().map(&mut shown));
        let merged = merge(installed.as_ref(), here.as_ref(), &shown(offered), false);
        merged.map(|merged| merged.kept).map_err(|lost| lost.to_string())
    }
}

/// What looks like a secret is hidden, alike on both sides, as on every screen of the server: a terminal is looked over
/// as easily.
fn differences(old: Option<&Canonical>, new: Option<&Canonical>) -> Vec<DiffSection> {
    let mut mask = Mask::default();
    let mut shown = |item: &Canonical| outline(&mask.hide(item));
    let (old, new) = (old.map(&mut shown), new.map(&mut shown));
    compare(old.as_ref(), new.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::content::{ContentType, Guid, canonical::FORMAT};
    use serde_json::json;

    fn item(secret: &str, note: &str) -> Canonical {
        let step = |function: i64, param: &str| {
            json!({
                "section": "then", "function": function, "params": [param], "continue_on_failure": false,
                "os_limit": 0, "enabled": true, "indentation": 0,
            })
        };
        let join = format!("Add-Computer -Credential x -Password \"{secret}\"");
        let body = json!({ "steps": [step(135, &join), step(139, note)] });
        Canonical {
            format: FORMAT,
            content_type: ContentType::Scripts,
            guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
            name: "Join".into(),
            body: body.as_object().cloned().unwrap(),
            placement: vec![],
            switches: serde_json::Map::new(),
            depends_on: vec![],
        }
    }

    #[test]
    fn a_secret_is_hidden_in_all_three_views_and_its_change_shows() {
        let three = ThreeWay {
            installed: Some(item("Planted9secret!", "one")),
            installed_version: Some(1),
            here: Some(item("Planted9secret!", "edited here")),
            offered: Some(item("Another7secret!", "one")),
            offered_version: Some(2),
        };
        let views = [three.changed_here(), three.changed_there(), three.to_come()];
        for view in &views {
            assert!(!view.is_empty());
            let text = format!("{view:?}");
            assert!(!text.contains("9secret") && !text.contains("7secret"), "{text}");
        }
        assert!(format!("{:?}", views[1]).contains("hidden-secret"), "{:?}", views[1]);
    }
}
