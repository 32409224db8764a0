//! The address of an instance, from what a person types.
//!
//! `https://na.myconnectwise.net/v2025_1/services` becomes `api-na.myconnectwise.net`: the path is dropped and a
//! cloud region is mapped to its API host. Everything else is taken as an on-premises host.

use domain::{connector::manage_server, field::FieldError, net::WebAddress};
use reqwest::Url;

/// Sites of the cloud whose API has a host of its own, `api-` before the name.
const REGIONS: &[&str] = &[
    "na.myconnectwise.net",
    "eu.myconnectwise.net",
    "au.myconnectwise.net",
    "aus.myconnectwise.net",
    "za.myconnectwise.net",
    "staging.connectwisedev.com",
];
/// The domains of the cloud.
const CLOUD: &[&str] = &[".myconnectwise.net", ".connectwisedev.com"];
const FIELD: &str = "instance_uri";

/// Where an instance is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    root: Url,
    /// The host that people use.
    site: String,
}

impl Instance {
    /// Normalises what was typed.
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let address = manage_server(typed).map_err(|wrong| FieldError::new(FIELD, wrong))?;
        Self::build(&address).ok_or_else(|| FieldError::new(FIELD, "has no host that could exist"))
    }

    fn build(address: &WebAddress) -> Option<Self> {
        let host = address.host.to_string();
        let (scheme, usual) = if address.secure { ("https", 443) } else { ("http", 80) };
        let api = if REGIONS.contains(&host.as_str()) { format!("api-{host}") } else { host.clone() };
        let port = if address.port == usual { String::new() } else { format!(":{}", address.port) };
        let root = Url::parse(&format!("{scheme}://{api}{port}/")).ok()?;
        Some(Self { root, site: host.strip_prefix("api-").unwrap_or(&host).to_owned() })
    }

    /// The address of the API host, with `/` as path.
    pub fn root(&self) -> &Url {
        &self.root
    }

    /// What tells one instance from another: everything with the same key shares one budget.
    pub fn key(&self) -> String {
        self.root.origin().ascii_serialization()
    }

    /// Where people see a ticket.
    pub fn ticket_url(&self, company: &str, ticket: i64) -> String {
        let port = self.root.port().map(|port| format!(":{port}")).unwrap_or_default();
        let company: String = crate::query::encoded(company);
        format!(
            "{}://{}{port}/v4_6_release/services/system_io/Service/fv_sr100_request.rails?service_recid={ticket}&companyName={company}",
            self.root.scheme(),
            self.site
        )
    }

    /// Whether `url` leads to this instance: the same host and port, or on the cloud another host of the cloud.
    pub fn owns(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let same_port = url.port_or_known_default() == self.root.port_or_known_default();
        let own = self.root.host_str() == Some(&*host) || host == self.site;
        let cloud = |host: &str| CLOUD.iter().any(|domain| host.ends_with(domain));
        url.username().is_empty()
            && url.password().is_none()
            && same_port
            && url.scheme() == self.root.scheme()
            && (own || (cloud(&self.site) && cloud(&host)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://na.myconnectwise.net", "https://api-na.myconnectwise.net/")]
    #[case("EU.myconnectwise.net/", "https://api-eu.myconnectwise.net/")]
    #[case("https://api-au.myconnectwise.net/v2025_1/apis/3.0", "https://api-au.myconnectwise.net/")]
    #[case("https://za.myconnectwise.net.?x=1#y", "https://api-za.myconnectwise.net/")]
    #[case("staging.connectwisedev.com", "https://api-staging.connectwisedev.com/")]
    #[case("https://sandbox-na.myconnectwise.net", "https://sandbox-na.myconnectwise.net/")]
    #[case("https://psa.example.com:8443/v4_6_release", "https://psa.example.com:8443/")]
    #[case("http://127.0.0.1:4000", "http://127.0.0.1:4000/")]
    #[case("http://[::1]:4000/x", "http://[::1]:4000/")]
    #[case("http://localhost:4000/x", "http://localhost:4000/")]
    fn what_is_typed_becomes_the_api_host(#[case] typed: &str, #[case] root: &str) {
        assert_eq!(Instance::parse(typed).unwrap().root().as_str(), root);
    }

    #[rstest]
    #[case("")]
    #[case("//evil.example")]
    #[case("http://na.myconnectwise.net")]
    #[case("http://10.0.0.5")]
    #[case("http://good@evil.example")]
    #[case("https://good:pw@evil.example")]
    #[case("https://na.myconnectwise.net/a\r\nHost: evil")]
    #[case("https://na.myconnectwise.net evil")]
    #[case("ftp://psa.example.com")]
    #[case("file:///etc/passwd")]
    #[case("https://psa.example.com:22")]
    #[case("https://psa.example.com:25")]
    #[case("https://psa.example.com:6379")]
    #[case("https://")]
    #[case("https://127.1")]
    #[case("https://2130706433")]
    #[case("https://0x7f.1")]
    #[case("https://127\u{3002}0\u{3002}0\u{3002}1")]
    #[case("https://psa.example.com\\@evil.example")]
    #[case("http://localhost.evil.example")]
    #[case("http://127.0.0.1.evil.example")]
    fn tricks_are_refused_with_the_fields_name(#[case] typed: &str) {
        assert_eq!(Instance::parse(typed).unwrap_err().field, "instance_uri", "{typed:?}");
    }

    #[rstest]
    #[case("https://na.myconnectwise.net/key", true)]
    #[case("https://api-na.myconnectwise.net/key", true)]
    #[case("https://sandbox-na.myconnectwise.net/key", true)]
    #[case("http://na.myconnectwise.net/key", false)]
    #[case("https://na.myconnectwise.net:8443/key", false)]
    #[case("https://na.myconnectwise.net@evil.example/key", false)]
    #[case("https://x@na.myconnectwise.net/key", false)]
    #[case("https://evilmyconnectwise.net/key", false)]
    #[case("https://na.myconnectwise.net.evil.example/key", false)]
    #[case("https://169.254.169.254/key", false)]
    fn only_addresses_of_the_instance_are_its_own(#[case] url: &str, #[case] expected: bool) {
        let instance = Instance::parse("na.myconnectwise.net").unwrap();
        assert_eq!(instance.owns(&Url::parse(url).unwrap()), expected, "{url}");
    }
}
