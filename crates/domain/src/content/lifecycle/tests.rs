use super::*;
use proptest::prelude::*;

fn snapshot(body: u8, folder: u8) -> Snapshot {
    let hash = |text: String| ContentHash::of(text.as_bytes());
    Snapshot {
        hash: hash(format!("{body} in {folder}")),
        facets: Facets {
            body: hash(format!("body {body}")),
            placement: hash(format!("folder {folder}")),
            switches: hash("on".into()),
        },
    }
}

fn present(body: u8, folder: u8) -> Candidate {
    Candidate::Present(snapshot(body, folder))
}

fn published(body: u8) -> Lifecycle {
    let mut item = Lifecycle::discovered(snapshot(body, 0));
    item.approve(Some(&snapshot(body, 0).hash)).unwrap();
    item.sync();
    item
}

#[test]
fn a_new_item_is_changed_until_it_is_synced() {
    let mut item = Lifecycle::discovered(snapshot(1, 0));
    assert_eq!((item.status(), item.approval()), (Status::Changed, Approval::NeedsApproval));
    item.approve(Some(&snapshot(1, 0).hash)).unwrap();
    assert_eq!((item.status(), item.approval()), (Status::Changed, Approval::ChangeApproved));
    assert_eq!(item.sync(), Some(Publication::Publish(snapshot(1, 0))));
    assert_eq!((item.status(), item.approval()), (Status::Unchanged, Approval::NoActionNeeded));
    assert_eq!(item.sync(), None);
}

#[test]
fn an_edit_after_approval_needs_approval_again() {
    let mut item = published(1);
    item.observe(present(2, 0));
    item.approve(Some(&snapshot(2, 0).hash)).unwrap();
    item.observe(present(3, 0));
    assert_eq!(item.approval(), Approval::NeedsApproval);
    assert_eq!(item.sync(), None);
    item.observe(present(2, 0));
    assert_eq!(item.approval(), Approval::NeedsApproval, "going back does not bring the approval back");
}

#[test]
fn a_move_is_told_from_an_edit() {
    let mut item = published(1);
    item.observe(present(1, 5));
    assert_eq!(item.change(), Some(Change::Moved));
    item.approve(Some(&snapshot(1, 5).hash)).unwrap();
    assert_eq!(item.approval(), Approval::MoveDeleteApproved);
    assert_eq!(item.sync(), Some(Publication::Publish(snapshot(1, 5))));
    item.observe(present(2, 6));
    assert_eq!(item.change(), Some(Change::Changed));
}

#[test]
fn a_deletion_is_approved_without_a_hash() {
    let mut item = published(1);
    item.observe(Candidate::Deleted);
    assert_eq!((item.status(), item.change()), (Status::MovedOrDeleted, Some(Change::Deleted)));
    assert_eq!(item.approve(Some(&snapshot(1, 0).hash)), Err(ApproveError::Stale));
    item.approve(None).unwrap();
    assert_eq!(item.sync(), Some(Publication::Remove));
    assert!(item.is_void());
}

#[test]
fn an_unchanged_item_cannot_be_approved() {
    let mut item = published(1);
    assert_eq!(item.approve(Some(&snapshot(1, 0).hash)), Err(ApproveError::NothingToApprove));
}

#[test]
fn a_rollback_leaves_the_source_waiting() {
    let mut item = published(2);
    item.roll_back(snapshot(1, 0));
    assert_eq!((item.status(), item.approval()), (Status::Changed, Approval::NeedsApproval));
    assert_eq!(item.approve(Some(&snapshot(2, 0).hash)), Err(ApproveError::Held));
    assert!(item.lift());
    assert_eq!(item.approve(Some(&snapshot(2, 0).hash)), Ok(()));
}

#[test]
fn a_stored_approval_that_fits_nothing_is_dropped() {
    let approved = Some(Approved::Content(snapshot(9, 0).hash));
    let item = Lifecycle::restored(None, present(1, 0), approved, false);
    assert_eq!(item.approval(), Approval::NeedsApproval);
}

#[derive(Debug, Clone)]
enum Step {
    Edit(u8, u8),
    Delete,
    LeaveScope,
    ApproveSeen,
    ApproveStale(u8, u8),
    Unapprove,
    Sync,
    Restart,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0u8..4, 0u8..3).prop_map(|(body, folder)| Step::Edit(body, folder)),
        1 => Just(Step::Delete),
        1 => Just(Step::LeaveScope),
        3 => Just(Step::ApproveSeen),
        1 => (0u8..4, 0u8..3).prop_map(|(body, folder)| Step::ApproveStale(body, folder)),
        1 => Just(Step::Unapprove),
        3 => Just(Step::Sync),
        1 => Just(Step::Restart),
    ]
}

fn allowed(item: &Lifecycle) -> bool {
    use {Approval as A, Status as S};
    matches!(
        (item.status(), item.approval()),
        (S::Unchanged, A::NoActionNeeded)
            | (S::Changed, A::NeedsApproval | A::ChangeApproved)
            | (S::MovedOrDeleted, A::NeedsApproval | A::MoveDeleteApproved)
    )
}

/// What the reviewer of the model last agreed to while the source has not changed since.
type Agreed = Option<Option<ContentHash>>;

fn apply(item: &mut Lifecycle, step: Step, agreed: &mut Agreed) {
    let before = item.candidate().clone();
    match step {
        Step::Edit(body, folder) => item.observe(present(body, folder)),
        Step::Delete => item.observe(Candidate::Deleted),
        Step::LeaveScope => item.observe(Candidate::OutOfScope),
        Step::ApproveSeen => {
            let seen = item.candidate().hash().cloned();
            if item.approve(seen.as_ref()).is_ok() {
                *agreed = Some(seen);
            }
        }
        Step::ApproveStale(body, folder) => {
            let seen = snapshot(body, folder).hash;
            if item.approve(Some(&seen)).is_ok() {
                *agreed = Some(Some(seen));
            }
        }
        Step::Unapprove => {
            item.unapprove();
            *agreed = None;
        }
        Step::Sync => {
            item.sync();
        }
        Step::Restart => {
            *item = Lifecycle::restored(
                item.published().cloned(),
                item.candidate().clone(),
                item.approved().cloned(),
                item.is_held(),
            );
        }
    }
    if *item.candidate() != before {
        *agreed = None;
    }
}

proptest! {
    #[test]
    fn nothing_unapproved_is_ever_published(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut item = Lifecycle::discovered(snapshot(0, 0));
        let mut agreed: Agreed = None;
        for step in steps {
            let before = item.published().cloned();
            let consent = agreed.clone();
            apply(&mut item, step, &mut agreed);
            prop_assert!(allowed(&item), "{:?}", (item.status(), item.approval()));
            if item.published() != before.as_ref() {
                let now = item.published().map(|snapshot| snapshot.hash.clone());
                prop_assert_eq!(Some(now), consent, "production changed without consent");
                agreed = None;
            }
        }
    }

    #[test]
    fn a_second_sync_does_nothing(steps in proptest::collection::vec(any_step(), 1..30)) {
        let mut item = Lifecycle::discovered(snapshot(0, 0));
        let mut agreed: Agreed = None;
        for step in steps {
            apply(&mut item, step, &mut agreed);
        }
        item.sync();
        let after_first = item.clone();
        prop_assert_eq!(item.sync(), None);
        prop_assert_eq!(item, after_first);
    }
}
