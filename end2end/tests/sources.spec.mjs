// Connections: a source is added, tested, changed and removed, alive and as plain pages.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, signIn } from '../support/actions.mjs';

let tandem;
before(async () => { tandem = await demo(); });
after(async () => { await tandem.stop(); await browser.close(); });

const card = (page, name) => page.locator('section.card').filter({ has: page.getByRole('heading', { name, exact: true }) });

for (const [name, options] of [
  ['alive, wide', { viewport: wide }],
  ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }],
]) {
  const scripted = options.javaScriptEnabled !== false;
  const suffix = scripted ? 'alive' : 'plain';

  test(`a folder is added with one content type, changed and removed: ${name}`, async () => {
    const copy = join(tandem.folder, `copy-${suffix}`);
    cpSync(join(tandem.folder, 'library'), copy, { recursive: true });
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/sources/new?kind=folder');
    if (scripted) await alive(page);
    const called = `Copy ${suffix}`;
    await page.getByLabel('Name').fill(called);
    await page.getByLabel('Folder', { exact: true }).fill(join(copy, 'missing'));
    await page.getByLabel('Searches').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.field-wrong').first().waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), called, 'what was typed is still there');
    assert.ok(await page.getByLabel('Searches').isChecked(), 'what was ticked is still ticked');
    await picture(page, `source-wrong-${suffix}`);
    await page.getByLabel('Folder', { exact: true }).fill(copy);
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText(/The folder can be read: \d+ export files/).first().waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`Saved ${called}.`).waitFor();
    await card(page, called).getByRole('link', { name: 'Edit' }).click();
    await page.getByRole('heading', { name: `Edit ${called}`, level: 1 }).waitFor();
    assert.ok(await page.getByLabel('Searches').isChecked());
    assert.ok(!(await page.getByLabel('Scripts', { exact: true }).isChecked()));
    if (scripted) await accessible(page, 'the form of a source');
    await picture(page, `source-form-${suffix}`);
    await page.goto('/sources');
    await card(page, called).locator('details.confirm summary').click();
    await card(page, called).getByLabel(/to confirm/).fill(called);
    await card(page, called).getByRole('button', { name: `Remove ${called}` }).click();
    await page.getByText('Removed. What it published').waitFor();
    await close();
  });

  test(`an item shows who is served it differently: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    const item = await page.locator('[data-row] a[data-open]').first().getAttribute('href');
    await page.goto(`${item}?tab=used-by`);
    await page.getByRole('heading', { name: 'API clients' }).waitFor();
    await page.getByText('as its ring serves it').first().waitFor();
    if (scripted) await accessible(page, 'who uses an item');
    await picture(page, `used-by-${suffix}`);
    await page.getByRole('link', { name: 'Exception for Acme Industries' }).click();
    await page.getByRole('heading', { name: 'Acme Industries', level: 1 }).waitFor();
    assert.equal(await page.locator('.chosen a').first().getAttribute('href'), item);
    await close();
  });

  test(`a folder and an Automate over REST are read side by side: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/sources');
    await card(page, 'Master').waitFor();
    await card(page, 'Lab (REST)').getByText(/found 4/).waitFor();
    await card(page, 'Lab (REST)').getByRole('button', { name: 'Read now' }).click();
    await card(page, 'Lab (REST)').getByText(/found 4, nothing new/).waitFor();
    await page.goto('/content/scripts?q=Lab');
    await page.getByRole('link', { name: 'Lab: measure boot time' }).waitFor();
    await picture(page, `lab-${suffix}`);
    await close();
  });
}
