//! What is told of a change, with the secrets of both sides hidden.

use super::{Instance, library, of, offer, put};
use automate::apply::How;
use domain::content::{Canonical, ContentType, ItemKey, secrets::Mask};
use serde_json::json;

#[tokio::test]
async fn no_password_and_no_key_is_told_in_any_column() {
    let instance = Instance::new(10).await;
    let items = library();
    let plain = |script: &&&Canonical| script.depends_on.is_empty() && !script.body.contains_key("files");
    let script = (*of(&items, ContentType::Scripts).iter().find(plain).unwrap()).clone();
    let with = |letter: &str| {
        let line = letter.repeat(60);
        let key = format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{line}\n{line}\n{line}\n-----END RSA PRIVATE KEY-----\nWrite-Host done"
        );
        let join = format!("Add-Computer -Password \"Plan't<ed&{letter}secret\"");
        let step = |text: String| {
            json!({"section": "then", "function": 135, "params": [text], "continue_on_failure": false,
                "os_limit": 0, "enabled": true, "indentation": 0})
        };
        let mut script = script.clone();
        script.body.insert("steps".into(), json!([step(key), step(join)]));
        script.body.insert("notes".into(), format!("$password = \"Plan't<ed&{letter}secret\"").into());
        script
    };
    let mut applier = instance.applier().await;
    put(&mut applier, &with("A"), 1).await.unwrap();
    let key = ItemKey::new(script.content_type, script.guid.clone());
    let (installed, here) = applier.contents(&key).await.unwrap();
    let mut mask = Mask::default();
    for known in [with("B"), installed.unwrap(), here.unwrap()] {
        mask.hide(&known);
    }
    let done = applier.install(&[offer(&with("B"), 2)], How::default()).await.unwrap().remove(0);
    let changes = done.effects.iter().flat_map(|effect| &effect.changes);
    let told: Vec<String> =
        changes.flat_map(|change| [change.old.clone().unwrap_or_default(), change.new.clone()]).collect();
    let all = told.concat();
    for letter in ["A", "B"] {
        let secrets = [letter.repeat(60), format!("{letter}secret")];
        assert!(secrets.iter().all(|secret| all.contains(secret)), "the test plants them: {all}");
        let shown: String = told.iter().map(|text| mask.cover(text)).collect();
        assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}
