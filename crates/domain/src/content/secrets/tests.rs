use super::*;
use crate::content::{ContentType, Guid, canonical::FORMAT};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn item(content_type: ContentType, body: Value) -> Canonical {
    Canonical {
        format: FORMAT,
        content_type,
        guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
        name: "Reset".into(),
        body: body.as_object().cloned().unwrap(),
        placement: vec![],
        switches: Map::new(),
        depends_on: vec![],
    }
}

fn script(function: i64, params: Value) -> Canonical {
    let step = json!({"section": "then", "function": function, "params": params, "continue_on_failure": false,
        "os_limit": 0, "enabled": true, "indentation": 0});
    item(ContentType::Scripts, json!({ "steps": [step] }))
}

fn powershell(text: &str) -> Canonical {
    script(135, json!([text]))
}

/// What is left readable once secrets are hidden.
fn shown(item: &Canonical) -> String {
    String::from_utf8(Mask::default().hide(item).to_bytes()).unwrap()
}

#[test]
fn the_password_parameters_of_functions_are_found() {
    for (function, params) in [
        (127, json!(["setup.exe", "/q", "0", "ACME\\svc", "Planted!9secret"])),
        (128, json!(["whoami", "ACME\\svc", "Planted!9secret"])),
        (168, json!(["C:\\a", "D:\\b", "ACME\\svc", "Planted!9secret"])),
        (235, json!(["1", "Get-Service", "", "Planted!9secret", "result"])),
        (243, json!(["Get-Service", "", "ACME\\svc", "Planted!9secret"])),
        (243, json!(["Get-Service", "ACME\\svc", "Planted!9secret"])),
        (83, json!(["backup", "plantedsecret"])),
        (20, json!(["1", "plantedsecret", "AdminPassword"])),
        (171, json!(["16", "%text%", "plantedsecret", "", "out"])),
    ] {
        let item = script(function, params);
        let found = scan(&item);
        assert_eq!(found.len(), 1, "{function}: {found:?}");
        assert_eq!(found[0].kind, SecretKind::Parameter);
        assert!(found[0].place.starts_with("then step 1, "), "{}", found[0].place);
        assert!(!shown(&item).to_lowercase().contains("planted"), "{function}");
    }
}

#[test]
fn every_form_of_a_planted_secret_is_found() {
    let key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj".repeat(3);
    let block = format!("-----BEGIN RSA PRIVATE KEY-----\n{key}\n-----END RSA PRIVATE KEY-----");
    for (text, secret) in [
        (block.as_str(), key.as_str()),
        ("aws configure set x AKIAIOSFODNN7EXAMPLE", "IOSFODNN7EXAMPLE"),
        ("git clone with ghp_0123456789abcdefghijABCDEFGHIJ01", "0123456789abcdefghijABCDEFGHIJ01"),
        ("New-LocalUser -Name svc -Password \"Hunter two!\"", "Hunter two!"),
        ("tool.exe --password hunter2 --force", "hunter2"),
        ("tool.exe /password:hunter2", "hunter2"),
        ("$p = ConvertTo-SecureString \"hunter2\" -AsPlainText -Force", "hunter2"),
        ("$p = ConvertTo-SecureString -AsPlainText -Force -String 'hunter2'", "hunter2"),
        ("'hunter2' | ConvertTo-SecureString -AsPlainText -Force", "hunter2"),
        ("$c = New-Object System.Net.NetworkCredential('svc', 'hunter2')", "hunter2"),
        ("Invoke-RestMethod -Headers @{ Authorization = \"Bearer a8f9k2l3m4n5\" }", "a8f9k2l3m4n5"),
        ("curl -H 'Authorization: Basic YWRtaW46aHVudGVyMg=='", "YWRtaW46aHVudGVyMg=="),
        ("curl -u admin:hunter2 https://example.com", "hunter2"),
        ("Server=db;Database=x;User Id=sa;Password=hunter2;Encrypt=true", "hunter2"),
        ("postgres://tandem:hunter2@db.example.com/tandem", "hunter2"),
        ("DefaultEndpointsProtocol=https;AccountKey=q1W2e3R4t5Y6u7I8o9P0==;", "q1W2e3R4t5Y6u7I8o9P0=="),
        (
            "https://x.blob.core.windows.net/a?sv=2022&sig=q1W2e3R4t5Y6u7I8o9P0abcd",
            "q1W2e3R4t5Y6u7I8o9P0abcd",
        ),
        ("$apiKey = 'q1W2e3R4t5Y6u7I8'", "q1W2e3R4t5Y6u7I8"),
        ("API_TOKEN=q1W2e3R4t5Y6u7I8", "q1W2e3R4t5Y6u7I8"),
        ("{ \"client_secret\": \"hunter2\" }", "hunter2"),
        ("set DB_PASSWORD=hunter2", "hunter2"),
        ("if ($password -eq 'x') { $password = 'hunter2' }", "hunter2"),
        ("CREATE USER 'a'@'%' IDENTIFIED BY 'hunter2'", "hunter2"),
        ("UPDATE users SET password = PASSWORD('hunter2') WHERE id = 1", "hunter2"),
        ("CREATE LOGIN a WITH PASSWORD = N'hunter2'", "hunter2"),
        ("SELECT AES_DECRYPT(value, 'hunter2') FROM passwords", "hunter2"),
        ("net user backup hunter2 /add", "hunter2"),
        ("net use Z: \\\\srv\\share hunter2 /user:acme\\svc", "hunter2"),
        ("psexec \\\\srv -u svc -p hunter2 cmd", "hunter2"),
        ("schtasks /create /tn x /ru svc /rp hunter2", "hunter2"),
        ("mysql -u root -phunter2 labtech", "hunter2"),
        ("reg add HKLM\\x /v DefaultPassword /t REG_SZ /d hunter2 /f", "hunter2"),
        ("Set-ItemProperty -Path x -Name DefaultPassword -Value 'hunter2'", "hunter2"),
        ("\"DefaultPassword\"=\"hunter2\"", "hunter2"),
        ("<Password>hunter2</Password>", "hunter2"),
        ("Password: hunter2", "hunter2"),
        ("[Environment]::SetEnvironmentVariable('X_TOKEN','q1W2e3R4t5Y6')", "q1W2e3R4t5Y6"),
        ("header eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"),
    ] {
        let item = powershell(text);
        assert!(!scan(&item).is_empty(), "missed: {text}");
        assert!(!shown(&item).contains(secret), "shown: {}", shown(&item));
        assert!(scan(&Mask::default().hide(&item)).is_empty(), "found again: {}", shown(&item));
    }
}

#[test]
fn what_is_no_secret_is_left_alone() {
    for text in [
        "New-LocalUser -Password $password",
        "tool --password %password% --user @user@",
        "net user %user% @pwd@ /add",
        "net user administrator",
        "$cred = Get-Credential -Message 'Enter the password of the service account'",
        "$password = Read-Host -AsSecureString",
        "$token = Get-Token $tenant",
        "ConvertTo-SecureString $plain -AsPlainText -Force",
        "Password=%dbpassword%;",
        "Password=@pwd@;Pwd=$(Get-Pwd)",
        "postgres://user:%password%@db/x",
        "Authorization: Bearer $token",
        "Uses bearer authentication with a token that the vault holds.",
        "The password reset failed: look at the log",
        "Reset password: runs as system",
        "Get-ADUser -Properties PasswordLastSet, PasswordNeverExpires",
        "Set-LocalUser -PasswordNeverExpires $true",
        "msiexec /x {88DFAF30-AEA8-11E7-AECA-005056A37E1B} /qn",
        "$hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
        "if ((Get-FileHash $f).Hash -ne 'D41D8CD98F00B204E9800998ECF8427E') { exit 1 }",
        "System.Data, Version=4.0.0.0, PublicKeyToken=b77a5c561934e089",
        "$key = 'HKLM:\\SOFTWARE\\Acme'; $keys = @{}",
        "SELECT password FROM users WHERE name = 'x'",
        "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END CERTIFICATE-----",
        "Get-ItemProperty x -Name \"Password\", \"User\"",
        "param([string]$Password, [securestring]$Secret)",
        "if ($password -eq $null -or $password -eq '') { throw 'no password' }",
    ] {
        assert_eq!(scan(&powershell(text)), [], "{text}");
    }
}

#[test]
fn a_changed_password_still_shows_as_a_change() {
    let mut mask = Mask::default();
    let one = mask.hide(&powershell("-Password 'first one'"));
    let two = mask.hide(&powershell("-Password 'second one'"));
    let again = mask.hide(&powershell("-Password 'first one'"));
    assert_ne!(one.to_bytes(), two.to_bytes());
    assert_eq!(one.to_bytes(), again.to_bytes());
}

#[test]
fn other_types_are_searched_as_well() {
    let search = item(ContentType::Searches, json!({"sql": "SELECT AES_DECRYPT(x, 'hunter2')"}));
    assert_eq!(scan(&search)[0].place, "sql");
    let view = item(ContentType::DataViews, json!({"connection": {"password": "hunter2"}}));
    assert_eq!(scan(&view)[0].place, "connection, password");
}

/// A password as people and generators make them; a dollar in front would be a variable.
fn secret() -> impl Strategy<Value = String> {
    ("[A-Za-z0-9]", "[A-Za-z0-9!#*+_.,~^-]{6,20}", "[A-Za-z]", "[0-9]")
        .prop_map(|(first, middle, letter, digit)| format!("{first}{middle}{letter}{digit}"))
}

/// Ways of writing one down; `…` stands for it.
fn forms() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "New-LocalUser -Password \"…\"",
        "New-LocalUser -Password '…' -Name x",
        "tool --password … --force",
        "tool --password=…",
        "ConvertTo-SecureString \"…\" -AsPlainText -Force",
        "ConvertTo-SecureString -String '…' -AsPlainText",
        "$adminPassword = '…'",
        "$secret = \"…\"",
        "Server=x;Password=…;Database=y",
        "{\"password\": \"…\"}",
        "IDENTIFIED BY '…'",
        "net user svc … /add",
        "mysql://root:…@localhost/x",
        "reg add x /v DefaultPassword /d … /f",
    ])
}

/// Texts that hold none.
fn harmless() -> impl Strategy<Value = String> {
    let hex = |length: &str| prop::string::string_regex(&format!("[0-9a-f]{{{length}}}")).unwrap();
    let guid = (hex("8"), hex("4"), hex("4"), hex("4"), hex("12"))
        .prop_map(|(a, b, c, d, e)| format!("{a}-{b}-{c}-{d}-{e}"));
    let name = "[A-Za-z][A-Za-z0-9_]{2,10}";
    prop_oneof![
        guid.prop_map(|guid| format!("$product = '{{{guid}}}'; $token = '{guid}'")),
        hex("64").prop_map(|hash| format!("$sha256 = '{hash}'")),
        hex("32").prop_map(|hash| format!("if ($hash -ne \"{hash}\") {{ exit 1 }}")),
        name.prop_map(|name| format!("tool --password %{name}% -Token @{name}@ -Secret ${name}")),
        name.prop_map(|name| format!("Password=@{name}@;Pwd=%{name}%;")),
        "[A-Za-z ]{0,60}",
    ]
}

#[test]
fn what_was_hidden_is_covered_however_it_is_written() {
    let secret = "Plant<ed&9\"secret";
    let item = script(127, json!(["", "", "", "", secret]));
    let mut mask = Mask::default();
    mask.hide(&item);
    assert_eq!(scan(&item).len(), 1);
    for written in [
        secret,
        "Plant<ed&9\\\"secret",
        "Plant&lt;ed&amp;9&quot;secret",
        // Between two tags quotes need no escape.
        "Plant&lt;ed&amp;9\"secret",
    ] {
        assert_eq!(
            mask.cover(&format!("a {written} b {written}")),
            "a [hidden-secret-1] b [hidden-secret-1]"
        );
    }
    assert_eq!(mask.cover("nothing of it"), "nothing of it");
    assert_eq!(Mask::default().cover(secret), secret);
}

#[test]
fn a_key_of_many_lines_is_covered_with_the_line_ends_of_either_side() {
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj";
    let key =
        format!("-----BEGIN RSA PRIVATE KEY-----\n{line}\n{line}\n{line}\n-----END RSA PRIVATE KEY-----");
    let item = powershell(&format!("$key = '{key}'"));
    let mut mask = Mask::default();
    mask.hide(&item);
    assert_eq!(scan(&item).len(), 1);
    let windows = key.replace('\n', "\r\n");
    for text in [key.clone(), windows.clone(), json!(key).to_string(), json!(windows).to_string()] {
        assert!(!mask.cover(&format!("<Param1>{text}</Param1>")).contains("MIIE"), "{text}");
    }
}

proptest! {
    #[test]
    fn planted_secrets_are_never_missed(
        secret in secret(), form in forms(), before in harmless(), after in harmless(), function in prop::sample::select(vec![16, 67, 109, 135, 139, 203]),
    ) {
        let text = format!("{before}\n{}\n{after}", form.replace('…', &secret));
        let item = script(function, json!([text]));
        prop_assert_eq!(scan(&item).len(), 1, "{}", text);
        prop_assert!(!shown(&item).contains(&secret), "{}", shown(&item));
        prop_assert!(scan(&Mask::default().hide(&item)).is_empty());
    }

    #[test]
    fn planted_parameters_are_never_missed(secret in secret(), function in prop::sample::select(vec![(127, 4), (128, 2), (168, 3), (235, 3), (243, 3)])) {
        let (function, index) = function;
        let mut params = vec![String::new(); index];
        params.push(secret.clone());
        let item = script(function, json!(params));
        prop_assert_eq!(scan(&item).len(), 1);
        prop_assert!(!shown(&item).contains(&secret));
    }

    #[test]
    fn harmless_texts_are_not_flagged(text in harmless()) {
        prop_assert_eq!(scan(&powershell(&text)), [], "{}", text);
    }

    #[test]
    fn any_text_is_survived_and_hidden_once(text in "[\\PC\n]{0,200}", marks in "[-/ ='\":;@$%pasword{}<>]{0,60}") {
        let item = powershell(&format!("{text}{marks}{text}"));
        let hidden = Mask::default().hide(&item);
        prop_assert_eq!(&hidden.name, &item.name);
        if scan(&item).is_empty() {
            prop_assert_eq!(shown(&item).into_bytes(), item.to_bytes());
        }
    }
}
