//! The reports folder: a set of reports is written whole or not at all.
//!
//! Every file is written beside its final name first; only when the last of them is complete do they take their places, each
//! by one rename. Whoever reads the folder meanwhile sees the old set or the new one, and a full disk destroys nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::references::References;
use crate::compile::Compilation;
use crate::config::{AuditFormat, CompilationFormat, Reports};
use crate::model::audit::Audit;
use crate::report::table::Dialect;
use crate::report::{
    audit_csv, audit_html, audit_json, audit_markdown, changes, compilation_csv, compilation_html,
    compilation_markdown, datapackage, references,
};

const HELP: &str = "choose another folder with --reports DIR or `dir` under [reports], or allow writing to this one";

/// A reports folder that can be written.
pub struct Output {
    folder: PathBuf,
    references: References,
}

impl Output {
    /// Makes sure of folder and style before any work is done: creates it, and sees that files can be made in it.
    ///
    /// # Errors
    /// When the folder cannot be made or written, or there is no such style.
    pub fn prepare(reports: &Reports) -> Result<Self, CliError> {
        let references = References::prepare(reports)?;
        let folder = reports.dir.as_path();
        let fault = |error: io::Error| {
            CliError::failure(format!("cannot write reports to {}", folder.display())).because(error).help(HELP)
        };
        fs::create_dir_all(folder).map_err(fault)?;
        let trial = folder.join(".perennial-trial");
        File::create(&trial).map_err(fault)?;
        fs::remove_file(&trial).map_err(fault)?;
        Ok(Output { folder: folder.to_owned(), references })
    }

    /// Begins a set of reports. Those of before stay until it is published.
    pub fn begin(&self) -> Staged<'_> {
        Staged { folder: &self.folder, references: &self.references, files: Vec::new() }
    }
}

type Writer<T> = fn(&T, &mut dyn Write) -> io::Result<()>;

/// The file a form of the broken-link report goes into, and who writes it.
fn audit_writer(format: AuditFormat) -> (&'static str, Writer<Audit>) {
    match format {
        AuditFormat::Markdown => ("audit.md", audit_markdown::write),
        AuditFormat::Csv => ("audit.csv", audit_csv::write),
        AuditFormat::Json => ("audit.json", audit_json::write),
        AuditFormat::Html => ("audit.html", audit_html::write),
        AuditFormat::Excel => ("audit-excel.csv", |audit, out| audit_csv::write_as(audit, Dialect::Excel, out)),
    }
}

type CompilationWriter<'a> = Box<dyn Fn(&Compilation, &mut dyn Write) -> io::Result<()> + 'a>;

/// The file a form of the compilation goes into, and who writes it.
fn compilation_writer<'a>(
    format: CompilationFormat,
    reports: &'a Reports,
    printed: &'a References,
) -> (&'static str, CompilationWriter<'a>) {
    match format {
        CompilationFormat::Markdown => ("compilation.md", Box::new(compilation_markdown::write)),
        CompilationFormat::Csv => ("compilation.csv", Box::new(compilation_csv::write)),
        CompilationFormat::Html => ("compilation.html", Box::new(compilation_html::write)),
        CompilationFormat::Biblatex => ("compilation.bib", Box::new(references::biblatex)),
        CompilationFormat::Ris => ("compilation.ris", Box::new(references::ris)),
        CompilationFormat::CslJson => ("compilation.csl.json", Box::new(references::csl_json)),
        CompilationFormat::Wiki => ("compilation.wiki", Box::new(references::wiki)),
        CompilationFormat::Excel => (
            "compilation-excel.csv",
            Box::new(|compilation, out| compilation_csv::write_as(compilation, Dialect::Excel, out)),
        ),
        CompilationFormat::Changes => ("changes.csv", Box::new(changes::write)),
        CompilationFormat::DataPackage => {
            let with_changes = reports.compilation.contains(&CompilationFormat::Changes);
            ("datapackage.json", Box::new(move |compilation, out| datapackage::write(compilation, with_changes, out)))
        }
        CompilationFormat::References => {
            ("references.md", Box::new(|compilation, out| printed.markdown(compilation, out)))
        }
        CompilationFormat::ReferencesHtml => {
            ("references.html", Box::new(|compilation, out| printed.html(compilation, out)))
        }
    }
}

/// Files that are complete and not in their places yet; what is not published goes away.
pub struct Staged<'a> {
    folder: &'a Path,
    references: &'a References,
    /// Where each stands, and where it belongs.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Staged<'_> {
    /// Adds every configured form of the broken-link report.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn audit(&mut self, reports: &Reports, audit: &Audit) -> Result<(), CliError> {
        let before = self.files.len();
        for format in &reports.audit {
            let (name, write) = audit_writer(*format);
            self.stage(name, |out| write(audit, out))?;
        }
        // Whenever they are written, people look for them first.
        self.files.rotate_left(before);
        Ok(())
    }

    /// Adds every configured form of the compilation.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn compilation(&mut self, reports: &Reports, compilation: &Compilation) -> Result<(), CliError> {
        reports.compilation.iter().try_for_each(|format| {
            let (name, write) = compilation_writer(*format, reports, self.references);
            self.stage(name, |out| write(compilation, out))
        })
    }

    fn stage(&mut self, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        let place = self.folder.join(name);
        if self.files.iter().any(|(_, other)| *other == place) {
            return Ok(());
        }
        let beside = self.folder.join(format!(".{name}.new"));
        self.files.push((beside.clone(), place.clone()));
        let written = File::create(&beside).and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        });
        written.map_err(|error| fault(&place, error))
    }

    /// Puts every file in its place and tells their paths, those of the broken-link report first.
    ///
    /// # Errors
    /// When a file cannot take its place.
    pub fn publish(mut self) -> Result<Vec<PathBuf>, CliError> {
        let mut published = Vec::with_capacity(self.files.len());
        for (beside, place) in &self.files {
            fs::rename(beside, place).map_err(|error| fault(place, error))?;
            published.push(place.clone());
        }
        self.files.clear();
        Ok(published)
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        for (beside, _) in &self.files {
            // What cannot be removed is overwritten by the next run.
            let _ = fs::remove_file(beside);
        }
    }
}

fn fault(place: &Path, error: io::Error) -> CliError {
    CliError::failure(format!("cannot write {}", place.display())).because(error).help(HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn into(folder: &Path) -> Reports {
        Reports { dir: folder.to_owned(), ..Reports::default() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_made_and_left_clean() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("deep/reports");
        Output::prepare(&into(&folder)).expect("a new folder");
        assert!(names(&folder).is_empty());
    }

    #[test]
    fn a_file_in_the_way_is_named_with_what_to_do() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("reports");
        fs::write(&folder, "not a folder").expect("a file");
        let error = Output::prepare(&into(&folder)).err().expect("a file is no folder");
        assert!(error.to_string().contains(&folder.display().to_string()));
        assert_eq!(error.advice(), Some(HELP));
        assert_eq!(fs::read_to_string(&folder).expect("still there"), "not a folder");
    }

    #[test]
    fn a_report_that_fails_leaves_the_whole_old_set() {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join("a.md"), "old").expect("a file");
        let output = Output::prepare(&into(home.path())).expect("a folder");
        let mut set = output.begin();
        set.stage("a.md", |out| out.write_all(b"new")).expect("room for it");
        let error = set.stage("b.md", |_| Err(io::Error::other("disk full"))).expect_err("the writer failed");
        assert!(error.to_string().contains("b.md"));
        drop(set);
        assert_eq!(fs::read_to_string(home.path().join("a.md")).expect("still there"), "old");
        assert_eq!(names(home.path()), ["a.md"]);
    }

    #[test]
    fn a_complete_set_takes_its_places() {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join("a.md"), "old").expect("a file");
        let output = Output::prepare(&into(home.path())).expect("a folder");
        let mut set = output.begin();
        set.stage("a.md", |out| out.write_all(b"new")).expect("room for it");
        set.stage("b.md", |out| out.write_all(b"new too")).expect("room for it");
        let published = set.publish().expect("nothing in the way");
        assert_eq!(published, [home.path().join("a.md"), home.path().join("b.md")]);
        assert_eq!(fs::read_to_string(home.path().join("a.md")).expect("a file"), "new");
        assert_eq!(names(home.path()), ["a.md", "b.md"]);
    }
}
