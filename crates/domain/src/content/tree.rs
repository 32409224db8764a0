//! What an item needs, and what that needs in turn; or the other way round. Content may go in circles.

use super::{Reference, Status};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most lines of a tree.
pub const MOST_NODES: usize = 500;

/// Which way a tree grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// What the item needs.
    Uses,
    /// What needs the item.
    UsedBy,
}

/// What is special about a line of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It stands above on the way to here: a circle.
    Cycle,
    /// What is below it is shown further up.
    Repeated,
    /// No source holds it.
    Missing,
}

/// One line of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeNode {
    /// 1 for what is directly below the item.
    pub depth: u32,
    /// `type:guid` or `kind:name:…`.
    pub reference: Reference,
    /// Its name, where Tandem knows it.
    pub name: Option<String>,
    /// Its status, where Tandem knows it.
    pub status: Option<Status>,
    /// Whether production serves it.
    pub in_production: bool,
    /// What is special about it.
    pub mark: Option<Mark>,
}

/// A tree in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependencyTree {
    /// Which way it grows.
    pub direction: Direction,
    /// Its lines.
    pub nodes: Vec<TreeNode>,
    /// Whether more was left out.
    pub is_cut: bool,
}

/// A line before names are known: depth, what, and what is special about its place.
pub type Place = (u32, Reference, Option<Mark>);

/// The lines below `root`, each thing opened once; and whether more was left out.
pub fn grow(root: &Reference, edges: &BTreeMap<Reference, Vec<Reference>>) -> (Vec<Place>, bool) {
    let mut places = Vec::new();
    let mut opened = BTreeSet::from([root.clone()]);
    let mut path = vec![root.clone()];
    let mut waiting: Vec<(u32, Reference)> = below(root, edges, 1);
    while let Some((depth, reference)) = waiting.pop() {
        if places.len() == MOST_NODES {
            return (places, true);
        }
        path.truncate(depth as usize);
        let leaf = edges.get(&reference).is_none_or(Vec::is_empty);
        let mark = if path.contains(&reference) {
            Some(Mark::Cycle)
        } else if !leaf && opened.contains(&reference) {
            Some(Mark::Repeated)
        } else {
            None
        };
        if mark.is_none() {
            opened.insert(reference.clone());
            waiting.extend(below(&reference, edges, depth + 1));
            path.push(reference.clone());
        }
        places.push((depth, reference, mark));
    }
    (places, false)
}

/// Last first, so that the next one is popped first.
fn below(of: &Reference, edges: &BTreeMap<Reference, Vec<Reference>>, depth: u32) -> Vec<(u32, Reference)> {
    edges.get(of).into_iter().flatten().rev().map(|reference| (depth, reference.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(number: u8) -> Reference {
        Reference::named("scripts", &number.to_string())
    }

    fn edges(pairs: &[(u8, u8)]) -> BTreeMap<Reference, Vec<Reference>> {
        let mut edges: BTreeMap<Reference, Vec<Reference>> = BTreeMap::new();
        for (from, to) in pairs {
            edges.entry(named(*from)).or_default().push(named(*to));
        }
        edges
    }

    #[test]
    fn circles_and_repetitions_are_marked() {
        let (places, cut) = grow(&named(1), &edges(&[(1, 2), (1, 3), (2, 4), (4, 1), (3, 2)]));
        let told: Vec<_> = places.iter().map(|(depth, what, mark)| (*depth, what.clone(), *mark)).collect();
        assert_eq!(
            told,
            [
                (1, named(2), None),
                (2, named(4), None),
                (3, named(1), Some(Mark::Cycle)),
                (1, named(3), None),
                (2, named(2), Some(Mark::Repeated)),
            ]
        );
        assert!(!cut);
    }

    proptest! {
        #[test]
        fn every_tree_ends_and_holds_everything_within_reach(pairs in prop::collection::vec((0..12u8, 0..12u8), 0..40)) {
            let edges = edges(&pairs);
            let (places, cut) = grow(&named(0), &edges);
            prop_assert!(!cut);
            let mut reach = BTreeSet::from([named(0)]);
            let mut open = vec![named(0)];
            while let Some(next) = open.pop() {
                for to in edges.get(&next).into_iter().flatten() {
                    if reach.insert(to.clone()) { open.push(to.clone()) }
                }
            }
            let mut shown: BTreeSet<Reference> = places.into_iter().map(|(_, what, _)| what).collect();
            shown.insert(named(0));
            prop_assert_eq!(shown, reach);
        }
    }
}
