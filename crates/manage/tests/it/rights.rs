//! The permission self-test names what is missing.

use crate::world::{field, setting};
use manage::{Finding, Level, MINIMAL_ROLE, ManageError, Reference, model::TicketChange};

#[tokio::test]
async fn a_whole_role_is_granted() {
    let world = setting(|_| {}).await;
    let findings = world.manage.check_rights("tandem").await.unwrap();
    assert_eq!(findings.len(), MINIMAL_ROLE.len());
    assert!(findings.iter().all(|one| one.finding == Finding::Granted), "{findings:?}");
}

#[tokio::test]
async fn each_missing_right_is_named_with_its_levels_and_its_purpose() {
    for right in MINIMAL_ROLE.iter().filter(|right| right.name != "Member Maintenance") {
        let world = setting(|world| {
            for level in ["addLevel", "editLevel", "deleteLevel", "inquireLevel"] {
                world.set_right(right.name, level, "My");
            }
        })
        .await;
        let findings = world.manage.check_rights("tandem").await.unwrap();
        let missing: Vec<_> = findings.iter().filter(|one| one.finding != Finding::Granted).collect();
        assert_eq!(missing.len(), 1, "{}", right.name);
        assert_eq!(missing[0].finding, Finding::Missing(right.levels.to_vec()));
        let sentence = missing[0].sentence();
        assert!(sentence.contains(right.name) && sentence.contains(right.purpose), "{sentence}");
    }
}

#[tokio::test]
async fn one_missing_level_is_named_alone() {
    let world = setting(|world| world.set_right("Resource Scheduling", "addLevel", "None")).await;
    let findings = world.manage.check_rights("tandem").await.unwrap();
    let missing = findings.iter().find(|one| one.right.name == "Resource Scheduling").unwrap();
    assert_eq!(missing.finding, Finding::Missing(vec![Level::Add]));
    let error = world.manage.assign(1, 2).await.unwrap_err();
    assert!(
        matches!(&error, ManageError::Forbidden(refusal) if refusal.message.contains("Resource Scheduling")),
        "{error}"
    );
}

#[tokio::test]
async fn a_role_that_cannot_be_read_is_probed_and_never_called_fine() {
    let world = setting(|world| {
        world.set_right("Member Maintenance", "inquireLevel", "None");
        world.set_right("Table Setup", "inquireLevel", "None");
    })
    .await;
    let findings = world.manage.check_rights("tandem").await.unwrap();
    let of = |name: &str| findings.iter().find(|one| one.right.name == name).unwrap().finding.clone();
    assert!(matches!(of("Member Maintenance"), Finding::Missing(_)));
    assert!(matches!(of("Table Setup"), Finding::Missing(_)));
    assert_eq!(of("Close Service Tickets"), Finding::Unknown);
    assert!(findings.iter().all(|one| one.finding != Finding::Granted));
    assert!(world.simulator.requests("").iter().all(|request| request.method == "GET"), "it only reads");
}

#[tokio::test]
async fn an_unknown_api_member_is_named_as_the_field() {
    let world = setting(|_| {}).await;
    assert_eq!(field(&world.manage.check_rights("nobody").await.unwrap_err()), "api_member_id");
}

#[tokio::test]
async fn closing_without_its_right_is_refused_and_the_ticket_stays() {
    let world = setting(|world| world.set_right("Close Service Tickets", "editLevel", "None")).await;
    let close = TicketChange { status: Some(Reference::Name(">Closed".into())), ..TicketChange::default() };
    let error = world.manage.change_ticket(1, &close).await.unwrap_err();
    assert!(matches!(error, ManageError::Forbidden(_)), "{error}");
    assert!(!world.manage.ticket(1).await.unwrap().closed);
}
