//! Templates that are none: the words and functions a wiki makes text of an address from.

/// Bytes of a name that are looked at.
const MAX_NAME: usize = 64;

/// What the wiki knows of itself, the page and the day. Names in capitals that it does not know are templates (`ISBN`).
const VARIABLES: &[&str] = &[
    "ARTICLEPAGENAME",
    "ARTICLEPAGENAMEE",
    "ARTICLESPACE",
    "ARTICLESPACEE",
    "BASEPAGENAME",
    "BASEPAGENAMEE",
    "CONTENTLANG",
    "CONTENTLANGUAGE",
    "DIRMARK",
    "DIRECTIONMARK",
    "FULLPAGENAME",
    "FULLPAGENAMEE",
    "NAMESPACE",
    "NAMESPACEE",
    "NAMESPACENUMBER",
    "PAGEID",
    "PAGELANGUAGE",
    "PAGENAME",
    "PAGENAMEE",
    "ROOTPAGENAME",
    "ROOTPAGENAMEE",
    "SCRIPTPATH",
    "SERVER",
    "SERVERNAME",
    "SITENAME",
    "STYLEPATH",
    "SUBJECTPAGENAME",
    "SUBJECTPAGENAMEE",
    "SUBJECTSPACE",
    "SUBJECTSPACEE",
    "SUBPAGENAME",
    "SUBPAGENAMEE",
    "TALKPAGENAME",
    "TALKPAGENAMEE",
    "TALKSPACE",
    "TALKSPACEE",
];

/// Beginnings of variables that come in many kinds, with what may follow.
const FAMILIES: &[(&str, &[&str])] = &[
    ("CURRENT", TIMES),
    ("LOCAL", TIMES),
    ("REVISION", &["ID", "DAY", "DAY2", "MONTH", "MONTH1", "YEAR", "TIMESTAMP", "USER", "SIZE"]),
    ("NUMBEROF", &["ACTIVEUSERS", "ADMINS", "ARTICLES", "EDITS", "FILES", "PAGES", "USERS"]),
];

const TIMES: &[&str] = &[
    "DAY",
    "DAY2",
    "DAYNAME",
    "DOW",
    "HOUR",
    "MONTH",
    "MONTH1",
    "MONTH2",
    "MONTHABBREV",
    "MONTHNAME",
    "MONTHNAMEGEN",
    "TIME",
    "TIMESTAMP",
    "VERSION",
    "WEEK",
    "YEAR",
];

/// Functions, without the colon behind them. Others give no text of an address: `#tag`, `DEFAULTSORT`, and whatever
/// stands in a name space (`User:`).
const FUNCTIONS: &[&str] = &[
    "#explode",
    "#expr",
    "#if",
    "#ifeq",
    "#iferror",
    "#ifexist",
    "#ifexpr",
    "#invoke",
    "#language",
    "#len",
    "#pos",
    "#property",
    "#rel2abs",
    "#replace",
    "#rpos",
    "#statements",
    "#sub",
    "#switch",
    "#time",
    "#timel",
    "#titleparts",
    "#urldecode",
    "#urlencode",
    "#var",
    "anchorencode",
    "canonicalurl",
    "canonicalurle",
    "filepath",
    "formatnum",
    "fullurl",
    "fullurle",
    "gender",
    "grammar",
    "int",
    "lc",
    "lcfirst",
    "localurl",
    "localurle",
    "ns",
    "nse",
    "padleft",
    "padright",
    "plural",
    "uc",
    "ucfirst",
    "urlencode",
];

/// Whether what begins with two braces is a parameter, a variable (`PAGENAME`) or a function (`urlencode:`).
pub(super) fn is_computed(inside: &str) -> bool {
    // Many may stand in one line, and none of them end.
    let mut near = inside.len().min(MAX_NAME);
    while !inside.is_char_boundary(near) {
        near -= 1;
    }
    let inside = inside[..near].trim_start();
    let end = inside.find(['|', '}', '\n', ':']).unwrap_or(inside.len());
    let (name, rest) = (inside[..end].trim_end(), &inside[end..]);
    let is_function = || FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function));
    let is_variable = || {
        let kind =
            |&(family, kinds): &(&str, &[&str])| name.strip_prefix(family).is_some_and(|kind| kinds.contains(&kind));
        VARIABLES.contains(&name) || FAMILIES.iter().any(kind)
    };
    name.starts_with('{') || is_variable() || rest.starts_with(':') && is_function()
}
