//! A believable instance: two boards, a handful of people, customers, devices, and tickets of a Monday morning.

use super::{clock::Clock, world::World};
use serde_json::json;

const STATUSES: &[(&str, bool, bool)] = &[
    ("New (not responded)", false, true),
    ("Acknowledged", false, false),
    ("In Progress", false, false),
    ("Waiting Client Response", false, false),
    ("Resolved", false, false),
    (">Closed", true, false),
];
const RIGHTS: &[&str] = &[
    "Service Tickets",
    "Close Service Tickets",
    "Resource Scheduling",
    "Service Ticket Dependencies",
    "Ticket Templates",
    "API Reports",
    "Member Maintenance",
    "My Account",
    "Table Setup",
    "Time Entry",
    "Configurations",
    "Company Maintenance",
    "Contacts",
];
const MEMBERS: &[(&str, &str, &str, bool)] = &[
    ("jdoe", "Jane", "Doe", false),
    ("msmith", "Mark", "Smith", false),
    ("akhan", "Aisha", "Khan", false),
    ("oldtimer", "Otto", "Gone", true),
];
const COMPANIES: &[(&str, &str)] = &[
    ("BrightDental", "Bright Dental Group"),
    ("Harbour", "Harbour Logistics"),
    ("Northwind", "Northwind Traders"),
];
const TICKETS: &[&str] = &[
    "Mail server does not accept connections",
    "Backup of FS01 failed three nights in a row",
    "New starter on Monday needs a laptop",
    "VPN drops every ten minutes",
    "Printer on floor 2 prints blank pages",
    "Disk C: of SQL02 is 97 % full",
];

impl World {
    /// An instance with everything that a demo or a test wants to find.
    pub fn seeded() -> Self {
        Self::seeded_at(Clock::default())
    }

    /// The same by another clock.
    pub fn seeded_at(clock: Clock) -> Self {
        let mut world = Self::empty();
        world.clock = clock;
        world.set_up();
        world.people();
        world.rules();
        for (index, summary) in TICKETS.iter().enumerate() {
            let id = world.new_ticket(summary);
            let company =
                world.reference("companies", i64::try_from(index % COMPANIES.len()).unwrap_or_default() + 1);
            if let Some(ticket) = world.row_mut("tickets", id) {
                ticket["company"] = company;
            }
        }
        world.hang_details(1);
        world
    }

    fn set_up(&mut self) {
        for board in ["Service Desk", "Network Operations"] {
            let board =
                self.add("boards", json!({"name": board, "inactiveFlag": false, "projectFlag": false,
                    "location": {"id": 2, "name": "Main Office"}, "department": {"id": 10, "name": "Services"}}));
            let reference = self.reference("boards", board);
            for (order, (name, closes, default)) in STATUSES.iter().enumerate() {
                self.add("statuses", json!({"name": name, "board": reference, "sortOrder": order, "closedStatus": closes, "defaultFlag": default, "inactive": false}));
            }
        }
        self.add("boards", json!({"name": "Old Board", "inactiveFlag": true, "projectFlag": false}));
        for (order, (name, level)) in [
            ("Priority 1 - Emergency", "Critical"),
            ("Priority 2 - High", "High"),
            ("Priority 3 - Normal", "Medium"),
            ("Priority 4 - Low", "Low"),
        ]
        .iter()
        .enumerate()
        {
            self.add("priorities", json!({"name": name, "level": level, "sortOrder": order, "defaultFlag": order == 2, "color": "Red"}));
        }
        let role = self.add("roles", json!({"name": "Tandem"}));
        for right in RIGHTS {
            self.add("roleSettings", json!({"roleId": role, "moduleFunctionName": right, "addLevel": "All", "editLevel": "All", "deleteLevel": "All", "inquireLevel": "All"}));
        }
        self.add("apiMembers", json!({"identifier": "tandem", "name": "Tandem", "securityRole": {"id": role, "name": "Tandem"}, "inactiveFlag": false,
            "defaultLocation": {"id": 2, "name": "Main Office"}, "defaultDepartment": {"id": 10, "name": "Services"}, "serviceDefaultBoard": {"id": 1, "name": "Service Desk"}}));
        // A field of the customer's own, which no write may disturb.
        let pod = self.ticket_pod;
        self.add("userDefinedFields", json!({"podId": pod, "caption": "Room", "sequenceNumber": 1, "fieldTypeIdentifier": "Text", "entryTypeIdentifier": "EntryField", "displayOnScreenFlag": true, "screenDescription": "Service Ticket"}));
    }

    fn people(&mut self) {
        for (identifier, first, last, inactive) in MEMBERS {
            self.add("members", json!({"identifier": identifier, "firstName": first, "lastName": last, "officeEmail": format!("{identifier}@acme.example"), "inactiveFlag": inactive, "licenseClass": "F"}));
        }
        for (identifier, name) in COMPANIES {
            let id = self.add("companies", json!({"identifier": identifier, "name": name, "status": {"id": 1, "name": "Active"}, "phoneNumber": "555 0100", "city": "Springfield"}));
            let company = self.reference("companies", id);
            self.add("contacts", json!({"firstName": "Casey", "lastName": identifier, "title": "Office manager", "company": company, "inactiveFlag": false,
                "communicationItems": [
                    {"id": 1, "value": "555 0101", "communicationType": "Phone", "defaultFlag": true},
                    {"id": 2, "value": "old@customer.example", "communicationType": "Email", "defaultFlag": false},
                    {"id": 3, "value": "casey@customer.example", "communicationType": "Email", "defaultFlag": true},
                ]}));
        }
    }

    fn rules(&mut self) {
        self.add("tableTypes", json!({"identifier": "CO", "name": "Company"}));
        self.add("tableTypes", json!({"identifier": "SR", "name": "Service Ticket"}));
        for (identifier, name) in [
            ("CS", "Change Status"),
            ("SE", "Send Email"),
            ("CA", "Create Activity"),
            ("AR", "Assign Resource"),
        ] {
            self.add("notifyTypes", json!({"identifier": identifier, "name": name}));
        }
        for name in ["Status", "Board", "Priority", "Age"] {
            self.add("triggers", json!({"name": name, "hasOperatorFlag": true, "expectedType": "Text"}));
        }
    }

    /// Gives a ticket one of everything that can hang on it.
    pub fn hang_details(&mut self, ticket: i64) {
        let member = self.reference("members", 1);
        let company = self.reference("companies", 1);
        let contact = self.reference("contacts", 1);
        if let Some(row) = self.row_mut("tickets", ticket) {
            row["contact"] = contact;
        }
        self.add("notes", json!({"ticketId": ticket, "text": "It began at 7:40.\nNothing was changed.", "detailDescriptionFlag": true, "internalAnalysisFlag": false, "resolutionFlag": false, "member": member}));
        self.add(
            "tasks",
            json!({"ticketId": ticket, "notes": "Check the certificate", "closedFlag": false, "priority": 2}),
        );
        self.add(
            "tasks",
            json!({"ticketId": ticket, "notes": "Call the customer", "closedFlag": true, "priority": 1}),
        );
        self.add("timeEntries", json!({"chargeToId": ticket, "chargeToType": "ServiceTicket", "member": member, "timeStart": "2026-11-23T07:45:00Z", "timeEnd": "2026-11-23T08:15:00Z", "actualHours": 0.5, "notes": "Looked at the logs"}));
        let device = self.add("configurations", json!({"name": "EX01", "type": {"id": 3, "name": "Server"}, "status": {"id": 1, "name": "Active"}, "company": company, "serialNumber": "SN-4711", "ipAddress": "10.0.0.5", "osType": "Windows Server 2025", "activeFlag": true}));
        // Only a reference, with the device's id.
        self.add("attached", json!({"id": device, "ticketId": ticket, "deviceIdentifier": "EX01"}));
        self.add("documents", json!({"recordType": "Ticket", "recordId": ticket, "title": "Screenshot", "fileName": "../shot.png", "size": 20_480, "imageFlag": true, "linkFlag": false, "owner": "jdoe"}));
    }
}
