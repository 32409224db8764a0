//! Signing in at the database, and what goes wrong with it, in one sentence that names the field.

use domain::net::Networks;
use services::ports::reader::ReadError;
use sqlx::{
    Connection as _, Error,
    mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode},
};
use std::{str::FromStr as _, time::Duration};

/// How a database is reached.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// `mysql://user@host:3306/labtech`, with `?ssl-mode=…` and `&ssl-ca=…` where they are needed.
    pub url: &'a str,
    /// The password, where the user has one.
    pub password: Option<&'a str>,
}

/// How long a server may take to let Tandem in.
const PATIENCE: Duration = Duration::from_secs(15);
/// What an address may say besides the place; others (a socket, a client key) would reach into this machine.
const OPTIONS: [&str; 2] = ["ssl-mode", "ssl-ca"];

/// Signs in. `remedy` says what to do about a server that stands where nothing may be called.
pub(crate) async fn open(
    login: Login<'_>,
    networks: &Networks,
    remedy: &str,
) -> Result<MySqlConnection, ReadError> {
    let options = options(login, networks, remedy).await?;
    let connecting = tokio::time::timeout(PATIENCE, MySqlConnection::connect_with(&options));
    let late = |_| unavailable("did not let Tandem in within 15 s: look whether it is overloaded");
    connecting.await.map_err(late)?.map_err(|error| refused(&error, &options))
}

async fn options(
    login: Login<'_>,
    networks: &Networks,
    remedy: &str,
) -> Result<MySqlConnectOptions, ReadError> {
    let query = login.url.split_once('?').map_or("", |(_, query)| query);
    let names = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
    if let Some(odd) = names.into_iter().find(|name| !OPTIONS.contains(name)) {
        return Err(settings("url", format!("has the option `{odd}`: only ssl-mode and ssl-ca are known")));
    }
    let wrong = |error: Error| settings("url", format!("cannot be used: {error}"));
    let mut options = MySqlConnectOptions::from_str(login.url).map_err(wrong)?;
    if let Some(password) = login.password {
        options = options.password(password);
    }
    let (host, port) = (options.get_host().trim_matches(['[', ']']).to_owned(), options.get_port());
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let mut found =
        found.map_err(|_| settings("url", format!("names the host {host}, which is not known")))?;
    let reachable = found.find(|address| networks.permit(address.ip()));
    let address = reachable
        .ok_or_else(|| settings("url", format!("leads to {host}, which Tandem may not call: {remedy}")))?;
    // The address that was looked at is the one that is used, unless the certificate must name the host.
    let named = matches!(options.get_ssl_mode(), MySqlSslMode::VerifyIdentity);
    Ok(if named { options } else { options.host(&address.ip().to_string()) })
}

pub(super) fn settings(field: &str, message: impl Into<String>) -> ReadError {
    ReadError::Settings { field: field.into(), message: message.into() }
}

pub(super) fn unavailable(what: impl std::fmt::Display) -> ReadError {
    ReadError::Unavailable(format!("the database {what}"))
}

fn refused(error: &Error, options: &MySqlConnectOptions) -> ReadError {
    let (user, database) = (options.get_username(), options.get_database().unwrap_or_default());
    match (number(error), error) {
        (Some(1045 | 1698), _) => settings(
            "password",
            format!("is refused for the user {user}: correct it, or let that user in from this machine"),
        ),
        (Some(1044), _) => settings(
            "url",
            format!("leads to the database {database}, which the user {user} may not read: grant it SELECT"),
        ),
        (Some(1049), _) => {
            settings("url", format!("leads to the database {database}, which this server does not have"))
        }
        (_, Error::Tls(reason)) => settings("url", format!("asks for encryption that fails: {reason}")),
        (Some(_), error) => unavailable(format!("refuses the connection: {error}")),
        (None, error) => unavailable(format!("does not answer: {error}")),
    }
}

/// The server's own number of an error.
pub(super) fn number(error: &Error) -> Option<u16> {
    let Error::Database(error) = error else { return None };
    let error = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()?;
    Some(error.number())
}
