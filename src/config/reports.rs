//! Settings of what is written.

use std::path::PathBuf;

/// `[reports]`: what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reports {
    /// The folder for it.
    pub dir: PathBuf,
    /// Forms of the broken-link report.
    pub audit: Vec<AuditFormat>,
    /// Forms of the research compilation.
    pub compilation: Vec<CompilationFormat>,
    /// Name of the citation style of formatted references.
    pub style: String,
}

impl Default for Reports {
    fn default() -> Self {
        Reports {
            dir: PathBuf::from("reports"),
            audit: vec![AuditFormat::Markdown, AuditFormat::Csv, AuditFormat::Json, AuditFormat::Html],
            compilation: CompilationFormat::DEFAULT.to_vec(),
            style: "apa".to_owned(),
        }
    }
}

/// Forms of the broken-link report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditFormat {
    /// `audit.md`
    Markdown,
    /// `audit.csv`
    Csv,
    /// `audit.json`
    Json,
    /// `audit.html`
    Html,
    /// `audit-excel.csv`
    Excel,
}

impl AuditFormat {
    /// The names in a configuration.
    pub const NAMES: [(&'static str, AuditFormat); 5] = [
        ("markdown", AuditFormat::Markdown),
        ("csv", AuditFormat::Csv),
        ("json", AuditFormat::Json),
        ("html", AuditFormat::Html),
        ("csv-excel", AuditFormat::Excel),
    ];
}

/// Forms of the research compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompilationFormat {
    /// `compilation.md`
    Markdown,
    /// `compilation.csv`
    Csv,
    /// `compilation.html`
    Html,
    /// `compilation.bib`
    Biblatex,
    /// `compilation.ris`
    Ris,
    /// `compilation.csl.json`
    CslJson,
    /// `compilation.wiki`
    Wiki,
    /// `compilation-excel.csv`
    Excel,
    /// `datapackage.json`
    DataPackage,
    /// `changes.csv`
    Changes,
    /// `references.md`
    References,
    /// `references.html`
    ReferencesHtml,
}

impl CompilationFormat {
    /// What is written unless something else is asked for.
    pub const DEFAULT: [CompilationFormat; 7] = [
        CompilationFormat::Markdown,
        CompilationFormat::Csv,
        CompilationFormat::Html,
        CompilationFormat::Biblatex,
        CompilationFormat::Ris,
        CompilationFormat::CslJson,
        CompilationFormat::Changes,
    ];

    /// The names in a configuration.
    pub const NAMES: [(&'static str, CompilationFormat); 12] = [
        ("markdown", CompilationFormat::Markdown),
        ("csv", CompilationFormat::Csv),
        ("html", CompilationFormat::Html),
        ("biblatex", CompilationFormat::Biblatex),
        ("ris", CompilationFormat::Ris),
        ("csl-json", CompilationFormat::CslJson),
        ("wiki", CompilationFormat::Wiki),
        ("csv-excel", CompilationFormat::Excel),
        ("datapackage", CompilationFormat::DataPackage),
        ("changes", CompilationFormat::Changes),
        ("references", CompilationFormat::References),
        ("references-html", CompilationFormat::ReferencesHtml),
    ];
}
