// A Tandem of its own for each file, and a browser. A panic in the server's log fails the run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const binary = process.env.TANDEM_BIN ?? join(import.meta.dirname, '../../target/bin/tandem');
const artifacts = join(import.meta.dirname, '../artifacts');
mkdirSync(artifacts, { recursive: true });

export const phone = { width: 390, height: 844 };
export const wide = { width: 1440, height: 900 };
export const account = { email: 'demo@tandem.example', password: 'walnut lantern 42' };

/** Starts `tandem <arguments>` in a folder of its own; answers when it listens. */
export const start = (...args) => startOn(0, {}, ...args);

const startOn = (port, settings, ...args) => startIn(mkdtempSync(join(tmpdir(), 'tandem-e2e-')), port, settings, ...args);

async function startIn(folder, port, settings, ...args) {
  const child = spawn(binary, [...args.map((text) => text.replace('FOLDER', folder)), '--listen', `127.0.0.1:${port}`], { cwd: folder, env: { ...process.env, ...settings } });
  let log = '';
  let output = '';
  child.stderr.on('data', (text) => { log += text; });
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output += text;
      const found = /listening on (\S+)/.exec(output);
      if (found) resolve(found[1]);
    });
    child.on('exit', (code) => reject(new Error(`tandem ended with ${code}: ${log}`)));
  });
  const end = async () => {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    assert.ok(!/panicked at/.test(log), `the server panicked:\n${log}`);
  };
  return {
    url, folder,
    log: () => log,
    /** Where the simulated Manage is; the demo says it right after its own address. */
    async manage() {
      for (;;) {
        const found = /Tickets\s+(\S+)\/_sandbox/.exec(output);
        if (found) return found[1];
        await new Promise((resolve) => child.stdout.once('data', resolve));
      }
    },
    /** Ends it, and starts it once more on what it kept. */
    async again() {
      await end();
      return startIn(folder, port, settings, ...args);
    },
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const demo = () => start('demo', '--keep', 'FOLDER');

/** A demo that knows its public address, so that the simulated Manage can call it. */
export async function reachableDemo() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return startOn(port, { TANDEM__SERVER__PUBLIC_URL: `http://127.0.0.1:${port}` }, 'demo', '--keep', 'FOLDER');
}

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A page that fails the test on errors in its console. */
export async function open(url, { viewport = wide, javaScriptEnabled = true, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport, javaScriptEnabled, colorScheme, baseURL: url, isMobile: viewport === phone, hasTouch: viewport === phone });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (line) => { if (line.type() === 'error' && !/status of (4|503)/.test(line.text())) errors.push(line.text()); });
  page.setDefaultTimeout(15_000);
  return { page, errors, async close() { await context.close(); assert.deepEqual(errors, []); } };
}

/** Keeps a picture for people to look at. */
export const picture = (page, name) => page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });
