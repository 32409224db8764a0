//! The canonical body of a script (`automate-api.md` section 4.1), typed, and the names of its functions.

use serde::{Deserialize, Serialize};

/// The step sections of a script in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// `Action` 1.
    If,
    /// `Action` 2.
    Then,
    /// `Action` 3.
    Else,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 3] = [Self::If, Self::Then, Self::Else];

    /// The section of an `Action` code; unknown codes are read as Then, where Automate runs them.
    pub fn of_action(code: i64) -> Self {
        match code {
            1 => Self::If,
            3 => Self::Else,
            _ => Self::Then,
        }
    }

    /// The heading on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::If => "If",
            Self::Then => "Then",
            Self::Else => "Else",
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The section it stands in.
    pub section: Section,
    /// The function's number.
    pub function: i64,
    /// The parameters, without the empty ones at the end. Line ends are LF.
    pub params: Vec<String>,
    /// Whether the script goes on when the step fails.
    pub continue_on_failure: bool,
    /// The operating system it is limited to; 0 is all.
    pub os_limit: i64,
    /// Whether it runs at all.
    pub enabled: bool,
    /// How deep the editor indents it.
    pub indentation: i64,
}

/// The body of a script in canonical form; other members (`targets`, `parameters` …) stand beside the steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Steps {
    /// The steps, section by section, in running order.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// `OsLimit` of a disabled step: this bit is set (seen as value − 2147483648), or the whole is 24.
pub const OS_LIMIT_DISABLED_BIT: i64 = 1 << 31;

/// Splits Automate's `OsLimit` into the operating system and whether the step is enabled.
pub fn read_os_limit(raw: i64) -> (i64, bool) {
    if raw < 0 {
        return (raw + OS_LIMIT_DISABLED_BIT, false);
    }
    if raw & OS_LIMIT_DISABLED_BIT != 0 {
        return (raw & !OS_LIMIT_DISABLED_BIT, false);
    }
    (raw, raw != 24)
}

/// The name of an operating-system limit; none for "all" and for codes that nobody has documented.
pub fn os_limit_name(code: i64) -> Option<&'static str> {
    Some(match code {
        7 => "Windows 32-bit",
        8 => "Windows 64-bit",
        13 => "Macintosh",
        14 => "Linux",
        16 => "not Windows",
        17 => "Windows",
        18 => "Windows workstation",
        19 => "Windows server",
        27 => "Windows 10 class",
        28 => "Windows 10",
        29 => "Windows Server 2016",
        _ => return None,
    })
}

/// A function of the script engine, as far as it is documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name in the editor.
    pub name: &'static str,
    /// The names of its parameters, first to fifth.
    pub params: &'static [&'static str],
}

macro_rules! functions {
    ($($id:literal $name:literal [$($param:literal),*])+) => {
        /// The function with this number.
        pub fn function(id: i64) -> Option<Function> {
            Some(match id {
                $($id => Function { name: $name, params: &[$($param),*] },)+
                _ => return None,
            })
        }
    };
}

functions! {
    1 "True" []
    2 "Send Command" ["Command", "Parameters", "Groups", "Computer"]
    5 "Variable Check" ["Variable", "Comparison", "Value"]
    11 "SQL Data Check" ["SQL", "Comparison", "Value"]
    16 "Shell" ["Command", "Type", "Arguments"]
    17 "Script Run" ["Script", "Wait", "Computer", "Parameters"]
    19 "File Download URL" ["URL", "Destination"]
    20 "Variable Set" ["Variable", "Type", "Value"]
    24 "Email" ["To", "Subject", "Body"]
    27 "Registry Set Value" ["Key", "Value name", "Data", "Type"]
    28 "File Download" ["File", "Destination"]
    29 "Script Log Message" ["Message"]
    46 "Ticket Create" ["Client", "Email", "Subject", "Body", "Category"]
    67 "SQL Execute" ["SQL"]
    70 "Variable Check with jump" ["Variable", "Comparison", "Value", "Jump to"]
    80 "Extra Data Set Value" ["Field", "Value", "Target"]
    92 "For Each" ["Script", "List"]
    95 "Extra Data Check" ["Field", "Comparison", "Value"]
    102 "Script RegEx" ["Text", "Pattern", "Variable"]
    103 "Extra Data Get Value" ["Field", "Target", "Variable"]
    109 "Shell Enhanced" ["Command", "Type", "Variable", "Arguments"]
    117 "SQL Get Dataset" ["SQL"]
    129 "Script Goto" ["Label or steps"]
    132 "Patch Install All" ["Type", "Script"]
    135 "PowerShell Command" ["PowerShell", "Arguments"]
    139 "Script Note" ["Note"]
    146 "For Each SQL" ["SQL", "Script"]
    172 "SQL Get Value" ["SQL", "Variable"]
    196 "SQL Fetch" ["SQL"]
    200 "File Transfer" ["File", "Destination"]
    203 "PowerShell Command as Admin" ["PowerShell", "Arguments"]
    215 "Script Exit with Error" ["Message"]
    235 "Execute Script" ["Type", "Script text", "Parameters", "Credentials", "Variable"]
    238 "Script Call" ["Label"]
    239 "Script Return" []
    251 "Each Computer" ["Script", "Target"]
}

/// The name of a function, or its number where it is not documented.
pub fn function_name(id: i64) -> String {
    match (id, function(id)) {
        (_, Some(known)) => known.name.to_owned(),
        (112..=127, None) => format!("IF … jump to label (function {id})"),
        _ => format!("Function {id}"),
    }
}

/// The name of a parameter, counted from 0.
pub fn param_name(function_id: i64, index: usize) -> String {
    function(function_id)
        .and_then(|known| known.params.get(index).map(|name| (*name).to_owned()))
        .unwrap_or_else(|| format!("Parameter {}", index + 1))
}

/// Whether a parameter is program text, shown with its own line diff.
pub fn is_code(function_id: i64, index: usize) -> bool {
    matches!((function_id, index), (11 | 67 | 117 | 135 | 146 | 172 | 196 | 203, 0) | (235, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disabled_steps_keep_their_operating_system() {
        assert_eq!(read_os_limit(0), (0, true));
        assert_eq!(read_os_limit(17), (17, true));
        assert_eq!(read_os_limit(17 - 2_147_483_648), (17, false));
        assert_eq!(read_os_limit(24), (24, false));
        assert_eq!(read_os_limit(2_147_483_648 + 17), (17, false));
    }

    #[test]
    fn unknown_functions_and_parameters_still_have_a_name() {
        assert_eq!(function_name(135), "PowerShell Command");
        assert_eq!(function_name(9999), "Function 9999");
        assert_eq!(param_name(135, 4), "Parameter 5");
    }
}
