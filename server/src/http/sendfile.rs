//! Large answers that are given again and again, sent by the kernel out of its own memory (`sendfile(2)`).
//!
//! Most of what a whole manifest costs is the copy of half a megabyte into the socket. An answer that is kept here is a
//! file as well, whose pages the kernel sends as they are. HTTP stays hyper's: [`Connection`] stands between hyper
//! and the socket, and knows by its place in memory what hyper is about to write.

use axum::body::Bytes;
use axum_server::accept::Accept;
use rustix::{
    fs::sendfile,
    net::{SendFlags, send},
};
use std::{
    collections::BTreeMap,
    fs::File,
    future::{Ready, ready},
    io::{self, IoSlice, Write as _},
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    task::{Context, Poll, ready as wait},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf},
    net::TcpStream,
};

/// Answers below this size cost less to copy than to look up and send in two calls.
const LEAST: usize = 64 * 1024;
/// Bytes of files at most; when they are full, they are made anew.
const MOST: usize = 32 * 1024 * 1024;
/// What may stand before an answer that the kernel sends, in bytes: its headers.
const MOST_BEFORE: usize = 8 * 1024;

/// Files by where the same bytes stand in ours.
#[derive(Default)]
pub struct Files(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    bytes: usize,
    by_place: BTreeMap<usize, Arc<Copied>>,
}

/// A file, and the bytes that it holds: as long as these are here, nothing else can stand in their place.
struct Copied {
    bytes: Bytes,
    file: File,
}

impl Files {
    /// Keeps a file of an answer that will be given again. Without one it is copied, as every other answer.
    pub fn keep(&self, bytes: &Bytes) {
        if bytes.len() < LEAST || self.holding(bytes).is_some() {
            return;
        }
        match nameless(bytes) {
            Ok(file) => self.add(bytes.clone(), file),
            Err(error) => tracing::debug!(%error, "no file for an answer"),
        }
    }

    fn add(&self, bytes: Bytes, file: File) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + bytes.len() > MOST {
            *kept = Kept::default();
        }
        kept.bytes += bytes.len();
        kept.by_place.insert(bytes.as_ptr().addr(), Arc::new(Copied { bytes, file }));
    }

    /// The file that holds these very bytes, and where in it they begin.
    fn holding(&self, bytes: &[u8]) -> Option<(Arc<Copied>, usize)> {
        let place = bytes.as_ptr().addr();
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (start, found) = kept.by_place.range(..=place).next_back()?;
        let offset = place - start;
        (offset + bytes.len() <= found.bytes.len()).then(|| (found.clone(), offset))
    }
}

/// A file with these bytes that has no name: nobody else can change it, and it goes with the process. It stands on a disk,
/// whose pages the kernel keeps in larger pieces than those of a file in memory: these cost a fifth more to send.
fn nameless(bytes: &[u8]) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Makes connections whose large answers the kernel sends.
#[derive(Clone)]
pub struct Acceptor(pub Arc<Files>);

impl<S> Accept<TcpStream, S> for Acceptor {
    type Stream = Connection;
    type Service = S;
    type Future = Ready<io::Result<(Connection, S)>>;

    fn accept(&self, socket: TcpStream, service: S) -> Self::Future {
        ready(Ok((Connection { socket, files: self.0.clone() }, service)))
    }
}

/// A connection whose large answers the kernel sends.
pub struct Connection {
    socket: TcpStream,
    files: Arc<Files>,
}

/// What hyper is about to write: headers, and an answer that a file holds.
struct Whole {
    before: Vec<u8>,
    file: Arc<Copied>,
    offset: usize,
    length: usize,
}

impl Connection {
    fn whole(&self, parts: &[IoSlice<'_>]) -> Option<Whole> {
        let (last, before) = parts.split_last().filter(|(last, _)| last.len() >= LEAST)?;
        let known = before.iter().map(|part| part.len()).sum::<usize>() <= MOST_BEFORE;
        let (file, offset) = self.files.holding(last).filter(|_| known)?;
        Some(Whole {
            before: before.iter().flat_map(|part| part.iter().copied()).collect(),
            file,
            offset,
            length: last.len(),
        })
    }

    /// As much as the socket takes now.
    fn send(&self, whole: &Whole) -> io::Result<usize> {
        let before = match whole.before.as_slice() {
            [] => 0,
            before => send(&self.socket, before, SendFlags::MORE | SendFlags::NOSIGNAL)?,
        };
        if before < whole.before.len() {
            return Ok(before);
        }
        let mut offset = whole.offset as u64;
        match sendfile(&self.socket, &whole.file.file, Some(&mut offset), whole.length) {
            Ok(sent) => Ok(before + sent),
            // The headers are on their way: what is wrong shows with the next bytes.
            Err(_) if before > 0 => Ok(before),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Some(whole) = self.whole(parts) else {
            return Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        };
        loop {
            wait!(self.socket.poll_write_ready(context))?;
            match self.socket.try_io(Interest::WRITABLE, || self.send(&whole)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                sent => return Poll::Ready(sent),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::connections;
    use axum::{Router, routing::get};
    use std::{net::SocketAddr, time::Duration};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        time::timeout,
    };

    const SOON: Duration = Duration::from_secs(30);

    fn large(mark: u8) -> Bytes {
        // Larger than any socket's buffers, so that it goes in many calls.
        (0..9_000_000u32).map(|number| mark ^ number.to_le_bytes()[usize::from(number % 7 == 0)]).collect()
    }

    /// A server that answers with these bytes.
    fn start(files: &Arc<Files>, answer: Bytes) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/", get(move || std::future::ready(answer.clone())));
        let server = connections::server(listener, SOON, files.clone()).unwrap();
        tokio::spawn(server.serve(routes.into_make_service()));
        address
    }

    /// The bodies of two answers on one connection, read after both were asked for.
    async fn two(address: SocketAddr, length: usize) -> [Vec<u8>; 2] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let asked = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        connection.write_all(asked.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        timeout(SOON, connection.read_to_end(&mut heard)).await.expect("it is closed").unwrap();
        let mut rest = heard.as_slice();
        [(); 2].map(|()| {
            let head = rest.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
            let (body, more) = rest[head..].split_at(length);
            rest = more;
            body.to_vec()
        })
    }

    #[tokio::test]
    async fn what_a_file_holds_is_sent_out_of_it() {
        let (files, ours, theirs) = (Arc::new(Files::default()), large(0), large(0x55));
        // Another content than ours shows where the bytes come from.
        files.add(ours.clone(), nameless(&theirs).unwrap());
        let address = start(&files, ours.clone());
        assert!(two(address, ours.len()).await.iter().all(|body| *body == theirs));
        // The same bytes in another place are not the same.
        let copy = Bytes::copy_from_slice(&ours);
        assert!(two(start(&files, copy), ours.len()).await.iter().all(|body| *body == ours));
    }

    #[tokio::test]
    async fn parts_are_found_and_neighbours_are_not() {
        let (files, whole) = (Files::default(), large(7));
        let kept = whole.slice(LEAST..4 * LEAST);
        files.keep(&kept);
        files.keep(&whole.slice(..LEAST - 1));
        let offset = |part: &[u8]| files.holding(part).map(|(_, offset)| offset);
        assert_eq!(offset(&kept), Some(0));
        assert_eq!(offset(&kept[LEAST..]), Some(LEAST));
        assert_eq!(offset(&whole[..2 * LEAST]), None, "it begins before");
        assert_eq!(offset(&whole[LEAST..5 * LEAST]), None, "it ends behind");
        assert_eq!(offset(&whole[..LEAST - 1]), None, "it is too small");
    }

    #[test]
    fn files_are_bounded() {
        let files = Files::default();
        for mark in 0..9 {
            files.keep(&large(mark));
        }
        let kept = files.0.read().unwrap();
        assert!(kept.bytes <= MOST && !kept.by_place.is_empty());
    }
}
