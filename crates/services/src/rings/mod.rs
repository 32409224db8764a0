//! Rings, the ordered stages of production: adding, changing, ordering and removing them. [`promote`] lets what
//! one serves go on to the next.
//!
//! The first ring serves what was synced. Which ring is first may therefore only change between two that serve
//! the same: nothing reaches a receiver because rings were put in another order.

mod promote;

use crate::{
    Core, Error, Result,
    once::Once,
    ports::store::{Lane, StoreError, Transaction},
    pull::RingSlice,
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::action,
    ids::RingId,
    ring::{MOST_RINGS, Ring, RingInput, RingView, promotion},
};
use std::{collections::BTreeSet, sync::Arc};

/// Rings, the ordered stages of production.
pub struct Rings<'a> {
    pub(crate) core: &'a Core,
    pub(crate) once: Once,
}

impl Rings<'_> {
    /// All rings in their order, with what they serve and what waits.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<RingView>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let rings = self.core.store.rings().await?;
        let facts = self.core.store.ring_facts().await?;
        let mut views = Vec::new();
        let mut before: Option<Arc<RingSlice>> = None;
        for (index, ring) in rings.into_iter().enumerate() {
            let slice = self.core.ring_slice((index > 0).then_some(ring.id)).await?;
            let waiting = match &before {
                Some(before) => promotion_count(before, &slice),
                None => 0,
            };
            let told = facts.iter().find(|facts| facts.ring == ring.name).cloned().unwrap_or_default();
            let items = slice.pointers.iter().filter(|pointer| !pointer.removed).count() as u64;
            let (clients, errors) = (told.clients, told.errors);
            views.push(RingView { revision: slice.revision, items, clients, errors, waiting, ring });
            before = Some(slice);
        }
        Ok(views)
    }

    /// One ring.
    pub async fn get(&self, actor: &Actor, id: RingId) -> Result<RingView> {
        let found = self.list(actor).await?.into_iter().find(|view| view.ring.id == id);
        found.ok_or(Error::NotFound("ring"))
    }

    /// Adds a ring at a place, at the end when none is named. It begins with what the ring behind it serves, or
    /// at the end with what the ring before it serves.
    pub async fn create(&self, actor: &Actor, input: RingInput, position: Option<usize>) -> Result<Ring> {
        self.core.require(actor, Permission::ManageClients).await?;
        if let Some(id) = self.once.done()? {
            return Ok(self.get(actor, id).await?.ring);
        }
        input.check()?;
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let mut rings = tx.rings_for_change().await?;
        if rings.len() >= MOST_RINGS {
            return Err(Error::Conflict(format!(
                "there can be at most {MOST_RINGS} rings: remove one first"
            )));
        }
        let place = position.unwrap_or(rings.len()).min(rings.len());
        let ring = Ring {
            id: RingId(self.core.uuid()),
            name: input.name.trim().to_owned(),
            position: u32::try_from(rings.len()).unwrap_or(u32::MAX),
            rules: input.rules,
            stopped: None,
            accepted_errors: 0,
        };
        tx.insert_ring(&ring).await.map_err(name_taken)?;
        match (place, rings.get(place), rings.last()) {
            // The new first ring serves what was synced; the one that was first keeps it as its own.
            (0, Some(first), _) => tx.copy_pointers(None, first.id).await?,
            (_, Some(behind), _) => tx.copy_pointers(Some(behind.id), ring.id).await?,
            (_, None, last) => {
                let last = last.filter(|_| rings.len() > 1).map(|last| last.id);
                tx.copy_pointers(last, ring.id).await?;
            }
        }
        rings.insert(place, ring.clone());
        number(&mut *tx, &mut rings).await?;
        self.once.keep(&mut *tx, ring.id).await?;
        self.finish(tx, actor, format!("added the ring {}", ring.name), &ring).await?;
        let position = u32::try_from(place).unwrap_or(u32::MAX);
        Ok(Ring { position, ..ring })
    }

    /// Changes a ring's name and rules; its clients follow the name.
    pub async fn update(&self, actor: &Actor, id: RingId, input: RingInput) -> Result<Ring> {
        self.core.require(actor, Permission::ManageClients).await?;
        input.check()?;
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let mut ring = one_of(tx.rings_for_change().await?, id)?;
        let name = input.name.trim().to_owned();
        if name != ring.name {
            tx.rename_ring_of_clients(&ring.name, &name).await?;
        }
        ring.name = name;
        ring.rules = input.rules;
        if !ring.rules.automatic {
            ring.stopped = None;
        }
        tx.update_ring(&ring).await.map_err(name_taken)?;
        self.finish(tx, actor, format!("changed the ring {}", ring.name), &ring).await?;
        Ok(ring)
    }

    /// Puts the rings in another order.
    pub async fn reorder(&self, actor: &Actor, order: &[RingId]) -> Result<Vec<RingView>> {
        self.core.require(actor, Permission::ManageClients).await?;
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let rings = tx.rings_for_change().await?;
        let wanted: BTreeSet<RingId> = order.iter().copied().collect();
        let known: BTreeSet<RingId> = rings.iter().map(|ring| ring.id).collect();
        if wanted != known || order.len() != rings.len() {
            return Err(Error::field("rings", "must name every ring exactly once"));
        }
        let mut sorted = Vec::new();
        for id in order {
            sorted.push(one_of(rings.clone(), *id)?);
        }
        if let (Some(old), Some(new)) = (rings.first(), sorted.first())
            && old.id != new.id
        {
            self.require_same(&mut *tx, old, new).await?;
            tx.copy_pointers(None, old.id).await?;
            self.make_first(&mut *tx, new).await?;
        }
        number(&mut *tx, &mut sorted).await?;
        let names: Vec<&str> = sorted.iter().map(|ring| ring.name.as_str()).collect();
        let told = format!("ordered the rings: {}", names.join(", "));
        let Some(first) = sorted.first() else { return Err(Error::NotFound("ring")) };
        self.finish(tx, actor, told, first).await?;
        self.list(actor).await
    }

    /// Removes a ring that no client reads.
    pub async fn delete(&self, actor: &Actor, id: RingId) -> Result<()> {
        self.core.require(actor, Permission::ManageClients).await?;
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let mut rings = tx.rings_for_change().await?;
        let ring = one_of(rings.clone(), id)?;
        let clients = tx.clients_in_ring(&ring.name).await?;
        if clients > 0 {
            return Err(Error::Conflict(format!(
                "{clients} API clients read the ring {}: move them to another ring first",
                ring.name
            )));
        }
        if rings.len() < 2 {
            return Err(Error::Conflict("this is the only ring: there must be one".into()));
        }
        if let (Some(first), Some(second)) = (rings.first(), rings.get(1))
            && first.id == id
        {
            self.require_same(&mut *tx, first, second).await?;
            self.make_first(&mut *tx, second).await?;
        }
        rings.retain(|known| known.id != id);
        tx.delete_ring(id).await?;
        number(&mut *tx, &mut rings).await?;
        self.finish(tx, actor, format!("removed the ring {}", ring.name), &ring).await
    }

    /// Two rings may only change places at the front when they serve the same.
    async fn require_same(&self, tx: &mut dyn Transaction, first: &Ring, other: &Ring) -> Result<()> {
        let (source, target) =
            (tx.pointers_for_change(None).await?, tx.pointers_for_change(Some(other.id)).await?);
        let waiting = promotion(&source, &target, |_| true).len();
        if waiting == 0 {
            return Ok(());
        }
        Err(Error::Conflict(format!(
            "the ring {} does not serve {waiting} changes that {} does: promote them first, then it can be the first",
            other.name, first.name
        )))
    }

    /// From now on this ring serves what was synced. Its clients' revisions belong to what it served before, so
    /// they get the whole once.
    async fn make_first(&self, tx: &mut dyn Transaction, ring: &Ring) -> Result<()> {
        tx.clear_pointers(ring.id).await?;
        let revision = tx.next_revision(self.core.now()).await?;
        Ok(tx.restart_scopes(&ring.name, revision).await?)
    }

    async fn finish(
        &self,
        mut tx: Box<dyn Transaction>,
        actor: &Actor,
        told: String,
        ring: &Ring,
    ) -> Result<()> {
        tx.bump_access().await?;
        self.core.audit(&mut *tx, actor, Line::ok(action::RING, told).about(ring.id)).await?;
        self.core.serve_anew(tx).await?;
        Ok(())
    }
}

fn promotion_count(before: &RingSlice, here: &RingSlice) -> u64 {
    promotion(&before.pointers, &here.pointers, |_| true).len() as u64
}

fn one_of(rings: Vec<Ring>, id: RingId) -> Result<Ring> {
    rings.into_iter().find(|ring| ring.id == id).ok_or(Error::NotFound("ring"))
}

async fn number(tx: &mut dyn Transaction, rings: &mut [Ring]) -> Result<()> {
    for (position, ring) in rings.iter_mut().enumerate() {
        ring.position = u32::try_from(position).unwrap_or(u32::MAX);
        tx.update_ring(ring).await?;
    }
    Ok(())
}

fn name_taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken(_) => Error::field("name", "belongs to another ring already: choose another name"),
        other => other.into(),
    }
}
