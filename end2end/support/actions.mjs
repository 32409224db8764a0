// What a person does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { account } from './world.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function signIn(page, who = account) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Scripts', level: 1 }).waitFor();
}

/** Waits until WebAssembly has taken over. */
export const alive = (page) => page.locator('html[data-live]').waitFor({ state: 'attached' });

/** No violation that axe knows. */
export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join('\n  ')}`);
  assert.deepEqual(told, [], `${what} is accessible`);
}

/** Asks until the answer is something. */
export async function until(ask, what, patience = 20_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await ask();
    if (found) return found;
    assert.ok(Date.now() < end, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The simulated Manage, as somebody who works there. */
export function manageAt(url) {
  const post = (path, form) => fetch(`${url}/_sandbox/${path}`, { method: 'POST', body: new URLSearchParams(form) });
  const read = async (id) => (await fetch(`${url}/_sandbox/tickets/${id}`)).json();
  return {
    url, read,
    create: async (summary) => (await (await post('tickets', { summary })).json()).id,
    change: (id, status) => post(`tickets/${id}`, { status }),
    /** Something goes wrong from now on, as the simulator's `Fault` names it. */
    fault: (fault) => fetch(`${url}/_sandbox/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) }),
    /** Nothing goes wrong any more. */
    mend: () => fetch(`${url}/_sandbox/faults`, { method: 'DELETE' }),
    /** What was asked of it so far. */
    log: async () => (await fetch(`${url}/_sandbox/log`)).json(),
    /** Waits until a ticket with its notes is as wanted. */
    becomes: (id, wanted, what, patience) => until(async () => { const now = await read(id); return wanted(now) && now; }, what, patience),
  };
}

/** Opens the alert of a ticket as soon as there is one. */
export async function openAlert(page, title) {
  await until(async () => {
    await page.goto(`/alerts?q=${encodeURIComponent(title)}`);
    return await page.getByRole('link', { name: title, exact: true }).count() > 0;
  }, `the alert ${title}`);
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
}

/** No wider than the screen. */
export async function fits(page, what) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${what} is ${wider} px wider than the screen`);
}

/** In the part of the window that nothing fixed covers. */
export async function inSight(page, what) {
  const box = await what.boundingBox();
  const { width, height } = page.viewportSize();
  const foot = await page.evaluate(() => {
    const fixed = [...document.querySelectorAll('.areas, .steps, .verdicts')].filter((one) => getComputedStyle(one).position === 'fixed' && one.getBoundingClientRect().height > 0);
    return Math.min(innerHeight, ...fixed.map((one) => one.getBoundingClientRect().top));
  });
  assert.ok(box && box.height > 10 && box.y >= 0 && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= Math.min(height, foot), `in sight: ${JSON.stringify(box)}, the foot begins at ${foot}`);
}

/** The row of an item. */
export const row = (page, name) => page.locator('[data-row]').filter({ has: page.getByRole('link', { name, exact: true }) });

/** Writes a note to an alert. */
export async function noted(page, title, text) {
  await openAlert(page, title);
  await page.locator('.sheet > summary').filter({ hasText: 'Note' }).click();
  await page.getByLabel('Note for the timeline and the ticket').fill(text);
  await page.getByRole('button', { name: 'Add note' }).click();
}
