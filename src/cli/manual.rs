//! The manual page: one for the program and all its verbs.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::Cli;

/// Writes it, in roff.
///
/// # Errors
/// When it cannot be written.
pub fn write(page: &mut dyn Write) -> io::Result<()> {
    let program = roomy(Cli::command());
    let name = program.get_name().to_owned();
    let manual = Man::new(program.clone());
    manual.render_title(page)?;
    for section in [
        Man::render_name_section,
        Man::render_synopsis_section,
        Man::render_description_section,
        Man::render_options_section,
    ] {
        page.write_all(valued(body(|part| section(&manual, part))?, &program).as_bytes())?;
    }
    verbs(&name, &program, page)?;
    for section in [Man::render_extra_section, Man::render_version_section] {
        page.write_all(body(|part| section(&manual, part))?.as_bytes())?;
    }
    Ok(())
}

/// A section for each verb below a command.
fn verbs(above: &str, command: &Command, page: &mut dyn Write) -> io::Result<()> {
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let name = format!("{above} {}", verb.get_name());
        // Options of all commands are explained once.
        let verb = roomy(verb.clone()).bin_name(&name).disable_help_flag(true).disable_help_subcommand(true);
        let manual = Man::new(verb.clone());
        writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
        let mut sections = vec![Man::render_description_section, Man::render_synopsis_section];
        if verb.get_arguments().next().is_some() {
            sections.push(Man::render_options_section);
        }
        if verb.get_after_help().is_some() {
            sections.push(Man::render_extra_section);
        }
        for section in sections {
            let text = valued(body(|part| section(&manual, part))?, &verb);
            page.write_all(text.replace(".SH ", ".SS ").replace(".SS EXTRA\n", ".PP\n").as_bytes())?;
        }
        verbs(&name, &verb, page)?;
    }
    Ok(())
}

/// A manual page has room for what the short help leaves out.
fn roomy(command: Command) -> Command {
    command.subcommand_value_name("COMMAND").mut_args(|argument| argument.hide_short_help(false))
}

/// A synopsis with what its options take: `[--ledger FILE]`. The renderer names the options alone there.
fn valued(mut section: String, command: &Command) -> String {
    for option in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
        let (Some(long), Some(values)) = (option.get_long(), option.get_value_names()) else { continue };
        let long = long.replace('-', "\\-");
        let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
        let bare = format!("\\fB\\-\\-{long}\\fR]");
        section = section.replace(&bare, &format!("\\fB\\-\\-{long}\\fR \\fI{}\\fR]", values.join(" ")));
    }
    section
}

/// A section without the definitions that each one begins with: they stand at the top of the page.
fn body(render: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<String> {
    let mut bytes = Vec::new();
    render(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.find(".SH").map_or_else(String::new, |at| text[at..].to_owned()))
}
