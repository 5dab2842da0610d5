use super::{html, line, lines, markdown};

#[test]
fn worked_examples_of_html() {
    let one = |text: &str| line(html(text).first().expect("a link"));
    assert_eq!(
        one(
            r#"<li><a href="https://www.ituc-csi.org/grights">Global Rights Index</a> Ranks countries by labour rights.</li>"#
        ),
        "Global Rights Index | Ranks countries by labour rights."
    );
    let glued = html(r#"<li><a href="/upr">Self-study kit</a>-For first-time readers.</li>"#);
    assert_eq!(glued[0].url().expect("valid").as_str(), "https://lists.example.org/upr");
    assert_eq!(lines(&glued), ["Self-study kit | For first-time readers."]);
    assert_eq!(
        one(r#"<li><b>Local Ombuds Offices</b>: a survey. <a href="s.pdf">Download PDF</a> (2 MB)</li>"#),
        "Local Ombuds Offices | a survey. (2 MB)"
    );
    assert_eq!(
        lines(&html(
            r#"<li>Water Survey (<a href="o">Short edition</a>) (<a href="u">Court edition</a>) - Submitted in May.</li>"#
        )),
        ["Water Survey | Submitted in May.", "Water Survey | Submitted in May."]
    );
    assert_eq!(
        lines(&html(
            r#"<div class="card"><h3>Know Your Council</h3><p>A primer.</p><a href="/kyc">Read more</a></div>"#
        )),
        ["Know Your Council | A primer."]
    );
    assert_eq!(one(r#"<p>We follow the <a href="/principles">principles</a> of 2017.</p>"#), "principles | -");
}

#[test]
fn worked_examples_of_markdown() {
    assert_eq!(
        lines(&markdown("- [Atlas of Rights](https://atlas.example.net), Harbour University (2020)")),
        ["Atlas of Rights | Harbour University (2020)"]
    );
    assert_eq!(
        lines(&markdown("- The [Shadow Report Manual](https://m.example.net) shows every step.")),
        ["Shadow Report Manual | The Shadow Report Manual shows every step."]
    );
    assert_eq!(
        lines(&markdown("- [Rights Map](https://r.example.net) - Built on [OpenData](https://o.example.net) files.")),
        ["Rights Map | Built on OpenData files.", "OpenData | - ^ Rights Map"]
    );
    let table =
        "| Name | Format | Notes |\n|---|---|---|\n| [Rights Radio](https://rr.example.net) | audio | Weekly. |\n";
    assert_eq!(lines(&markdown(table)), ["Rights Radio | Weekly."]);
    let table = "| Name | Format |\n|---|---|\n| [Rights Radio](https://rr.example.net) | audio |\n";
    assert_eq!(lines(&markdown(table)), ["Rights Radio | audio"]);
}
