//! Where a chain of redirects landed: a sign-in, a consent page, a domain market, an error page, a search, the front
//! page, another domain.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use url::Url;

use super::address;
use super::content;
use super::drift;
use super::facts::View;
use super::lexicon::{self, Purpose};
use crate::model::exchange::{RedirectFault, Via};
use crate::model::{Assessment, Confidence, Reason};

/// Names by kind and place of standing.
static LANDING: LazyLock<HashMap<(&'static str, &'static str), HashSet<&'static str>>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for line in include_str!("tables/landing.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [_, _, kind, place, names] = fields[..] {
            table.entry((kind, place)).or_insert_with(HashSet::new).extend(names.split('|'));
        }
    }
    table
});

fn has(kind: &'static str, place: &'static str, name: &str) -> bool {
    names_of(kind, place).is_some_and(|names| names.contains(name))
}

fn names_of(kind: &'static str, place: &'static str) -> Option<&'static HashSet<&'static str>> {
    LANDING.get(&(kind, place))
}

/// A segment of the path, or its stem before an extension, that names such a place.
fn segment_of<'u>(url: &'u Url, kind: &'static str, place: &'static str) -> Option<Cow<'u, str>> {
    address::segments(url).find(|part| is_named(part, kind, place))
}

/// Whether a segment, or its stem before an extension, is one of these names.
fn is_named(segment: &str, kind: &'static str, place: &'static str) -> bool {
    let Some(names) = names_of(kind, place) else { return false };
    let part = segment.split(';').next().unwrap_or_default();
    names.contains(part) || part.rsplit_once('.').is_some_and(|(stem, _)| names.contains(stem))
}

/// Whether an address may be such a place by a segment of its path, even by one that pages of content bear as well.
fn may_be(url: &Url, kind: &'static str) -> bool {
    ["segment", "shared-segment"].into_iter().any(|place| segment_of(url, kind, place).is_some())
}

fn host_is(url: &Url, kind: &'static str) -> bool {
    let host = address::bare_host(url);
    let mut above = std::iter::successors(Some(&*host), |rest| rest.split_once('.').map(|(_, above)| above));
    names_of(kind, "host").is_some_and(|names| above.any(|name| names.contains(name)))
}

fn label_is(url: &Url, kind: &'static str) -> bool {
    let host = address::bare_host(url);
    host.split_once('.').is_some_and(|(label, rest)| rest.contains('.') && has(kind, "label", label))
}

/// Whether a parameter of an address names another one: its host, or its path.
fn returns_to(url: &Url, listed: &Url) -> bool {
    let host = address::bare_host(listed);
    let path = listed.path().trim_end_matches('/').to_lowercase();
    url.query_pairs().any(|(key, value)| {
        let value = address::decode(&value).to_lowercase();
        let names_path = path.len() > 1 && value.contains(&path);
        let names_host = !host.is_empty() && value.contains(&*host);
        names_path || (names_host && has("return", "query", &key.to_lowercase()))
    })
}

/// Whether an address is a sign-in, consent, age or error page that the listed one is not.
pub(super) fn is_detour(listed: &Url, target: &Url) -> bool {
    let new = |kind: &'static str| may_be(target, kind) && !may_be(listed, kind);
    ["login", "consent", "age", "error", "bot"].into_iter().any(new) || is_login_host(listed, target)
}

fn is_login_host(listed: &Url, target: &Url) -> bool {
    let there = |url: &Url| host_is(url, "login") || label_is(url, "login");
    there(target) && !there(listed)
}

/// Whether the sites of a host stand in its folders, so that its front page says nothing of them.
pub(super) fn is_shared(url: &Url) -> bool {
    host_is(url, "shared")
}

/// Whether a host answers the same for what is private and what is gone.
pub(super) fn hides_private(url: &Url) -> bool {
    host_is(url, "private")
}

/// Whether a host is a resolver of short or persistent addresses, whose whole purpose is to lead elsewhere.
pub(super) fn is_resolver(url: &Url) -> bool {
    host_is(url, "shortener")
}

/// A chain that goes round by way of a sign-in: the account bounce of a visitor without an account.
pub(super) fn bounce(view: &View<'_>) -> Option<Assessment> {
    use crate::model::exchange::Failure::Redirect;
    if !matches!(view.exchange.failure()?, Redirect(RedirectFault::Loop | RedirectFault::TooMany)) {
        return None;
    }
    let hops = view.exchange.hops.iter().filter_map(|hop| Url::parse(&hop.url).ok());
    let by_way = hops
        .into_iter()
        .find(|hop| is_login_host(view.listed(), hop) || (may_be(hop, "login") && !may_be(view.listed(), "login")))?;
    Some(Assessment::new(Reason::LoginWall, format!("the redirects loop through the sign-in at {by_way}")))
}

/// A sign-in in place of the content.
pub(super) fn login(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    let page = view.page()?;
    let form = page.password_fields > 0;
    // What stands where it was listed, asks for no password and has something to say.
    if !view.was_redirected() && !form && view.words() >= 80 {
        return None;
    }
    if may_be(listed, "login") || is_login_host(landed, listed) {
        return None;
    }
    let heading = lexicon::heading(view, Purpose::Login);
    let says = |why: String| Some(Assessment::new(Reason::LoginWall, why));
    if view.was_redirected() && !view.same_place() {
        let strong = segment_of(landed, "login", "segment").is_some() || is_login_host(listed, landed);
        // Authentication and identity are written about, and `cas` is a college as well.
        let weak = ["weak-segment", "shared-segment"].iter().any(|place| segment_of(landed, "login", place).is_some());
        let returns = returns_to(landed, listed);
        let thin = view.words() < 150;
        if (strong && (returns || form || heading.is_some() || thin))
            || (weak && (returns || form || heading.is_some()) && thin)
        {
            return says(format!(
                "leads to the sign-in at {landed}; whether the page behind it exists cannot be told from outside"
            ));
        }
        if form && returns && thin {
            return says(format!("leads to a form for a password at {landed} that would lead back"));
        }
    }
    // A tool that takes a password, under the name the list has for it, is no sign-in.
    let is_meant = !view.was_redirected() && heading.is_none() && view.heading_is_listed();
    if form && !is_meant && (heading.is_some() && view.words() < 250 || view.words() < 60) {
        return says(format!("shows a form for a password and {} words of text", view.words()));
    }
    if view.words() < 80 {
        if let Some(heading) = heading.filter(|_| !view.heading_is_listed()) {
            return says(format!("shows a sign-in titled “{heading}”"));
        }
        if lexicon::in_text(view, Purpose::Login) {
            return says("says that one has to sign in to see it".to_owned());
        }
    }
    None
}

/// A question to be answered before the content: consent, age.
pub(super) fn gate(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    view.page()?;
    if !view.was_redirected() && view.words() >= 90 {
        return None;
    }
    for (kind, purpose, reason, what) in [
        ("consent", Purpose::Consent, Reason::ConsentWall, "asks for consent"),
        ("age", Purpose::Age, Reason::AgeWall, "asks for the visitor's age"),
    ] {
        let heading = lexicon::heading(view, purpose);
        let worded = heading.is_some() || (view.words() < 60 && lexicon::in_text(view, purpose));
        let there = |url: &Url| host_is(url, kind) || label_is(url, kind) || segment_of(url, kind, "segment").is_some();
        let arrived = view.was_redirected() && there(landed) && !there(listed);
        let known_host = host_is(landed, kind);
        if arrived && (worded || returns_to(landed, listed) || known_host) {
            return Some(Assessment::new(reason, format!("{landed} {what} before it shows anything")));
        }
        if worded && !there(listed) && view.words() < 90 && !view.heading_is_listed() {
            let shown = heading.map(|heading| format!(", titled “{heading}”")).unwrap_or_default();
            return Some(Assessment::new(reason, format!("the page {what} before it shows anything{shown}")));
        }
    }
    None
}

/// A redirect from the open web to an address on the reader's own network, whatever came of it.
pub(super) fn private(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    (view.was_redirected() && address::is_private(landed) && !address::is_private(listed)).then(|| {
        Assessment::new(Reason::RedirectPrivate, format!("leads to {landed}, an address on the reader's own network"))
    })
}

/// A page that asks whether the visitor is a robot, reached by redirect.
pub(super) fn robot_check(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    let there = |url: &Url| host_is(url, "bot") || may_be(url, "bot");
    let arrived = view.was_redirected() && there(landed) && !there(listed) && view.words() < 150;
    // Contests are challenges and chains have blocks: there a word about robots is no sign on what the list means.
    let plain = || segment_of(landed, "bot", "segment").is_some() || view.named() != Some(true);
    let sure = || returns_to(landed, listed) || plain() && lexicon::in_text(view, Purpose::Robot);
    (arrived && (host_is(landed, "bot") || sure()))
        .then(|| Assessment::new(Reason::BotWallGeneric, format!("leads to a check for robots at {landed}")))
}

/// A market or parking place for domains.
pub(super) fn marketplace(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    let arrived = view.was_redirected() && host_is(landed, "marketplace") && !host_is(listed, "marketplace");
    (arrived && !is_resolver(listed) && !view.same_domain())
        .then(|| Assessment::new(Reason::ParkedDomain, format!("leads to {landed}, where domains are sold or parked")))
}

/// A script-only page that jumps to another domain.
pub(super) fn foreign_script(view: &View<'_>) -> Option<Assessment> {
    let listed = view.listed();
    let (from, to) =
        view.steps().find(|(hop, next)| hop.via == Some(Via::Script) && domain_of(&hop.url) != domain_of(&next.url))?;
    let known = is_resolver(listed) || address::same_path(listed, &view.landed) || view.named() == Some(true);
    (!known).then(|| {
        Assessment::new(
            Reason::ScriptRedirectForeign,
            format!("a script on {} jumps to another domain: {}", from.url, to.url),
        )
    })
}

fn domain_of(url: &str) -> Option<String> {
    Url::parse(url).ok().map(|url| address::registrable(&url).into_owned())
}

/// An address that calls itself an error page.
pub(super) fn error_page(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    if !view.was_redirected() || view.same_place() {
        return None;
    }
    // `?error404`, or `?error=not-found`.
    let key = |url: &Url| {
        url.query_pairs().any(|(key, value)| {
            let key = key.to_lowercase();
            let tells = matches!(&*key, "error" | "err" | "status" | "code" | "msg" | "message" | "reason");
            has("error", "query", &key) || tells && has("error", "segment", &value.to_lowercase())
        })
    };
    let named = key(landed) && !key(listed) || names_error(view);
    named.then(|| {
        Assessment::new(Reason::RedirectToErrorPage, format!("leads to {landed}, an error page by its address"))
    })
}

/// Words from which a page that names what the list names is more than a note that it is missing.
const LONG: usize = 150;

/// Whether the last segment of the path names an error that the listed address does not name: what stands below a folder
/// of errors is mostly a page about one of them.
fn names_error(view: &View<'_>) -> bool {
    let (listed, landed) = (view.listed(), &view.landed);
    let named_so = |place: &'static str| {
        segment_of(listed, "error", place).is_none() && end_of(landed).is_some_and(|end| is_named(&end, "error", place))
    };
    let is_meant = || view.heading_is_listed() || view.named() == Some(true) && view.words() >= LONG;
    if named_so("segment") || ends_on_error_status(landed) && !ends_on_error_status(listed) {
        return !is_meant();
    }
    // Films, people and articles are called `gone` or `missing` as well, and errors are explained in folders of their name:
    // the page has to say so too, or next to nothing.
    let below = || segment_of(landed, "error", "segment").is_some() && segment_of(listed, "error", "segment").is_none();
    let says = || content::missing_score(view).is_some() || view.words() < 60;
    (named_so("shared-segment") || below()) && !is_meant() && says()
}

/// The last segment of a path that is no index page.
fn end_of(url: &Url) -> Option<Cow<'_, str>> {
    address::segments(url).filter(|part| !address::is_index(part)).last()
}

/// `/errors/500`: the page of a status.
fn ends_on_error_status(url: &Url) -> bool {
    let parts: Vec<Cow<'_, str>> = address::place(url).collect();
    matches!(&parts[..], [.., folder, status] if is_named(folder, "error", "segment")
        && matches!(status.parse(), Ok(400..=599)))
}

/// A search in place of a page.
pub(super) fn search(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    if !view.was_redirected() || view.same_place() {
        return None;
    }
    let keys = |url: &Url| {
        url.query_pairs()
            .filter(|(key, value)| has("search", "query", &key.to_lowercase()) && !value.is_empty())
            .count()
    };
    let segment = |url: &Url| segment_of(url, "search", "segment").is_some();
    let asks = keys(landed) > keys(listed) && (address::place(landed).count() <= 1 || segment(landed));
    let arrived = asks || (segment(landed) && !segment(listed) && view.same_domain());
    // A catalogue has its search for a front page.
    if !arrived || address::is_root(listed) && view.same_domain() {
        return None;
    }
    let verdict = |why: String| Some(Assessment::new(Reason::RedirectToSearch, why));
    if asks {
        return verdict(format!("leads to a search: {landed}"));
    }
    // Nothing is looked for yet: the page may be what was listed, under the address of its form.
    if view.named() == Some(true) {
        return None;
    }
    verdict(format!("leads to the form of a search: {landed}"))
        .map(|verdict| verdict.with_confidence(Confidence::Medium))
}

/// The front page or a folder above in place of a deep link.
pub(super) fn home_or_ancestor(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    if !view.was_redirected() || view.same_place() || is_resolver(listed) || address::is_root(listed) {
        return None;
    }
    // A front page names its site, and so does many a link to one of its pages: only the whole of a heading tells.
    let at_front = address::is_root(landed);
    let is_meant = if at_front { view.heading_is_listed() } else { view.named() == Some(true) };
    if view.probe_is_honest() && is_meant {
        return None;
    }
    let same_domain = view.same_domain();
    if at_front {
        if !same_domain && view.named() == Some(true) || same_domain && is_own_host(listed, landed) {
            return None;
        }
        return Some(Assessment::new(Reason::RedirectToHome, format!("a deep link leads to the front page {landed}")));
    }
    if !same_domain {
        return None;
    }
    fn neutral(url: &Url) -> Vec<Cow<'_, str>> {
        address::place(url).filter(|part| !address::is_version(part)).collect()
    }
    let (from, to) = (neutral(listed), neutral(landed));
    let shorter = to.len() < from.len() && from[..to.len()] == to[..];
    // `/questions/48291/some-words` and `/questions/48291` are one thing: the words are decoration.
    let decoration = to.last().is_some_and(|last| address::is_id(last)) && from.len() == to.len() + 1;
    // A chapter's opening page is often moved to the address of the chapter.
    let opening = from.len() == to.len() + 1
        && from.last().is_some_and(|last| matches!(&**last, "overview" | "intro" | "introduction"));
    let same_host = address::bare_host(listed) == address::bare_host(landed);
    (same_host && shorter && !decoration && !opening && !address::selects(landed))
        .then(|| Assessment::new(Reason::RedirectToAncestor, format!("leads to {landed}, above the listed page")))
}

/// Whether what was a folder of a site has become a host of its own: `/docs` at `docs.example.org`, `/~smith` at
/// `smith.example.org`. What lay deeper in it is not meant.
fn is_own_host(listed: &Url, landed: &Url) -> bool {
    let host = address::bare_host(landed);
    let label = host.split('.').next().unwrap_or_default();
    host != address::bare_host(listed)
        && address::place(listed).last().is_some_and(|folder| folder.trim_start_matches('~') == label)
}

/// Another registrable domain: a move when the name or the path came along, else a doubt.
pub(super) fn other_domain(view: &View<'_>) -> Option<Assessment> {
    let (listed, landed) = (view.listed(), &view.landed);
    if !view.was_redirected() || view.same_domain() || is_resolver(listed) {
        return None;
    }
    let (from, to) = (address::registrable(listed), address::registrable(landed));
    if let Some((topic, _)) = drift::spam(view) {
        let mut verdict =
            Assessment::new(Reason::DomainTakeover, format!("{from} leads to {to}, whose page speaks of {topic}"));
        verdict.marker = Some("spam-words".to_owned());
        return Some(verdict.with_confidence(Confidence::High));
    }
    let same_title = view.facts.history.and_then(|history| history.fingerprint.as_ref()).is_some_and(|known| {
        known.title.is_some() && known.title.as_deref() == view.page().and_then(|page| page.title.as_deref())
    });
    if view.named() == Some(true) || address::same_path(listed, landed) || same_title {
        return None;
    }
    let same_label = |a: &str, b: &str| a.split('.').next() == b.split('.').next();
    if view.named() == Some(false) && !same_label(&from, &to) {
        return Some(Assessment::new(
            Reason::DomainTakeover,
            format!("leads to another domain, {to}, whose page does not mention the title in the list"),
        ));
    }
    None
}
