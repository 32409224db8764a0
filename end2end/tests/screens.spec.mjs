// Every screen: accessible, in light and dark, wide and on a phone; nothing overflows.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { browser, demo, open, phone, picture, wide } from '../support/world.mjs';
import { accessible, signIn } from '../support/actions.mjs';

let tandem;
before(async () => { tandem = await demo(); });
after(async () => { await tandem.stop(); await browser.close(); });

const screens = {
  table: '/content/scripts', empty: '/content/data-views', plan: '/content/scripts/plan', clients: '/clients',
  alerts: '/alerts', acknowledged: '/alerts?state=acknowledged', closed: '/alerts?state=closed', 'write-backs': '/write-backs', categories: '/categories',
  connectors: '/connectors', 'new-connector': '/connectors/new', sources: '/sources', 'new-source': '/sources/new?kind=automate_rest', rings: '/rings', receivers: '/receivers', 'receivers-by-item': '/receivers?by=item', search: '/search?q=spooler', approvals: '/settings/approvals', settings: '/settings', activity: '/activity', missing: '/nothing/here',
};

for (const [size, viewport] of [['wide', wide], ['phone', phone]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${size}, ${colorScheme}`, async () => {
      const { page, close } = await open(tandem.url, { viewport, colorScheme });
      await page.goto('/sign-in');
      await accessible(page, 'sign-in');
      await picture(page, `sign-in-${size}-${colorScheme}`);
      await signIn(page);
      const item = await page.locator('[data-row]').filter({ hasText: 'Needs Approval' }).locator('a[data-open]').first().getAttribute('href');
      await page.goto('/alerts');
      const alert = await page.locator('[data-row] a[data-open]').first().getAttribute('href');
      await page.goto('/connectors');
      const connector = await page.locator('[data-row] a[data-open]').first().getAttribute('href');
      await page.goto('/clients');
      const client = await page.getByRole('link', { name: 'Acme Industries' }).getAttribute('href');
      const steps = ['connection', 'permissions', 'tickets', 'mappings', 'people', 'details', 'enable'].map((step) => [`setup-${step}`, `${connector}/${step}`]);
      for (const [name, path] of [...Object.entries(screens), ['alert', alert], ['connector', connector], ...steps, ['client', client], ['item', item], ['history', `${item}?tab=history`], ['used-by', `${item}?tab=used-by`]]) {
        await page.goto(path);
        await page.locator('h1').first().waitFor();
        await page.waitForTimeout(0);
        await accessible(page, `${name}, ${size}, ${colorScheme}`);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${name} is ${wider} px wider than the ${size} screen`);
        await picture(page, `${name}-${size}-${colorScheme}`);
      }
      await close();
    });
  }
}

for (const javaScriptEnabled of [true, false]) {
  test(`what does not exist is said so, with a way on: ${javaScriptEnabled ? 'alive' : 'as plain pages'}`, async () => {
    const { page, close } = await open(tandem.url, { javaScriptEnabled });
    await signIn(page);
    for (const [path, heading, way] of [
      ['/alerts/abc', 'There is no such alert', 'All alerts'],
      ['/connectors/abc', 'There is no such connector', 'All connectors'],
      ['/clients/abc', 'There is no such API client', 'All API clients'],
      ['/content/foo', 'There is nothing here', 'Go to the start page'],
      ['/content/scripts/foo', 'There is nothing here', 'Go to the start page'],
    ]) {
      await page.goto(path);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      assert.equal(await page.locator('main').getByRole('link', { name: way }).count(), 1, path);
      assert.equal(await page.locator('main').count(), 1, `one main part on ${path}`);
    }
    await page.goto('/content/data-views');
    assert.ok(await page.getByRole('button', { name: 'Nothing to sync' }).isDisabled());
    await close();
  });
}

test('the way back leads where it says', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  await page.goto('/connectors');
  await page.locator('[data-row] a[data-open]').first().click();
  await page.locator('.crumbs').getByRole('link', { name: 'Connections' }).click();
  await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor();
  await page.goto('/content/groups');
  for (const path of await page.locator('[data-row] a[data-open]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) {
    await page.goto(path);
    assert.doesNotMatch(await page.locator('.crumbs').innerText(), /\/\s*$/, 'no loose slash');
  }
  await close();
});

test('whoever hangs up in mid-page leaves the server well', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const { hostname, port } = new URL(tandem.url);
  /** Asks for a page, and hangs up after a moment. */
  const hangUp = (path, moment) => new Promise((gone, failed) => {
    const asked = () => setTimeout(() => socket.destroy(), moment);
    const socket = connect(port, hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: tandem\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`, asked));
    socket.on('data', () => {}).on('close', gone).on('error', failed);
  });
  for (const step of [1, 3]) {
    for (const path of Object.values(screens)) {
      await Promise.all(Array.from({ length: 8 }, (_, number) => hangUp(path, number * step)));
    }
  }
  // What fell on the way would be in the log, which is read when it stops.
  await page.goto('/alerts');
  await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
  await close();
});

test('fields that stand side by side line up, whatever is said below them', async () => {
  const { page, close } = await open(tandem.url);
  await signIn(page);
  for (const [at, refuse] of [['/rings', 'Add'], ['/settings', 'Add a person'], ['/sources/new?kind=automate_rest', 'Save'], ['/categories', null]]) {
    await page.goto(at);
    if (refuse) {
      // Some fields get an error below them, others do not.
      await page.locator('form.row-form').evaluateAll((forms) => forms.forEach((form) => { form.noValidate = true; }));
      await page.getByRole('button', { name: refuse, exact: true }).last().click();
      await page.locator('.field-wrong').first().waitFor();
    }
    const forms = await page.locator('.row-form:visible').evaluateAll((all) => all.map((form) => [...form.querySelectorAll(':scope > div.field')].map((field) => {
      const control = field.querySelector('input:not([type=checkbox]), select, textarea');
      const box = (one) => { const { top, width, height } = one.getBoundingClientRect(); return { top: Math.round(top), width: Math.round(width), height: Math.round(height) }; };
      return { field: box(field), control: control && box(control), kind: control?.tagName };
    })));
    assert.ok(forms.length > 0, at);
    for (const fields of forms) {
      const widths = new Set(fields.map(({ field }) => field.width));
      assert.ok(widths.size <= 1, `fields of one form on ${at} are ${[...widths]} px wide`);
      for (const { field, control, kind } of fields.filter((one) => one.control)) {
        const beside = fields.filter((other) => other.control && other.field.top === field.top);
        assert.deepEqual(new Set(beside.map((other) => other.control.top)).size, 1, `the controls of a row on ${at} begin alike`);
        if (kind !== 'TEXTAREA') assert.ok(control.height <= 40, `a control on ${at} is ${control.height} px high`);
      }
    }
  }
  await close();
});
