//! The simulated Manage of the measurements, in a process of its own.

use super::http::cpu_of;
use crate::process::cargo;
use anyhow::{Context as _, Result};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

/// What the example `manage` of `sandbox` is.
pub(super) struct Simulator {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Its address.
    pub(super) url: String,
}

impl Simulator {
    /// Starts one with so many new tickets, beside the six that it always has.
    pub(super) fn start(tickets: usize) -> Result<Self> {
        let tickets = tickets.to_string();
        let mut command = cargo(&[
            "run",
            "--quiet",
            "--locked",
            "--release",
            "-p",
            "sandbox",
            "--example",
            "manage",
            "--",
            &tickets,
        ])?;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take().context("the simulator takes no orders")?;
        let answers = BufReader::new(child.stdout.take().context("the simulator has no output")?);
        let mut simulator = Self { child, orders, answers, url: String::new() };
        simulator.url = simulator.line()?;
        Ok(simulator)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    /// Seconds of CPU that it used so far: `cargo run` becomes the program that it runs.
    pub(super) fn cpu(&self) -> Result<f64> {
        cpu_of(self.child.id())
    }

    /// Gives an order; answers the line that the simulator answers.
    pub(super) fn order(&mut self, order: &str) -> Result<String> {
        writeln!(self.orders, "{order}")?;
        self.line()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
