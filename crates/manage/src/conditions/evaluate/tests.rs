//! Records against conditions.

use super::{fits, fits_child, fits_custom_field};
use rstest::rstest;
use serde_json::{Value, json};

fn ticket() -> Value {
    json!({
        "id": 57_961, "summary": "Phone [2] is dead", "closedFlag": false, "budgetHours": 1.5,
        "status": {"id": 12, "name": "New (not responded)"}, "board": {"id": 1, "name": "Service Desk"},
        "_info": {"lastUpdated": "2026-11-20T10:00:00Z", "updatedBy": "jdoe"},
        "customFields": [
            {"id": 1, "caption": "TandemRetrieved_c", "value": null},
            {"id": 2, "caption": "TandemStatus_c", "value": "Acknowledged"},
        ],
    })
}

#[rstest]
#[case("id = 57961", true)]
#[case("id in (1,57961)", true)]
#[case("id not in (1,57961)", false)]
#[case("STATUS/NAME = 'new (NOT responded)'", true)]
#[case("status/name like \"new%\"", true)]
#[case("status/name like \"%responded)\"", true)]
#[case("status/name like \"new\"", false)]
#[case("status/name not like \"closed*\"", true)]
#[case("summary like \"phone [[]2]%\"", true)]
#[case("summary contains \"DEAD\"", true)]
#[case("summary not contains \"dead\"", false)]
#[case("closedFlag = false and budgetHours > 1", true)]
#[case("closedFlag = true or budgetHours >= 1.50", true)]
#[case("lastUpdated > [2026-11-20T09:59:59Z]", true)]
#[case("lastUpdated > [2026-11-20T10:00:00Z]", false)]
#[case("lastUpdated >= [2026-11-20]", true)]
#[case("updatedBy != \"api\"", true)]
#[case("owner/id = null", true)]
#[case("owner/id != 5", true)]
#[case("owner/id < 5", false)]
#[case("owner/identifier not contains \"x\"", true)]
#[case("id = \"57961\"", false)]
fn a_ticket_fits(#[case] condition: &str, #[case] expected: bool) {
    assert_eq!(fits(&condition.parse().unwrap(), &ticket()), expected, "{condition}");
}

#[rstest]
#[case("caption = \"TandemStatus_c\" and value = \"acknowledged\"", true)]
#[case("caption = \"TandemStatus_c\" and value = null", false)]
#[case("caption = \"TandemRetrieved_c\" and value = null", true)]
fn both_tests_look_at_the_same_custom_field(#[case] condition: &str, #[case] expected: bool) {
    assert_eq!(fits_custom_field(&condition.parse().unwrap(), &ticket()), expected, "{condition}");
}

#[test]
fn children_are_tested_one_by_one() {
    let contact = json!({"communicationItems": [
        {"value": "a@b.c", "communicationType": "Email"}, {"value": "555", "communicationType": "Phone"},
    ]});
    let fits = |text: &str| fits_child(&text.parse().unwrap(), &contact);
    assert!(fits(
        "communicationItems/value = \"a@b.c\" and communicationItems/communicationType = \"Email\""
    ));
    assert!(!fits(
        "communicationItems/value = \"a@b.c\" and communicationItems/communicationType = \"Phone\""
    ));
}

#[test]
fn a_wicked_pattern_ends() {
    let record = json!({"summary": "a".repeat(2_000)});
    let condition = format!("summary like \"{}b\"", "a%".repeat(500));
    assert!(!fits(&condition.parse().unwrap(), &record));
}
