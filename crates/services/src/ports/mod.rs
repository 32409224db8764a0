//! What the use cases need from outside, in our words. Adapters implement these traits; `server/src/wiring.rs`
//! brings the two together.

pub mod clock;
pub mod psa;
pub mod random;
pub mod reader;
pub mod store;
pub mod vault;

pub use clock::Clock;
pub use psa::Psa;
pub use random::Random;
pub use reader::SourceReader;
pub use store::Store;
pub use vault::Vault;
