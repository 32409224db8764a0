//! The address of a web service as people type it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Ports that other services than the web listen on; a call there is a mistake or an attack.
const OTHER_SERVICES: &[u16] = &[
    1080, 1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5060, 5432, 5900, 5985, 5986, 6000, 6379, 6666,
    6667, 9042, 9200, 9300, 10250, 11211, 27017,
];

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name, in lower case, without a dot at the end.
    Name(String),
    /// A number.
    Number(IpAddr),
}

impl Host {
    /// Reads a name or a number. Numbers in other spellings than the plain one are refused, because programs
    /// disagree about what they mean.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some(inner) = text.strip_prefix('[') {
            let six = inner.strip_suffix(']').and_then(|inner| inner.parse::<Ipv6Addr>().ok());
            return six.map(|six| Self::Number(six.into())).ok_or("has an IPv6 address that cannot be read");
        }
        if !text.is_ascii() {
            return Err("has letters beyond ASCII in its host: write the name as xn--…");
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        if last.starts_with("0x") || (!last.is_empty() && last.chars().all(|c| c.is_ascii_digit())) {
            let four =
                name.parse::<Ipv4Addr>().map_err(|_| "has a number as its host: write it as 192.0.2.1");
            return four.map(|four| Self::Number(four.into()));
        }
        let label = |label: &str| {
            let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            (1..=63).contains(&label.len()) && plain && !label.starts_with('-')
        };
        let fits = name.len() <= 253 && name.split('.').all(label);
        if fits { Ok(Self::Name(name)) } else { Err("has no host that could exist") }
    }

    /// Whether it is this machine by its very form.
    pub fn is_this_machine(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Number(number) => number.to_canonical().is_loopback(),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(IpAddr::V6(six)) => write!(f, "[{six}]"),
            Self::Number(four) => four.fmt(f),
        }
    }
}

/// The address of a web service: `https://host[:port][/path]`, and plain `http` on this machine only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    /// Whether the way there is encrypted.
    pub secure: bool,
    /// Where it leads.
    pub host: Host,
    /// The port.
    pub port: u16,
    /// The path, without a slash at the end.
    pub path: String,
}

impl WebAddress {
    /// Reads what was typed. The refusal continues the field's name: `url must begin with https://`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("must not hold blanks or line ends");
        }
        let (scheme, rest) = text.split_once("://").ok_or("must begin with https://")?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err("must begin with https://"),
        };
        if rest.contains(['?', '#', '\\', '%']) {
            return Err("must be the plain address of the server, without ?, #, % and \\");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("must not hold a user or a password: there are fields for them");
        }
        let (host, port) = split_port(authority)?;
        let address =
            Self { secure, host: Host::parse(host)?, port: read_port(port, secure)?, path: tidy(path)? };
        if !secure && !address.host.is_this_machine() {
            return Err("must begin with https://: plain http would send the password readable by others");
        }
        Ok(address)
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.secure { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port != usual {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)
    }
}

/// `host:port`, where an IPv6 host has brackets.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), &'static str> {
    let from = authority.find(']').map_or(0, |end| end + 1);
    match authority.get(from..).and_then(|rest| rest.find(':')) {
        None => Ok((authority, None)),
        Some(at) => {
            let (host, port) = authority.split_at(from + at);
            Ok((host, port.strip_prefix(':')))
        }
    }
}

fn read_port(port: Option<&str>, secure: bool) -> Result<u16, &'static str> {
    let Some(text) = port else { return Ok(if secure { 443 } else { 80 }) };
    let port: u16 = Some(text)
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or("has a port that is no number from 1 to 65535")?;
    let web = matches!(port, 80 | 443) || (port >= 1024 && !OTHER_SERVICES.contains(&port));
    if web { Ok(port) } else { Err("has a port that web services do not use: 443, or one from 1024 upwards") }
}

fn tidy(path: &str) -> Result<String, &'static str> {
    let path = path.trim_end_matches('/');
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte));
    let tricky = path.split('/').skip(1).any(|part| matches!(part, "" | "." | ".."));
    if plain && !tricky { Ok(path.to_owned()) } else { Err("has a path that cannot be used") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_taken() {
        for (typed, read) in [
            ("https://automate.example.com", "https://automate.example.com"),
            (" HTTPS://Automate.Example.COM.:443/ ", "https://automate.example.com"),
            ("https://automate.example.com:8443/cwa/", "https://automate.example.com:8443/cwa"),
            ("https://203.0.113.9", "https://203.0.113.9"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("http://localhost.:9000", "http://localhost:9000"),
        ] {
            assert_eq!(
                WebAddress::parse(typed).map(|address| address.to_string()).as_deref(),
                Ok(read),
                "{typed}"
            );
        }
    }

    #[test]
    fn tricks_are_refused() {
        for wrong in [
            "",
            "automate.example.com",
            "//evil",
            "ftp://a.example.com",
            "file:///etc/passwd",
            "https://",
            "https:///path",
            "https://127.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://0x7f000001",
            "https://0177.0.0.1",
            "https://1.2.3",
            "https://256.1.1.1",
            "https://good@evil.example.com",
            "https://user:pass@evil.example.com",
            "https://a.example.com\\@evil.example.com",
            "https://a.example.com:22",
            "https://a.example.com:25",
            "https://a.example.com:6379",
            "https://a.example.com:0",
            "https://a.example.com:65536",
            "https://a.example.com:+443",
            "https://a.example.com:",
            "https://a.example.com/x\r\nHost: evil",
            "https://a b.example.com",
            "https://a.example.com/../x",
            "https://a.example.com//x",
            "https://a.example.com?x=1",
            "https://a.example.com#x",
            "https://a.example.com/%2e%2e",
            "https://exa\u{3002}mple.com",
            "https://ｅxample.com",
            "https://[::1",
            "https://[::1]x",
            "https://[fe80::1%eth0]",
            "https://-a.com",
            "https://a..b",
            "http://automate.example.com",
            "http://10.0.0.1",
            "http://localhost.evil.com",
        ] {
            assert!(WebAddress::parse(wrong).is_err(), "{wrong:?} {:?}", WebAddress::parse(wrong));
        }
    }
}
