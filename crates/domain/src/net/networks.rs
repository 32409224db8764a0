//! Networks: which addresses an outbound call may reach.

use crate::field::FieldError;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// A network such as `10.0.0.0/8` or `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, plain(address)) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same(own.to_bits().into(), other.to_bits().into(), 32, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same(own.to_bits(), other.to_bits(), 128, self.prefix),
            _ => false,
        }
    }
}

fn same(one: u128, other: u128, width: u8, prefix: u8) -> bool {
    let rest = u32::from(width.saturating_sub(prefix));
    (one ^ other).checked_shr(rest).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let wrong = || {
            let remedy = "is not a network: write it as 10.0.0.0/8, fd00::/8 or 192.168.1.20";
            FieldError::new("allowed_networks", format!("`{text}` {remedy}"))
        };
        let (address, prefix) =
            text.trim().split_once('/').map_or((text.trim(), None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(width), str::parse::<u8>).map_err(|_| wrong())?;
        if prefix > width { Err(wrong()) } else { Ok(Self { address, prefix }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// The networks that calls may reach besides the public ones (`security.allowed_networks`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// Reads a list of networks.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, FieldError> {
        texts.into_iter().map(Network::from_str).collect::<Result<_, _>>().map(Self)
    }

    /// The networks that people have at home and at work: this machine, private ones, and the range that overlays
    /// use. Link-local addresses, where machines' metadata live, are none of them.
    pub fn private() -> Self {
        let four = |a, b, prefix| Network { address: IpAddr::V4(Ipv4Addr::new(a, b, 0, 0)), prefix };
        let six = |first, last, prefix| Network {
            address: IpAddr::V6(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last)),
            prefix,
        };
        Self(vec![
            four(127, 0, 8),
            four(10, 0, 8),
            four(172, 16, 12),
            four(192, 168, 16),
            four(100, 64, 10),
            six(0, 1, 128),
            six(0xfc00, 0, 7),
        ])
    }

    /// Whether a call may go to an address. Public addresses may be called; loopback, private and link-local
    /// ones, where other machines' metadata and administration live, only when they are named. Addresses that
    /// are no single machine may never be called.
    pub fn permit(&self, address: IpAddr) -> bool {
        let address = plain(address);
        !is_nobody(address) && (is_public(address) || self.0.iter().any(|network| network.contains(address)))
    }
}

/// The address that an address means: IPv4 comes in several IPv6 disguises.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let parts = six.segments();
    let four = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match parts {
        // Mapped (::ffff:a.b.c.d), compatible (::a.b.c.d), translated (64:ff9b::a.b.c.d).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => four(high, low),
        // 6to4.
        [0x2002, high, low, ..] => four(high, low),
        _ => address,
    }
}

/// Unspecified, multicast, broadcast.
fn is_nobody(address: IpAddr) -> bool {
    let broadcast = address == IpAddr::V4(Ipv4Addr::BROADCAST);
    let this_network = matches!(address, IpAddr::V4(four) if four.octets()[0] == 0);
    address.is_unspecified() || address.is_multicast() || broadcast || this_network
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        // Shared by carriers; IETF protocols; documentation; benchmarks; reserved.
        (100, 64..=127, _)
            | (192, 0, 0 | 2)
            | (198, 51, 100)
            | (203, 0, 113)
            | (198, 18..=19, _)
            | (240.., ..)
    );
    // The metadata and wire server of Azure stands on an address that looks public.
    let azure = address.octets() == [168, 63, 129, 16];
    !(special || azure || address.is_loopback() || address.is_private() || address.is_link_local())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given out to the public; documentation (2001:db8::/32) and Teredo (2001::/32) lie in it.
    (first & 0xe000) == 0x2000 && !(first == 0x2001 && matches!(second, 0 | 0xdb8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn inner_addresses_are_refused_unless_they_are_named() {
        let none = Networks::default();
        for inner in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "168.63.129.16",
            "100.64.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "2001:db8::1",
            "fec0::1",
            "2001::1",
        ] {
            assert!(!none.permit(ip(inner)), "{inner}");
        }
        for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(none.permit(ip(public)), "{public}");
        }
    }

    #[test]
    fn named_networks_are_permitted_and_nothing_beside_them() {
        let named =
            Networks::parse(["10.20.0.0/16", "127.0.0.0/8", " fd00::/8 ", "192.168.1.20", "0.0.0.0/0"])
                .unwrap();
        for inside in ["10.20.255.1", "127.0.0.1", "::ffff:127.0.0.1", "fd99::1", "192.168.1.20"] {
            assert!(named.permit(ip(inside)), "{inside}");
        }
        for never in ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::"] {
            assert!(!named.permit(ip(never)), "{never}");
        }
        let narrow = Networks::parse(["10.20.0.0/16"]).unwrap();
        for beside in ["10.21.0.1", "192.168.1.21", "::1"] {
            assert!(!narrow.permit(ip(beside)), "{beside}");
        }
    }

    #[test]
    fn private_networks_hold_no_metadata() {
        let private = Networks::private();
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.255.1",
            "100.127.0.1",
            "::1",
            "fd12::1",
            "8.8.8.8",
        ] {
            assert!(private.permit(ip(inside)), "{inside}");
        }
        for outside in ["169.254.169.254", "168.63.129.16", "fe80::1", "192.0.2.1", "172.32.0.0", "0.0.0.0"] {
            assert_eq!(private.permit(ip(outside)), outside == "172.32.0.0", "{outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "localhost", "10.0.0.0/-1", "10.0.0.0/8/8"]
        {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
