//! A signed-in user: the token, its renewal, and trying again.
//!
//! When a token ends is measured from the server's own clock and then counted here: the two clocks may differ.

use super::{
    Login,
    kept_token::{KeptToken, SignIn},
    members, passcode,
    trouble::Trouble,
    wire::{Answer, Call, Patience, Setback, Wire},
};
use domain::{
    net::{Networks, WebAddress},
    source::automate_server,
};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How long before its end a token is renewed, at most.
const EARLY: Duration = Duration::from_secs(120);

/// A signed-in user.
pub(super) struct Session {
    wire: Wire,
    username: String,
    password: String,
    passcode: Option<String>,
    token: Token,
    given_for: SignIn,
    address: WebAddress,
    kept: Option<KeptToken>,
    pub(super) patience: Patience,
}

struct Token {
    bearer: String,
    renew_at: Option<Instant>,
}

impl Session {
    /// Signs in.
    pub(super) async fn open(
        login: Login<'_>,
        networks: &Networks,
        patience: Patience,
    ) -> Result<Self, Trouble> {
        let mut session = Self::closed(login, networks, patience).await?;
        session.sign_in_anew().await?;
        Ok(session)
    }

    /// Goes on with the token that is kept in `file`, renewed, while the server lets it; signs in otherwise. Whatever
    /// token comes next is kept there.
    pub(super) async fn resume(
        login: Login<'_>,
        networks: &Networks,
        patience: Patience,
        file: &Path,
    ) -> Result<Self, Trouble> {
        let mut session = Self::closed(login, networks, patience).await?;
        let kept = KeptToken::new(session.given_for.clone(), file);
        let renewed = match kept.read() {
            Some(bearer) => session.renewed(&bearer).await,
            None => None,
        };
        session.kept = Some(kept);
        match renewed {
            Some(token) => session.go_on_with(token)?,
            None => session.sign_in_anew().await?,
        }
        Ok(session)
    }

    async fn closed(login: Login<'_>, networks: &Networks, patience: Patience) -> Result<Self, Trouble> {
        let address = automate_server(login.url)
            .map_err(|message| Trouble::SignIn { field: "url", message: message.into() })?;
        Ok(Self {
            wire: Wire::open(&address, login.client_id, networks, patience).await?,
            username: login.username.to_owned(),
            password: login.password.to_owned(),
            passcode: login.passcode.map(str::to_owned),
            token: Token { bearer: String::new(), renew_at: None },
            given_for: SignIn::of(&login),
            address,
            kept: None,
            patience,
        })
    }

    /// Keeps the token, and whichever comes next, in a file.
    pub(super) fn keep_in(&mut self, file: &Path) -> Result<(), Trouble> {
        let kept = KeptToken::new(self.given_for.clone(), file);
        kept.write(&self.token.bearer)?;
        self.kept = Some(kept);
        Ok(())
    }

    /// The server's address.
    pub(super) fn address(&self) -> &WebAddress {
        &self.address
    }

    fn go_on_with(&mut self, token: Token) -> Result<(), Trouble> {
        self.token = token;
        self.kept.as_ref().map_or(Ok(()), |kept| kept.write(&self.token.bearer))
    }

    async fn sign_in_anew(&mut self) -> Result<(), Trouble> {
        let token = self.sign_in().await?;
        self.go_on_with(token)
    }

    /// Reads a path below `/cwa/api/v1/`. A token that ran out is replaced once.
    pub(super) async fn get(&mut self, path: &str, query: &[(&str, String)]) -> Result<Value, Trouble> {
        self.keep_fresh().await?;
        match self.fetch(path, query).await {
            Err(Trouble::SignedOut) => {
                self.sign_in_anew().await?;
                self.fetch(path, query).await
            }
            found => found,
        }
    }

    async fn fetch(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Trouble> {
        let token = Some(self.token.bearer.as_str());
        let path = &format!("v1/{path}");
        let answer = self.patiently(&Call { method: Method::GET, path, query, token, body: None }).await?;
        Ok(answer.value)
    }

    /// Asks for something that may be asked for twice (a reading, or a change that says how things shall be): what
    /// may pass is tried again. `path` begins with the version of the resource.
    pub(super) async fn insist(
        &mut self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<Value>,
    ) -> Result<Value, Trouble> {
        self.keep_fresh().await?;
        for renewed in [false, true] {
            let token = Some(self.token.bearer.as_str());
            let call = Call { method: method.clone(), path, query, token, body: body.clone() };
            match self.patiently(&call).await {
                Err(Trouble::SignedOut) if !renewed => self.sign_in_anew().await?,
                done => return done.map(|answer| answer.value),
            }
        }
        Err(Trouble::SignedOut)
    }

    /// Makes something, once: whether a request that was not answered counts must be looked for
    /// ([`Trouble::leaves_open`]). One that met the end of its token was not heard, and is sent again.
    pub(super) async fn create(&mut self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.keep_fresh().await?;
        for renewed in [false, true] {
            let token = Some(self.token.bearer.as_str());
            let call = Call { method: Method::POST, path, query: &[], token, body: Some(body.clone()) };
            match self.wire.ask(&call).await.map_err(|setback| setback.trouble) {
                Err(Trouble::SignedOut) if !renewed => self.sign_in_anew().await?,
                done => return done.map(|answer| answer.value),
            }
        }
        Err(Trouble::SignedOut)
    }

    /// Tries again, with growing pauses, what may pass.
    async fn patiently(&self, call: &Call<'_>) -> Result<Answer, Trouble> {
        let mut pause = self.patience.pause;
        let mut left = self.patience.tries.saturating_sub(1);
        loop {
            match self.wire.ask(call).await {
                Err(Setback { trouble, pause: asked }) if trouble.passes() && left > 0 => {
                    tokio::time::sleep(asked.unwrap_or(pause)).await;
                    (pause, left) = (pause * 2, left - 1);
                }
                Err(setback) => return Err(setback.trouble),
                Ok(answer) => return Ok(answer),
            }
        }
    }

    async fn keep_fresh(&mut self) -> Result<(), Trouble> {
        if self.token.renew_at.is_none_or(|at| Instant::now() < at) {
            return Ok(());
        }
        // A token that cannot be renewed (it has an absolute end as well) is replaced by a new one.
        match self.renewed(&self.token.bearer).await {
            Some(token) => self.go_on_with(token),
            None => self.sign_in_anew().await,
        }
    }

    /// A token in place of one that counts still.
    async fn renewed(&self, bearer: &str) -> Option<Token> {
        let call = Call {
            method: Method::POST,
            path: "v1/apitoken/refresh",
            query: &[],
            token: Some(bearer),
            body: Some(json!(bearer)),
        };
        self.wire.ask(&call).await.ok().and_then(|answer| Token::of(&answer).ok())
    }

    async fn sign_in(&self) -> Result<Token, Trouble> {
        let answer = self.credentials(None).await?;
        if !wants_second_factor(&answer.value) {
            return Token::of(&answer);
        }
        let needs = "asks this user for a second factor: tick Integrator on the user in Automate, or type the key of \
                     its authenticator app";
        let refusal = |message: &str| Trouble::SignIn { field: "passcode", message: message.to_owned() };
        let kept = self.passcode.as_deref().ok_or_else(|| refusal(needs))?;
        let code = passcode::code(kept, answer.server_time.unwrap_or(Timestamp::UNIX_EPOCH))
            .ok_or_else(|| refusal("is neither a code nor the key of an authenticator app"))?;
        let answer = self.credentials(Some(&code)).await?;
        if wants_second_factor(&answer.value) {
            return Err(refusal(
                "was not accepted: a code counts once and for half a minute; type the app's key",
            ));
        }
        Token::of(&answer)
    }

    async fn credentials(&self, code: Option<&str>) -> Result<Answer, Trouble> {
        let mut body = json!({ "UserName": self.username, "Password": self.password });
        if let Some(code) = code {
            body["TwoFactorPasscode"] = json!(code);
        }
        let call =
            Call { method: Method::POST, path: "v1/apitoken", query: &[], token: None, body: Some(body) };
        let refused = |field, message: &str| Trouble::SignIn { field, message: message.to_owned() };
        self.patiently(&call).await.map_err(|trouble| match trouble {
            Trouble::SignedOut | Trouble::Forbidden if code.is_some() => {
                refused("passcode", "was refused: type the key of the authenticator app, not a code that was used")
            }
            Trouble::SignedOut | Trouble::Forbidden => refused(
                "password",
                "was refused: look whether user name and password are right, the user is active, and the client id is \
                 registered",
            ),
            Trouble::Missing => refused(
                "url",
                "leads to a server without Automate's REST interface: type the address of the Automate server",
            ),
            other => other,
        })
    }
}

impl Token {
    fn of(answer: &Answer) -> Result<Self, Trouble> {
        let bearer = members::text(&answer.value, "AccessToken");
        if bearer.is_empty() {
            return Err(Trouble::Odd("the server signs in without giving a token".into()));
        }
        let ends = members::time(&answer.value, "ExpirationDate");
        // The server tells its time in whole seconds: it may be almost one second further.
        let lifetime = ends.zip(answer.server_time).map(|(ends, now)| {
            let left = ends.duration_since(now) - SignedDuration::from_secs(1);
            Duration::try_from(left).unwrap_or(Duration::ZERO)
        });
        let renew_at = lifetime.map(|lifetime| Instant::now() + lifetime - EARLY.min(lifetime / 4));
        Ok(Self { bearer, renew_at })
    }
}

fn wants_second_factor(value: &Value) -> bool {
    let asked =
        members::flag(value, "IsTwoFactorRequired") || members::flag(value, "IsInternalTwoFactorRequired");
    asked && members::text(value, "AccessToken").is_empty()
}
