//! A simulated Manage for measurements: `manage 10000` prints its address, with that many new tickets. Then it takes
//! orders, a line each: `more 500` adds tickets, `status 7` tells one's status; each is answered with a line.

use sandbox::manage::{Manage, World};
use std::io::BufRead as _;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the address and the answers are what this program is for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).ok_or("name how many tickets: manage 10000")?.parse()?;
    let mut world = World::seeded();
    for number in 0..count {
        world.new_ticket(&format!("Measured {number}"));
    }
    let manage = Manage::start(world).await?;
    println!("{}", manage.url());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            Some(("more", count)) => {
                let count: usize = count.parse()?;
                manage.with(|world| {
                    for number in 0..count {
                        world.new_ticket(&format!("More {number}"));
                    }
                });
                "added".to_owned()
            }
            Some(("status", id)) => {
                let id: i64 = id.parse()?;
                manage
                    .with(|world| world.row("tickets", id).map(|ticket| ticket["status"]["name"].to_string()))
                    .unwrap_or_default()
            }
            _ => "what?".to_owned(),
        };
        println!("{answer}");
    }
    Ok(())
}
