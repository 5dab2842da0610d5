//! The closed list of reasons: one stable kebab-case code for every verdict.
//!
//! A flat catalogue. Each row gives the variant, its code, the state it leads to, the strike class and the confidence it
//! carries when nothing else speaks for or against it; the facts of a single case may call for another class
//! (`Assessment::class`). The words a person reads stand in `report::advice`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::assessment::Confidence;
use super::state::State;

/// How many failing runs a reason needs before its verdict is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StrikeClass {
    /// Reported at once.
    S0,
    /// Two failing runs at least 20 hours apart.
    S2,
    /// Three failing runs spanning at least seven days.
    S3,
    /// Never becomes dead.
    N,
}

impl StrikeClass {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            StrikeClass::S0 => "S0",
            StrikeClass::S2 => "S2",
            StrikeClass::S3 => "S3",
            StrikeClass::N => "N",
        }
    }

    /// Reads a stable name back.
    pub fn parse(name: &str) -> Option<StrikeClass> {
        [StrikeClass::S0, StrikeClass::S2, StrikeClass::S3, StrikeClass::N]
            .into_iter()
            .find(|class| class.as_str() == name)
    }
}

macro_rules! reasons {
    ($($variant:ident $code:literal $state:ident $class:ident $confidence:ident;)+) => {
        /// Why a link got its state. Codes are an interface: they never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason {
            $(#[doc = concat!("`", $code, "`")] $variant,)+
        }

        impl Reason {
            /// Every reason there is, in the order of the catalogue.
            pub const ALL: &'static [Reason] = &[$(Reason::$variant,)+];

            /// The stable kebab-case code.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$variant => $code,)+ }
            }

            /// The state this reason leads to.
            pub const fn state(self) -> State {
                match self { $(Reason::$variant => State::$state,)+ }
            }

            /// How many failing runs it takes, unless the facts call for another class.
            pub const fn strike_class(self) -> StrikeClass {
                match self { $(Reason::$variant => StrikeClass::$class,)+ }
            }

            /// How sure the verdict is when nothing else speaks for or against it.
            pub const fn confidence(self) -> Confidence {
                match self { $(Reason::$variant => Confidence::$confidence,)+ }
            }
        }
    };
}

reasons! {
    // ok
    OkVerified "ok-verified" Ok N Certain;
    OkPlain "ok-plain" Ok N High;
    OkBinary "ok-binary" Ok N High;
    OkPaywalled "ok-paywalled" Ok N High;
    OkApi "ok-api" Ok N High;
    OkFile "ok-file" Ok N Certain;
    // moved
    MovedPermanent "moved-permanent" Moved N High;
    MovedScheme "moved-scheme" Moved N High;
    MovedHost "moved-host" Moved N High;
    MovedCanonical "moved-canonical" Moved N Medium;
    MovedStub "moved-stub" Moved N Medium;
    CrossDomainMove "cross-domain-move" Moved N Medium;
    // dead
    Http404 "http-404" Dead S0 High;
    Http410 "http-410" Dead S0 Certain;
    HostEmpty "host-empty" Dead S0 Certain;
    HostingTombstone "hosting-tombstone" Dead S0 High;
    DnsNxdomain "dns-nxdomain" Dead S0 High;
    RedirectDeadTarget "redirect-dead-target" Dead S0 High;
    DoiNotFound "doi-not-found" Dead S0 Certain;
    UrlInvalid "url-invalid" Dead S0 Certain;
    FileMissing "file-missing" Dead S0 Certain;
    ServerErrorPersistent "server-error-persistent" Dead S3 Medium;
    TimeoutPersistent "timeout-persistent" Dead S3 Medium;
    RefusedPersistent "refused-persistent" Dead S3 Medium;
    ServfailPersistent "servfail-persistent" Dead S3 Medium;
    TlsPersistent "tls-persistent" Dead S3 Medium;
    RedirectLoopPersistent "redirect-loop-persistent" Dead S3 Medium;
    // suspect
    Soft404Probe "soft-404-probe" Suspect S0 Certain;
    Soft404Text "soft-404-text" Suspect S0 Medium;
    Soft404Marker "soft-404-marker" Suspect S0 High;
    Soft404Sink "soft-404-sink" Suspect S0 High;
    RedirectToHome "redirect-to-home" Suspect S0 Medium;
    RedirectToAncestor "redirect-to-ancestor" Suspect S0 Medium;
    RedirectToSearch "redirect-to-search" Suspect S0 High;
    RedirectToErrorPage "redirect-to-error-page" Suspect S0 High;
    ParkedDomain "parked-domain" Suspect S0 High;
    DomainExpired "domain-expired" Suspect S0 High;
    DomainTakeover "domain-takeover" Suspect S0 Medium;
    ContentDrift "content-drift" Suspect S0 Medium;
    DefaultPage "default-page" Suspect S0 High;
    ComingSoon "coming-soon" Suspect S0 High;
    AccountSuspended "account-suspended" Suspect S0 High;
    ErrorText "error-text" Suspect S0 Medium;
    EmptyPage "empty-page" Suspect S0 Medium;
    Http204 "http-204" Suspect S0 Low;
    TypeMismatch "type-mismatch" Suspect S0 High;
    ScriptRedirectForeign "script-redirect-foreign" Suspect S0 High;
    VideoUnavailable "video-unavailable" Suspect S0 High;
    StorageAccessDenied "storage-access-denied" Suspect S0 Medium;
    TlsExpired "tls-expired" Suspect S2 High;
    TlsSelfSigned "tls-self-signed" Suspect S2 High;
    TlsWrongHost "tls-wrong-host" Suspect S2 High;
    Http400 "http-400" Suspect S0 Low;
    Http422 "http-422" Suspect S0 Low;
    RedirectLoop "redirect-loop" Suspect S0 Medium;
    RedirectNoLocation "redirect-no-location" Suspect S0 Medium;
    RedirectBadTarget "redirect-bad-target" Suspect S0 Medium;
    RedirectPrivate "redirect-private" Suspect S0 Medium;
    AnchorMissing "anchor-missing" Suspect S0 Medium;
    MovedNote "moved-note" Suspect S0 Medium;
    // blocked
    BotWallCloudflare "bot-wall-cloudflare" Blocked N Certain;
    BotWallAkamai "bot-wall-akamai" Blocked N High;
    BotWallImperva "bot-wall-imperva" Blocked N High;
    BotWallDatadome "bot-wall-datadome" Blocked N High;
    BotWallHuman "bot-wall-human" Blocked N High;
    BotWallAws "bot-wall-aws" Blocked N High;
    BotWallKasada "bot-wall-kasada" Blocked N High;
    BotWallSucuri "bot-wall-sucuri" Blocked N High;
    BotWallWordfence "bot-wall-wordfence" Blocked N High;
    BotWallF5 "bot-wall-f5" Blocked N High;
    BotWallDdosGuard "bot-wall-ddos-guard" Blocked N High;
    BotWallVercel "bot-wall-vercel" Blocked N Certain;
    BotWallAnubis "bot-wall-anubis" Blocked N Certain;
    BotWallGeneric "bot-wall-generic" Blocked N Medium;
    RateLimited "rate-limited" Blocked N High;
    Http403 "http-403" Blocked N Low;
    Http999 "http-999" Blocked N Certain;
    Http401 "http-401" Blocked N Certain;
    Http407 "http-407" Blocked N Certain;
    Http428 "http-428" Blocked N Certain;
    Http440 "http-440" Blocked N Certain;
    Http496 "http-496" Blocked N Certain;
    Http498 "http-498" Blocked N Certain;
    LoginWall "login-wall" Blocked N High;
    ConsentWall "consent-wall" Blocked N High;
    AgeWall "age-wall" Blocked N High;
    Paywall402 "paywall-402" Blocked N High;
    GeoOrLegal "geo-or-legal" Blocked N High;
    Modsec406 "modsec-406" Blocked N Medium;
    VantageDependent "vantage-dependent" Blocked N High;
    // skipped
    RobotsDisallowed "robots-disallowed" Skipped N Certain;
    PrivateAddress "private-address" Skipped N Certain;
    Excluded "excluded" Skipped N Certain;
    Unchanged "unchanged" Skipped N Certain;
    FileOutside "file-outside" Skipped N Certain;
    SchemeUnsupported "scheme-unsupported" Skipped N Certain;
    BudgetSpent "budget-spent" Skipped N Certain;
    NotReached "not-reached" Skipped N Certain;
    // unsure
    Http5xx "http-5xx" Unsure S3 Medium;
    Http52x "http-52x" Unsure S3 Medium;
    Http530 "http-530" Unsure S3 Medium;
    Cdn1xxx "cdn-1xxx" Unsure S3 Medium;
    Maintenance "maintenance" Unsure S3 Medium;
    TimeoutConnect "timeout-connect" Unsure S3 Medium;
    TimeoutRead "timeout-read" Unsure S3 Medium;
    TcpRefused "tcp-refused" Unsure S3 Medium;
    TcpReset "tcp-reset" Unsure S3 Medium;
    TcpUnreachable "tcp-unreachable" Unsure S3 Low;
    EmptyReply "empty-reply" Unsure S3 Medium;
    BadHttp "bad-http" Unsure S3 Medium;
    DnsTimeout "dns-timeout" Unsure S3 Medium;
    DnsServfail "dns-servfail" Unsure S3 Medium;
    DnsNoAddress "dns-no-address" Unsure S3 Medium;
    TlsUnknownIssuer "tls-unknown-issuer" Unsure N Medium;
    TlsProtocol "tls-protocol" Unsure S3 Medium;
    TlsNotYetValid "tls-not-yet-valid" Unsure S3 Medium;
    Http408 "http-408" Unsure S3 Medium;
    Http421 "http-421" Unsure S3 Medium;
    Http425 "http-425" Unsure S3 Medium;
    Http423 "http-423" Unsure S3 Medium;
    Http405 "http-405" Unsure S3 Medium;
    Http406 "http-406" Unsure S3 Medium;
    Http426 "http-426" Unsure S3 Medium;
    Http431 "http-431" Unsure S3 Medium;
    Http4xx "http-4xx" Unsure S3 Low;
    Http3xxOdd "http-3xx-odd" Unsure S3 Medium;
    JsShell "js-shell" Unsure N Medium;
    DecodeError "decode-error" Unsure S3 Medium;
    FramingError "framing-error" Unsure S3 Medium;
    UnknownStatus "unknown-status" Unsure S3 Low;
    RobotsUnreachable "robots-unreachable" Unsure S3 Low;
    HostUnreachable "host-unreachable" Unsure S3 Medium;
    HostIncident "host-incident" Unsure N Medium;
    NetworkUnhealthy "network-unhealthy" Unsure N Certain;
}

impl Reason {
    /// Reads a stable code back.
    pub fn parse(code: &str) -> Option<Reason> {
        Reason::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Reason::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown reason code `{code}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_kebab_case_and_read_back() {
        let mut seen = HashSet::new();
        for &reason in Reason::ALL {
            let code = reason.code();
            assert!(seen.insert(code), "`{code}` stands twice in the catalogue");
            assert!(
                code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "`{code}` is not kebab-case"
            );
            assert_eq!(Reason::parse(code), Some(reason));
        }
    }

    #[test]
    fn no_wall_can_ever_strike() {
        for &reason in Reason::ALL {
            if reason.state() == State::Blocked {
                assert_eq!(reason.strike_class(), StrikeClass::N, "{reason}");
            }
        }
    }
}
