//! Which addresses this program may ask.
//!
//! A list of links is written by strangers; asking whatever it names would let it reach into the network this program
//! runs in (server-side request forgery). Three doors are guarded: the address as written, every address a name resolves
//! to, and the ports that belong to other protocols.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::model::url::is_local_name;

/// Whether an address may be asked, before anything is resolved or dialled.
///
/// Names pass unless they are reserved for the machine or its network; what they resolve to is checked by the resolver.
///
/// # Errors
/// The reason, naming the offending part.
pub fn check_url(url: &Url, allow_private: bool) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{}: not a web address", url.scheme()));
    }
    let Some(host) = url.host() else { return Err("an address without a host".to_owned()) };
    if let Some(port) = url.port()
        && BAD_PORTS.binary_search(&port).is_ok()
    {
        return Err(format!("port {port} belongs to another protocol"));
    }
    if allow_private {
        return Ok(());
    }
    match host {
        Host::Ipv4(address) => check_address(address.into()),
        Host::Ipv6(address) => check_address(address.into()),
        Host::Domain(name) => check_name(name),
    }
}

/// Whether a redirect would lead from the open web into the network this program runs in. Such a target is never asked, not
/// even where private addresses may be listed: a list's author can be trusted with them, the servers it names cannot.
pub fn leads_inward(from: &Url, to: &Url) -> bool {
    let is_inside = |url: &Url| check_url(url, true).is_ok() && check_url(url, false).is_err();
    is_inside(to) && !is_inside(from)
}

/// Whether a resolved or literal address belongs to the public internet.
///
/// # Errors
/// The address and the block it lies in.
pub fn check_address(address: IpAddr) -> Result<(), String> {
    match special_block(address) {
        Some(block) => Err(format!("{address} ({block})")),
        None => Ok(()),
    }
}

/// Whether a name is of the names that only other networks on top of the internet know, which must never be looked up
/// (RFC 7686). A proxy may lead there.
///
/// # Errors
/// The name, and whose it is.
pub fn check_overlay(url: &Url) -> Result<(), String> {
    let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
    let bare = name.strip_suffix('.').unwrap_or(name);
    match bare.rsplit_once('.') {
        Some((_, "onion" | "i2p")) => Err(format!("{name} (known to an anonymous network alone)")),
        _ => Ok(()),
    }
}

/// Names that by convention stay inside a machine or its network.
fn check_name(name: &str) -> Result<(), String> {
    match is_local_name(name) {
        true => Err(format!("{name} (a local name)")),
        false => Ok(()),
    }
}

/// The special block an address lies in, if any.
pub fn special_block(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => special_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => special_v4(mapped),
            None => special_v6(address),
        },
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = u32::from(address);
    V4_BLOCKS.iter().find(|(base, length, _)| (bits ^ u32::from(*base)) >> (32 - length) == 0).map(|&(_, _, name)| name)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = u128::from(address);
    let within = |base: &Ipv6Addr, length: u32| (bits ^ u128::from(*base)) >> (128 - length) == 0;
    if let Some((_, _, name)) = V6_BLOCKS.iter().find(|(base, length, _)| within(base, *length)) {
        return Some(name);
    }
    // Only 2000::/3 is handed out as global unicast (IANA IPv6 address space registry).
    (!within(&Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)).then_some("not global unicast")
}

/// IANA IPv4 special-purpose address registry, multicast, reserved space, and one public address that a cloud uses inside.
const V4_BLOCKS: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by carriers"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "cloud platform"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relays"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// IANA IPv6 special-purpose address registry; the translation blocks could smuggle any IPv4 address.
const V6_BLOCKS: &[(Ipv6Addr, u32, &str)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 128, "unspecified"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 1), 128, "loopback"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "IPv4 translation"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "local IPv4 translation"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "discarded"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignments"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16, "segment routing"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Ports no web request goes to (Fetch standard, "port blocking"), in order.
const BAD_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        check_url(&Url::parse(text).expect("a valid address"), false).is_err()
    }

    #[test]
    fn the_edges_of_every_block_are_exact() {
        let table: &[(&str, bool)] = &[
            ("0.0.0.0", true),
            ("0.255.255.255", true),
            ("1.0.0.0", false),
            ("9.255.255.255", false),
            ("10.0.0.0", true),
            ("10.255.255.255", true),
            ("11.0.0.0", false),
            ("100.63.255.254", false),
            ("100.64.0.1", true),
            ("100.127.255.255", true),
            ("100.128.0.0", false),
            ("126.255.255.255", false),
            ("127.0.0.1", true),
            ("127.255.255.255", true),
            ("128.0.0.0", false),
            ("168.63.129.15", false),
            ("168.63.129.16", true),
            ("168.63.129.17", false),
            ("169.253.255.255", false),
            ("169.254.169.254", true),
            ("169.255.0.0", false),
            ("172.15.255.255", false),
            ("172.16.0.0", true),
            ("172.31.255.255", true),
            ("172.32.0.0", false),
            ("191.255.255.255", false),
            ("192.0.0.1", true),
            ("192.0.1.0", false),
            ("192.0.2.255", true),
            ("192.0.3.0", false),
            ("192.88.98.255", false),
            ("192.88.99.1", true),
            ("192.88.100.0", false),
            ("192.167.255.255", false),
            ("192.168.0.0", true),
            ("192.168.255.255", true),
            ("192.169.0.0", false),
            ("198.17.255.255", false),
            ("198.18.0.0", true),
            ("198.19.255.255", true),
            ("198.20.0.0", false),
            ("198.51.99.255", false),
            ("198.51.100.7", true),
            ("198.51.101.0", false),
            ("203.0.112.255", false),
            ("203.0.113.1", true),
            ("203.0.114.0", false),
            ("223.255.255.255", false),
            ("224.0.0.1", true),
            ("239.255.255.255", true),
            ("240.0.0.1", true),
            ("255.255.255.255", true),
            ("8.8.8.8", false),
            ("93.184.216.34", false),
            ("::", true),
            ("::1", true),
            ("::2", true),
            ("::7f00:1", true),
            ("::ffff:127.0.0.1", true),
            ("::ffff:10.1.2.3", true),
            ("::ffff:8.8.8.8", false),
            ("64:ff9b::", true),
            ("64:ff9b::808:808", true),
            ("64:ff9b:1::1", true),
            ("64:ff9b:2::1", true),
            ("100::1", true),
            ("2000::1", false),
            ("2001::", true),
            ("2001:0:ffff::1", true),
            ("2001:1ff::1", true),
            ("2001:200::1", false),
            ("2001:db7::1", false),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
            ("2001:4860:4860::8888", false),
            ("2002::1", true),
            ("2003::1", false),
            ("2606:4700::1111", false),
            ("3ffe::1", false),
            ("3fff::1", true),
            ("3fff:fff::1", true),
            ("3fff:1000::1", false),
            ("4000::1", true),
            ("5f00::1", true),
            ("fc00::1", true),
            ("fdff::1", true),
            ("fe80::1", true),
            ("febf::1", true),
            ("fec0::1", true),
            ("feff::1", true),
            ("ff02::1", true),
        ];
        for (text, special) in table {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(special_block(address).is_some(), *special, "{text}");
        }
    }

    #[test]
    fn literals_are_refused_however_they_are_spelled() {
        for text in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::1]/",
            "http://①②⑦.⓪.⓪.①/",
            "http://169.254.169.254./latest/meta-data/",
            "https://user@10.0.0.1/",
            "http://0/",
            "http://[fe80::1]/",
            "http://[64:ff9b::7f00:1]/",
        ] {
            assert!(refused(text), "{text}");
        }
        assert!(!refused("http://93.184.216.34/"));
        assert!(!refused("http://[2606:4700::1111]/"));
    }

    #[test]
    fn local_names_are_refused_and_others_pass() {
        for text in [
            "http://localhost/",
            "http://localhost./",
            "http://LOCALHOST:8080/",
            "http://a.b.localhost/",
            "http://printer.local/",
            "http://metadata.google.internal/computeMetadata/",
            "http://wiki/",
            "http://router.lan/",
            "http://nas.home.arpa/",
        ] {
            assert!(refused(text), "{text}");
        }
        for text in
            ["http://localhost.example.org/", "http://internal.example.org/", "http://a.locals/", "http://a.mylocal/"]
        {
            assert!(!refused(text), "{text}");
        }
        assert_eq!(check_url(&Url::parse("http://wiki/").expect("valid"), true), Ok(()), "an intranet may be listed");
    }

    #[test]
    fn names_of_other_networks_are_never_looked_up() {
        for (text, known) in [("http://a.onion/", false), ("http://b.a.I2P./x", false), ("http://onion.example/", true)]
        {
            assert_eq!(check_overlay(&Url::parse(text).expect("valid")).is_ok(), known, "{text}");
        }
    }

    #[test]
    fn ports_of_other_protocols_are_refused_even_where_private_addresses_are_not() {
        assert!(BAD_PORTS.is_sorted(), "binary search needs order");
        for (text, is_refused) in [
            ("http://example.org:22/", true),
            ("http://example.org:25/", true),
            ("http://example.org:6667/", true),
            ("http://example.org:0/", true),
            ("http://example.org:8080/", false),
            ("https://example.org:8443/", false),
            ("http://example.org:11211/", false),
        ] {
            let url = Url::parse(text).expect("a valid address");
            assert_eq!(check_url(&url, true).is_err(), is_refused, "{text}");
            assert_eq!(check_url(&url, false).is_err(), is_refused, "{text}");
        }
    }

    #[test]
    fn only_web_addresses_pass() {
        for text in
            ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:text/html,x", "javascript:1"]
        {
            let url = Url::parse(text).expect("a valid address");
            assert!(check_url(&url, true).is_err(), "{text}");
        }
    }

    #[test]
    fn private_addresses_can_be_allowed() {
        for text in ["http://127.0.0.1/", "http://localhost/", "http://[::1]/"] {
            assert_eq!(check_url(&Url::parse(text).expect("valid"), true), Ok(()), "{text}");
        }
    }

    #[test]
    fn redirects_from_the_open_web_do_not_lead_inside() {
        let cases = [
            ("http://example.org/", "http://10.0.0.1/", true),
            ("http://example.org/", "http://localhost/", true),
            ("http://example.org/", "http://[::1]/", true),
            ("http://example.org/", "http://example.net/", false),
            ("http://example.org/", "http://example.net:25/", false),
            ("http://10.0.0.1/", "http://10.0.0.2/", false),
            ("http://localhost:8000/", "http://127.0.0.1:8000/", false),
        ];
        for (from, to, inward) in cases {
            let url = |text: &str| Url::parse(text).expect("valid");
            assert_eq!(leads_inward(&url(from), &url(to)), inward, "{from} to {to}");
        }
    }
}
