//! Definitions of custom fields.

use crate::{
    client::Manage,
    conditions::field,
    error::ManageError,
    model::{CustomField, CustomFieldKind},
    query::Query,
    wire::setup::{WireCustomField, WirePod},
};
use serde_json::json;

const FIELDS: &str = "/system/userDefinedFields";
/// Manage's limit for a caption.
const LONGEST_CAPTION: usize = 25;

impl Manage {
    /// The custom fields with this caption; captions need not be unique across kinds of records.
    pub async fn custom_fields(&self, caption: &str) -> Result<Vec<CustomField>, ManageError> {
        let query = Query::matching(field("caption").equals(caption));
        let rows = self.list::<WireCustomField>(FIELDS, &query).await?;
        let same = |field: &CustomField| field.caption.eq_ignore_ascii_case(caption);
        Ok(rows.into_iter().map(CustomField::from).filter(same).collect())
    }

    /// The number of the screen area that tickets' custom fields belong to. It differs between instances and is
    /// not published: newer versions list the areas, on others any custom field of a ticket tells.
    pub async fn ticket_pod(&self) -> Result<Option<i64>, ManageError> {
        match self.list_by_number::<WirePod>("/system/userDefinedFieldScreenPods", &Query::new()).await {
            Ok(pods) => {
                if let Some(pod) = pods.iter().find_map(pod_of_tickets) {
                    return Ok(Some(pod));
                }
            }
            Err(ManageError::NotFound(_) | ManageError::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
        let sample = self.newest_tickets(&Query::new(), 1).await?;
        let Some(known) = sample.first().and_then(|ticket| ticket.custom_fields.first()) else {
            return Ok(None);
        };
        let definition =
            self.read::<WireCustomField>(&format!("{FIELDS}/{}", known.id), &Query::new()).await?;
        Ok(Some(CustomField::from(definition).pod).filter(|pod| *pod != 0))
    }

    /// Creates a hidden custom field of tickets, in every location and department. Look for it first: creating
    /// twice makes two.
    pub async fn create_custom_field(
        &self,
        pod: i64,
        caption: &str,
        kind: CustomFieldKind,
        place: u32,
    ) -> Result<CustomField, ManageError> {
        let length = caption.chars().count();
        if length == 0 || length > LONGEST_CAPTION {
            return Err(ManageError::setting(
                "custom_field",
                format!("must have 1 to {LONGEST_CAPTION} characters"),
            ));
        }
        let kind = match kind {
            CustomFieldKind::Checkbox => "Checkbox",
            CustomFieldKind::Text => "Text",
        };
        let body = json!({
            "podId": pod, "caption": caption, "sequenceNumber": place, "fieldTypeIdentifier": kind,
            "entryTypeIdentifier": "EntryField", "displayOnScreenFlag": false, "requiredFlag": false,
            "helpText": "Kept by Tandem", "addAllLocations": true, "addAllBusinessUnits": true,
        });
        self.create::<WireCustomField>(FIELDS, body).await.map(CustomField::from)
    }

    /// Deletes a custom field; says whether it was still there.
    pub async fn delete_custom_field(&self, id: i64) -> Result<bool, ManageError> {
        self.delete(&format!("{FIELDS}/{id}")).await
    }
}

/// The area of service tickets among the screen areas.
fn pod_of_tickets(pod: &WirePod) -> Option<i64> {
    let says = |text: &Option<String>| {
        text.as_deref().is_some_and(|text| text.to_lowercase().contains("service ticket"))
    };
    let number = pod.pod.as_ref()?;
    let number = number.as_i64().or_else(|| number.as_str()?.parse().ok());
    number.filter(|_| says(&pod.screen) || says(&pod.description))
}
