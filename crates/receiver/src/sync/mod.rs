//! Which items are taken, in which order, and how it went.

mod order;
mod result;
mod session;
mod three_way;

pub use result::{Action, ItemStatus, Outcome, Run, Selection, SyncRequest, SyncResult};
pub use session::Session;
pub use three_way::ThreeWay;

use crate::target::Offered;
use domain::{
    content::ItemKey,
    receiving::{ReceiverState, Standing, kept_out_of_mass_sync},
};
use std::collections::{BTreeMap, BTreeSet};

/// Every item that is offered or installed, with its state.
fn rows(
    offered: &Offered,
    standing: &BTreeMap<ItemKey, Standing>,
    excluded: &BTreeSet<String>,
) -> Vec<ItemStatus> {
    let mut rows = Vec::new();
    for (key, item) in offered {
        let here = standing.get(key);
        let installed = here.and_then(|here| here.installed.as_ref());
        let found = here.and_then(|here| here.found.as_ref());
        let known = installed.map(|installed| &installed.content_hash);
        rows.push(ItemStatus {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: item.name.clone(),
            state: ReceiverState::of(Some(&item.content_hash), known, found),
            offered_version: Some(item.version),
            installed_version: installed.filter(|_| found.is_some()).map(|installed| installed.version),
            mass_sync: in_mass_sync(key, &item.name, here, excluded),
        });
    }
    for (key, here) in standing.iter().filter(|(key, _)| !offered.contains_key(*key)) {
        rows.extend(here.installed.as_ref().map(|installed| ItemStatus {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: here.name.clone(),
            state: ReceiverState::Deprecated,
            offered_version: None,
            installed_version: Some(installed.version),
            mass_sync: in_mass_sync(key, &here.name, Some(here), excluded),
        }));
    }
    rows
}

fn in_mass_sync(key: &ItemKey, name: &str, here: Option<&Standing>, excluded: &BTreeSet<String>) -> bool {
    let allowed = here.is_none_or(|here| here.mass_sync);
    allowed && !excluded.contains(key.guid.as_str()) && !kept_out_of_mass_sync(name)
}

/// What a request does with an item.
fn due(row: &ItemStatus, request: &SyncRequest) -> Option<Action> {
    let single = match &request.selection {
        Selection::One(guid) if *guid != row.guid => return None,
        Selection::One(_) => true,
        Selection::Mass(only) if only.is_some_and(|only| only != row.content_type) || !row.mass_sync => {
            return None;
        }
        Selection::Mass(_) => false,
    };
    match row.state {
        ReceiverState::NotInstalled => Some(Action::Install),
        ReceiverState::UpdateAvailable => Some(Action::Update),
        ReceiverState::LocallyChanged if request.force => Some(Action::Update),
        ReceiverState::Deprecated if single => Some(Action::Remove),
        // Imported by hand earlier: taken into the journal, with the very same content.
        ReceiverState::UpToDate
            if row.installed_version.is_none() || row.installed_version != row.offered_version =>
        {
            Some(Action::Update)
        }
        ReceiverState::UpToDate | ReceiverState::LocallyChanged | ReceiverState::Deprecated => None,
    }
}

/// What is due, by key. An item that is synced alone brings along those that it needs and that need it back:
/// one of them cannot come without the others.
fn all_due(rows: &[ItemStatus], request: &SyncRequest, offered: &Offered) -> BTreeMap<ItemKey, Action> {
    let mut all: BTreeMap<ItemKey, Action> =
        rows.iter().filter_map(|row| Some((row.key(), due(row, request)?))).collect();
    if let Selection::One(_) = request.selection {
        let named: Vec<ItemKey> =
            all.iter().filter(|(_, action)| **action != Action::Remove).map(|(key, _)| key.clone()).collect();
        for key in named.iter().flat_map(|key| order::circle(key, offered)) {
            let missing = |row: &&ItemStatus| row.key() == key && row.state == ReceiverState::NotInstalled;
            if rows.iter().any(|row| missing(&row)) {
                all.entry(key).or_insert(Action::Install);
            }
        }
    }
    all
}
