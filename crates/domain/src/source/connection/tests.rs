use super::*;

fn rest(url: &str, password: Secret) -> Connection {
    Connection::AutomateRest {
        url: url.into(),
        username: "tandem".into(),
        password,
        client_id: "7c0e2f7e-0d4b-4a8e-8f3c-1f6f0f6b9a10".into(),
        passcode: Secret::Missing,
    }
}

fn refused(connection: &Connection) -> Vec<String> {
    let mut findings = Findings::default();
    connection.check(&mut findings);
    let fields = findings.finish().err().unwrap_or_default();
    fields.into_iter().map(|refusal| refusal.field).collect()
}

#[test]
fn path_tricks_are_refused() {
    for wrong in ["", "exports", "../etc", "/srv/../etc", "/srv/a\0b", "C:\\x\\..\\y"] {
        assert_eq!(refused(&Connection::Folder { path: wrong.into() }), ["path"], "{wrong:?}");
    }
    for right in ["/srv/automate exports", "C:\\exports"] {
        assert!(refused(&Connection::Folder { path: right.into() }).is_empty(), "{right}");
    }
}

#[test]
fn every_wrong_field_is_named() {
    let wrong = Connection::AutomateRest {
        url: "https://127.1".into(),
        username: " ".into(),
        password: Secret::Given("x".repeat(501)),
        client_id: "tandem".into(),
        passcode: Secret::Given("12 34".into()),
    };
    assert_eq!(refused(&wrong), ["url", "username", "client_id", "passcode", "password"]);
    assert!(refused(&rest("https://automate.example.com", Secret::Kept)).is_empty());
}

#[test]
fn a_passcode_is_a_code_or_a_key() {
    for right in
        ["123456", "123 456", "JBSW Y3DP EHPK 3PXP", "jbswy3dpehpk3pxp", "JBSWY3DPEHPK3PXPJBSWY3DP===="]
    {
        assert!(is_passcode(right), "{right}");
    }
    for wrong in ["", "12345", "JBSWY3DP", "JBSWY3DPEHPK3PX1", "123456789", "ключключключключ"]
    {
        assert!(!is_passcode(wrong), "{wrong}");
    }
}

#[test]
fn the_interface_may_be_typed_with_its_path() {
    for typed in ["https://a.example.com/cwa/api/v1/", "https://a.example.com/CWA", "https://a.example.com"] {
        assert_eq!(automate_server(typed).unwrap().to_string(), "https://a.example.com", "{typed}");
    }
    assert_eq!(automate_server("https://a.example.com/x/cwa").unwrap().path, "/x");
}

#[test]
fn the_password_of_a_database_is_taken_out_of_its_address() {
    let read = |typed| match Connection::mysql(typed) {
        Connection::AutomateMysql { url, password } => (url, password),
        other => panic!("{other:?}"),
    };
    let url = || "mysql://reader@db.example.com/labtech".to_owned();
    let given = |text: &str| Secret::Given(text.to_owned());
    assert_eq!(read("mysql://reader:s3cret@db.example.com/labtech"), (url(), given("s3cret")));
    assert_eq!(read("mysql://reader:p%40ss%3Aw@db.example.com/labtech"), (url(), given("p@ss:w")));
    assert_eq!(read("mysql://reader:a@b%@db.example.com/labtech"), (url(), given("a@b%")));
    assert_eq!(read("mysql://reader:…@db.example.com/labtech"), (url(), Secret::Kept));
    assert_eq!(read("mysql://reader@db.example.com/labtech"), (url(), Secret::Kept));
    assert_eq!(read("mysql://reader:@db.example.com/labtech"), (url(), Secret::Missing));
    let json = serde_json::to_string(&Connection::mysql("mysql://reader:s3cret@db/labtech")).unwrap();
    assert!(!json.contains("s3cret") && json.contains("\"has_password\":true"), "{json}");
}

#[test]
fn addresses_of_databases_are_checked() {
    for right in [
        "mysql://r@db/labtech",
        "mysql://r@10.0.0.5:3307/labtech",
        "mysql://r@[::1]:3306/labtech?ssl-mode=required",
    ] {
        assert!(refused(&Connection::mysql(right)).is_empty(), "{right}");
    }
    for wrong in [
        "",
        "db/labtech",
        "postgres://r@db/labtech",
        "mysql://db/labtech",
        "mysql://r@db",
        "mysql://r@db/",
        "mysql://r@db:0/labtech",
        "mysql://r@db:x/labtech",
        "mysql://r@/labtech",
        "mysql://r@2130706433/labtech",
        "mysql://r@db/lab\r\ntech",
        "mysql://r@db/../x",
    ] {
        assert_eq!(refused(&Connection::mysql(wrong)), ["url"], "{wrong:?}");
    }
}

#[test]
fn what_is_kept_never_follows_to_another_server_or_user() {
    let old = rest("https://a.example.com", Secret::Kept);
    let mut same = rest("https://A.example.com/cwa", Secret::Kept);
    assert_eq!(same.inherit(Some(&old)), Ok(()));
    for elsewhere in ["https://b.example.com", "https://a.example.com:8443"] {
        let refusal = rest(elsewhere, Secret::Kept).inherit(Some(&old)).unwrap_err();
        assert!(refusal[0].field == "password" && refusal[0].message.contains("again"), "{refusal:?}");
        assert_eq!(rest(elsewhere, Secret::Given("new".into())).inherit(Some(&old)), Ok(()));
    }
    let refusal = rest("https://a.example.com", Secret::Kept).inherit(None).unwrap_err();
    assert_eq!(refusal[0].message, "is missing");
    let mut moved = Connection::mysql("mysql://r@other/labtech");
    moved.inherit(Some(&Connection::mysql("mysql://r:x@db/labtech"))).unwrap();
    assert_eq!(moved.secrets(), [("password", &Secret::Missing)]);
}
