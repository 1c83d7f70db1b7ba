//! The program itself: its errors at the start, and its end by Ctrl-C.

#[cfg(unix)]
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};
use std::{
    net::TcpListener,
    process::{Command, Output},
};

#[cfg(unix)]
use loopback::Client;
#[cfg(unix)]
use search_server::{
    check::{answers::Facets, step::Step},
    data::DOCUMENTS,
};

fn search_server(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_search-server")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_port_in_use_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = search_server(&["--port", &port, "--data-dir", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        said(&output),
        format!(
            "error: port {port} is in use; choose another with --port, or 0 for any free one\n"
        )
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output =
        search_server(&["--port", "0", "--data-dir", file.join("below").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.starts_with("error: ") && said.contains("the data folder cannot be used"),
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn an_unknown_argument_is_an_error() {
    let output = search_server(&["--prot", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--port"), "{}", said(&output));
}

#[test]
fn a_loaded_run_is_diagnosed() {
    let output = search_server(&["--doctor=3"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let report = String::from_utf8_lossy(&output.stdout);
    let requests: u64 = report.split(' ').next().unwrap().parse().unwrap();
    assert!(requests > 0 && report.contains(&format!(" s, {requests} requests\n")), "{report}");
    for part in ["Rust and C allocate from jemalloc\n", " RSS\n", " file pages: ", " unexplained\n"]
    {
        assert!(report.contains(part), "{part} is missing\n{report}");
    }
}

#[test]
fn a_diagnosis_of_no_time_is_refused() {
    let output = search_server(&["--doctor=0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--doctor"), "{}", said(&output));
}

/// The program with its own data, up to its last line of greeting.
#[cfg(unix)]
struct Running {
    process: Child,
    greeting: Vec<String>,
}

#[cfg(unix)]
impl Running {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_search-server"))
            .args(["--port", "0", "--data-dir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut greeting = Vec::new();
        for line in lines {
            greeting.push(line);
            if greeting.last().unwrap().contains("Ctrl-C") {
                break;
            }
        }
        Self { process, greeting }
    }

    fn signal(&self, signal: &str) {
        let sent =
            Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    async fn documents(&self) -> u64 {
        let (_, rest) = self.greeting[0].split_once("http://").unwrap();
        let addr: SocketAddr = rest.split(',').next().unwrap().parse().unwrap();
        let mut client = Client::connect(addr).await.unwrap();
        let answer = client.send(&Step::get("/facets").request).await.unwrap();
        serde_json::from_slice::<Facets>(&answer.body).unwrap().total
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_and_an_interrupted_first_start_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut interrupted = Command::new(env!("CARGO_BIN_EXE_search-server"))
        .args(["--port", "0", "--data-dir"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !folder.path().join("data.mdb").exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    interrupted.kill().unwrap();
    interrupted.wait().unwrap();

    for _ in 0..2 {
        let mut running = Running::start(folder.path());
        assert_eq!(
            running.greeting.iter().filter(|line| line.trim().starts_with("curl ")).count(),
            3
        );
        let greeting = running.greeting.join("\n");
        assert!(
            greeting.contains("/debug/arenas for people") && greeting.contains("/metrics for Prom"),
            "{greeting}"
        );
        assert!(greeting.contains("All links: http://127.0.0.1:"), "{greeting}");
        assert_eq!(running.documents().await, DOCUMENTS);
        running.signal("-INT");
        assert_eq!(running.process.wait().unwrap().code(), Some(0));
    }
}
