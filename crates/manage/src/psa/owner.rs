//! Who becomes responsible for a ticket.

use super::{clients::Client, words::trouble};
use crate::{client::Manage, conditions::field, error::ManageError, model::Member, query::Query};
use services::ports::psa::{Person, PsaError};

/// The member of a person: the one that was chosen by hand, else the one with their address.
pub(super) async fn member_of(client: &Client, person: &Person) -> Result<Result<Member, String>, PsaError> {
    let told = |error| trouble(error, None);
    if let Some(identifier) = &person.member {
        let named = Query::matching(field("identifier").equals(identifier.as_str()));
        let found = client.manage.members_matching(&named).await.map_err(told)?;
        let found = found.into_iter().find(|member| !member.inactive);
        return Ok(found.ok_or_else(|| {
            format!(
                "the member {identifier}, who was chosen for {}, is not active in Manage: choose another one",
                person.name
            )
        }));
    }
    let Some(email) = person.email.as_deref().filter(|email| !email.is_empty()) else {
        return Ok(Err(format!("{} has no mail address, so no member can become the owner", person.name)));
    };
    let mut found = client.manage.members_by_email(email).await.map_err(told)?;
    Ok(match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(format!(
            "no active member has the office mail address {email}: choose a member for {} on the connector's page",
            person.name
        )),
        _ => Err(format!(
            "several members have the office mail address {email}: choose one for {} on the connector's page",
            person.name
        )),
    })
}

/// Makes the member the owner; says whether anything was written, or why it cannot be done.
pub(super) async fn make(
    manage: &Manage,
    ticket: i64,
    member: &Member,
) -> Result<Result<bool, String>, PsaError> {
    match manage.make_owner(ticket, member.id).await {
        Ok(changed) => Ok(Ok(!changed.written.is_empty())),
        // The board or the member is against it; the rest of the write-back stands.
        Err(ManageError::Rejected(refusal)) => {
            Ok(Err(format!("{} cannot become the owner of the ticket ({refusal})", member.name)))
        }
        Err(error) => Err(trouble(error, Some(ticket))),
    }
}
