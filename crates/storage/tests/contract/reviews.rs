//! Policies, further names, what was examined, the search in texts, who holds what.

use crate::world::{self, World, at, id, item, key, snapshot};
use domain::{
    account::{Role, User},
    client::ApiClient,
    content::{
        ContentType,
        review::{Policy, Rejection},
        search::SearchText,
    },
    ids::{TokenId, UserId},
    page::PageRequest,
    pull::ReportedItem,
    receiving::ReceiverState,
};
use services::ports::store::{
    ContentReads as _, Lane, ReviewReads as _, Store as _, StoreError, accounts::ApiToken,
};

crate::contract!(
    policies_are_kept,
    people_have_further_names,
    reviews_stay_with_their_items,
    texts_are_found_and_go_with_their_items,
    a_search_is_quick_on_many_texts,
    holders_and_readers_are_named
);

async fn policies_are_kept(world: World) {
    assert!(world.database.policies().await.unwrap().is_empty());
    let mut policy = Policy::open(ContentType::Groups);
    for (required, barred) in [(2, true), (3, false)] {
        (policy.required_approvals, policy.author_barred) = (required, barred);
        let mut tx = world.database.begin(Lane::Content).await.unwrap();
        tx.save_policy(&policy).await.unwrap();
        assert_eq!(tx.policy(ContentType::Groups).await.unwrap(), Some(policy.clone()));
        assert_eq!(tx.policy(ContentType::Scripts).await.unwrap(), None);
        tx.commit().await.unwrap();
    }
    assert_eq!(world.database.policies().await.unwrap(), [policy]);
}

async fn user(world: &World, email: &str) -> UserId {
    let user = User {
        id: UserId(id()),
        email: email.into(),
        name: "Ada".into(),
        role: Role::Admin,
        disabled: false,
        created_at: at(0),
    };
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_user(&user, "x").await.unwrap();
    tx.commit().await.unwrap();
    user.id
}

async fn people_have_further_names(world: World) {
    let (ada, grace) = (user(&world, "ada@example.com").await, user(&world, "grace@example.com").await);
    let token = ApiToken {
        id: TokenId(id()),
        name: "t".into(),
        role: Role::Viewer,
        user_id: Some(ada),
        created_at: at(0),
        last_used_at: None,
    };
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.set_aliases(ada, &["al7".into(), "ada".into()]).await.unwrap();
    tx.set_aliases(ada, &["al8".into(), "ada".into()]).await.unwrap();
    tx.set_aliases(grace, &["gh".into()]).await.unwrap();
    tx.insert_api_token(&token, "hash").await.unwrap();
    tx.insert_api_token(&ApiToken { id: TokenId(id()), user_id: None, ..token.clone() }, "other")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.aliases(ada).await.unwrap(), ["ada", "al8"]);
    assert_eq!(world.database.all_aliases().await.unwrap().len(), 3);
    assert_eq!(world.database.token_owner(token.id).await.unwrap(), Some(ada));
    assert_eq!(world.database.token_owner(TokenId(id())).await.unwrap(), None);
}

async fn reviews_stay_with_their_items(world: World) {
    let source = world.source("Master").await;
    let mut record = item(source, 1, "Reset spooler");
    let hash = snapshot("Reset spooler").hash;
    record.review.rejection =
        Some(Rejection { by: "Ada".into(), at: at(3), note: "no".into(), content_hash: Some(hash.clone()) });
    world.save(&[record.clone(), item(source, 2, "Other")]).await;
    assert_eq!(world.database.unexamined(10).await.unwrap().len(), 2);
    assert_eq!(world.database.unexamined(1).await.unwrap().len(), 1);
    record.review.examine(hash, vec![]);
    world.save(std::slice::from_ref(&record)).await;
    assert_eq!(world.database.item(&record.key).await.unwrap().unwrap(), record);
    assert_eq!(world.database.unexamined(10).await.unwrap(), [key(2)]);
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert_eq!(tx.waiting_items_for_change(ContentType::Scripts).await.unwrap().len(), 2);
    assert!(tx.waiting_items_for_change(ContentType::Groups).await.unwrap().is_empty());
}

fn text(lines: &str) -> SearchText {
    let shown: Vec<String> = lines.lines().map(|line| format!("Then 1\u{1f}{line}")).collect();
    SearchText { shown: format!("{}\n", shown.join("\n")), folded: format!("{}\n", lines.to_lowercase()) }
}

async fn found(world: &World, query: &str, kind: Option<ContentType>) -> Vec<String> {
    let page = world.database.search_texts(query, kind, &PageRequest::default()).await.unwrap();
    assert_eq!(page.total, page.items.len() as u64);
    page.items.into_iter().map(|(row, _)| row.name).collect()
}

async fn texts_are_found_and_go_with_their_items(world: World) {
    let source = world.source("Master").await;
    world.save(&[item(source, 1, "Alpha"), item(source, 2, "beta"), item(source, 4, "Gamma")]).await;
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.put_text(&key(1), &text("first")).await.unwrap();
    tx.put_text(&key(1), &text("Download https://Example.com/a_b%c\nÜBER alles")).await.unwrap();
    tx.put_text(&key(2), &text("say \"hello\" OR NOT hello*\nexample.com")).await.unwrap();
    tx.put_text(&key(4), &text("https://example.com/axb")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&world, "EXAMPLE.com", None).await, ["Alpha", "beta", "Gamma"]);
    assert_eq!(found(&world, "com/a_b%", None).await, ["Alpha"]);
    assert_eq!(found(&world, "über", None).await, ["Alpha"]);
    assert_eq!(found(&world, "\"hello\" or not hello*", None).await, ["beta"]);
    assert!(found(&world, "first", None).await.is_empty(), "the old text is gone");
    assert!(found(&world, "com/a_b%c download", None).await.is_empty(), "every part alone is not the whole");
    let long = "example.com/ax ".repeat(13);
    assert!(found(&world, long.trim(), None).await.is_empty());
    assert!(found(&world, "example", Some(ContentType::Groups)).await.is_empty());
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { limit: 1, cursor };
        let page = world.database.search_texts("example", None, &page).await.unwrap();
        seen.extend(page.items.into_iter().map(|(row, text)| (row.name, text.lines("example").len())));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [("Alpha".to_owned(), 1), ("beta".to_owned(), 1), ("Gamma".to_owned(), 1)]);
    let wrong = PageRequest { limit: 1, cursor: Some("nonsense".into()) };
    assert_eq!(world.database.search_texts("example", None, &wrong).await, Err(StoreError::BadCursor));
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.delete_items(&[key(1)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&world, "example", None).await, ["beta", "Gamma"]);
}

/// With two thousand texts of a usual size a rare text is found without reading them all: the plan says so.
async fn a_search_is_quick_on_many_texts(world: World) {
    let source = world.source("Master").await;
    let items: Vec<_> = (1..=2_000).map(|number| item(source, number, &format!("Item {number}"))).collect();
    world.save(&items).await;
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    for number in 1..=2_000_u32 {
        let lines: Vec<String> =
            (0..60).map(|line| format!("Write-Output 'step {line} of {number}'")).collect();
        tx.put_text(&key(number), &text(&lines.join("\n"))).await.unwrap();
    }
    tx.commit().await.unwrap();
    let started = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(found(&world, "step 7 of 1234'", None).await, ["Item 1234"]);
    }
    // Reading everything takes far longer; the bound leaves room for a busy machine.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

async fn holders_and_readers_are_named(world: World) {
    let client = |name: &str, content_types| ApiClient { content_types, ..world::client(name) };
    let (acme, beta) = (client("Acme", None), client("Beta", Some(vec![ContentType::Groups])));
    let report = |state, hash| ReportedItem {
        content_type: ContentType::Scripts,
        guid: key(1).guid,
        state,
        version: None,
        content_hash: hash,
        error: None,
    };
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_client(&acme, "x").await.unwrap();
    tx.insert_client(&beta, "x").await.unwrap();
    let hash = Some(snapshot("one").hash);
    tx.replace_client_report(acme.id, &[report(ReceiverState::UpToDate, hash)], at(1)).await.unwrap();
    tx.replace_client_report(beta.id, &[report(ReceiverState::NotInstalled, None)], at(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.holders(&key(1)).await.unwrap(), ["Acme"]);
    assert!(world.database.holders(&key(2)).await.unwrap().is_empty());
    assert_eq!(world.database.readers_of(ContentType::Scripts).await.unwrap(), ["Acme"]);
    assert_eq!(world.database.readers_of(ContentType::Groups).await.unwrap(), ["Acme", "Beta"]);
}
