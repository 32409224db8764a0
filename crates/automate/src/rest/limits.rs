//! What the REST interface cannot give, by type (`automate-api.md` sections 2.4 and 2.5).

use domain::content::ContentType;

/// What people are told when the server does not list monitors.
pub(super) const NO_MONITORS: &str = "are left out: this server does not list its monitors (/v1/Monitors). Add the database as a source to follow them.";

/// Why a type cannot be read at all; none when it can.
pub(super) fn cannot(kind: ContentType) -> Option<&'static str> {
    match kind {
        ContentType::Scripts | ContentType::Groups | ContentType::InternalMonitors => None,
        ContentType::Searches => Some(
            "Automate's REST interface lists searches by id, name and folder only, without GUID and conditions. Add the \
             database as a source, or a folder of exports.",
        ),
        ContentType::DataViews => Some(
            "Automate's REST interface lists data views by id, name and folder only, without GUID and query. Add the \
             database as a source.",
        ),
        ContentType::RemoteMonitors => Some(
            "Automate's REST interface does not give the monitors of groups as they are defined. Add the database as a \
             source, or a folder of exports.",
        ),
        ContentType::ExtraFields | ContentType::Roles | ContentType::AlertTemplates => {
            Some("Automate's REST interface does not give their definitions. Add the database as a source.")
        }
    }
}

/// What is missing of a type that can be read.
pub(super) fn partly(kind: ContentType) -> Option<&'static str> {
    match kind {
        ContentType::Scripts => Some(
            "Over REST, extra data fields that a step uses are known by their local number only, and files that travel \
             along with a script are not named.",
        ),
        ContentType::Groups => Some(
            "Over REST, the searches that fill a group are known by their local number only, and remote monitors are not \
             part of it.",
        ),
        ContentType::InternalMonitors => {
            Some("Over REST, whether a monitor is switched off is read from the name of its state.")
        }
        _ => None,
    }
}
