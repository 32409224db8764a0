//! Examples of reviews: approvals, refusals, secrets, policies, trees, searches.

use super::{at, hash};
use domain::content::{
    ContentType, Guid, Reference, Status,
    review::{GivenApproval, Policy, Rejection},
    search::{MatchedLine, SearchHit},
    secrets::SecretKind,
    tree::{DependencyTree, Direction, Mark, TreeNode},
    view::{Acceptance, ShownSecret},
};

pub(super) fn approval(full: bool) -> GivenApproval {
    GivenApproval {
        reviewer: "user:…".into(),
        by: "Ada".into(),
        at: at(),
        note: full.then(|| "checked".into()),
        content_hash: full.then(hash),
    }
}

pub(super) fn rejection() -> Rejection {
    Rejection { by: "Grace".into(), at: at(), note: "breaks printing".into(), content_hash: Some(hash()) }
}

pub(super) fn finding() -> ShownSecret {
    ShownSecret { kind: SecretKind::Password, place: "then step 3".into(), accepted: true }
}

pub(super) fn accepted() -> Acceptance {
    Acceptance { by: "Ada".into(), at: at(), reason: "a test account".into() }
}

pub(super) fn policy() -> Policy {
    Policy { content_type: ContentType::Scripts, required_approvals: 2, author_barred: true }
}

pub(super) fn tree(guid: &Guid) -> DependencyTree {
    let node = |full: bool| TreeNode {
        depth: 1,
        reference: Reference::to(ContentType::Scripts, guid),
        name: full.then(|| "Reset".into()),
        status: full.then_some(Status::Unchanged),
        in_production: full,
        mark: (!full).then_some(Mark::Missing),
    };
    DependencyTree { direction: Direction::Uses, nodes: vec![node(true), node(false)], is_cut: false }
}

pub(super) fn search_hit(guid: Guid) -> SearchHit {
    SearchHit {
        content_type: ContentType::Scripts,
        guid,
        name: "Reset print spooler".into(),
        path: "ProVal / Printing".into(),
        status: Status::Unchanged,
        lines: vec![MatchedLine { place: "Then 3".into(), text: "https://example.com".into() }],
    }
}
