//! Jobs, lanes, and callers that vanish.

use crate::world::{World, at};
use services::ports::store::{ClientReads as _, Lane, ScheduleStore as _, Store as _, schedules::RunResult};
use std::time::Duration;

crate::contract!(
    a_job_is_claimed_once,
    a_lane_has_one_writer,
    cancelled_callers_poison_nothing,
    it_answers,
    its_clock_is_compared_where_it_has_one
);

async fn a_job_is_claimed_once(world: World) {
    world.database.ensure_schedule("sync", 420, at(10)).await.unwrap();
    assert!(world.database.claim_schedule("sync", "a", at(9), at(100)).await.unwrap().is_none(), "not due");
    let claims = (0..8).map(|number| {
        let database = world.database.clone();
        tokio::spawn(async move {
            database.claim_schedule("sync", &number.to_string(), at(11), at(100)).await.unwrap()
        })
    });
    let mut leases = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        leases.extend(claim.await.unwrap());
    }
    assert_eq!(leases.len(), 1);
    assert!(world.database.schedules(at(50)).await.unwrap()[0].running);

    // A replica that was paused past its lease finds that another has taken over.
    let paused = leases.pop().unwrap();
    let fresh = world.database.claim_schedule("sync", "b", at(101), at(200)).await.unwrap().unwrap();
    assert!(fresh.fence > paused.fence);
    let result = RunResult { ok: true, summary: "done".into(), finished_at: at(102), next_run_at: at(522) };
    assert!(!world.database.finish_schedule(&paused, &result).await.unwrap());
    assert!(world.database.finish_schedule(&fresh, &result).await.unwrap());
    let job = world.database.schedules(at(103)).await.unwrap().remove(0);
    assert_eq!((job.last_ok, job.running, job.next_run_at), (Some(true), false, at(522)));

    // A shorter period brings the next run forward; a longer one does not push it back.
    world.database.ensure_schedule("sync", 60, at(160)).await.unwrap();
    world.database.ensure_schedule("sync", 600, at(900)).await.unwrap();
    assert_eq!(world.database.schedules(at(103)).await.unwrap()[0].next_run_at, at(160));
}

async fn a_lane_has_one_writer(world: World) {
    let workers = (0..8).map(|_| {
        let database = world.database.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                let mut tx = database.begin(Lane::Content).await.unwrap();
                // Read, then write: lost if two could do it at once.
                let revision = tx.revision().await.unwrap();
                assert_eq!(tx.next_revision(crate::world::at(1)).await.unwrap(), revision + 1);
                tx.commit().await.unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert_eq!(tx.revision().await.unwrap(), 80);
}

async fn cancelled_callers_poison_nothing(world: World) {
    for round in 0..60u64 {
        let database = world.database.clone();
        let work = async move {
            let mut tx = database.begin(Lane::Accounts).await.unwrap();
            tx.bump_access().await.unwrap();
            tokio::time::sleep(Duration::from_millis(3)).await;
        };
        // The caller hangs up at another moment each time; nothing is ever committed.
        let _ = tokio::time::timeout(Duration::from_micros(round * 80), work).await;
    }
    let access = |world: &World| {
        let database = world.database.clone();
        async move { services::ports::store::ProductionReads::epochs(&database).await.unwrap().access }
    };
    assert_eq!(access(&world).await, 0);
    for expected in 1..=20 {
        let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
        tx.bump_access().await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(access(&world).await, expected, "a commit is seen by every other connection");
    }
}

async fn it_answers(world: World) {
    world.database.ping().await.unwrap();
    assert_eq!(world.database.is_shared(), world.url.starts_with("postgres"));
    world.database.close().await;
    assert!(world.database.client_names().await.is_err());
}

async fn its_clock_is_compared_where_it_has_one(world: World) {
    let ahead = world.database.clock_ahead(at(0)).await.unwrap();
    assert_eq!(ahead.is_some(), world.url.starts_with("postgres"));
    if let Some(ahead) = ahead {
        let later = world.database.clock_ahead(at(4_000)).await.unwrap().unwrap();
        assert!((3_900..=4_000).contains(&(later - ahead)), "the database's goes on: {ahead}, {later}");
    }
}
