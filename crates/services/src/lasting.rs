//! Work that may outlast the one who asked for it, such as reading a large source.

use crate::{Error, Result, Services};
use std::time::Duration;
use tokio::time::timeout;

/// How long somebody is kept waiting: less than a request may take.
const PATIENCE: Duration = Duration::from_secs(45);

/// What became of it while somebody waited.
#[derive(Debug)]
pub enum Lasting<T> {
    /// It is done.
    Done(T),
    /// It goes on; what it leads to is to be asked for later.
    GoesOn,
}

impl Services {
    /// Does something to its end, even when the one who asked goes away, and answers when it is done or takes long.
    pub async fn lasting<T, F>(&self, work: impl FnOnce(Self) -> F) -> Result<Lasting<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let task = tokio::spawn(work(self.clone()));
        match timeout(PATIENCE, task).await {
            Ok(ended) => ended.map_err(Error::internal)?.map(Lasting::Done),
            Err(_) => Ok(Lasting::GoesOn),
        }
    }
}
