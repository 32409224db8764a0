//! One step of a script.

use super::escape;

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptStep {
    /// Section: 1 If, 2 Then, 3 Else.
    pub action: i64,
    /// The function's number.
    pub function: i64,
    /// Up to five parameters.
    pub params: Vec<String>,
    /// Whether the script goes on when it fails.
    pub continues: bool,
    /// Automate's `OsLimit`.
    pub os_limit: i64,
    /// How deep the editor indents it.
    pub indentation: i64,
}

impl ScriptStep {
    /// A step of the Then section.
    pub fn new(function: i64, params: &[&str]) -> Self {
        let params = params.iter().map(|param| (*param).to_owned()).collect();
        Self { action: 2, function, params, continues: false, os_limit: 0, indentation: 0 }
    }

    /// A note; one that begins with `:` is a label.
    pub fn note(text: &str) -> Self {
        Self::new(139, &[text])
    }

    /// A PowerShell command.
    pub fn powershell(text: &str) -> Self {
        Self::new(135, &[text])
    }

    /// A shell command.
    pub fn shell(text: &str) -> Self {
        Self::new(16, &[text])
    }

    /// SQL that answers one value into a variable.
    pub fn sql(text: &str, variable: &str) -> Self {
        Self::new(172, &[text, variable])
    }

    /// A line in the script's log.
    pub fn log(text: &str) -> Self {
        Self::new(29, &[text])
    }

    /// Sets a variable.
    pub fn set(variable: &str, value: &str) -> Self {
        Self::new(20, &["10", value, variable])
    }

    /// Jumps to a label when a variable holds a text.
    pub fn jump_if(variable: &str, contains: &str, label: &str) -> Self {
        Self::new(70, &[variable, "3", contains, label])
    }

    /// The same step in another section.
    pub fn in_section(mut self, action: i64) -> Self {
        self.action = action;
        self
    }

    /// The same step, limited to an operating system.
    pub fn only_on(mut self, os_limit: i64) -> Self {
        self.os_limit = os_limit;
        self
    }

    /// The same step, switched off as Automate does it.
    pub fn disabled(mut self) -> Self {
        self.os_limit -= 2_147_483_648;
        self
    }

    /// The same step; the script goes on when it fails.
    pub fn continuing(mut self) -> Self {
        self.continues = true;
        self
    }

    /// The step as it stands in a body.
    pub(super) fn to_xml(&self, sort: usize) -> String {
        let param = |index: usize| match self.params.get(index) {
            Some(text) if !text.is_empty() => {
                format!("    <Param{0}>{1}</Param{0}>\n", index + 1, escape(text))
            }
            _ => format!("    <Param{} />\n", index + 1),
        };
        let params: String = (0..5).map(param).collect();
        format!(
            "  <ScriptSteps>\n    <Action>{}</Action>\n    <FunctionId>{}</FunctionId>\n{params}    <Sort>{sort}</Sort>\n    <Continue>{}</Continue>\n    <OsLimit>{}</OsLimit>\n    <Indentation>{}</Indentation>\n  </ScriptSteps>\n",
            self.action,
            self.function,
            i64::from(self.continues),
            self.os_limit,
            self.indentation
        )
    }
}
