// A phone in one hand: answers are in sight, nothing covers anything, what opens closes again, long names fit.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, fits, inSight, manageAt, openAlert, signIn, until } from '../support/actions.mjs';

let tandem;
let manage;
before(async () => { tandem = await demo(); manage = manageAt(await tandem.manage()); });
after(async () => { await tandem.stop(); await browser.close(); });

const ways = [
  ['alive', { viewport: phone }],
  ['as plain pages', { viewport: phone, javaScriptEnabled: false }],
];
const isAlive = (options) => options.javaScriptEnabled !== false;

async function at(path, options = { viewport: phone }) {
  const { page, close } = await open(tandem.url, options);
  await signIn(page);
  await page.goto(path);
  if (isAlive(options)) await alive(page);
  return { page, close };
}

for (const [name, options] of ways) {
  test(`what is shown once and what was done is in sight: ${name}`, async () => {
    const { page, close } = await at('/settings', options);
    await page.getByLabel('Token name').fill(`backup-${name.replaceAll(' ', '')}`);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.locator('.secret').waitFor();
    await inSight(page, page.locator('.secret code'));
    await page.goto('/content/scripts?approval=Needs%20Approval');
    if (isAlive(options)) await alive(page);
    await page.locator('[data-press=a]:enabled').last().click();
    await page.locator('.notice').waitFor();
    await inSight(page, page.locator('.notice'));
    await page.goto('/alerts');
    if (isAlive(options)) await alive(page);
    await page.locator('.acts').getByRole('button', { name: /^Acknowledge/ }).last().click();
    await page.getByText('Done: acknowledged.').waitFor();
    await inSight(page, page.locator('.notice'));
    await close();
  });

  test(`a long name without spaces breaks no page: ${name}`, async () => {
    const long = `${isAlive(options) ? 'alive' : 'plain'}${'-backup-of-everything'.repeat(4)}`;
    const { page, close } = await at('/settings', options);
    await page.getByLabel('Token name').fill(long);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.locator('.secret').waitFor();
    await fits(page, 'the settings');
    await page.goto('/clients');
    await page.getByLabel('Client name').fill(long);
    await page.getByLabel('Client secret').fill('correct horse battery');
    await page.getByLabel('Confirm the secret').fill('correct horse battery');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(`Added ${long}.`).waitFor();
    await fits(page, 'the clients');
    await page.goto('/receivers');
    await fits(page, 'the receivers');
    await page.goto('/rings');
    await page.getByLabel('Ring name').fill(long.slice(0, 50));
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(`Added ${long.slice(0, 50)}.`).waitFor();
    await fits(page, 'the rings');
    await page.goto('/categories');
    const form = page.locator('section.card', { hasText: 'Add a category' });
    await form.getByLabel('Name').fill(long.slice(0, 60));
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`Added ${long.slice(0, 60)}.`).waitFor();
    await fits(page, 'the categories');
    await close();
  });

  test(`the verdict on an item stays under the thumb: ${name}`, async () => {
    const { page, close } = await at('/content/scripts?approval=Needs%20Approval&status=Changed', options);
    await page.locator('[data-row] a[data-open]').first().click();
    const approve = page.getByRole('button', { name: 'Approve', exact: true });
    await approve.waitFor();
    const whole = (what) => what.evaluate((one) => { const box = one.getBoundingClientRect(); const areas = document.querySelector('.areas').getBoundingClientRect(); return box.top >= 0 && box.bottom <= areas.top; });
    assert.ok(await whole(approve), 'above the areas');
    await page.locator('main').evaluate((main) => main.lastElementChild.scrollIntoView({ block: 'end' }));
    assert.ok(await whole(approve), 'at the end of the page as well');
    await page.locator('.reject summary').click();
    assert.ok(await whole(page.getByRole('button', { name: 'Refuse this change' })), 'the form opens above it');
    if (isAlive(options)) await accessible(page, 'refusing on a phone');
    await picture(page, `verdict-phone-${isAlive(options) ? 'alive' : 'plain'}`);
    await close();
  });
}

test('the note for several alerts has room', async () => {
  const { page, close } = await at('/alerts');
  await page.locator('[data-row] input[type=checkbox]').first().check();
  const note = page.getByLabel('Note for the checked alerts');
  assert.ok((await note.boundingBox()).width > 140, 'room to write');
  await inSight(page, note);
  await picture(page, 'bulk-note-phone');
  await close();
});

test('what has the focus is seen', async () => {
  const { page, close } = await at('/content/scripts');
  for (const heading of await page.locator('thead a').all()) {
    await heading.focus();
    await inSight(page, heading);
  }
  for (const button of await page.locator('[data-row] .act button:enabled').all()) {
    await button.focus();
    await inSight(page, button);
  }
  await close();
});

test('Escape and a click elsewhere close what opened', async () => {
  const title = 'Opened and closed';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  await alive(page);
  const summary = (text) => page.locator('.sheet > summary').filter({ hasText: text });
  const note = page.getByLabel('Note for the timeline and the ticket');
  await summary('Note').click();
  await until(() => page.evaluate(() => document.activeElement.id === 'note'), 'the focus in the note');
  await page.keyboard.type('half a thought');
  await page.keyboard.press('Escape');
  assert.ok(await note.isHidden(), 'Escape closes the note');
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Note');
  await summary('More').click();
  await page.getByLabel('Give it to').waitFor();
  await page.getByRole('heading', { name: title, level: 1 }).click();
  assert.ok(await page.getByLabel('Give it to').isHidden(), 'a click elsewhere closes it');
  await summary('Note').click();
  assert.equal(await note.inputValue(), 'half a thought', 'what was typed stays');
  await page.goto('/receivers');
  await alive(page);
  for (const [area, link] of [['More', 'Search content'], ['Content', /^Scripts/]]) {
    const inside = page.locator('.areas').getByRole('link', { name: link });
    for (const leave of [() => page.keyboard.press('Escape'), () => page.getByRole('heading', { name: 'Receivers', level: 1 }).click()]) {
      await page.locator('.areas summary').filter({ hasText: area }).click();
      await inside.waitFor();
      await leave();
      assert.ok(await inside.isHidden(), `${area} is closed`);
    }
  }
  await close();
});

test('what cannot be reached is said above the areas', async () => {
  const { page } = await at('/alerts');
  await page.context().setOffline(true);
  await page.locator('.areas').getByRole('link', { name: 'Receivers' }).click();
  const told = page.locator('.live[data-state=unreachable]');
  await told.waitFor();
  await inSight(page, told);
  // The browser's console tells of what did not load.
  await page.context().close();
});

test('both ways to move a category stand side by side', async () => {
  const { page, close } = await at('/categories', { viewport: phone, javaScriptEnabled: false });
  const card = page.locator('li.card').nth(1);
  const [up, down] = [await card.getByRole('button', { name: /^Move up/ }).boundingBox(), await card.getByRole('button', { name: /^Move down/ }).boundingBox()];
  assert.equal(up.y, down.y);
  await close();
});

test('on a desk the head of a table stays, whatever its width', async () => {
  const { page, close } = await at('/content/scripts', { viewport: wide });
  await page.locator('tbody tr').last().scrollIntoViewIfNeeded();
  const head = await page.locator('thead th').nth(2).boundingBox();
  assert.ok(await page.evaluate(() => scrollY > 200), 'the page is scrolled');
  assert.equal(Math.round(head.y), 0);
  await close();
});

for (const [name, options] of ways) {
  test(`a deletion is confirmed on a phone: ${name}`, async () => {
    const { page, close } = await at('/clients', options);
    const client = page.locator('[data-row]').filter({ hasText: 'Acme Industries' });
    await client.getByText('Delete …').click();
    const form = client.locator('form').filter({ hasText: 'Type Acme Industries to confirm' });
    const button = form.getByRole('button', { name: 'Delete Acme Industries' });
    await button.scrollIntoViewIfNeeded();
    await inSight(page, button);
    await fits(page, 'a confirmation');
    const { width } = await form.boundingBox();
    assert.ok(width > 280, `the question is ${width} px wide`);
    const field = await form.getByLabel(/to confirm/).boundingBox();
    assert.ok(field.width > 240 && field.height >= 44, `the field is ${field.width} by ${field.height} px`);
    const press = await button.boundingBox();
    assert.ok(press.width >= field.width, `the button is ${press.width} px wide`);
    assert.ok(press.y - field.y - field.height >= 4, 'field and button stand apart');
    await close();
  });
}

test('the description of the API is readable on a phone', async () => {
  const { page, close } = await at('/settings');
  await page.goto('/api/docs');
  await page.getByRole('heading', { name: 'Tandem API' }).waitFor();
  await fits(page, 'the description of the API');
  const narrowest = await page.locator('dd').evaluateAll((all) => Math.min(...all.map((one) => one.getBoundingClientRect().width)));
  assert.ok(narrowest > 240, `a description is ${narrowest} px wide`);
  await close();
});
