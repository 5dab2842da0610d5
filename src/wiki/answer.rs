//! What a wiki answers, in each of its generations.
//!
//! Until 1.24 texts stand under `*`, pages under their numbers, and what is left out is told by `query-continue`. Since
//! 1.25 pages are a list and texts have a name, since 1.32 they lie in slots. All three are read alike.

use serde_json::{Map, Value};

/// What a wiki says to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The pages asked for.
    pub pages: Vec<Page>,
    /// Titles the wiki put in place of others: spelled its way, or where a redirect leads.
    pub renamed: Vec<(String, String)>,
    /// Titles and name spaces found: subpages, members, links.
    pub found: Vec<(String, i64)>,
    /// What to add to the question to get the rest.
    pub more: Vec<(String, String)>,
    /// What the wiki says about itself.
    pub site: Option<Site>,
}

/// A page of a wiki.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its title, words between spaces.
    pub title: String,
    /// The number of its name space.
    pub namespace: i64,
    /// Its text; `None` when there is no such page, or it is left out here.
    pub text: Option<Text>,
    /// Whether the wiki says that nobody has written it.
    pub missing: bool,
}

/// A page as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The wikitext.
    pub content: String,
    /// The number of the revision.
    pub revision: Option<u64>,
}

/// What a wiki says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Name and version of its software.
    pub generator: String,
    /// The pattern of its pages' addresses: `/wiki/$1`.
    pub pattern: String,
}

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The wiki wants to be asked later: it lags behind, or was asked too much.
    Later(String),
    /// The wiki refuses, and says why.
    Refused(String),
    /// Whatever answered, it is no such interface.
    Foreign,
}

/// Words by which a wiki asks for patience.
const PATIENCE: &[&str] = &["maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"];

/// Reads what `api.php` answered.
///
/// # Errors
/// When it is no answer.
pub fn read(body: &[u8]) -> Result<Answer, Trouble> {
    let Ok(Value::Object(top)) = serde_json::from_slice::<Value>(body) else { return Err(Trouble::Foreign) };
    if let Some(error) = top.get("error") {
        let code = error["code"].as_str().unwrap_or("error");
        let info = error["info"].as_str().unwrap_or(code).chars().take(200).collect();
        let later = PATIENCE.contains(&code);
        return Err(if later { Trouble::Later(info) } else { Trouble::Refused(info) });
    }
    let nothing = Map::new();
    let query = match top.get("query") {
        Some(Value::Object(query)) => query,
        // A list without entries is left out by old wikis, or is `[]`.
        _ if top.contains_key("batchcomplete") || top.contains_key("warnings") || is_empty_list(&top) => &nothing,
        _ => return Err(Trouble::Foreign),
    };
    let mut answer = Answer { more: more(&top), site: query.get("general").map(site), ..Answer::default() };
    for list in ["normalized", "redirects", "converted"] {
        for entry in entries(query.get(list)) {
            if let (Some(from), Some(to)) = (entry["from"].as_str(), entry["to"].as_str()) {
                answer.renamed.push((from.to_owned(), to.to_owned()));
            }
        }
    }
    for list in ["allpages", "categorymembers"] {
        answer.found.extend(entries(query.get(list)).filter_map(titled));
    }
    for page in entries(query.get("pages")) {
        answer.found.extend(entries(page.get("links")).filter_map(titled));
        if let Some((title, namespace)) = titled(page) {
            // `""` in older generations, `true` in newer ones.
            let missing = page.get("missing").is_some_and(|missing| *missing != Value::Bool(false));
            let text = entries(page.get("revisions")).find_map(text);
            answer.pages.push(Page { title, namespace, text, missing });
        }
    }
    Ok(answer)
}

/// Reads what `rest.php` answered about a page.
pub fn read_rest(body: &[u8]) -> Option<Page> {
    let page: Value = serde_json::from_slice(body).ok()?;
    if !matches!(page["content_model"].as_str(), None | Some("wikitext")) {
        return None;
    }
    let text = Text { content: page["source"].as_str()?.to_owned(), revision: page["latest"]["id"].as_u64() };
    Some(Page { title: page["title"].as_str()?.to_owned(), namespace: 0, text: Some(text), missing: false })
}

fn is_empty_list(top: &Map<String, Value>) -> bool {
    top.is_empty() || matches!(top.get("query"), Some(Value::Array(list)) if list.is_empty())
}

/// The entries of a list, or of a table whose keys are numbers.
fn entries(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    let table = value.and_then(Value::as_object).into_iter().flat_map(Map::values);
    list.chain(table)
}

fn titled(entry: &Value) -> Option<(String, i64)> {
    Some((entry["title"].as_str()?.to_owned(), entry["ns"].as_i64().unwrap_or(0)))
}

fn text(revision: &Value) -> Option<Text> {
    let slot = &revision["slots"]["main"];
    let holder = if slot.is_object() { slot } else { revision };
    let model = holder["contentmodel"].as_str().unwrap_or("wikitext");
    let content = holder["content"].as_str().or_else(|| holder["*"].as_str())?;
    (model == "wikitext").then(|| Text { content: content.to_owned(), revision: revision["revid"].as_u64() })
}

fn site(general: &Value) -> Site {
    let word = |key: &str| general[key].as_str().unwrap_or_default().to_owned();
    Site { generator: word("generator"), pattern: word("articlepath") }
}

/// What continues a question: `continue` since 1.21, `query-continue` before, there by module.
fn more(top: &Map<String, Value>) -> Vec<(String, String)> {
    let pairs = |table: &Map<String, Value>| -> Vec<(String, String)> {
        let word = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        table.iter().filter_map(|(name, value)| Some((name.clone(), word(value)?))).collect()
    };
    if let Some(table) = top.get("continue").and_then(Value::as_object) {
        return pairs(table);
    }
    entries(top.get("query-continue")).filter_map(Value::as_object).flat_map(pairs).collect()
}
