//! What a sync would do, shown before it is done.

use super::Content;
use crate::{
    Result,
    ports::store::{Transaction, content::ItemRecord},
};
use domain::{
    account::{Actor, Permission},
    content::{
        Approval, Change, ContentHash, ContentType, ItemKey, Reference,
        lifecycle::Publication,
        view::{ItemRow, Plan, PlanItem},
    },
};
use std::collections::{BTreeMap, BTreeSet};

impl Content<'_> {
    /// What a sync of one type would do now.
    pub async fn plan(&self, actor: &Actor, content_type: ContentType) -> Result<Plan> {
        self.core.require(actor, Permission::ViewContent).await?;
        let items = self.core.store.approved_items(content_type).await?;
        let mut lines = Vec::new();
        for item in &items {
            let versions = self.core.store.versions(&item.key).await?;
            let newest = versions.iter().map(|version| version.number).max().unwrap_or(0);
            let known =
                |hash: &ContentHash| versions.iter().find(|v| v.content_hash == *hash).map(|v| v.number);
            lines.extend(line(item, |hash| known(hash).unwrap_or(newest + 1)));
        }
        self.assemble(content_type, lines, &items).await
    }

    /// The same, inside the unit of work that is about to do it.
    pub(super) async fn plan_in(
        &self,
        tx: &mut dyn Transaction,
        content_type: ContentType,
        items: &[ItemRecord],
    ) -> Result<Plan> {
        let mut lines = Vec::new();
        for item in items {
            let number = match item.lifecycle.candidate().hash() {
                Some(hash) => next_number(tx, &item.key, hash).await?,
                None => 0,
            };
            lines.extend(line(item, |_| number));
        }
        self.assemble(content_type, lines, items).await
    }

    async fn assemble(
        &self,
        content_type: ContentType,
        lines: Vec<PlanItem>,
        items: &[ItemRecord],
    ) -> Result<Plan> {
        let warned = self.warn(content_type, lines, items).await?;
        let plan_hash = plan_hash(&warned);
        let (adds, rest): (Vec<_>, Vec<_>) =
            warned.into_iter().partition(|line| line.change == Change::Added);
        let (removals, changes) = rest.into_iter().partition(|line| line.content_hash.is_none());
        let receivers = self.core.store.readers_of(content_type).await?;
        Ok(Plan { content_type, plan_hash, adds, changes, removals, receivers })
    }

    /// Says which needed items production would not have, and who still needs what is removed.
    async fn warn(
        &self,
        content_type: ContentType,
        mut lines: Vec<PlanItem>,
        items: &[ItemRecord],
    ) -> Result<Vec<PlanItem>> {
        let planned: BTreeSet<ItemKey> = lines
            .iter()
            .filter(|line| line.content_hash.is_some())
            .map(|line| ItemKey::new(content_type, line.guid.clone()))
            .collect();
        let needed: BTreeSet<ItemKey> =
            items.iter().flat_map(|item| &item.depends_on).filter_map(Reference::key).collect();
        let needed: Vec<ItemKey> = needed.difference(&planned).cloned().collect();
        let served: BTreeSet<ItemKey> = self.core.store.in_production(&needed).await?.into_iter().collect();
        let known = self.core.store.items_by_key(&needed).await?;
        let known: BTreeMap<ItemKey, ItemRow> =
            known.into_iter().map(|row| (ItemKey::new(row.content_type, row.guid.clone()), row)).collect();
        for (line, item) in lines.iter_mut().zip(items) {
            if line.content_hash.is_some() {
                let doubt = |key: ItemKey| doubt(&key, known.get(&key), served.contains(&key));
                let others = item.depends_on.iter().filter_map(Reference::key);
                line.warnings = others.filter(|key| !planned.contains(key)).filter_map(doubt).collect();
            } else {
                line.holders = self.core.store.holders(&item.key).await?;
                let users = self.core.store.used_by(&Reference::to(content_type, &item.key.guid)).await?;
                line.warnings = users
                    .iter()
                    .filter(|user| user.published_hash.is_some())
                    .map(|user| format!("the {} {} still needs it", user.content_type.singular(), user.name))
                    .collect();
            }
        }
        Ok(lines)
    }
}

/// What is doubtful about something that is needed and no part of the plan.
fn doubt(key: &ItemKey, known: Option<&ItemRow>, served: bool) -> Option<String> {
    let kind = key.content_type.singular();
    let Some(row) = known else {
        return (!served).then(|| format!("needs the {kind} {}, which no source holds", key.guid));
    };
    let name = &row.name;
    match (served, row.approval) {
        (true, Approval::NeedsApproval) => {
            Some(format!("needs the {kind} {name}, whose newest change is not approved"))
        }
        (true, _) => None,
        (false, Approval::ChangeApproved | Approval::MoveDeleteApproved) => Some(format!(
            "needs the {kind} {name}, which is approved but not in production yet: sync {} first",
            key.content_type.label().to_lowercase()
        )),
        (false, _) => {
            Some(format!("needs the {kind} {name}, which production does not have: it is not approved"))
        }
    }
}

/// The number that a content has or would get.
pub(super) async fn next_number(tx: &mut dyn Transaction, key: &ItemKey, hash: &ContentHash) -> Result<u32> {
    Ok(match tx.version_of_content(key, hash).await? {
        Some(number) => number,
        None => tx.latest_version(key).await? + 1,
    })
}

/// The line of an approved item; every approved item has one, so lines and items stay in step.
fn line(item: &ItemRecord, number: impl Fn(&ContentHash) -> u32) -> Option<PlanItem> {
    let (content_hash, version) = match item.lifecycle.pending()? {
        Publication::Publish(snapshot) => (Some(snapshot.hash.clone()), Some(number(&snapshot.hash))),
        Publication::Remove => (None, None),
    };
    Some(PlanItem {
        guid: item.key.guid.clone(),
        name: item.name.clone(),
        change: item.lifecycle.change()?,
        content_hash,
        version,
        warnings: Vec::new(),
        holders: Vec::new(),
    })
}

/// Over what would be done, not over the warnings: those may come and go.
fn plan_hash(lines: &[PlanItem]) -> String {
    let mut parts: Vec<String> = lines
        .iter()
        .map(|line| {
            let hash = line.content_hash.as_ref().map_or("-", ContentHash::as_str);
            format!("{} {} {hash}", line.guid, line.change)
        })
        .collect();
    parts.sort_unstable();
    ContentHash::of(parts.join("\n").as_bytes()).to_string()
}
