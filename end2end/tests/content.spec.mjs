// Review, approve, plan, sync: alive and as plain pages, wide and on a phone.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, alive, row, signIn } from '../support/actions.mjs';

let tandem;
before(async () => { tandem = await demo(); });
after(async () => { await tandem.stop(); await browser.close(); });

const words = async (page, name, part) => (await row(page, name).locator(`[data-label="${part}"]`).innerText()).replace(/\s+/g, ' ').trim();

test('all three statuses and all four approvals are on the screen', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  const seen = { Status: new Set(), Approved: new Set() };
  for (let more = true; more;) {
    for (const part of ['Status', 'Approved']) {
      for (const text of await page.locator(`[data-label="${part}"]`).allInnerTexts()) assert.doesNotMatch(text, /changed\s*changed/i, 'said once');
      for (const text of await page.locator(`[data-label="${part}"] .pill`).allInnerTexts()) seen[part].add(text.trim());
    }
    const next = page.getByRole('link', { name: 'Next page' });
    more = await next.count() > 0;
    if (more) { await next.click(); await page.getByRole('link', { name: 'First page' }).waitFor(); }
  }
  assert.deepEqual([...seen.Status].sort(), ['Changed', 'Moved or Deleted', 'Unchanged']);
  assert.deepEqual([...seen.Approved].sort(), ['Change Approved', 'Move/Delete Approved', 'Needs Approval', 'No Action Needed']);
  await close();
});

for (const [name, options] of [
  ['alive, wide', { viewport: wide }],
  ['as plain pages, on a phone', { viewport: phone, javaScriptEnabled: false }],
]) {
  test(`a change is reviewed, approved, planned and synced: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    if (options.javaScriptEnabled !== false) await alive(page);
    await page.getByRole('link', { name: /New or Changed/ }).click();
    await page.waitForURL(/status=Changed/);
    assert.doesNotMatch(page.url(), /&$/, 'an address that can be sent to others');
    const waiting = page.locator('[data-row]').filter({ hasText: 'Needs Approval' }).first();
    const title = (await waiting.locator('a[data-open]').innerText()).trim();
    await waiting.locator('a[data-open]').click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    assert.ok(await page.locator('.diff .added').count() > 0, 'the difference is shown');
    await page.goBack();
    await row(page, title).getByRole('button', { name: `Approve ${title}` }).click();
    await page.getByText(/Approved 1 script/).waitFor();
    await page.goto('/content/scripts');
    await page.getByRole('link', { name: /^Sync/ }).click();
    await page.getByRole('heading', { name: 'Sync scripts' }).waitFor();
    await page.getByRole('link', { name: title }).waitFor();
    const removals = page.getByLabel(/^Yes, remove/);
    if (await removals.count() > 0) await removals.check();
    await page.getByRole('button', { name: /^(Publish|Remove)/ }).click();
    await page.getByText(/Published:/).waitFor();
    await page.goto(`/content/scripts?q=${encodeURIComponent(title)}`);
    assert.match(await words(page, title, 'Status'), /Unchanged/);
    assert.match(await words(page, title, 'Approved'), /No Action Needed/);
    await page.getByText(/synced scripts/).waitFor();
    await close();
  });
}

test('several rows are approved at once, and a stale row is refused', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  await page.goto('/content/scripts?approval=Needs%20Approval');
  await alive(page);
  const boxes = page.locator('tbody input[type=checkbox]:enabled');
  assert.ok(await boxes.count() >= 2);
  // Somebody edits one of them after it was shown.
  const first = await page.locator('[data-row]').filter({ has: page.locator('input:enabled') }).filter({ hasText: 'Changed' }).first();
  const name = (await first.locator('a[data-open]').innerText()).trim();
  const folder = join(tandem.folder, 'library/scripts');
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (text.match(/<ScriptName>/g)?.length === 1 && text.includes(`<ScriptName>${name}</ScriptName>`)) {
      writeFileSync(join(folder, file), text.replace(/<ScriptNotes>[^<]*/, '<ScriptNotes>edited meanwhile'));
    }
  }
  const other = await open(tandem.url);
  await signIn(other.page);
  await other.page.getByRole('button', { name: 'Refresh' }).click();
  await other.page.locator('.said').getByText(/Master: found/).waitFor();
  await other.close();
  await page.getByLabel('Check all shown').check();
  await page.getByRole('button', { name: /Approve these/ }).click();
  await page.getByText(/the item changed after this page was shown/).waitFor();
  await page.goto(`/content/scripts?q=${encodeURIComponent(name)}`);
  assert.match(await words(page, name, 'Approved'), /Needs Approval/);
  await close();
});

test('an emptied source is held and said so', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  const folder = join(tandem.folder, 'library/monitors');
  for (const file of readdirSync(folder)) unlinkSync(join(folder, file));
  await page.goto('/content/internal-monitors');
  await alive(page);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText(/Nothing was changed: the reading is held/).waitFor();
  await accessible(page, 'the held banner');
  await picture(page, 'held');
  await close();
});

test('keys move, open and search', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  await alive(page);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const second = (await page.locator('[data-row] a[data-open]').nth(1).innerText()).trim();
  assert.equal((await page.evaluate(() => document.activeElement.textContent)).trim(), second);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: second, level: 1 }).waitFor();
  await page.goBack();
  await page.locator('[data-row]').first().waitFor();
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  await close();
});

test('what an item points at is named, and one click away', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  await page.goto('/content/groups?q=Exchange');
  await alive(page);
  await page.locator('[data-row] a[data-open]').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('Group type: monitoring (5)').waitFor();
  const search = page.locator('.lines a');
  const name = await search.first().innerText();
  assert.doesNotMatch(await page.locator('.diff').allInnerTexts().then((all) => all.join(' ')), /searches:|groups:|scripts:/);
  assert.match(await search.first().getAttribute('title'), /^[0-9a-f-]{36}$/, 'the GUID is there for who looks for it');
  await accessible(page, 'a difference with links');
  await search.first().click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await close();
});
