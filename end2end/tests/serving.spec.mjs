// Rings, sync windows, receivers, one client and the signing key: alive and as plain pages.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, signIn } from '../support/actions.mjs';

let tandem;
before(async () => { tandem = await demo(); });
after(async () => { await tandem.stop(); await browser.close(); });

const ring = (page, name) => page.locator(`[data-ring="${name}"]`);
const fits = async (page, what) => {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${what} is ${wider} px wider than the screen`);
};

for (const [name, options] of [
  ['alive, wide', { viewport: wide }],
  ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }],
]) {
  const scripted = options.javaScriptEnabled !== false;
  const suffix = scripted ? 'alive' : 'plain';

  test(`a ring is added, changed and removed: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/rings');
    if (scripted) await alive(page);
    const added = `canary ${suffix}`;
    await page.getByLabel('Ring name').fill(added);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(`Added ${added}.`).waitFor();
    await page.goto('/rings');
    const card = ring(page, added);
    await card.locator('summary').click();
    await card.getByLabel('Follows by itself').check();
    await card.getByLabel('Hours in the ring before').fill('24');
    await card.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`Changed ${added}.`).waitFor();
    await page.goto('/rings');
    await ring(page, added).getByText(/by itself after 24 h/).waitFor();
    if (scripted) await accessible(page, 'rings');
    await fits(page, 'rings');
    await picture(page, `rings-${suffix}`);
    await ring(page, added).locator('summary').click();
    await ring(page, added).getByLabel(`Type ${added} to remove this ring:`).fill(added);
    await ring(page, added).getByRole('button', { name: `Remove ${added}` }).click();
    await page.getByText('Removed.').waitFor();
    await close();
  });

  test(`windows are set and opened with a reason: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/rings');
    if (scripted) await alive(page);
    await page.getByText('No window is set').waitFor();
    const card = page.locator('#windows');
    await card.locator('summary').click();
    await card.getByLabel('Kind').selectOption('deny');
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']) await card.getByLabel(day).check();
    await card.getByLabel('From').fill('00:00');
    await card.getByLabel('To', { exact: true }).fill('00:00');
    await card.getByRole('button', { name: 'Add a window' }).click();
    await page.getByText('The sync windows are changed.').waitFor();
    await page.goto('/rings');
    await page.getByText('Closed now, for more than a week.').waitFor();
    await card.getByLabel('Why now').fill('urgent');
    await card.getByRole('button', { name: 'Open them' }).click();
    await page.getByText('Content may be published now.').waitFor();
    await page.goto('/rings');
    await card.getByRole('button', { name: 'End it now' }).click();
    await page.getByText('The opening has ended.').waitFor();
    await page.goto('/rings');
    await card.getByRole('button', { name: /^Remove Deny/ }).click();
    await page.getByText('The sync windows are changed.').waitFor();
    await close();
  });

  test(`a client gets another scope and an exception: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/content/groups?q=Exchange');
    const group = (await page.locator('[data-row] a[data-open]').first().innerText()).trim();
    await page.goto('/clients');
    if (scripted) await alive(page);
    await page.getByRole('heading', { name: 'Signing key' }).waitFor();
    assert.match(await page.locator('.fingerprint').innerText(), /^[0-9a-f]{64}$/);
    await page.getByRole('link', { name: 'Acme Industries' }).click();
    await page.getByRole('heading', { name: 'Acme Industries', level: 1 }).waitFor();
    const address = page.url();
    await page.getByLabel('Ring').selectOption('pilot');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Changed Acme Industries.').waitFor();
    // Nobody has to know a GUID: the item is found by its name, with the keyboard alone.
    await page.goto(address.split('?')[0]);
    if (scripted) await alive(page);
    await page.getByLabel('Item').fill('no such item');
    await page.keyboard.press('Enter');
    await page.getByText('No item here is called so.').waitFor();
    await page.getByLabel('Item').fill(group.toUpperCase());
    await page.keyboard.press('Enter');
    const choose = page.getByRole('link', { name: `Choose the group ${group}`, exact: true });
    await choose.waitFor();
    if (scripted) await accessible(page, 'choosing an item');
    await fits(page, 'choosing an item');
    await picture(page, `choose-${suffix}`);
    await choose.focus();
    await page.keyboard.press('Enter');
    await page.locator('.chosen').getByRole('link', { name: group, exact: true }).waitFor();
    assert.equal(await page.locator('.chosen .facts span').first().innerText(), 'group');
    await fits(page, 'an exception');
    // A refusal keeps what was chosen.
    await page.getByLabel('Kind').selectOption('pin');
    await page.getByLabel('Reason').fill('breaks their printers');
    await page.getByRole('button', { name: 'Make an exception' }).click();
    await page.locator('.field-wrong').first().waitFor();
    await page.locator('.chosen').getByRole('link', { name: group, exact: true }).waitFor();
    await page.getByLabel('Kind').selectOption('keep_out');
    await page.getByLabel('Reason').fill('breaks their printers');
    await page.getByLabel('Ends after days').fill('30');
    await page.getByRole('button', { name: 'Make an exception' }).click();
    await page.getByText(/is an exception from now on/).waitFor();
    assert.equal(await page.locator('.chosen').count(), 0, 'the next exception is about another item');
    await page.goto(address.split('?')[0]);
    await page.getByText(/kept out: breaks their printers/).waitFor();
    if (scripted) await accessible(page, 'one client');
    await fits(page, 'one client');
    await picture(page, `client-${suffix}`);
    await page.getByRole('button', { name: /^End the exception/ }).click();
    await page.getByText('The exception has ended.').waitFor();
    await close();
  });

  test(`receivers can be filtered and seen by item: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/receivers');
    await page.getByRole('heading', { name: 'Receivers', level: 1 }).waitFor();
    const acme = page.locator('[data-row]').filter({ hasText: 'Acme Industries' });
    assert.deepEqual(await acme.locator('[data-label=State], [data-label="Up to date"], [data-label=Behind]').evaluateAll((cells) => cells.map((cell) => cell.textContent.trim())), ['Never pulled', '–', '–']);
    await page.getByRole('link', { name: 'Behind' }).click();
    await page.waitForURL(/filter=behind/);
    await page.getByRole('link', { name: 'Acme Industries' }).waitFor();
    if (scripted) await accessible(page, 'receivers');
    await fits(page, 'receivers');
    await picture(page, `receivers-${suffix}`);
    await page.getByRole('link', { name: 'By item' }).click();
    await page.waitForURL(/by=item/);
    await page.getByText('Nothing reported yet').waitFor();
    await close();
  });
}
