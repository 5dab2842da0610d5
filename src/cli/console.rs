//! The one home of printing: results to standard output, messages to standard error, colour only where it is wanted.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use super::environment::{Colour, Environment};
use super::error::CliError;
use super::exit::Exit;

/// Results are printed in bold red, yellow and cyan words at most; every text makes sense without.
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Whether somebody types on standard input, reads standard output, reads standard error.
pub(super) fn terminals() -> [bool; 3] {
    [io::stdin().is_terminal(), io::stdout().is_terminal(), io::stderr().is_terminal()]
}

/// Where the log is written.
pub(super) fn log_writer() -> io::Stderr {
    io::stderr()
}

/// Says one sentence on standard error, from any thread.
pub type Messenger = Box<dyn Fn(&str) + Send + Sync>;

/// Both streams of the program.
pub struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    out_colour: bool,
    err_colour: bool,
    quiet: bool,
}

impl Console {
    /// The streams of this process.
    pub fn new(environment: &Environment, colour: Colour) -> Self {
        let out: Box<dyn Write> = Box::new(BufWriter::new(io::stdout()));
        let err: Box<dyn Write> = Box::new(io::stderr());
        let mut console = Console { out, err, out_colour: false, err_colour: false, quiet: false };
        console.set_colour(environment, colour);
        console
    }

    /// Decides for each stream whether colour is let through.
    pub fn set_colour(&mut self, environment: &Environment, colour: Colour) {
        self.out_colour = environment.colour(colour, environment.stdout_is_terminal);
        self.err_colour = environment.colour(colour, environment.stderr_is_terminal);
    }

    /// Leaves out messages that are not errors.
    pub fn set_quiet(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// Whether standard output takes colour.
    pub fn out_has_colour(&self) -> bool {
        self.out_colour
    }

    /// Whether standard error takes colour.
    pub fn err_has_colour(&self) -> bool {
        self.err_colour
    }

    /// Standard output, buffered, for results. Bytes pass unchanged: writers ask [`Console::out_has_colour`] first.
    /// Turn an error into a [`CliError`] with [`CliError::output`].
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// One result as text; a line end is added where none is.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn print(&mut self, text: &str) -> Result<(), CliError> {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        write!(self.out, "{text}{end}").map_err(CliError::output)
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn flush(&mut self) -> Result<(), CliError> {
        self.out.flush().map_err(CliError::output)
    }

    /// One message for a person, on standard error; not shown under `--quiet`.
    pub fn say(&mut self, message: &str) {
        if !self.quiet {
            self.tell(format!("{message}\n"));
        }
    }

    /// One warning for a person, on standard error; not shown under `--quiet`.
    pub fn warn(&mut self, message: &str) {
        if !self.quiet {
            self.tell(format!("{WARNING}warning:{WARNING:#} {message}\n"));
        }
    }

    /// One note for a person, on standard error: nothing has to follow from it. Not shown under `--quiet`.
    pub fn note(&mut self, message: &str) {
        if !self.quiet {
            self.tell(format!("{HINT}note:{HINT:#} {message}\n"));
        }
    }

    /// One question for a person, on standard error, also under `--quiet`: they are waited for.
    ///
    /// # Errors
    /// When what was printed before cannot be written.
    pub fn ask(&mut self, question: &str) -> Result<(), CliError> {
        self.flush()?;
        self.tell(question.to_owned());
        let _ = self.err.flush();
        Ok(())
    }

    /// Something that says a sentence on standard error from any thread; not shown under `--quiet`.
    pub fn messenger(&self) -> Messenger {
        let quiet = self.quiet;
        Box::new(move |message| {
            if !quiet {
                drop(writeln!(io::stderr(), "{message}"));
            }
        })
    }

    /// Shows an error with its causes and its help, and says what it ends in.
    pub fn report(&mut self, error: &CliError) -> Exit {
        // What was printed before the error belongs before it; a second failure to write has nobody to be told.
        drop(self.out.flush());
        if !error.is_silent() {
            let mut text = format!("{ERROR}error:{ERROR:#} {error}\n");
            for cause in error.causes() {
                text.push_str(&format!("  caused by: {}\n", cause.replace('\n', "\n             ")));
            }
            if let Some(help) = error.advice() {
                text.push_str(&format!("{HINT}help:{HINT:#} {help}\n"));
            }
            self.tell(text);
        }
        error.exit()
    }

    /// What clap has to say: help and versions are results, everything else is a mistake on the command line.
    pub(super) fn usage(&mut self, error: &clap::Error) -> Exit {
        let text = error.render().ansi().to_string();
        if error.use_stderr() {
            self.tell(text);
            return Exit::Usage;
        }
        let text = if self.out_colour { text } else { plain(&text) };
        match self.print(&text).and_then(|()| self.flush()) {
            Ok(()) => Exit::Clean,
            Err(error) => self.report(&error),
        }
    }

    /// Writes to standard error. When even that fails nobody is left to be told.
    fn tell(&mut self, text: String) {
        let text = if self.err_colour { text } else { plain(&text) };
        drop(self.err.write_all(text.as_bytes()));
    }
}

/// The text without its terminal escapes.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(colour: bool, error: &CliError) -> String {
        let err = Shared::default();
        let mut console = Console {
            out: Box::new(io::sink()),
            err: Box::new(err.clone()),
            out_colour: false,
            err_colour: colour,
            quiet: true,
        };
        assert_eq!(console.report(error), error.exit());
        let bytes = err.0.lock().expect("not poisoned").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn an_error_names_its_causes_and_what_to_do() {
        let error = CliError::failure("cannot read the seed a.md")
            .because(io::Error::other("permission denied"))
            .help("check who may read it");
        assert_eq!(
            told(false, &error),
            "error: cannot read the seed a.md\n  caused by: permission denied\nhelp: check who may read it\n"
        );
        assert!(told(true, &error).starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m cannot"));
    }

    #[test]
    fn a_bug_asks_to_be_reported() {
        assert!(told(false, &CliError::bug("the queue lost a link")).contains("please report it"));
    }
}
