//! app
pub struct Assets;
