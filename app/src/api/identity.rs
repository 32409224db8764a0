//! What the server tells the screens about a request.

use services::accounts::SignedIn;

/// Who asks, and from where.
#[derive(Debug, Clone, Default)]
pub struct RequestIdentity {
    /// The signed-in browser, if it is one.
    pub session: Option<SignedIn>,
    /// The browser, as it named itself.
    pub device: Option<String>,
    /// Where it is.
    pub address: Option<String>,
    /// How the session cookie is written.
    pub policy: CookiePolicy,
}

/// How the session cookie is written.
#[derive(Debug, Clone, Copy)]
pub struct CookiePolicy {
    /// Its name.
    pub name: &'static str,
    secure: bool,
}

impl CookiePolicy {
    /// Over HTTPS the cookie is bound to host and scheme by its name (`__Host-`).
    pub fn new(https: bool) -> Self {
        Self { name: if https { "__Host-tandem" } else { "tandem" }, secure: https }
    }

    /// The header that sets the cookie.
    pub fn set(&self, token: &str) -> String {
        format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600{}", self.name, self.suffix())
    }

    /// The header that takes it away.
    pub fn clear(&self) -> String {
        format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", self.name, self.suffix())
    }

    /// The name of the cookie that carries a form's answer to the next page.
    pub fn answer_name(&self) -> &'static str {
        if self.secure { "__Host-tandem-answer" } else { "tandem-answer" }
    }

    /// The header that sends a form's answer along.
    pub fn set_answer(&self, packed: &str) -> String {
        format!(
            "{}={packed}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60{}",
            self.answer_name(),
            self.suffix()
        )
    }

    /// The header that takes it away.
    pub fn clear_answer(&self) -> String {
        format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", self.answer_name(), self.suffix())
    }

    fn suffix(&self) -> &'static str {
        if self.secure { "; Secure" } else { "" }
    }
}

impl Default for CookiePolicy {
    fn default() -> Self {
        Self::new(false)
    }
}
