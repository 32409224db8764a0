//! Rings, the ordered stages of production. What they serve stands in [`super::production`].

use super::StoreResult;
use async_trait::async_trait;
use domain::{ids::RingId, ring::Ring};

/// What the receivers of a ring say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RingFacts {
    /// The ring's name.
    pub ring: String,
    /// API clients that read it.
    pub clients: u64,
    /// Items that they reported with an error.
    pub errors: u64,
}

/// Reads of rings.
#[async_trait]
pub trait RingReads {
    /// All rings in their order.
    async fn rings(&self) -> StoreResult<Vec<Ring>>;
    /// What receivers say, for the rings that have some.
    async fn ring_facts(&self) -> StoreResult<Vec<RingFacts>>;
}

/// Writes of rings.
#[async_trait]
pub trait RingWrites {
    /// All rings in their order, to be changed.
    async fn rings_for_change(&mut self) -> StoreResult<Vec<Ring>>;
    /// Adds a ring; `Taken` when the name is.
    async fn insert_ring(&mut self, ring: &Ring) -> StoreResult<()>;
    /// Changes everything about a ring; `Taken` when the name is.
    async fn update_ring(&mut self, ring: &Ring) -> StoreResult<()>;
    /// Removes a ring with what it serves.
    async fn delete_ring(&mut self, id: RingId) -> StoreResult<()>;
    /// Clients follow the new name of their ring.
    async fn rename_ring_of_clients(&mut self, from: &str, to: &str) -> StoreResult<()>;
    /// How many clients read a ring.
    async fn clients_in_ring(&mut self, ring: &str) -> StoreResult<u64>;
}
