//! A headless Chromium that a test drives through its chromedriver.

use std::io::Write;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::{Value, json};
use thirtyfour::common::command::{Command as WebDriverCommand, ExtensionCommand};
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Chromium, and its driver.
pub(crate) struct Installed {
    chromium: PathBuf,
    driver: PathBuf,
}

/// Both programs, if they are installed. Says so if they are not; on a CI machine that is an error.
pub(crate) fn installed() -> Option<Installed> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program);
    let both = chromium.zip(program("chromedriver"));
    if both.is_none() {
        let message = "SKIPPED: chromium and chromedriver are not installed (apt-get install \
            chromium chromium-driver)";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        // Not by a macro, since the output of a passing test is not shown.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
    both.map(|(chromium, driver)| Installed { chromium, driver })
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

impl Installed {
    /// Runs `test` with a browser, which is closed after it, also if it panics.
    pub(crate) async fn drive<F>(
        &self,
        javascript: bool,
        test: impl FnOnce(WebDriver) -> F,
    ) -> WebDriverResult<()>
    where
        F: Future<Output = WebDriverResult<()>> + Send + 'static,
    {
        let profile = tempfile::tempdir()?;
        let mut driver = Command::new(&self.driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = driver.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(output).lines();
        let port = loop {
            let line = lines.next_line().await?.expect("chromedriver says its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };

        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&self.chromium.to_string_lossy())?;
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            "--window-size=1300,1000",
        ] {
            wanted.add_arg(argument)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        if !javascript {
            let no_scripts = json!({"profile.managed_default_content_settings.javascript": 2});
            wanted.add_experimental_option("prefs", no_scripts)?;
        }
        wanted.set_base_capability("goog:loggingPrefs", json!({"browser": "ALL"}))?;

        let browser = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await?;
        let outcome = tokio::spawn(test(browser.clone())).await;
        browser.quit().await?;
        driver.kill().await?;
        outcome.unwrap_or_else(|error| resume_unwind(error.into_panic()))
    }
}

/// What the browser's console says since it was last asked: errors of scripts, refusals of the
/// policy, failed requests.
pub(crate) async fn console(browser: &WebDriver) -> WebDriverResult<Vec<String>> {
    #[derive(Debug)]
    struct Log;

    impl ExtensionCommand for Log {
        fn parameters_json(&self) -> Option<Value> {
            Some(json!({"type": "browser"}))
        }

        fn method(&self) -> http::Method {
            http::Method::POST
        }

        fn endpoint(&self) -> Arc<str> {
            "/se/log".into()
        }
    }

    let answer = browser.handle.cmd(WebDriverCommand::ExtensionCommand(Box::new(Log))).await?;
    let entries: Vec<Value> = answer.value()?;
    Ok(entries.iter().map(|entry| entry["message"].to_string()).collect())
}
