//! The test of a connection: can it be reached, do the keys work, who are we, what may we do.

use super::{clients::Client, words::trouble};
use crate::{
    calls::{Finding, RightFinding},
    error::ManageError,
    model::System,
};
use domain::connector::{ConnectionTest, Mode, RightCheck, RightState};
use services::ports::psa::{Link, PsaError};

/// The most boards whose statuses are read.
const MOST_BOARDS: usize = 50;

fn blank() -> ConnectionTest {
    ConnectionTest {
        ok: false,
        message: String::new(),
        field: None,
        version: None,
        is_cloud: None,
        member: None,
        location: None,
        department: None,
        default_board: None,
        rights: Vec::new(),
        boards: Vec::new(),
    }
}

/// A test that ended with this.
pub(super) fn refused(error: &PsaError) -> ConnectionTest {
    stopped(blank(), error)
}

fn stopped(test: ConnectionTest, error: &PsaError) -> ConnectionTest {
    let field = match error {
        PsaError::Person { field, .. } => field.clone(),
        PsaError::Later { .. } | PsaError::Missing(_) => None,
    };
    ConnectionTest { ok: false, message: error.to_string(), field, ..test }
}

/// Tests; what was found before something went wrong stays in the answer.
pub(super) async fn test(client: &Client, link: &Link) -> ConnectionTest {
    let mut test = blank();
    match steps(client, link, &mut test).await {
        Ok(()) => test,
        Err(error) => stopped(test, &error),
    }
}

async fn steps(client: &Client, link: &Link, test: &mut ConnectionTest) -> Result<(), PsaError> {
    let manage = &client.manage;
    let told = |error| trouble(error, None);
    let system = manage.system().await.map_err(|error| match error {
        ManageError::Unreachable(host) => unreachable_at(&host),
        other => told(other),
    })?;
    test.version = Some(system.version.clone());
    test.is_cloud = Some(system.is_cloud);
    supported(&system)?;
    // Some instances tell their version to anybody.
    manage.check_keys().await.map_err(told)?;
    if let Some(member) = manage.api_member(&link.input.api_member_id).await.map_err(told)? {
        test.member = Some(member.identifier);
        test.location = member.location;
        test.department = member.department;
        test.default_board = member.default_board;
    }
    for finding in manage.check_rights(&link.input.api_member_id).await.map_err(told)? {
        if !finding.right.workflow_mode_only || link.input.mode == Mode::Workflow {
            test.rights.push(right(&finding));
        }
    }
    for board in
        manage.boards().await.map_err(told)?.into_iter().filter(|board| !board.is_project).take(MOST_BOARDS)
    {
        let statuses = manage.statuses(board.id).await.map_err(told)?;
        let names = statuses.into_iter().filter(|status| !status.inactive).map(|status| status.name);
        test.boards.push((board.name, names.collect()));
    }
    verdict(test, &system);
    Ok(())
}

fn verdict(test: &mut ConnectionTest, system: &System) {
    let missing: Vec<&str> = test
        .rights
        .iter()
        .filter(|right| right.state == RightState::Missing)
        .map(|right| right.message.as_str())
        .collect();
    test.ok = missing.is_empty();
    test.message = match missing.first() {
        None => format!("reached Manage {} and may do all that is needed", system.version),
        Some(first) if missing.len() == 1 => format!("a right is missing: {first}"),
        Some(first) => format!("{} rights are missing, the first: {first}", missing.len()),
    };
}

fn supported(system: &System) -> Result<(), PsaError> {
    if system.is_supported() {
        return Ok(());
    }
    let (year, release) = System::OLDEST;
    Err(PsaError::Person {
        field: Some("instance_uri".into()),
        message: format!(
            "Manage is version {}, and must be {year}.{release} or newer: update it first",
            system.version
        ),
    })
}

/// The same for an address that is refused and one that does not answer, so that nobody can look around with it.
fn unreachable_at(host: &str) -> PsaError {
    PsaError::Person {
        field: Some("instance_uri".into()),
        message: format!(
            "Manage cannot be reached at {host}: check instance_uri, and add its network to security.allowed_networks when it is not on the internet"
        ),
    }
}

fn right(finding: &RightFinding) -> RightCheck {
    let right = format!("{} / {}", finding.right.area, finding.right.name);
    let (state, message) = match &finding.finding {
        Finding::Granted => (RightState::Granted, String::new()),
        Finding::Missing(_) => (RightState::Missing, finding.sentence()),
        Finding::Unknown => (RightState::Unknown, finding.sentence()),
    };
    RightCheck { right, state, message }
}
