//! Bodies of refusals as they were seen on real instances.

use manage::Refusal;

const CONTACT: &str = r#"{"code":"InvalidObject","message":"contact object is invalid","errors":[
  {"code":"MissingRequiredField","message":"The firstName field is required.","resource":"contact","field":"firstName"}]}"#;
const CALLBACK: &str = r#"{"code":"InvalidObject","message":"callbackEntry object is invalid","errors":[
  {"code":"ObjectExists","message":"A matching callback entry already exists","resource":"callbackEntry","field":"objectId"}]}"#;

#[test]
fn the_envelope_is_read_with_its_fields() {
    let refusal = Refusal::read(400, CONTACT.as_bytes());
    assert_eq!(refusal.code, "InvalidObject");
    assert_eq!(refusal.fields[0].field, "firstName");
    assert!(refusal.has("MissingRequiredField"));
    assert!(Refusal::read(400, CALLBACK.as_bytes()).has("ObjectExists"));
    assert!(refusal.to_string().contains("firstName: The firstName field is required."));
}

#[test]
fn the_envelope_without_errors_is_read() {
    for body in [
        r#"{"code":"Security","message":"SSL is required.","errors":null}"#,
        r#"{"code":"ApiFindCondition","message":"board/name is not a recognized name."}"#,
        r#"{"code":"Unauthorized","message":"x"}"#,
    ] {
        let refusal = Refusal::read(400, body.as_bytes());
        assert!(!refusal.code.is_empty() && !refusal.message.is_empty() && refusal.fields.is_empty());
    }
}

#[test]
fn the_throttles_own_form_is_read() {
    let body = r#"{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."}"#;
    let refusal = Refusal::read(429, body.as_bytes());
    assert_eq!(refusal.code, "ConnectWiseAPI");
    assert!(refusal.message.starts_with("Too many requests"));
}

#[test]
fn a_missing_record_is_told_from_a_missing_route() {
    let record = Refusal::read(404, br#"{"code":"NotFound","message":"Ticket 57919 not found"}"#);
    assert!(record.names_a_missing_record());
    for route in
        [r#"{"code":"ConnectWiseApi","message":"The endpoint does not exist."}"#, "", "<html>404</html>"]
    {
        assert!(!Refusal::read(404, route.as_bytes()).names_a_missing_record(), "{route}");
    }
}

#[test]
fn pages_text_and_nothing_are_read_as_far_as_a_person_could() {
    let page =
        Refusal::read(502, b"<html><head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>");
    assert_eq!(page.message, "502 Bad Gateway nginx");
    assert_eq!(
        Refusal::read(400, b"Cannot route. Codebase/company is invalid").message,
        "Cannot route. Codebase/company is invalid"
    );
    assert_eq!(Refusal::read(500, b"").message, "");
    assert_eq!(Refusal::read(500, b"[1,2]").message, "[1,2]");
    assert_eq!(Refusal::read(500, b"\xff\xfe\x00\x01").fields.len(), 0);
}

#[test]
fn a_foreign_message_cannot_forge_a_log_line_or_flood_it() {
    let body =
        format!(r#"{{"code":"x","message":"a\r\n2026-01-01 ERROR forged\u001b[31m{}"}}"#, "y".repeat(10_000));
    let refusal = Refusal::read(400, body.as_bytes());
    assert!(!refusal.message.contains(['\r', '\n', '\u{1b}']));
    assert!(refusal.message.chars().count() <= 300);
}
