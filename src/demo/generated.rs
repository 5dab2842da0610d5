//! A web made by rule instead of by file: many hosts with as many pages as one likes, the same every time. For
//! benchmarks, where the web must cost less than what asks it.

use bytes::Bytes;
use twox_hash::XxHash3_64;

/// What the hosts are called, after `h` and a number. No name reserved for tests: other checkers leave those out.
const DOMAIN: &str = ".generated.web";
/// Different page bodies; what is above them differs from page to page.
const BODIES: u64 = 64;
/// Anchors in each body.
const ANCHORS: u64 = 100;
/// Middle of the log-normal distribution of body sizes, in bytes; the mean is about a fifth above it.
const MEDIAN_SIZE: f64 = 42_000.0;
/// Its spread: the deviation of the logarithm.
const SPREAD: f64 = 0.7;
/// The largest body.
const MAX_SIZE: f64 = 400_000.0;

/// Hosts with generated pages. Of a hundred pages five are missing, three have moved and one makes its server fail.
#[derive(Clone, Debug)]
pub struct Generated {
    hosts: u64,
    bodies: Vec<Bytes>,
}

impl Generated {
    /// A web of so many hosts.
    pub fn new(hosts: u64) -> Self {
        Generated { hosts: hosts.max(1), bodies: (0..BODIES).map(body).collect() }
    }

    /// So many links into it, dealt out to the hosts in turn.
    pub fn links(&self, count: u64) -> impl Iterator<Item = String> + use<> {
        let hosts = self.hosts;
        (0..count).map(move |index| format!("http://h{}{DOMAIN}/p/{}", index % hosts, index / hosts))
    }

    /// Whether a host is one of them.
    pub(super) fn has(&self, host: &str) -> bool {
        let number = host.strip_prefix('h').and_then(|rest| rest.strip_suffix(DOMAIN));
        number.and_then(|number| number.parse::<u64>().ok()).is_some_and(|number| number < self.hosts)
    }

    /// The whole answer, head and body, to a request for a path of a host.
    pub(super) fn answer(&self, host: &str, path: &str, bodiless: bool) -> Vec<u8> {
        let chance = XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(host.as_bytes()), path.as_bytes());
        match (Asked::by(path), chance % 100) {
            (Asked::Nothing, _) | (Asked::Page, 0..=4) => plain("404 Not Found", "", "<h1>Not Found</h1>", bodiless),
            (Asked::Page, 5..=7) => plain("301 Moved Permanently", &format!("Location: {path}/new\r\n"), "", bodiless),
            (Asked::Page, 8) => plain("500 Internal Server Error", "", "<h1>Internal Server Error</h1>", bodiless),
            (Asked::Front | Asked::New | Asked::Page, _) => self.page(host, path, chance, bodiless),
        }
    }

    fn page(&self, host: &str, path: &str, chance: u64, bodiless: bool) -> Vec<u8> {
        let body = &self.bodies[usize::try_from(chance / 100 % BODIES).unwrap_or_default()];
        let title = format!("Report {:08x} on water and roads", chance & 0xffff_ffff);
        let year = 2000 + chance % 25;
        let head = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} | Archive of {host}</title>\n\
             <meta name=\"description\" content=\"What was measured, by whom, and what became of it.\">\n\
             <meta property=\"og:title\" content=\"{title}\">\n<meta property=\"og:site_name\" content=\"Archive of {host}\">\n\
             <meta property=\"article:published_time\" content=\"{year}-03-04T05:06:07Z\">\n\
             <link rel=\"canonical\" href=\"http://{host}{path}\">\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        let length = head.len() + body.len();
        let mut answer =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n")
                .into_bytes();
        if !bodiless {
            answer.reserve_exact(length);
            answer.extend_from_slice(head.as_bytes());
            answer.extend_from_slice(body);
        }
        answer
    }
}

/// What a path is asking for.
#[derive(Clone, Copy)]
enum Asked {
    Front,
    /// A page with a number.
    Page,
    /// Where a page has moved to.
    New,
    Nothing,
}

impl Asked {
    fn by(path: &str) -> Asked {
        let (page, plainly) = path.strip_suffix("/new").map_or((path, Asked::Page), |page| (page, Asked::New));
        match page.strip_prefix("/p/").map(str::parse::<u64>) {
            Some(Ok(_)) => plainly,
            _ if path == "/" => Asked::Front,
            _ => Asked::Nothing,
        }
    }
}

fn plain(status: &str, headers: &str, body: &str, bodiless: bool) -> Vec<u8> {
    let sent = if bodiless { "" } else { body };
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{headers}Content-Length: {length}\r\n\r\n{sent}")
        .into_bytes()
}

/// Everything below the heading: paragraphs with anchors among them.
fn body(number: u64) -> Bytes {
    const SENTENCE: &str = "The committee met in spring, read the figures and asked for better ones. ";
    let size = MEDIAN_SIZE * (SPREAD * normal(number)).exp();
    let text_per_anchor = (size.min(MAX_SIZE) / ANCHORS as f64) as usize;
    let mut html = String::new();
    for anchor in 0..ANCHORS {
        let filler: String = SENTENCE.chars().cycle().take(text_per_anchor.saturating_sub(60)).collect();
        html.push_str(&format!("<p>{filler}<a href=\"/p/{}\">Report {anchor}</a></p>\n", number * ANCHORS + anchor));
    }
    html.push_str("</body>\n</html>\n");
    html.into()
}

/// A number of the standard normal distribution, the same for the same index (Box and Muller).
fn normal(index: u64) -> f64 {
    let unit = |seed| (XxHash3_64::oneshot_with_seed(seed, &index.to_le_bytes()) >> 11) as f64 / (1_u64 << 53) as f64;
    (-2.0 * unit(1).max(f64::MIN_POSITIVE).ln()).sqrt() * (std::f64::consts::TAU * unit(2)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn answers_are_dealt_out_as_promised_and_stay_the_same() {
        let web = Generated::new(100);
        let mut statuses: BTreeMap<String, u32> = BTreeMap::new();
        let mut bytes = 0;
        for link in web.links(5_000) {
            let url = url::Url::parse(&link).expect("an address");
            let (host, path) = (url.host_str().expect("a host"), url.path());
            assert!(web.has(host), "{host}");
            let answer = web.answer(host, path, false);
            assert_eq!(answer, web.answer(host, path, false));
            *statuses.entry(String::from_utf8_lossy(&answer[9..12]).into_owned()).or_default() += 1;
            bytes += answer.len();
        }
        let share = |status: &str| f64::from(statuses[status]) / 50.0;
        assert!((4.0..6.0).contains(&share("404")), "{statuses:?}");
        assert!((2.0..4.0).contains(&share("301")), "{statuses:?}");
        assert!((0.5..1.5).contains(&share("500")), "{statuses:?}");
        assert!((30_000..50_000).contains(&(bytes / 5_000)), "{} bytes a page", bytes / 5_000);
    }

    #[test]
    fn what_moved_is_there_and_nothing_else_is() {
        let web = Generated::new(2);
        assert!(web.answer("h0.generated.web", "/p/3/new", false).starts_with(b"HTTP/1.1 200"));
        assert!(web.answer("h0.generated.web", "/robots.txt", false).starts_with(b"HTTP/1.1 404"));
        for nothing in ["/p/", "/p/of-no-number", "/new", "/q/3"] {
            assert!(web.answer("h0.generated.web", nothing, false).starts_with(b"HTTP/1.1 404"), "{nothing}");
        }
        assert!(web.has("h1.generated.web") && !web.has("h2.generated.web") && !web.has("hx.generated.web"));
        let head = web.answer("h0.generated.web", "/p/3/new", true);
        assert!(head.ends_with(b"\r\n\r\n"), "no body for HEAD");
    }
}
