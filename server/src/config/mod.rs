//! Configuration: `default.toml` (embedded, and printed by `tandem config print`), then a file, then the
//! environment (`TANDEM__SECTION__KEY`), then flags. Unknown keys are refused.
//!
//! What an administrator changes while Tandem runs (sources, clients, people) lives in the database, not here.

mod key;

pub use key::ConfiguredKey;

use domain::{content::drop_guard::DropGuard, net::Networks};
use serde::{Deserialize, Serialize};

/// The defaults, with comments; also the documentation.
pub const DEFAULTS: &str = include_str!("default.toml");

/// Everything that is configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where and how Tandem answers.
    pub server: Server,
    /// Where it keeps everything.
    pub database: Database,
    /// How often content is read and published, and when a reading is held.
    pub content: Content,
    /// How long alerts are kept.
    pub alerts: Alerts,
    /// How long people stay signed in, how secrets are kept, where calls may go.
    pub security: Security,
    /// What is logged, and how.
    pub log: Log,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// The address that people type.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: usize,
    /// Whether anybody may read `/metrics`.
    pub open_metrics: bool,
}

/// `[database]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
}

/// `[content]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Seconds between two syncs.
    pub sync_seconds: u64,
    /// Seconds between two readings of every source.
    pub scan_seconds: u64,
    /// Whether a type that was emptied is held.
    pub hold_when_emptied: bool,
    /// The share, in percent, whose sudden loss is held.
    pub hold_percent: u8,
    /// The number of items from which that share counts.
    pub hold_least_items: u64,
}

/// `[alerts]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Days that closed alerts are kept; 0: for ever.
    pub keep_closed_days: u32,
}

/// `[security]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Hours that a session lives.
    pub session_hours: i64,
    /// The keys that secrets are sealed under, in base64; the first counts.
    pub key: ConfiguredKey,
    /// A file that holds them instead.
    pub key_file: String,
    /// Networks that are not public and may be called all the same.
    pub allowed_networks: Vec<String>,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: LogFormat,
    /// Which lines, in the syntax of `tracing`.
    pub filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("the configuration cannot be used: {0}")]
    Read(#[from] config::ConfigError),
    /// A value is out of range; names the key.
    #[error("{key} {message}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong and what would be right.
        message: &'static str,
    },
}

impl Config {
    /// Reads the configuration; `file` is `tandem.toml` in the working folder unless named.
    pub fn load(file: Option<&str>) -> Result<Self, ConfigError> {
        let chosen = match file {
            Some(path) => config::File::with_name(path).required(true),
            None => config::File::with_name("tandem.toml").required(false),
        };
        let read = config::Config::builder()
            .add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml))
            .add_source(chosen.format(config::FileFormat::Toml))
            .add_source(
                config::Environment::with_prefix("TANDEM")
                    .prefix_separator("__")
                    .separator("__")
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("security.allowed_networks"),
            )
            .build()?;
        let config: Self = read.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    /// Refuses values that cannot work.
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse =
            |wrong: bool, key, message| if wrong { Err(ConfigError::Value { key, message }) } else { Ok(()) };
        refuse(self.content.sync_seconds == 0, "content.sync_seconds", "must be 1 or more")?;
        refuse(self.content.scan_seconds == 0, "content.scan_seconds", "must be 1 or more")?;
        refuse(self.content.hold_percent > 100, "content.hold_percent", "must be 0 to 100")?;
        let days = self.alerts.keep_closed_days;
        refuse(days > 36_500, "alerts.keep_closed_days", "must be 0 (for ever) to 36500")?;
        refuse(self.security.session_hours < 1, "security.session_hours", "must be 1 or more")?;
        let both = self.security.key.given().is_some() && !self.security.key_file.is_empty();
        refuse(both, "security.key_file", "must be empty when security.key is set")?;
        self.allowed_networks()?;
        let url = &self.server.public_url;
        let plain = url.is_empty() || url.starts_with("https://") || url.starts_with("http://");
        refuse(!plain, "server.public_url", "must begin with https:// or http://, or be empty")
    }

    /// The networks that calls may reach besides the public ones.
    pub fn allowed_networks(&self) -> Result<Networks, ConfigError> {
        let texts = self.security.allowed_networks.iter().map(|text| text.trim());
        Networks::parse(texts.filter(|text| !text.is_empty())).map_err(|_| ConfigError::Value {
            key: "security.allowed_networks",
            message: "must be networks such as \"10.0.0.0/8\" or \"192.168.1.20\"",
        })
    }

    /// The address that people type; none when it is not known.
    pub fn public_url(&self) -> Option<String> {
        Some(self.server.public_url.clone()).filter(|url| !url.is_empty())
    }

    /// The settings of the use cases.
    pub fn settings(&self) -> services::Settings {
        services::Settings {
            sync_seconds: self.content.sync_seconds,
            scan_seconds: self.content.scan_seconds,
            drop_guard: DropGuard {
                hold_when_emptied: self.content.hold_when_emptied,
                percent: self.content.hold_percent,
                least_items: self.content.hold_least_items,
            },
            keep_closed_alerts_days: Some(self.alerts.keep_closed_days).filter(|days| *days > 0),
            session_hours: self.security.session_hours,
            public_url: self.public_url(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_whole() {
        let config: Config = toml::from_str(DEFAULTS).unwrap();
        config.check().unwrap();
        let settings = config.settings();
        let built_in = services::Settings::default();
        assert_eq!(
            (settings.sync_seconds, settings.drop_guard),
            (built_in.sync_seconds, built_in.drop_guard)
        );
    }

    #[test]
    fn a_configured_key_is_never_printed() {
        let mut config: Config = toml::from_str(DEFAULTS).unwrap();
        config.security.key = ConfiguredKey::new("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let printed = format!("{config:?} {}", toml::to_string(&config).unwrap());
        assert!(!printed.contains("AAECAw") && printed.contains('…'), "{printed}");
        config.security.key_file = "/etc/tandem.key".into();
        assert!(config.check().unwrap_err().to_string().contains("security.key_file"));
    }

    #[test]
    fn networks_are_checked() {
        let mut config: Config = toml::from_str(DEFAULTS).unwrap();
        config.security.allowed_networks = vec!["10.0.0.0/8".into(), "intranet".into()];
        assert!(config.check().unwrap_err().to_string().contains("security.allowed_networks"));
    }

    #[test]
    fn unknown_keys_are_refused() {
        let wrong = DEFAULTS.replace("trusted_proxies", "trusted_proxy");
        assert!(toml::from_str::<Config>(&wrong).is_err());
    }
}
