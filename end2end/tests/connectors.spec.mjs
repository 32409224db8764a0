// A new administrator connects Manage, step by step: alive and as plain pages.
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone, picture, reachableDemo, wide } from '../support/world.mjs';
import { accessible, alive, fits, manageAt, openAlert, row, signIn, until } from '../support/actions.mjs';

let tandem;
let manage;
before(async () => { tandem = await reachableDemo(); manage = manageAt(await tandem.manage()); });
afterEach(() => manage.mend());
after(async () => { await tandem.stop(); await browser.close(); });

const plain = ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }];
const ways = [['alive, wide', { viewport: wide }], plain];
const onPhones = [['alive, on a phone', { viewport: phone }], plain];
const hurry = { name: 'Let Manage hurry the poll (callbacks)' };

for (const [name, options] of ways) {
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
    assert.equal(await page.getByRole('switch', hurry).getAttribute('aria-checked'), 'false');
    await page.getByRole('switch', hurry).click();
    await page.getByText('Manage calls from now on when a ticket changes.').waitFor();
    assert.equal(await page.getByRole('switch', hurry).getAttribute('aria-checked'), 'true');
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
    assert.ok((await manage.log()).some((one) => one.method === 'DELETE' && one.path.includes('/system/callbacks/') && one.status === 204), 'Manage is asked to call no more');
    await close();
  });

  test(`Manage hurries the poll when it is asked to: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/connectors');
    await page.getByRole('link', { name: 'Acme', exact: true }).click();
    const card = page.getByRole('region', { name: 'Callbacks' });
    const toggle = card.getByRole('switch', hurry);
    const fact = (name) => card.locator('dl > div').filter({ hasText: name }).locator('dd');
    await toggle.waitFor();
    if (scripted) await alive(page);
    assert.equal(await toggle.getAttribute('aria-checked'), 'false');
    assert.equal(await fact('State').innerText(), 'Not registered');
    await toggle.click();
    await page.getByText('Manage calls from now on when a ticket changes.').waitFor();
    assert.equal(await toggle.getAttribute('aria-checked'), 'true');
    const address = await fact('State').locator('code').innerText();
    assert.ok(address.startsWith(`${tandem.url}/callbacks/manage/`), address);

    const seen = async () => Number(/, (\d+) in all/.exec(await fact('Last callback').innerText())?.[1] ?? 0);
    const before = await seen();
    await manage.create(`Called ${name}`);
    await until(async () => { await page.reload(); return await seen() > before; }, 'the callback on the page');
    await until(async () => { await page.reload(); return Number(await fact('Changes heard by callback').innerText()) > 0; }, 'the change that it told of');
    const forged = { Action: 'updated', ID: 1, Type: 'ticket', Metadata: { key_url: `${manage.url}/v2025_1//system/callbackkey/index.rails?companyName=acme&id=key-1` } };
    const answer = await fetch(address, { method: 'POST', headers: { 'x-content-signature': 'AAAA' }, body: JSON.stringify(forged) });
    assert.equal(answer.status, 403);
    await page.reload();
    assert.match(await fact('Refused').innerText(), /^\d+, last .*its signature is wrong/i);
    if (scripted) { await alive(page); await accessible(page, 'callbacks'); }
    await fits(page, 'callbacks');
    await picture(page, `callbacks-${scripted ? 'alive' : 'plain'}`);
    await toggle.click();
    await page.getByText('Manage calls no more. Polling goes on.').waitFor();
    assert.equal(await toggle.getAttribute('aria-checked'), 'false');
    assert.equal(await fact('State').innerText(), 'Not registered');
    await close();
  });
}

for (const [name, options] of onPhones) {
  const scripted = options.javaScriptEnabled !== false;
  /** Alive, the page changes by itself; a plain one is loaded anew. */
  const becomes = (page, holds, what) => until(async () => {
    if (!scripted) await page.reload();
    return holds();
  }, what, 60_000);

  test(`what Manage refuses is shown on the alert and sent again: ${name}`, async () => {
    const title = `Refused ${name}`;
    const id = await manage.create(title);
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await openAlert(page, title);
    if (scripted) await alive(page);
    const taken = ({ ticket }) => ticket.customFields.some((field) => field.caption === 'TandemRetrieved_c' && field.value === true);
    await manage.becomes(id, taken, 'the mark that it was taken');
    await manage.fault({ method: 'PATCH', path: `service/tickets/${id}`, fault: 'status', status: 403 });
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('You have it now.').waitFor();
    const given = page.locator('.given-up');
    await becomes(page, () => given.isVisible(), 'the alert to say that it failed');
    assert.match(await given.innerText(), /Failed, not in Manage: .*permission test/s);
    await page.getByText('Acknowledged by you').waitFor();
    await fits(page, 'a failed write-back');
    if (scripted) await accessible(page, 'a failed write-back');
    await picture(page, `write-back-failed-${scripted ? 'alive' : 'plain'}`);
    const { ticket } = await manage.read(id);
    assert.equal(ticket.status.name, 'New (not responded)');
    const alert = page.url();
    await page.goto('/write-backs?state=failed');
    const owed = page.locator('li.card').filter({ hasText: `Ticket #${id}` });
    await owed.getByText('Failed', { exact: true }).waitFor();
    if (scripted) { await alive(page); await accessible(page, 'the list of write-backs'); }
    await fits(page, 'the list of write-backs');
    await picture(page, `write-backs-${scripted ? 'alive' : 'plain'}`);
    await manage.mend();
    // From the list, or from the alert.
    if (!scripted) await page.goto(alert);
    await (scripted ? owed : given).getByRole('button', { name: 'Try again' }).click();
    await page.getByText('It is tried again.').waitFor();
    await manage.becomes(id, (now) => now.ticket.status.name === 'Acknowledged', 'the ticket to follow');
    await page.goto(alert);
    await becomes(page, () => page.locator('.has-it').getByText('Manage confirmed').isVisible(), 'the confirmation');
    assert.equal(await given.count(), 0);
    await close();
  });

  test(`while Manage is away it is told in plain words, and alerts stay usable: ${name}`, async () => {
    const title = `Away ${name}`;
    const id = await manage.create(title);
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await openAlert(page, title);
    await manage.becomes(id, ({ ticket }) => ticket.customFields.some((field) => field.caption === 'TandemRetrieved_c' && field.value === true), 'the mark that it was taken');
    await manage.fault({ path: 'apis/3.0', fault: 'status', status: 503 });
    await page.goto('/alerts');
    if (scripted) await alive(page);
    const told = page.locator('.banner').filter({ hasText: 'Acme:' });
    await until(async () => { if (!scripted) await page.reload(); return told.isVisible(); }, 'the trouble in the inbox', 60_000);
    assert.match(await told.innerText(), /Manage failed|left alone/);
    await fits(page, 'an inbox without Manage');
    if (scripted) await accessible(page, 'an inbox without Manage');
    await picture(page, `inbox-away-${scripted ? 'alive' : 'plain'}`);
    await row(page, title).getByRole('link', { name: title, exact: true }).click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('You have it now.').waitFor();
    await page.locator('.has-it').getByText('Sending to Manage').waitFor();
    await manage.mend();
    await manage.becomes(id, (now) => now.ticket.status.name === 'Acknowledged', 'what was owed', 60_000);
    await becomes(page, () => page.locator('.has-it').getByText('Manage confirmed').isVisible(), 'the confirmation');
    await page.goto('/alerts');
    await until(async () => { if (!scripted) await page.reload(); return await told.count() === 0; }, 'all is well again', 60_000);
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

test('without a public address Manage cannot be asked to call', async () => {
  const hidden = await demo();
  const { page, close } = await open(hidden.url, { viewport: phone });
  await signIn(page);
  await page.goto('/connectors');
  await page.getByRole('link', { name: 'Acme', exact: true }).click();
  await page.getByText('server.public_url is not set').waitFor();
  assert.ok(await page.getByRole('switch', hurry).isDisabled());
  await fits(page, 'callbacks without an address');
  await close();
  await hidden.stop();
});
