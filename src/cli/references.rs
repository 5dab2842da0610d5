//! Formatted references: the style a person asked for, found before any work is done.

use std::io::{self, Write};

use super::error::CliError;
use crate::compile::Compilation;
use crate::config::{CompilationFormat, Reports};

/// How references are printed, where any are asked for.
pub struct References {
    #[cfg(feature = "references")]
    style: Option<crate::cite::formatted::Style>,
}

impl References {
    /// Finds the style.
    ///
    /// # Errors
    /// When references are asked for and there is no such style, or the program was built without any.
    pub fn prepare(reports: &Reports) -> Result<Self, CliError> {
        let asked = [CompilationFormat::References, CompilationFormat::ReferencesHtml];
        let wanted = asked.iter().any(|format| reports.compilation.contains(format));
        Self::find(wanted.then_some(reports.style.as_str()))
    }

    #[cfg(feature = "references")]
    fn find(name: Option<&str>) -> Result<Self, CliError> {
        use crate::cite::formatted::Style;
        let Some(name) = name else { return Ok(References { style: None }) };
        match Style::named(name) {
            Some(style) => Ok(References { style: Some(style) }),
            None => {
                let names = Style::names();
                let close = names.iter().map(|known| (strsim::jaro_winkler(&name.to_lowercase(), known), known));
                let close = close.max_by(|(one, _), (other, _)| one.total_cmp(other));
                let help = match close {
                    Some((likeness, known)) if likeness > 0.8 => format!("did you mean \"{known}\"?"),
                    _ => format!("the styles are {}", names.join(", ")),
                };
                Err(CliError::usage(format!("`style` under [reports]: there is no citation style \"{name}\""))
                    .help(help))
            }
        }
    }

    #[cfg(not(feature = "references"))]
    fn find(name: Option<&str>) -> Result<Self, CliError> {
        match name {
            None => Ok(References {}),
            Some(_) => Err(CliError::usage("this perennial was built without formatted references").help(
                "build it with `--features references`, or take \"references\" out of `compilation` under [reports]",
            )),
        }
    }

    /// Writes `references.md`.
    ///
    /// # Errors
    /// Those of the writer.
    #[cfg(feature = "references")]
    pub fn markdown(&self, compilation: &Compilation, out: &mut dyn Write) -> io::Result<()> {
        match &self.style {
            Some(style) => crate::report::reference_list::markdown(compilation, style, out),
            None => Ok(()),
        }
    }

    /// Writes `references.html`.
    ///
    /// # Errors
    /// Those of the writer.
    #[cfg(feature = "references")]
    pub fn html(&self, compilation: &Compilation, out: &mut dyn Write) -> io::Result<()> {
        match &self.style {
            Some(style) => crate::report::reference_list::html(compilation, style, out),
            None => Ok(()),
        }
    }

    /// Never called: nobody can ask for references here.
    #[cfg(not(feature = "references"))]
    pub fn markdown(&self, _: &Compilation, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Never called: nobody can ask for references here.
    #[cfg(not(feature = "references"))]
    pub fn html(&self, _: &Compilation, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
