use super::*;
use crate::{
    client::ExceptionKind,
    content::{ContentHash, Guid},
    ids::ExceptionId,
    ring::{Promotion, promotion},
};
use jiff::Timestamp;
use proptest::prelude::*;

fn item(number: u8, version: u32) -> ManifestItem {
    let content_type = if number.is_multiple_of(2) { ContentType::Scripts } else { ContentType::Groups };
    ManifestItem {
        content_type,
        guid: Guid::parse(&format!("{number:08x}-0000-4000-8000-00000000beef")).unwrap(),
        name: format!("item {number}"),
        version,
        content_hash: ContentHash::of(format!("{number} {version}").as_bytes()),
        path: String::new(),
        size: 1,
        depends_on: vec![],
    }
}

fn exception(number: u8, kind: ExceptionKind, served: Option<ManifestItem>) -> Exception {
    let item = item(number, 1);
    Exception {
        id: ExceptionId("01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap()),
        content_type: item.content_type,
        guid: item.guid,
        name: item.name,
        kind,
        served,
        reason: "test".into(),
        made_by: "Ada".into(),
        made_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
    }
}

/// A ring as the store keeps it.
#[derive(Default, Clone)]
struct Ring(BTreeMap<ItemKey, Pointer>);

impl Ring {
    fn set(&mut self, item: ManifestItem, revision: i64, removed: bool) {
        self.0.insert(item.key(), Pointer { item, revision, removed });
    }

    fn pointers(&self) -> Vec<Pointer> {
        self.0.values().cloned().collect()
    }
}

#[derive(Debug, Clone)]
enum Act {
    Publish(u8, u32),
    Withdraw(u8),
    Promote,
    /// Only what is older than so many revisions.
    PromoteRipe(i64),
    Move,
    Types(Option<bool>),
    Except(u8, u8),
    Lift(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let one = prop_oneof![
        4 => (0..6u8, 1..4u32).prop_map(|(item, version)| Act::Publish(item, version)),
        2 => (0..6u8).prop_map(Act::Withdraw),
        2 => Just(Act::Promote),
        1 => (0..4i64).prop_map(Act::PromoteRipe),
        1 => Just(Act::Move),
        1 => proptest::option::of(any::<bool>()).prop_map(Act::Types),
        1 => (0..6u8, 0..3u8).prop_map(|(item, kind)| Act::Except(item, kind)),
        1 => (0..6u8).prop_map(Act::Lift),
    ];
    proptest::collection::vec(one, 1..40)
}

/// Two rings, a client that wanders between them, and what it was told at each revision.
#[derive(Default)]
struct World {
    revision: i64,
    first: Ring,
    second: Ring,
    in_second: bool,
    scope: Scope,
    exceptions: Vec<Exception>,
    told: Vec<(i64, BTreeMap<ItemKey, ManifestItem>)>,
}

impl World {
    fn next(&mut self) -> i64 {
        self.revision += 1;
        self.revision
    }

    fn promote(&mut self, ripe: impl Fn(i64) -> bool) {
        let steps = promotion(&self.first.pointers(), &self.second.pointers(), ripe);
        let revision = self.next();
        for step in steps.into_iter().filter(|step| step.ripe) {
            let removed = step.to.is_none();
            let item = step.to.unwrap_or_else(|| self.second.0[&step.key].item.clone());
            self.second.set(item, revision, removed);
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Publish(number, version) => {
                let revision = self.next();
                self.first.set(item(number, version), revision, false);
            }
            Act::Withdraw(number) => {
                let revision = self.next();
                if let Some(pointer) = self.first.0.get_mut(&item(number, 1).key()) {
                    pointer.removed = true;
                    pointer.revision = revision;
                }
            }
            Act::Promote => self.promote(|_| true),
            Act::PromoteRipe(age) => {
                let limit = self.revision - age;
                self.promote(|revision| revision <= limit);
            }
            Act::Move => {
                self.in_second = !self.in_second;
                self.scope.since = self.next();
            }
            Act::Types(only) => {
                self.scope.types = only
                    .map(|scripts| vec![if scripts { ContentType::Scripts } else { ContentType::Groups }]);
                self.scope.since = self.next();
            }
            Act::Except(number, kind) => {
                let served = self.whole().remove(&item(number, 1).key());
                self.exceptions.retain(|known| known.key() != item(number, 1).key());
                self.exceptions.push(match kind {
                    0 => exception(number, ExceptionKind::KeepOut, None),
                    1 => exception(number, ExceptionKind::Pin, Some(item(number, 1))),
                    _ => exception(number, ExceptionKind::Hold, served),
                });
                self.scope.since = self.next();
            }
            Act::Lift(number) => {
                self.exceptions.retain(|known| known.key() != item(number, 1).key());
                self.scope.since = self.next();
            }
        }
    }

    fn ask(&self, since: Option<i64>) -> Manifest {
        let ring = if self.in_second { &self.second } else { &self.first };
        serve(&ring.pointers(), &self.scope, &self.exceptions, since)
    }

    fn whole(&self) -> BTreeMap<ItemKey, ManifestItem> {
        self.ask(None).items.into_iter().map(|item| (item.key(), item)).collect()
    }
}

/// What a receiver has after an answer.
fn compose(base: &BTreeMap<ItemKey, ManifestItem>, answer: &Manifest) -> BTreeMap<ItemKey, ManifestItem> {
    let mut items = if answer.full { BTreeMap::new() } else { base.clone() };
    for gone in &answer.removed {
        items.remove(&ItemKey::new(gone.content_type, gone.guid.clone()));
    }
    items.extend(answer.items.iter().map(|item| (item.key(), item.clone())));
    items
}

proptest! {
    /// From whatever it was told before, in whatever ring and scope, a client comes to what the whole says now.
    #[test]
    fn every_revision_leads_to_the_whole(acts in acts()) {
        let mut world = World { told: vec![(0, BTreeMap::new())], ..World::default() };
        for act in acts {
            world.act(act);
            let whole = world.whole();
            for (since, base) in &world.told {
                let answer = world.ask(Some(*since));
                prop_assert_eq!(&compose(base, &answer), &whole, "since {}", since);
            }
            world.told.push((world.ask(None).revision, whole));
        }
    }

    /// Promoting everything makes the later ring serve what the earlier one does.
    #[test]
    fn promotion_catches_up(acts in acts()) {
        let mut world = World::default();
        for act in acts {
            world.act(act);
        }
        world.promote(|_| true);
        let served = |ring: &Ring| -> Vec<ManifestItem> {
            ring.0.values().filter(|pointer| !pointer.removed).map(|pointer| pointer.item.clone()).collect()
        };
        prop_assert_eq!(served(&world.second), served(&world.first));
        let again: Vec<Promotion> = promotion(&world.first.pointers(), &world.second.pointers(), |_| true);
        prop_assert!(again.is_empty());
    }
}

#[test]
fn a_revision_of_another_world_is_answered_with_the_whole() {
    let pointers = [Pointer { item: item(0, 1), revision: 3, removed: false }];
    let answer = serve(&pointers, &Scope::default(), &[], Some(4));
    assert_eq!((answer.full, answer.items.len(), answer.revision), (true, 1, 3));
    let answer = serve(&pointers, &Scope::default(), &[], Some(3));
    assert_eq!((answer.full, answer.items.len()), (false, 0));
    let moved = Scope { types: None, since: 9 };
    let answer = serve(&pointers, &moved, &[], Some(3));
    assert_eq!((answer.full, answer.items.len(), answer.revision), (true, 1, 9));
}
