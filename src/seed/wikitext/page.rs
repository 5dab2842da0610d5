//! Addresses of wiki pages: titles, name spaces, prefixes of other wikis.

use url::Url;

use crate::model::wiki::encoded_title;

/// Prefixes of other wikis and where their pages are.
const WIKIS: &[(&str, &str)] = &[
    ("wikipedia", "https://en.wikipedia.org/wiki/"),
    ("w", "https://en.wikipedia.org/wiki/"),
    ("commons", "https://commons.wikimedia.org/wiki/"),
    ("c", "https://commons.wikimedia.org/wiki/"),
    ("wikt", "https://en.wiktionary.org/wiki/"),
    ("wiktionary", "https://en.wiktionary.org/wiki/"),
    ("meta", "https://meta.wikimedia.org/wiki/"),
    ("m", "https://meta.wikimedia.org/wiki/"),
    ("wikisource", "https://en.wikisource.org/wiki/"),
    ("wikiquote", "https://en.wikiquote.org/wiki/"),
    ("wikibooks", "https://en.wikibooks.org/wiki/"),
    ("wikinews", "https://en.wikinews.org/wiki/"),
    ("wikiversity", "https://en.wikiversity.org/wiki/"),
    ("wikidata", "https://www.wikidata.org/wiki/"),
    ("d", "https://www.wikidata.org/wiki/"),
    ("mediawikiwiki", "https://www.mediawiki.org/wiki/"),
    ("mw", "https://www.mediawiki.org/wiki/"),
];

/// Codes of languages that link to the same page in another language.
const LANGUAGES: &str = "aa ab ace af ak als am an ang ar arc ary arz as ast av ay az azb ba ban bar bcl be be-tarask bg bh bi \
    bm bn bo bpy br bs bug bxr ca cbk-zam cdo ce ceb ch chr chy ckb co cr crh cs csb cu cv cy da de din diq dsb dty dv \
    dz ee el eml en eo es et eu ext fa ff fi fiu-vro fj fo fr frp frr fur fy ga gag gan gd gl glk gn gom gor got gu gv \
    ha hak haw he hi hif hr hsb ht hu hy ia id ie ig ik ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kg ki kk kl \
    km kn ko koi krc ks ksh ku kv kw ky la lad lb lbe lez lfn lg li lij lmo ln lo lrc lt ltg lv mai map-bms mdf mg mhr \
    mi min mk ml mn mr mrj ms mt mwl my myv mzn na nah nap nds nds-nl ne new nl nn no nov nrm nso nv ny oc olo om or os \
    pa pag pam pap pcd pdc pfl pi pih pl pms pnb pnt ps pt qu rm rmy rn ro roa-rup roa-tara ru rue rw sa sah sat sc scn \
    sco sd se sg sh shn si simple sk sl sm sn so sq sr srn ss st stq su sv sw szl ta tcy te tet tg th ti tk tl tn to tpi \
    tr ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo wa war wo wuu xal xh xmf yi yo za zea zh zh-classical \
    zh-min-nan zh-yue zu";

/// What a target in double brackets is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page, and its address where the wiki's own is known.
    Page(Option<String>),
    /// A file shown in its place.
    File,
    /// Nothing that is shown: a category or another language.
    Hidden,
    /// Text without a link.
    Text,
}

/// Reads the target of `[[target]]` on the page at `base`.
pub(super) fn target(written: &str, base: Option<&Url>) -> Target {
    let trimmed = written.trim();
    let (colon, name) = match trimmed.strip_prefix(':') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, trimmed),
    };
    if name.is_empty() || name.starts_with('#') {
        return Target::Text;
    }
    if let Some((prefix, rest)) = name.split_once(':') {
        let prefix = prefix.trim().to_lowercase().replace('_', " ");
        if !colon {
            match prefix.as_str() {
                "file" | "image" => return Target::File,
                "category" => return Target::Hidden,
                "media" => return Target::Text,
                _ if is_language(&prefix) => return Target::Hidden,
                _ => {}
            }
        }
        if matches!(prefix.as_str(), "category" | "special" | "user" | "talk" | "help" | "template" | "media")
            || prefix.ends_with(" talk")
            || is_language(&prefix)
        {
            return Target::Text;
        }
        if let Some(address) = on_other_wiki(&prefix, rest) {
            return Target::Page(Some(address));
        }
    }
    Target::Page(base.map(|base| on_this_wiki(name, base)))
}

fn is_language(prefix: &str) -> bool {
    LANGUAGES.split_whitespace().any(|code| code == prefix)
}

fn on_other_wiki(prefix: &str, rest: &str) -> Option<String> {
    let (_, root) = WIKIS.iter().find(|(name, _)| *name == prefix)?;
    let rest = rest.trim().trim_start_matches(':');
    // `w:de:Page` is the page of that language.
    if let Some((language, page)) = rest.split_once(':')
        && is_language(language)
        && root.contains("//en.")
    {
        return Some(format!("{}{}", root.replacen("//en.", &format!("//{language}."), 1), encoded_title(page)));
    }
    Some(format!("{root}{}", encoded_title(rest)))
}

/// The address of a page in the pattern of the wiki's own.
fn on_this_wiki(name: &str, base: &Url) -> String {
    let name = match name.strip_prefix('/') {
        // A subpage of the page itself.
        Some(sub) => format!("{}/{}", own_title(base), sub.trim_end_matches('/')),
        None => above(name, base).unwrap_or_else(|| name.to_owned()),
    };
    let title = encoded_title(&name);
    let mut root = base.clone();
    root.set_fragment(None);
    root.set_query(None);
    if base.query_pairs().any(|(parameter, _)| parameter == "title") || base.path().ends_with("index.php") {
        let (page, fragment) = title.split_once('#').map_or((title.as_str(), None), |(page, part)| (page, Some(part)));
        let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        return format!("{root}?title={page}{fragment}");
    }
    let root = root.as_str();
    let end = ["/wiki/", "/index.php/"].iter().find_map(|mark| root.find(mark).map(|at| at + mark.len()));
    let end = end.or_else(|| root.rfind('/').map(|at| at + 1)).unwrap_or(root.len());
    format!("{}{title}", &root[..end])
}

/// What `../` leads to from a subpage: the page above it, or another one below that; nothing where none is above.
fn above(name: &str, base: &Url) -> Option<String> {
    let mut title = own_title(base);
    let mut rest = name;
    while let Some(further) = rest.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with(['/', '#'])) {
        title.truncate(title.rfind('/')?);
        rest = further.strip_prefix('/').unwrap_or(further);
    }
    let parted = if rest.is_empty() || rest.starts_with('#') { "" } else { "/" };
    (rest != name).then(|| format!("{title}{parted}{}", rest.trim_end_matches('/')))
}

/// The title of the page at an address.
fn own_title(base: &Url) -> String {
    let in_query = base.query_pairs().find(|(name, _)| name == "title").map(|(_, title)| title.into_owned());
    in_query.unwrap_or_else(|| {
        let path = base.path();
        let path =
            path.split_once("/wiki/").or_else(|| path.split_once("/index.php/")).map_or(path, |(_, title)| title);
        percent_encoding::percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy().into_owned()
    })
}

/// The text of `[[Page (kind)|]]`: the page without name space and bracket.
pub(super) fn pipe_trick(page: &str) -> &str {
    let page = page.trim().trim_start_matches(':');
    let page = page.split_once(':').map_or(page, |(_, rest)| rest);
    let page = page.split_once(" (").map_or(page, |(name, _)| name);
    page.split_once(", ").map_or(page, |(name, _)| name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str, base: &str) -> Target {
        target(name, Some(&Url::parse(base).expect("a base")))
    }

    #[test]
    fn pages_follow_the_pattern_of_the_base() {
        let at = |text: &str| Target::Page(Some(text.to_owned()));
        let old = "https://w.example.org/index.php?title=Home&printable=yes";
        assert_eq!(page("some page#Part", old), at("https://w.example.org/index.php?title=Some_page#Part"));
        assert_eq!(page("Q&A", old), at("https://w.example.org/index.php?title=Q%26A"));
        assert_eq!(page("été", "https://w.example.org/wiki/Home"), at("https://w.example.org/wiki/%C3%89t%C3%A9"));
        assert_eq!(page("/Sub", "https://w.example.org/wiki/Home"), at("https://w.example.org/wiki/Home/Sub"));
        let sub = "https://w.example.org/wiki/Res/Sub/Deep";
        assert_eq!(page("../Up", sub), at("https://w.example.org/wiki/Res/Sub/Up"));
        assert_eq!(page("../../Up/", sub), at("https://w.example.org/wiki/Res/Up"));
        assert_eq!(page("../", sub), at("https://w.example.org/wiki/Res/Sub"));
        assert_eq!(page("..#Part", sub), at("https://w.example.org/wiki/Res/Sub#Part"));
        assert_eq!(page("..more", sub), at("https://w.example.org/wiki/..more"));
        assert_eq!(page("w:Ombudsman", old), at("https://en.wikipedia.org/wiki/Ombudsman"));
        assert_eq!(page("w:de:Rat", old), at("https://de.wikipedia.org/wiki/Rat"));
    }

    #[test]
    fn name_spaces_decide() {
        let base = "https://w.example.org/wiki/Home";
        assert_eq!(page("File:X.jpg", base), Target::File);
        assert_eq!(page(":File:X.jpg", base), Target::Page(Some("https://w.example.org/wiki/File:X.jpg".to_owned())));
        assert_eq!(page("Category:X", base), Target::Hidden);
        assert_eq!(page("de:X", base), Target::Hidden);
        assert_eq!(page(":Category:X", base), Target::Text);
        assert_eq!(page("User talk:X", base), Target::Text);
        assert_eq!(page("#Part", base), Target::Text);
    }
}
