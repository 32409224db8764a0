//! People, sessions, tokens, attempts, clients, kept answers, audit.

use crate::world::{self, World, at, id};
use domain::{
    account::{Actor, Role, Standing, User},
    audit::Outcome,
    client::ApiClient,
    content::ContentType,
    ids::{AuditId, SessionId, TokenId, UserId},
    page::PageRequest,
    pull::ReportedItem,
    receiving::ReceiverState,
};
use services::ports::store::{
    AccountReads as _, AuditReads as _, ClientReads as _, IdempotencyStore as _, Lane, Store as _,
    StoreError,
    accounts::{ApiToken, SessionRecord},
    audit::{AuditEntry, AuditFilter},
    idempotency::{Claim, ClaimedKey, KeptAnswer, KeyedRequest},
};

crate::contract!(
    people,
    sessions,
    tokens_and_attempts,
    api_clients,
    many_clients_are_seen_at_once,
    kept_answers,
    audit_lines
);

fn user(email: &str) -> User {
    User {
        id: UserId(id()),
        email: email.into(),
        name: "Ada".into(),
        role: Role::Admin,
        disabled: false,
        created_at: at(0),
    }
}

async fn people(world: World) {
    let ada = user("Ada@Example.com");
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_user(&ada, "hash").await.unwrap();
    assert_eq!(tx.user_count().await.unwrap(), 1);
    drop(tx);
    assert_eq!(world.database.user_count().await.unwrap(), 0, "a dropped unit of work leaves nothing");

    for email in ["Ada@Example.com", "bob@example.com", "cyd@example.com"] {
        let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
        tx.insert_user(&user(email), "hash").await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    assert!(matches!(tx.insert_user(&user("ADA@example.com"), "x").await, Err(StoreError::Taken(_))));
    drop(tx);
    let (mut found, hash) = world.database.user_by_email("ada@example.com").await.unwrap().unwrap();
    assert_eq!((found.email.as_str(), hash.as_str()), ("Ada@Example.com", "hash"));
    found.role = Role::Viewer;
    found.disabled = true;
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.update_user(&found).await.unwrap();
    tx.set_password(found.id, "new").await.unwrap();
    assert_eq!(tx.active_admins().await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(world.database.user(found.id).await.unwrap().unwrap(), found);
    let first = world.database.users(&PageRequest { limit: 2, cursor: None }).await.unwrap();
    let second =
        world.database.users(&PageRequest { limit: 2, cursor: first.next_cursor.clone() }).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), first.total), (2, 1, 3));
    let garbage = PageRequest { limit: 2, cursor: Some("garbage".into()) };
    assert_eq!(world.database.users(&garbage).await, Err(StoreError::BadCursor));
}

async fn sessions(world: World) {
    let ada = user("ada@example.com");
    let session = |token: &str, expires: i64| SessionRecord {
        id: SessionId(id()),
        token_hash: token.into(),
        user_id: ada.id,
        created_at: at(0),
        last_seen_at: at(0),
        expires_at: at(expires),
        device: Some("Firefox".into()),
        address: None,
    };
    let (one, two, old) = (session("one", 100), session("two", 100), session("old", 10));
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_user(&ada, "hash").await.unwrap();
    for session in [&one, &two, &old] {
        tx.insert_session(session).await.unwrap();
    }
    tx.touch_session(two.id, at(5)).await.unwrap();
    tx.commit().await.unwrap();
    let (found, who) = world.database.session("two").await.unwrap().unwrap();
    assert_eq!((found.last_seen_at, who.id), (at(5), ada.id));
    assert_eq!(world.database.sessions_of(ada.id).await.unwrap()[0].id, two.id);
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    assert_eq!(tx.delete_expired_sessions(at(50)).await.unwrap(), 1);
    assert_eq!(tx.delete_sessions_of(ada.id, Some(two.id)).await.unwrap(), 1);
    assert!(!tx.delete_session(ada.id, one.id).await.unwrap());
    assert!(tx.delete_session(ada.id, two.id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(world.database.session("two").await.unwrap().is_none());
}

async fn tokens_and_attempts(world: World) {
    let ada = user("ada@example.com");
    let token = |user_id| ApiToken {
        id: TokenId(id()),
        name: "t".into(),
        role: Role::Viewer,
        user_id,
        created_at: at(0),
        last_used_at: None,
    };
    let (own, free) = (token(Some(ada.id)), token(None));
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_user(&ada, "hash").await.unwrap();
    tx.insert_api_token(&own, "own").await.unwrap();
    tx.insert_api_token(&free, "free").await.unwrap();
    tx.touch_api_token(free.id, at(9)).await.unwrap();
    tx.record_attempt("key", at(1), at(0)).await.unwrap();
    tx.record_attempt("key", at(2), at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let (used, nobody) = world.database.api_token("free").await.unwrap().unwrap();
    assert_eq!((used.last_used_at, nobody), (Some(at(9)), None));
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    assert_eq!(tx.api_token(own.id).await.unwrap().as_ref(), Some(&own));
    assert_eq!(tx.api_token(TokenId(id())).await.unwrap(), None);
    tx.update_user(&User { role: Role::Viewer, disabled: true, ..ada.clone() }).await.unwrap();
    assert_eq!(tx.user(ada.id).await.unwrap().unwrap().role, Role::Viewer);
    tx.commit().await.unwrap();
    let now = Standing { role: Role::Viewer, disabled: true };
    assert_eq!(world.database.api_token("own").await.unwrap().unwrap(), (own.clone(), Some(now)));
    assert_eq!(world.database.api_tokens(None).await.unwrap().len(), 2);
    assert_eq!(world.database.api_tokens(Some(ada.id)).await.unwrap(), std::slice::from_ref(&own));
    let failed = world.database.attempts("key").await.unwrap().unwrap();
    assert_eq!((failed.count, failed.last_at), (2, at(2)));
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.record_attempt("key", at(9), at(3)).await.unwrap();
    let anew = tx.attempts("key").await.unwrap().unwrap();
    assert_eq!((anew.count, anew.last_at), (1, at(9)), "what failed long ago does not count");
    tx.record_attempt("old", at(3), at(0)).await.unwrap();
    assert_eq!(tx.delete_attempts(at(9)).await.unwrap(), 1);
    assert!(tx.attempts("old").await.unwrap().is_none());
    assert!(tx.attempts("key").await.unwrap().is_some());
    tx.clear_attempts("key").await.unwrap();
    assert!(tx.delete_api_token(free.id).await.unwrap());
    assert_eq!(tx.delete_api_tokens_of(ada.id).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(world.database.attempts("key").await.unwrap().is_none());
    assert!(world.database.api_token("own").await.unwrap().is_none());
}

async fn api_clients(world: World) {
    let types = Some(vec![ContentType::Scripts]);
    let client = |name: &str| ApiClient { content_types: types.clone(), ..world::client(name) };
    let acme = client("Acme");
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_client(&acme, "hash").await.unwrap();
    tx.insert_client_token("token", acme.id, at(100)).await.unwrap();
    tx.insert_client_token("old", acme.id, at(1)).await.unwrap();
    tx.touch_clients(&[(acme.id, at(3), Some(7))]).await.unwrap();
    tx.touch_clients(&[(acme.id, at(4), None)]).await.unwrap();
    let key = crate::world::key(1);
    let item = ReportedItem {
        content_type: key.content_type,
        guid: key.guid,
        state: ReceiverState::UpToDate,
        version: Some(2),
        content_hash: None,
        error: Some("full".into()),
    };
    tx.replace_client_report(acme.id, std::slice::from_ref(&item), at(4)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    assert!(matches!(tx.insert_client(&client("ACME"), "x").await, Err(StoreError::Taken(_))));
    drop(tx);
    let bearer = world.database.client_by_token("token").await.unwrap().unwrap();
    assert_eq!(bearer.ring, None, "the first ring");
    let (mut found, expires) = (bearer.client, bearer.expires_at);
    assert_eq!(
        (found.last_revision, found.last_seen_at, found.reported_errors, expires),
        (Some(7), Some(at(4)), 1, at(100))
    );
    assert_eq!(world.database.client_report(acme.id).await.unwrap(), [item]);
    assert_eq!(world.database.client_names().await.unwrap(), ["Acme"]);
    assert_eq!(world.database.client_by_name("acme").await.unwrap().unwrap().secret_hash, "hash");
    found.name = "Zeta".into();
    found.content_types = None;
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.update_client(&found).await.unwrap();
    tx.set_client_secret(acme.id, "other", None).await.unwrap();
    assert_eq!(tx.delete_expired_client_tokens(at(50)).await.unwrap(), 1);
    tx.bump_access().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.client(acme.id).await.unwrap().unwrap().content_types, None);
    assert_eq!(world.database.clients(&PageRequest::default()).await.unwrap().total, 1);
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.delete_client_tokens(acme.id).await.unwrap();
    assert!(tx.delete_client(acme.id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(world.database.client_by_token("token").await.unwrap().is_none());
    assert!(world.database.client_report(acme.id).await.unwrap().is_empty());
}

async fn many_clients_are_seen_at_once(world: World) {
    let clients: Vec<ApiClient> = (0..42).map(|number| world::client(&format!("Client {number}"))).collect();
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    // The last one is deleted before it is written down.
    for client in &clients[..41] {
        tx.insert_client(client, "hash").await.unwrap();
    }
    let seen: Vec<_> =
        clients.iter().zip(10..).map(|(client, number)| (client.id, at(number), Some(number))).collect();
    tx.touch_clients(&seen).await.unwrap();
    tx.touch_clients(&[]).await.unwrap();
    tx.commit().await.unwrap();
    for (id, when, revision) in &seen[..41] {
        let client = world.database.client(*id).await.unwrap().unwrap();
        assert_eq!((client.last_seen_at, client.last_revision), (Some(*when), *revision));
    }
    assert!(world.database.client(seen[41].0).await.unwrap().is_none());
}

async fn kept_answers(world: World) {
    let request =
        KeyedRequest { actor: "a".into(), key: "k".into(), route: "POST /x".into(), body_hash: "h".into() };
    let claim = |request: KeyedRequest, now: i64, stale: i64| {
        let database = world.database.clone();
        async move { database.claim_key(&request, at(now), at(stale)).await.unwrap() }
    };
    let (first, second) = (request.claimed(at(0)), request.claimed(at(500)));
    assert_eq!(claim(request.clone(), 0, -100).await, Claim::Fresh(first.clone()));
    assert_eq!(claim(request.clone(), 1, -100).await, Claim::Busy);
    assert_eq!(
        claim(KeyedRequest { body_hash: "other".into(), ..request.clone() }, 1, -100).await,
        Claim::Mismatch
    );
    assert_eq!(
        claim(request.clone(), 500, 400).await,
        Claim::Fresh(second.clone()),
        "a claim whose process died may be claimed again"
    );
    assert!(!effect(&world, &first, "lost").await, "its claim was taken over: nothing of it may stay");
    assert!(effect(&world, &second, "a thing").await);
    world.database.release_key(&second).await.unwrap();
    assert_eq!(
        claim(request.clone(), 501, 400).await,
        Claim::Effected(second.clone(), "a thing".into()),
        "what came of it stays, and is told at once"
    );
    assert!(!effect(&world, &second, "another").await, "it is done once");
    let answer = KeptAnswer {
        status: 201,
        content_type: "application/json".into(),
        location: Some("/things/1".into()),
        body: b"{}".to_vec(),
    };
    world.database.keep_answer(&first, &KeptAnswer { status: 409, ..answer.clone() }).await.unwrap();
    world.database.keep_answer(&second, &answer).await.unwrap();
    assert_eq!(claim(request.clone(), 900, 800).await, Claim::Done(answer));
    world.database.release_key(&second).await.unwrap();
    assert!(
        matches!(claim(request.clone(), 900, 800).await, Claim::Done(_)),
        "an answer that was given stays"
    );
    assert_eq!(world.database.forget_keys(at(10_000)).await.unwrap(), 1);
}

/// Writes down what came of a request; whether its claim still counted.
async fn effect(world: &World, claimed: &ClaimedKey, effect: &str) -> bool {
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    let kept = tx.keep_effect(claimed, effect).await.unwrap();
    tx.commit().await.unwrap();
    kept
}

async fn audit_lines(world: World) {
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    for number in 0..5 {
        let entry = AuditEntry {
            id: AuditId(id()),
            at: at(number),
            actor: Actor::system("test"),
            action: if number == 4 { "session.sign_in" } else { "content.approve" },
            content_type: (number < 4).then_some(ContentType::Scripts),
            subject: Some(format!("subject {number}")),
            outcome: if number == 3 { Outcome::Refused } else { Outcome::Ok },
            summary: format!("100% ÄRGER {number}"),
        };
        tx.audit(&entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let lines = |filter: AuditFilter, cursor| {
        let database = world.database.clone();
        async move { database.audit_lines(&filter, &PageRequest { limit: 2, cursor }).await.unwrap() }
    };
    let first = lines(AuditFilter::default(), None).await;
    let second = lines(AuditFilter::default(), first.next_cursor.clone()).await;
    assert_eq!((first.items[0].at, second.items[0].at, first.total), (at(4), at(2), 5));
    assert_eq!(
        lines(AuditFilter { query: Some("100% ärger 2".into()), ..Default::default() }, None).await.total,
        1
    );
    assert_eq!(lines(AuditFilter { query: Some("1_0%".into()), ..Default::default() }, None).await.total, 0);
    assert_eq!(
        lines(AuditFilter { action: Some("content.".into()), ..Default::default() }, None).await.total,
        4
    );
    let last = world.database.last_command(ContentType::Scripts).await.unwrap().unwrap();
    assert_eq!((last.at, last.ok), (at(3), false));
    assert!(world.database.last_command(ContentType::Groups).await.unwrap().is_none());
}
