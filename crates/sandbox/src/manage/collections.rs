//! Which collections there are: path, scope, right, fields. A new one is a line in [`COLLECTIONS`].

/// A collection of records.
#[derive(Debug)]
pub(super) struct Collection {
    /// Its path in lower case; `{}` stands for the id of a parent.
    pub(super) path: &'static str,
    /// The table that its rows stand in.
    pub(super) table: &'static str,
    /// The fields that must hold the ids of the path, in order.
    pub(super) scope: &'static [&'static str],
    /// What Manage calls a record in its messages.
    pub(super) object: &'static str,
    /// What can be done beside reading: `c`reate, `p`atch, `d`elete.
    pub(super) verbs: &'static str,
    /// The right that reading needs; empty means none.
    pub(super) read: &'static str,
    /// The right that writing needs.
    pub(super) write: &'static str,
    /// What a new record must have.
    pub(super) required: &'static [&'static str],
    /// The names of its fields.
    pub(super) fields: &'static str,
}

const TICKET: &str = "id summary recordType board status workRole workType company site siteName addressLine1 addressLine2 city stateIdentifier zip country contact contactName contactPhoneNumber contactEmailAddress type subType item team owner priority serviceLocation source requiredDate budgetHours opportunity agreement severity impact externalXRef poNumber allowAllClientsPortalView customerUpdatedFlag automaticEmailContactFlag automaticEmailResourceFlag automaticEmailCcFlag automaticEmailCc initialDescription initialInternalAnalysis initialResolution processNotifications skipCallback closedDate closedBy closedFlag actualHours approved dateResolved dateResplan dateResponded isInSla resources parentTicketId hasChildTicket hasMergedChildTicketFlag location department sla slaStatus mergedParentTicket customFields";
const NOTE: &str = "id ticketId text detailDescriptionFlag internalAnalysisFlag resolutionFlag issueFlag member contact customerUpdatedFlag processNotifications dateCreated createdBy internalFlag externalFlag mergedFlag";
const ENTRY: &str = "id objectId name member where dateStart dateEnd reminder status type span doneFlag acknowledgedFlag ownerFlag hours";
const MEMBER: &str =
    "id identifier firstName lastName officeEmail inactiveFlag licenseClass securityRole timeZone";
const FIELD: &str = "id podId caption sequenceNumber screenId helpText fieldTypeIdentifier numberDecimals entryTypeIdentifier requiredFlag displayOnScreenFlag readOnlyFlag listViewFlag options businessUnitIds locationIds addAllBusinessUnits addAllLocations screenDescription podDescription";
const WORKFLOW: &str = "id name tableType location department activateFlag batchInterval batchFrequencyUnit batchLastRan batchSchedule board";
const EVENT: &str = "id name eventCondition frequencyUnit frequencyOfExecution maxNumberOfExecution executionTime dateTestedUTC testRecordsMatched parentId";
const ACTION: &str = "id notifyType notifyWho specificMemberTo emailRecipient subject notes board boardStatus serviceType serviceSubType serviceItem servicePriority detailNotesFlag internalNotesFlag updateOwnerFlag parentId grandParentId";
const ACTION_FIELD: &str =
    "id eventId actionId caption userDefinedFieldId value overwriteFlag fieldTypeId inactiveFlag";
const CALLBACK: &str = "id description url objectId type level memberId payloadVersion inactiveFlag isSoapCallbackFlag isSelfSuppressedFlag";
const TASK: &str = "id ticketId notes closedFlag priority summary resolution member";
const TIME: &str =
    "id chargeToId chargeToType member workType timeStart timeEnd actualHours notes ticket company";
const THING: &str =
    "id name type status site company serialNumber modelNumber ipAddress osType lastLoginName activeFlag";
const COMPANY: &str = "id identifier name status addressLine1 city zip phoneNumber website deletedFlag";
const CONTACT: &str = "id firstName lastName title company inactiveFlag communicationItems";
const DOCUMENT: &str = "id title fileName size linkFlag imageFlag owner recordType recordId";

const fn set_up(
    path: &'static str,
    table: &'static str,
    object: &'static str,
    fields: &'static str,
) -> Collection {
    Collection {
        path,
        table,
        scope: &[],
        object,
        verbs: "",
        read: "",
        write: "Table Setup",
        required: &[],
        fields,
    }
}

/// All of them.
pub(super) const COLLECTIONS: &[Collection] = &[
    Collection {
        verbs: "cpd",
        read: "Service Tickets",
        write: "Service Tickets",
        required: &["summary", "company"],
        ..set_up("service/tickets", "tickets", "Ticket", TICKET)
    },
    Collection {
        scope: &["ticketId"],
        verbs: "cpd",
        read: "Service Tickets",
        write: "Service Tickets",
        required: &["text"],
        ..set_up("service/tickets/{}/notes", "notes", "ServiceNote", NOTE)
    },
    Collection {
        scope: &["ticketId"],
        verbs: "cpd",
        read: "Service Tickets",
        write: "Service Tickets",
        required: &["notes"],
        ..set_up("service/tickets/{}/tasks", "tasks", "ServiceTask", TASK)
    },
    Collection {
        scope: &["ticketId"],
        read: "Service Tickets",
        ..set_up(
            "service/tickets/{}/configurations",
            "attached",
            "ConfigurationReference",
            "id ticketId deviceIdentifier",
        )
    },
    Collection { read: "Member Maintenance", ..set_up("system/members", "members", "Member", MEMBER) },
    Collection {
        read: "Member Maintenance",
        ..set_up(
            "system/apimembers",
            "apiMembers",
            "ApiMember",
            "id identifier name securityRole inactiveFlag serviceDefaultBoard defaultLocation defaultDepartment",
        )
    },
    Collection {
        scope: &["roleId"],
        read: "Member Maintenance",
        ..set_up(
            "system/securityroles/{}/settings",
            "roleSettings",
            "SecurityRoleSetting",
            "id moduleFunctionName addLevel editLevel deleteLevel inquireLevel",
        )
    },
    set_up(
        "service/boards",
        "boards",
        "Board",
        "id name inactiveFlag projectFlag location department autoAssignTicketOwnerFlag",
    ),
    Collection {
        scope: &["board/id"],
        ..set_up(
            "service/boards/{}/statuses",
            "statuses",
            "BoardStatus",
            "id name board sortOrder inactive closedStatus defaultFlag escalationStatus",
        )
    },
    set_up("service/priorities", "priorities", "Priority", "id name color sortOrder level defaultFlag"),
    Collection {
        verbs: "cpd",
        read: "Time Entry",
        write: "Time Entry",
        required: &["timeStart"],
        ..set_up("time/entries", "timeEntries", "TimeEntry", TIME)
    },
    Collection {
        verbs: "cpd",
        read: "Resource Scheduling",
        write: "Resource Scheduling",
        required: &["type"],
        ..set_up("schedule/entries", "scheduleEntries", "schedule", ENTRY)
    },
    Collection {
        read: "Configurations",
        ..set_up("company/configurations", "configurations", "Configuration", THING)
    },
    Collection {
        read: "Company Maintenance",
        ..set_up("company/companies", "companies", "Company", COMPANY)
    },
    Collection { read: "Contacts", ..set_up("company/contacts", "contacts", "contact", CONTACT) },
    set_up("system/documents", "documents", "DocumentInfo", DOCUMENT),
    Collection {
        verbs: "cpd",
        read: "Table Setup",
        required: &["podId", "caption", "sequenceNumber", "fieldTypeIdentifier"],
        ..set_up("system/userdefinedfields", "userDefinedFields", "UserDefinedField", FIELD)
    },
    Collection {
        verbs: "cpd",
        read: "Table Setup",
        required: &["name", "tableType"],
        ..set_up("system/workflows", "workflows", "Workflow", WORKFLOW)
    },
    Collection {
        read: "Table Setup",
        ..set_up("system/workflows/tabletypes", "tableTypes", "WorkflowTableType", "id identifier name")
    },
    Collection {
        scope: &["parentId"],
        read: "Table Setup",
        ..set_up(
            "system/workflows/{}/notifytypes",
            "notifyTypes",
            "WorkflowNotifyType",
            "id identifier name parentId",
        )
    },
    Collection {
        scope: &["parentId"],
        read: "Table Setup",
        ..set_up(
            "system/workflows/{}/triggers",
            "triggers",
            "WorkflowTrigger",
            "id name parentId expectedType hasOperatorFlag",
        )
    },
    Collection {
        scope: &["parentId"],
        verbs: "cpd",
        read: "Table Setup",
        required: &["eventCondition"],
        ..set_up("system/workflows/{}/events", "events", "WorkflowEvent", EVENT)
    },
    Collection {
        scope: &["grandParentId", "parentId"],
        verbs: "cpd",
        read: "Table Setup",
        required: &["notifyType"],
        ..set_up("system/workflows/{}/events/{}/actions", "actions", "WorkflowAction", ACTION)
    },
    Collection {
        scope: &["eventId", "actionId"],
        read: "Table Setup",
        ..set_up(
            "system/workflows/userdefinedfields/events/{}/actions/{}",
            "actionFields",
            "WorkflowActionUserDefinedField",
            ACTION_FIELD,
        )
    },
    Collection {
        verbs: "cpd",
        required: &["url", "objectId", "type", "level"],
        ..set_up("system/callbacks", "callbacks", "callbackEntry", CALLBACK)
    },
];

impl Collection {
    /// Whether a record has a field of this very name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.split(' ').any(|field| field == name)
    }

    /// Whether a record has a field of this name, without regard to case.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.fields.split(' ').any(|field| field.eq_ignore_ascii_case(name))
    }

    /// The ids in a path that this collection's begins like, and what stands behind it.
    pub(super) fn fits<'a>(&self, segments: &'a [&'a str]) -> Option<(Vec<i64>, &'a [&'a str])> {
        let mut ids = Vec::new();
        let mut rest = segments;
        for wanted in self.path.split('/') {
            let (first, behind) = rest.split_first()?;
            match wanted {
                "{}" => ids.push(first.parse().ok()?),
                name if name.eq_ignore_ascii_case(first) => {}
                _ => return None,
            }
            rest = behind;
        }
        Some((ids, rest))
    }
}

/// The collection of a path: the one with the longest path that fits.
pub(super) fn find<'a>(segments: &'a [&'a str]) -> Option<(&'static Collection, Vec<i64>, &'a [&'a str])> {
    let fitting = COLLECTIONS.iter().filter_map(|one| one.fits(segments).map(|(ids, rest)| (one, ids, rest)));
    fitting.max_by_key(|(one, _, _)| one.path.split('/').count())
}

/// The table that a reference field points into.
pub(super) fn referred(field: &str) -> Option<&'static str> {
    Some(match field {
        "board" => "boards",
        "status" | "boardStatus" => "statuses",
        "priority" | "servicePriority" => "priorities",
        "owner" | "member" | "specificMemberTo" => "members",
        "company" => "companies",
        "contact" => "contacts",
        "tableType" => "tableTypes",
        "notifyType" => "notifyTypes",
        _ => return None,
    })
}
