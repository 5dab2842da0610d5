//! What stands beside names in scripts without capitals, where no letter shows where a name ends.

/// Words for a day, a source or somebody's trade that follow or lead a name, written without spaces around them.
const GLUED: &[&str] = &[
    "发布",
    "發布",
    "發佈",
    "发表",
    "發表",
    "时间",
    "時間",
    "日期",
    "来源",
    "來源",
    "编辑",
    "編輯",
    "责任编辑",
    "責任編輯",
    "更新",
    "投稿日",
    "公開日",
    "掲載日",
];

/// The same where words are spaced.
const SPACED: &[&str] = &[
    "입력",
    "등록",
    "수정",
    "승인",
    "작성",
    "작성일",
    "등록일",
    "발행",
    "발행일",
    "게시",
    "نشر",
    "نُشر",
    "تاريخ",
    "آخر",
    "المصدر",
    "التاريخ",
    "תאריך",
    "פורסם",
    "עודכן",
    "مصدر",
    "منبع",
    "दिनांक",
    "प्रकाशित",
];

/// What somebody is who writes for a paper, behind the name.
const TRADES: &[&str] = &["기자", "특파원", "논설위원", "記者", "记者", "特派員"];

/// Whether a letter may be a whole name.
pub(super) fn is_whole(c: char) -> bool {
    c as u32 >= 0x2E80 && c.is_alphabetic()
}

/// The name at the beginning of a text, without the labels of what stands behind it and without a trade; empty where a label
/// begins the text.
pub(super) fn without_labels(text: &str) -> &str {
    if text.is_ascii() {
        return text;
    }
    let glued = GLUED.iter().filter_map(|label| text.find(label)).min().unwrap_or(text.len());
    let mut end = glued;
    for word in text[..glued].split_whitespace() {
        if SPACED.contains(&word.trim_matches(|c: char| !c.is_alphanumeric())) {
            end = text.find(word).unwrap_or(end);
            break;
        }
    }
    let name = text[..end].trim_end();
    let without = |trade: &&str| name.strip_suffix(*trade).filter(|name| !name.trim().is_empty()).map(str::trim_end);
    TRADES.iter().find_map(without).unwrap_or(name)
}
