// A page that is kept fresh misses no change, whenever it came.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone } from '../support/world.mjs';
import { alive, manageAt, openAlert, signIn, until } from '../support/actions.mjs';

let tandem;
let manage;
before(async () => { tandem = await demo(); manage = manageAt(await tandem.manage()); });
after(async () => { await tandem.stop(); await browser.close(); });

/** Somebody else, who takes an alert on another phone. */
async function takenByAnother(title) {
  const { page, close } = await open(tandem.url, { viewport: phone, javaScriptEnabled: false });
  await signIn(page);
  await openAlert(page, title);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('You have it now.').waitFor();
  await close();
}

/** Writes a note to an alert. */
async function noted(page, title, text) {
  await openAlert(page, title);
  await page.locator('.sheet > summary').filter({ hasText: 'Note' }).click();
  await page.getByLabel('Note for the timeline and the ticket').fill(text);
  await page.getByRole('button', { name: 'Add note' }).click();
}

/** Whether an address that WebAssembly asks for is that of a page: it puts a `&` behind the query. */
const asks = (address) => (url) => url.href.replace(/&$/, '') === address;

test('what changes before a page has come alive is on it afterwards', async () => {
  const title = 'Changed before';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  const address = page.url();
  let go;
  const later = new Promise((resolve) => { go = resolve; });
  await page.route('**/*.wasm', async (route) => { await later; await route.continue(); });
  await page.goto(address, { waitUntil: 'commit' });
  await page.getByText('Nobody has it yet').waitFor();
  await takenByAnother(title);
  go();
  await alive(page);
  await page.getByText('Acknowledged by you').waitFor();
  await close();
});

test('what changes while a page is on its way is on it afterwards', async () => {
  const title = 'Changed meanwhile';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  const address = page.url();
  await page.goto(`/alerts?q=${encodeURIComponent(title)}`);
  await alive(page);
  let old = true;
  await page.route(address, async (route) => {
    const answer = await route.fetch();
    if (old) {
      old = false;
      await takenByAnother(title);
      // The list has heard of it before the page comes that was rendered earlier.
      await page.locator('[data-row][data-left], [data-row][data-state=acknowledged]').waitFor();
    }
    await route.fulfill({ response: answer });
  });
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await page.getByText('Acknowledged by you').waitFor();
  await close();
});

test('a newer rendering of the page before is none of the page that came meanwhile', async () => {
  const title = 'Left in between';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  const alert = page.url();
  await page.goto(`/alerts?q=${encodeURIComponent(title)}`);
  const list = page.url();
  await alive(page);
  let arrive;
  let letGo;
  const rendered = new Promise((resolve) => { arrive = resolve; });
  const held = new Promise((resolve) => { letGo = resolve; });
  let first = true;
  await page.route(alert, async (route) => {
    if (!first) return route.fallback();
    first = false;
    const answer = await route.fetch();
    // Now the list hears of it and asks for itself; its answer comes after the page that was asked for before.
    await takenByAnother(title);
    await rendered;
    await route.fulfill({ response: answer });
  });
  await page.route(asks(list), async (route) => {
    const answer = await route.fetch();
    arrive();
    await held;
    await route.fulfill({ response: answer });
  });
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await page.evaluate(() => {
    window.titles = [document.title];
    new MutationObserver(() => window.titles.push(document.title)).observe(document.head, { childList: true, subtree: true, characterData: true });
  });
  const came = page.waitForResponse((answer) => asks(list)(new URL(answer.url())));
  letGo();
  await came;
  await page.getByText('Acknowledged by you').waitFor();
  for (const one of await page.evaluate(() => window.titles)) assert.match(one, new RegExp(title), 'the title stays the alert’s');
  await close();
});

test('while the browser goes back the page that is left stays as it is', async () => {
  const title = 'Gone back from';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  await page.goto(`/alerts?q=${encodeURIComponent(title)}`);
  const list = page.url();
  await alive(page);
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByText('Nobody has it yet').waitFor();
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  let asked = 0;
  await page.route(asks(list), async (route) => {
    asked += 1;
    await held;
    await route.continue();
  });
  await page.evaluate(() => window.history.back());
  await page.waitForURL(list);
  await takenByAnother(title);
  // The alert is still what is shown, so it is the alert that is asked for anew.
  await page.getByText('Acknowledged by you').waitFor();
  assert.equal(asked, 1, 'the list was asked for once');
  letGo();
  await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
  await close();
});

test('an older rendering that comes last changes nothing', async () => {
  const title = 'Older comes last';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  await alive(page);
  const address = page.url();
  let held;
  const asked = new Promise((resolve) => { held = resolve; });
  let first = true;
  await page.route(address, async (route) => {
    if (!first) return route.fallback();
    first = false;
    const answer = await route.fetch();
    await new Promise((resolve) => held(resolve));
    await route.fulfill({ response: answer });
  });
  // A note that another writes makes the page ask for itself; that rendering is held back.
  const other = await open(tandem.url, { viewport: phone, javaScriptEnabled: false });
  await signIn(other.page);
  await noted(other.page, title, 'Seen');
  const letGo = await asked;
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('You have it now.').waitFor();
  const came = page.waitForResponse(address);
  letGo();
  await came;
  await page.getByText('Acknowledged by you').waitFor();
  await page.locator('[data-fresh=story]').getByText('Seen').first().waitFor();
  await page.getByText('Acknowledged by you').waitFor();
  await other.close();
  await close();
});

test('what was said of each alert stays while its row is put anew', async () => {
  const titles = ['Told of once', 'Told of once as well'];
  for (const title of titles) await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  const rows = page.locator('[data-row]').filter({ hasText: titles[0] });
  await until(async () => { await page.goto(`/alerts?q=${encodeURIComponent(titles[0])}`); return await rows.count() === 2; }, 'both alerts');
  await alive(page);
  for (const row of await rows.all()) await row.getByRole('checkbox').check();
  await page.getByLabel('Note for the checked alerts').fill('Seen');
  await page.getByRole('button', { name: 'Add to these 2' }).click();
  await page.getByText('Done for 2 alerts.').waitFor();
  const versions = () => rows.evaluateAll((all) => all.map((row) => row.dataset.version));
  const before = await versions();
  const other = await open(tandem.url, { viewport: phone, javaScriptEnabled: false });
  await signIn(other.page);
  for (const title of titles) await noted(other.page, title, 'Me too');
  await until(async () => (await versions()).every((version, at) => version !== before[at]), 'both rows anew');
  assert.equal(await page.locator('.result[data-ok]').count(), 2);
  await other.close();
  await close();
});
