//! Connections: how they are spoken on, how many there may be, and when those that say nothing are closed.

use super::sendfile::{Acceptor, Files};
use axum_server::Server;
use futures::future::BoxFuture;
use hyper_util::rt::TokioTimer;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{BoxError, Service};

/// What a caller's headers may take, in bytes.
const HEADERS: usize = 64 * 1024;
/// The most connections that are open at once: some times as many as a large house has receivers and browsers.
const MOST: usize = 8_192;
/// Descriptors that stay free for the database, for files and for calls to others.
const KEPT: usize = 128;

/// A server that closes connections whose headers do not come in time, idle ones too, and has the kernel send what
/// `files` holds. It speaks HTTP/1 only: to tell
/// versions apart, the first bytes of a connection would be waited for without any end.
pub fn server(
    listener: TcpListener,
    patience: Duration,
    files: Arc<Files>,
) -> io::Result<Server<SocketAddr, Acceptor>> {
    let mut server = axum_server::from_tcp(listener)?.acceptor(Acceptor(files)).http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEADERS);
    Ok(server)
}

/// How many connections this process can bear. It takes as many descriptors as it may have: the few that most systems
/// begin with are meant for programs that cannot count further.
pub fn most() -> usize {
    let maximum = getrlimit(Resource::Nofile).maximum;
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    most_under(getrlimit(Resource::Nofile).current)
}

fn most_under(descriptors: Option<u64>) -> usize {
    let known = descriptors.and_then(|count| usize::try_from(count).ok());
    known.map_or(MOST, |count| count.saturating_sub(KEPT).clamp(KEPT / 2, MOST))
}

/// Makes what answers on a connection, for so many at once; those beyond are closed unheard.
pub struct Bounded<M> {
    makes: M,
    places: Arc<Semaphore>,
}

impl<M> Bounded<M> {
    /// At most `most` connections of `makes`.
    pub fn new(makes: M, most: usize) -> Self {
        Self { makes, places: Arc::new(Semaphore::new(most)) }
    }
}

impl<M> Service<SocketAddr> for Bounded<M>
where
    M: Service<SocketAddr, Error: Into<BoxError>, Future: Send + 'static>,
{
    type Response = Placed<M::Response>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.makes.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, caller: SocketAddr) -> Self::Future {
        let place = self.places.clone().try_acquire_owned();
        let making = self.makes.call(caller);
        Box::pin(async move {
            let place =
                place.inspect_err(|_| metrics::counter!("tandem_connections_refused_total").increment(1))?;
            let answers = making.await.map_err(Into::into)?;
            Ok(Placed { answers, _place: Arc::new(place) })
        })
    }
}

/// What answers on one connection, and its place among them.
#[derive(Clone)]
pub struct Placed<S> {
    answers: S,
    _place: Arc<OwnedSemaphorePermit>,
}

impl<S: Service<R>, R> Service<R> for Placed<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.answers.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.answers.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        time::timeout,
    };

    const SOON: Duration = Duration::from_secs(10);

    /// Starts a server for so many connections; its address.
    fn start(patience: Duration, most: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/", get(|| async { "here\n" }));
        let makes = Bounded::new(routes.into_make_service(), most);
        tokio::spawn(server(listener, patience, Arc::default()).unwrap().serve(makes));
        address
    }

    /// What comes on a connection until it is closed, after something was said on it.
    async fn heard(address: SocketAddr, said: &[u8]) -> String {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let mut heard = Vec::new();
        // A connection that is closed at once may be gone before anything is said.
        if connection.write_all(said).await.is_ok() {
            let _ = timeout(SOON, connection.read_to_end(&mut heard)).await.expect("it is closed");
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    #[tokio::test]
    async fn who_says_nothing_is_not_waited_for() {
        let address = start(Duration::from_millis(100), 9);
        for said in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            let heard = heard(address, said.as_bytes()).await;
            assert!(!heard.contains("200 OK"), "{said}: {heard}");
        }
        // Idle afterwards, it is closed as well.
        assert!(heard(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.ends_with("here\n"));
    }

    #[tokio::test]
    async fn only_so_many_are_open_at_once() {
        let asked = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let address = start(SOON * 6, 1);
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        first.read_exact(&mut [0; 12]).await.unwrap();
        assert_eq!(heard(address, asked).await, "", "one beyond is closed unheard");
        drop(first);
        let free = async {
            while !heard(address, asked).await.ends_with("here\n") {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, free).await.expect("its place is free again");
    }

    #[test]
    fn descriptors_bound_connections() {
        let bound = [Some(1_024), Some(32), Some(524_288), None].map(most_under);
        assert_eq!(bound, [896, 64, 8192, 8192]);
        assert!(most() >= 64 && getrlimit(Resource::Nofile).current == getrlimit(Resource::Nofile).maximum);
    }
}
