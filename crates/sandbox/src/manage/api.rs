//! From a request to an answer: the door (codebase, keys, limit), then the collection.

use super::{
    answer::{Answer, no_route, not_found, refusal, throttled, unauthorized},
    collections::{self, Collection},
    list::{self, Filters},
    merge, workflows,
    world::{Request, World},
    write,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The headers that the door looks at.
pub(super) struct Credentials {
    /// User name and password, if Basic authentication was sent.
    pub(super) basic: Option<(String, String)>,
    /// The `clientId`, if one was sent.
    pub(super) client_id: Option<String>,
}

/// Answers a request.
pub(super) fn answer(world: &mut World, request: &Request, credentials: &Credentials) -> Answer {
    let segments: Vec<&str> = request.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["login", "companyinfo", company] => company_info(world, company),
        [codebase, "system", "callbackkey", "index.rails"] if is_codebase(world, codebase) => {
            signing_key(world, request)
        }
        [codebase, "apis", "3.0", rest @ ..] => {
            if !is_codebase(world, codebase) {
                return misrouted(world);
            }
            let known = door(world, credentials).and_then(|()| route(world, request, rest));
            known.unwrap_or_else(|refused| refused)
        }
        _ => misrouted(world),
    }
}

fn is_codebase(world: &World, name: &str) -> bool {
    name == "v4_6_release" || name == world.codebase.trim_end_matches('/').to_lowercase()
}

fn misrouted(world: &World) -> Answer {
    if world.quirks.cloud {
        Answer::text(400, "Cannot route. Codebase/company is invalid")
    } else {
        Answer::html(404, "Not Found")
    }
}

fn company_info(world: &World, company: &str) -> Answer {
    if !company.eq_ignore_ascii_case(&world.company) {
        return Answer::ok(Value::Null);
    }
    let version = world.codebase.trim_end_matches('/').replace('_', ".");
    Answer::ok(json!({
        "CompanyName": "Acme MSP", "Codebase": world.codebase, "VersionCode": version, "VersionNumber": "v4.6.105333",
        "CompanyID": world.company, "IsCloud": if world.quirks.cloud { json!("True") } else { json!(false) },
    }))
}

fn signing_key(world: &World, request: &Request) -> Answer {
    let (id, secret) = &world.signing;
    if request.parameter("id") != Some(id) {
        Answer::text(404, "")
    } else {
        Answer::text(200, &json!({"signing_key": secret}).to_string())
    }
}

/// Some instances do not say that the keys are wrong: to them the path does not exist.
fn bad_keys(status: u16) -> Answer {
    match status {
        404 => no_route(),
        403 => Answer::json(403, unauthorized().into_json()),
        _ => unauthorized(),
    }
}

/// Keys, client id, limit.
fn door(world: &mut World, credentials: &Credentials) -> Result<(), Answer> {
    let (public, private) = &world.keys;
    let wanted = (format!("{}+{public}", world.company), private.clone());
    let same = credentials.basic.as_ref().is_some_and(|sent| *sent == wanted);
    if world.revoked || !same {
        return Err(bad_keys(world.quirks.bad_keys));
    }
    let known = world.client_id.as_ref();
    if credentials.client_id.as_ref().is_none_or(|sent| known.is_some_and(|known| known != sent)) {
        let told = json!({"code": "Unauthorized", "message": "A clientId is required."});
        return Err(Answer::json(world.quirks.missing_client_id, told));
    }
    let now = world.clock.now();
    let old = |at: &jiff::Timestamp| now.duration_since(*at) >= SignedDuration::from_secs(60);
    while world.recent.front().is_some_and(old) {
        world.recent.pop_front();
    }
    if world.limit.is_some_and(|limit| world.recent.len() >= limit) {
        return Err(throttled(30));
    }
    world.recent.push_back(now);
    Ok(())
}

fn route(world: &mut World, request: &Request, rest: &[&str]) -> Result<Answer, Answer> {
    match (request.method.as_str(), rest) {
        ("GET", ["system", "info"]) => return Ok(system_info(world)),
        ("POST", ["service", "tickets", "search"]) => return search(world, request),
        ("GET", ["system", "userdefinedfieldscreenpods"]) if world.quirks.newest => return Ok(pods(world)),
        ("GET", ["system", "workflows", "tabletypes", _, "triggers", rest @ ..]) if world.quirks.newest => {
            world.need("Table Setup", "inquireLevel")?;
            return workflows::triggers_of_kind(world, rest);
        }
        ("POST", ["service", "tickets", ticket, deed @ ("copy" | "merge")]) => {
            let ticket = ticket.parse().map_err(|_| no_route())?;
            let done = merge::act(world, ticket, deed, &request.body)?;
            return Ok(without_nulls(world, done));
        }
        ("POST", ["system", "workflows", "testdraft"]) if world.quirks.newest => {
            return workflows::test_draft(world, &request.body);
        }
        ("GET", ["system", "workflows", workflow, "events", event, "test"]) => {
            world.need("Table Setup", "inquireLevel")?;
            let ids = workflow.parse().ok().zip(event.parse().ok());
            let (workflow, event) = ids.ok_or_else(no_route)?;
            return workflows::test(world, workflow, event, request);
        }
        _ => {}
    }
    let (collection, scope, behind) = collections::find(rest).ok_or_else(no_route)?;
    match (request.method.as_str(), behind) {
        ("GET", []) => read_list(world, collection, &scope, request),
        ("GET", ["count"]) => count(world, collection, &scope, request),
        ("POST", []) if collection.verbs.contains('c') => {
            parents(world, collection, &scope)?;
            world.need(
                collection.write,
                if is_part_of_ticket(collection) { "editLevel" } else { "addLevel" },
            )?;
            write::create(world, collection, &scope, &request.body).map(|answer| without_nulls(world, answer))
        }
        (method, [id]) => one(world, collection, &scope, request, method, id),
        (_, []) => {
            Err(refusal(405, "ConnectWiseApi", "The requested resource does not support this method."))
        }
        _ => Err(no_route()),
    }
}

/// Notes and tasks belong to their ticket: adding one changes it. So does a ticket in the minimal role, which may
/// be changed and not created; creating one is left free.
fn is_part_of_ticket(collection: &Collection) -> bool {
    collection.write == "Service Tickets"
}

fn one(
    world: &mut World,
    collection: &Collection,
    scope: &[i64],
    request: &Request,
    method: &str,
    id: &str,
) -> Result<Answer, Answer> {
    let id: i64 = id.parse().map_err(|_| no_route())?;
    let row = world.row(collection.table, id).filter(|row| within(row, collection, scope)).cloned();
    let row = || row.ok_or_else(|| not_found(collection.object, id));
    match method {
        "GET" => {
            world.need(collection.read, "inquireLevel")?;
            Ok(Answer::ok(list::show(world, request.parameter("fields"), row()?)))
        }
        "PATCH" if collection.verbs.contains('p') => {
            row()?;
            world.need(collection.write, "editLevel")?;
            write::patch(world, collection, id, &request.body).map(|answer| without_nulls(world, answer))
        }
        "DELETE" if collection.verbs.contains('d') => {
            row()?;
            world.need(collection.write, "deleteLevel")?;
            write::delete(world, collection, id)
        }
        _ => Err(refusal(405, "ConnectWiseApi", "The requested resource does not support this method.")),
    }
}

fn without_nulls(world: &World, answer: Answer) -> Answer {
    match answer.body {
        super::answer::Body::Json(body) => {
            Answer { body: super::answer::Body::Json(list::show(world, None, body)), ..answer }
        }
        body => Answer { body, ..answer },
    }
}

/// Whether the record belongs to the parents that the path names.
fn within(row: &Value, collection: &Collection, scope: &[i64]) -> bool {
    collection
        .scope
        .iter()
        .zip(scope)
        .all(|(path, id)| path.split('/').fold(row, |here, key| &here[key]) == id)
}

fn parents(world: &World, collection: &Collection, scope: &[i64]) -> Result<(), Answer> {
    let (table, object) = match collection.scope.first() {
        Some(&"ticketId") => ("tickets", "Ticket"),
        Some(&"board/id") => ("boards", "Board"),
        Some(&"roleId") => ("roles", "SecurityRole"),
        Some(&"eventId") => ("events", "WorkflowEvent"),
        Some(_) => ("workflows", "Workflow"),
        None => return Ok(()),
    };
    let missing = scope.first().filter(|id| world.row(table, **id).is_none());
    missing.map_or(Ok(()), |id| Err(not_found(object, *id)))
}

fn selected(
    world: &World,
    collection: &Collection,
    scope: &[i64],
    texts: [Option<&str>; 3],
) -> Result<Vec<Value>, Answer> {
    world.need(collection.read, "inquireLevel")?;
    parents(world, collection, scope)?;
    // The kinds of actions and the triggers are the same for every rule.
    let shared = matches!(collection.table, "notifyTypes" | "triggers");
    // Only what is answered is copied: ten thousand tickets would take longer to copy than to look through.
    let rows: Vec<&Value> =
        world.all(collection.table).filter(|row| shared || within(row, collection, scope)).collect();
    let filters = Filters::read(collection, &rows, texts)?;
    Ok(rows.into_iter().filter(|row| filters.hold(row)).cloned().collect())
}

fn texts(request: &Request) -> [Option<&str>; 3] {
    ["conditions", "childConditions", "customFieldConditions"].map(|name| request.parameter(name))
}

fn read_list(
    world: &mut World,
    collection: &Collection,
    scope: &[i64],
    request: &Request,
) -> Result<Answer, Answer> {
    let mut rows = selected(world, collection, scope, texts(request))?;
    if collection.table == "documents" {
        rows.retain(|row| {
            request
                .parameter("recordId")
                .is_none_or(|id| id.parse() == Ok(row["recordId"].as_i64().unwrap_or_default()))
        });
    }
    let answer = list::page(world, collection, request, rows)?;
    if let Some(hook) = world.after_page.pop_front() {
        hook(world);
    }
    Ok(answer)
}

fn count(world: &World, collection: &Collection, scope: &[i64], request: &Request) -> Result<Answer, Answer> {
    Ok(Answer::ok(json!({"count": selected(world, collection, scope, texts(request))?.len()})))
}

/// Conditions in the body; the names are spelled in lower case here, and in camel case by some.
fn search(world: &World, request: &Request) -> Result<Answer, Answer> {
    let (tickets, scope, _) = collections::find(&["service", "tickets"]).ok_or_else(no_route)?;
    let text = |name: &str| {
        let body = request.body.as_object()?;
        body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    let rows = selected(
        world,
        tickets,
        &scope,
        ["conditions", "childConditions", "customFieldConditions"].map(text),
    )?;
    let mut as_list = request.clone();
    as_list.query.extend(text("orderBy").map(|by| ("orderBy".to_owned(), by.to_owned())));
    as_list.forward_only = false;
    list::page(world, tickets, &as_list, rows)
}

fn system_info(world: &World) -> Answer {
    let release = world.codebase.trim_end_matches('/').replace('_', ".");
    Answer::ok(json!({
        "version": format!("{release}.105333"), "isCloud": world.quirks.cloud, "serverTimeZone": "Eastern Standard Time",
        "licenseBits": [{"name": "SERVICE", "activeFlag": true}], "cloudRegion": "NA", "maxWorkFlowRecordsAllowed": 1_000,
    }))
}

fn pods(world: &World) -> Answer {
    Answer::ok(json!([
        {"id": 1, "screenId": "ct300", "podID": "5", "podDescription": "Contact Details", "screenDescription": "Contact"},
        {"id": 2, "screenId": "sr100", "podID": world.ticket_pod.to_string(), "podDescription": "Ticket", "screenDescription": "Service Ticket"},
    ]))
}
