//! An item seen three ways: as it was installed, as it stands here, as it is offered.

use domain::{
    content::Canonical,
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
        let merged = merge(self.installed.as_ref(), self.here.as_ref(), offered, false);
        merged.map(|merged| merged.kept).map_err(|lost| lost.to_string())
    }
}

fn differences(old: Option<&Canonical>, new: Option<&Canonical>) -> Vec<DiffSection> {
    let (old, new) = (old.map(outline), new.map(outline));
    compare(old.as_ref(), new.as_ref())
}
