//! The connection of its own for what every request to the pull API asks.

use crate::world::{Engine, World};
use services::ports::store::ProductionReads as _;
use sqlx::{Connection as _, PgConnection, query_scalar};

/// Cuts every other connection to this database and waits until each has ended; says how many there were.
const CUT: &str = "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid, 10000) AS ended FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()) cut WHERE ended";

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_after_the_database_has_cut_it() {
    let world = World::on(Engine::Postgres).await;
    let before = world.database.epochs().await.unwrap();
    let mut owner = PgConnection::connect(&world.url).await.unwrap();
    for _ in 0..2 {
        let cut: i64 = query_scalar(CUT).fetch_one(&mut owner).await.unwrap();
        assert!(cut > 0, "it was open");
        assert_eq!(world.database.epochs().await.unwrap(), before);
    }
}
