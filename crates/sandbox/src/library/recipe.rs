//! From a line of a table to a script in the style of the house: check, log, do, decide.

use crate::exports::{Script, ScriptStep, guid_of};

/// One thing that a script does.
#[derive(Debug, Clone, Copy)]
pub enum Stage {
    /// PowerShell, with its title.
    PowerShell(&'static str, &'static str),
    /// A shell command, with its title.
    Shell(&'static str, &'static str),
    /// A query, with its title; the answer goes into a variable.
    Sql(&'static str, &'static str),
}

/// A script of the library.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Its name, to which its file belongs.
    pub name: &'static str,
    /// A new name, if it was renamed.
    pub renamed: Option<&'static str>,
    /// The folder it stands in, below `Operations`.
    pub room: &'static str,
    /// What it does.
    pub stages: &'static [Stage],
    /// A change of its text: from, to.
    pub edit: Option<(&'static str, &'static str)>,
    /// Whether its first check was switched off.
    pub unchecked: bool,
}

impl Recipe {
    /// A recipe as it stands in a table.
    pub const fn new(name: &'static str, room: &'static str, stages: &'static [Stage]) -> Self {
        Self { name, renamed: None, room, stages, edit: None, unchecked: false }
    }

    /// The script.
    pub fn script(&self) -> Script {
        let name = self.renamed.unwrap_or(self.name);
        let check = ScriptStep::new(5, &["%status%", "3", "online"]).in_section(1);
        let mut script = Script::new(self.name)
            .folder("Operations")
            .folder(self.room)
            .notes(&format!("{name}. Maintained by the operations team; changes need a second pair of eyes."))
            .step(if self.unchecked { check.disabled() } else { check })
            .step(ScriptStep::note(&format!("{name}: runs on the agent as the system account")))
            .step(ScriptStep::set("StartedAt", "%when%"));
        script.name = name.to_owned();
        for (number, stage) in (1..).zip(self.stages) {
            script.steps.extend(self.stage(number, stage));
        }
        script.steps.extend(self.ending(name));
        script
    }

    fn stage(&self, number: u32, stage: &Stage) -> Vec<ScriptStep> {
        let (title, step) = match stage {
            Stage::PowerShell(title, code) => (title, ScriptStep::powershell(&self.edited(code)).only_on(17)),
            Stage::Shell(title, code) => (title, ScriptStep::shell(&self.edited(code)).continuing()),
            Stage::Sql(title, code) => (title, ScriptStep::sql(&self.edited(code), "sqlresult")),
        };
        let seen = if matches!(stage, Stage::Sql(..)) { "sqlresult" } else { "shellresult" };
        vec![
            ScriptStep::note(&format!("{number}. {title}")),
            step,
            ScriptStep::log(&format!("{title}: %{seen}%")),
            ScriptStep::jump_if(&format!("@{seen}@"), "error", ":Failed"),
        ]
    }

    fn edited(&self, code: &str) -> String {
        self.edit.map_or_else(|| code.to_owned(), |(from, to)| code.replace(from, to))
    }

    fn ending(&self, name: &str) -> Vec<ScriptStep> {
        let mut steps = vec![ScriptStep::log("Finished after %seconds% s"), ScriptStep::new(239, &[])];
        steps.push(ScriptStep::note(":Failed"));
        if name.contains("[Ticket]") {
            let ticket = ["%clientid%", "", &format!("{name} needs attention"), "%shellresult%", "5"];
            steps.push(ScriptStep::new(46, &ticket));
        }
        if self.room == "Servers" {
            let role = format!("Server role:{}", guid_of("role server"));
            steps.push(ScriptStep::new(236, &[&role, ":End"]));
        }
        steps.push(ScriptStep::new(215, &[&format!("{name} failed on %computername%")]));
        steps.push(ScriptStep::new(215, &["The computer is not online"]).in_section(3));
        steps
    }
}
