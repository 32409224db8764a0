//! Fills a database as an Automate server has it, for measurements: `labtech mysql://user:password@host:port 20000`
//! prints the address of an account that may only read it.

use sandbox::labtech::{Instance, Shape};

/// The database's name.
const DATABASE: &str = "labtech";

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the address is what this program answers")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(server), Some(scripts)) = (arguments.next(), arguments.next()) else {
        return Err(
            "name the server and how many scripts: labtech mysql://user:password@host:port 20000".into()
        );
    };
    let instance = Instance::filled(&server, DATABASE, Shape { scripts: scripts.parse()?, shift: 0 }).await?;
    println!("{}", instance.reader("reader", "reader").await?);
    Ok(())
}
