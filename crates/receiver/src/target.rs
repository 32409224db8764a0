//! Where content goes, as the session sees it: a folder, an Automate database.
//!
//! A new kind of target implements [`Target`]; the server's wiring makes the ones that need other crates.

use crate::ReceiverError;
use async_trait::async_trait;
use domain::{
    content::{Canonical, ItemKey},
    pull::ManifestItem,
    receiving::{Effect, Standing},
};
use std::collections::BTreeMap;

/// What is offered, by key.
pub type Offered = BTreeMap<ItemKey, ManifestItem>;

/// An item on its way to the target, checked against its hash.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What the manifest says of it.
    pub item: ManifestItem,
    /// Its content, read.
    pub content: Canonical,
    /// Its content, byte for byte.
    pub bytes: Vec<u8>,
}

/// How a target is asked to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Give up local exclusions that do not fit into what is offered.
    pub force: bool,
}

/// What was done with an item, or in a dry run would be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Row by row.
    pub effects: Vec<Effect>,
    /// What a person should know, for example which local settings were kept.
    pub notes: Vec<String>,
}

/// Something that content is applied to.
///
/// An item that cannot be applied is [`ReceiverError::Item`] and leaves no trace; [`ReceiverError::Target`] says
/// that the target itself is out of reach, which ends the run.
#[async_trait]
pub trait Target: Send {
    /// What stands here of everything that is offered or was installed, read anew.
    async fn standing(&mut self, offered: &Offered) -> Result<Vec<Standing>, ReceiverError>;

    /// Whether what stands here of an item, which nobody has installed, is this content but for what belongs to
    /// the receiver.
    async fn resembles(&mut self, content: &Canonical) -> Result<bool, ReceiverError>;

    /// Applies items together: all of them or none. Several are given only when they need each other. One
    /// answer for each.
    async fn install(&mut self, together: &[Delivery], mode: Mode) -> Result<Vec<Applied>, ReceiverError>;

    /// Removes an item.
    async fn remove(&mut self, key: &ItemKey, mode: Mode) -> Result<Applied, ReceiverError>;

    /// The content that was installed, where the target keeps it, and the content that stands here now.
    async fn contents(
        &mut self,
        key: &ItemKey,
    ) -> Result<(Option<Canonical>, Option<Canonical>), ReceiverError>;

    /// Tells the target whether mass syncs take an item, if it keeps that too.
    async fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ReceiverError>;
}
