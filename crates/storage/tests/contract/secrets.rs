//! Sealed secrets are kept by place.

use crate::{contract, world::World};
use domain::secret::SecretPlace;
use services::ports::store::{Lane, SecretReads as _, Store as _};

contract!(secrets_are_kept_by_place, a_secret_that_changed_meanwhile_is_not_replaced);

fn place(id: &str, column: &str) -> SecretPlace {
    SecretPlace::new("sources", id, column)
}

async fn keep(world: &World, place: &SecretPlace, sealed: &str) {
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.keep_sealed(place, sealed).await.unwrap();
    tx.commit().await.unwrap();
}

async fn secrets_are_kept_by_place(world: World) {
    let (one, other) = (place("1", "password"), place("1", "passcode"));
    keep(&world, &one, "a").await;
    keep(&world, &other, "b").await;
    keep(&world, &one, "c").await;
    assert_eq!(world.database.sealed(&one).await.unwrap().as_deref(), Some("c"));
    assert_eq!(world.database.sealed(&place("2", "password")).await.unwrap(), None);
    let all = vec![(other.clone(), "b".to_owned()), (one.clone(), "c".to_owned())];
    assert_eq!(world.database.all_sealed().await.unwrap(), all);
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.forget_sealed(&one).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.all_sealed().await.unwrap(), [(other, "b".to_owned())]);
}

async fn a_secret_that_changed_meanwhile_is_not_replaced(world: World) {
    let one = place("1", "password");
    keep(&world, &one, "new").await;
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert!(!tx.replace_sealed(&one, "old", "sealed anew").await.unwrap());
    assert!(tx.replace_sealed(&one, "new", "sealed anew").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.database.sealed(&one).await.unwrap().as_deref(), Some("sealed anew"));
}
