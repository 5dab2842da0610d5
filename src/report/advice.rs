//! The words for every reason: what it is called, what it means, what it takes to say so, and what to do about it.
//!
//! A flat catalogue in the order of `model::reason`. The compiler sees to it that no reason is without words.

use crate::model::Reason;

/// What a reader is told about a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// A few words, as a heading; no full stop.
    pub title: &'static str,
    /// What happened, in one or two sentences.
    pub means: &'static str,
    /// What had to be seen before this was said.
    pub takes: &'static str,
    /// What a maintainer does next.
    pub action: &'static str,
}

const fn advice(title: &'static str, means: &'static str, takes: &'static str, action: &'static str) -> Advice {
    Advice { title, means, takes, action }
}

const NOTHING: &str = "Nothing to do.";
const REPLACE: &str = "Look for the resource's new address; otherwise link an archived copy, or remove the link.";
const UPDATE: &str = "Put the new address into the list.";
const LOOK: &str = "Open the link. If it is not what the list promises, replace or remove it.";
const WAIT: &str = "Nothing to do yet: it is checked again in the next run, and reported only if it keeps failing.";
const BY_HAND: &str = "Open the link in a browser once. If you see the resource, leave the link as it is.";
const STRIKES: &str = "Three failing runs that span at least seven days.";
const ONE_RUN: &str = "Every try of this run ended the same way.";
/// Reasons of the catalogue that no rule of this version reaches. A table of somebody's own may name them.
const NOT_GIVEN: &str = "This version gives no such verdict by itself; only a sign of your own (`own_signs`) does.";
const ONE_ANSWER: &str = "The answer of this run, to a plain request for the page.";

/// The words for a reason.
#[expect(clippy::too_many_lines, reason = "a flat catalogue with one row for every reason")]
pub const fn of(reason: Reason) -> Advice {
    match reason {
        // ok
        Reason::OkVerified => advice(
            "Works, and is what the list says",
            "The page answered and its title or text agrees with the list.",
            "A good answer whose title or text matches the list or an earlier visit.",
            NOTHING,
        ),
        Reason::OkPlain => advice(
            "Works",
            "The page answered with content and nothing speaks against it.",
            "A good answer with content and no sign of an error page, a wall or a parked domain.",
            NOTHING,
        ),
        Reason::OkBinary => advice(
            "Works: a document or media file",
            "The address answered with a file such as a PDF, an image or a video.",
            "A good answer whose type and first bytes are those of a file.",
            NOTHING,
        ),
        Reason::OkPaywalled => advice(
            "Works, but readers must pay",
            "The page is there and shows a part of its content; the rest is for subscribers.",
            "A good answer that declares its content as not free.",
            "Nothing to do, though a free version, if there is one, would serve more readers.",
        ),
        Reason::OkApi => advice(
            "Works: an interface for programs",
            "The address answered with data for programs and not with a page.",
            "A good answer of a data type such as JSON or XML.",
            NOTHING,
        ),
        Reason::OkFile => advice(
            "The file is there",
            "The link leads to a file or folder of the same site, and it is there.",
            "The file was found below the root of the site.",
            NOTHING,
        ),
        // moved
        Reason::MovedPermanent => advice(
            "Moved for good",
            "The site sends visitors to a new address for good, and the content is there.",
            "Only permanent redirects (301 or 308) on the way, and a good page at their end.",
            UPDATE,
        ),
        Reason::MovedScheme => advice(
            "Same page, now over https",
            "The same address answers over https.",
            "A permanent redirect from http to https that changes nothing else.",
            "Write https:// in place of http://.",
        ),
        Reason::MovedHost => advice(
            "Same page, host name changed",
            "The page is where it was, under another host name, for instance with or without www.",
            "A permanent redirect that changes only the host within one site.",
            UPDATE,
        ),
        Reason::MovedCanonical => advice(
            "The page names a better address",
            "The page is there and names another address of the same site as its own.",
            NOT_GIVEN,
            "Consider using the address the page calls its own.",
        ),
        Reason::MovedStub => advice(
            "Moved: the old page forwards",
            "What is left at the address is an almost empty page that forwards visitors to the new one.",
            "A page without other content that forwards at once, and a good page at the end.",
            UPDATE,
        ),
        Reason::CrossDomainMove => advice(
            "Moved to another site",
            "The address now leads to another domain that carries the same resource.",
            "A redirect to another domain, where the name or title from the list was found again.",
            "Check that it is the same resource, then put the new address into the list.",
        ),
        // dead
        Reason::Http404 => advice(
            "Page not found",
            "The server says that there is nothing at this address (404).",
            "The same answer twice in one run, with a pause between, and no sign of a robot check.",
            REPLACE,
        ),
        Reason::Http410 => advice(
            "Removed for good",
            "The server says that the page was taken away and will not come back (410).",
            "The same answer twice in one run, with a pause between.",
            REPLACE,
        ),
        Reason::HostEmpty => advice(
            "The whole site is gone",
            "Neither the page nor the site's front page is there any more.",
            "Not found (404 or 410) for both the page and the root of its host.",
            REPLACE,
        ),
        Reason::HostingTombstone => advice(
            "No longer hosted",
            "The hosting platform, or the network in front of it, answers in place of the site: there is nothing under this name \
             any more.",
            "A message or header by which a known platform says that the site does not exist: once with 404 or 410, with any \
             other status in two runs.",
            "Replace or remove the link soon: someone else may claim the abandoned name.",
        ),
        Reason::DnsNxdomain => advice(
            "The domain does not exist",
            "The name of the site is not registered any more, or is misspelt in the list.",
            "The name system said twice that there is no such name, while other names could be found.",
            "Check the spelling of the name, with and without www; otherwise look for the resource's new home or an archived copy.",
        ),
        Reason::RedirectDeadTarget => advice(
            "Redirects to something that is gone",
            "The address redirects to a page or site that does not exist.",
            "A chain of redirects that ends in 404, 410 or an unknown name, twice in one run.",
            REPLACE,
        ),
        Reason::DoiNotFound => advice(
            "Unknown DOI",
            "The registry of identifiers does not know this DOI; most often a character is wrong or missing.",
            "The registry's own answer for the identifier.",
            "Correct the identifier: compare it with the one printed on the publication.",
        ),
        Reason::UrlInvalid => advice(
            "Not a valid address",
            "What the list has here cannot be an address on the web.",
            "The address cannot be read by the rules every browser follows.",
            "Correct the address in the list; a suggested spelling is given where one is evident.",
        ),
        Reason::FileMissing => advice(
            "No such file",
            "The link leads to a file of the same site, and there is none.",
            "Neither the file nor what a web server would show in its place is below the root of the site.",
            "Correct the path, or bring the file back; a similar name is given where there is one.",
        ),
        Reason::ServerErrorPersistent => advice(
            "Server error for a week or more",
            "The server has failed to show the page in every run for at least a week.",
            STRIKES,
            REPLACE,
        ),
        Reason::TimeoutPersistent => advice(
            "No answer for a week or more",
            "The server has not answered in time in any run for at least a week.",
            STRIKES,
            REPLACE,
        ),
        Reason::RefusedPersistent => advice(
            "No connection for a week or more",
            "The server has refused or dropped the connection in every run for at least a week.",
            STRIKES,
            REPLACE,
        ),
        Reason::ServfailPersistent => advice(
            "Name lookup broken for a week or more",
            "The name servers of the site have been failing in every run for at least a week.",
            STRIKES,
            REPLACE,
        ),
        Reason::TlsPersistent => advice(
            "No secure connection for a week or more",
            "No secure connection has come about for at least a week, and no page was found over http.",
            "Three failing runs that span at least seven days; the same address was asked over http too.",
            "Readers meet a warning page here. Tell the site's owner, or replace the link.",
        ),
        Reason::RedirectLoopPersistent => advice(
            "Redirects in circles for a week or more",
            "The address has been sending visitors round in circles in every run for at least a week.",
            STRIKES,
            REPLACE,
        ),
        // suspect
        Reason::Soft404Probe => advice(
            "An error page in disguise",
            "The server answers as if all were well, but shows the same page for an address that cannot exist.",
            "An invented address next to this one brought an answer that looks the same.",
            "Check it, and then treat it as dead: replace or remove it.",
        ),
        Reason::Soft404Text => advice(
            "Reads like a \"not found\" page",
            "The server answers as if all were well, but the page itself says that nothing was found.",
            "A title or heading that is a known \"not found\" wording.",
            LOOK,
        ),
        Reason::Soft404Marker => advice(
            "Marked as a \"not found\" page",
            "The server answers as if all were well, but the page carries its software's mark for a missing page.",
            "A mark known to appear only on missing pages.",
            LOOK,
        ),
        Reason::Soft404Sink => advice(
            "Many links end on one page",
            "Several different links of this site all end on one and the same page.",
            "At least three listed addresses of the host that redirect to one other address.",
            LOOK,
        ),
        Reason::RedirectToHome => advice(
            "Sent to the front page",
            "The address of a single page now leads to the site's front page; the page is probably gone.",
            "A redirect from a page below the root to the root of the site.",
            "Search the site for the resource, or link an archived copy.",
        ),
        Reason::RedirectToAncestor => advice(
            "Sent to a parent page",
            "The address of a single page now leads to a page above it; the page itself may be gone.",
            "A redirect whose end is a beginning of the listed path.",
            "Look there for the resource, and link to it directly.",
        ),
        Reason::RedirectToSearch => advice(
            "Sent to a search page",
            "The site sends visitors to its search in place of the page.",
            "A redirect that ends on a search address.",
            "Search there for the resource, and link to it directly.",
        ),
        Reason::RedirectToErrorPage => advice(
            "Sent to an error page",
            "The site sends visitors to a page made for errors.",
            "A redirect that ends on an address for errors, such as /404.",
            REPLACE,
        ),
        Reason::ParkedDomain => advice(
            "Domain for sale or parked",
            "The site is gone; its name is for sale or filled with advertising.",
            "The layout, wording or servers of a known parking service.",
            "Replace or remove the link; an archived copy may still show the resource.",
        ),
        Reason::DomainExpired => advice(
            "Domain registration expired",
            "The registration of the site's name has run out; its registrar answers in its place.",
            "A registrar's page on expiry or verification.",
            "Wait a few weeks, as owners often renew; then replace the link.",
        ),
        Reason::DomainTakeover => advice(
            "Domain in other hands",
            "The name seems to belong to someone else now; what it shows has nothing to do with the list.",
            "Title, language and subject all differ from before, and nothing of the list's name is found.",
            "Look carefully, and remove the link soon: it may send readers to spam or worse.",
        ),
        Reason::ContentDrift => advice(
            "Shows something else than before",
            "The page answers, but hardly anything of what it once said is left.",
            "A title and a text that both differ widely from an earlier visit.",
            LOOK,
        ),
        Reason::DefaultPage => advice(
            "A server's default page",
            "The site shows the page a web server shows when nothing is set up.",
            "The wording of a known default page.",
            REPLACE,
        ),
        Reason::ComingSoon => advice(
            "Under construction",
            "The site says that it is not there yet, or being rebuilt.",
            "The wording of a construction page and nothing else.",
            "Look again in a few weeks; meanwhile link an archived copy.",
        ),
        Reason::AccountSuspended => advice(
            "Hosting account suspended",
            "The site's host has switched it off.",
            "The wording of a known suspension page.",
            "Look again in a few weeks; meanwhile link an archived copy.",
        ),
        Reason::ErrorText => advice(
            "Shows a program's error",
            "What the page shows is an error message of its own software.",
            "A program's or database's error message as the page's content.",
            LOOK,
        ),
        Reason::EmptyPage => advice(
            "Empty page",
            "The page answers, but there is next to nothing to read on it.",
            "Fewer than twenty visible characters, and no script that would fill the page.",
            LOOK,
        ),
        Reason::Http204 => advice(
            "Answers without content",
            "The server says that all is well and sends nothing (204).",
            ONE_ANSWER,
            LOOK,
        ),
        Reason::TypeMismatch => advice(
            "Not the kind of file the link promises",
            "The link promises a document, and a web page came in its place.",
            "An address that ends like a file, and a web page as the answer.",
            "Search that page for the document, and link to it directly.",
        ),
        Reason::ScriptRedirectForeign => advice(
            "A script that leads to another site",
            "The page is nothing but a script that sends visitors to a different site.",
            "A page without content whose script leaves for another domain.",
            "Look carefully; if it is not the resource, remove the link.",
        ),
        Reason::VideoUnavailable => advice(
            "Video not available",
            "The video platform says that the video is removed or private.",
            "The platform's own answer about the video.",
            "Look for another copy of the video, or remove the link.",
        ),
        Reason::StorageAccessDenied => advice(
            "File not open to the public",
            "The storage that holds the file refuses it; such stores also say so of files that do not exist.",
            "A storage service's refusal in place of the file.",
            "Open the link. If you are refused as well, ask the owner or replace it.",
        ),
        Reason::TlsExpired => advice(
            "Security certificate expired",
            "The certificate of the site has run out, so browsers warn readers away.",
            "The dates in the certificate itself; the same address was asked over http too.",
            "Tell the site's owner; such lapses are often repaired within days.",
        ),
        Reason::TlsSelfSigned => advice(
            "Security certificate not trusted",
            "The site signed its own certificate, so browsers warn readers away.",
            "A certificate signed by nobody but itself.",
            "Tell the site's owner, or see whether the resource exists elsewhere.",
        ),
        Reason::TlsWrongHost => advice(
            "Security certificate of another site",
            "The certificate is made out to another name, so browsers warn readers away.",
            "The names in the certificate itself; the same address was asked over http too.",
            "Try the address with or without www, or the name the certificate is for.",
        ),
        Reason::Http400 => advice(
            "Server calls the address malformed",
            "The server does not understand the address (400); it may be cut or misspelt in the list.",
            "The same answer twice to plain requests.",
            "Compare the address with the one in your browser, and correct it.",
        ),
        Reason::Http422 => advice(
            "Server cannot use the address",
            "The server understands the address and can do nothing with it (422).",
            "The same answer twice to plain requests.",
            "Compare the address with the one in your browser, and correct it.",
        ),
        Reason::RedirectLoop => advice(
            "Redirects in circles",
            "The address sends visitors round in circles, or on and on without end.",
            "The same request came up twice in one chain, or the chain was too long.",
            "Open the link. If the browser complains too, replace it.",
        ),
        Reason::RedirectNoLocation => advice(
            "Redirects without saying where to",
            "The server says that the page is elsewhere, but not where.",
            "A redirect answer without an address.",
            LOOK,
        ),
        Reason::RedirectBadTarget => advice(
            "Redirects to no valid address",
            "The server sends visitors to something that is no address on the web.",
            "A redirect whose address cannot be followed.",
            LOOK,
        ),
        Reason::RedirectPrivate => advice(
            "Redirects into a private network",
            "The server sends visitors to an address that exists only inside someone's own network.",
            "A redirect to a private, local or otherwise special address; it was not followed.",
            LOOK,
        ),
        Reason::AnchorMissing => advice(
            "The place on the page is missing",
            "The page is there, but the part after # names a place that it does not have.",
            "A page that is not built by script, and has nothing of that name.",
            "Link the page alone, or find the new name of the place.",
        ),
        Reason::MovedNote => advice(
            "The page says it has moved",
            "The page itself tells readers of a new address.",
            "A sentence on the page that names the new address.",
            "Check the new address, then put it into the list.",
        ),
        // blocked
        Reason::BotWallCloudflare => advice(
            "Robot check (Cloudflare)",
            "Cloudflare guards the site and lets only people in.",
            "The header or script by which Cloudflare marks its challenge.",
            BY_HAND,
        ),
        Reason::BotWallAkamai => advice(
            "Robot check (Akamai)",
            "Akamai guards the site and lets only people in.",
            "Akamai's own refusal page or challenge.",
            BY_HAND,
        ),
        Reason::BotWallImperva => advice(
            "Robot check (Imperva)",
            "Imperva guards the site and lets only people in.",
            "Imperva's own incident page or challenge script.",
            BY_HAND,
        ),
        Reason::BotWallDatadome => advice(
            "Robot check (DataDome)",
            "DataDome guards the site and lets only people in.",
            "DataDome's own challenge.",
            BY_HAND,
        ),
        Reason::BotWallHuman => advice(
            "Robot check (HUMAN)",
            "HUMAN guards the site and lets only people in.",
            "HUMAN's own press-and-hold challenge.",
            BY_HAND,
        ),
        Reason::BotWallAws => advice(
            "Robot check (AWS WAF)",
            "Amazon's firewall guards the site and lets only people in.",
            "The header by which the firewall marks its challenge.",
            BY_HAND,
        ),
        Reason::BotWallKasada => advice(
            "Robot check (Kasada)",
            "Kasada guards the site and lets only people in.",
            "Kasada's own challenge script.",
            BY_HAND,
        ),
        Reason::BotWallSucuri => advice(
            "Robot check (Sucuri)",
            "Sucuri's firewall guards the site and lets only people in.",
            "Sucuri's own refusal page or cookie script.",
            BY_HAND,
        ),
        Reason::BotWallWordfence => advice(
            "Robot check (Wordfence)",
            "Wordfence protects the site and lets only people in.",
            "Wordfence's own refusal page.",
            BY_HAND,
        ),
        Reason::BotWallF5 => advice(
            "Robot check (F5)",
            "F5's firewall guards the site and lets only people in.",
            "F5's own refusal page with its support number.",
            BY_HAND,
        ),
        Reason::BotWallDdosGuard => advice(
            "Robot check (DDoS-Guard)",
            "DDoS-Guard guards the site and lets only people in.",
            "DDoS-Guard's own challenge.",
            BY_HAND,
        ),
        Reason::BotWallVercel => advice(
            "Robot check (Vercel)",
            "Vercel's firewall guards the site and lets only people in.",
            "The header by which Vercel marks its challenge.",
            BY_HAND,
        ),
        Reason::BotWallAnubis => advice(
            "Robot check (Anubis)",
            "Anubis guards the site and makes browsers do a small calculation first.",
            "Anubis's own challenge page.",
            BY_HAND,
        ),
        Reason::BotWallGeneric => advice(
            "Robot check",
            "A page that tells people from robots guards the site.",
            "A captcha, a cookie script or wording about automated visits, and no other content.",
            BY_HAND,
        ),
        Reason::RateLimited => advice(
            "Too many requests",
            "The site says that it has had too many requests (429), or is out of service for a time it names (503), and asks for a \
             longer pause than a run can wait.",
            "The site's own answer, after waiting as long as the configuration allows.",
            "Lower the rate for this host in the configuration, or wait for the next run. What answers 503 for weeks is worth a \
             look by hand.",
        ),
        Reason::Http403 => advice(
            "Access refused",
            "The server refuses this program (403). Many sites do that to robots and show the page to people.",
            ONE_ANSWER,
            BY_HAND,
        ),
        Reason::Http999 => advice(
            "Access refused to robots",
            "The site answers with its own code for robots (999), as LinkedIn does.",
            ONE_ANSWER,
            BY_HAND,
        ),
        Reason::Http401 => advice(
            "Login required",
            "The page is behind a password (401).",
            ONE_ANSWER,
            "Fine if your readers have accounts; otherwise look for an open version.",
        ),
        Reason::Http407 => advice(
            "Proxy wants a login",
            "A proxy on the way asks for a password (407); the site itself was not reached.",
            ONE_ANSWER,
            "Check the proxy in the configuration.",
        ),
        Reason::Http428 => advice(
            "Server wants a conditional request",
            "The server answers only requests of a special kind (428).",
            ONE_ANSWER,
            BY_HAND,
        ),
        Reason::Http440 => advice(
            "Login session expired",
            "The server wants a fresh login (440).",
            ONE_ANSWER,
            "Fine if your readers have accounts; otherwise look for an open version.",
        ),
        Reason::Http496 => advice(
            "Client certificate required",
            "The server lets in only visitors with a certificate of their own (496).",
            ONE_ANSWER,
            "Fine if your readers have one; otherwise look for an open version.",
        ),
        Reason::Http498 => advice(
            "Access token expired",
            "The server calls the token in the address invalid or expired (498).",
            ONE_ANSWER,
            "Look for an address without a token.",
        ),
        Reason::LoginWall => advice(
            "Sent to a login page",
            "The site sends visitors to a login page.",
            "A redirect to a sign-in address, or a page with a password field and little else.",
            "Fine if your readers have accounts; otherwise look for an open version.",
        ),
        Reason::ConsentWall => advice(
            "Consent page in between",
            "The site shows a page on cookies or terms before it shows the resource.",
            "A consent page that names the address to go on to.",
            BY_HAND,
        ),
        Reason::AgeWall => advice(
            "Age check in between",
            "The site asks for the visitor's age before it shows the resource.",
            "An age check that names the address to go on to.",
            BY_HAND,
        ),
        Reason::Paywall402 => advice(
            "Payment required",
            "The server shows the page to paying readers only (402).",
            ONE_ANSWER,
            "Nothing to do, though a free version, if there is one, would serve more readers.",
        ),
        Reason::GeoOrLegal => advice(
            "Not shown in this country",
            "The site refuses visitors from where this run was made, by law or by choice.",
            "Status 451 or the wording of a regional refusal.",
            "Nothing to do if your readers are elsewhere; check once from where they are.",
        ),
        Reason::Modsec406 => advice(
            "Refused by a firewall rule",
            "The server's firewall refuses this program (406).",
            "The same refusal whatever kind of content is asked for.",
            BY_HAND,
        ),
        Reason::VantageDependent => advice(
            "Answers elsewhere, not here",
            "The page fails from this machine and answers through the second vantage point: it depends on who asks.",
            "Failing runs that would have been enough for a verdict, and a good answer through the second vantage point.",
            BY_HAND,
        ),
        // skipped
        Reason::RobotsDisallowed => advice(
            "robots.txt asks robots to stay away",
            "The site asks programs not to visit this address, and the request is respected.",
            "A rule in the site's robots.txt.",
            "Open the link by hand now and then; there is nothing else to do.",
        ),
        Reason::PrivateAddress => advice(
            "Private network address",
            "The address leads into a private network or to this machine, and is not visited, for safety.",
            "A special address, or a name that leads to one.",
            "If readers are meant to reach it, set allow_private_addresses; otherwise remove the link.",
        ),
        Reason::Excluded => advice(
            "Left out by a rule",
            "A comment in the list, a line of an ignore file or a rule of the configuration says not to check this link.",
            "The rule is named with each link.",
            "Nothing to do; remove the rule to have it checked.",
        ),
        Reason::Unchanged => advice(
            "Not part of the change",
            "Only the links that the list gained since another revision were checked, and this one is older.",
            "The revision of the list that `--only-changed` names has the link too.",
            "Nothing to do; a run without `--only-changed` checks it.",
        ),
        Reason::FileOutside => advice(
            "Leads out of the site's folder",
            "The link leads to a file outside the folder that is checked as a site, so it was not looked at.",
            "More `..` in the path than there are folders, or a symbolic link that leads out.",
            "Nothing to do where that is intended; otherwise correct the path, or give a root further up.",
        ),
        Reason::SchemeUnsupported => advice(
            "Not a web page",
            "The link is of a kind that cannot be visited over the web, such as a mail address.",
            NOT_GIVEN,
            NOTHING,
        ),
        Reason::BudgetSpent => advice(
            "Left out: limit of the run reached",
            "The run was at its limit before this link's turn came.",
            NOT_GIVEN,
            NOTHING,
        ),
        Reason::NotReached => advice(
            "Not visited: the run ended early",
            "The run was stopped before this link's turn came.",
            "No request was made.",
            "Run again: it continues where it stopped.",
        ),
        // unsure
        Reason::Http5xx => {
            advice("Server error", "The server failed to show the page; such trouble often passes.", ONE_RUN, WAIT)
        }
        Reason::Http52x => advice(
            "Server behind its network not reached",
            "The network in front of the site answered, but could not reach the site itself (52x).",
            ONE_RUN,
            WAIT,
        ),
        Reason::Http530 => advice(
            "Site not found by its own network",
            "The network in front of the site could not find the site itself (530).",
            ONE_RUN,
            WAIT,
        ),
        Reason::Cdn1xxx => advice(
            "Error of the network in front of the site",
            "The network in front of the site shows an error of its own. Where it finds no server by the site's name, the site is \
             reported as no longer hosted next time.",
            ONE_RUN,
            WAIT,
        ),
        Reason::Maintenance => advice(
            "Down for maintenance",
            "The site says that it is being worked on and will be back.",
            "The wording of a maintenance page.",
            WAIT,
        ),
        Reason::TimeoutConnect => {
            advice("No connection in time", "The server did not accept the connection in time.", ONE_RUN, WAIT)
        }
        Reason::TimeoutRead => advice(
            "No answer in time",
            "The server accepted the connection, but did not answer in time.",
            ONE_RUN,
            WAIT,
        ),
        Reason::TcpRefused => {
            advice("Connection refused", "Nothing answers at the server's address; it may be down.", ONE_RUN, WAIT)
        }
        Reason::TcpReset => {
            advice("Connection dropped", "The server broke the connection before it answered.", ONE_RUN, WAIT)
        }
        Reason::TcpUnreachable => {
            advice("Server cannot be reached from here", "This machine has no route to the server.", ONE_RUN, WAIT)
        }
        Reason::EmptyReply => {
            advice("Answered with nothing", "The server closed the connection without sending anything.", ONE_RUN, WAIT)
        }
        Reason::BadHttp => {
            advice("Garbled answer", "What the server sent is not HTTP, the protocol of the web.", ONE_RUN, WAIT)
        }
        Reason::DnsTimeout => {
            advice("Name lookup took too long", "The name servers of the site did not answer in time.", ONE_RUN, WAIT)
        }
        Reason::DnsServfail => {
            advice("Name lookup failed", "The name servers of the site have a fault.", ONE_RUN, WAIT)
        }
        Reason::DnsNoAddress => advice(
            "Name without an address",
            "The name of the site exists but leads to no server.",
            ONE_RUN,
            "Try the name with or without www. It is checked again in the next run.",
        ),
        Reason::TlsUnknownIssuer => advice(
            "Certificate chain incomplete",
            "The site does not send its whole certificate chain. Browsers often repair that by themselves.",
            "A certificate without a path to a trusted root.",
            BY_HAND,
        ),
        Reason::TlsProtocol => advice(
            "No common secure protocol",
            "The server speaks an outdated form of the secure protocol, or none, or its certificate was revoked.",
            ONE_RUN,
            WAIT,
        ),
        Reason::TlsNotYetValid => advice(
            "Security certificate not valid yet",
            "The certificate of the site begins in the future; the server's clock or this machine's may be wrong.",
            "The dates in the certificate itself.",
            "Check the clock of this machine. It is checked again in the next run.",
        ),
        Reason::Http408 => {
            advice("Server gave up waiting", "The server says that the request took too long (408).", ONE_RUN, WAIT)
        }
        Reason::Http421 => advice(
            "Answered by the wrong server",
            "The server says that it is not in charge of this site (421).",
            ONE_RUN,
            WAIT,
        ),
        Reason::Http425 => {
            advice("Server asks to try later", "The server was not ready for the request (425).", ONE_RUN, WAIT)
        }
        Reason::Http423 => {
            advice("Resource locked", "The server says that the resource is locked (423).", ONE_RUN, WAIT)
        }
        Reason::Http405 => advice(
            "Plain visits not allowed",
            "The server refuses the ordinary way of asking for a page (405).",
            ONE_RUN,
            BY_HAND,
        ),
        Reason::Http406 => advice(
            "No acceptable version",
            "The server has no version of the page that it wants to send (406).",
            NOT_GIVEN,
            BY_HAND,
        ),
        Reason::Http426 => advice(
            "Server wants another protocol",
            "The server answers only over another protocol (426).",
            ONE_RUN,
            WAIT,
        ),
        Reason::Http431 => advice(
            "Request too large for the server",
            "The server calls the request's headers too large (431).",
            ONE_RUN,
            WAIT,
        ),
        Reason::Http4xx => advice(
            "Refused with an unusual code",
            "The server refused with a code that says little about the page.",
            ONE_RUN,
            LOOK,
        ),
        Reason::Http3xxOdd => advice(
            "Unusual redirect answer",
            "The server answered with a redirect code that leads nowhere.",
            ONE_RUN,
            LOOK,
        ),
        Reason::JsShell => advice(
            "Page built by script",
            "What the server sends is an empty frame that a script fills in the browser; its content was not seen.",
            "Scripts and hardly a word of text.",
            BY_HAND,
        ),
        Reason::DecodeError => advice(
            "Unreadable content",
            "The page came in a compressed form that could not be unpacked.",
            ONE_RUN,
            WAIT,
        ),
        Reason::FramingError => {
            advice("Answer broken off", "The answer began well and ended before it was complete.", ONE_RUN, WAIT)
        }
        Reason::UnknownStatus => {
            advice("Unknown answer code", "The server answered with a code that no standard knows.", ONE_RUN, LOOK)
        }
        Reason::RobotsUnreachable => advice(
            "robots.txt could not be read",
            "The site's rules for programs could not be fetched, so the page was not requested this time.",
            "The site's robots.txt failed with a server error or gave no answer.",
            WAIT,
        ),
        Reason::HostUnreachable => advice(
            "The whole host does not answer",
            "The host failed for other links in this run, so this one was not tried again and again.",
            NOT_GIVEN,
            WAIT,
        ),
        Reason::HostIncident => advice(
            "The whole host is in trouble",
            "Most links of this host fail in the same way at once, or it could not serve one page after another: a fault of the host, not of the single link.",
            "At least three links of the host, and most of them, failing alike; or several answers of 503 in a row, after which the rest is not asked.",
            "Nothing to do for the single link; look at the host again in a few days.",
        ),
        Reason::NetworkUnhealthy => advice(
            "This machine's network had trouble",
            "So many hosts failed at once that the fault is most likely on this side.",
            "A large part of all hosts failing, or a login page of the local network.",
            "Check the connection and the clock of this machine, and run again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;

    #[test]
    fn every_reason_has_words_a_person_can_use() {
        for &reason in Reason::ALL {
            let Advice { title, means, takes, action } = of(reason);
            assert!(!title.ends_with('.') && (4..=48).contains(&title.chars().count()), "{reason}: {title}");
            assert!(
                title.starts_with(|c: char| c.is_uppercase()) || title.starts_with("robots.txt"),
                "{reason}: {title}"
            );
            for sentence in [means, takes, action] {
                assert!(
                    sentence.ends_with('.') && (10..=160).contains(&sentence.chars().count()),
                    "{reason}: {sentence}"
                );
                assert!(sentence.starts_with(|c: char| c.is_uppercase()), "{reason}: {sentence}");
            }
        }
    }

    #[test]
    fn titles_tell_reasons_apart() {
        let titles: std::collections::HashSet<_> = Reason::ALL.iter().map(|&reason| of(reason).title).collect();
        assert_eq!(titles.len(), Reason::ALL.len());
    }

    #[test]
    fn what_is_dead_is_never_waved_through() {
        for &reason in Reason::ALL {
            if reason.state() == State::Dead {
                assert!(![NOTHING, WAIT, BY_HAND].contains(&of(reason).action), "{reason}");
            }
        }
    }
}
