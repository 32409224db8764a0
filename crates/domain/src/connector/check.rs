//! What settings of a connector must be, by field.

use super::{BoardStatus, ConnectorInput, Mode, Rule};
use crate::{
    content::Guid,
    field::{FieldError, Findings},
    net::WebAddress,
    secret::Secret,
};

/// The longest conditions of a rule, in bytes; Manage takes no longer ones.
const LONGEST_CONDITIONS: usize = 10_000;
/// The most rules, and the most boards with statuses of their own.
const MOST_RULES: usize = 100;

/// The address of a Manage server from what was typed. The scheme may be left out; a path, a query and a fragment
/// are dropped, because people paste whole addresses of pages.
pub fn manage_server(typed: &str) -> Result<WebAddress, &'static str> {
    let typed = typed.trim();
    if typed.is_empty()
        || typed.starts_with('/')
        || typed.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err("must be an address such as https://na.myconnectwise.net");
    }
    let full = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let from = full.find("://").map_or(0, |at| at + 3);
    let end =
        full.get(from..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(full.len(), |end| from + end);
    WebAddress::parse(full.get(..end).unwrap_or(&full))
}

impl ConnectorInput {
    /// Whether both lead to the same company of the same instance: only there a number means the same record.
    pub fn same_instance(&self, other: &Self) -> bool {
        let place = |input: &Self| {
            let address = manage_server(&input.instance_uri).ok()?;
            let host = address.host.to_string();
            Some((host.strip_prefix("api-").unwrap_or(&host).to_owned(), address.port))
        };
        let (here, there) = (place(self), place(other));
        let known = here.is_some() && here == there;
        (known || self.instance_uri == other.instance_uri) && self.same_company(other)
    }

    /// Whether another input names the same company; Manage takes no notice of case.
    pub fn same_company(&self, other: &Self) -> bool {
        let company = |input: &Self| input.company_id.trim().to_lowercase();
        company(self) == company(other)
    }

    /// Every refusal at once.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        sized(&mut findings, "name", &self.name, 100);
        self.check_connection(&mut findings);
        let poll = (5..=600).contains(&self.poll_interval_seconds);
        findings.check(!poll, "poll_interval_seconds", "must be 5 to 600 seconds");
        let note = self.note_flags;
        let nowhere = !(note.discussion || note.internal || note.resolution);
        findings.check(
            nowhere,
            "note_flags",
            "must have discussion, internal or resolution: a note must stand somewhere",
        );
        match self.mode {
            Mode::Workflow => self.check_names(&mut findings),
            Mode::Rules => self.check_rules(&mut findings),
        }
        findings.finish()
    }

    fn check_connection(&self, findings: &mut Findings) {
        if let Err(wrong) = manage_server(&self.instance_uri) {
            findings.add("instance_uri", wrong);
        }
        for (field, text, barred) in [
            ("company_id", &self.company_id, "+:/?#\\"),
            ("api_member_id", &self.api_member_id, ":"),
            ("public_key", &self.public_key, ":"),
        ] {
            let plain = text.chars().all(|c| c.is_ascii_graphic() && !barred.contains(c));
            let wrong = text.is_empty() || text.len() > 200 || !plain;
            findings.check(wrong, field, "must be what Manage shows, without blanks or other signs");
        }
        let typed = self
            .private_key
            .given()
            .is_some_and(|key| key.len() > 200 || !key.chars().all(|c| c.is_ascii_graphic()));
        findings.check(
            typed,
            "private_key",
            "must be what Manage showed when the key was made, without blanks",
        );
        findings.check(!self.private_key.is_there(), "private_key", "is missing");
        let remedy = "must be the GUID from developer.connectwise.com";
        findings.check(Guid::parse(&self.client_id).is_err(), "client_id", remedy);
    }

    fn check_names(&self, findings: &mut Findings) {
        let rules = [
            ("workflow_trigger_name", &self.workflow_trigger_name),
            ("workflow_update_name", &self.workflow_update_name),
            ("workflow_tickets_name", &self.workflow_tickets_name),
        ];
        let fields = [
            ("custom_field_retrieved", &self.custom_field_retrieved),
            ("custom_field_status", &self.custom_field_status),
            ("custom_field_user", &self.custom_field_user),
        ];
        for (names, longest) in [(rules, 100), (fields, 25)] {
            for (index, (field, name)) in names.iter().enumerate() {
                sized(findings, field, name, longest);
                let taken = names.iter().take(index).any(|(_, other)| same(other, name));
                findings.check(taken, field, "is used for something else already: choose another name");
            }
        }
    }

    fn check_rules(&self, findings: &mut Findings) {
        findings.check(self.rules.is_empty(), "rules", "must have at least one rule in rules mode");
        for (list, length) in
            [("rules", self.rules.len()), ("board_status_mapping", self.board_status_mapping.len())]
        {
            findings.check(length > MOST_RULES, list, "must have at most 100 entries");
        }
        for (index, rule) in self.rules.iter().take(MOST_RULES).enumerate() {
            check_rule(findings, index, rule);
        }
        for (index, board) in self.board_status_mapping.iter().take(MOST_RULES).enumerate() {
            let before = self.board_status_mapping.iter().take(index);
            check_board(
                findings,
                index,
                board,
                before.into_iter().any(|other| same(&other.board, &board.board)),
            );
        }
    }

    /// Takes over the private key that is kept of the connector that this one replaces (none for a new one). A key
    /// that was kept for one instance, company or public key is never sent to another: it must be typed again.
    pub fn inherit(&mut self, old: Option<&Self>) -> Result<(), Vec<FieldError>> {
        if self.private_key != Secret::Kept {
            return Ok(());
        }
        let reused = old.is_some_and(|old| self.leads_where(old) && old.private_key.is_there());
        if reused {
            return Ok(());
        }
        self.private_key = Secret::Missing;
        let remedy = if old.is_some_and(|old| old.private_key.is_there()) {
            "must be typed again, because the instance, the company or the public key changed"
        } else {
            "is missing"
        };
        Err(vec![FieldError::new("private_key", remedy)])
    }

    /// Whether both sign in at the same instance as the same API member.
    fn leads_where(&self, old: &Self) -> bool {
        let server = |input: &Self| manage_server(&input.instance_uri).ok();
        server(self).is_some()
            && server(self) == server(old)
            && self.company_id == old.company_id
            && self.public_key == old.public_key
    }
}

fn check_rule(findings: &mut Findings, index: usize, rule: &Rule) {
    let texts = [
        ("conditions", &rule.conditions),
        ("child_conditions", &rule.child_conditions),
        ("custom_field_conditions", &rule.custom_field_conditions),
    ];
    for (name, text) in texts {
        let field = format!("rules[{index}].{name}");
        findings.check(text.len() > LONGEST_CONDITIONS, &field, "must have at most 10,000 bytes");
    }
    // Without any condition every ticket would alert.
    let empty = texts.iter().all(|(_, text)| text.trim().is_empty());
    findings.check(
        empty,
        &format!("rules[{index}].conditions"),
        "must say which tickets alert, such as status/name = \"New\"",
    );
    sized(findings, &format!("rules[{index}].category"), &rule.category, 100);
}

fn check_board(findings: &mut Findings, index: usize, board: &BoardStatus, taken: bool) {
    let field = |name: &str| format!("board_status_mapping[{index}].{name}");
    sized(findings, &field("board"), &board.board, 50);
    findings.check(taken, &field("board"), "is named twice: keep one entry for a board");
    for (name, status) in
        [("acknowledged_status", &board.acknowledged_status), ("closed_status", &board.closed_status)]
    {
        if let Some(status) = status {
            sized(findings, &field(name), status, 50);
        }
    }
}

fn sized(findings: &mut Findings, field: &str, text: &str, longest: usize) {
    let length = text.trim().chars().count();
    if length == 0 || length > longest || text.chars().any(char::is_control) {
        findings.add(field, format!("must have 1 to {longest} characters in one line"));
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}
