//! What an item needs comes before it; items that need each other come together.

use domain::{
    content::{ContentType, ItemKey, Reference},
    pull::ManifestItem,
    receiving::rank,
};
use std::collections::{BTreeMap, BTreeSet};

/// The keys in circles, each circle after those that it needs; an item that is in no cycle is a circle of its own.
///
/// Where nothing is needed, the types stand in the order of [`rank`].
pub(super) fn by_need<'a>(
    keys: impl Iterator<Item = &'a ItemKey>,
    offered: &BTreeMap<ItemKey, ManifestItem>,
) -> Vec<Vec<ItemKey>> {
    let wanted: BTreeSet<&ItemKey> = keys.collect();
    let mut starts: Vec<&ItemKey> = wanted.iter().copied().collect();
    starts.sort_by_key(|key| rank(key.content_type));
    let mut search = Search { needs: needs(&wanted, offered), ..Search::default() };
    for start in starts {
        search.from(start);
    }
    search.circles.into_iter().map(|circle| circle.into_iter().cloned().collect()).collect()
}

/// The circle that an item is in.
pub(super) fn circle(key: &ItemKey, offered: &BTreeMap<ItemKey, ManifestItem>) -> Vec<ItemKey> {
    by_need(offered.keys(), offered).into_iter().find(|circle| circle.contains(key)).unwrap_or_default()
}

/// What each item needs of the others; references by name lead to the item that is offered under it.
fn needs<'a>(
    wanted: &BTreeSet<&'a ItemKey>,
    offered: &'a BTreeMap<ItemKey, ManifestItem>,
) -> BTreeMap<&'a ItemKey, Vec<&'a ItemKey>> {
    let named: BTreeMap<String, &ItemKey> = offered
        .iter()
        .map(|(key, item)| {
            (Reference::named(key.content_type.as_str(), &item.name).as_str().to_lowercase(), key)
        })
        .collect();
    let find = |reference: &Reference| match reference.key() {
        Some(needed) => wanted.get(&needed).copied(),
        None => named.get(&reference.as_str().to_lowercase()).and_then(|needed| wanted.get(*needed)).copied(),
    };
    let groups: BTreeMap<String, &ItemKey> = offered
        .iter()
        .filter(|(key, _)| key.content_type == ContentType::Groups)
        .map(|(key, item)| (below(&item.path, &item.name), key))
        .collect();
    // A group stands below the one that its path leads to, although its content does not name it.
    let above = |item: &ManifestItem| {
        let group = item.content_type == ContentType::Groups;
        groups.get(&item.path).filter(|_| group).and_then(|above| wanted.get(*above)).copied()
    };
    let of = |key: &ItemKey| {
        let Some(item) = offered.get(key) else { return Vec::new() };
        item.depends_on.iter().filter_map(find).chain(above(item)).collect()
    };
    wanted.iter().map(|key| (*key, of(key))).collect()
}

/// The path of what stands in an item.
fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} / {name}") }
}

/// Tarjan's search for strongly connected components, with a stack of its own: chains may be long.
#[derive(Default)]
struct Search<'a> {
    needs: BTreeMap<&'a ItemKey, Vec<&'a ItemKey>>,
    /// When each item was reached, the earliest item that it leads back to, and whether its circle is still open.
    reached: BTreeMap<&'a ItemKey, (usize, usize, bool)>,
    /// Items whose circle is not closed yet.
    open: Vec<&'a ItemKey>,
    circles: Vec<Vec<&'a ItemKey>>,
}

impl<'a> Search<'a> {
    fn from(&mut self, start: &'a ItemKey) {
        if self.reached.contains_key(start) {
            return;
        }
        self.reach(start);
        let mut way = vec![(start, 0)];
        while let Some((key, next)) = way.pop() {
            let needed = self.needs.get(key).and_then(|needs| needs.get(next)).copied();
            match needed {
                Some(needed) => {
                    way.push((key, next + 1));
                    if !self.reached.contains_key(needed) {
                        self.reach(needed);
                        way.push((needed, 0));
                    } else if self.reached[needed].2 {
                        self.lead_back(key, self.reached[needed].0);
                    }
                }
                None => {
                    if let Some((above, _)) = way.last() {
                        self.lead_back(above, self.reached[key].1);
                    }
                    self.close(key);
                }
            }
        }
    }

    fn reach(&mut self, key: &'a ItemKey) {
        let number = self.reached.len();
        self.reached.insert(key, (number, number, true));
        self.open.push(key);
    }

    fn lead_back(&mut self, key: &'a ItemKey, to: usize) {
        if let Some((_, lowest, _)) = self.reached.get_mut(key) {
            *lowest = (*lowest).min(to);
        }
    }

    /// Takes the circle off the stack when `key` is where it began.
    fn close(&mut self, key: &'a ItemKey) {
        let (number, lowest, _) = self.reached[key];
        if number == lowest
            && let Some(from) = self.open.iter().rposition(|open| *open == key)
        {
            let circle = self.open.split_off(from);
            circle.iter().for_each(|closed| {
                self.reached.entry(closed).and_modify(|(_, _, open)| *open = false);
            });
            self.circles.push(circle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::content::{ContentHash, ContentType, Guid};

    fn key(content_type: ContentType, number: u32) -> ItemKey {
        ItemKey::new(content_type, Guid::parse(&format!("{number:08x}-0000-0000-0000-000000000001")).unwrap())
    }

    fn offer(items: &[(ItemKey, &[&ItemKey])]) -> BTreeMap<ItemKey, ManifestItem> {
        let item = |(key, needs): &(ItemKey, &[&ItemKey])| ManifestItem {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: format!("N{}", key.guid),
            version: 1,
            content_hash: ContentHash::of(b""),
            path: String::new(),
            size: 0,
            depends_on: needs.iter().map(|key| Reference::to(key.content_type, &key.guid)).collect(),
        };
        items.iter().map(|entry| (entry.0.clone(), item(entry))).collect()
    }

    #[test]
    fn what_is_needed_comes_first_and_types_in_their_order() {
        use ContentType::{DataViews, ExtraFields, Roles, Scripts, Searches};
        let (field, role, search) = (key(ExtraFields, 9), key(Roles, 1), key(Searches, 2));
        let (script, view) = (key(Scripts, 3), key(DataViews, 0));
        let offered = offer(&[
            (view.clone(), &[]),
            (script.clone(), &[&field]),
            (role.clone(), &[&search]),
            (search.clone(), &[]),
            (field.clone(), &[]),
        ]);
        let order: Vec<ItemKey> = by_need(offered.keys(), &offered).concat();
        assert_eq!(order, [field, search, role, script, view]);
    }

    #[test]
    fn groups_come_after_those_that_they_stand_below() {
        let [top, middle, bottom, script] = [9, 5, 1, 2].map(|number| key(ContentType::Groups, number));
        let mut offered = offer(&[
            (top.clone(), &[]),
            (middle.clone(), &[]),
            (bottom.clone(), &[]),
            (key(ContentType::Scripts, 2), &[]),
        ]);
        let mut place = |key: &ItemKey, path: &str, name: &str| {
            let item = offered.get_mut(key).unwrap();
            (item.path, item.name) = (path.to_owned(), name.to_owned());
        };
        place(&top, "", "Servers");
        place(&middle, "Servers", "Mail");
        place(&bottom, "Servers / Mail", "Exchange");
        // A folder of that name is no group.
        place(&key(ContentType::Scripts, 2), "Servers", "Mail");
        let order = by_need(offered.keys(), &offered).concat();
        assert_eq!(order, [top, middle, bottom, ItemKey { content_type: ContentType::Scripts, ..script }]);
    }

    #[test]
    fn scripts_that_call_each_other_come_together() {
        let [a, b, c, d] = [1, 2, 3, 4].map(|number| key(ContentType::Scripts, number));
        let offered =
            offer(&[(a.clone(), &[&b]), (b.clone(), &[&c, &d]), (c.clone(), &[&a]), (d.clone(), &[&d])]);
        let circles = by_need(offered.keys(), &offered);
        assert_eq!(circles.len(), 2);
        assert_eq!(circles[0], std::slice::from_ref(&d));
        assert_eq!(circles[1].len(), 3);
        assert_eq!(circle(&c, &offered).len(), 3);
        assert_eq!(circle(&d, &offered), [d]);
    }

    #[test]
    fn long_chains_are_no_trouble() {
        let keys: Vec<ItemKey> = (0..20_000).map(|number| key(ContentType::Scripts, number + 1)).collect();
        let mut offered = offer(&keys.iter().map(|key| (key.clone(), [].as_slice())).collect::<Vec<_>>());
        for pair in keys.windows(2) {
            let needed = Reference::to(ContentType::Scripts, &pair[1].guid);
            offered.get_mut(&pair[0]).unwrap().depends_on.push(needed);
        }
        let order = by_need(offered.keys(), &offered).concat();
        assert_eq!((order.len(), &order[0]), (20_000, keys.last().unwrap()));
    }
}
