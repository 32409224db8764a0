use super::*;
use crate::content::{
    Approval, Facets,
    lifecycle::{Candidate, Publication, Snapshot},
    secrets::SecretKind,
};
use proptest::prelude::*;

fn snapshot(body: u8) -> Snapshot {
    let hash = |text: String| ContentHash::of(text.as_bytes());
    Snapshot {
        hash: hash(format!("{body}")),
        facets: Facets {
            body: hash(format!("body {body}")),
            placement: hash("x".into()),
            switches: hash("y".into()),
        },
    }
}

fn at() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn person(number: u8) -> Reviewer {
    Reviewer {
        id: format!("user:{number}"),
        name: format!("Person {number}"),
        known_as: vec![format!("Person {number}")],
    }
}

fn policy(required: u32) -> Policy {
    Policy { required_approvals: required, author_barred: true, ..Policy::open(ContentType::Scripts) }
}

fn new_item(body: u8) -> (Lifecycle, Review) {
    let mut review = Review::default();
    review.examine(snapshot(body).hash, vec![]);
    (Lifecycle::discovered(snapshot(body)), review)
}

#[test]
fn two_of_two_are_two_different_people() {
    let (mut item, mut review) = new_item(1);
    let hash = snapshot(1).hash;
    let give = |who: u8, review: &mut Review, item: &mut Lifecycle| {
        review.approve(item, &policy(2), &person(who), None, (Some(&hash), None, at()))
    };
    give(1, &mut review, &mut item).unwrap();
    assert_eq!((review.given(), item.approval()), (1, Approval::NeedsApproval));
    assert_eq!(give(1, &mut review, &mut item), Err(ReviewError::Twice));
    assert_eq!(item.sync(), None);
    give(2, &mut review, &mut item).unwrap();
    assert_eq!(item.approval(), Approval::ChangeApproved);
    assert_eq!(review.approvers().unwrap(), "Person 1, Person 2");
}

#[test]
fn the_author_is_known_by_any_name() {
    let ada = Reviewer {
        id: "user:1".into(),
        name: "Ada Lovelace".into(),
        known_as: vec!["Ada Lovelace".into(), "ada.l@example.com".into(), "al7".into()],
    };
    for author in
        ["ada.l@10.0.0.1", "ADALOVELACE@PC-7", "ACME\\al7", "AL7", "Ada Lovelace", "ada.l@example.com"]
    {
        assert!(ada.is(author), "{author}");
    }
    for author in ["ada@pc", "root@localhost", "", "@", "grace@pc"] {
        assert!(!ada.is(author), "{author}");
    }
    let (mut item, mut review) = new_item(1);
    let seen = snapshot(1).hash;
    let own = review.approve(&mut item, &policy(1), &ada, Some("al7@pc"), (Some(&seen), None, at()));
    assert_eq!(own, Err(ReviewError::Author));
    let open = Policy::open(ContentType::Scripts);
    review.approve(&mut item, &open, &ada, Some("al7@pc"), (Some(&seen), None, at())).unwrap();
}

#[test]
fn a_rejection_stays_until_the_next_edit() {
    let (mut item, mut review) = new_item(1);
    let seen = snapshot(1).hash;
    review.approve(&mut item, &policy(1), &person(1), None, (Some(&seen), None, at())).unwrap();
    review.reject(&mut item, "Grace", "breaks printing", Some(&seen), at()).unwrap();
    assert_eq!(item.approval(), Approval::NeedsApproval);
    review.follow(&item);
    assert_eq!(review.rejection.as_ref().unwrap().note, "breaks printing");
    let stale = snapshot(9).hash;
    assert!(review.reject(&mut item, "Grace", "x", Some(&stale), at()).is_err());
    item.observe(Candidate::Present(snapshot(2)));
    review.follow(&item);
    assert_eq!(review.rejection, None);
}

#[test]
fn secrets_block_until_they_are_accepted_and_only_those() {
    let (mut item, mut review) = new_item(1);
    let seen = snapshot(1).hash;
    let finding = |name: &str| SecretFinding {
        kind: SecretKind::Password,
        place: "then step 1".into(),
        digest: ContentHash::of(name.as_bytes()),
    };
    review.examine(seen.clone(), vec![finding("one")]);
    let give = |review: &mut Review, item: &mut Lifecycle, seen: &ContentHash| {
        review.approve(item, &policy(1), &person(1), None, (Some(seen), None, at()))
    };
    assert!(matches!(give(&mut review, &mut item, &seen), Err(ReviewError::Secrets(_))));
    assert!(review.accept(&item, &snapshot(5).hash, "Ada", "test account", at()).is_err());
    review.accept(&item, &seen, "Ada", "test account", at()).unwrap();
    give(&mut review, &mut item, &seen).unwrap();
    item.observe(Candidate::Present(snapshot(2)));
    review.follow(&item);
    let next = snapshot(2).hash;
    assert_eq!(give(&mut review, &mut item, &next), Err(ReviewError::Unexamined));
    review.examine(next.clone(), vec![finding("one"), finding("two")]);
    assert_eq!(review.open_secrets(), 1, "what was accepted stays accepted, the new one is not");
    assert!(give(&mut review, &mut item, &next).is_err());
    item.sync();
    item.observe(Candidate::Deleted);
    assert!(item.published().is_none());
}

#[test]
fn a_stricter_policy_takes_the_approval_back_and_a_milder_one_gives_it() {
    let (mut item, mut review) = new_item(1);
    let seen = snapshot(1).hash;
    review.approve(&mut item, &policy(1), &person(1), None, (Some(&seen), None, at())).unwrap();
    review.settle(&mut item, &policy(2));
    assert_eq!(item.approval(), Approval::NeedsApproval);
    review.settle(&mut item, &policy(1));
    assert_eq!(item.approval(), Approval::ChangeApproved);
}

#[derive(Debug, Clone)]
enum Move {
    Edit(u8),
    Delete,
    Approve(u8, u8),
    Reject,
    Unapprove,
    Sync,
    Policy(u32),
    Roll,
    Lift,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let step = prop_oneof![
        3 => (0..4u8).prop_map(Move::Edit),
        1 => Just(Move::Delete),
        6 => (0..4u8, 0..4u8).prop_map(|(who, what)| Move::Approve(who, what)),
        1 => Just(Move::Reject),
        1 => Just(Move::Unapprove),
        3 => Just(Move::Sync),
        1 => (1..4u32).prop_map(Move::Policy),
        1 => Just(Move::Roll),
        1 => Just(Move::Lift),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    /// Whatever people do in whatever order: what a sync publishes was approved, since it was found, by as many
    /// different people as the policy of that moment asks for, none of them its author.
    #[test]
    fn nothing_is_published_without_enough_approvals_of_exactly_that(moves in moves()) {
        let (mut item, mut review) = new_item(0);
        let mut policy = policy(2);
        let mut agreed: BTreeSet<u8> = BTreeSet::new();
        let author = |item: &Lifecycle| item.candidate().hash().map(|_| "person0@pc".to_owned());
        for step in moves {
            match step {
                Move::Edit(body) => {
                    if item.candidate().hash() != Some(&snapshot(body).hash) { agreed.clear(); }
                    item.observe(Candidate::Present(snapshot(body)));
                    review.follow(&item);
                    review.examine(snapshot(body).hash, vec![]);
                }
                Move::Delete => {
                    if item.published().is_none() { continue }
                    if *item.candidate() != Candidate::Deleted { agreed.clear(); }
                    item.observe(Candidate::Deleted);
                    review.follow(&item);
                }
                Move::Approve(who, what) => {
                    let seen = item.candidate().hash().cloned().filter(|_| what > 0).or_else(|| {
                        (what == 0).then(|| snapshot(who).hash)
                    });
                    let named = author(&item);
                    let done = review.approve(&mut item, &policy, &person(who), named.as_deref(), (seen.as_ref(), None, at()));
                    if done.is_ok() {
                        prop_assert_eq!(item.candidate().hash(), seen.as_ref());
                        prop_assert!(who != 0 || seen.is_none(), "the author approved");
                        agreed.insert(who);
                    }
                }
                Move::Reject => {
                    let seen = item.candidate().hash().cloned();
                    if review.reject(&mut item, "x", "y", seen.as_ref(), at()).is_ok() { agreed.clear(); }
                }
                Move::Unapprove => { review.unapprove(&mut item); agreed.clear(); }
                Move::Policy(required) => { policy.required_approvals = required; review.settle(&mut item, &policy); }
                Move::Roll => if let Some(version) = item.published().cloned() {
                    item.roll_back(version);
                    review.follow(&item);
                    agreed.clear();
                },
                Move::Lift => { item.lift(); }
                Move::Sync => {
                    let candidate = item.candidate().hash().cloned();
                    if let Some(done) = item.sync() {
                        prop_assert!(agreed.len() >= policy.required_approvals as usize, "{} of {}", agreed.len(), policy.required_approvals);
                        if let Publication::Publish(published) = done {
                            prop_assert_eq!(Some(published.hash), candidate);
                        }
                        agreed.clear();
                        review.follow(&item);
                    }
                }
            }
            let pair = (item.status(), item.approval());
            prop_assert!(matches!(
                pair,
                (Status::Unchanged, Approval::NoActionNeeded)
                    | (Status::Changed, Approval::NeedsApproval | Approval::ChangeApproved)
                    | (Status::MovedOrDeleted, Approval::NeedsApproval | Approval::MoveDeleteApproved)
            ));
            if item.is_void() { break }
        }
    }
}
