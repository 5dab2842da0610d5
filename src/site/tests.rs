use super::*;
use tempfile::TempDir;

/// A folder with these files in it.
fn site(files: &[(&str, &str)]) -> (TempDir, Site) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join("site").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, content).expect("written");
    }
    let site = Site::open(&folder.path().join("site")).expect("a site");
    (folder, site)
}

fn check(site: &Site, address: &str) -> Verdict {
    let url = Url::parse("file:///").and_then(|root| root.join(address)).expect("an address");
    let fragments: Vec<String> = url.fragment().map(str::to_owned).into_iter().collect();
    site.check(&url, &fragments)
}

#[test]
fn addresses_mean_what_a_server_would_show() {
    let (_folder, site) = site(&[
        ("index.html", ""),
        ("guide/README.md", ""),
        ("pretty.html", ""),
        ("source.md", ""),
        ("a b/ü.md", ""),
        ("empty/deep/x.txt", ""),
    ]);
    for address in [
        "/",
        "/index.html",
        "/guide",
        "/guide/",
        "/guide/index.html",
        "/pretty",
        "/pretty/",
        "/source",
        "/source.html",
        "/a%20b/%C3%BC.md",
        "/empty/",
        "/empty/deep/x.txt?query=1",
    ] {
        assert_eq!(check(&site, address).whole.reason, Reason::OkFile, "{address}");
    }
    for address in ["/index.html/", "/guide/none", "/pretty.htm", "/a%2Fb", "/x%00y", "/empty%2Fdeep/x.txt"] {
        assert_eq!(check(&site, address).whole.reason, Reason::FileMissing, "{address}");
    }
}

#[test]
fn a_missing_file_names_the_one_that_was_meant() {
    let (_folder, site) = site(&[("docs/Install.md", ""), ("docs/usage.md", "")]);
    let evidence = check(&site, "/docs/instal.md").whole.evidence;
    assert_eq!(evidence, "there is no file docs/instal.md; did you mean docs/Install.md?");
    assert_eq!(check(&site, "/other/thing.md").whole.evidence, "there is no file other/thing.md");
    let evidence = check(&site, "/docs%2Fusage.md").whole.evidence;
    assert_eq!(evidence, "there is no file docs%2Fusage.md; did you mean docs/usage.md?");
}

#[test]
fn a_folder_in_the_wrong_case_is_named_as_it_is_written() {
    let (_folder, site) = site(&[("docs/setup/Install.md", ""), ("other.md", "")]);
    for (address, near) in [
        ("/Docs/Setup/install.md", "docs/setup/Install.md"),
        ("/docs/Setup/Install.md", "docs/setup/Install.md"),
        ("/Docs/", "docs"),
    ] {
        let evidence = check(&site, address).whole.evidence;
        assert!(evidence.ends_with(&format!("; did you mean {near}?")), "{evidence}");
    }
    let evidence = check(&site, "/elsewhere/Install.md").whole.evidence;
    assert_eq!(evidence, "there is no file elsewhere/Install.md");
}

#[test]
fn places_are_looked_for_in_the_file_that_is_shown() {
    let (_folder, site) = site(&[("a.md", "# One thing\n"), ("b.html", "<p id=Two>"), ("c.txt", "three")]);
    let place = |address: &str| {
        let verdict = check(&site, address);
        let (_, place) = verdict.places.into_iter().next().expect("a place");
        (place.reason, place.anchor)
    };
    assert_eq!(place("/a#one-thing"), (Reason::OkFile, Some(Anchor::Found)));
    assert_eq!(place("/b.html#Two"), (Reason::OkFile, Some(Anchor::Found)));
    assert_eq!(place("/b.html#two"), (Reason::AnchorMissing, Some(Anchor::Missing)));
    assert_eq!(place("/c.txt#three"), (Reason::OkFile, Some(Anchor::Unverifiable)));
    assert_eq!(place("/d.md#x"), (Reason::FileMissing, None));
    let verdict = check(&site, "/a.md#one-thin");
    assert!(verdict.places[0].1.evidence.ends_with("nothing in it is called #one-thin; did you mean #one-thing?"));
    assert_eq!(verdict.whole.reason, Reason::OkFile);
}

#[cfg(unix)]
#[test]
fn nothing_beyond_the_root_is_looked_at() {
    let (folder, site) = site(&[("a.md", "")]);
    fs::write(folder.path().join("secret.md"), "# Secret\n").expect("written");
    let link =
        |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join("site").join(name)).expect("linked");
    link("../secret.md", "out.md");
    link("..", "up");
    link("a.md", "in.md");
    link("loop", "loop");
    assert_eq!(check(&site, "/out.md#secret").places[0].1.reason, Reason::FileOutside);
    assert_eq!(check(&site, "/up/secret.md").whole.reason, Reason::FileOutside);
    assert_eq!(check(&site, "/in.md").whole.reason, Reason::OkFile);
    assert_eq!(check(&site, "/loop").whole.reason, Reason::FileMissing);
    assert!(site.address(&folder.path().join("secret.md")).is_none());
    let address = site.address(&folder.path().join("site/a.md")).expect("in the site");
    assert_eq!(address.as_str(), "file:///a.md");
}

#[test]
fn ways_to_write_one_file_have_one_stem() {
    for path in ["/guide/start", "/guide/start/", "/guide/start.html", "guide/start.md", "/guide/st%61rt/index.html"] {
        assert_eq!(Site::stem(path), "guide/start", "{path}");
    }
    assert_eq!(Site::stem("/README.md"), "");
    assert_eq!(Site::stem("/"), "");
    assert_eq!(Site::stem("/logo.png"), "logo.png");
}
