//! A believable master library of an MSP, and how it goes on a week later.
//!
//! - `desk`, `fleet`, `platform`: the scripts, by who cares for them
//! - `checks`: searches, groups with remote monitors, internal monitors
//! - `lab`: what a second instance holds
//! - `week`: what happens in a week
//!
//! Everything is written from tables: a new script is a [`Recipe`].

mod checks;
mod desk;
mod fleet;
mod lab;
mod platform;
mod recipe;
mod week;

pub use recipe::{Recipe, Stage};

use crate::exports::{ExtraField, Group, InternalMonitor, Script, ScriptStep, Search};
use std::{fs, io, path::Path};

/// Everything in the library.
#[derive(Debug, Clone)]
struct Library {
    recipes: Vec<Recipe>,
    searches: Vec<Search>,
    groups: Vec<Group>,
    monitors: Vec<InternalMonitor>,
}

impl Library {
    fn new() -> Self {
        let recipes = [desk::SCRIPTS, fleet::SCRIPTS, platform::SCRIPTS].concat();
        Self { recipes, searches: checks::searches(), groups: checks::groups(), monitors: checks::monitors() }
    }

    fn script(&self, name: &str) -> Script {
        let recipe = self.recipes.iter().find(|recipe| recipe.name == name);
        recipe.map_or_else(|| Script::new(name), Recipe::script)
    }

    /// The script that runs others, each of which travels along in its export.
    fn onboarding(&self) -> Script {
        Script::new("Onboard a workstation")
            .folder("Operations")
            .folder("Onboarding")
            .notes("Runs the whole onboarding in order. Needs the approval window of the client.")
            .parameter("AssetTag")
            .parameter("Owner")
            .step(ScriptStep::new(1, &[]).in_section(1))
            .step(ScriptStep::note("Name first, so that everything later carries it"))
            .calls(self.script("Rename computer by asset tag"))
            .calls(self.script("Install standard software"))
            .calls(self.script("Enable BitLocker and escrow key"))
            .reads(patch_day(), "PatchDay")
            .step(ScriptStep::jump_if("@PatchDay@", "None", ":Done"))
            .calls(self.script("Install missing patches"))
            .step(ScriptStep::note(":Done"))
            .step(ScriptStep::log("Onboarding of %computername% finished"))
    }

    fn contents(self) -> Contents {
        let scripts = self.recipes.iter().map(Recipe::script).chain([self.onboarding()]).collect();
        let fields = vec![patch_day(), asset_tag(), contract()];
        Contents { scripts, searches: self.searches, groups: self.groups, monitors: self.monitors, fields }
    }

    fn save(&self, folder: &Path) -> io::Result<()> {
        for name in ["scripts", "searches", "groups", "monitors", "fields"] {
            fs::create_dir_all(folder.join(name))?;
        }
        let scripts = self.recipes.iter().map(Recipe::script).chain([self.onboarding()]);
        for script in scripts {
            fs::write(folder.join(script_file(&script.name)), script.to_xml())?;
        }
        for search in &self.searches {
            fs::write(folder.join(format!("searches/{}.xml", slug(&search.name))), search.to_xml())?;
        }
        for group in &self.groups {
            fs::write(folder.join(format!("groups/{}.xml", slug(&group.name))), group.to_xml())?;
        }
        for monitor in &self.monitors {
            fs::write(folder.join(format!("monitors/{}.sql", slug(&monitor.name))), monitor.to_sql())?;
        }
        for field in [patch_day(), asset_tag(), contract()] {
            fs::write(folder.join(format!("fields/{}.xml", slug(&field.name))), field.to_xml())?;
        }
        Ok(())
    }
}

/// Everything that the library holds, for simulators that serve it in another form.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The scripts.
    pub scripts: Vec<Script>,
    /// The searches.
    pub searches: Vec<Search>,
    /// The groups with their remote monitors.
    pub groups: Vec<Group>,
    /// The internal monitors.
    pub monitors: Vec<InternalMonitor>,
    /// The extra data fields.
    pub fields: Vec<ExtraField>,
}

/// What [`write()`] writes.
pub fn contents() -> Contents {
    Library::new().contents()
}

/// What a second instance holds: nothing that the library holds as well.
pub fn lab() -> Contents {
    let scripts = lab::SCRIPTS.iter().map(Recipe::script).collect();
    Contents { scripts, searches: vec![], groups: vec![], monitors: vec![], fields: vec![] }
}

/// What [`evolve`] leaves.
pub fn contents_after_a_week() -> Contents {
    let mut library = Library::new();
    week::pass(&mut library);
    library.contents()
}

/// Writes the library as export files.
pub fn write(folder: &Path) -> io::Result<()> {
    Library::new().save(folder)
}

/// What happened in a week: edits, a rename, a move, two deletions, two new scripts.
pub fn evolve(folder: &Path) -> io::Result<()> {
    let mut library = Library::new();
    let gone = week::pass(&mut library);
    for name in gone {
        let file = folder.join(script_file(&name));
        // Evolving twice is evolving once.
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    library.save(folder)
}

/// A file name from a name.
pub fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

fn script_file(name: &str) -> String {
    format!("scripts/{}.xml", slug(name))
}

fn patch_day() -> ExtraField {
    let field = ExtraField::new("Patch day", "Patching");
    field.options(&["Not selected", "None", "Monday", "Tuesday", "Wednesday", "Thursday", "Saturday"])
}

fn asset_tag() -> ExtraField {
    ExtraField::new("Asset tag", "Inventory")
}

fn contract() -> ExtraField {
    ExtraField::new("Contract", "Billing").options(&["None", "Bronze", "Silver", "Gold"])
}
