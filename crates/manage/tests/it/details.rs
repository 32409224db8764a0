//! Additional details, and what an administrator sets up.

use crate::world::setting;

#[tokio::test]
async fn everything_that_hangs_on_a_ticket_is_read() {
    let world = setting(|_| {}).await;
    let manage = &world.manage;
    let tasks = manage.tasks(1).await.unwrap();
    assert_eq!(
        tasks.iter().map(|task| (task.text.as_str(), task.done)).collect::<Vec<_>>(),
        [("Call the customer", true), ("Check the certificate", false)]
    );
    let time = manage.time_entries(1).await.unwrap();
    assert_eq!((time.len(), time[0].hours, time[0].text.as_str()), (1, 0.5, "Looked at the logs"));
    let devices = manage.configurations(1).await.unwrap();
    assert_eq!((devices[0].name.as_str(), devices[0].serial_number.as_deref()), ("EX01", Some("SN-4711")));
    let contact = manage.contact(1).await.unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.email.as_deref(), contact.phone.as_deref()),
        ("Casey BrightDental", Some("casey@customer.example"), Some("555 0101"))
    );
    assert_eq!(manage.company(1).await.unwrap().name, "Bright Dental Group");
    assert_eq!(manage.notes(1).await.unwrap()[0].author.as_deref(), Some("Jane Doe"));
    assert!(manage.tasks(2).await.unwrap().is_empty());
    assert!(manage.configurations(2).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_documents_name_is_no_path() {
    let world = setting(|_| {}).await;
    let documents = world.manage.documents(1).await.unwrap();
    assert_eq!(documents[0].file_name.as_deref(), Some(".._shot.png"));
    assert!(world.manage.documents(2).await.unwrap().is_empty());
}

#[tokio::test]
async fn boards_statuses_and_priorities_come_in_their_order() {
    let world = setting(|_| {}).await;
    let boards = world.manage.boards().await.unwrap();
    assert_eq!(
        boards.iter().map(|board| board.name.as_str()).collect::<Vec<_>>(),
        ["Service Desk", "Network Operations"]
    );
    let statuses = world.manage.statuses(1).await.unwrap();
    assert_eq!(
        statuses.iter().filter(|status| status.closes).map(|status| status.name.as_str()).collect::<Vec<_>>(),
        [">Closed"]
    );
    assert!(statuses[0].is_default);
    assert_eq!(world.manage.priorities().await.unwrap()[2].level.as_deref(), Some("Medium"));
}

#[tokio::test]
async fn members_are_found_by_office_mail_without_regard_to_case_and_only_while_active() {
    let world = setting(|_| {}).await;
    let found = world.manage.members_by_email("JDoe@Acme.example").await.unwrap();
    assert_eq!((found.len(), found[0].name.as_str()), (1, "Jane Doe"));
    assert!(world.manage.members_by_email("oldtimer@acme.example").await.unwrap().is_empty());
    assert_eq!(world.manage.members().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_custom_field_is_found_or_made_hidden_and_deleted() {
    use manage::model::CustomFieldKind::Checkbox;
    let world = setting(|_| {}).await;
    assert!(world.manage.custom_fields("TandemRetrieved_c").await.unwrap().is_empty());
    let made = world.manage.create_custom_field(9, "TandemRetrieved_c", Checkbox, 2).await.unwrap();
    assert!(!made.is_shown);
    assert_eq!(world.manage.custom_fields("tandemretrieved_C").await.unwrap(), std::slice::from_ref(&made));
    assert!(world.manage.ticket(1).await.unwrap().custom("TandemRetrieved_c").unwrap().value.is_null());
    assert!(world.manage.delete_custom_field(made.id).await.unwrap());
    assert!(!world.manage.delete_custom_field(made.id).await.unwrap(), "it was gone already");
    assert!(world.manage.create_custom_field(9, &"x".repeat(26), Checkbox, 3).await.is_err());
}
