//! Reviewing over the API: secrets, refusals, several approvals, plans, trees, searches.

use crate::world::{Engine, World, expect, fields};
use domain::account::{Actor, Role};
use reqwest::Method;
use sandbox::exports::{Group, Script, ScriptStep};
use serde_json::{Value, json};

crate::on_both_engines!(
    secrets_are_hidden_and_block,
    a_refusal_stays_until_the_next_edit,
    several_people_must_agree,
    authors_do_not_approve_their_own,
    plans_tell_what_they_do,
    trees_go_both_ways_and_in_circles,
    texts_are_searched,
    moves_are_told_in_words
);

const SECRET: &str = "Planted9secret!";

fn write(world: &World, script: &Script) {
    std::fs::write(world.library().join(format!("{}.xml", script.name)), script.to_xml()).unwrap();
}

fn with_secret(secret: &str) -> Script {
    Script::new("Join domain")
        .step(ScriptStep::powershell(&format!("Add-Computer -Credential x -Password \"{secret}\"")))
        .step(ScriptStep::new(128, &["whoami", "ACME\\svc", secret]))
}

async fn put(world: &World, path: &str, body: Value, status: u16) -> Value {
    expect(world.request(Method::PUT, path).json(&body).send().await.unwrap(), status).await
}

fn path(row: &Value) -> String {
    format!("/content/{}/{}", row["type"].as_str().unwrap(), row["guid"].as_str().unwrap())
}

/// Approves one row with another person's token.
async fn approve_as(world: &World, token: &str, row: &Value) -> Value {
    let items = json!([{ "guid": row["guid"], "candidate_hash": row["candidate_hash"] }]);
    let url = world.url(&format!("/content/{}/approve", row["type"].as_str().unwrap()));
    let call = world.http.post(url).bearer_auth(token).json(&json!({ "items": items }));
    expect(call.send().await.unwrap(), 200).await["results"][0].clone()
}

async fn token(world: &World, name: &str) -> String {
    let accounts = world.running.services.accounts();
    accounts.create_token(&Actor::system("test"), name, Role::Approver).await.unwrap().token
}

async fn secrets_are_hidden_and_block(engine: Engine) {
    let world = World::on(engine).await;
    write(&world, &with_secret(SECRET));
    let source = world.add_source().await;
    let report = world.scan(&source).await;
    let row = world.row("scripts", "Join domain").await;
    assert_eq!(row["secrets"], true);
    let blocked = world.approve("scripts", std::slice::from_ref(&row)).await;
    assert_eq!((&blocked["approved"], &blocked["results"][0]["ok"]), (&json!(0), &json!(false)));
    assert!(blocked["results"][0]["message"].as_str().unwrap().contains("look like secrets"), "{blocked}");

    // Nothing that a person or a program can look at shows it.
    let item = path(&row);
    let detail = world.get(&item, 200).await;
    assert_eq!(detail["secret_findings"].as_array().unwrap().len(), 1, "one value, found twice");
    let mut shown = vec![report, row.clone(), detail, blocked];
    for part in ["diff", "outline", "raw"] {
        shown.push(world.get(&format!("{item}/{part}"), 200).await);
    }
    shown.push(world.get("/content-search?q=Add-Computer", 200).await);
    assert_eq!(shown.last().unwrap()["total"], 1);
    for list in ["/audit?limit=500", "/content/scripts?limit=500", "/content/scripts/plan", "/sources"] {
        shown.push(world.get(list, 200).await);
    }
    assert_eq!(
        world.get("/content-search?q=Planted9", 200).await["total"],
        0,
        "it cannot be guessed by searching"
    );
    for answer in &shown {
        assert!(!answer.to_string().contains("Planted9"), "{answer}");
    }

    // Accepting is bound to what was seen, needs a reason, and is written down.
    let accept = format!("{item}/accept-secrets");
    let hash = row["candidate_hash"].clone();
    let empty = world.post(&accept, json!({ "candidate_hash": hash, "reason": " " }), 422).await;
    assert_eq!(fields(&empty), ["reason"]);
    world.post(&accept, json!({ "candidate_hash": "0".repeat(64), "reason": "x" }), 409).await;
    let accepted =
        world.post(&accept, json!({ "candidate_hash": hash, "reason": "a lab account" }), 200).await;
    assert_eq!(accepted["secrets"], false);
    world.post(&accept, json!({ "candidate_hash": hash, "reason": "again" }), 409).await;
    let audit = world.get("/audit?action=content.accept_secrets", 200).await;
    assert_eq!(audit["items"][0]["summary"], "accepted 1 secrets in Join domain: a lab account");

    // What is published is what was approved, secret and all.
    assert_eq!(world.approve("scripts", std::slice::from_ref(&row)).await["approved"], 1);
    world.sync("scripts").await;
    let (_, client) = world.client("Acme").await;
    let manifest = world.pull(&client, "manifest", 200).await;
    assert_eq!(manifest["items"][0]["content_hash"], hash);
    let blob = world.pull(&client, &format!("blobs/{}", hash.as_str().unwrap()), 200).await;
    assert!(blob.to_string().contains(SECRET));

    // The same secret stays accepted through an edit; another one blocks again, and shows as a change.
    write(&world, &with_secret(SECRET).step(ScriptStep::note("edited")));
    world.scan(&source).await;
    assert_eq!(world.row("scripts", "Join domain").await["secrets"], false);
    write(&world, &with_secret("Another7secret!"));
    world.scan(&source).await;
    assert_eq!(world.row("scripts", "Join domain").await["secrets"], true);
    let diff = world.get(&format!("{item}/diff"), 200).await;
    assert!(diff["total_rows"].as_u64().unwrap() > 0, "{diff}");
    assert!(!diff.to_string().contains("7secret"), "{diff}");
    world.running.stop().await;
}

async fn a_refusal_stays_until_the_next_edit(engine: Engine) {
    let world = World::on(engine).await;
    write(&world, &Script::new("Reset").step(ScriptStep::note("1")));
    let source = world.add_source().await;
    world.scan(&source).await;
    let row = world.row("scripts", "Reset").await;
    let items = json!([{ "guid": row["guid"], "candidate_hash": row["candidate_hash"] }]);
    world.approve("scripts", std::slice::from_ref(&row)).await;
    let no_reason = world.post("/content/scripts/reject", json!({ "items": items, "note": "" }), 422).await;
    assert_eq!(fields(&no_reason), ["note"]);
    world.post("/content/scripts/reject", json!({ "items": items }), 422).await;
    let done = world
        .post("/content/scripts/reject", json!({ "items": items, "note": "breaks printing" }), 200)
        .await;
    assert_eq!(done["results"][0]["approval"], "Needs Approval");
    world.sync("scripts").await;
    let detail = world.get(&path(&row), 200).await;
    assert_eq!((&detail["rejected"], &detail["approval"]), (&json!(true), &json!("Needs Approval")));
    assert_eq!(detail["rejection"]["note"], "breaks printing");
    assert_eq!(detail["published_hash"], Value::Null, "what was refused is not published");
    world.scan(&source).await;
    assert_eq!(world.row("scripts", "Reset").await["rejected"], true, "reading the same again keeps it");
    write(&world, &Script::new("Reset").step(ScriptStep::note("2")));
    world.scan(&source).await;
    assert_eq!(world.row("scripts", "Reset").await["rejected"], false);
    let stale = world.post("/content/scripts/reject", json!({ "items": items, "note": "late" }), 200).await;
    assert_eq!(stale["results"][0]["ok"], false);
    world.running.stop().await;
}

async fn several_people_must_agree(engine: Engine) {
    let world = World::on(engine).await;
    write(&world, &Script::new("Reset").step(ScriptStep::note("1")));
    let source = world.add_source().await;
    world.scan(&source).await;
    let wrong = json!({ "required_approvals": 0, "author_barred": false });
    assert_eq!(fields(&put(&world, "/approval-policies/scripts", wrong, 422).await), ["required_approvals"]);
    let two = json!({ "required_approvals": 2, "author_barred": false });
    put(&world, "/approval-policies/scripts", two, 200).await;
    let policies = world.get("/approval-policies", 200).await;
    assert_eq!((&policies["total"], &policies["items"][0]["required_approvals"]), (&json!(9), &json!(2)));
    let (ada, grace) = (token(&world, "Ada").await, token(&world, "Grace").await);
    let row = world.row("scripts", "Reset").await;
    assert_eq!((&row["approvals_given"], &row["approvals_required"]), (&json!(0), &json!(2)));
    let first = approve_as(&world, &ada, &row).await;
    assert_eq!((&first["ok"], &first["message"]), (&json!(true), &json!("1 of 2 approvals")));
    assert_eq!(first["approval"], "Needs Approval");
    assert_eq!(approve_as(&world, &ada, &row).await["ok"], false, "the same person counts once");
    assert_eq!(world.sync("scripts").await["added"], 0);
    // An edit voids the first approval as well.
    write(&world, &Script::new("Reset").step(ScriptStep::note("2")));
    world.scan(&source).await;
    let row = world.row("scripts", "Reset").await;
    assert_eq!(row["approvals_given"], 0);
    approve_as(&world, &ada, &row).await;
    assert_eq!(approve_as(&world, &grace, &row).await["approval"], "Change Approved");
    // A stricter policy takes it back before any sync, a milder one gives it again.
    for (required, approval) in [(3, "Needs Approval"), (2, "Change Approved")] {
        let policy = json!({ "required_approvals": required, "author_barred": false });
        put(&world, "/approval-policies/scripts", policy, 200).await;
        assert_eq!(world.row("scripts", "Reset").await["approval"], approval);
    }
    assert_eq!(world.sync("scripts").await["added"], 1);
    let versions = world.get(&format!("{}/versions", path(&row)), 200).await;
    assert_eq!(versions["items"][0]["approved_by"], "Ada, Grace");
    world.running.stop().await;
}

async fn authors_do_not_approve_their_own(engine: Engine) {
    let world = World::on(engine).await;
    let group = Group::new("Servers").monitor("Spooler", "Spooler", "1", 300);
    std::fs::write(world.library().join("servers.xml"), group.to_xml()).unwrap();
    let source = world.add_source().await;
    world.scan(&source).await;
    let row = world.row("remote-monitors", "Spooler").await;
    let author = row["updated_by"].as_str().expect("the export names its author").to_owned();
    put(
        &world,
        "/approval-policies/remote-monitors",
        json!({ "required_approvals": 1, "author_barred": true }),
        200,
    )
    .await;
    let user = json!({ "email": "x7@example.com", "name": "Xenia", "role": "approver", "password": "lamp cedar violin 9" });
    let user = world.post("/users", user, 201).await;
    let aliases = format!("/users/{}/aliases", user["id"].as_str().unwrap());
    let local = author.split('@').next().unwrap().to_owned();
    put(&world, &aliases, json!({ "aliases": [local.clone(), " ", local] }), 200).await;
    assert_eq!(world.get(&aliases, 200).await["aliases"].as_array().unwrap().len(), 1);
    let system = Actor::User {
        id: user["id"].as_str().unwrap().parse().unwrap(),
        name: "Xenia".into(),
        role: Role::Approver,
    };
    let own = world.running.services.accounts().create_token(&system, "own", Role::Approver).await.unwrap();
    let refused = approve_as(&world, &own.token, &row).await;
    assert_eq!(refused["ok"], false, "a token counts as the person whose it is");
    assert!(refused["message"].as_str().unwrap().contains("author"), "{refused}");
    let other = token(&world, "Grace").await;
    assert_eq!(approve_as(&world, &other, &row).await["ok"], true);
    world.running.stop().await;
}

async fn plans_tell_what_they_do(engine: Engine) {
    let world = World::on(engine).await;
    let called = Script::new("Called").step(ScriptStep::note("x"));
    write(&world, &called);
    write(&world, &Script::new("Caller").calls(called.clone()));
    write(&world, &Script::new("Gone").step(ScriptStep::note("x")));
    let source = world.add_source().await;
    world.scan(&source).await;
    let (id, client) = world.client("Acme").await;
    let other = json!({ "name": "Other", "secret": "correct horse battery", "secret_confirmation": "correct horse battery", "content_types": ["groups"] });
    world.post("/clients", other, 201).await;

    let caller = world.row("scripts", "Caller").await;
    world.approve("scripts", &[caller, world.row("scripts", "Gone").await]).await;
    let plan = world.get("/content/scripts/plan", 200).await;
    assert_eq!(plan["receivers"], json!(["Acme"]), "only those that may read scripts");
    let warnings =
        plan["adds"].as_array().unwrap().iter().find(|line| line["name"] == "Caller").unwrap()["warnings"]
            .clone();
    assert!(warnings[0].as_str().unwrap().contains("Called, which production does not have"), "{warnings}");

    // Another approval changes the plan: the old one is refused with the new one.
    world.approve("scripts", &[world.row("scripts", "Called").await]).await;
    let refused = world.post("/content/scripts/sync", json!({ "plan_hash": plan["plan_hash"] }), 409).await;
    assert_eq!(refused["plan"]["adds"].as_array().unwrap().len(), 3);
    let plan = &refused["plan"];
    assert_eq!(plan["adds"][0]["warnings"], json!([]), "what is needed comes with the same plan");
    world.post("/content/scripts/sync", json!({ "plan_hash": plan["plan_hash"] }), 200).await;

    // A removal says which receivers still have the item.
    let gone = world.row("scripts", "Gone").await;
    let report = json!({ "revision": 1, "items": [{ "type": "scripts", "guid": gone["guid"], "state": "Up To Date", "version": 1, "content_hash": gone["published_hash"] }] });
    let call = world.http.post(world.url("/pull/report")).bearer_auth(&client).json(&report);
    let answer = call.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    std::fs::remove_file(world.library().join("Gone.xml")).unwrap();
    world.scan(&source).await;
    world.approve("scripts", &[world.row("scripts", "Gone").await]).await;
    let plan = world.get("/content/scripts/plan", 200).await;
    assert_eq!(
        (&plan["removals"][0]["name"], &plan["removals"][0]["holders"]),
        (&json!("Gone"), &json!(["Acme"]))
    );
    world.delete(&format!("/clients/{id}"), 204).await;
    world.running.stop().await;
}

async fn trees_go_both_ways_and_in_circles(engine: Engine) {
    let world = World::on(engine).await;
    let (one, two, three) = (Script::new("One"), Script::new("Two"), Script::new("Three"));
    let run = |script: &Script| ScriptStep::new(17, &[&script.guid, "1"]);
    for script in [
        one.clone().calls(two.clone().step(run(&one))),
        two.clone().calls(three.clone()).calls(one.clone()),
        three.clone().step(ScriptStep::note("x")),
    ] {
        write(&world, &script);
    }
    let source = world.add_source().await;
    world.scan(&source).await;
    let row = world.row("scripts", "One").await;
    let tree = world.get(&format!("{}/dependencies/tree", path(&row)), 200).await;
    let told = |tree: &Value| -> Vec<(u64, String, Value)> {
        tree["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| {
                let name = node["name"].as_str().unwrap_or("?").to_owned();
                (node["depth"].as_u64().unwrap(), name, node["mark"].clone())
            })
            .collect()
    };
    let uses = told(&tree);
    assert!(uses.contains(&(1, "Two".into(), Value::Null)), "{uses:?}");
    assert!(uses.contains(&(2, "One".into(), json!("cycle"))), "{uses:?}");
    let three = world.row("scripts", "Three").await;
    let back = world.get(&format!("{}/dependencies/tree?direction=used_by", path(&three)), 200).await;
    let used_by = told(&back);
    assert!(used_by.contains(&(1, "Two".into(), Value::Null)), "{used_by:?}");
    assert!(used_by.contains(&(2, "One".into(), Value::Null)), "{used_by:?}");
    world.get(&format!("{}/dependencies/tree?direction=sideways", path(&three)), 400).await;
    world.running.stop().await;
}

async fn texts_are_searched(engine: Engine) {
    let world = World::on(engine).await;
    let address = "https://downloads.example.com/agent_%25.msi";
    write(&world, &Script::new("Install").step(ScriptStep::shell(&format!("curl -o a.msi {address}"))));
    write(&world, &Script::new("Other").step(ScriptStep::note("nothing to see")));
    let source = world.add_source().await;
    world.scan(&source).await;
    let found = world.get("/content-search?q=DOWNLOADS.example.com%2Fagent_%2525", 200).await;
    assert_eq!((&found["total"], &found["items"][0]["name"]), (&json!(1), &json!("Install")));
    let line = &found["items"][0]["lines"][0];
    assert!(line["text"].as_str().unwrap().contains(address), "{line}");
    assert_eq!(line["place"], "Then 1");
    assert_eq!(world.get("/content-search?q=downloads.example&type=groups", 200).await["total"], 0);
    for (query, field) in [
        ("q=ab", "q"),
        ("", "q"),
        ("q=abc&type=nonsense", "type"),
        ("q=abc&limit=0", "limit"),
        ("q=abc&cursor=x", "cursor"),
    ] {
        assert_eq!(fields(&world.get(&format!("/content-search?{query}"), 422).await), [field], "{query}");
    }
    // An edit is found under its new text alone; what is gone from the source and production is not found.
    write(&world, &Script::new("Install").step(ScriptStep::note("moved away")));
    world.scan(&source).await;
    assert_eq!(world.get("/content-search?q=downloads.example", 200).await["total"], 0);
    assert_eq!(world.get("/content-search?q=moved+away", 200).await["total"], 1);
    world.running.stop().await;
}

async fn moves_are_told_in_words(engine: Engine) {
    let world = World::on(engine).await;
    let long = |mark: &str| -> String {
        (0..10_000).map(|line| format!("Write-Output '{mark} {line}'\n")).collect()
    };
    let script =
        |folder: &str, text: &str| Script::new("Long").folder(folder).step(ScriptStep::powershell(text));
    write(&world, &script("Printing", &long("old")));
    let source = world.add_source().await;
    world.scan(&source).await;
    world.publish_all("scripts").await;
    write(&world, &script("Spoolers", &long("new")));
    world.scan(&source).await;
    let row = world.row("scripts", "Long").await;
    let diff = world.get(&format!("{}/diff", path(&row)), 200).await;
    assert_eq!(diff["words"], json!(["moved from Printing to Spoolers"]));
    assert!(diff["total_rows"].as_u64().unwrap() >= 20_000);
    let first: usize =
        diff["sections"].as_array().unwrap().iter().map(|one| one["rows"].as_array().unwrap().len()).sum();
    assert!(first <= 1_000, "a page of a long difference is short: {first}");
    let (mut rows, mut cursor) = (0, Some("0".to_owned()));
    while let Some(at) = cursor {
        let page = world.get(&format!("{}/diff?limit=4999&cursor={at}", path(&row)), 200).await;
        let sections = page["sections"].as_array().unwrap();
        let here: usize = sections.iter().map(|section| section["rows"].as_array().unwrap().len()).sum();
        assert!(here <= 4_999);
        rows += here;
        cursor = page["next_cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(rows as u64, diff["total_rows"].as_u64().unwrap());
    assert_eq!(fields(&world.get(&format!("{}/diff?cursor=x", path(&row)), 422).await), ["cursor"]);
    world.running.stop().await;
}
