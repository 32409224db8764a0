// A new administrator connects Manage, step by step: alive and as plain pages.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, fits, manageAt, signIn } from '../support/actions.mjs';

let tandem;
let manage;
before(async () => { tandem = await demo(); manage = manageAt(await tandem.manage()); });
after(async () => { await tandem.stop(); await browser.close(); });

for (const [name, options] of [
  ['alive, wide', { viewport: wide }],
  ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }],
]) {
  const scripted = options.javaScriptEnabled !== false;
  const next = (page) => page.getByRole('button', { name: 'Save and go on' }).click();

  test(`the wizard leads from nothing to an enabled connector: ${name}`, async () => {
    const title = scripted ? 'Second' : 'Third';
    const { page, close } = await open(tandem.url, options);
    const step = async (heading, what) => {
      await page.locator('.step-list [aria-current=step]', { hasText: heading }).waitFor();
      if (scripted) { await alive(page); await accessible(page, what); }
      await fits(page, what);
      await picture(page, `wizard-${what}-${scripted ? 'alive' : 'plain'}`);
    };
    await signIn(page);
    await page.goto('/connectors');
    await page.getByRole('link', { name: 'Connect Manage' }).click();
    await step('Connection', 'connection');
    await page.getByLabel('Name', { exact: true }).fill(title);
    await page.getByLabel('Instance', { exact: true }).fill(manage.url);
    await page.getByLabel('Company id').fill('acme');
    await page.getByLabel('API member', { exact: true }).fill('tandem');
    await page.getByLabel('Public key').fill('publicKey');
    await page.getByLabel('Private key').fill('wrong');
    await page.getByLabel('Client id').fill('0f8fad5b-d9cb-469f-a165-70867728950e');
    await next(page);
    await page.locator('.notice-failed').waitFor();
    assert.equal(await page.getByLabel('Company id').inputValue(), 'acme', 'what was typed stays');
    assert.equal(await page.getByLabel('Private key').inputValue(), scripted ? await page.getByLabel('Private key').inputValue() : '', 'the key is not sent back');
    await page.getByLabel('Private key').fill('privateKey');
    await next(page);
    await step('Permissions', 'permissions');
    await page.getByText('Granted').first().waitFor();
    assert.ok(!(await page.content()).includes('privateKey'), 'the key is never shown');
    await page.getByRole('link', { name: 'Go on' }).click();
    await step('Tickets', 'tickets');
    await page.getByLabel(/^Rules in Tandem/).check();
    const fold = page.locator('details.fold', { hasText: 'Rules in Tandem' });
    if (!(await fold.getAttribute('open') !== null)) await fold.locator('> summary').click();
    await page.getByLabel('Conditions', { exact: true }).fill('summary contains "Printer"');
    await page.getByLabel('Category of its alerts').fill('General');
    await page.getByRole('button', { name: 'Try on the last 200 tickets' }).click();
    await page.getByText(/This 1 of the last \d+ tickets would have alerted/).waitFor();
    await page.locator('.dry-run').getByText('Printer on floor 2 prints blank pages').waitFor();
    assert.equal(await page.getByLabel('Conditions', { exact: true }).first().inputValue(), 'summary contains "Printer"');
    if (scripted) await accessible(page, 'a dry run');
    await picture(page, `wizard-dry-run-${scripted ? 'alive' : 'plain'}`);
    await next(page);
    await step('Status', 'mappings');
    await page.getByLabel('Status when acknowledged').first().selectOption('In Progress');
    await page.getByLabel('The person who acts becomes the ticket\'s owner').selectOption('both');
    await next(page);
    await step('People', 'people');
    await page.getByText(/^(Everybody is known|One person|\d+ people)/).waitFor();
    await page.locator('.step-list a', { hasText: 'Status' }).click();
    await page.getByRole('link', { name: 'On acknowledge' }).click();
    await page.locator('.dry-run').getByText(/In Progress/).first().waitFor();
    await page.locator('.step-list a', { hasText: 'Details' }).click();
    await step('Details', 'details');
    await page.getByLabel('Tasks').check();
    await page.getByLabel('Internal', { exact: true }).uncheck();
    await next(page);
    await page.getByText(/a note must stand somewhere/).first().waitFor();
    await page.getByLabel('Internal', { exact: true }).check();
    await next(page);
    await step('Enable', 'enable');
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByText('Enabled. Manage is asked for tickets now.').waitFor();
    await page.getByRole('heading', { name: 'What enabling did' }).waitFor();
    await page.getByRole('button', { name: 'Ask Manage now' }).click();
    await page.locator('.said .notice-ok').waitFor();
    if (scripted) { await alive(page); await accessible(page, 'one connector'); }
    await fits(page, 'one connector');
    await picture(page, `connector-${scripted ? 'alive' : 'plain'}`);
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText(/^Switched off\. Its alerts stay/).waitFor();
    await page.locator('.removal summary').click();
    await page.getByLabel(`Type ${title} to confirm:`).fill('something else');
    await page.getByRole('button', { name: `Remove ${title}` }).click();
    await page.getByText(`Not removed: type the name ${title} exactly to confirm.`).waitFor();
    await page.locator('.removal summary').click();
    await page.getByLabel(`Type ${title} to confirm:`).fill(title);
    await page.getByRole('button', { name: `Remove ${title}` }).click();
    await page.getByText(`Removed ${title}. Its alerts stay.`).waitFor();
    await close();
  });
}

test('a connector that is kept shows its health and what it made', async () => {
  const { page, close } = await open(tandem.url, { viewport: wide });
  await signIn(page);
  await page.goto('/connectors');
  await page.getByRole('link', { name: 'Acme', exact: true }).click();
  await page.getByRole('heading', { name: 'Health' }).waitFor();
  await page.getByText(/\d+ of \d+ allowed/).waitFor();
  await page.locator('.removal summary').click();
  await page.getByText('Also remove what it made in Manage:').waitFor();
  await page.locator('.removal').getByText(/custom field TandemRetrieved/).waitFor();
  await close();
});
