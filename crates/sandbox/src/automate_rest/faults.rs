//! What can be made to go wrong.

use super::{access::Access, options::Options, refused};
use crate::{exports::Script, library::Contents};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};

/// When lists of scripts hold their steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bodies {
    /// Always.
    #[default]
    Always,
    /// When `expand` names `ScriptData`.
    Expanded,
    /// When `includefields` names `ScriptData`.
    Included,
    /// Never.
    Never,
}

impl Bodies {
    pub(super) fn are_listed(self, options: &Options) -> bool {
        match self {
            Self::Always => true,
            Self::Expanded => options.expands("ScriptData"),
            Self::Included => options.includes("ScriptData"),
            Self::Never => false,
        }
    }
}

/// The switches; the default is a healthy server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Seconds that a token counts.
    pub token_seconds: u64,
    /// Whether tokens are never renewed.
    pub refuses_refresh: bool,
    /// The key of the authenticator app (base 32), when the user needs a second factor.
    pub second_factor: Option<String>,
    /// Data requests that are still answered before every token counts no more (once).
    pub sign_out_after: Option<u32>,
    /// Data requests that are still answered before all are refused with 401, whatever the token.
    pub locked_after: Option<u32>,
    /// Requests that are answered with 500 from now on.
    pub failing: u32,
    /// Data requests that are still answered before all others get 500.
    pub failing_after: Option<u32>,
    /// The seconds that `Retry-After` names then.
    pub retry_after: Option<u32>,
    /// Whether everything is answered with a web page.
    pub html: bool,
    /// Where everything is redirected to.
    pub redirect: Option<String>,
    /// Milliseconds before each answer.
    pub slow_milliseconds: u64,
    /// Names of rows that the user may not see.
    pub hidden: Vec<String>,
    /// The most rows of a page, whatever is asked for.
    pub largest_page: Option<usize>,
    /// How often the first script is deleted just after the first page of scripts.
    pub shifts: u32,
    /// How often a script is added just after the last page of scripts.
    pub grows: u32,
    /// Whether the number of the page is ignored.
    pub page_ignored: bool,
    /// When lists of scripts hold their steps.
    pub bodies: Bodies,
    /// Whether `/v1/Monitors` is unknown.
    pub without_monitors: bool,
    /// Whether what is made gets a GUID of the server's own.
    pub own_guids: bool,
    /// Changes that are made from now on, and answered with 500 all the same.
    pub lost_answers: u32,
    /// Changes that are not made from now on, and answered with 500.
    pub lost_requests: u32,
    /// Whether `/v2` gives scripts without their steps.
    pub hides_steps: bool,
    /// How many characters of a text are kept when it is written.
    pub shortens: Option<usize>,
    /// The rights of the user.
    pub rights: Vec<String>,
}

impl Default for Faults {
    fn default() -> Self {
        let rights = ["ScriptRead", "GroupsShowAll", "SearchesRead", "DataViewShowAll", "ClientRead"];
        Self {
            token_seconds: 3600,
            refuses_refresh: false,
            second_factor: None,
            sign_out_after: None,
            locked_after: None,
            failing: 0,
            failing_after: None,
            retry_after: None,
            html: false,
            redirect: None,
            slow_milliseconds: 0,
            hidden: Vec::new(),
            largest_page: None,
            shifts: 0,
            grows: 0,
            page_ignored: false,
            bodies: Bodies::Always,
            without_monitors: false,
            own_guids: false,
            lost_answers: 0,
            lost_requests: 0,
            hides_steps: false,
            shortens: None,
            rights: rights.map(str::to_owned).to_vec(),
        }
    }
}

impl Faults {
    /// A fault of the whole server.
    pub(super) fn any(&mut self) -> Option<Response> {
        if let Some(elsewhere) = &self.redirect {
            return Some((StatusCode::FOUND, [(header::LOCATION, elsewhere.clone())]).into_response());
        }
        if self.html {
            let page = "<!DOCTYPE html><html><body>Under maintenance</body></html>";
            return Some(([(header::CONTENT_TYPE, "text/html")], page).into_response());
        }
        if self.failing == 0 {
            return None;
        }
        self.failing -= 1;
        Some(self.failure())
    }

    /// A 500, with `Retry-After` where it is switched on.
    pub(super) fn failure(&self) -> Response {
        let mut answer = refused(StatusCode::INTERNAL_SERVER_ERROR, "An error has occurred.");
        if let Some(seconds) = self.retry_after {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        answer
    }

    /// Whether the server breaks at this data request.
    pub(super) fn breaks(&mut self) -> bool {
        match &mut self.failing_after {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }

    /// Whether this data request meets the end of its token.
    pub(super) fn signs_out(&mut self, access: &mut Access) -> bool {
        match &mut self.locked_after {
            Some(0) => return true,
            Some(left) => *left -= 1,
            None => {}
        }
        match &mut self.sign_out_after {
            Some(0) => {
                self.sign_out_after = None;
                access.revoke();
                true
            }
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }

    /// Adds a script once the list was read to its end.
    pub(super) fn grow(&mut self, contents: &mut Contents, resource: &str) {
        if self.grows == 0 || resource != "scripts" {
            return;
        }
        self.grows -= 1;
        let id = contents.scripts.iter().map(|script| script.id).max().unwrap_or(0) + 1;
        contents.scripts.push(Script { id, ..Script::new(&format!("Added while reading {id}")) });
    }

    /// Deletes a script while the list is read.
    pub(super) fn shift(&mut self, contents: &mut Contents, resource: &str, page: usize) {
        if self.shifts == 0 || resource != "scripts" || page != 1 {
            return;
        }
        self.shifts -= 1;
        let first = contents.scripts.iter().map(|script| script.id).min();
        contents.scripts.retain(|script| Some(script.id) != first);
    }
}
