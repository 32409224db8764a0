//! What may be chosen for a parameter, in the order of its numbers.

type Choices = &'static [&'static str];

pub(super) const COMPARE_IN: Choices = &[
    "exists",
    "does not exist",
    "=",
    "not =",
    "<",
    "<=",
    ">",
    ">=",
    "contains",
    "does not contain",
    "in",
    "not in",
];
/// As [`COMPARE_IN`], without lists.
pub(super) const COMPARE: Choices = COMPARE_IN.split_at(10).0;
pub(super) const EXISTS: Choices = &["exists", "does not exist"];
pub(super) const YES_NO: Choices = &["yes", "no"];
pub(super) const FALSE_TRUE: Choices = &["no", "yes"];
pub(super) const COMMAND_TARGET: Choices = &["computer", "location", "client"];
pub(super) const MOBILE_TARGET: Choices = &["mobile device", "location", "client"];
pub(super) const LICENSE_TARGET: Choices = &["system", "client", "location", "computer"];
pub(super) const WAIT_PROCESS: Choices = &["until the process ends", "return at once"];
pub(super) const WAIT_DOWNLOAD: Choices = &["until it is finished", "return at once"];
pub(super) const SET_TYPE: Choices = &[
    "registry",
    "constant",
    "current computer ID",
    "current client ID",
    "current location ID",
    "current console number",
    "folder for temporary files",
    "contents of a file",
    "date of a file",
    "version of a file",
    "size of a file",
    "SQL query",
    "all local variables",
    "properties",
    "computer variables, read anew",
    "parts of a name and value parameter",
    "variables of the virus scanner",
    "expanded on the agent",
    "MD5 hash of a file",
];
pub(super) const REGISTRY_TYPE: Choices =
    &["REG_SZ", "REG_BINARY", "REG_DWORD", "REG_MULTI_SZ", "REG_QWORD", "REG_EXPAND_SZ"];
pub(super) const SEVERITY: Choices = &["informational", "warning", "error", "critical"];
pub(super) const EVENT_TYPE: Choices = &["security", "error", "information", "warning"];
pub(super) const INSTALL: Choices = &["install", "remove"];
pub(super) const PROTOCOL: Choices = &["TCP", "UDP"];
pub(super) const OPERATOR: Choices = &["+", "-", "*", "/", "div", "mod", "pow", "abs", "max", "min"];
pub(super) const STALL: Choices = &["stall", "unstall"];
pub(super) const PATCHES: Choices =
    &["all that are missing", "security patches that are missing", "approved patches that are missing"];
pub(super) const UPDATE_ACTION: Choices = &[
    "restore the defaults",
    "set the WSUS server",
    "force an update",
    "download only",
    "update at a time",
    "disable updates",
    "disable the access to updates",
    "set the LabTech mode",
    "install the update agent",
];
pub(super) const PROBE: Choices =
    &["attempt the push again", "inventory the devices again", "scan the network again"];
pub(super) const STARTUP: Choices = &["automatic", "manual", "disabled"];
pub(super) const STRING: Choices = &[
    "left",
    "right",
    "middle",
    "upper case",
    "lower case",
    "reverse",
    "trim blanks",
    "find",
    "find the last",
    "replace",
    "insert",
    "URL encode",
    "URL decode",
    "HTML encode",
    "HTML decode",
    "MySQL encode",
    "encrypt",
    "decrypt",
    "LabTech pipe encode",
    "LabTech pipe decode",
    "encrypt, version 2",
    "decrypt, version 2",
    "split",
];
pub(super) const BITS: Choices = &["download", "check the status"];
pub(super) const ROAMING: Choices = &["disabled", "enabled", "left as it is"];
pub(super) const FILE_CHECK: Choices =
    &["created", "modified", "accessed", "version", "contents", "size", "MD5"];
pub(super) const SCRIPT_TYPE: Choices =
    &["PowerShell", "VBScript", "batch", "PowerShell, execution policy bypassed"];
pub(super) const CREDENTIALS: Choices = &["local agent", "administrator"];
pub(super) const SNMP_TYPE: Choices = &[
    "counter (32 bit)",
    "counter (64 bit)",
    "gauge",
    "integer",
    "unsigned integer (32 bit)",
    "IP",
    "null",
    "NSAP",
    "OID",
    "opaque",
    "string",
    "ticks",
];
