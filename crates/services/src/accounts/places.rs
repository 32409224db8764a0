//! Where somebody comes from, as it counts against guessing.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The longest text that is kept of an address that is none.
const MOST: usize = 64;

/// The place behind an address. Whoever has one address of IPv6 has the whole network of 64 bits. Some proxies write
/// the port behind the address, which is another each time.
pub(super) fn place_of(address: &str) -> String {
    let with_port = || address.parse::<SocketAddr>().map(|socket| socket.ip());
    match address.parse::<IpAddr>().or_else(|_| with_port()).map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => address.chars().filter(|c| !c.is_whitespace()).take(MOST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn a_place_is_more_than_one_address() {
        assert_eq!(place_of("203.0.113.7"), "203.0.113.7");
        assert_eq!(place_of("203.0.113.7:50412"), "203.0.113.7");
        assert_eq!(place_of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(place_of("2001:db8:1:2:3:4:5:6"), place_of("[2001:db8:1:2:ffff::9]:443"));
        assert_ne!(place_of("2001:db8:1:2::1"), place_of("2001:db8:1:3::1"));
        assert_eq!(place_of(&"un known ".repeat(100)).len(), 64);
    }
}
