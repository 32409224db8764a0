//! Where we may connect to: public addresses, and the networks that an administrator allows.
//!
//! On-premises instances stand on private addresses, so their networks must be listed. Nothing is connected to
//! an address that was not checked: names are resolved once, every address is checked, the checked ones are pinned.

use crate::error::SettingError;
use async_trait::async_trait;
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// A network such as `10.20.0.0/16` or `fd12::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            SettingError::new(
                "allowed_networks",
                format!("`{text}` is not a network: write one such as 10.20.0.0/16"),
            )
        };
        let (base, bits) = text.trim().split_once('/').ok_or_else(wrong)?;
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let bits: u8 = bits.parse().map_err(|_| wrong())?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        if bits == 0 || bits > widest { Err(wrong()) } else { Ok(Self { base, bits }) }
    }
}

impl Network {
    const fn v4(base: [u8; 4], bits: u8) -> Self {
        Self { base: IpAddr::V4(Ipv4Addr::new(base[0], base[1], base[2], base[3])), bits }
    }

    const fn v6(first: u16, second: u16, bits: u8) -> Self {
        Self { base: IpAddr::V6(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0)), bits }
    }

    /// Whether the address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(base) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                u128::from(base) & mask == u128::from(address) & mask
            }
            _ => false,
        }
    }
}

/// Not on the internet, or nobody's: refused unless listed.
const INWARD: &[Network] = &[
    Network::v4([0, 0, 0, 0], 8),
    Network::v4([10, 0, 0, 0], 8),
    Network::v4([100, 64, 0, 0], 10),
    Network::v4([127, 0, 0, 0], 8),
    // Azure's metadata and wire server, on an address that looks public.
    Network::v4([168, 63, 129, 16], 32),
    Network::v4([169, 254, 0, 0], 16),
    Network::v4([172, 16, 0, 0], 12),
    Network::v4([192, 0, 0, 0], 24),
    Network::v4([192, 0, 2, 0], 24),
    Network::v4([192, 168, 0, 0], 16),
    Network::v4([198, 18, 0, 0], 15),
    Network::v4([198, 51, 100, 0], 24),
    Network::v4([203, 0, 113, 0], 24),
    Network::v4([240, 0, 0, 0], 4),
    // The first block holds `::1` and the old embedded addresses.
    Network::v6(0, 0, 32),
    Network::v6(0x0100, 0, 64),
    Network::v6(0x2001, 0x0db8, 32),
    Network::v6(0xfc00, 0, 7),
    Network::v6(0xfe80, 0, 10),
    Network::v6(0xfec0, 0, 10),
];

/// Whether we may connect to the address.
pub fn may_connect(address: IpAddr, allowed: &[Network]) -> bool {
    let address = plain(address);
    if address.is_unspecified() || address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST) {
        return false;
    }
    allowed.iter().any(|network| network.contains(address))
        || !INWARD.iter().any(|network| network.contains(address))
}

/// The IPv4 address inside an IPv6 one (mapped, NAT64, 6to4), which is where the packets end up.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    if let Some(four) = six.to_ipv4_mapped() {
        return IpAddr::V4(four);
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = six.octets();
    if [a, b, c, d, e, f, g, h, i, j, k, l] == [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0] {
        return IpAddr::V4(Ipv4Addr::new(m, n, o, p));
    }
    if [a, b] == [0x20, 0x02] {
        return IpAddr::V4(Ipv4Addr::new(c, d, e, f));
    }
    address
}

/// Whether a port can be a web server's. Well-known ports of other services are refused, so that nobody can make
/// us speak to a mail server or a database.
pub(crate) fn may_use_port(port: u16) -> bool {
    const OTHERS: &[u16] = &[
        1433, 1521, 2049, 2181, 2375, 2379, 3306, 3389, 5432, 5672, 5900, 5984, 6379, 6667, 9200, 11211,
        27017,
    ];
    matches!(port, 80 | 443) || (port >= 1024 && !OTHERS.contains(&port))
}

/// Turns names into addresses; a parameter, so that tests can play a lying name server.
#[async_trait]
pub trait Names: Send + Sync + 'static {
    /// Every address of `host`.
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        tokio::net::lookup_host((host, port)).await.map(Iterator::collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("8.8.8.8", true)]
    #[case("2606:4700::1111", true)]
    #[case("127.0.0.1", false)]
    #[case("127.8.9.10", false)]
    #[case("0.0.0.0", false)]
    #[case("10.0.0.1", false)]
    #[case("172.31.255.255", false)]
    #[case("172.32.0.1", true)]
    #[case("192.168.1.1", false)]
    #[case("100.100.100.200", false)]
    #[case("169.254.169.254", false)]
    #[case("168.63.129.16", false)]
    #[case("224.0.0.1", false)]
    #[case("255.255.255.255", false)]
    #[case("::1", false)]
    #[case("::", false)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("::ffff:8.8.8.8", true)]
    #[case("::127.0.0.1", false)]
    #[case("64:ff9b::7f00:1", false)]
    #[case("2002:7f00:1::", false)]
    #[case("fd00:ec2::254", false)]
    #[case("fe80::1", false)]
    #[case("ff02::1", false)]
    fn by_default_only_the_internet(#[case] address: &str, #[case] expected: bool) {
        assert_eq!(may_connect(address.parse().unwrap(), &[]), expected, "{address}");
    }

    #[test]
    fn a_listed_network_is_allowed_and_no_other() {
        let allowed =
            ["10.20.0.0/16".parse().unwrap(), "fd12::/16".parse().unwrap(), "255.0.0.0/1".parse().unwrap()];
        for (address, expected) in [
            ("10.20.3.4", true),
            ("10.21.0.1", false),
            ("fd12::5", true),
            ("fd13::5", false),
            ("255.255.255.255", false),
        ] {
            assert_eq!(may_connect(address.parse().unwrap(), &allowed), expected, "{address}");
        }
        assert!(may_connect("::ffff:10.20.3.4".parse().unwrap(), &allowed));
    }

    #[rstest]
    #[case("10.0.0.0")]
    #[case("10.0.0.0/33")]
    #[case("0.0.0.0/0")]
    #[case("::/129")]
    #[case("net/8")]
    fn what_is_no_network_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Network>().unwrap_err().field, "allowed_networks");
    }

    #[test]
    fn ports_of_other_services_are_refused() {
        assert!([22, 25, 6379, 3306, 5432, 0, 110].into_iter().all(|port| !may_use_port(port)));
        assert!([80, 443, 8443, 49152].into_iter().all(may_use_port));
    }
}
