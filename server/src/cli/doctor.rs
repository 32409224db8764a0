//! `tandem doctor`: whether everything that Tandem needs is there, and what to do where it is not. Each finding is one
//! sentence with its remedy; nothing is changed.

use super::{Place, pretty, say};
use crate::wiring;
use clap::Args;
use domain::{
    account::Actor,
    connector::{ConnectionTest, Connector, RightState},
    source::CheckState,
};
use serde::Serialize;
use services::Services;
use std::process::ExitCode;

/// Polls that may be missed before that is told.
const MISSED: i64 = 10;

#[derive(Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    place: Place,
    #[arg(long)]
    json: bool,
}

/// Seconds by which a clock may differ from the database server's: two that do, one ahead and one behind, are then ten
/// apart, as much as the margin of a lease bears.
const CLOCKS_DIFFER: u64 = 5;

/// What was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    /// What it is about: `database`, `source Master`, `connector Acme`.
    what: String,
    ok: bool,
    /// One sentence: what was found, or what is wrong and the remedy.
    message: String,
}

impl Finding {
    fn good(what: impl Into<String>, message: impl Into<String>) -> Self {
        Self { what: what.into(), ok: true, message: message.into() }
    }

    fn bad(what: impl Into<String>, message: impl Into<String>) -> Self {
        Self { what: what.into(), ok: false, message: message.into() }
    }
}

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let findings = examine(&self.place).await?;
        let well = findings.iter().all(|finding| finding.ok);
        if self.json {
            say(&pretty(&serde_json::json!({ "ok": well, "findings": findings }))?);
        } else {
            for finding in &findings {
                let sign = if finding.ok { "ok     " } else { "FAILED " };
                say(&format!("{sign}{}: {}", finding.what, finding.message));
            }
        }
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn examine(place: &Place) -> anyhow::Result<Vec<Finding>> {
    let config = place.load()?;
    let (services, database) = match wiring::services(&config).await {
        Ok(opened) => opened,
        Err(error) => {
            let remedy =
                format!("{error:#}: check database.url, and that the database runs and lets Tandem in");
            return Ok(vec![Finding::bad("database", remedy)]);
        }
    };
    let mut findings = Vec::new();
    match services.ready().await {
        Ok(()) => findings.push(Finding::good("database", "it answers and has the newest tables")),
        Err(error) => findings.push(Finding::bad("database", error.to_string())),
    }
    match database.clock_ahead(services.now()).await {
        Ok(ahead) => findings.extend(ahead.map(clock)),
        Err(error) => findings.push(Finding::bad("clock", error.to_string())),
    }
    sources(&services, &mut findings).await;
    connectors(&services, &mut findings).await;
    database.close().await;
    Ok(findings)
}

/// What a clock that is so many seconds ahead of the database server's means.
fn clock(ahead: i64) -> Finding {
    let apart = ahead.unsigned_abs();
    let way = if ahead < 0 { "behind" } else { "ahead of" };
    if apart <= CLOCKS_DIFFER {
        return Finding::good("clock", "it agrees with the database server's");
    }
    Finding::bad(
        "clock",
        format!(
            "it is {apart} seconds {way} the database server's: let both follow a time server (NTP); replicas whose \
             clocks are more than ten seconds apart may write the same note into a ticket twice"
        ),
    )
}

fn actor() -> Actor {
    Actor::system("command line")
}

async fn sources(services: &Services, findings: &mut Vec<Finding>) {
    let all = match services.sources().list(&actor()).await {
        Ok(all) => all,
        Err(error) => return findings.push(Finding::bad("sources", error.to_string())),
    };
    for source in all {
        let what = format!("source {}", source.input.name);
        match services.sources().test_kept(&actor(), source.id).await {
            Err(error) => findings.push(Finding::bad(what, told(error))),
            Ok(check) => {
                let wrong: Vec<String> = check
                    .lines
                    .iter()
                    .filter(|line| line.state == CheckState::Wrong)
                    .map(|line| format!("{}: {}", line.what, line.message))
                    .collect();
                findings.push(if wrong.is_empty() {
                    Finding::good(what, check.summary)
                } else {
                    Finding::bad(what, wrong.join("; "))
                });
            }
        }
    }
}

async fn connectors(services: &Services, findings: &mut Vec<Finding>) {
    let all = match services.connectors().list(&actor()).await {
        Ok(all) => all,
        Err(error) => return findings.push(Finding::bad("connectors", error.to_string())),
    };
    for connector in all {
        let what = format!("connector {}", connector.input.name);
        match services.connectors().test_kept(&actor(), connector.id).await {
            Err(error) => findings.push(Finding::bad(what, told(error))),
            Ok(test) if !test.ok => findings.extend(reasons(&what, test)),
            Ok(test) => match silent(services, &connector).await {
                Some(silence) => findings.push(Finding::bad(what, silence)),
                None => findings.push(Finding::good(what, test.message)),
            },
        }
    }
}

/// Each missing right is a finding of its own.
fn reasons(what: &str, test: ConnectionTest) -> Vec<Finding> {
    let missing: Vec<Finding> = test
        .rights
        .iter()
        .filter(|right| right.state == RightState::Missing)
        .map(|right| Finding::bad(what, format!("a right is missing: {}", right.message)))
        .collect();
    if missing.is_empty() { vec![Finding::bad(what, test.message)] } else { missing }
}

/// Whether an enabled connector has not been heard of for long: the settings are right, and nobody asks.
async fn silent(services: &Services, connector: &Connector) -> Option<String> {
    if !connector.enabled {
        return None;
    }
    let health = services.connectors().health(&actor(), connector.id).await.ok()?;
    if let Some(problem) = health.problem {
        return Some(format!("its last poll failed: {problem}"));
    }
    let late = services.now().duration_since(health.next_poll_at?).as_secs();
    let bearable = i64::from(connector.input.poll_interval_seconds) * MISSED;
    (late > bearable).then(|| format!("it was to poll {late} seconds ago: see that `tandem serve` runs"))
}

fn told(error: services::Error) -> String {
    super::explain(error).to_string()
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn a_clock_that_is_wrong_is_told_with_the_remedy() {
        assert!(clock(0).ok && clock(5).ok && clock(-5).ok);
        let (ahead, behind) = (clock(40), clock(-40));
        assert!(!ahead.ok && ahead.message.contains("40 seconds ahead of"), "{}", ahead.message);
        assert!(!behind.ok && behind.message.contains("40 seconds behind") && behind.message.contains("NTP"));
    }
}
