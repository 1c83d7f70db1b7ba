//! Properties of every message that a user can get. Exceptions are listed with their reason.

use crate::harness::corpus::{self, Case, FOLDERS, cases};
use crate::harness::message::{Message, messages};

/// Cases with more than one error for one mistake: their name, the number, and the reason.
const SEVERAL: [(&str, usize, &str); 14] = [
    ("signature/debug_handler_goes_below", 2, "axum checks a signature with the arena in it"),
    (
        "send/bump_is_not_held_across_await",
        2,
        "two fields of `Bump` are not `Sync`, and rustc reports each",
    ),
    ("send/bump_is_not_held_across_await_in_axum", 3, "the same, and axum's `Handler`"),
    (
        "send/shared_handle_is_not_held_across_await_in_axum",
        2,
        "`debug_handler` reports the future, `get` the handler",
    ),
    (
        "escape/collection_is_not_returned",
        2,
        "it borrows from two values that end: the handle and the arena",
    ),
    ("escape/collection_does_not_reach_a_static", 2, "the same"),
    ("escape/text_buffer_is_not_returned", 2, "the same"),
    ("escape/map_in_the_arena_does_not_become_state", 2, "the same"),
    ("escape/child_scopes_collection_does_not_leave_it", 2, "the same, of a child scope"),
    (
        "escape/guard_does_not_move_with_its_arena",
        2,
        "the guard moves, and a value that borrows from it is returned",
    ),
    (
        "escape/request_extensions_do_not_keep_the_handle",
        2,
        "extensions require `Clone` and `Sync`",
    ),
    (
        "callers/of_a_half_typed_function",
        3,
        "rustc parses a body twice, before and after an attribute",
    ),
    ("callers/of_a_half_typed_method", 2, "the same"),
    ("signature/half_typed_body_names_the_lifetime", 4, "the same"),
];

/// First lines of rustc that name no variable. A label below them names the arena.
const NAMELESS: [&str; 8] = [
    "borrowed data escapes outside of closure",
    "borrowed data escapes outside of async block",
    "lifetime may not live long enough",
    "future cannot be sent between threads safely",
    // The message of axum, without `#[axum::debug_handler]`.
    "the trait bound `fn",
    "mismatched types",
    // The mistake of a helper or a caller, without an arena.
    "missing lifetime specifier",
    "this function takes 1 argument but 2 arguments were supplied",
];

/// Names that users cannot know, and files of the expansion. (`__axum_..` is a name of axum.)
const HIDDEN: [&str; 15] = [
    "private",
    "expansion::",
    "`token`",
    "`run`",
    "Visit",
    "ScopeRun",
    "ArenaToken",
    "Slot",
    "Lease",
    "absent",
    "temporary value",
    "arena_core::",
    "src/expansion",
    "derived::defaults",
    "HasDefault",
];

/// Calls `judge` for every case, and fails with all its complaints.
fn each(judge: impl Fn(&Case, &[Message<'_>]) -> Result<(), String>) {
    if corpus::overwrite() {
        return;
    }
    let mut complaints = Vec::new();
    for case in cases() {
        let pinned = case.pinned();
        if let Err(complaint) = judge(&case, &messages(&pinned)) {
            complaints.push(format!("{} {complaint}:\n{pinned}", case.name));
        }
    }
    assert!(complaints.is_empty(), "{} cases:\n{}", complaints.len(), complaints.join("\n"));
}

fn program(case: &Case) -> String {
    std::fs::read_to_string(corpus::repository().join(case.program())).expect("a program")
}

#[test]
fn the_corpus_is_large_and_nothing_in_it_is_left_over() {
    let all = cases();
    assert!(all.len() > 250, "only {} cases", all.len());
    for folder in FOLDERS {
        let names: Vec<String> = all
            .iter()
            .filter(|case| case.name.starts_with(folder))
            .map(|case| case.name.clone())
            .collect();
        assert!(names.len() >= 10, "{folder} has only {} cases", names.len());
        for words in corpus::files(folder, "stderr") {
            assert!(names.contains(&words), "{words}.stderr belongs to no program");
        }
    }
    for name in SEVERAL.iter().map(|it| it.0) {
        assert!(all.iter().any(|case| case.name == name), "{name} is an exception, but not a case");
    }
}

#[test]
fn one_mistake_gives_one_error_and_no_warning() {
    each(|case, messages| {
        let several = SEVERAL.iter().find(|(name, ..)| case.name == *name);
        let expected = several.map_or(1, |&(_, count, _)| count);
        let errors = messages.iter().filter(|message| message.is_error).count();
        match (errors == expected, messages.len() == errors) {
            (true, true) => Ok(()),
            (true, false) => Err("has a warning".into()),
            (false, _) => Err(format!("has {errors} errors, and not {expected}")),
        }
    });
}

/// The first arrow points there. For the error of a `const` block, which is in the library's code,
/// it is the last arrow.
#[test]
fn each_message_points_at_the_users_tokens() {
    each(|case, messages| {
        let program = program(case);
        for message in messages {
            let place = if message.code == Some("E0080") {
                message.places().last()
            } else {
                message.places().next()
            };
            let place = place.ok_or("points nowhere")?;
            if place.file != case.program() {
                return Err(format!("points into {}", place.file));
            }
            let line = program.lines().nth(place.line - 1).expect("a line of the program");
            let tokens = line.get(place.column - 1..).expect("a column of the line");
            if tokens.starts_with("#[request_arena") {
                return Err("points at the whole attribute".into());
            }
        }
        Ok(())
    });
}

#[test]
fn the_first_line_names_the_arena_or_its_lifetime() {
    each(|case, messages| {
        let folder = case.name.split('/').next().expect("a folder");
        if !["escape", "send", "drop"].contains(&folder) {
            return Ok(());
        }
        let arenas = arenas(&program(case));
        let names = |text: &str| {
            text.contains("Arena")
                || text.contains("the arena")
                || arenas.iter().any(|arena| text.contains(arena))
        };
        for message in messages {
            let nameless = NAMELESS.iter().any(|known| message.first_line.starts_with(known));
            let below = nameless
                && (names(message.text)
                    || message.text.contains("arena.")
                    || message.text.contains("`Bump`")
                    || message.text.contains("debug_handler"));
            if !below && !names(message.first_line) {
                return Err(format!("does not name the arena, which is one of {arenas:?}"));
            }
        }
        Ok(())
    });
}

/// The names of arenas and of their owners in a program, in the compiler's quotation marks.
fn arenas(program: &str) -> Vec<String> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut names = Vec::new();
    for mark in [": Arena<", ": &Bump", " = RequestScope::enter"] {
        for (at, _) in program.match_indices(mark) {
            names.extend(
                program[..at]
                    .rsplit(|letter| !is_name(letter))
                    .next()
                    .map(|name| format!("`{name}`")),
            );
        }
    }
    // The parameters of closures.
    for (at, _) in program.match_indices("|") {
        let name: String =
            program[at + 1..].chars().take_while(|&letter| is_name(letter)).collect();
        if !name.is_empty() && program[at + 1 + name.len()..].starts_with('|') {
            names.push(format!("`{name}`"));
        }
    }
    names
}

/// Our own messages name a token of the user, in lower case and without a final dot.
#[test]
fn messages_of_the_macro_are_of_one_style() {
    each(|case, messages| {
        let own = case.name.starts_with("options/") || case.name.starts_with("signature/");
        for message in messages.iter().filter(|message| own && message.code.is_none()) {
            let first = message.first_line;
            if !(first.contains('`') || first.contains("arena") || first.starts_with("expected")) {
                return Err("names no token of the user".into());
            }
            if first.ends_with('.') || first.starts_with(char::is_uppercase) {
                return Err("is of another style".into());
            }
        }
        Ok(())
    });
}

#[test]
fn no_message_has_a_name_of_the_expansion() {
    each(|_, messages| {
        for message in messages {
            let text = message.text.replace("__axum", "");
            let dunder = text
                .split("__")
                .skip(1)
                .any(|rest| rest.starts_with(|next: char| next.is_ascii_alphabetic()));
            if dunder {
                return Err("has a name with two underscores".into());
            }
            if let Some(hidden) = HIDDEN.iter().find(|hidden| text.contains(**hidden)) {
                return Err(format!("has the name `{hidden}`"));
            }
        }
        Ok(())
    });
}

/// All errors are inside the function or its annotation, whatever is wrong with the function.
#[test]
fn callers_of_a_wrong_function_get_no_errors() {
    each(|case, messages| {
        if !case.name.starts_with("callers/") {
            return Ok(());
        }
        let program = program(case);
        let line_of = |texts: &[&str]| {
            program.lines().position(|line| texts.iter().any(|text| line.starts_with(text)))
        };
        let begins =
            program.lines().position(|line| line.trim_start().starts_with("#[request_arena"));
        let begins = begins.expect("an annotation") + 1;
        let callers =
            line_of(&["fn twice", "async fn twice"]).or(line_of(&["fn main"])).expect("a caller")
                + 1;
        let places = messages.iter().filter_map(|message| message.places().next());
        match places.map(|place| place.line).find(|line| !(begins..callers).contains(line)) {
            None => Ok(()),
            Some(line) => Err(format!("has an error in line {line}, of a caller")),
        }
    });
}
