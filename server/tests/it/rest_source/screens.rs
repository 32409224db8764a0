//! The screens of sources as plain forms: nothing typed is lost, secrets are never sent back.

use super::Place;
use crate::world::Engine;
use domain::account::{Actor, Role};
use reqwest::{Client, redirect::Policy};
use sandbox::automate_rest::{CLIENT_ID, PASSWORD, USERNAME};
use services::accounts::NewUser;

/// A browser without JavaScript: cookies are carried by hand.
struct Browser<'a> {
    place: &'a Place,
    http: Client,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    async fn signed_in(place: &'a Place) -> Self {
        let (email, password) = ("ada@example.com".to_owned(), "lamp cedar violin 9".to_owned());
        let user = NewUser {
            email: email.clone(),
            name: "Ada".into(),
            role: Role::Admin,
            password: password.clone(),
        };
        place.world.running.services.accounts().create_user(&Actor::system("test"), user).await.unwrap();
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let mut browser = Self { place, http, cookies: vec![] };
        browser.send("account/sign_in", "/sign-in", &[("email", &email), ("password", &password)]).await;
        browser
    }

    /// Sends a form and answers where it leads.
    async fn send(&mut self, function: &str, from: &str, fields: &[(&str, &str)]) -> String {
        let url = &self.place.world.running.url;
        let request = self.http.post(format!("{url}/rpc/app/api/{function}"));
        let headers =
            [("origin", url.clone()), ("referer", format!("{url}{from}")), ("accept", "text/html".into())];
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.header("cookie", self.cookie()).form(fields).send().await.unwrap();
        assert!(answer.status().is_redirection(), "{function}: {}", answer.status());
        self.remember(&answer);
        let location = answer.headers()["location"].to_str().unwrap().trim_end_matches('?').to_owned();
        location.trim_start_matches(url.as_str()).to_owned()
    }

    async fn page(&mut self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.place.world.running.url));
        let answer =
            request.header("cookie", self.cookie()).header("accept", "text/html").send().await.unwrap();
        self.remember(&answer);
        let html = answer.text().await.unwrap();
        // What stands around the page is the same everywhere.
        html.split("<h1>").nth(1).unwrap_or(&html).split("<script").next().unwrap_or_default().to_owned()
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn remember(&mut self, answer: &reqwest::Response) {
        for set in answer.headers().get_all("set-cookie") {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

fn form<'a>(act: &'a str, id: &'a str, url: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("act", act),
        ("typed[id]", id),
        ("typed[kind]", "automate_rest"),
        ("typed[name]", "Mäster & co"),
        ("typed[url]", url),
        ("typed[username]", USERNAME),
        ("typed[client_id]", CLIENT_ID),
        ("typed[folders]", "Operations / Support; Operations / Security"),
        ("password", password),
        ("passcode", ""),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_tested_saved_and_edited_with_plain_forms() {
    let place = Place::on(Engine::Sqlite).await;
    let mut browser = Browser::signed_in(&place).await;
    let (new, url) = ("/sources/new?kind=automate_rest", place.automate.url.clone());
    let save = "sources/save_source";

    let back = browser.send(save, new, &form("test", "", &url, "vinegar")).await;
    let page = browser.page(&back).await;
    assert!(
        page.contains("was refused") && page.contains("Mäster &amp; co") && !page.contains("vinegar"),
        "{page}"
    );

    let back = browser.send(save, new, &form("test", "", &url, PASSWORD)).await;
    let page = browser.page(&back).await;
    assert!(
        page.contains("Signed in as tandem") && page.contains(&url) && !page.contains(PASSWORD),
        "{page}"
    );
    assert_eq!(place.world.get("/sources", 200).await["total"], 0);

    let list = browser.send(save, new, &form("save", "", &url, PASSWORD)).await;
    let page = browser.page(&list).await;
    assert!(list == "/sources" && page.contains("Saved Mäster &amp; co"), "{list} {page}");
    let source = place.world.get("/sources", 200).await["items"][0].clone();
    assert_eq!(source["folders"], serde_json::json!(["Operations / Support", "Operations / Security"]));

    // Editing shows what is kept, but no secret, and needs none.
    let id = source["id"].as_str().unwrap();
    let edit = format!("/sources/{id}");
    let page = browser.page(&edit).await;
    assert!(
        page.contains("Kept; type it only to change it") && page.contains(&url) && !page.contains(PASSWORD),
        "{page}"
    );
    assert_eq!(browser.send(save, &edit, &form("save", id, &url, "")).await, "/sources");
    assert_eq!(place.world.scan(id).await["outcome"], "complete");
    let back = browser.send(save, &edit, &form("save", id, "https://elsewhere.example.com", "")).await;
    let page = browser.page(&back).await;
    assert!(back == edit && page.contains("must be typed again") && page.contains("elsewhere"), "{page}");

    let page = browser.page("/sources").await;
    assert!(page.contains("notes") && page.contains("Complete"), "{page}");
    place.end().await;
}
