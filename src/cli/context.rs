//! What every verb is handed: the surroundings, the streams, the time and how much to say.

use std::ffi::OsString;
use std::path::Path;

use jiff::Timestamp;

use super::args::{Global, OutputFormat, parse_moment};
use super::console::{Console, Messenger};
use super::environment::{Colour, Environment};
use super::error::CliError;
use crate::config::{self, Config, FileChoice, Flag, Sources};
use crate::ui::{self, Listener};

/// The circumstances of one command line.
pub struct Context {
    /// What surrounds the program.
    pub environment: Environment,
    /// Both streams.
    pub console: Console,
    /// The moment by which strikes, ages and dates are judged: `--now`, else when the program started.
    pub now: Timestamp,
    /// Whether a person set that moment, so that it is the same all through the run.
    pub time_stands_still: bool,
    /// Form of what is printed.
    pub format: OutputFormat,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Whether a progress line is drawn: somebody watches standard error, and nothing else writes there line by line.
    pub progress: bool,
    global: Global,
}

impl Context {
    /// Joins flags and surroundings.
    ///
    /// # Errors
    /// When `PERENNIAL_NOW` is no moment; the console comes back so that the error can be shown.
    pub fn new(global: &Global, environment: Environment, mut console: Console) -> Result<Self, (CliError, Console)> {
        let colour = if global.no_color { Colour::Never } else { global.color };
        console.set_colour(&environment, colour);
        console.set_quiet(global.quiet);
        let now = match moment(global, &environment) {
            Ok(now) => now,
            Err(error) => return Err((error, console)),
        };
        let progress = environment.stderr_is_terminal
            && !environment.is_ci()
            && environment.variable("TERM") != Some("dumb")
            && !(global.quiet || global.no_progress || global.verbose > 0);
        Ok(Context {
            now,
            time_stands_still: global.now.is_some() || environment.variable("PERENNIAL_NOW").is_some(),
            format: global.format,
            verbose: global.verbose,
            progress,
            global: global.clone(),
            environment,
            console,
        })
    }

    /// Columns of the terminal.
    pub fn width(&self) -> usize {
        self.environment.width
    }

    /// Someone to tell about a run, and something to say a sentence with while it goes on: the living lines where they
    /// are wanted, else the log.
    pub fn listener(&self) -> (Box<dyn Listener>, Messenger) {
        if self.progress {
            let progress = ui::Progress::new(self.width());
            let messenger = progress.messenger();
            (Box::new(progress), Box::new(messenger))
        } else {
            (Box::new(ui::Log::default()), self.console.messenger())
        }
    }

    /// The settings of this command line. `flags` are those the verb has keys for; warnings are shown.
    ///
    /// # Errors
    /// With every mistake in the file, the environment and the flags.
    pub fn config(&mut self, flags: &[Flag]) -> Result<Config, CliError> {
        let file = match (&self.global.config, self.environment.variable("PERENNIAL_CONFIG")) {
            (Some(path), _) => FileChoice::Given(path),
            (None, _) if self.global.no_config => FileChoice::Nothing,
            (None, Some(path)) => FileChoice::Given(Path::new(path)),
            (None, None) => FileChoice::Nearest,
        };
        let Environment { folder, variables, .. } = &self.environment;
        let loaded = config::load(&Sources { file, folder, variables, flags })?;
        for warning in &loaded.warnings {
            self.console.warn(warning);
        }
        match &loaded.config.source {
            Some(path) => tracing::info!("using the configuration {}", path.display()),
            None => tracing::info!("using no configuration file"),
        }
        Ok(loaded.config)
    }
}

fn moment(global: &Global, environment: &Environment) -> Result<Timestamp, CliError> {
    match (global.now, environment.variable("PERENNIAL_NOW")) {
        (Some(now), _) => Ok(now),
        (None, Some(text)) => parse_moment(text)
            .map_err(|fault| CliError::usage(format!("the environment variable PERENNIAL_NOW is `{text}`: {fault}"))),
        (None, None) => Ok(environment.started),
    }
}

/// The colour choice as far as it can be told before the command line is understood, for messages about the command line.
pub(super) fn early_colour(argv: &[OsString]) -> Colour {
    let mut choice = Colour::Auto;
    let mut before = "";
    for argument in argv.iter().filter_map(|argument| argument.to_str()) {
        match (before, argument) {
            (_, "--no-color" | "--color=never") | ("--color", "never") => choice = Colour::Never,
            (_, "--color=always") | ("--color", "always") => choice = Colour::Always,
            _ => {}
        }
        before = argument;
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::super::environment::tests::bare;
    use super::*;

    fn context(global: &Global, environment: Environment) -> Result<Context, CliError> {
        let console = Console::new(&environment, Colour::Never);
        Context::new(global, environment, console).map_err(|(error, _)| error)
    }

    #[test]
    fn the_flag_beats_the_variable_beats_the_clock() {
        let variables = [("PERENNIAL_NOW", "2026-03-01T00:00:00Z")];
        let flag: Timestamp = "2027-01-01T00:00:00Z".parse().expect("a moment");
        let with_flag = Global { now: Some(flag), ..Global::default() };
        let now = |global: &Global, variables: &[(&str, &str)]| context(global, bare(variables)).expect("valid").now;
        assert_eq!(now(&with_flag, &variables), flag);
        assert_eq!(now(&Global::default(), &variables).to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(now(&Global::default(), &[]), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_variable_that_is_no_moment_is_named() {
        let error = context(&Global::default(), bare(&[("PERENNIAL_NOW", "yesterday")])).err().expect("refused");
        assert!(error.to_string().contains("PERENNIAL_NOW"), "{error}");
        assert_eq!(error.exit(), super::super::Exit::Usage);
    }

    #[test]
    fn progress_is_drawn_only_for_someone_who_watches() {
        let watched = |variables: &[(&str, &str)]| Environment { stderr_is_terminal: true, ..bare(variables) };
        let drawn = |global: Global, environment| context(&global, environment).expect("valid").progress;
        assert!(drawn(Global::default(), watched(&[])));
        assert!(!drawn(Global::default(), bare(&[])));
        assert!(!drawn(Global::default(), watched(&[("CI", "true")])));
        assert!(!drawn(Global { quiet: true, ..Global::default() }, watched(&[])));
        assert!(!drawn(Global { no_progress: true, ..Global::default() }, watched(&[])));
        assert!(!drawn(Global { verbose: 1, ..Global::default() }, watched(&[])));
    }

    #[test]
    fn colour_is_known_before_the_arguments_are() {
        let early = |words: &[&str]| early_colour(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(early(&["perennial", "runn"]), Colour::Auto);
        assert_eq!(early(&["perennial", "--no-color", "runn"]), Colour::Never);
        assert_eq!(early(&["perennial", "--color", "always"]), Colour::Always);
        assert_eq!(early(&["perennial", "--color=never"]), Colour::Never);
    }
}
