// A page that is kept fresh misses no change, whenever it came.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone } from '../support/world.mjs';
import { alive, manageAt, noted, openAlert, signIn, until } from '../support/actions.mjs';

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

/** A new ticket's alert, on a phone. */
async function lookingAt(title) {
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  return { page, close, address: page.url() };
}

/** A moment that something waits for, and what makes it come. */
function moment() {
  let come;
  const comes = new Promise((resolve) => { come = resolve; });
  return { come, comes };
}

/** Whether an address that WebAssembly asks for is that of a page: it puts a `&` behind the query. */
const asks = (address) => (url) => url.href.replace(/&$/, '') === address;

test('what changes before a page has come alive is on it afterwards', async () => {
  const title = 'Changed before';
  const { page, close, address } = await lookingAt(title);
  const later = moment();
  await page.route('**/*.wasm', async (route) => { await later.comes; await route.continue(); });
  await page.goto(address, { waitUntil: 'commit' });
  await page.getByText('Nobody has it yet').waitFor();
  await takenByAnother(title);
  later.come();
  await alive(page);
  await page.getByText('Acknowledged by you').waitFor();
  await close();
});

test('what changes while a page is on its way is on it afterwards', async () => {
  const title = 'Changed meanwhile';
  const { page, close, address } = await lookingAt(title);
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
  const { page, close, address } = await lookingAt(title);
  await page.goto(`/alerts?q=${encodeURIComponent(title)}`);
  const list = page.url();
  await alive(page);
  const [rendered, released] = [moment(), moment()];
  let first = true;
  await page.route(address, async (route) => {
    if (!first) return route.fallback();
    first = false;
    const answer = await route.fetch();
    // Now the list hears of it and asks for itself; its answer comes after the page that was asked for before.
    await takenByAnother(title);
    await rendered.comes;
    await route.fulfill({ response: answer });
  });
  await page.route(asks(list), async (route) => {
    const answer = await route.fetch();
    rendered.come();
    await released.comes;
    await route.fulfill({ response: answer });
  });
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await page.evaluate(() => {
    window.titles = [document.title];
    new MutationObserver(() => window.titles.push(document.title)).observe(document.head, { childList: true, subtree: true, characterData: true });
  });
  const came = page.waitForResponse((answer) => asks(list)(new URL(answer.url())));
  released.come();
  await came;
  await page.getByText('Acknowledged by you').waitFor();
  for (const one of await page.evaluate(() => window.titles)) assert.match(one, new RegExp(title), 'the title stays the alert’s');
  await close();
});

test('while the browser goes back the page that is left keeps itself fresh', async () => {
  const title = 'Gone back from';
  const { page, close } = await lookingAt(title);
  await page.goto(`/alerts?q=${encodeURIComponent(title)}`);
  const list = page.url();
  await alive(page);
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByText('Nobody has it yet').waitFor();
  const released = moment();
  let asked = 0;
  await page.route(asks(list), async (route) => {
    asked += 1;
    await released.comes;
    await route.continue();
  });
  await page.evaluate(() => window.history.back());
  await page.waitForURL(list);
  await takenByAnother(title);
  // The alert is still what is shown, so it is the alert that is asked for anew.
  await page.getByText('Acknowledged by you').waitFor();
  assert.equal(asked, 1, 'the list was asked for once');
  released.come();
  await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
  await close();
});

test('an older rendering that comes last changes nothing', async () => {
  const title = 'Older comes last';
  const { page, close, address } = await lookingAt(title);
  await alive(page);
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
