//! A small HTTP service with a memory leak, and the doctor that finds it. The service uses no
//! arena, no macro and no scope of request-arena.
//!
//! `cargo run --release -p request-arena-doctor --example service` sends requests to itself for a
//! minute, and prints the diagnosis. Give another number of seconds as an argument.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use request_arena_doctor::{Doctor, Options, record_requests};

/// One session for each client that ever came. Nothing removes them: this is the leak.
type Sessions = Arc<Mutex<HashMap<u64, Vec<u8>>>>;

fn main() -> io::Result<()> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(60);
    let doctor = Doctor::start(Options::default());

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || serve(&listener));
    send_requests(address, Duration::from_secs(seconds))?;

    println!("{}", doctor.diagnose());
    Ok(())
}

fn serve(listener: &TcpListener) -> io::Result<()> {
    let sessions = Sessions::default();
    for stream in listener.incoming() {
        let (stream, sessions) = (stream?, Arc::clone(&sessions));
        thread::spawn(move || answer(stream, &sessions));
    }
    Ok(())
}

fn answer(mut stream: TcpStream, sessions: &Sessions) -> io::Result<()> {
    let mut head = BufReader::new(&stream).lines();
    let request = head.next().unwrap_or_else(|| Ok(String::new()))?;
    // The headers end with an empty line.
    while head.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let client = request.split('/').nth(1).and_then(|path| path.split(' ').next());
    let client = client.and_then(|client| client.parse().ok()).unwrap_or_default();
    sessions.lock().expect("no panic").insert(client, vec![1; 20_000]);
    stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")?;

    record_requests(1); // the doctor sees how much memory each request adds
    Ok(())
}

/// A hundred requests a second, each from another client, with a pause in each fifth second.
fn send_requests(address: SocketAddr, duration: Duration) -> io::Result<()> {
    let began = Instant::now();
    let mut client = 0_u64;
    while began.elapsed() < duration {
        if began.elapsed().as_secs() % 5 < 4 {
            client += 1;
            let mut stream = TcpStream::connect(address)?;
            let request = format!("GET /{client} HTTP/1.1\r\nhost: {address}\r\n\r\n");
            stream.write_all(request.as_bytes())?;
            stream.read_to_end(&mut Vec::new())?;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
