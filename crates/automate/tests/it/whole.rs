//! A reading with all its items, for the tests that look at them.

use async_trait::async_trait;
use domain::{
    content::{ContentType, ItemKey},
    source::SourceInput,
};
use services::ports::{
    SourceReader as _,
    reader::{self, ItemSink, KnownSignals, ReadError, ReadItem},
};
use std::{collections::BTreeMap, ops::Deref};

/// What a reader handed over and answered.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The items in the order in which they came.
    pub(crate) items: Vec<ReadItem>,
    rest: reader::Reading,
}

impl Reading {
    pub(crate) async fn of(
        reader: &automate::Reader,
        source: &SourceInput,
        known: &KnownSignals,
    ) -> Result<Self, ReadError> {
        let mut sink = Gathered::default();
        let rest = reader.read(source, known, &mut sink).await?;
        Ok(Self { items: sink.items.into_values().collect(), rest })
    }
}

impl Deref for Reading {
    type Target = reader::Reading;

    fn deref(&self) -> &reader::Reading {
        &self.rest
    }
}

/// Items by when their key came first.
#[derive(Default)]
struct Gathered {
    places: BTreeMap<ItemKey, usize>,
    items: BTreeMap<usize, ReadItem>,
}

#[async_trait]
impl ItemSink for Gathered {
    async fn take(&mut self, items: Vec<ReadItem>) -> Result<(), ReadError> {
        for item in items {
            let next = self.places.len();
            let place = *self.places.entry(item.key()).or_insert(next);
            self.items.insert(place, item);
        }
        Ok(())
    }

    fn forget(&mut self, content_type: ContentType) {
        self.items.retain(|_, item| item.canonical.content_type != content_type);
    }
}
