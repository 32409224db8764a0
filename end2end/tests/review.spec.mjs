// Refusals, several approvals, secrets, plans that changed, removals, trees, searches: alive and as plain pages.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, row, signIn } from '../support/actions.mjs';

let tandem;
let pattern;
before(async () => {
  tandem = await demo();
  pattern = readFileSync(join(scripts(), 'announce-restart-to-user.xml'), 'utf8');
});
after(async () => { await tandem.stop(); await browser.close(); });

const ways = [
  ['alive, wide', { viewport: wide }],
  ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }],
];
const isAlive = (options) => options.javaScriptEnabled !== false;
const scripts = () => join(tandem.folder, 'library/scripts');

/** Writes a script of its own into the library: a note and a PowerShell step, packed as Automate does it. */
function plant(name, text) {
  const data = /<ScriptData>([^<]+)<\/ScriptData>/.exec(pattern)[1];
  const body = gunzipSync(Buffer.from(data, 'base64')).toString('utf8');
  const step = (number, code, sort) => `  <ScriptSteps>\n    <Action>2</Action>\n    <FunctionId>${number}</FunctionId>\n    <Param1>${code}</Param1>\n    <Sort>${sort}</Sort>\n    <Continue>0</Continue>\n    <OsLimit>0</OsLimit>\n    <Indentation>0</Indentation>\n  </ScriptSteps>\n`;
  const head = body.slice(0, body.indexOf('  <ScriptSteps>'));
  const packed = gzipSync(Buffer.from(`${head}${step(139, name, 0)}${step(135, text, 1)}</ScriptData>\n`)).toString('base64');
  const guid = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffffffff, 7).toString(16).padStart(8, '0');
  const old = /<ScriptGuid>([^<]+)<\/ScriptGuid>/.exec(pattern)[1];
  writeFileSync(join(scripts(), `${guid}.xml`), pattern
    .replace(data, packed)
    .replaceAll(old, `${guid}-0000-4000-8000-00000000beef`)
    .replace(/<ScriptName>[^<]*/, `<ScriptName>${name}`)
    .replace(/<ScriptId>[^<]*/, `<ScriptId>${parseInt(guid.slice(0, 5), 16)}`));
  return `${guid}-0000-4000-8000-00000000beef`;
}

async function refresh(page) {
  await page.goto('/content/scripts');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.locator('.said').getByText(/Master: found/).waitFor();
}

for (const [name, options] of ways) {
  test(`what looks like a secret is hidden and blocks until it is accepted: ${name}`, async () => {
    const title = isAlive(options) ? 'Join the domain' : 'Join the old domain';
    const guid = plant(title, `Add-Computer -Credential acme\\svc -Password 'Planted9secret!'`);
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
    assert.match(await row(page, title).innerText(), /Secrets/);
    assert.ok(await row(page, title).getByRole('button', { name: `Approve ${title}` }).isDisabled());
    await page.goto(`/content/scripts/${guid}`);
    await page.getByText('One text looks like a secret').waitFor();
    for (const tab of ['', '?tab=raw', '?tab=history', '?tab=used-by']) {
      await page.goto(`/content/scripts/${guid}${tab}`);
      assert.ok(!(await page.content()).includes('Planted9'), `hidden on ${tab || 'the changes'}`);
    }
    for (const path of ['/search?q=Add-Computer', '/content/scripts', '/content/scripts/plan', '/activity']) {
      await page.goto(path);
      assert.ok(!(await page.content()).includes('Planted9'), `hidden on ${path}`);
    }
    assert.ok(!tandem.log().includes('Planted9'), 'hidden in the log');
    await page.goto(`/content/scripts/${guid}`);
    if (isAlive(options)) { await alive(page); await accessible(page, 'an item with secrets'); }
    if (isAlive(options)) await picture(page, 'item-secrets');
    await page.locator('.secrets summary').click();
    await page.getByLabel(/Why may they go to every receiver/).fill('a lab account');
    await page.getByRole('button', { name: 'Accept these secrets' }).click();
    await page.getByText('accepted by').waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Change Approved').first().waitFor();
    await close();
  });

  test(`a change is refused with a reason, which the next edit clears: ${name}`, async () => {
    const title = isAlive(options) ? 'Refused script' : 'Refused old script';
    const guid = plant(title, 'Get-Service');
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto(`/content/scripts/${guid}`);
    await page.locator('.reject summary').click();
    await page.getByLabel(/^Why\?/).fill('breaks the till at Acme');
    await page.getByRole('button', { name: 'Refuse this change' }).click();
    await page.getByText('breaks the till at Acme').first().waitFor();
    await page.getByText('Needs Approval').first().waitFor();
    await page.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
    assert.match(await row(page, title).innerText(), /Refused/);
    plant(title, 'Get-Service -Name Spooler');
    await refresh(page);
    await page.goto(`/content/scripts/${guid}`);
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    assert.equal(await page.getByText('breaks the till at Acme').count(), 0);
    await close();
  });
}

for (const [name, options] of ways) {
  test(`an approval is taken back from the table: ${name}`, async () => {
    const title = isAlive(options) ? 'Taken back' : 'Taken back once more';
    const guid = plant(title, 'Get-Date');
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
    await page.getByRole('button', { name: `Approve ${title}`, exact: true }).click();
    await page.getByRole('button', { name: `Take back the approval of ${title}`, exact: true }).click();
    await page.getByRole('button', { name: `Approve ${title}`, exact: true }).waitFor();
    await page.goto(`/content/scripts/${guid}`);
    await page.getByText('Needs Approval').first().waitFor();
    await close();
  });
}

for (const [name, options] of ways) {
  test(`two people must agree when the policy says so: ${name}`, async () => {
    const [title, email] = isAlive(options) ? ['Two people', 'grace@example.com'] : ['Two people again', 'heidi@example.com'];
    const guid = plant(title, 'Get-Process');
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto('/settings');
    const people = page.locator('form').filter({ has: page.getByRole('button', { name: 'Add a person' }) });
    await people.locator('[name=email]').fill(email);
    await people.locator('[name=name]').fill(email.split('@')[0]);
    await people.locator('[name=password]').fill('lamp cedar violin 9');
    await people.locator('[name=role]').selectOption('approver');
    await people.getByRole('button', { name: 'Add a person' }).click();
    await page.getByText(email).first().waitFor();
    await page.goto('/settings/approvals');
    if (isAlive(options)) { await alive(page); await accessible(page, 'the approval policies'); }
    await picture(page, isAlive(options) ? 'approvals' : 'approvals-plain');
    const form = page.getByRole('form', { name: 'Approval of scripts' });
    const set = async (number) => {
      await page.goto('/settings/approvals');
      await form.getByLabel('Approvals').fill(String(number));
      await form.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved. What waits was judged anew.').waitFor();
    };
    await set(2);
    await page.goto(`/content/scripts/${guid}`);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('1 of 2 approvals').first().waitFor();
    const other = await open(tandem.url, options);
    await signIn(other.page, { email, password: 'lamp cedar violin 9' });
    await other.page.goto(`/content/scripts/${guid}`);
    await other.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await other.page.getByText('Change Approved').first().waitFor();
    await other.page.goto('/settings/approvals');
    await other.page.getByText('2 approvals of different people').waitFor();
    await other.close();
    await set(1);
    await close();
  });
}

for (const [name, options] of ways) {
  test(`a plan that changed after it was shown is not done, and says what differs: ${name}`, async () => {
    const [first, later] = isAlive(options) ? ['Planned first', 'Planned later'] : ['Foreseen first', 'Foreseen later'];
    plant(first, 'Get-Date');
    plant(later, 'Get-Date -Format o');
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    const approve = async (on, title) => {
      await on.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
      await on.getByRole('button', { name: `Approve ${title}` }).click();
      await on.getByText(/Approved 1 script/).waitFor();
    };
    await approve(page, first);
    await page.goto('/content/scripts/plan');
    await page.getByRole('link', { name: first }).waitFor();
    const other = await open(tandem.url, options);
    await signIn(other.page);
    await approve(other.page, later);
    await other.close();
    const confirm = page.getByLabel(/^Yes, remove/);
    if (await confirm.count() > 0) await confirm.check();
    await page.getByRole('button', { name: /^(Publish|Remove)/ }).click();
    await page.getByText(`${later} came in addition`).waitFor();
    await page.getByRole('link', { name: later }).waitFor();
    if (await confirm.count() > 0) await confirm.check();
    await page.getByRole('button', { name: /^(Publish|Remove)/ }).click();
    await page.getByText(/Published:/).waitFor();
    await close();
  });
}

for (const [name, options] of ways) {
  test(`a removal asks for its own confirmation: ${name}`, async () => {
    const title = isAlive(options) ? 'Announce restart to user' : 'Remove stale printer ports';
    unlinkSync(join(scripts(), `${title.toLowerCase().replaceAll(' ', '-')}.xml`));
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
    await page.getByRole('button', { name: `Approve ${title}` }).click();
    await page.getByText(/Approved 1 script/).waitFor();
    await page.goto('/content/scripts/plan');
    if (isAlive(options)) { await alive(page); await accessible(page, 'a plan with a removal'); }
    await picture(page, isAlive(options) ? 'plan-removal' : 'plan-removal-plain');
    const box = page.getByLabel(/^Yes, remove/);
    assert.equal(await box.getAttribute('required'), '', 'the browser asks');
    // Whoever gets around the browser is asked by the server.
    await box.evaluate((input) => input.removeAttribute('required'));
    await page.getByRole('button', { name: /[Rr]emove/ }).click();
    await page.getByText(/check the box that confirms the removals/).waitFor();
    await page.getByLabel(/^Yes, remove/).check();
    await page.getByRole('button', { name: /[Rr]emove/ }).click();
    await page.getByText(/Published:/).waitFor();
    await close();
  });
}

for (const [name, options] of ways) {
  test(`content is searched: ${name}`, async () => {
    const title = isAlive(options) ? 'Needle one' : 'Needle two';
    const address = `https://downloads.example.com/${title.replace(' ', '-')}.msi`;
    const folder = readdirSync(scripts());
    assert.ok(folder.length > 10);
    // The pattern of planted scripts may be gone by now: any other script of the library serves as well.
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    const file = folder.find((file) => readFileSync(join(scripts(), file), 'utf8').match(/<ScriptName>/g)?.length === 1);
    const text = readFileSync(join(scripts(), file), 'utf8');
    writeFileSync(join(scripts(), file), text.replace(/<ScriptNotes>[^<]*/, `<ScriptNotes>Takes ${address}`));
    await refresh(page);
    await page.goto('/search');
    await page.getByRole('searchbox').fill(address.toUpperCase());
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText(`Takes ${address}`).waitFor();
    if (isAlive(options)) { await accessible(page, 'the content search'); await picture(page, 'search'); }
    await page.goto('/search?q=nothing+contains+this');
    await page.getByText('Nothing contains this text').waitFor();
    await page.goto('/search?q=ab');
    await page.getByText(/must have 3 to 200 characters/).waitFor();
    await close();
  });
}

for (const [name, options] of ways) {
  test(`uses and users are shown all the way: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/content/scripts?q=Onboard%20a%20workstation');
    await page.getByRole('link', { name: 'Onboard a workstation', exact: true }).click();
    await page.getByRole('link', { name: 'Used by' }).click();
    await page.locator('.tree a').first().waitFor();
    assert.ok(await page.locator('.tree li').count() >= 4);
    if (isAlive(options)) await accessible(page, 'the dependency view');
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Compare' }).waitFor();
    await page.getByLabel('Compare', { exact: true }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(/from=\d+/);
    await close();
  });
}

for (const [name, options] of ways) {
  test(`a version is rolled back, held and let go again: ${name}`, async () => {
    const title = isAlive(options) ? 'Rolled back' : 'Rolled back again';
    const guid = plant(title, 'Get-Date');
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    const publish = async () => {
      await refresh(page);
      await page.goto(`/content/scripts/${guid}`);
      await page.getByRole('button', { name: 'Approve', exact: true }).click();
      await page.getByText('Change Approved').first().waitFor();
      await page.goto('/content/scripts/plan');
      const removals = page.getByLabel(/^Yes, remove/);
      if (await removals.count() > 0) await removals.check();
      await page.getByRole('button', { name: /^(Publish|Remove)/ }).click();
      await page.getByText(/Published:/).waitFor();
    };
    await publish();
    plant(title, 'Get-Date -Format o');
    await publish();
    await page.goto(`/content/scripts/${guid}?tab=history`);
    await page.getByText('Version 2').first().waitFor();
    await page.locator('details.confirm summary').filter({ hasText: 'Roll back to this' }).click();
    await page.getByLabel(/^Why\?/).fill('breaks the till');
    if (isAlive(options)) await accessible(page, 'a rollback that is about to be done');
    await picture(page, isAlive(options) ? 'rollback' : 'rollback-plain');
    await page.getByRole('button', { name: 'Roll back to version 1' }).click();
    await page.getByText('Rolled back. The item is held at this version.').waitFor();
    await page.getByText('Held after a rollback').waitFor();
    await page.getByText('version 1 in production').waitFor();
    await page.goto(`/content/scripts/${guid}`);
    await page.getByRole('button', { name: /^Lift/ }).click();
    await page.getByText('The hold was lifted.').waitFor();
    assert.equal(await page.getByText('Held after a rollback').count(), 0);
    await close();
  });
}

for (const [name, options] of ways) {
  test(`a difference of ten thousand lines comes page by page: ${name}`, async () => {
    const title = isAlive(options) ? 'Very long' : 'Very long, too';
    const lines = (mark) => Array.from({ length: 10_000 }, (_, number) => `Write-Output '${mark} ${number}'`).join('\n');
    const guid = plant(title, lines('old'));
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto(`/content/scripts/${guid}`);
    for (let number = 0; number < 3; number += 1) {
      const rows = await page.locator('.diff li').count();
      assert.ok(rows > 100 && rows <= 600, `${rows} rows on page ${number + 1}`);
      await page.getByRole('link', { name: 'Next rows' }).click();
      await page.waitForURL(new RegExp(`cursor=${(number + 1) * 600}\\b`));
    }
    await page.getByRole('link', { name: 'From the start' }).waitFor();
    await close();
  });
}

for (const [name, options] of ways) {
  test(`nobody approves a deletion unawares: ${name}`, async () => {
    const title = isAlive(options) ? 'Deleted at the source' : 'Deleted at the old source';
    const guid = plant(title, 'Get-Date');
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await refresh(page);
    await page.goto(`/content/scripts/${guid}`);
    await page.getByText('New: not in production yet.').waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Approved. Sync publishes it.').waitFor();
    await page.goto('/content/scripts/plan');
    const removals = page.getByLabel(/^Yes, remove/);
    if (await removals.count() > 0) await removals.check();
    await page.getByRole('button', { name: /^(Publish|Remove)/ }).click();
    await page.getByText(/Published:/).waitFor();
    unlinkSync(join(scripts(), `${guid.split('-')[0]}.xml`));
    await refresh(page);
    await page.goto(`/content/scripts/${guid}`);
    await page.getByText('Deleted at the source; a sync removes it from every receiver.').waitFor();
    assert.equal(await page.locator('.pair .change').innerText(), 'deleted');
    await page.getByRole('button', { name: 'Approve deletion' }).click();
    await page.getByText('Approved. The next sync removes it.').waitFor();
    await page.getByRole('button', { name: 'Take approval back' }).click();
    await page.getByText('The approval was taken back.').waitFor();
    await page.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
    await page.getByRole('button', { name: `Approve ${title}`, exact: true }).click();
    await page.getByText('Approved 1 script. The next sync moves or removes it.').waitFor();
    await close();
  });
}
