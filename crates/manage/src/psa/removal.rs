//! Takes away what the connector made in Manage.

use super::{clients::Client, words::trouble};
use crate::{calls::hook, client::Manage, error::ManageError, model::Callback};
use domain::connector::MadeInManage;
use services::ports::psa::{PsaError, TakenDown};

/// Things by their number, with a name or an address.
type Things = Vec<(i64, String)>;

/// Removes what was made. Answers what is left.
pub(super) async fn take_down(client: &Client, made: &MadeInManage) -> Result<TakenDown, PsaError> {
    let mut work = Removal { manage: &client.manage, left: MadeInManage::default(), first: None };
    work.callbacks(&made.callbacks).await;
    work.workflows(&made.workflows).await;
    // Last, because rules use them.
    work.custom_fields(&made.custom_fields).await;
    match work.first {
        Some(error) if work.left == *made => Err(trouble(error, None)),
        first => Ok(TakenDown { left: work.left, why: first.map(|error| error.to_string()) }),
    }
}

struct Removal<'a> {
    manage: &'a Manage,
    left: MadeInManage,
    /// What went wrong first.
    first: Option<ManageError>,
}

impl Removal<'_> {
    /// Only those that are listed with our address: a number alone may be another's by now.
    async fn callbacks(&mut self, ours: &Things) {
        if ours.is_empty() {
            return;
        }
        let listed = match self.manage.callbacks().await {
            Ok(listed) => listed,
            Err(error) => {
                self.first.get_or_insert(error);
                self.left.callbacks.clone_from(ours);
                return;
            }
        };
        for one in ours.iter().filter(|one| listed.iter().any(|there| is(there, one))) {
            if let Err(error) = self.manage.delete_callback(one.0).await {
                self.first.get_or_insert(error);
                self.left.callbacks.push(one.clone());
            }
        }
    }

    async fn workflows(&mut self, ours: &Things) {
        for one in ours {
            if let Err(error) = self.manage.delete_workflow(one.0).await {
                self.first.get_or_insert(error);
                self.left.workflows.push(one.clone());
            }
        }
    }

    async fn custom_fields(&mut self, ours: &Things) {
        for one in ours {
            if let Err(error) = self.manage.delete_custom_field(one.0).await {
                self.first.get_or_insert(error);
                self.left.custom_fields.push(one.clone());
            }
        }
    }
}

/// Whether a callback that is listed is this one of ours.
fn is(there: &Callback, (id, url): &(i64, String)) -> bool {
    there.id == *id && there.url == hook(url)
}
