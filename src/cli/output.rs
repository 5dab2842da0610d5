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

/// Bytes of a report that are gathered before they are handed to the system.
const BUFFER: usize = 64 << 10;

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

/// Writes a model in one form.
type Writer<'a, T> = Box<dyn Fn(&T, &mut dyn Write) -> io::Result<()> + Send + 'a>;

/// The file a form of the broken-link report goes into, and who writes it.
fn audit_writer(format: AuditFormat) -> (&'static str, Writer<'static, Audit>) {
    match format {
        AuditFormat::Markdown => ("audit.md", Box::new(audit_markdown::write)),
        AuditFormat::Csv => ("audit.csv", Box::new(audit_csv::write)),
        AuditFormat::Json => ("audit.json", Box::new(audit_json::write)),
        AuditFormat::Html => ("audit.html", Box::new(audit_html::write)),
        AuditFormat::Excel => {
            ("audit-excel.csv", Box::new(|audit, out| audit_csv::write_as(audit, Dialect::Excel, out)))
        }
    }
}

/// The file a form of the compilation goes into, and who writes it.
fn compilation_writer<'a>(
    format: CompilationFormat,
    reports: &'a Reports,
    printed: &'a References,
) -> (&'static str, Writer<'a, Compilation>) {
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
        self.stage(reports.audit.iter().map(|format| audit_writer(*format)), audit)
    }

    /// Adds every configured form of the compilation.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn compilation(&mut self, reports: &Reports, compilation: &Compilation) -> Result<(), CliError> {
        let writer = |format: &CompilationFormat| compilation_writer(*format, reports, self.references);
        self.stage(reports.compilation.iter().map(writer), compilation)
    }

    /// Takes over the files of another set, behind its own.
    pub fn join(&mut self, mut other: Staged<'_>) {
        self.files.append(&mut other.files);
    }

    /// Writes one model in several forms, side by side: they share nothing but what they read.
    fn stage<'b, T: Sync>(
        &mut self,
        forms: impl Iterator<Item = (&'static str, Writer<'b, T>)>,
        model: &T,
    ) -> Result<(), CliError> {
        let mut written = Vec::new();
        std::thread::scope(|scope| {
            let mut threads = Vec::new();
            for (name, write) in forms {
                let place = self.folder.join(name);
                if self.files.iter().any(|(_, other)| *other == place) {
                    continue;
                }
                let beside = self.folder.join(format!(".{name}.new"));
                self.files.push((beside.clone(), place.clone()));
                threads.push(
                    scope.spawn(move || {
                        write_file(&beside, |out| write(model, out)).map_err(|error| fault(&place, error))
                    }),
                );
            }
            written.extend(threads.into_iter().map(|thread| match thread.join() {
                Ok(outcome) => outcome,
                Err(panic) => std::panic::resume_unwind(panic),
            }));
        });
        written.into_iter().collect()
    }

    /// Puts every file in its place and tells their paths, in the order in which they were added.
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

fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, File::create(path)?);
    write(&mut out)?;
    out.flush()
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
        let disk_full: Writer<()> = Box::new(|(), _| Err(io::Error::other("disk full")));
        let forms: [(_, Writer<()>); 2] = [("a.md", Box::new(|(), out| out.write_all(b"new"))), ("b.md", disk_full)];
        let error = set.stage(forms.into_iter(), &()).expect_err("the writer failed");
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
        let forms: [(_, Writer<()>); 2] = [
            ("a.md", Box::new(|(), out| out.write_all(b"new"))),
            ("b.md", Box::new(|(), out| out.write_all(b"new too"))),
        ];
        set.stage(forms.into_iter(), &()).expect("room for them");
        let published = set.publish().expect("nothing in the way");
        assert_eq!(published, [home.path().join("a.md"), home.path().join("b.md")]);
        assert_eq!(fs::read_to_string(home.path().join("a.md")).expect("a file"), "new");
        assert_eq!(names(home.path()), ["a.md", "b.md"]);
    }
}
