// What a person with a phone waits for: a middling phone (its processor four times slower than this machine's) on a
// slow mobile network, nothing kept from an earlier visit. Prints rows of the table of figures; asserts nothing.
import { account, browser, demo, phone } from '../support/world.mjs';
import { alive, manageAt, openAlert, signIn } from '../support/actions.mjs';

const ROUNDS = 9;
/** Lighthouse's mobile profile: 150 ms there and back, 1.6 Mbit/s down, 0.75 Mbit/s up, 4 times slower. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (0.75e6 / 8) * 0.9 };
const SLOWER = 4;

/** Runs in the page before anything else of it: keeps what the browser measures. */
function watch() {
  const seen = { lcp: 0, shift: 0, blocked: 0, live: 0, taps: [] };
  window.seen = seen;
  const on = (type, take, more) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  on('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime; });
  on('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
  on('longtask', (entry) => { if (!seen.live) seen.blocked += Math.max(0, entry.duration - 50); });
  on('event', (entry) => { if (entry.interactionId) seen.taps.push(entry.duration); }, { durationThreshold: 16 });
  new MutationObserver(() => {
    if (!seen.live && document.documentElement?.hasAttribute('data-live')) seen.live = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-live'] });
}

/** A page as the phone sees it, signed in, with an empty cache. */
async function onPhone(url, state) {
  const context = await browser.newContext({ viewport: phone, isMobile: true, hasTouch: true, baseURL: url, storageState: state });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(watch);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', NETWORK);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return { page, close: () => context.close() };
}

/** The middle and the worst of what was measured. */
function spread(numbers, digits = 0) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(digits)}, worst ${sorted.at(-1).toFixed(digits)}`;
}

const row = (what, measured) => console.log(`| ${what} | ${measured} |`);

async function firstVisit(url, state, path, name) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { page, close } = await onPhone(url, state);
    await page.goto(path);
    await alive(page);
    await page.waitForTimeout(500);
    rounds.push(await page.evaluate(() => window.seen));
    await close();
  }
  const all = (key) => rounds.map((round) => round[key]);
  row(`phone, first visit of ${name}: largest paint`, `${spread(all('lcp'))} ms`);
  row(`phone, first visit of ${name}: alive`, `${spread(all('live'))} ms`);
  row(`phone, first visit of ${name}: blocked before that`, `${spread(all('blocked'))} ms`);
  row(`phone, first visit of ${name}: layout shift`, spread(all('shift'), 3));
}

/** What the slowest part of an interaction took, from the touch until the next picture; 16 ms stand for all below. */
async function felt(page, interact) {
  await page.evaluate(() => { window.seen.taps = []; });
  await interact();
  await page.waitForTimeout(300);
  return page.evaluate(() => Math.max(16, ...window.seen.taps));
}

async function acknowledge(tandem, state) {
  const manage = manageAt(await tandem.manage());
  const [taps, told] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const title = `Measured ${round}`;
    await manage.create(title);
    const { page, close } = await onPhone(tandem.url, state);
    await openAlert(page, title);
    await alive(page);
    const begun = Date.now();
    taps.push(await felt(page, async () => {
      await page.getByRole('button', { name: 'Acknowledge' }).tap();
      await page.getByText('You have it now.').waitFor();
      told.push(Date.now() - begun);
    }));
    await close();
  }
  row('phone: Acknowledge touched → painted', `${spread(taps)} ms`);
  row('phone: Acknowledge touched → the server’s answer painted', `${spread(told)} ms`);
}

async function filter(url, state) {
  const { page, close } = await onPhone(url, state);
  await page.goto('/content/scripts');
  await alive(page);
  const field = page.locator('#q');
  await field.tap();
  const keys = [];
  for (const key of 'disk clean') keys.push(await felt(page, () => page.keyboard.press(key === ' ' ? 'Space' : key)));
  row('phone: a key in the filter of the content table → painted', `${spread(keys)} ms`);
  await close();
}

const tandem = await demo();
const context = await browser.newContext({ baseURL: tandem.url });
const page = await context.newPage();
await signIn(page, account);
const state = await context.storageState();
await context.close();
await firstVisit(tandem.url, state, '/alerts', 'the inbox');
await firstVisit(tandem.url, state, '/content/scripts', 'the content table');
await acknowledge(tandem, state);
await filter(tandem.url, state);
await browser.close();
await tandem.stop();
