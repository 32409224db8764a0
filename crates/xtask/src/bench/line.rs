//! A connection that is kept, with requests as they travel: what a caller costs here is little beside what it measures.

use super::http::Tandem;
use anyhow::{Context as _, Result, ensure};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// A connection.
pub(super) struct Line {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Line {
    /// Connects to `http://ADDRESS:PORT`.
    pub(super) fn open(url: &str) -> Result<Self> {
        let stream = TcpStream::connect(url.trim_start_matches("http://"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::new() })
    }

    /// Asks, and waits for the whole answer, which has this status; its body.
    pub(super) fn ask(&mut self, request: &str, status: u16) -> Result<&[u8]> {
        self.stream.write_all(request.as_bytes())?;
        self.answer.clear();
        let head = loop {
            self.read()?;
            if let Some(at) = self.answer.windows(4).position(|end| end == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let told = std::str::from_utf8(&self.answer[..head])?;
        ensure!(told.starts_with(&format!("HTTP/1.1 {status} ")), "not {status}: {told}");
        // 304 tells at most how long the answer would have been (RFC 9110 section 15.4.5).
        let length = told.lines().filter(|_| status != 304).find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>())
        });
        ensure!(length.is_some() || status == 304, "the answer does not say how long it is");
        let whole = head + length.transpose()?.unwrap_or(0);
        while self.answer.len() < whole {
            self.read()?;
        }
        Ok(&self.answer[head..])
    }

    fn read(&mut self) -> Result<()> {
        let mut part = [0; 16 * 1024];
        let read = self.stream.read(&mut part)?;
        ensure!(read > 0, "the server closed the connection");
        self.answer.extend_from_slice(&part[..read]);
        Ok(())
    }
}

/// A request as it travels; each of the header lines ends with its `\r\n`.
pub(super) fn plain(method: &str, path: &str, lines: &str, body: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n{body}")
}

/// A request of the API.
pub(super) fn request(method: &str, path: &str, token: &str, body: Option<&str>) -> String {
    let typed =
        body.map(|body| format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
    let lines = format!("Authorization: Bearer {token}\r\n{}", typed.unwrap_or_default());
    plain(method, &format!("/api/v1{path}"), &lines, body.unwrap_or_default())
}

/// A caller of the API with a connection of its own.
pub(super) struct Caller<'a> {
    line: Line,
    token: &'a str,
}

impl<'a> Caller<'a> {
    pub(super) fn of(tandem: &Tandem, token: &'a str) -> Result<Self> {
        Ok(Self { line: Line::open(&tandem.url).context("no connection")?, token })
    }

    pub(super) fn get(&mut self, path: &str) -> Result<&[u8]> {
        self.line.ask(&request("GET", path, self.token, None), 200)
    }

    /// Makes something.
    pub(super) fn make(&mut self, path: &str, body: &str) -> Result<()> {
        self.line.ask(&request("POST", path, self.token, Some(body)), 201).map(drop)
    }
}
