//! Cells, and what is drawn with signs.

use super::*;

#[test]
fn tables_json_and_plain_lists() {
    let new = "https://new.example/guide_(2)?x=1&y=2";
    let before = "Title;Address;Note\r\n\"Guide; good\";http://old.example/guide;\"a \"\"b\"\"\"\r\nGone;\"http://gone.example/page\";x\r\n";
    let wanted = before.replace("http://old.example/guide", new).replace("http://gone.example/page", COPY);
    assert_eq!(after("list.csv", before), wanted);
    let before = "{\"items\": [{\"title\": \"Guide\", \"url\": \"http:\\/\\/old.example\\/guide\"},\n {\"title\": \"Gone\",  \"url\": \"http://gone.example/page\"}]}\n";
    let wanted = before
        .replace("http:\\/\\/old.example\\/guide", &new.replace('/', "\\/"))
        .replace("http://gone.example/page", COPY);
    assert_eq!(after("list.json", before), wanted);
    let before = "# old: http://old.example/guide\nhttp://old.example/guide # good\n\nGone: http://gone.example/page.\nhttp://plain.example/a#part\n";
    let wanted = before
        .replace("\nhttp://old.example/guide", &format!("\n{new}"))
        .replace("http://gone.example/page", COPY)
        .replace("http://plain", "https://plain");
    assert_eq!(after("list.txt", before), wanted);
}

#[test]
fn cells_of_several_addresses_stay_cells() {
    let records = [
        records(),
        vec![
            moved("http://comma.example/a", "https://comma.example/a,b"),
            moved("http://bar.example/a", "https://bar.example/a?b=1,2"),
        ],
    ]
    .concat();
    let fixed = |text: &str| {
        let document =
            Document { name: "list.csv", bytes: text.as_bytes(), content_type: None, base: None, site: None };
        fix(&document, &Wishes::of(&records, &ALL), &mut |_| true).expect("it can be repaired")
    };
    let before = "title,url,note\n\"E\",\"http://plain.example/a#part; http://comma.example/a\",n\n\
        F,http://well.example/; http://bar.example/a,n\nG,http://comma.example/a,n\n";
    let wanted = before
        .replace("http://plain", "https://plain")
        .replace("G,http://comma.example/a", "G,\"https://comma.example/a,b\"")
        .replace("http://comma.example/a\"", "https://comma.example/a,b\"")
        .replace("http://bar.example/a", "https://bar.example/a?b=1%2C2");
    let result = fixed(before);
    assert_eq!((result.after, result.left), (wanted, Vec::new()));
    // That another row has the new address says nothing about this one.
    let before = "title,url,note\nE,http://well.example/;http://comma.example/a,n\nF,\"https://comma.example/a,b\",n\n";
    let result = fixed(before);
    assert_eq!((result.after.as_str(), result.left.len()), (before, 1));
}

#[test]
fn drawn_tables_keep_their_columns() {
    let copy_in_cell = format!("`Gone <{COPY}>`__");
    let line = "-".repeat(copy_in_cell.len() + 2);
    let width = copy_in_cell.len() + 1;
    let row = |cell: &str, note: &str| format!("| {cell:<width$}| {note:<7}|\n");
    let grid = |cell: &str| {
        format!(
            "+{line}+--------+\n{}{}+{line}+--------+\n",
            row(cell, "`a`"),
            row("http://plain.example/a#part", "two")
        )
    };
    let border = format!("{}  =====\n", "=".repeat(width));
    let simple = |cell: &str| {
        format!(
            "{border}{:<width$}  Notes\n{border}{cell:<width$}  one\n{:<width$}  two\n{border}",
            "Name", "http://secure.example/x"
        )
    };
    let before = format!(
        "List\n====\n\n{}\n{}",
        grid("`Gone <http://gone.example/page>`__"),
        simple("http://gone.example/page")
    );
    let wanted = format!("List\n====\n\n{}\n{}", grid(&copy_in_cell), simple(COPY))
        .replace("http://plain.example/a#part ", "https://plain.example/a#part")
        .replace("http://secure.example/x ", "https://secure.example/x");
    assert_eq!(after("list.rst", &before), wanted);
    // A last column may grow, and what fits nowhere is left to a person.
    let before = "List\n====\n\n========================  =======================\nAddress                   Again\n========================  =======================\n\
        http://gone.example/page  http://secure.example/x\nhttp://well.example/      http://gone.example/page\n========================  =======================\n";
    let result = fixed("list.rst", before.as_bytes());
    let wanted = before.replace("http://secure", "https://secure");
    let wanted =
        wanted.replace("   http://gone.example/page", &format!("   http://gone.example/page (`archived <{COPY}>`__)"));
    assert_eq!(result.after, wanted);
    let left: Vec<_> = result.left.iter().map(|left| (left.line, left.because)).collect();
    assert_eq!(left, [(7, "its table has no room for it")]);
}
