//! What an item needs and what needs it: the next neighbours, and the whole tree either way.

use super::Content;
use crate::{Error, Result};
use domain::{
    account::{Actor, Permission},
    content::{
        ItemKey, Reference,
        tree::{DependencyTree, Direction, MOST_NODES, Mark, Place, TreeNode, grow},
        view::{Dependencies, DependencyEdge, ItemRow},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the items of a tree.
#[derive(Default)]
struct Grown {
    edges: BTreeMap<Reference, Vec<Reference>>,
    rows: BTreeMap<ItemKey, ItemRow>,
}

impl Content<'_> {
    /// What an item needs and what needs it.
    pub async fn dependencies(&self, actor: &Actor, key: &ItemKey) -> Result<Dependencies> {
        self.core.require(actor, Permission::ViewContent).await?;
        let record = self.core.store.item(key).await?.ok_or(Error::NotFound("item"))?;
        let reference = Reference::to(key.content_type, &key.guid);
        let users = self.core.store.used_by(&reference).await?;
        let used_by = users.iter().map(|row| Reference::to(row.content_type, &row.guid)).collect::<Vec<_>>();
        Ok(Dependencies { uses: self.edges(&record.depends_on).await?, used_by: self.edges(&used_by).await? })
    }

    async fn edges(&self, references: &[Reference]) -> Result<Vec<DependencyEdge>> {
        let keys: Vec<ItemKey> = references.iter().filter_map(Reference::key).collect();
        let rows: BTreeMap<ItemKey, ItemRow> = self
            .core
            .store
            .items_by_key(&keys)
            .await?
            .into_iter()
            .map(|row| (ItemKey::new(row.content_type, row.guid.clone()), row))
            .collect();
        let served = self.core.store.in_production(&keys).await?;
        let edge = |reference: &Reference| {
            let key = reference.key();
            let row = key.as_ref().and_then(|key| rows.get(key));
            DependencyEdge {
                reference: reference.clone(),
                name: row.map(|row| row.name.clone()),
                status: row.map(|row| row.status),
                in_production: key.is_some_and(|key| served.contains(&key)),
            }
        };
        Ok(references.iter().map(edge).collect())
    }

    /// Everything that an item needs, with what that needs in turn; or everything that needs it.
    pub async fn dependency_tree(
        &self,
        actor: &Actor,
        key: &ItemKey,
        direction: Direction,
    ) -> Result<DependencyTree> {
        self.core.require(actor, Permission::ViewContent).await?;
        self.core.store.item(key).await?.ok_or(Error::NotFound("item"))?;
        let root = Reference::to(key.content_type, &key.guid);
        let grown = self.explore(&root, direction).await?;
        let (places, is_cut) = grow(&root, &grown.edges);
        let keys: BTreeSet<ItemKey> = places.iter().filter_map(|(_, reference, _)| reference.key()).collect();
        let served: BTreeSet<ItemKey> =
            self.core.store.in_production(&keys.into_iter().collect::<Vec<_>>()).await?.into_iter().collect();
        let nodes = places.into_iter().map(|place| node(place, &grown.rows, &served)).collect();
        Ok(DependencyTree { direction, nodes, is_cut })
    }

    /// Reads neighbours until nothing new comes, or until there are more than a tree shows.
    async fn explore(&self, root: &Reference, direction: Direction) -> Result<Grown> {
        let mut grown = Grown::default();
        let mut open = vec![root.clone()];
        let mut seen = BTreeSet::from([root.clone()]);
        while let Some(reference) = open.pop() {
            if seen.len() > MOST_NODES * 2 {
                break;
            }
            let next = self.neighbours(&reference, direction, &mut grown).await?;
            open.extend(next.iter().filter(|reference| seen.insert((*reference).clone())).cloned());
            grown.edges.insert(reference, next);
        }
        Ok(grown)
    }

    async fn neighbours(
        &self,
        reference: &Reference,
        direction: Direction,
        grown: &mut Grown,
    ) -> Result<Vec<Reference>> {
        let Some(key) = reference.key() else { return Ok(Vec::new()) };
        let record = self.core.store.item(&key).await?;
        let uses = record.as_ref().map(|record| record.depends_on.clone()).unwrap_or_default();
        grown.rows.extend(record.map(|record| (key, record.row())));
        if direction == Direction::Uses {
            return Ok(uses);
        }
        let users = self.core.store.used_by(reference).await?;
        Ok(users.iter().map(|row| Reference::to(row.content_type, &row.guid)).collect())
    }
}

fn node(
    (depth, reference, mark): Place,
    rows: &BTreeMap<ItemKey, ItemRow>,
    served: &BTreeSet<ItemKey>,
) -> TreeNode {
    let key = reference.key();
    let row = key.as_ref().and_then(|key| rows.get(key));
    let in_production = key.as_ref().is_some_and(|key| served.contains(key));
    TreeNode {
        depth,
        name: row.map(|row| row.name.clone()),
        status: row.map(|row| row.status),
        mark: mark.or_else(|| (row.is_none() && !in_production).then_some(Mark::Missing)),
        in_production,
        reference,
    }
}
