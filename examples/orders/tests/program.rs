//! The program itself: its check, its greeting, and its errors at the start.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

fn orders(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_orders")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_check_compares_both_versions() {
    let output = orders(&["--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("both versions answer alike"), "{said}");
}

#[test]
fn a_port_in_use_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = orders(&["--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    let expected = format!(
        "error: port {port} is in use; choose another with --port, or 0 for any free one\n"
    );
    assert_eq!(text(&output.stderr), expected);
}

/// The program, which is killed in the end.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Sends what `curl` sends for a line of the greeting, and returns the answer.
fn curl(line: &str) -> String {
    let parts: Vec<&str> = line.split('\'').collect();
    let (address, path) = parts[1].strip_prefix("http://").unwrap().split_once('/').unwrap();
    let request = match parts.as_slice() {
        [_, _, _, header, data, body, _] => {
            assert_eq!(*data, " -d ");
            format!("POST /{path} HTTP/1.1\r\n{header}\r\ncontent-length: {}\r\n", body.len())
                + &format!("host: x\r\nconnection: close\r\n\r\n{body}")
        }
        [_, _, _] => format!("GET /{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
        _ => panic!("{line}"),
    };
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_lines_of_the_greeting_work() {
    for version in [&[][..], &["--heap"]] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_orders"))
            .args(["--port", "0"])
            .args(version)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        let _running = Running(process);
        let lines = BufReader::new(output).lines().map(Result::unwrap);
        let greeting: Vec<String> = lines.take_while(|line| !line.contains("Ctrl-C")).collect();
        let answers: Vec<String> =
            greeting.iter().filter(|line| line.starts_with("  curl")).map(|it| curl(it)).collect();
        let statuses: Vec<&str> = answers.iter().map(|answer| &answer[9..12]).collect();
        assert_eq!(statuses, ["200", "201", "422", "200", "200"], "{answers:#?}");
        assert!(answers[1].contains(r#""number":1"#), "{}", answers[1]);
        for field in ["customer.name", "ship_to.country", "items[0].quantity"] {
            assert!(answers[2].contains(field), "{}", answers[2]);
        }
        assert!(answers[4].contains(r#""orders":1"#), "{}", answers[4]);
    }
}
