//! What hangs on tickets is read after the alert is there: nobody waits for a note of a customer to be woken.

use super::Connectors;
use crate::{Result, ports::store::Lane};
use domain::{ids::ConnectorId, ticket::TicketDetails};

impl Connectors<'_> {
    /// Reads the details of the next ticket that waits for them; false when none does.
    pub async fn read_details(&self, id: ConnectorId) -> Result<bool> {
        let Some((alert, ticket)) = self.core.desk.next_details(id) else { return Ok(false) };
        let connector = self.core.connector(id).await?;
        let link = self.core.link(&connector).await?;
        let Some(record) = self.core.store.alert(alert).await? else { return Ok(true) };
        let Some(known) = record.ticket.filter(|known| known.id == ticket) else { return Ok(true) };
        let wanted = &connector.input.additional_details;
        if wanted.is_empty() && record.details == TicketDetails::default() {
            return Ok(true);
        }
        let details = self.core.psa.details(&link, &known, wanted).await;
        // Not read because Manage is away or asks to be left alone: the ticket waits for the next time.
        let line = self.core.psa.health(&link);
        let is_away = line.breaker != "closed" || line.throttled_until.is_some();
        if is_away && !details.unread.is_empty() {
            self.core.desk.want_details(id, alert, ticket);
            return Ok(false);
        }
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        if let Some(mut record) = tx.alert(alert).await?.filter(|record| record.details != details) {
            record.details = details;
            tx.update_alert(&record).await?;
            tx.commit().await?;
            self.core.alerts_changed().await;
        }
        Ok(true)
    }
}
