//! Categories keep their order and their names.

use super::{alert, begin, insert};
use crate::{
    contract,
    world::{World, id},
};
use domain::{
    alert::{AlertFilter, category::CategoryInput},
    ids::CategoryId,
};
use services::ports::store::{AlertReads as _, StoreError};

contract!(categories_are_ordered, alerts_follow_a_new_name);

fn input(name: &str) -> CategoryInput {
    let (colour, icon) = ("red".into(), "bell".into());
    CategoryInput { name: name.into(), colour, icon, ..CategoryInput::default() }
}

async fn names(world: &World) -> Vec<(u32, String)> {
    let categories = world.database.categories().await.unwrap();
    categories.into_iter().map(|category| (category.position, category.input.name)).collect()
}

async fn categories_are_ordered(world: World) {
    let ids: Vec<CategoryId> = (0..3).map(|_| CategoryId(id())).collect();
    let mut tx = begin(&world).await;
    for (id, name) in ids.iter().zip(["A", "B", "C"]) {
        tx.insert_category(*id, &input(name)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = begin(&world).await;
    assert!(tx.move_category(ids[2], 0).await.unwrap());
    assert!(tx.move_category(ids[0], 99).await.unwrap());
    assert!(!tx.move_category(CategoryId(id()), 0).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(names(&world).await, [(0, "C".into()), (1, "B".into()), (2, "A".into())]);
    let mut tx = begin(&world).await;
    assert!(tx.delete_category(ids[1]).await.unwrap());
    assert!(!tx.delete_category(ids[1]).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(names(&world).await, [(0, "C".into()), (1, "A".into())]);
    let mut tx = begin(&world).await;
    let taken = tx.insert_category(CategoryId(id()), &input("a")).await.unwrap_err();
    assert!(matches!(taken, StoreError::Taken(_)));
}

async fn alerts_follow_a_new_name(world: World) {
    let category = CategoryId(id());
    let mut kept = alert("a", None);
    kept.category = "Network".into();
    insert(&world, &[&kept]).await;
    let mut tx = begin(&world).await;
    tx.insert_category(category, &input("network")).await.unwrap();
    assert!(tx.update_category(category, &input("Lines")).await.unwrap());
    assert!(!tx.update_category(CategoryId(id()), &input("Other")).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.database.alert(kept.id).await.unwrap().unwrap().category, "Lines");
    for (name, number) in [("lines", 1), ("network", 0)] {
        let filter = AlertFilter { category: Some(name.into()), ..AlertFilter::default() };
        assert_eq!(world.database.alert_counts(&filter).await.unwrap().open, number, "{name}");
    }
}
