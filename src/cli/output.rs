//! The reports folder: a set of reports is written whole or not at all.
//!
//! Every file is written beside its final name first; only when the last of them is complete do they take their places, each
//! by one rename. Whoever reads the folder meanwhile sees the old set or the new one, and a full disk destroys nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::references::References;
use crate::cite::Format;
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

/// Writes a model into as many files as its pass has.
type Writer<'a, T> = dyn Fn(&T, &mut [&mut dyn Write]) -> io::Result<()> + Send + 'a;

/// One pass over a model, which writes one file or several.
struct Pass<'a, T> {
    names: Vec<&'static str>,
    write: Box<Writer<'a, T>>,
}

impl<'a, T> Pass<'a, T> {
    /// A pass that writes one file.
    fn one(name: &'static str, write: impl Fn(&T, &mut dyn Write) -> io::Result<()> + Send + 'a) -> Self {
        let write = move |model: &T, files: &mut [&mut dyn Write]| {
            files.iter_mut().try_for_each(|file| write(model, &mut **file))
        };
        Pass { names: vec![name], write: Box::new(write) }
    }
}

/// The file a form of the broken-link report goes into.
const fn audit_file(format: AuditFormat) -> &'static str {
    match format {
        AuditFormat::Markdown => "audit.md",
        AuditFormat::Csv => "audit.csv",
        AuditFormat::Json => "audit.json",
        AuditFormat::Html => "audit.html",
        AuditFormat::Excel => "audit-excel.csv",
    }
}

/// Whether a file of that name in the folder of the reports is one of them, whichever are configured.
pub fn is_report(name: &str) -> bool {
    let audits = AuditFormat::NAMES.map(|(_, format)| audit_file(format));
    let compilations = CompilationFormat::NAMES.map(|(_, format)| compilation_file(format));
    audits.contains(&name) || compilations.contains(&name)
}

/// Who writes the configured forms of the broken-link report: the page holds the JSON, so the two share a pass.
fn audit_passes(formats: &[AuditFormat]) -> Vec<Pass<'static, Audit>> {
    let page_and_json = [AuditFormat::Json, AuditFormat::Html].iter().all(|format| formats.contains(format));
    let mut passes = Vec::new();
    for format in formats {
        let name = audit_file(*format);
        passes.push(match format {
            AuditFormat::Markdown => Pass::one(name, audit_markdown::write),
            AuditFormat::Csv => Pass::one(name, audit_csv::write),
            AuditFormat::Json | AuditFormat::Html if page_and_json => continue,
            AuditFormat::Json => Pass::one(name, audit_json::write),
            AuditFormat::Html => Pass::one(name, audit_html::write),
            AuditFormat::Excel => Pass::one(name, |audit, out| audit_csv::write_as(audit, Dialect::Excel, out)),
        });
    }
    if page_and_json {
        let names = vec![audit_file(AuditFormat::Json), audit_file(AuditFormat::Html)];
        let write = |audit: &Audit, files: &mut [&mut dyn Write]| match files {
            [json, page] => audit_html::write_with_json(audit, audit_html::ROWS, &mut **json, &mut **page),
            _ => Err(io::Error::other("a pass without its files")),
        };
        passes.push(Pass { names, write: Box::new(write) });
    }
    passes
}

/// The file a form of the compilation goes into.
const fn compilation_file(format: CompilationFormat) -> &'static str {
    match format {
        CompilationFormat::Markdown => "compilation.md",
        CompilationFormat::Csv => "compilation.csv",
        CompilationFormat::Html => "compilation.html",
        CompilationFormat::Biblatex => "compilation.bib",
        CompilationFormat::Ris => "compilation.ris",
        CompilationFormat::CslJson => "compilation.csl.json",
        CompilationFormat::Wiki => "compilation.wiki",
        CompilationFormat::Excel => "compilation-excel.csv",
        CompilationFormat::Changes => "changes.csv",
        CompilationFormat::DataPackage => "datapackage.json",
        CompilationFormat::References => "references.md",
        CompilationFormat::ReferencesHtml => "references.html",
    }
}

/// Who writes the configured forms of the compilation: those for reference managers share their citations, and a pass.
fn compilation_passes<'a>(reports: &'a Reports, printed: &'a References) -> Vec<Pass<'a, Compilation>> {
    let with_changes = reports.compilation.contains(&CompilationFormat::Changes);
    let mut cited: Vec<(&'static str, Format)> = Vec::new();
    let mut passes = Vec::new();
    for format in &reports.compilation {
        let name = compilation_file(*format);
        passes.push(match format {
            CompilationFormat::Biblatex => {
                cited.push((name, Format::Biblatex));
                continue;
            }
            CompilationFormat::Ris => {
                cited.push((name, Format::Ris));
                continue;
            }
            CompilationFormat::CslJson => {
                cited.push((name, Format::CslJson));
                continue;
            }
            CompilationFormat::Markdown => Pass::one(name, compilation_markdown::write),
            CompilationFormat::Csv => Pass::one(name, compilation_csv::write),
            CompilationFormat::Html => Pass::one(name, compilation_html::write),
            CompilationFormat::Wiki => Pass::one(name, references::wiki),
            CompilationFormat::Excel => {
                Pass::one(name, |compilation, out| compilation_csv::write_as(compilation, Dialect::Excel, out))
            }
            CompilationFormat::Changes => Pass::one(name, changes::write),
            CompilationFormat::DataPackage => {
                Pass::one(name, move |compilation, out| datapackage::write(compilation, with_changes, out))
            }
            CompilationFormat::References => Pass::one(name, |compilation, out| printed.markdown(compilation, out)),
            CompilationFormat::ReferencesHtml => Pass::one(name, |compilation, out| printed.html(compilation, out)),
        });
    }
    cited.sort_by_key(|(name, _)| *name);
    cited.dedup();
    let (names, formats): (_, Vec<Format>) = cited.into_iter().unzip();
    let write = move |compilation: &Compilation, files: &mut [&mut dyn Write]| {
        let mut files: Vec<_> = formats.iter().copied().zip(files.iter_mut().map(|file| &mut **file as _)).collect();
        references::write(compilation, &mut files)
    };
    passes.push(Pass { names, write: Box::new(write) });
    passes
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
        self.stage(audit_passes(&reports.audit), audit)?;
        self.sort(before, reports.audit.iter().map(|format| audit_file(*format)));
        Ok(())
    }

    /// Adds every configured form of the compilation.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn compilation(&mut self, reports: &Reports, compilation: &Compilation) -> Result<(), CliError> {
        let before = self.files.len();
        self.stage(compilation_passes(reports, self.references), compilation)?;
        self.sort(before, reports.compilation.iter().map(|format| compilation_file(*format)));
        Ok(())
    }

    /// Brings the files from a place on into the order in which the person names them.
    fn sort(&mut self, from: usize, names: impl Iterator<Item = &'static str>) {
        let places: Vec<_> = names.map(|name| self.folder.join(name)).collect();
        self.files[from..].sort_by_key(|(_, place)| places.iter().position(|other| other == place));
    }

    /// Takes over the files of another set, behind its own.
    pub fn join(&mut self, mut other: Staged<'_>) {
        self.files.append(&mut other.files);
    }

    /// Writes one model in several forms, side by side: the passes share nothing but what they read.
    fn stage<'b, T: Sync>(&mut self, passes: impl IntoIterator<Item = Pass<'b, T>>, model: &T) -> Result<(), CliError> {
        let mut written = Vec::new();
        std::thread::scope(|scope| {
            let mut threads = Vec::new();
            for Pass { names, write } in passes {
                let mut files: Vec<(PathBuf, PathBuf)> = Vec::new();
                for name in names {
                    let place = self.folder.join(name);
                    files.push((self.folder.join(format!(".{name}.new")), place));
                }
                // What is named twice is written once.
                if files.iter().all(|(_, place)| self.files.iter().any(|(_, other)| other == place)) {
                    continue;
                }
                self.files.extend_from_slice(&files);
                threads.push(scope.spawn(move || write_files(&files, |out| write(model, out))));
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

/// Writes files in one go, each where it stands until all are complete.
fn write_files(
    files: &[(PathBuf, PathBuf)],
    write: impl FnOnce(&mut [&mut dyn Write]) -> io::Result<()>,
) -> Result<(), CliError> {
    let create = |(beside, place): &(PathBuf, PathBuf)| {
        let file = File::create(beside).map_err(|error| fault(place, error))?;
        Ok(BufWriter::with_capacity(BUFFER, file))
    };
    let mut written = files.iter().map(create).collect::<Result<Vec<_>, CliError>>()?;
    let mut outs: Vec<&mut dyn Write> = written.iter_mut().map(|out| out as _).collect();
    let outcome = write(&mut outs);
    for (out, (_, place)) in outs.iter_mut().zip(files) {
        out.flush().map_err(|error| fault(place, error))?;
    }
    // Whatever failed without a file of its own to blame is told of the first.
    let (_, place) = files.first().ok_or_else(|| CliError::bug("a pass without a file"))?;
    outcome.map_err(|error| fault(place, error))
}

fn fault(place: &Path, error: io::Error) -> CliError {
    CliError::failure(format!("cannot write {}", place.display())).because(error).help(HELP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Entry, Section};

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
        let fine = Pass::one("a.md", |(), out| out.write_all(b"new"));
        let disk_full = Pass::one("b.md", |(), _| Err(io::Error::other("disk full")));
        let error = set.stage([fine, disk_full], &()).expect_err("the writer failed");
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
        let passes = [
            Pass::one("a.md", |(), out| out.write_all(b"new")),
            Pass::one("b.md", |(), out| out.write_all(b"new too")),
        ];
        set.stage(passes, &()).expect("room for them");
        let published = set.publish().expect("nothing in the way");
        assert_eq!(published, [home.path().join("a.md"), home.path().join("b.md")]);
        assert_eq!(fs::read_to_string(home.path().join("a.md")).expect("a file"), "new");
        assert_eq!(names(home.path()), ["a.md", "b.md"]);
    }

    #[test]
    fn forms_that_share_a_pass_come_in_the_order_they_are_named_and_once() {
        let home = tempfile::tempdir().expect("a folder");
        let reports = Reports {
            compilation: vec![
                CompilationFormat::Ris,
                CompilationFormat::Changes,
                CompilationFormat::Biblatex,
                CompilationFormat::Ris,
            ],
            ..into(home.path())
        };
        let output = Output::prepare(&reports).expect("a folder");
        let mut set = output.begin();
        let entry = Entry { title: "Tides".to_owned(), url: "https://a.example/tides".to_owned(), ..Entry::default() };
        let section = Section { entries: vec![entry], ..Section::default() };
        let compilation = Compilation { sections: vec![section], ..Compilation::default() };
        set.compilation(&reports, &compilation).expect("room for it");
        let published = set.publish().expect("nothing in the way");
        let expected = ["compilation.ris", "changes.csv", "compilation.bib"].map(|name| home.path().join(name));
        assert_eq!(published, expected);
        let text = |name: &str| fs::read_to_string(home.path().join(name)).expect("a file");
        assert_eq!(text("compilation.ris").matches("TI  - Tides\r\n").count(), 1);
        assert_eq!(text("compilation.bib").matches("title = {Tides}").count(), 1);
    }
}
