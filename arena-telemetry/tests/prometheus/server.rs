//! A Prometheus of one's own: its process, its storage, its questions and answers.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::support::dashboards;

/// A running Prometheus; dropped, it is killed and its storage removed.
pub(crate) struct Prometheus {
    process: Child,
    addr: SocketAddr,
    _storage: TempDir,
}

/// A series that a query answered: its labels without those of the scrape, and its value.
pub(crate) type Series = (BTreeMap<String, String>, f64);

impl Prometheus {
    /// Starts one that scrapes `/metrics` of `target` each second, as the job `service`.
    pub(crate) fn start(target: SocketAddr) -> Self {
        Self::scraping(target, &[("service", "/metrics")])
    }

    /// Starts one that scrapes these paths of `target` each second, a job each, and has loaded the
    /// rules. It listens on a port of its own choice.
    pub(crate) fn scraping(target: SocketAddr, jobs: &[(&str, &str)]) -> Self {
        Self::with_features(target, jobs, &[])
    }

    /// As [`scraping`](Self::scraping), with these features. `native-histograms` is a setting from
    /// version 3.8 on.
    pub(crate) fn with_features(
        target: SocketAddr,
        jobs: &[(&str, &str)],
        features: &[&str],
    ) -> Self {
        let jobs = jobs.iter().map(|(job, path)| {
            serde_json::json!({
                "job_name": job,
                "metrics_path": path,
                "static_configs": [{ "targets": [target.to_string()] }],
            })
        });
        let storage = tempfile::tempdir().unwrap();
        let rules =
            ["recording-rules.yml", "alerting-rules.yml"].map(|file| dashboards().join(file));
        let mut global = serde_json::json!({
            "scrape_interval": "1s",
            "scrape_timeout": "1s",
            "evaluation_interval": "1s",
        });
        if features.contains(&"native-histograms") && !is_version_2() {
            global["scrape_native_histograms"] = true.into();
        }
        let config = serde_json::json!({
            "global": global,
            "rule_files": rules,
            "scrape_configs": jobs.collect::<Vec<_>>(),
        });
        let file = storage.path().join("prometheus.yml");
        // JSON is YAML.
        fs::write(&file, config.to_string()).unwrap();
        let mut process = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", storage.path().join("data").display()))
            .arg("--web.listen-address=127.0.0.1:0")
            .arg(format!("--enable-feature={}", features.join(",")))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        // In its own hands from here on, that a panic below does not leave it running.
        let mut prometheus =
            Self { process, addr: SocketAddr::from(([127, 0, 0, 1], 0)), _storage: storage };
        let (send, lines) = mpsc::channel();
        // Reads to the end, that Prometheus never waits for a reader.
        thread::spawn(move || {
            log.lines().map_while(Result::ok).for_each(|line| drop(send.send(line)));
        });
        let mut all = String::new();
        loop {
            let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) else {
                panic!("Prometheus does not listen:\n{all}")
            };
            let addr =
                line.split_once("Listening on").and_then(|(_, rest)| rest.split_once("address="));
            if let Some((_, addr)) = addr {
                prometheus.addr = addr.trim().trim_matches('"').parse().unwrap();
                return prometheus;
            }
            let _ = writeln!(all, "{line}");
        }
    }

    /// What the API answers under this path; `None` as long as Prometheus starts.
    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        let answer = fetch(self.addr, Method::GET, &format!("/api/v1/{path}"), None).await;
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            return None;
        }
        let mut json: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(json["status"], "success", "{path}: {json}");
        Some(json["data"].take())
    }

    /// The series that this PromQL gives now.
    pub(crate) async fn query(&self, promql: &str) -> Vec<Series> {
        let Some(data) = self.get(&format!("query?query={}", escaped(promql))).await else {
            return Vec::new();
        };
        data["result"].as_array().unwrap().iter().map(series).collect()
    }

    /// The exemplars of the last hour of these series: the labels of the series, those of the
    /// exemplar, and its value.
    pub(crate) async fn exemplars(&self, promql: &str) -> Vec<(Value, Value, f64)> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (start, end) = (now - 3600, now + 60);
        let query = escaped(promql);
        let path = format!("query_exemplars?query={query}&start={start}&end={end}");
        let data = self.get(&path).await.unwrap_or_default();
        let series = data.as_array().into_iter().flatten();
        let each = |series: &Value| {
            let of = series["seriesLabels"].clone();
            let all = series["exemplars"].as_array().cloned().unwrap_or_default();
            let value = |it: &Value| it["value"].as_str().unwrap().parse().unwrap();
            all.into_iter().map(move |it| (of.clone(), it["labels"].clone(), value(&it)))
        };
        series.flat_map(each).collect()
    }

    /// The one value that this PromQL gives now.
    pub(crate) async fn value(&self, promql: &str) -> f64 {
        let found = self.query(promql).await;
        let [(_, value)] = &found[..] else { panic!("{promql}: {found:?}") };
        *value
    }

    /// Asks until the answer is `true`.
    pub(crate) async fn until(&self, what: &str, mut holds: impl AsyncFnMut(&Self) -> bool) {
        for _ in 0..600 {
            if holds(self).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("waited in vain until {what}; targets: {:?}", self.get("targets").await);
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended on its own.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_version_2() -> bool {
    let version = Command::new("prometheus").arg("--version").output().unwrap();
    // Version 2 prints to the one, and later ones to the other.
    [version.stdout, version.stderr]
        .iter()
        .any(|text| String::from_utf8_lossy(text).starts_with("prometheus, version 2."))
}

fn escaped(promql: &str) -> String {
    let mut escaped = String::new();
    for byte in promql.bytes() {
        let _ = write!(escaped, "%{byte:02X}");
    }
    escaped
}

fn series(one: &Value) -> Series {
    let labels = one["metric"].as_object().unwrap().iter();
    let labels = labels.filter(|(key, _)| !matches!(key.as_str(), "instance" | "job"));
    let labels = labels.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()));
    (labels.collect(), one["value"][1].as_str().unwrap().parse().unwrap())
}

/// An answer of an HTTP server.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// Sends one request and reads the whole answer.
pub(crate) async fn fetch(
    addr: SocketAddr,
    method: Method,
    target: &str,
    accept: Option<&str>,
) -> Answer {
    let socket = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(socket)).await.unwrap();
    tokio::spawn(connection);
    let mut request = Request::builder().method(method).uri(target).header(HOST, addr.to_string());
    if let Some(accept) = accept {
        request = request.header(ACCEPT, accept);
    }
    let response = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, content_type, body: String::from_utf8(body.into()).unwrap() }
}
