//! A ConnectWise Manage that keeps state, as far as the connector needs one (`manage-api.md` section 15).
//!
//! - [`World`]: what it keeps; tests read and change it through [`Manage::with`]
//! - `api`, `list`, `write`: the API; `collections` is the table of what there is
//! - `tickets`, `workflows`, `callbacks`: what records do by themselves; `merge`: copying and merging tickets
//! - [`Fault`]: what goes wrong on purpose; [`Quirks`]: how this instance differs from others
//! - `control`: a page under `/_sandbox` to create and change tickets by hand; `demo`: what `tandem demo` shows
//!
//! A new collection is a line in `collections`; a new fault is a variant of [`FaultKind`].

mod answer;
mod api;
mod callbacks;
mod clock;
mod collections;
mod control;
mod demo;
mod dialect;
mod faults;
mod list;
mod merge;
mod seed;
mod serve;
mod tickets;
mod workflows;
mod world;
mod write;

pub use callbacks::sign;
pub use clock::Clock;
pub use dialect::{Conditions, Dialect};
pub use faults::{Fault, Kind as FaultKind};
pub use world::{API_MEMBER, Quirks, Request, World};

use serve::{Shared, lock};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// A running instance; it ends when this is dropped.
pub struct Manage {
    address: SocketAddr,
    world: Shared,
    task: JoinHandle<()>,
}

impl Manage {
    /// Starts an instance on a free port of this machine.
    pub async fn start(world: World) -> io::Result<Self> {
        Self::start_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), world).await
    }

    /// Starts an instance on the given address.
    pub async fn start_on(address: SocketAddr, mut world: World) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        world.origin = format!("http://{address}");
        let world = Arc::new(Mutex::new(world));
        let task = tokio::spawn(serve::serve(listener, world.clone()));
        Ok(Self { address, world, task })
    }

    /// The address that a connector enters.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads or changes the state.
    pub fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut lock(&self.world))
    }

    /// What was asked of paths that hold `part`, without regard to case.
    pub fn requests(&self, part: &str) -> Vec<Request> {
        let part = part.to_lowercase();
        self.with(|world| {
            world.log.iter().filter(|request| request.path.to_lowercase().contains(&part)).cloned().collect()
        })
    }
}

impl Drop for Manage {
    fn drop(&mut self) {
        self.task.abort();
    }
}
