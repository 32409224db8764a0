//! Sync windows: what is set, whether content may be published now, and a person's opening with a reason.

use crate::{Core, Error, Result, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Permission},
    audit::action,
    window::{MAX_OPEN_SECONDS, Opening, SyncWindows, WindowsView},
};
use jiff::{SignedDuration, tz::TimeZone};

/// When content may be published.
pub struct Windows<'a> {
    pub(crate) core: &'a Core,
}

impl Windows<'_> {
    /// What is set, and how it stands now.
    pub async fn get(&self, actor: &Actor) -> Result<WindowsView> {
        self.core.require(actor, Permission::ViewContent).await?;
        self.core.windows_now().await
    }

    /// Replaces the windows.
    pub async fn set(&self, actor: &Actor, windows: SyncWindows) -> Result<WindowsView> {
        self.core.require(actor, Permission::ManageClients).await?;
        windows.check()?;
        zone(&windows.time_zone).ok_or_else(|| {
            Error::field("time_zone", "is not a time zone: use a name such as Europe/Amsterdam or UTC")
        })?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.keep_windows(&windows).await?;
        let told = format!("set {} sync windows in {}", windows.windows.len(), windows.time_zone);
        self.core.audit(&mut *tx, actor, Line::ok(action::WINDOWS, told)).await?;
        tx.commit().await?;
        self.core.windows_now().await
    }

    /// Lets content be published for a while, whatever the windows say.
    pub async fn open(&self, actor: &Actor, seconds: u64, reason: &str) -> Result<WindowsView> {
        self.core.require(actor, Permission::ApproveContent).await?;
        if !(60..=MAX_OPEN_SECONDS).contains(&seconds) {
            let message = format!("must be 60 to {MAX_OPEN_SECONDS} (one day)");
            return Err(Error::field("seconds", message));
        }
        let reason = check_reason(reason)?;
        let until = self.core.now() + SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(60));
        let opening = Opening { until, reason, by: actor.name().to_owned() };
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.keep_opening(Some(&opening)).await?;
        let told = format!("opened the sync windows until {until}: {}", opening.reason);
        self.core.audit(&mut *tx, actor, Line::ok(action::WINDOWS, told)).await?;
        tx.commit().await?;
        self.core.windows_now().await
    }

    /// Ends an opening.
    pub async fn close(&self, actor: &Actor) -> Result<WindowsView> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.keep_opening(None).await?;
        self.core.audit(&mut *tx, actor, Line::ok(action::WINDOWS, "ended the opening")).await?;
        tx.commit().await?;
        self.core.windows_now().await
    }
}

/// A reason that a person must give.
pub(crate) fn check_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(Error::field("reason", "must say why, in 1 to 500 characters"));
    }
    Ok(reason.to_owned())
}

fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

impl Core {
    async fn windows_now(&self) -> Result<WindowsView> {
        let (set, opening) = self.store.sync_windows().await?;
        let now = self.now();
        let zone = zone(&set.time_zone)
            .ok_or_else(|| Error::internal(format!("the time zone {} is not known", set.time_zone)))?;
        let changes_at = set.next_change(now, &zone);
        let local = changes_at.map(|at| at.to_zoned(zone.clone()).strftime("%A %H:%M").to_string());
        let opening = opening.filter(|opening| opening.until > now);
        let open = opening.is_some() || set.is_open(now, &zone);
        Ok(WindowsView { set, open, changes_at, changes_at_local: local, opening })
    }

    /// Why nothing may be published now, if so, and when it may again.
    pub(crate) async fn closed(&self) -> Result<Option<String>> {
        let view = self.windows_now().await?;
        if view.open {
            return Ok(None);
        }
        let next = view
            .changes_at_local
            .map_or("in more than a week".to_owned(), |local| format!("{local} ({})", view.set.time_zone));
        Ok(Some(format!("outside the sync windows: they open {next}")))
    }

    /// Refuses a person's publishing outside the windows; the way around is an opening with a reason.
    pub(crate) async fn require_open(&self, actor: &Actor) -> Result<()> {
        if matches!(actor, Actor::System { .. }) {
            return Ok(());
        }
        match self.closed().await? {
            None => Ok(()),
            Some(closed) => Err(Error::Conflict(format!(
                "Nothing was published, {closed}. To publish now, open them with a reason under Rings."
            ))),
        }
    }
}
