//! The canonical body of a script (`automate-api.md` section 4.1), typed, and the names of its functions.

mod choices;
mod functions;

pub use functions::{Function, Param, function};

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
        1 => "Windows 2000",
        2 => "Windows NT 4",
        3 => "Windows XP",
        4 => "Windows Vista",
        5 => "Windows 2000 Server",
        6 => "Windows Server 2003",
        7 => "Windows 32-bit",
        8 => "Windows 64-bit",
        9 => "Windows XP class",
        10 => "Windows Vista class",
        11 => "Windows Server 2008",
        12 => "Windows 7",
        13 => "Macintosh",
        14 => "Linux",
        15 => "Windows Mobile",
        16 => "not Windows",
        17 => "Windows",
        18 => "Windows workstation",
        19 => "Windows server",
        20 => "Windows SBS",
        21 => "Windows 8 class",
        22 => "Windows 8",
        23 => "Windows Server 2012",
        25 => "Windows Server 2008 R2",
        26 => "Windows Server 2012 R2",
        27 => "Windows 10 class",
        28 => "Windows 10",
        29 => "Windows Server 2016",
        _ => return None,
    })
}

/// The name of a function, or its number where it is not documented.
pub fn function_name(id: i64) -> String {
    function(id).map_or_else(|| format!("Function {id}"), |known| known.name.to_owned())
}

/// The name of a parameter, counted from 0.
pub fn param_name(function_id: i64, index: usize) -> String {
    param(function_id, index)
        .map_or_else(|| format!("Parameter {}", index + 1), |known| known.name.to_owned())
}

fn param(function_id: i64, index: usize) -> Option<&'static Param> {
    function(function_id)?.params.get(index)
}

/// What a parameter's number stands for, where it is one of a list.
pub fn choice(function_id: i64, index: usize, value: &str) -> Option<&'static str> {
    let number: usize = value.trim().parse().ok()?;
    param(function_id, index)?.choices.get(number).copied()
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

    #[test]
    fn numbers_of_a_list_have_words() {
        for (function, index, value, expected) in [
            (5, 1, "2", Some("=")),
            (70, 1, "11", Some("not in")),
            (111, 1, "10", None),
            (20, 0, "18", Some("MD5 hash of a file")),
            (171, 0, "22", Some("split")),
            (235, 3, "1", Some("administrator")),
            (5, 1, "@how@", None),
            (5, 1, "-1", None),
            (5, 0, "1", None),
            (9_999, 0, "1", None),
        ] {
            assert_eq!(choice(function, index, value), expected, "{function} {index} {value}");
        }
    }

    #[test]
    fn what_steps_point_at_is_called_so() {
        // Which parameters these are stands in `automate-api.md` section 5.
        for (function, index, name) in [
            (17, 0, "Script"),
            (92, 0, "Script"),
            (251, 0, "Script"),
            (132, 1, "Script"),
            (146, 1, "Script"),
            (185, 3, "Script"),
            (80, 0, "Extra field"),
            (95, 0, "Extra field"),
            (103, 0, "Extra field"),
            (236, 0, "Role definition"),
            (237, 0, "Role definition"),
            (2, 2, "Groups"),
            (209, 2, "Groups"),
            (183, 4, "Alert template"),
        ] {
            assert_eq!(param_name(function, index), name, "{function} {index}");
        }
    }
}
