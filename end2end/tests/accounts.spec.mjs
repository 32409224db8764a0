// First start, signing in and out, API clients, people.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open, phone, start } from '../support/world.mjs';
import { alive, signIn } from '../support/actions.mjs';

let tandem;
before(async () => { tandem = await demo(); });
after(async () => { await tandem.stop(); await browser.close(); });

test('the first administrator is made with the code from the log', async () => {
  const fresh = await start('serve', '--database', 'sqlite://FOLDER/tandem.db');
  const { page, close } = await open(fresh.url, { javaScriptEnabled: false });
  await page.goto('/content/scripts');
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  const fill = async (code) => {
    await page.getByLabel('Code from the log').fill(code);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('lamp cedar violin 9');
    await page.getByRole('button', { name: 'Create administrator' }).click();
  };
  await fill('AAAA-AAAA');
  await page.getByText('is not the code that the log printed when Tandem started', { exact: true }).waitFor();
  await page.getByText('Not saved: 1 marked field needs another look.').waitFor();
  await fill(/code="(\S+)"/.exec(fresh.log())[1]);
  await page.getByRole('heading', { name: 'Connect a source first' }).waitFor();
  await close();
  await fresh.stop();
});

test('a wrong password is refused, a session ends with sign-out', async () => {
  const { page, close } = await open(tandem.url);
  await page.goto('/settings');
  await page.waitForURL(/\/sign-in\?next=\/settings/);
  await page.getByLabel('E-mail').fill('demo@tandem.example');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/does not fit this address/).waitFor();
  await page.getByLabel('Password', { exact: true }).fill('walnut lantern 42');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  const cookies = await page.context().cookies();
  assert.ok(cookies[0].httpOnly && cookies[0].sameSite === 'Lax');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in/);
  await page.context().addCookies(cookies);
  await page.goto('/settings');
  await page.waitForURL(/\/sign-in/);
  await close();
});

for (const [name, options] of [['alive', {}], ['as plain pages on a phone', { viewport: phone, javaScriptEnabled: false }]]) {
  test(`API clients are added, refused and deleted: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/clients');
    if (!options.viewport) await alive(page);
    const title = `Globex ${name}`;
    const add = async (client, secret, again) => {
      await page.getByLabel('Client name').fill(client);
      await page.getByLabel('Client secret').fill(secret);
      await page.getByLabel('Confirm the secret').fill(again);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
    };
    await add(title, 'short', 'other');
    await page.getByText(/needs at least 16/).waitFor();
    await page.getByText(/differs from the secret/).waitFor();
    await page.getByText('Not saved: 2 marked fields need another look.').waitFor();
    if (!options.viewport) assert.equal(await page.evaluate(() => document.activeElement.name), 'secret', 'the focus is where something is wrong');
    await add('Acme Industries', 'correct horse battery', 'correct horse battery');
    await page.getByText(/belongs to another API client already/).first().waitFor();
    await add(title, 'correct horse battery', 'correct horse battery');
    await page.getByText(`Added ${title}.`).waitFor();
    const token = await fetch(`${tandem.url}/api/v1/token`, {
      method: 'POST', body: 'grant_type=client_credentials',
      headers: { authorization: `Basic ${btoa(`${title}:correct horse battery`)}`, 'content-type': 'application/x-www-form-urlencoded' },
    }).then((answer) => answer.json());
    const pull = () => fetch(`${tandem.url}/api/v1/pull/manifest`, { headers: { authorization: `Bearer ${token.access_token}` } });
    assert.equal((await pull()).status, 200);
    const row = page.locator('[data-row]').filter({ hasText: title });
    await row.getByText('Delete …').click();
    await row.getByRole('textbox').fill('something else');
    await row.getByRole('button', { name: `Delete ${title}` }).click();
    await page.getByText(/type the name .* exactly/).waitFor();
    await row.getByText('Delete …').click();
    if (!await row.getByRole('textbox').isVisible()) await row.getByText('Delete …').click();
    await row.getByRole('textbox').fill(title);
    await row.getByRole('button', { name: `Delete ${title}` }).click();
    await page.getByText(/Its next request is refused\.$/).first().waitFor();
    assert.equal((await pull()).status, 401);
    await close();
  });
}

for (const [name, options] of [['alive', {}], ['as plain pages on a phone', { viewport: phone, javaScriptEnabled: false }]]) {
  test(`a generated secret is shown once and fills the form: ${name}`, async () => {
    const { page, close } = await open(tandem.url, options);
    await signIn(page);
    await page.goto('/clients');
    if (!options.viewport) await alive(page);
    await page.getByLabel('Client name').fill('Initech & Söhne');
    await page.getByRole('button', { name: 'Generate a secret' }).click();
    const secret = (await page.locator('.secret code').innerText()).trim();
    assert.ok(secret.length > 40);
    assert.equal(await page.getByLabel('Client secret').inputValue(), secret);
    assert.equal(await page.getByLabel('Client name').inputValue(), 'Initech & Söhne', 'what was typed stays');
    await page.goto('/clients');
    assert.equal(await page.getByText(secret).count(), 0);
    await close();
  });
}

test('the look says what holds, and goes back to the system', async () => {
  const { page, close } = await open(tandem.url, { colorScheme: 'dark' });
  await signIn(page);
  await page.goto('/settings');
  await alive(page);
  const pressed = async (group) => (await page.getByRole('group', { name: group }).locator('[aria-pressed=true]').allInnerTexts()).join();
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme ?? 'none');
  assert.equal(await pressed('Theme'), 'As the system');
  assert.equal(await pressed('Density'), 'Comfortable');
  await page.getByRole('button', { name: 'Light', exact: true }).click();
  await page.getByRole('button', { name: 'Compact' }).click();
  await page.reload();
  await alive(page);
  assert.deepEqual([await theme(), await pressed('Theme'), await pressed('Density')], ['light', 'Light', 'Compact']);
  await page.getByRole('button', { name: 'As the system' }).click();
  assert.deepEqual([await theme(), await pressed('Theme')], ['none', 'As the system']);
  await page.reload();
  await alive(page);
  assert.equal(await theme(), 'none');
  await close();
});

test('without scripts there are no buttons that do nothing', async () => {
  const { page, close } = await open(tandem.url, { javaScriptEnabled: false });
  await signIn(page);
  for (const path of ['/content/scripts', '/alerts', '/clients', '/settings']) {
    await page.goto(path);
    for (const dead of await page.locator('[data-flip], [data-remember], [data-copy], [data-reveal], [data-check-all]').all()) {
      assert.ok(await dead.isHidden(), `${path}: ${await dead.evaluate((one) => one.outerHTML)}`);
    }
  }
  await close();
});

test('requests that another site could cause are refused', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
  const forged = (headers) => fetch(`${tandem.url}/rpc/app/api/account/create_token`, {
    method: 'POST', body: 'name=stolen&role=admin', redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
  assert.equal((await forged({ origin: 'https://evil.example' })).status, 403);
  assert.equal((await forged({ origin: 'null', 'sec-fetch-site': 'cross-site' })).status, 403);
  await close();
});
