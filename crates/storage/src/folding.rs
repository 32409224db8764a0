//! SQLite's log, folded back into the file by a connection of its own, soon after each commit.
//!
//! Left to itself SQLite folds it back in the commit that makes the log longer than a thousand pages, and one commit in a
//! hundred waits ten times as long for the disk as the others do. Little by little it costs nobody anything: writers go on
//! beside it, and a log that is wholly folded back begins anew. Where it does not keep up, SQLite still does it itself.

use sqlx::{Executor as _, SqliteConnection, SqlitePool};
use std::time::Duration;
use tokio::{
    sync::mpsc::{Receiver, Sender},
    time::{sleep, timeout},
};

/// How long commits gather: under a steady stream the disk is asked forty times a second at most.
const GATHER: Duration = Duration::from_millis(25);
/// Without a commit for so long, all that were told of are in the log.
const QUIET: Duration = Duration::from_secs(1);

/// Tells of each commit of a writing connection.
pub(crate) async fn tell_of_commits(
    connection: &mut SqliteConnection,
    commits: Sender<()>,
) -> Result<(), sqlx::Error> {
    connection.lock_handle().await?.set_commit_hook(move || {
        // One that is told of already stands for all that come until then.
        let _ = commits.try_send(());
        // The commit goes on.
        true
    });
    Ok(())
}

/// Folds back until the pool is closed, or nobody is left who could commit.
pub(crate) async fn fold(pool: SqlitePool, mut commits: Receiver<()>) {
    loop {
        if commits.recv().await.is_none() || !fold_back(&pool, GATHER).await {
            return;
        }
        // A commit tells before it is in the log, and a reader may have held on to a part of it: once it is quiet, whatever
        // is left is folded back as well.
        while let Ok(told) = timeout(QUIET, commits.recv()).await {
            if told.is_none() || !fold_back(&pool, GATHER).await {
                return;
            }
        }
        if !fold_back(&pool, Duration::ZERO).await {
            return;
        }
    }
}

/// Folds back after a moment; false once the pool is closed.
async fn fold_back(pool: &SqlitePool, moment: Duration) -> bool {
    sleep(moment).await;
    match pool.execute("PRAGMA wal_checkpoint(PASSIVE)").await {
        Err(sqlx::Error::PoolClosed) => return false,
        Err(error) => tracing::debug!(%error, "the log stays as it is until the next commit"),
        Ok(_) => {}
    }
    true
}
