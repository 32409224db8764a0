//! What a client needs to know about its instance.

use crate::instance::Instance;
use domain::field::FieldError;
use secrecy::{ExposeSecret as _, SecretString};

/// The version of Manage's models that this crate was written against.
pub const API_VERSION: &str = "2025.1";

/// Address and keys, with the connector's names for them.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `instance_uri`: the address as typed.
    pub instance_uri: String,
    /// `company_id`: the company that people type when they log in to Manage.
    pub company_id: String,
    /// `public_key` of the API member.
    pub public_key: String,
    /// `private_key` of the API member.
    pub private_key: SecretString,
    /// `client_id`: the GUID from the vendor's developer network.
    pub client_id: String,
}

impl Settings {
    /// The instance, or every refusal at once.
    pub fn check(&self) -> Result<Instance, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let instance = Instance::parse(&self.instance_uri).map_err(|refused| wrong.push(refused)).ok();
        let mut plain = |field: &'static str, text: &str, barred: &str, what: &str| {
            let tricky = text.chars().any(|c| !c.is_ascii_graphic() || barred.contains(c));
            if text.is_empty() || text.len() > 200 || tricky {
                wrong.push(FieldError::new(field, format!("must be {what}, without blanks")));
            }
        };
        plain("company_id", &self.company_id, "+:/?#\\", "the company name of the log-in page");
        plain("public_key", &self.public_key, ":", "the public key of the API member");
        plain("private_key", self.private_key.expose_secret(), "", "the private key of the API member");
        plain("client_id", &self.client_id, "", "the client id (a GUID) from developer.connectwise.com");
        match instance {
            Some(instance) if wrong.is_empty() => Ok(instance),
            _ => Err(wrong),
        }
    }

    /// What stands before and after the colon of Basic authentication.
    pub(crate) fn basic(&self) -> (String, &str) {
        (format!("{}+{}", self.company_id, self.public_key), self.private_key.expose_secret())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            instance_uri: "https://na.myconnectwise.net".into(),
            company_id: "acme".into(),
            public_key: "pub".into(),
            private_key: "very-secret".to_owned().into(),
            client_id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".into(),
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let wrong = Settings {
            instance_uri: "http://psa".into(),
            company_id: "a+b".into(),
            public_key: "x:y".into(),
            private_key: String::new().into(),
            client_id: "two words".into(),
        };
        let fields: Vec<String> =
            wrong.check().unwrap_err().into_iter().map(|refused| refused.field).collect();
        assert_eq!(fields, ["instance_uri", "company_id", "public_key", "private_key", "client_id"]);
        assert!(settings().check().is_ok());
    }

    #[test]
    fn the_private_key_is_never_shown() {
        assert!(!format!("{:?}", settings()).contains("very-secret"));
    }
}
