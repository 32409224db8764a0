// From the ticket to the person's decision and back: alive and as plain pages, on a phone and on a desk.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, fits, manageAt, openAlert, row, signIn, until } from '../support/actions.mjs';

let tandem;
let manage;
before(async () => { tandem = await demo(); manage = manageAt(await tandem.manage()); });
after(async () => { await tandem.stop(); await browser.close(); });

const ways = [
  ['alive, on a phone', { viewport: phone }],
  ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }],
  ['alive, wide', { viewport: wide }],
];
const isAlive = (options) => options.javaScriptEnabled !== false;

for (const [name, options] of ways) {
  test(`a ticket becomes an alert, and what is done goes back: ${name}`, async () => {
    const title = `Night call ${ways.findIndex((way) => way[0] === name)}`;
    const id = await manage.create(title);
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await openAlert(page, title);
    if (isAlive(options)) await alive(page);
    await fits(page, 'one alert');
    await page.getByText('Nobody has it yet').waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('You have it now.').waitFor();
    await page.getByText('Acknowledged by you').waitFor();
    await manage.becomes(id, ({ ticket }) => ticket.status.name === 'Acknowledged' && ticket.owner?.identifier === 'ddemo', 'status and owner in the ticket');
    if (isAlive(options)) await page.locator('.has-it').getByText('Manage confirmed').waitFor();
    await page.locator('.sheet > summary').filter({ hasText: 'Note' }).click();
    await page.getByLabel('Note for the timeline and the ticket').fill('On my way\n**now**');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('The note stands in the timeline.').waitFor();
    await manage.becomes(id, ({ notes }) => notes.some((note) => note.text.startsWith('On my way') && note.internalAnalysisFlag), 'the note in the ticket');
    if (isAlive(options)) await accessible(page, 'one alert');
    await picture(page, `alert-done-${name}`);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByText('Closed by you').waitFor();
    await manage.becomes(id, ({ ticket }) => ticket.status.name === 'Resolved', 'the closed ticket');
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByText('Open again.').waitFor();
    await close();
  });

  test(`who was quicker is told, without a fuss: ${name}`, async () => {
    const title = `Pressed twice ${ways.findIndex((way) => way[0] === name)}`;
    await manage.create(title);
    const [first, second] = [await open(tandem.url, { ...options, javaScriptEnabled: false }), await open(tandem.url, { ...options, javaScriptEnabled: false })];
    for (const { page } of [first, second]) { await signIn(page); await openAlert(page, title); }
    await first.page.getByRole('button', { name: 'Acknowledge' }).click();
    await first.page.getByText('You have it now.').waitFor();
    await second.page.getByRole('button', { name: 'Acknowledge' }).click();
    await second.page.getByText(/Nothing was left to do: Dana Demo has acknowledged it already/).waitFor();
    await first.close();
    await second.close();
  });
}

test('the inbox tells of new alerts by itself, and moves nothing', async () => {
  const { page, close } = await open(tandem.url, { viewport: wide });
  await signIn(page);
  await page.goto('/alerts');
  await alive(page);
  const before = await page.locator('[data-row] a[data-open]').allInnerTexts();
  const title = 'Comes while somebody looks';
  const id = await manage.create(title);
  await page.getByRole('link', { name: /^1 new: show$/ }).waitFor();
  assert.deepEqual(await page.locator('[data-row] a[data-open]').allInnerTexts(), before, 'no row moved');
  await page.getByRole('link', { name: /^1 new: show$/ }).click();
  await row(page, title).waitFor();
  await manage.change(id, '>Closed');
  await page.locator('[data-row][data-left]').filter({ hasText: title }).waitFor();
  await close();
});

test('keys do what buttons do', async () => {
  const title = 'Done by keys';
  await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: wide });
  await signIn(page);
  await until(async () => { await page.goto(`/alerts?q=${encodeURIComponent(title)}`); return await row(page, title).count(); }, 'the row');
  await alive(page);
  await page.keyboard.press('j');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), title);
  await page.keyboard.press('x');
  assert.ok(await row(page, title).getByRole('checkbox').isChecked());
  await page.getByRole('button', { name: 'Acknowledge this 1' }).waitFor();
  await page.keyboard.press('a');
  await page.getByText('Done: acknowledged.').waitFor();
  await page.goto(`/alerts?state=acknowledged&q=${encodeURIComponent(title)}`);
  await alive(page);
  await page.keyboard.press('j');
  await page.keyboard.press('n');
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await until(() => page.evaluate(() => document.activeElement.id === 'note'), 'the focus in the note');
  await page.keyboard.type('a and c are letters here');
  assert.equal(await page.getByLabel('Note for the timeline and the ticket').inputValue(), 'a and c are letters here');
  await close();
});

test('what is typed stays while the page keeps itself fresh', async () => {
  const title = 'Typed while it changes';
  const id = await manage.create(title);
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await openAlert(page, title);
  await alive(page);
  await page.locator('.sheet > summary').filter({ hasText: 'Note' }).click();
  await page.getByLabel('Note for the timeline and the ticket').fill('half a sent');
  await manage.change(id, '>Closed');
  await page.locator('.has-it').getByText(/Closed by/).waitFor();
  assert.equal(await page.getByLabel('Note for the timeline and the ticket').inputValue(), 'half a sent');
  assert.ok(await page.evaluate(() => document.activeElement.id === 'note'), 'the focus stays');
  await page.locator('.steps').getByRole('button', { name: 'Reopen' }).waitFor();
  await close();
});

for (const [name, options] of [ways[1], ways[2]]) {
  test(`several alerts at once, each with its result: ${name}`, async () => {
    const titles = ['one', 'two'].map((word) => `Bulk ${word} ${isAlive(options) ? 'alive' : 'plain'}`);
    const tickets = [];
    for (const title of titles) tickets.push(await manage.create(title));
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    const address = `/alerts?q=${encodeURIComponent(titles[0].replace('Bulk one', '').trim() === 'alive' ? 'alive' : 'plain')}`;
    await until(async () => { await page.goto(address); return await page.locator('[data-row]').filter({ hasText: 'Bulk' }).count() === 2; }, 'both alerts');
    if (isAlive(options)) await alive(page);
    for (const title of titles) await row(page, title).getByRole('checkbox').check();
    await page.getByLabel('Note for the checked alerts').fill('same cause');
    await page.getByRole('button', { name: /^Add (note|to these 2)$/ }).click();
    await page.getByText('Done for 2 alerts.').waitFor();
    assert.equal(await page.locator('.result[data-ok]').count(), 2);
    for (const id of tickets) await manage.becomes(id, ({ notes }) => notes.some((note) => note.text.startsWith('same cause')), 'the note in each ticket');
    for (const title of titles) await row(page, title).getByRole('checkbox').check();
    await page.getByRole('button', { name: /^(Acknowledge checked|Acknowledge these 2)$/ }).click();
    await page.getByText('Done for 2 alerts.').waitFor();
    await close();
  });
}

test('nothing in a note runs', async () => {
  const { page, close } = await open(tandem.url, { viewport: wide });
  await signIn(page);
  const title = '<img src=x onerror=alert(1)>';
  await manage.create(title);
  page.on('dialog', () => assert.fail('a script ran'));
  await openAlert(page, title);
  await page.goto('/alerts?q=Mail');
  await page.getByRole('link', { name: /^Mail server/ }).click();
  await page.locator('.note-text strong', { hasText: 'Outlook' }).waitFor();
  await page.getByRole('link', { name: 'status page' }).waitFor();
  await close();
});

test('a lost connection is told, with the age of what is shown', async () => {
  const { page, close } = await open(tandem.url, { viewport: phone });
  await signIn(page);
  await page.goto('/alerts');
  await alive(page);
  await page.locator('.manage-line').getByText(/Manage last answered \d+ s ago/).waitFor();
  assert.ok(await page.locator('.lost').isHidden());
  await page.context().setOffline(true);
  await page.locator('.lost').getByText(/You see the page as it was (just now|\d+ s ago)/).waitFor({ timeout: 30_000 });
  await picture(page, 'alerts-offline');
  await page.context().setOffline(false);
  await until(() => page.locator('.lost').isHidden(), 'the line is back');
  await close();
});

test('categories are added, ordered and removed', async () => {
  const { page, close } = await open(tandem.url, { viewport: phone, javaScriptEnabled: false });
  await signIn(page);
  await page.goto('/categories');
  const form = page.locator('section.card', { hasText: 'Add a category' });
  await form.getByLabel('Name').fill('Printers');
  await form.getByLabel('teal').check();
  await form.getByLabel('printer').check();
  await form.getByLabel('Types').fill('Printer\nScanner');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Added Printers.').waitFor();
  await page.getByText('type Printer or Scanner').waitFor();
  await fits(page, 'categories');
  await page.getByRole('button', { name: 'Move up Printers' }).click();
  await page.getByText('The order is changed.').waitFor();
  const card = page.locator('li.card', { hasText: 'Printers' });
  await card.locator('summary', { hasText: 'Change Printers' }).click();
  await card.locator('summary', { hasText: 'Remove Printers' }).click();
  await card.getByRole('button', { name: 'Remove Printers' }).click();
  await page.getByText('Removed. Its alerts keep its name.').waitFor();
  await close();
});

for (const [name, options] of [ways[1], ways[2]]) {
  test(`a filter is no all-clear: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await manage.create(`Left out ${name}`);
    await until(async () => { await page.goto('/alerts'); return await row(page, `Left out ${name}`).count(); }, 'an alert that waits');
    await page.goto('/alerts?q=zzzz');
    await page.getByText(/^Nothing that fits this filter waits; \d+ waits? in all\.$/).waitFor();
    assert.match(await page.title(), /^\(\d+\) Alerts/);
    await page.goto(`/alerts?q=${encodeURIComponent(`Left out ${name}`)}`);
    await page.getByText(/^1 alert that fits this filter waits for somebody; \d+ waits? in all\.$/).waitFor();
    for (const path of ['/categories', '/write-backs']) {
      await page.goto(path);
      assert.equal(await page.locator('.areas a[href="/alerts"]').getAttribute('aria-current'), 'page', `Alerts is marked on ${path}`);
    }
    await close();
  });
}
