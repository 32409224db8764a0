//! Remote monitors on groups (`groupagents`). Contact, categories and alert template are local. Automate has no
//! switch for them: a new one arrives with the template that does nothing, whatever it names on the master, and so
//! alerts nobody until somebody chooses one here.

use super::{
    ApplyError,
    columns::{Body, Columns},
    directory::Directory,
};
use domain::{
    content::{Canonical, ContentType, Reference},
    receiving::local::{Kept, Merged},
};

const MEMBERS: &[&str] = &[
    "group",
    "limit",
    "script",
    "check_action",
    "interval",
    "where",
    "what",
    "data_out",
    "comparor",
    "data_in",
    "id_field",
    "alert_style",
    "script_target",
    "data_collector",
    "success_subject",
    "success_message",
    "failure_subject",
    "failure_message",
    "alert_template",
    "ticket_category",
    "report_category",
];

/// The member that names whom a monitor alerts.
const TEMPLATE: &str = "alert_template";
/// The alert template that Automate brings along for monitors that shall alert nobody, in lower case.
const DOES_NOTHING: &str = "default - do nothing";

/// Gives a new monitor whose alert template was switched off the template that does nothing, where there is one
/// here; where there is none, it stays without.
pub(super) fn silence(merged: &mut Merged, here: &Directory) {
    let off = |kept: &Kept| kept.member == TEMPLATE;
    let (Some(at), Some(nothing)) = (merged.kept.iter().position(off), doing_nothing(here)) else { return };
    merged.content.body.insert(TEMPLATE.into(), nothing.as_str().into());
    merged.kept[at].local = nothing.as_str().into();
    // The master's may be the very same.
    merged.kept.retain(|kept| kept.local != kept.offered);
}

/// The alert template that does nothing, if exactly one here has Automate's name for it.
fn doing_nothing(here: &Directory) -> Option<Reference> {
    let [id] = here.alert_templates.get(DOES_NOTHING)?.as_slice() else { return None };
    let guid = here.known.alert_templates.get(id)?;
    Some(Reference::to(ContentType::AlertTemplates, guid))
}

/// The columns of a remote monitor.
pub(super) fn columns(content: &Canonical, here: &Directory) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    let group = if body.text("group").is_empty() {
        here.parent_group(&content.placement)?.map_or(0, |group| group.id)
    } else {
        here.id(body.text("group"))?
    };
    columns.set("GroupID", group);
    columns.set("SearchID", here.id(body.text("limit"))?);
    columns.set("ScriptID", here.id(body.text("script"))?);
    columns.numbers(
        &body,
        &[
            ("check_action", "CheckAction"),
            ("interval", "interval"),
            ("comparor", "Comparor"),
            ("alert_style", "AlertStyle"),
            ("script_target", "ScriptTarget"),
        ],
    );
    columns.texts(
        &body,
        &[
            ("where", "Where"),
            ("what", "What"),
            ("data_out", "DataOut"),
            ("data_in", "DataIn"),
            ("id_field", "IDField"),
            ("data_collector", "datacollector"),
        ],
    );
    columns.set("AlertMessage", body.message());
    columns.set("AlertAction", here.id(body.text("alert_template"))?);
    columns.set("TicketCategory", here.category(body.text("ticket_category"))?);
    columns.set("Category", here.category(body.text("report_category"))?);
    Ok(columns)
}
